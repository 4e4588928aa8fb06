//! The log in a file that nobody but its owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::face::escape;
use crate::source::Error;

/// Who may not read the file nor write to it: the group, and all others.
const OTHERS: u32 = 0o077;

/// A file to which lines are appended.
#[derive(Debug)]
pub(super) struct LogFile {
    file: File,
    /// As it is shown.
    name: String,
}

impl LogFile {
    /// Makes the file, or goes on with one that is as private as a new one.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let name = escape(path.as_os_str().as_encoded_bytes()).into_owned();
        let refuse = |why: &str| Err(Error::new(format!("the log {name} {why}")));
        // Opening a pipe would wait for whoever reads it.
        if fs::metadata(path).is_ok_and(|it| !it.is_file()) {
            return refuse("is no regular file").map_err(|it| it.hint("Name another file."));
        }
        let open = || {
            let mut options = OpenOptions::new();
            let file = options.append(true).create(true).mode(0o600).open(path)?;
            let mode = file.metadata()?.permissions().mode();
            Ok((file, mode))
        };
        let (file, mode) = open().map_err(|why| cannot_write(&name, why))?;
        if mode & OTHERS != 0 {
            let why = format!("may be read or written by others: its mode is {:04o}", mode & 0o777);
            return refuse(&why).map_err(|it| it.hint("chmod 600 it, or name a new file."));
        }
        Ok(Self { file, name })
    }

    /// Appends a line: when, and what. Lines of several sessions come whole, one after the other.
    pub(super) fn write(&self, what: &str, text: &str) -> Result<(), Error> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // What the server or the user said may hold anything; our own tabs stand between.
        let text: Vec<_> = text.split('\t').map(|part| escape(part.as_bytes())).collect();
        let line = format!("{}\t{what}\t{}\n", timestamp(since), text.join("\t"));
        (&self.file).write_all(line.as_bytes()).map_err(|why| cannot_write(&self.name, why))
    }
}

fn cannot_write(name: &str, why: io::Error) -> Error {
    Error::new(format!("cannot write the log {name}")).because(why).hint(
        "Name a file in a directory that is there and that you may write to, with room on its disk.",
    )
}

/// A time since 1970 as RFC 3339 has it, in UTC: `2026-11-25T06:44:22.018034Z`.
fn timestamp(since: Duration) -> String {
    let seconds = since.as_secs();
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is their last.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + next;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let micros = since.subsec_micros();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        let cases = [
            (0, "1970-01-01T00:00:00.000000Z"),
            (951_782_399, "2000-02-28T23:59:59.000000Z"),
            (951_782_400, "2000-02-29T00:00:00.000000Z"),
            (1_078_099_200, "2004-03-01T00:00:00.000000Z"),
            (1_767_225_599, "2025-12-31T23:59:59.000000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000000Z"),
        ];
        for (seconds, text) in cases {
            assert_eq!(timestamp(Duration::from_secs(seconds)), text);
        }
        assert_eq!(timestamp(Duration::from_micros(1_018_034)), "1970-01-01T00:00:01.018034Z");
    }

    #[test]
    fn what_others_may_read_is_refused_and_a_new_file_is_private() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log");
        let mode = || fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        LogFile::open(&path).expect("a new file").write("1.1\tsent", "A\x1b\nB\tC").expect("room");
        assert_eq!(mode(), 0o600);
        LogFile::open(&path).expect("the same").write("1.2\tsent", "B").expect("room");
        let text = fs::read_to_string(&path).expect("a file");
        let lines: Vec<&str> =
            text.lines().map(|line| &line["1970-01-01T00:00:00.000000Z".len()..]).collect();
        assert_eq!(lines, ["\t1.1\tsent\tA\\x1b\\x0aB\tC", "\t1.2\tsent\tB"]);
        for wide in [0o640, 0o604, 0o620, 0o666] {
            fs::set_permissions(&path, fs::Permissions::from_mode(wide)).expect("it is ours");
            let error = LogFile::open(&path).expect_err("others may read it");
            assert!(error.to_string().contains(&format!("its mode is {wide:04o}")), "{error}");
            assert_eq!(mode(), wide, "it is not changed");
        }
        assert_eq!(fs::read_to_string(&path).expect("a file"), text);
        let error = LogFile::open(directory.path()).expect_err("it is a directory");
        assert!(error.to_string().ends_with("is no regular file"), "{error}");
        let error = LogFile::open(&path.join("x")).expect_err("that is no directory");
        assert!(error.to_string().starts_with("cannot write the log "), "{error}");
    }
}
