//! A file that is there as a whole, or as it was before.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use kinescope::place;
use kinescope::source::Error;
use kinescope::text::escape;

use super::signals;

/// Writes a file beside its place and moves it there, so that nobody reads half of it. A signal waits,
/// so that none is left behind. The collector runs as somebody else, so everybody may read it, as far
/// as the umask allows.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    signals::uncut(|| try_write(path, bytes)).map_err(|why| {
        let path = escape(path.as_os_str().as_encoded_bytes()).into_owned();
        let hint = match why.kind() {
            ErrorKind::InvalidInput => {
                "Name a new file, or one that holds metrics and may be replaced."
            }
            _ => "Check that the directory exists, is writable and has free space.",
        };
        Error::new(format!("cannot write the metrics to {path}")).because(why).hint(hint)
    })
}

fn try_write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = place::regular(path)?;
    if is_standard_output(&path) {
        let why = "it is standard output, where the report goes";
        return Err(io::Error::new(ErrorKind::InvalidInput, why));
    }
    let mode = replaced(&path)?;
    // The collector reads what ends in `.prom`: this name does not.
    let mut file = tempfile::Builder::new()
        .prefix(".kinescope-")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(directory(&path)?)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

/// The mode of the file that is replaced, or of a new one. Only metrics are replaced: a word that was
/// mistyped may name the table itself, a log, or what holds a password.
fn replaced(path: &Path) -> io::Result<u32> {
    let mut file = match File::open(path) {
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(0o644),
        file => file?,
    };
    let mut start = [0; METRICS.len()];
    let is_empty = file.read(&mut start)? == 0;
    if !is_empty && start != *METRICS {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "it holds something other than metrics",
        ));
    }
    Ok(file.metadata()?.mode() & 0o777)
}

/// How a file of metrics begins.
const METRICS: &[u8; 7] = b"# HELP ";

/// Whether a path is of the file that the report goes into, which would be lost with it.
fn is_standard_output(path: &Path) -> bool {
    let file = |there: Metadata| (there.dev(), there.ino());
    let [output, file] = [Path::new("/dev/stdout"), path].map(|it| fs::metadata(it).ok().map(file));
    output.is_some() && output == file
}

/// Writes a new file that only its owner can read. It is there as a whole or not at all, and none that
/// was there before is touched.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let written = signals::uncut(|| {
        let mut file = tempfile::Builder::new()
            .prefix(".kinescope-")
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(directory(path)?)?;
        file.write_all(bytes)?;
        file.persist_noclobber(path)?;
        Ok(())
    });
    written.map_err(|why| cannot_write(path, why))
}

/// Refuses a place where a file is already, before the work that is to go there.
pub(super) fn check_new(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(cannot_write(path, ErrorKind::AlreadyExists.into())),
        Err(_) => Ok(()),
    }
}

/// That no new file can be written there.
pub(super) fn cannot_write(path: &Path, why: io::Error) -> Error {
    let hint = match why.kind() {
        ErrorKind::AlreadyExists => "Name a file that is not there yet.",
        _ => "Check that the directory exists, is writable and has free space.",
    };
    let path = escape(path.as_os_str().as_encoded_bytes()).into_owned();
    Error::new(format!("cannot write {path}")).because(why).hint(hint)
}

/// Where a file is to be.
pub(super) fn directory(path: &Path) -> io::Result<&Path> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(parent) => Ok(parent),
        None => Err(ErrorKind::IsADirectory.into()),
    }
}
