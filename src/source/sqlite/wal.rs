//! What a WAL tells by itself: how much of it is in the database, and whether it is one.
//!
//! ```text
//!   state.db-wal   header: magic, version, page size, which checkpoint, two salts, checksum
//!                  frame: page, size, the same salts, checksum; the page
//!                  frame …          those after the first that does not fit are of an earlier round
//!   state.db-shm   where each page is in the WAL, and how many frames are in the database by now
//! ```
//!
//! SQLite takes a WAL that does not fit its own header for an empty one, and says nothing: what was in it
//! is missing then. One that fits, but comes from another database with pages as large, it takes whole.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::source::Error;
use crate::text::{bytes, count};

/// How long a header is, and that of a frame.
const HEADER: usize = 32;
const FRAME: usize = 24;
/// How a WAL begins; the last bit says that checksums are of big-endian numbers.
const MAGIC: u32 = 0x377f_0682;
/// Both the WAL's version, and that of its index.
const VERSION: u32 = 3_007_000;
/// A WAL that is longer than kine's usual 4 MB by so much is worth a word.
const LONG: u64 = 64 << 20;

/// A file beside a database: `state.db-wal`.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// How large a file is; 0 where there is none.
pub(super) fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |file| file.len())
}

/// The size of the WAL, and how much of it is not in the database yet.
pub(super) fn told(path: &Path) -> String {
    let wal = size(&beside(path, "-wal"));
    if wal == 0 {
        return "none, or empty".to_owned();
    }
    match waiting(path) {
        Some(0) => format!("{}, all of it in the database by now", bytes(wal)),
        Some(pages) => format!("{}, {} not in the database yet", bytes(wal), count(pages, "page")),
        None => bytes(wal),
    }
}

/// Why so much room is taken beside the database, where that is worth knowing.
pub(super) fn note_on_size(path: &Path) -> Option<String> {
    let wal = size(&beside(path, "-wal"));
    (wal >= LONG).then(|| {
        let waiting = match waiting(path) {
            Some(0) => ", all of it in the database by now",
            _ => "",
        };
        format!(
            "The -wal has {}{waiting}. It grows as long as somebody reads, or in a large transaction, and \
             is used again from its beginning, but gets no smaller until the last process closes the \
             database: until k3s stops.",
            bytes(wal)
        )
    })
}

/// How many pages of the WAL are not in the database yet, as its index says; `None` where there is none.
fn waiting(path: &Path) -> Option<u64> {
    let mut index = [0; 100];
    File::open(beside(path, "-shm")).and_then(|mut file| file.read_exact(&mut index)).ok()?;
    let number = |at: usize| u32::from_ne_bytes([0, 1, 2, 3].map(|byte| index[at + byte]));
    let (is_begun, frames, done) = (index[12] != 0, number(16), number(96));
    (is_begun && number(0) == VERSION).then(|| u64::from(frames.saturating_sub(done)))
}

/// Why SQLite takes nothing from a WAL; `None` where it does, or there is none.
///
/// # Errors
///
/// When the WAL is another database's, as far as its pages tell: SQLite would read that one.
pub(super) fn flaw(path: &Path) -> Result<Option<String>, Error> {
    let wal = beside(path, "-wal");
    let size = size(&wal);
    let Ok(mut file) = File::open(wal) else { return Ok(None) };
    if size == 0 {
        return Ok(None);
    }
    let ignored = |why: &str| {
        Ok(Some(format!(
            "The -wal of {} {why}: SQLite takes nothing from it, so the newest rows may be missing.",
            bytes(size)
        )))
    };
    let mut header = [0; HEADER];
    if file.read_exact(&mut header).is_err() {
        return ignored("is cut off");
    }
    let number = |at: usize| u32::from_be_bytes([0, 1, 2, 3].map(|byte| header[at + byte]));
    if number(0) & !1 != MAGIC || number(4) != VERSION {
        return ignored("is none of SQLite's");
    }
    if checksum(&header[..24], number(0) & 1 == 1) != (number(24), number(28)) {
        return ignored("is damaged at its beginning");
    }
    let mut frame = [0; FRAME];
    if file.read_exact(&mut frame).is_err() {
        return ignored("is cut off");
    }
    if frame[8..16] != header[16..24] {
        return ignored("is of another moment than its beginning: the salts differ");
    }
    match page_size(path) {
        Some(page) if page != number(8) => {
            Err(Error::new("the -wal beside the database is another database's")
                .because(format!("its pages have {} bytes, and the database's {page}", number(8)))
                .hint("Copy the database again, with its own -wal and at one time."))
        }
        _ => Ok(None),
    }
}

/// The size of a database's pages, as its header says.
fn page_size(path: &Path) -> Option<u32> {
    let mut head = [0; 18];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).ok()?;
    match u16::from_be_bytes([head[16], head[17]]) {
        1 => Some(1 << 16),
        size => Some(size.into()),
    }
}

/// SQLite's checksum of a WAL.
fn checksum(of: &[u8], is_big_endian: bool) -> (u32, u32) {
    let number = |bytes: &[u8]| {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    of.chunks_exact(8).fold((0_u32, 0_u32), |(one, other), pair| {
        let one = one.wrapping_add(number(&pair[..4])).wrapping_add(other);
        (one, other.wrapping_add(number(&pair[4..])).wrapping_add(one))
    })
}
