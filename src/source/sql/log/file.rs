//! The log in a file that nobody but its owner may read.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::SystemTime;

use humantime::format_rfc3339_micros;

use crate::place;
use crate::source::Error;
use crate::text::{escape, printable};

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
        let path = match place::regular(path) {
            Err(why) if why.kind() == ErrorKind::InvalidInput => {
                return refuse("is not a regular file")
                    .map_err(|it| it.because(why).hint("Name another file."));
            }
            path => path.map_err(|why| cannot_write(&name, why))?,
        };
        let open = || {
            let mut options = OpenOptions::new();
            let file = options.append(true).create(true).mode(0o600).open(&path)?;
            let metadata = file.metadata()?;
            Ok((file, metadata))
        };
        let (file, metadata) = open().map_err(|why| cannot_write(&name, why))?;
        let mode = metadata.permissions().mode();
        // root may open anybody's.
        if !is_ours(metadata.uid()) {
            return refuse("belongs to another user, who can read it")
                .map_err(|it| it.hint("Name a new file, or one of your own."));
        }
        if mode & OTHERS != 0 {
            let why = format!("can be read or written by others: its mode is {:04o}", mode & 0o777);
            return refuse(&why).map_err(|it| it.hint("chmod 600 it, or name a new file."));
        }
        if metadata.len() > 0 && !is_log(&path).map_err(|why| cannot_write(&name, why))? {
            return refuse("holds something other than a log")
                .map_err(|it| it.hint("Name a new file, or a log that kinescope wrote."));
        }
        Ok(Self { file, name })
    }

    /// Appends a line: when, and what. Lines of several sessions come whole, one after the other.
    pub(super) fn write(&self, what: &str, text: &str) -> Result<(), Error> {
        // In UTC, as RFC 3339 has it.
        let now = format_rfc3339_micros(SystemTime::now());
        // What the server or the user said may hold anything; our own tabs stand between.
        let text: Vec<_> = text.split('\t').map(|part| printable(part)).collect();
        let line = format!("{now}\t{what}\t{}\n", text.join("\t"));
        (&self.file).write_all(line.as_bytes()).map_err(|why| cannot_write(&self.name, why))
    }
}

/// Whether a file begins as a log does, with a moment. A word that was mistyped may name an option file
/// or the table itself.
fn is_log(path: &Path) -> io::Result<bool> {
    let mut start = String::new();
    File::open(path)?.take(MOMENT).read_to_string(&mut start)?;
    Ok(humantime::parse_rfc3339(&start).is_ok())
}

/// How many bytes a moment has: `2026-01-31T23:59:59.000001Z`.
const MOMENT: u64 = 27;

fn is_ours(owner: u32) -> bool {
    rustix::process::geteuid().as_raw() == owner
}

fn cannot_write(name: &str, why: io::Error) -> Error {
    Error::new(format!("cannot write the log {name}"))
        .because(why)
        .hint("Check that the directory exists, is writable and has free space.")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

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
        // What is no log is not made one.
        let other = directory.path().join("my.cnf");
        for text in ["[client]\npassword=sesame\n", "2026", "not a moment, but as long as one\n"] {
            fs::write(&other, text).expect("it is ours");
            fs::set_permissions(&other, fs::Permissions::from_mode(0o600)).expect("it is ours");
            let error = LogFile::open(&other).expect_err("it is no log");
            assert!(error.to_string().ends_with("holds something other than a log"), "{error}");
            assert_eq!(fs::read_to_string(&other).expect("it is ours"), text);
        }
        // Only root can give a file away, and so be the one that is refused.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
        if std::os::unix::fs::chown(&path, Some(65534), None).is_ok() {
            let error = LogFile::open(&path).expect_err("it is another user's");
            assert!(error.to_string().contains("belongs to another user"), "{error}");
        }
        let error = LogFile::open(directory.path()).expect_err("it is a directory");
        assert!(error.to_string().ends_with("is not a regular file"), "{error}");
        let error = LogFile::open(&path.join("x")).expect_err("that is no directory");
        assert!(error.to_string().starts_with("cannot write the log "), "{error}");
    }
}
