//! A new table for each of kine's databases, from each of them: loaded, and the same in every column.

mod refusals;

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use kinescope::history::Dialect;
use kinescope::history::compaction::Policy;

use crate::proof::desk::{Desk, into_kine};
use crate::proof::kine::{self, Listed};
use crate::proof::layout::Layout;
use crate::proof::table::Row;
use crate::support::any::{Client, Database, Engine};
use crate::support::program::{Ran, run};
use crate::support::server::block_on;

/// How a file is called that is for a database.
fn file_of(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::MySql => "kine.sql",
        Dialect::Postgres => "kine.pg.sql",
        Dialect::Sqlite => "kine.db",
    }
}

/// Loads a file that was written into a new database.
fn load(engine: Engine, path: &Path) -> Database {
    let database = engine.database();
    match &database {
        Database::MySql(it) => {
            let mut client = Command::new("mysql");
            client.args(["--no-defaults", "--user=root", "--max-allowed-packet=64M"]);
            client.arg(format!("--socket={}", it.server.socket.display())).arg(&it.name);
            client.stdin(File::open(path).expect("it was written")).stderr(Stdio::piped());
            let output = client.output().expect("the client runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        Database::Postgres(it) => it.load(&std::fs::read(path).expect("it was written")),
        Database::Sqlite(it) => drop(std::fs::copy(path, it.path()).expect("it was written")),
    }
    database
}

/// What a database has: every column of every row, the keys as kine lists them, and both once more after
/// kine's compaction.
#[derive(Clone, PartialEq)]
struct Seen {
    rows: Vec<Row>,
    listed: Vec<Listed>,
    left: Vec<Row>,
    listed_then: Vec<Listed>,
    /// The revision that the next write gets.
    next: u64,
}

fn seen(database: &Database) -> Seen {
    async fn of<C: Client>(connection: C) -> sqlx::Result<Seen> {
        let mut desk = Desk::new(connection, String::new(), u64::MAX).await?;
        let (rows, listed) = (desk.rows().await?, desk.listed().await?);
        desk.connection.run("INSERT INTO kine (name) VALUES ('next')").await?;
        let next =
            desk.connection.fetch("SELECT MAX(id) FROM kine WHERE name = 'next'", &[]).await?;
        desk.connection.run("DELETE FROM kine WHERE name = 'next'").await?;
        // Up to the last row but the one with a high id: kine's loop takes a batch for every 1,000 ids.
        let target = rows.iter().map(|row| row.id).rfind(|&id| id < 1000).unwrap_or_default();
        kine::compact(&mut desk.connection, target, Policy::DEFAULT.without_retain()).await?;
        let (left, listed_then) = (desk.rows().await?, desk.listed().await?);
        Ok(Seen { rows, listed, left, listed_then, next: next[0][0].number().unwrap_or_default() })
    }
    let seen = block_on(async {
        match database {
            Database::MySql(it) => of(it.server.connect(&it.name).await).await,
            Database::Postgres(it) => of(it.server.connect(&it.name).await).await,
            Database::Sqlite(it) => of(it.connect().await).await,
        }
    });
    seen.expect("statements of kine")
}

/// A row as kine writes it.
fn row(id: u64, name: &str, deleted: bool, prev: u64, value: Option<&[u8]>) -> Row {
    Row {
        id,
        name: Some(name.as_bytes().to_vec()),
        created: Some((prev == 0).into()),
        deleted: Some(deleted.into()),
        create_revision: Some(0),
        prev_revision: Some(prev),
        lease: Some(0),
        value: value.map(<[u8]>::to_vec),
        old_value: None,
    }
}

/// Rows with everything in their columns that these can hold.
fn rows() -> Vec<Row> {
    let all: Vec<u8> = (0..=255).collect();
    let twice: Vec<u8> = all.iter().rev().chain(&all).copied().collect();
    let big: Vec<u8> = (0..600_000_u32).map(|at| at.to_le_bytes()[(at % 3) as usize]).collect();
    let mut rows = vec![
        row(1, "compact_rev_key", false, 2, Some(b"")),
        row(2, "/registry/health", false, 0, Some(b"{\"health\":\"true\"}")),
        row(3, "/registry/bytes", false, 0, Some(&all)),
        row(4, "/registry/bytes", false, 3, Some(&twice)),
        row(7, "/registry/it's", false, 0, None),
        row(8, "/registry/two\nlines\tand a tab", false, 0, Some(b"\\N")),
        row(9, "/registry/big", false, 0, Some(&big)),
        row(10, "/registry/big", false, 9, Some(&big)),
        row(11, "/registry/gone", false, 0, Some(b"NULL")),
        row(12, "/registry/gone", true, 11, None),
        row(13, "gap-13", true, 0, None),
        row(14, "/registry/Upper_Case%", false, 0, Some(b"\\.\n\\x41';--\r\n\0")),
    ];
    rows[3].old_value = Some(all);
    rows[7].old_value = Some(Vec::new());
    rows[9].old_value = Some(b"NULL".to_vec());
    rows[5].lease = Some(i32::MAX.into());
    rows.extend([
        Row { name: None, ..row(20, "", false, 0, Some(b"\xff\xfe")) },
        Row {
            created: None,
            deleted: None,
            lease: None,
            ..row(21, "/registry/null", false, 0, None)
        },
        Row {
            create_revision: None,
            prev_revision: None,
            ..row(22, "/registry/n", false, 0, None)
        },
        Row { lease: Some(-7), ..row(5_000_000_000, "/registry/high", false, 0, None) },
    ]);
    rows
}

/// What was said, but for a warning of a password on the command line.
fn said(ran: &Ran) -> String {
    let is_other = |line: &&str| !line.contains("can see a password on the command line");
    ran.err.lines().filter(is_other).map(|line| format!("{line}\n")).collect()
}

/// Runs `kinescope export`, which must say nothing on the way.
#[track_caller]
fn export(source: &str, to: &Path, more: &[&str]) -> Ran {
    let to = to.display().to_string();
    let ran = run(&[&["export", source, "--to", &to], more].concat());
    assert_eq!((ran.status, &*said(&ran)), (Some(0), ""), "{source} {to}: {}", ran.out);
    ran
}

/// Compares two sources in every column.
#[track_caller]
fn assert_same(first: &str, second: &str) {
    let ran = run(&["compare", "--values", first, second, "--format", "json"]);
    assert_eq!(said(&ran), "", "{first} {second}");
    let compared: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(compared["values"], "compared");
    let rows = &compared["rows"];
    for part in ["/differ", "/only_first/missing", "/only_first/newer", "/only_second/missing"] {
        assert_eq!(rows.pointer(part), Some(&0.into()), "{first} {second}: {}", ran.out);
    }
    // A new table may have an index that the source lacks, and nothing else.
    for list in ["differing_rows", "keys"] {
        assert_eq!(compared[list], serde_json::json!([]), "{first} {second}: {}", ran.out);
    }
}

#[test]
fn every_database_is_written_for_every_other_and_is_the_same() {
    let rows = rows();
    let directory = tempfile::tempdir().expect("a directory");
    let mut hashes = Vec::new();
    for engine in Engine::all() {
        let database = engine.database();
        // As kine makes it today.
        Layout::all(engine)[1].create(&database);
        if let Database::MySql(it) = &database {
            it.exec("SET GLOBAL max_allowed_packet = 67108864");
        }
        for rows in rows.chunks(5) {
            database.exec(&format!("INSERT{}", into_kine(engine.dialect(), rows)));
        }
        if let Database::Postgres(it) = &database {
            // Ids that are given use up no number.
            it.exec("SELECT setval('kine_id_seq', (SELECT max(id) FROM kine))");
        }
        let source = database.endpoint();
        let mut files = Vec::new();
        for target in Engine::all() {
            let what = format!("{} to {}", engine.name(), target.name());
            let path = directory.path().join(file_of(target.dialect()));
            let ran = export(&source, &path, &["--output", "json"]);
            let summary: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
            assert_eq!(summary["rows"], rows.len(), "{what}");
            assert_eq!(summary["revisions"]["compacted"], 2, "{what}");
            hashes.push((summary["hash"].clone(), summary["blocks"].clone()));
            // What was written, a text included, is what was read.
            if files.is_empty() {
                assert_same(&source, &path.display().to_string());
            }
            let loaded = load(target, &path);
            assert_same(&source, &loaded.endpoint());
            files.push((what, loaded));
            std::fs::remove_file(&path).expect("ours");
        }
        // kine's statements change what they run on.
        let before = seen(&database);
        assert!(before.rows == rows, "{}: it was filled otherwise", engine.name());
        for (what, loaded) in files {
            let after = seen(&loaded);
            assert!(after.rows == rows, "{what}: rows differ");
            assert_eq!(after.next, 5_000_000_001, "{what}");
            assert!(after.listed == before.listed, "{what}: kine lists other keys");
            assert!(after.left == before.left, "{what}: kine's compaction leaves other rows");
            assert!(after.listed_then == before.listed_then, "{what}: kine lists others then");
        }
    }
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
}

#[test]
fn values_are_compared_byte_for_byte_and_nothing_of_them_is_shown() {
    let directory = tempfile::tempdir().expect("a directory");
    let [before, after] = ["before.db", "after.db"].map(|name| directory.path().join(name));
    export("tests/fixtures/incident-after.sql.gz", &before, &[]);
    std::fs::copy(&before, &after).expect("ours");
    block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&after);
        let mut connection = sqlx::ConnectOptions::connect(&options).await.expect("ours");
        for change in [
            "UPDATE kine SET value = X'5365637265742d41' WHERE id = 7293",
            "UPDATE kine SET old_value = X'' WHERE id = (SELECT min(id) FROM kine WHERE old_value IS NULL)",
        ] {
            connection.run(change).await.expect("ours");
        }
    });
    let [before, after] = [&before, &after].map(|path| path.display().to_string());
    let same = run(&["compare", &before, &after]);
    assert_eq!((same.status, same.err.as_str()), (Some(0), ""), "{}", same.out);
    assert!(same.out.contains("values       not compared"), "{}", same.out);
    let differ = run(&["compare", "--values", &before, &after]);
    assert_eq!((differ.status, differ.err.as_str()), (Some(1), ""), "{}", differ.out);
    for line in [
        "The tables part at revision 1: old_value differs.",
        "values       compared, by their hashes",
        "  1  compact_rev_key  old_value differs",
        "value differs",
    ] {
        assert!(differ.out.contains(line), "{line}: {}", differ.out);
    }
    assert!(!differ.out.contains("Secret"), "{}", differ.out);
    for part in ["--since=5", "--prefix=/registry/", "--columns=index"] {
        let ran = run(&["compare", "--values", &before, &after, part]);
        let is_refused = ran.status == Some(2) && ran.err.contains("only a whole table");
        // A file has no indexes to choose.
        assert!(is_refused || part == "--columns=index", "{part}: {}", ran.err);
    }
}

#[test]
fn a_new_table_has_all_indexes_of_kine() {
    let directory = tempfile::tempdir().expect("a directory");
    for engine in Engine::all() {
        let path = directory.path().join(file_of(engine.dialect()));
        export("tests/fixtures/incident-after.sql.gz", &path, &[]);
        let loaded = load(engine, &path);
        std::fs::remove_file(&path).expect("ours");
        let ran = run(&["audit", &loaded.endpoint(), "--format", "json"]);
        let audit: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
        let summary = audit["summary"].as_object().expect("an object");
        for rule in
            ["missing-index", "unique-index", "narrow-column", "sequence-behind", "name-order"]
        {
            assert!(!summary.contains_key(rule), "{}: {}", engine.name(), ran.out);
        }
    }
}

#[test]
fn a_forked_table_is_written_without_its_stray_rows_alone() {
    let source = "tests/fixtures/incident-before.sql.gz";
    let directory = tempfile::tempdir().expect("a directory");
    for engine in Engine::all() {
        let path = directory.path().join(file_of(engine.dialect()));
        let ran = run(&["export", source, "--to", &path.display().to_string()]);
        assert_eq!(ran.status, Some(3), "{}", ran.out);
        assert!(ran.err.contains("--repaired"), "{}", ran.err);
        assert!(
            ran.err.contains("in 17 rows: revision 5123 (/registry/minions/node-02)"),
            "{}",
            ran.err
        );
        assert_eq!(std::fs::read_dir(directory.path()).expect("ours").count(), 0);

        let ran = export(source, &path, &["--repaired", "--output", "json"]);
        let summary: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
        let left_out = summary["left_out"].as_array().expect("a list");
        assert_eq!((left_out.len(), &left_out[0]), (27, &5122.into()));
        let loaded = load(engine, &path);
        std::fs::remove_file(&path).expect("ours");
        let endpoint = loaded.endpoint();
        let audit = run(&["audit", &endpoint, "--fail-on", "warning"]);
        assert_eq!(audit.status, Some(0), "{}: {}", engine.name(), audit.out);
        // All keys are what they were; the rows that are missing are those that were left out.
        let compared = run(&["compare", "--values", source, &endpoint, "--format", "json"]);
        let compared: serde_json::Value = serde_json::from_str(&compared.out).expect("it is JSON");
        assert_eq!(compared["keys"], serde_json::json!([]));
        assert_eq!(compared["rows"]["same"], 7293 - 27);
        assert_eq!(compared["rows"]["only_first"]["missing"], 27);
    }
}

#[test]
fn recorded_tables_are_the_same_in_every_database() {
    let directory = tempfile::tempdir().expect("a directory");
    let state = directory.path().join("state.db");
    let zipped =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sqlite/b-upgraded-before.db.gz");
    let mut gzip = Command::new("gzip");
    gzip.arg("-dc").arg(zipped).stdout(File::create(&state).expect("ours"));
    assert!(gzip.status().expect("gzip runs").success());
    for source in [&state.display().to_string(), "tests/fixtures/postgres/b-upgraded-before.sql.gz"]
    {
        for engine in Engine::all() {
            let path = directory.path().join(file_of(engine.dialect()));
            export(source, &path, &[]);
            let loaded = load(engine, &path);
            std::fs::remove_file(&path).expect("ours");
            let ran = run(&["compare", "--values", source, &loaded.endpoint(), "--format", "json"]);
            let compared: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
            assert_eq!(compared["rows"]["differ"], 0, "{source}: {}", ran.out);
            assert_eq!(compared["parts_at"], serde_json::Value::Null, "{source}: {}", ran.out);
            assert_eq!(compared["keys"], serde_json::json!([]), "{source}: {}", ran.out);
        }
    }
}
