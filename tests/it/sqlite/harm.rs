//! A database that is read stays what it was, with nothing beside it that was not there; and whoever
//! writes to it is not kept waiting.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use kinescope::source::{
    Found, Log, Measured, Options, Wanted, load_contents, measure, range, value,
};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::Executor as _;

use super::{Made, read, source, state};
use crate::support::server::block_on;

/// Every file of a directory with its content, and when it was changed.
fn files(directory: &Path) -> BTreeMap<String, (Vec<u8>, std::time::SystemTime)> {
    let entries = fs::read_dir(directory).expect("it is there");
    entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let changed = path.metadata().and_then(|file| file.modified()).expect("a time");
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, (fs::read(&path).expect("it can be read"), changed))
        })
        .collect()
}

/// Everything that is asked of a database.
fn ask_all(path: &Path) {
    let table = read(path);
    let source = source(path);
    let log = Log::default();
    block_on(async {
        let newest = table.history.iter().next_back().expect("it has rows");
        let (sender, mut found) = tokio::sync::mpsc::channel(1);
        value(source.clone(), Wanted::of(&table.history, newest), log.clone(), sender).await;
        assert!(matches!(found.recv().await, Some(Found::Values(_) | Found::Masked { .. })));
        let (sender, mut measured) = tokio::sync::mpsc::channel(64);
        measure(source.clone(), range(&table.history).expect("rows"), log.clone(), sender).await;
        let mut sizes = 0;
        while let Some(Measured::Sizes(some)) = measured.recv().await {
            sizes += some.len();
        }
        assert_eq!(sizes, table.history.len());
        let options = Options::default();
        let whole = load_contents(source.clone(), options, &log, |_| {}).await;
        let (loaded, mut contents) = whole.expect("it is read");
        let mut rows = 0;
        while let Some(some) = contents.next(&loaded.table.history).await.expect("it is read") {
            rows += some.len();
        }
        assert_eq!(rows, table.history.len());
        let database = source.database().expect("it is a database");
        assert!(database.ask(&log).await.expect("it answers").table.is_ok());
    });
}

#[test]
fn every_file_stays_what_it_was_and_none_is_left() {
    let temporary = files_of_ours();
    for (name, ends) in [
        ("a-before", &[][..]),
        ("d-stopped-state", &["-wal"]),
        ("d-stopped-state", &["-wal", "-shm"]),
    ] {
        let directory = state(name, ends);
        let before = files(directory.path());
        ask_all(&directory.path().join("state.db"));
        let after = files(directory.path());
        assert!(before.keys().eq(after.keys()), "{name} {ends:?}: {:?}", after.keys());
        // Where each page is in the WAL is worked out anew by whoever comes first.
        for (file, content) in before.iter().filter(|(file, _)| !file.ends_with("-shm")) {
            assert!(after[file] == *content, "{name} {ends:?}: {file} changed");
        }
    }
    assert_eq!(files_of_ours(), temporary, "private copies are removed");
}

/// Private copies of this process, by name.
fn files_of_ours() -> Vec<String> {
    let entries = fs::read_dir(std::env::temp_dir()).expect("it is there");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter(|name| name.starts_with(&format!("kinescope-{}-", std::process::id()))).collect()
}

/// Stops the writer, also when an assertion fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

#[test]
fn a_writer_goes_on_and_each_reading_is_of_one_moment() {
    let made = Made::new(&[]);
    let path = made.path();
    let stop = AtomicBool::new(false);
    let longest = std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            block_on(async {
                let mut connection = made.database.connect().await;
                let mut longest = Duration::ZERO;
                for id in 1.. {
                    // Each write links to the one before: a reading of two moments has a broken link.
                    let sql = format!(
                        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, \
                         lease, value) VALUES ('/registry/a', 0, 0, 1, {}, 0, zeroblob(2000)); \
                         DELETE FROM kine WHERE id = {} - 500",
                        id - 1,
                        id
                    );
                    let started = Instant::now();
                    connection.execute(sqlx::AssertSqlSafe(sql)).await.expect("it can write");
                    longest = longest.max(started.elapsed());
                    if stop.load(Relaxed) {
                        return longest;
                    }
                }
                longest
            })
        });
        let stopping = Stop(&stop);
        // Before that nobody writes, and the file is read as one that nobody changes.
        while !path.with_extension("db-shm").exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        for _ in 0..50 {
            let table = read(&path);
            let ids: Vec<u64> = table.history.iter().map(|at| table.history.id(at)).collect();
            assert!(ids.windows(2).all(|pair| pair[1] == pair[0] + 1), "rows are missing");
            assert!(ids.len() <= 501, "{} rows", ids.len());
        }
        drop(stopping);
        writing.join().expect("it ends in peace")
    });
    assert!(longest < Duration::from_secs(5), "kine gives up after so long: {longest:?}");
}

#[test]
fn a_signal_leaves_no_private_copy() {
    // Copying takes long enough for a signal: beyond its rows the WAL is a hole.
    let directory = state("d-stopped-state", &["-wal"]);
    let wal = fs::File::options().write(true).open(directory.path().join("state.db-wal"));
    wal.and_then(|wal| wal.set_len(8 << 30)).expect("a hole takes no room");
    for (signal, status) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let temporary = tempfile::tempdir().expect("a directory");
        let copies = || fs::read_dir(temporary.path()).expect("it is there").count();
        let mut reading = Command::new(env!("CARGO_BIN_EXE_kinescope"))
            .args(["preview".as_ref(), directory.path().as_os_str()])
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        while copies() == 0 {
            assert!(reading.try_wait().expect("a child").is_none(), "it ended before it copied");
            std::thread::sleep(Duration::from_millis(1));
        }
        let copy = fs::read_dir(temporary.path()).expect("it is there").next();
        let copy =
            copy.expect("it was just made").and_then(|it| it.metadata()).expect("it is there");
        assert_eq!(copy.mode() & 0o777, 0o700, "it holds Secrets");
        kill_process(Pid::from_child(&reading), signal).expect("it is ours");
        let ended = reading.wait().expect("a child");
        assert_eq!((ended.code(), copies()), (Some(status), 0), "{signal:?}");
    }
}
