//! Databases of SQLite as real kine left them: read as they are, and left as they were.

mod audit;
mod check;
mod harm;
mod odd;
mod others;
pub(crate) mod recorded;
pub(crate) mod tables;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use kinescope::source::{Intake, Log, Options, Source, load};
use tempfile::TempDir;

use crate::support::server::block_on;
use crate::support::sqlite::Database;

/// A fixture's content.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let file = fs::File::open(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let mut content = Vec::new();
    GzDecoder::new(file).read_to_end(&mut content).expect("it is gzip");
    content
}

/// A directory with `state.db` and whatever else of it is named: `-wal`, `-shm`.
fn state(name: &str, ends: &[&str]) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for end in [""].iter().chain(ends) {
        let content = fixture(&format!("sqlite/{name}.db{end}.gz"));
        fs::write(directory.path().join(format!("state.db{end}")), content).expect("it is ours");
    }
    directory
}

/// A database that the test fills.
struct Made {
    database: Database,
}

impl Made {
    fn new(statements: &[&str]) -> Self {
        let made = Self { database: Database::new() };
        made.database.create_kine_table();
        made.exec(statements);
        made
    }

    fn path(&self) -> PathBuf {
        self.database.path()
    }

    #[track_caller]
    fn exec(&self, statements: &[&str]) {
        for sql in statements {
            self.database.exec(sql);
        }
    }

    fn read(&self) -> Intake {
        read(&self.path())
    }
}

fn source(path: &Path) -> Source {
    Source::parse(&path.to_string_lossy()).expect("a source")
}

/// All of a table.
#[track_caller]
fn read(path: &Path) -> Intake {
    let log = Log::default();
    let reading = load(source(path), Options::default(), &log, |_| {});
    let loaded = block_on(reading).unwrap_or_else(|error| panic!("{}", error.in_a_line()));
    assert!(loaded.error.is_none(), "{:?}", loaded.error);
    loaded.table
}

/// Why a table cannot be read, in a line.
#[track_caller]
fn refused(path: &Path) -> String {
    match block_on(load(source(path), Options::default(), &Log::default(), |_| {})) {
        Err(error) => error.in_a_line(),
        Ok(loaded) => loaded.error.expect("it cannot be read").in_a_line(),
    }
}
