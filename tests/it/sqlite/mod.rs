//! Databases of SQLite as real kine left them: read as they are, and left as they were.

mod audit;
mod harm;
mod odd;
pub(crate) mod recorded;
pub(crate) mod tables;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use kinescope::source::{Intake, Log, Options, Source, load};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::support::server::block_on;

/// kine's table, as v0.16.3 and later make it.
const TABLE: &str = "CREATE TABLE kine (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, \
                     created INTEGER, deleted INTEGER, create_revision INTEGER, prev_revision INTEGER, \
                     lease INTEGER, value BLOB, old_value BLOB)";
const UNIQUE_INDEX: &str =
    "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)";

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
    directory: TempDir,
}

impl Made {
    fn new(statements: &[&str]) -> Self {
        let made = Self { directory: tempfile::tempdir().expect("a directory") };
        made.exec(&[TABLE, UNIQUE_INDEX]);
        made.exec(statements);
        made
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("state.db")
    }

    fn exec(&self, statements: &[&str]) {
        block_on(async {
            let mut connection = writer(&self.path()).await;
            for sql in statements {
                sqlx::raw_sql(sqlx::AssertSqlSafe(*sql)).execute(&mut connection).await.expect(sql);
            }
            connection.close().await.expect("it closes");
        });
    }

    fn read(&self) -> Intake {
        read(&self.path())
    }
}

/// A connection such as kine has.
async fn writer(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
        .foreign_keys(false);
    options.connect().await.expect("it can be opened")
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
