//! A database of SQLite as files: whether there is one, and how it may be opened without harm.
//!
//! ```text
//!   state.db        pages, some of them old while kine runs
//!   state.db-wal    newer pages: without it the table is not what kine sees
//!   state.db-shm    where each page is in the WAL; whoever opens the database makes it if it is missing
//!   state.db-journal  old pages of a transaction that did not end, where there is no WAL
//! ```
//!
//! A database that has a WAL, or may have one:
//!
//! | -wal           | -shm    | it is opened                                                     |
//! | -------------- | ------- | ---------------------------------------------------------------- |
//! | there          | there   | in its place, for reading: SQLite makes no file, and changes none |
//! | there, is empty | missing | as a file that nobody changes: nothing is made                  |
//! | there, and full | missing | as a private copy: SQLite would leave a -shm                    |
//! | missing        | any     | as a file that nobody changes: SQLite would leave a -wal         |
//!
//! One without is opened in its place. Where SQLite cannot do that, a private copy is what is left: it
//! has to undo a transaction that did not end, or may not write what it must.

use std::fs::{self, File, Permissions};
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tempfile::TempDir;

use super::wal::{self, beside};
use crate::source::Error;
use crate::text::bytes;

/// How every database of SQLite begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// How every WAL begins, but for its last bit.
const WAL_MAGIC: [u8; 3] = [0x37, 0x7f, 0x06];
/// Where k3s keeps its database, from its data directory and from what is in it.
const IN_DIRECTORY: [&str; 3] = ["state.db", "db/state.db", "server/db/state.db"];
/// How often a copy is begun anew because the files changed meanwhile.
const TRIES: usize = 3;

/// The private copies that were made, which hold all values, and so Secrets.
static COPIES: Mutex<Copies> = Mutex::new(Copies { directories: Vec::new(), is_over: false });

/// What is made, is made while this is locked: so nothing is that will not be removed.
#[derive(Debug)]
struct Copies {
    directories: Vec<PathBuf>,
    /// Whether the program ends: nothing more is made.
    is_over: bool,
}

/// Removes private copies that are still there, for good. Whoever ends the program in the middle of
/// something calls it: what runs then is not dropped.
pub fn remove_copies() {
    let mut copies = COPIES.lock().unwrap_or_else(PoisonError::into_inner);
    copies.is_over = true;
    for copy in copies.directories.drain(..) {
        // It is gone already, if the program got as far as reading it.
        drop(fs::remove_dir_all(copy));
    }
}

/// Makes something for a private copy, unless the program ends.
fn make<T>(make: impl FnOnce(&mut Vec<PathBuf>) -> io::Result<T>) -> Result<T, Error> {
    let mut copies = COPIES.lock().unwrap_or_else(PoisonError::into_inner);
    if copies.is_over {
        return Err(Error::new("the program ends"));
    }
    make(&mut copies.directories).map_err(no_room)
}

/// Whether a file is a database of SQLite, or a file of nothing whose content is in a WAL.
pub(super) fn is_database(path: &Path) -> bool {
    let mut head = [0; MAGIC.len()];
    let read = |path: &Path, head: &mut [u8]| {
        // Opening a pipe would wait for whoever writes to it.
        path.is_file() && File::open(path).and_then(|mut file| file.read_exact(head)).is_ok()
    };
    if read(path, &mut head) {
        return head == *MAGIC;
    }
    let is_empty = path.metadata().is_ok_and(|file| file.is_file() && file.len() == 0);
    let mut head = [0; WAL_MAGIC.len()];
    is_empty && read(&beside(path, "-wal"), &mut head) && head == WAL_MAGIC
}

/// Whether a database is of the kind that has a WAL, as its header says. One that is empty so far is.
fn may_have_wal(path: &Path) -> bool {
    let mut head = [0; MAGIC.len() + 3];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_err() || head[MAGIC.len() + 2] == 2
}

/// The database of k3s in a directory, if it has one.
pub(super) fn in_directory(directory: &Path) -> Option<PathBuf> {
    let mut paths = IN_DIRECTORY.iter().map(|path| directory.join(path));
    paths.find(|path| is_database(path))
}

/// How a database is opened.
#[derive(Debug)]
pub(super) struct Opening {
    /// The file that SQLite is given.
    pub(super) path: PathBuf,
    /// How.
    pub(super) how: How,
    /// What the files were when this was decided.
    seen: Seen,
    /// The private copy, as long as it can be seen.
    copy: Option<TempDir>,
    /// Why SQLite takes nothing from the WAL, or what it should not.
    flaw: Option<String>,
}

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// In its place, for reading only, as other processes do.
    InPlace,
    /// In its place, as a file that nobody changes: no lock is taken, and no file made.
    Unchanging,
    /// As a private copy of so many bytes.
    Copy(u64),
}

/// What tells that a file is the one that was seen: its number, its size, and when it was changed.
type Mark = Option<(u64, u64, SystemTime)>;

#[derive(Debug, PartialEq, Eq)]
struct Seen {
    path: PathBuf,
    marks: [Mark; 3],
}

impl Seen {
    fn of(path: &Path) -> Self {
        let mark = |path: &Path| {
            let file = path.metadata().ok()?;
            Some((file.ino(), file.len(), file.modified().ok()?))
        };
        let marks = [mark(path), mark(&beside(path, "-wal")), mark(&beside(path, "-journal"))];
        Self { path: path.to_owned(), marks }
    }
}

/// Decides how a database is opened, and copies it where that is the way.
///
/// # Errors
///
/// When it cannot be read, or changes too often while it is copied.
pub(super) fn open(path: &Path) -> Result<Opening, Error> {
    // Whoever may not read it is told so here: SQLite says no more than that it cannot open it.
    File::open(path).map_err(|why| unreadable(path, why))?;
    let wal = beside(path, "-wal").metadata().ok().map(|file| file.len());
    let how = match (wal, beside(path, "-shm").exists()) {
        _ if !may_have_wal(path) => How::InPlace,
        (Some(_), true) => How::InPlace,
        (Some(1..), false) => return copied(path),
        (Some(0), false) | (None, _) => How::Unchanging,
    };
    Ok(Opening { path: path.to_owned(), how, seen: Seen::of(path), copy: None, flaw: None })
}

/// Opens a private copy of a database.
///
/// # Errors
///
/// As [`open`], and when there is no room for it.
pub(super) fn copied(path: &Path) -> Result<Opening, Error> {
    let directory = make(|directories| {
        let prefix = format!("kinescope-{}-", std::process::id());
        let owner_only = Permissions::from_mode(0o700);
        let mut builder = tempfile::Builder::new();
        let directory = builder.prefix(&prefix).permissions(owner_only).tempdir()?;
        directories.push(directory.path().to_owned());
        Ok(directory)
    })?;
    let copy = directory.path().join("state.db");
    for _ in 0..TRIES {
        let seen = Seen::of(path);
        let mut size = 0;
        for end in ["", "-wal", "-journal"] {
            let from = beside(path, end);
            match from.metadata().and_then(|_| File::open(&from)) {
                Ok(mut file) => {
                    let mut to = make(|_| File::create(beside(&copy, end)))?;
                    size += io::copy(&mut file, &mut to).map_err(no_room)?;
                }
                Err(why) if why.kind() == io::ErrorKind::NotFound && !end.is_empty() => {
                    drop(fs::remove_file(beside(&copy, end)));
                }
                Err(why) => return Err(unreadable(&from, why)),
            }
        }
        if Seen::of(path) == seen {
            let how = How::Copy(size);
            let flaw = wal::flaw(&copy)?;
            return Ok(Opening { path: copy, how, seen, copy: Some(directory), flaw });
        }
    }
    Err(Error::new(format!("{} changed each time that it was copied", path.display()))
        .hint("Read it where the process that writes to it runs, with the same rights."))
}

impl Opening {
    /// Removes the private copy's files, once SQLite has opened them: what is open can be read, and is
    /// gone with the program, however that ends.
    pub(super) fn hide(&mut self) {
        self.copy = None;
    }

    /// What should be known of how it was opened.
    pub(super) fn note(&self) -> Option<String> {
        match self.how {
            How::Copy(size) => Some(format!(
                "A private copy of the database ({}) is read, and is removed: SQLite cannot read this \
                 one in its place without leaving files beside it.",
                bytes(size)
            )),
            How::InPlace | How::Unchanging => None,
        }
    }

    /// What is wrong with the WAL.
    pub(super) fn flaw(&self) -> Option<String> {
        self.flaw.clone()
    }

    /// How it was opened, in words.
    pub(super) fn told(&self) -> String {
        match self.how {
            How::InPlace => "in its place, for reading only".to_owned(),
            How::Unchanging => {
                "in its place, as a file that nobody writes to: it has no WAL".to_owned()
            }
            How::Copy(size) => format!("as a private copy of {}, which is removed", bytes(size)),
        }
    }

    /// Whether somebody wrote to a file that was read as one that nobody changes.
    ///
    /// # Errors
    ///
    /// That somebody did: what was read may be of no moment.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.how != How::Unchanging || Seen::of(&self.seen.path) == self.seen {
            return Ok(());
        }
        Err(Error::new(format!("{} changed while it was read", self.seen.path.display()))
            .hint("Read it again: something has begun to write to it."))
    }
}

fn unreadable(path: &Path, why: io::Error) -> Error {
    let error = Error::new(format!("cannot read {}", path.display()));
    match why.kind() {
        io::ErrorKind::PermissionDenied => {
            error.because(why).hint("k3s keeps its database for root: run kinescope with sudo.")
        }
        io::ErrorKind::NotFound => error.because(why).hint("Check the path."),
        _ => error.because(why),
    }
}

fn no_room(why: io::Error) -> Error {
    Error::new("cannot copy the database")
        .because(why)
        .hint("Name a directory with room for it in TMPDIR.")
}
