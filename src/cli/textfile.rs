//! A file that is there as a whole, or as it was before.

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kinescope::face::escape;
use kinescope::source::Error;

use super::signals;

/// Writes a file beside its place and moves it there, so that nobody reads half of it. A signal waits,
/// so that none is left behind. The collector runs as somebody else, so everybody may read it, as far
/// as the umask allows.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    signals::uncut(|| try_write(path, bytes)).map_err(|why| {
        let path = escape(path.as_os_str().as_encoded_bytes()).into_owned();
        Error::new(format!("cannot write the metrics to {path}")).because(why).hint(
            "The file is replaced: its directory must be there, and you must be let write in it.",
        )
    })
}

fn try_write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Err(io::ErrorKind::IsADirectory.into()),
    };
    // The collector reads what ends in `.prom`: this name does not.
    let mut file = tempfile::Builder::new()
        .prefix(".kinescope-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}
