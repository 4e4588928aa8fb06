//! Whether somebody else may have written the settings: they name servers, and a command that is run.
//!
//! The rule is that of ssh on Debian for its own settings. Where each user has a group of their own, the
//! umask is often 002, and a new file may be written to by that group: by nobody else, that is.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;

use kinescope::source::Error;

/// Refuses a file that somebody else may have written.
///
/// # Errors
///
/// Is [usage](Error::usage), and says who could write it, and what to do.
pub(super) fn check(file: &Metadata, shown: &str) -> Result<(), Error> {
    let (mode, owner, me) = (file.mode(), file.uid(), rustix::process::geteuid().as_raw());
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let is_mine = || is_private(file.gid(), owner, &read("/etc/passwd"), &read("/etc/group"));
    let (why, hint) = match () {
        // A pipe, as `--config <(...)` makes one, was made by whoever started the program.
        () if !file.is_file() => return Ok(()),
        () if owner != me && owner != 0 => {
            ("somebody else owns it", format!("Copy it, or chown it to yourself: {shown}"))
        }
        () if mode & 0o002 != 0 => ("others can write to it", format!("chmod go-w {shown}")),
        () if mode & 0o020 != 0 && !is_mine() => {
            ("others can write to it", format!("chmod g-w {shown}"))
        }
        () => return Ok(()),
    };
    Err(Error::usage(format!("{shown} is not read: {why}")).hint(hint))
}

/// Whether a group has one member, who is that user: by the lines of the passwd and group files. A group
/// that they do not know, as one of a directory service, may have others.
fn is_private(gid: u32, uid: u32, passwd: &str, groups: &str) -> bool {
    let number = |field: Option<&str>| field.and_then(|number| number.parse::<u32>().ok());
    let mut owners = Vec::new();
    for line in passwd.lines() {
        let mut fields = line.split(':');
        let name = fields.next().unwrap_or_default();
        let (of, group) = (number(fields.nth(1)), number(fields.next()));
        if group == Some(gid) && of != Some(uid) {
            return false;
        }
        if of == Some(uid) {
            owners.push((name, group));
        }
    }
    let group = groups.lines().find(|line| number(line.split(':').nth(2)) == Some(gid));
    let Some(members) = group.and_then(|group| group.split(':').nth(3)) else { return false };
    let mut members = members.split(',').filter(|member| !member.is_empty()).peekable();
    let is_first = owners.iter().any(|(_, group)| *group == Some(gid));
    (is_first || members.peek().is_some())
        && members.all(|member| owners.iter().any(|(name, _)| *name == member))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n\
                          bob:x:1001:1001::/home/bob:/bin/sh\neve:x:1002:100::/home/eve:/bin/sh\n";

    #[test]
    fn a_group_is_private_that_has_its_owner_alone() {
        let groups = "root:x:0:\nusers:x:100:\nann:x:1000:\nbob:x:1001:bob\nteam:x:2000:ann,bob\n\
                      anns:x:2001:ann\nempty:x:2002:\n";
        for (gid, uid, expected) in [
            (0, 0, true),
            (1000, 1000, true),
            (1001, 1001, true),
            (2001, 1000, true),
            // Somebody else's, with others, with nobody in it, and one that is not known.
            (1001, 1000, false),
            (100, 1000, false),
            (2000, 1000, false),
            (2002, 1000, false),
            (9999, 1000, false),
        ] {
            assert_eq!(is_private(gid, uid, PASSWD, groups), expected, "{gid} of {uid}");
        }
        // Others joined it.
        let joined = groups.replace("ann:x:1000:\n", "ann:x:1000:bob\n");
        assert!(!is_private(1000, 1000, PASSWD, &joined));
        assert!(!is_private(1000, 1000, "", groups));
    }
}
