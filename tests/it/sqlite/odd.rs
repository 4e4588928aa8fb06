//! What is no database, is a damaged one, or holds what kine never writes.

use std::fs;

use kinescope::source::{Intake, Source};

use super::{Made, fixture, read, refused, state};
use crate::support::sqlite::Database;

#[test]
fn an_endpoint_is_taken_as_kine_takes_it() {
    let directory = state("a-before", &[]);
    let path = directory.path().join("state.db");
    let shown = path.display().to_string();
    for endpoint in [
        format!("sqlite://{shown}"),
        format!("sqlite://{shown}?_journal=WAL&cache=shared&_busy_timeout=30000&_txlock=immediate"),
        format!("sqlite://file:{shown}"),
        format!("litestream://{shown}"),
        directory.path().display().to_string(),
        shown.clone(),
    ] {
        let source = Source::parse(&endpoint).unwrap_or_else(|why| panic!("{endpoint}: {why}"));
        assert_eq!(source.to_string(), shown, "{endpoint}");
        assert!(source.database().is_some(), "{endpoint}");
    }
    let error = Source::parse("sqlite:///there/is/none.db").expect_err("it is not there");
    assert!(error.in_a_line().contains("/there/is/none.db"), "{error}");
}

#[test]
fn what_cannot_be_read_says_why() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("state.db");
    let whole = fixture("sqlite/a-before.db.gz");
    // Cut off in its middle, and overwritten there.
    fs::write(&path, &whole[..whole.len() / 2]).expect("it is ours");
    let why = refused(&path);
    assert!(why.contains("state.db") && why.contains("malformed"), "{why}");
    let mut odd = whole;
    odd[100..4096].fill(0x5a);
    fs::write(&path, &odd).expect("it is ours");
    let why = refused(&path);
    assert!(why.contains("malformed") || why.contains("not a database"), "{why}");
    // Nothing of the database is there: it is no table as text either.
    fs::write(&path, [0x5a; 8192]).expect("it is ours");
    assert!(!refused(&path).is_empty());
    let made = Made::new(&["ALTER TABLE kine RENAME TO other"]);
    assert!(refused(&made.path()).contains("there is no table kine"), "{}", refused(&made.path()));
    let made = Made::new(&["ALTER TABLE kine DROP COLUMN lease"]);
    assert!(refused(&made.path()).contains("it lacks lease"), "{}", refused(&made.path()));
}

#[test]
fn cells_that_are_nothing_of_kines_are_left_out_and_counted() {
    let made = Made::new(&[
        "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) VALUES \
         (1, '/a', 1, 0, 0, 0, 0), (2, '/b', 'x', 0, 0, 0, 0), (3, '/c', 1, 0, -4, 0, 0), \
         (4, '/d', 1, 0, 0, 'secret', 0), (5, '/e', 1, 0, 0, 0.5, 0), \
         (6, '/f', 1, 0, 0, 0, 4294967296), (7, NULL, NULL, NULL, NULL, NULL, NULL), \
         (-3, '/g', 1, 0, 0, 0, 0), (8, X'2fff', 7, 0, 0, 0, 0)",
    ]);
    let table = made.read();
    let ids: Vec<u64> = table.history.iter().map(|at| table.history.id(at)).collect();
    assert_eq!(ids, [1, 7, 8]);
    let why: Vec<String> = table
        .rejects
        .first()
        .iter()
        .map(|reject| format!("{}: {}", reject.place, reject.why))
        .collect();
    assert_eq!(
        why,
        [
            "revision -3: its id is negative: -3",
            "revision 2: its created is not an integer",
            "revision 3: its create revision is negative: -4",
            "revision 4: its prev revision is not an integer",
            "revision 5: its prev revision is not an integer",
            "revision 6: its lease is too large: 4294967296",
        ]
    );
}

#[test]
fn names_of_digits_in_an_old_table_are_told() {
    let made = Made::new(&[
        "DROP TABLE kine",
        "CREATE TABLE kine (id INTEGER PRIMARY KEY AUTOINCREMENT, name INTEGER, created INTEGER, \
         deleted INTEGER, create_revision INTEGER, prev_revision INTEGER, lease INTEGER, value BLOB, \
         old_value BLOB)",
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) VALUES \
         ('/a', 1, 0, 0, 0, 0), ('007', 1, 0, 0, 0, 0)",
    ]);
    let table = made.read();
    let names: Vec<_> = table.history.keys().map(|(key, _)| table.history.name(key)).collect();
    assert!(names.contains(&&b"7"[..]) && names.contains(&&b"/a"[..]), "{names:?}");
    let notes = table.opened.notes.join(" ");
    assert!(notes.contains("1 name is stored as numbers: "), "{notes}");
    assert_eq!(table.opened.profile.unique_index, Some(false));
}

#[test]
fn a_sequence_that_is_behind_is_told() {
    let made = Made::new(&[
        "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
         VALUES (9, '/a', 1, 0, 0, 0, 0)",
        "UPDATE sqlite_sequence SET seq = 4",
    ]);
    let notes = made.read().opened.notes.join(" ");
    assert!(notes.contains("sqlite_sequence says 4, and the newest revision is 9"), "{notes}");
    assert_eq!(read(&made.path()).opened.profile.unique_index, Some(true));
}

/// Every kind of cell in every column, and names that look like packed rows.
fn cells_of_every_kind() -> Vec<String> {
    let cells = [
        "NULL",
        "-1",
        "0",
        "2",
        "7",
        "'1'",
        "1.0",
        "0.5",
        "9e999",
        "X'31'",
        "'x'",
        "' '",
        "''",
        "X''",
        "2147483648",
        "9223372036854775807",
        "-9223372036854775808",
        "zeroblob(5000)",
        "'1 0 0 0 0 0 1 a'",
        "'/a 9 1 0 0 0 0 2 /b'",
        "'a' || char(0) || 'b'",
        "X'2fff00fe'",
        "'/é中'",
    ];
    let mut rows = Vec::new();
    for at in 0..6 {
        for cell in cells {
            let mut row = ["'/a'", "1", "0", "0", "0", "0"];
            row[at] = cell;
            rows.push(format!("({})", row.join(", ")));
        }
    }
    rows
}

#[test]
fn packed_rows_are_those_that_cells_say() {
    let columns = "name, created, deleted, create_revision, prev_revision, lease";
    let (least, greatest) = (i64::MIN, i64::MAX);
    for kind in ["TEXT", "INTEGER", ""] {
        let database = Database::new();
        database.create(kind);
        let made = Made { database };
        let usual = format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
             INSERT INTO kine ({columns}) SELECT '/registry/' || i, 1, 0, 0, 0, i % 3 FROM n"
        );
        let one = |id: i64| {
            format!("INSERT INTO kine (id, {columns}) VALUES ({id}, '/end', 1, 0, 0, 0, 0)")
        };
        // Names that could be taken for more than they are, among usual rows.
        let names = "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
                     VALUES ('', 1, 0, 0, 0, 0), (X'', 0, 1, 2, 3, 4), ('/a 9 1 0 0 0 0 2 /b', 1, 0, 0, 0, 0), \
                     ('a' || char(0) || 'b', 1, 0, 0, 0, 0), (X'2fff00fe', 1, 0, 0, 0, 0), ('/é中', 1, 0, 0, 0, 0)";
        let odd = cells_of_every_kind().join(", ");
        let odd = format!("INSERT INTO kine ({columns}) VALUES {odd}");
        made.exec(&[&one(least), &usual, names, &usual, &odd, &usual, &one(greatest)]);
        let packed = made.read();
        // The same rows in a table where SQLite cannot go on from an id.
        made.exec(&[
            "ALTER TABLE kine RENAME TO packed",
            &format!(
                "CREATE TABLE kine (id INT, name {kind}, created INTEGER, deleted INTEGER, \
                 create_revision INTEGER, prev_revision INTEGER, lease INTEGER, value BLOB, \
                 old_value BLOB)"
            ),
            "INSERT INTO kine SELECT * FROM packed",
        ]);
        let plain = made.read();
        let rows = |table: &Intake| {
            let history = &table.history;
            history.iter().map(|at| format!("{:?}", history.row(at))).collect::<Vec<_>>()
        };
        assert!(rows(&packed).len() > 15_000, "{kind}");
        assert_eq!(rows(&packed), rows(&plain), "{kind}");
        let rejects = |table: &Intake| {
            let rejects = table.rejects.first().iter();
            rejects.map(|reject| format!("{}: {}", reject.place, reject.why)).collect::<Vec<_>>()
        };
        assert!(rejects(&packed).len() > 50, "{kind}");
        assert_eq!(rejects(&packed), rejects(&plain), "{kind}");
    }
}

#[test]
fn rows_without_a_number_of_their_own_are_all_read() {
    // With `DESC` an id is a column like any other, and may be NULL.
    for id in ["INTEGER PRIMARY KEY DESC", "INT PRIMARY KEY", "INTEGER"] {
        let made = Made { database: Database::new() };
        made.exec(&[
            &format!(
                "CREATE TABLE kine (id {id}, name TEXT, created INTEGER, deleted INTEGER, \
                 create_revision INTEGER, prev_revision INTEGER, lease INTEGER, value BLOB, \
                 old_value BLOB)"
            ),
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             VALUES (NULL, '/a', 1, 0, 0, 0, 0), (2, '/b', 1, 0, 0, 0, 0), ('x', '/c', 1, 0, 0, 0, 0)",
        ]);
        let table = made.read();
        assert_eq!((table.history.len(), table.rejects.count()), (1, 2), "{id}");
    }
}

#[test]
fn names_in_utf_16_are_the_same_names() {
    let made = Made { database: Database::new() };
    made.exec(&["PRAGMA encoding = 'UTF-16'; CREATE TABLE other (x)"]);
    made.database.create("TEXT");
    made.exec(&[
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
                 VALUES ('/a', 1, 0, 0, 0, 0), ('/é中', 1, 0, 0, 0, 0)",
    ]);
    let table = made.read();
    let names: Vec<_> = table.history.keys().map(|(key, _)| table.history.name(key)).collect();
    assert_eq!(names, [&b"/a"[..], "/é中".as_bytes()]);
}
