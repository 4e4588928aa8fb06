//! What a process that writes to a database of SQLite, as k3s does, notices of one that reads it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, SqliteConnection};

use crate::figures::{Figures, Times, percentiles};
use crate::peers::load;
use crate::reading::{self, Reading};
use crate::server::block_on;
use crate::table::Table;

/// How often the table is read.
const READINGS: usize = 100;
/// How many writes are measured without a reader.
const WRITES: usize = 5000;
/// How long the writer rests between two writes: a cluster of some hundred nodes writes so often.
const REST: Duration = Duration::from_millis(5);
/// What kine's driver does for each write; its value has what an object of Kubernetes has, and the old
/// one as much.
const WRITE: &str = "BEGIN IMMEDIATE; INSERT INTO kine (name, created, deleted, create_revision, \
                     prev_revision, lease, value, old_value) SELECT name, 0, 0, \
                     max(create_revision, 1), id, lease, randomblob(2000), randomblob(2000) FROM kine \
                     WHERE id = (SELECT max(id) FROM kine); COMMIT";

/// Measures the writer alone, and beside one reading after the other, each in a process of its own.
pub(crate) fn measure(table: Table, figures: &Figures) {
    let directory = tempfile::tempdir().expect("a directory");
    fs::set_permissions(directory.path(), Permissions::from_mode(0o700)).expect("it is ours");
    let file = directory.path().join("state.db");
    let file = file.to_str().expect("a path of letters");
    load(file, table);
    let mut connection = block_on(connect(file));
    let mut left = WRITES;
    let alone = write(&mut connection, || {
        left -= 1;
        left > 0
    });
    let is_done = AtomicBool::new(false);
    let mut read = Times::default();
    let beside = std::thread::scope(|scope| {
        let writing = scope.spawn(|| write(&mut connection, || !is_done.load(Relaxed)));
        for _ in 0..READINGS {
            Times::time(&mut read, || reading::read(Reading::Linked, file));
        }
        is_done.store(true, Relaxed);
        writing.join().expect("it goes on writing")
    });
    percentiles("a write to SQLite, nobody reads", &alone);
    percentiles(&format!("the same beside {READINGS} readings, one after the other"), &beside);
    figures.time("one of those readings, as a process", &read);
}

async fn connect(file: &str) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(false)
        .busy_timeout(Duration::from_secs(30));
    options.connect().await.expect("it can be opened")
}

/// Writes as long as it is to go on.
fn write(connection: &mut SqliteConnection, mut goes_on: impl FnMut() -> bool) -> Times {
    block_on(async {
        let mut times = Times::default();
        while goes_on() {
            let start = Instant::now();
            connection.execute(AssertSqlSafe(WRITE)).await.expect("it can write");
            times.push(start.elapsed());
            std::thread::sleep(REST);
        }
        times
    })
}
