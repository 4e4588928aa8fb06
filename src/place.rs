//! Files that were named: where one may be written, and how much of one is read.

use std::fs::{self, File, FileType, Metadata};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use crate::text::grouped;

/// Reads a file that has so many bytes at most.
///
/// # Errors
///
/// When it cannot be read, and when it has more.
pub fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    take_at_most(File::open(path)?, most)
}

/// Reads what comes to its end, if that has so many bytes at most.
///
/// # Errors
///
/// As [`read_at_most`].
pub fn take_at_most(input: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let why = format!("it has more than {} bytes", grouped(most));
        return Err(io::Error::new(ErrorKind::InvalidData, why));
    }
    Ok(bytes)
}

/// The regular file that a path leads to, through links if they are some; the path itself where nothing
/// is. Whoever replaces what is at a path must not replace a device, or a link that somebody else made.
///
/// # Errors
///
/// Of the kind [`ErrorKind::InvalidInput`] when the path leads to anything else: a directory, a device, a
/// FIFO, a socket, or a link to nothing. Else when it cannot be followed.
pub fn regular(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(path.to_owned()),
        Ok(there) if there.is_symlink() => {
            let lost = |why: io::Error| match why.kind() {
                ErrorKind::NotFound => refused("it is a symbolic link to nothing"),
                _ => why,
            };
            is_regular(&fs::metadata(path).map_err(lost)?)?;
            fs::canonicalize(path).map_err(lost)
        }
        there => is_regular(&there?).map(|()| path.to_owned()),
    }
}

fn is_regular(there: &Metadata) -> io::Result<()> {
    let kind = there.file_type();
    if kind.is_file() { Ok(()) } else { Err(refused(name(kind))) }
}

fn name(kind: FileType) -> &'static str {
    if kind.is_dir() {
        "it is a directory"
    } else if kind.is_fifo() {
        "it is a FIFO"
    } else if kind.is_socket() {
        "it is a socket"
    } else {
        "it is a device"
    }
}

fn refused(why: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, why)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn only_a_regular_file_or_nothing_is_a_place() {
        let directory = tempfile::tempdir().expect("a directory");
        let at = |name: &str| directory.path().canonicalize().expect("ours").join(name);
        let link = |to: &Path, name: &str| symlink(to, at(name)).expect("ours");
        fs::write(at("file"), "").expect("ours");
        let _socket = UnixListener::bind(at("socket")).expect("ours");
        for (to, name) in [
            (at("file"), "to file"),
            (at("to file"), "to link"),
            (PathBuf::from("file"), "beside"),
            (at("nothing"), "to nothing"),
            (at("loop"), "loop"),
            (PathBuf::from("/dev/full"), "to device"),
            (at("socket"), "to socket"),
            (directory.path().to_owned(), "to directory"),
        ] {
            link(&to, name);
        }
        for (name, expected) in [
            ("new", Ok("new")),
            ("no directory/new", Ok("no directory/new")),
            ("file", Ok("file")),
            ("to file", Ok("file")),
            ("to link", Ok("file")),
            ("beside", Ok("file")),
            ("to nothing", Err("it is a symbolic link to nothing")),
            ("to device", Err("it is a device")),
            ("socket", Err("it is a socket")),
            ("to socket", Err("it is a socket")),
            ("to directory", Err("it is a directory")),
            (".", Err("it is a directory")),
        ] {
            let found = regular(&at(name)).map_err(|why| why.to_string());
            assert_eq!(found, expected.map(at).map_err(str::to_owned), "{name}");
        }
        assert!(regular(&at("loop")).is_err());
        assert!(regular(&at("file/within")).is_err());
        assert_eq!(
            regular(Path::new("/dev/null")).map_err(|why| why.kind()),
            Err(ErrorKind::InvalidInput)
        );
    }
}
