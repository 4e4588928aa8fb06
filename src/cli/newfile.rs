//! A new file that grows as long as a table is read: beside its place until it is whole.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use kinescope::source::Error;
use tempfile::{NamedTempFile, TempPath};

use super::signals;
use super::textfile::{cannot_write, check_new, directory};

/// A file that only its owner can read, and that is not in its place yet.
pub(super) struct NewFile {
    beside: TempPath,
    to: PathBuf,
}

impl NewFile {
    /// Begins a file where none is yet. A signal that ends the program removes it.
    pub(super) fn create(to: &Path) -> Result<Self, Error> {
        check_new(to)?;
        let begun = signals::uncut(|| {
            let file = tempfile::Builder::new()
                .prefix(".kinescope-")
                .permissions(Permissions::from_mode(0o600))
                .tempfile_in(directory(to)?)
                .map(NamedTempFile::into_temp_path)?;
            signals::remove_at_end(Some(file.to_path_buf()));
            Ok(file)
        });
        let beside = begun.map_err(|why| cannot_write(to, why))?;
        Ok(Self { beside, to: to.to_owned() })
    }

    /// Where it is for now.
    pub(super) fn path(&self) -> &Path {
        &self.beside
    }

    /// Moves it to its place once all of it is on the disk; gives how many bytes it has.
    pub(super) fn finish(self) -> Result<u64, Error> {
        let Self { beside, to } = self;
        let finished = File::open(&beside).and_then(|file| {
            file.sync_all()?;
            file.metadata()
        });
        let moved = finished.and_then(|file| {
            signals::uncut(|| {
                beside.persist_noclobber(&to)?;
                signals::remove_at_end(None);
                Ok(file.len())
            })
        });
        moved.map_err(|why| cannot_write(&to, why))
    }
}
