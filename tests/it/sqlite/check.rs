//! What is wrong with the files of a database: damage that SQLite is asked to look for, and a WAL that it
//! takes nothing from.

use std::fs;
use std::path::Path;

use kinescope::audit::audit;
use kinescope::source::{Intake, Log, Options, load};

use super::{Made, read, source, state};
use crate::support::program::run;
use crate::support::server::block_on;

/// All of a table, once SQLite has looked through the file.
fn checked(path: &Path) -> Intake {
    let options = Options { quick_check: true, ..Options::default() };
    let loaded = block_on(load(source(path), options, &Log::default(), |_| {}));
    let loaded = loaded.unwrap_or_else(|error| panic!("{}", error.in_a_line()));
    assert!(loaded.error.is_none(), "{:?}", loaded.error);
    loaded.table
}

/// What the rule says, and whether it was checked.
fn said(table: &Intake) -> (Vec<String>, bool) {
    let findings = audit(&table.history, true);
    let found = findings.found.iter().filter(|it| it.rule.name == "damaged-file");
    let said = found.map(|it| findings.message(&table.history, it)).collect();
    (said, findings.unchecked.iter().all(|it| it.rule.name != "damaged-file"))
}

#[test]
fn damage_is_found_where_sqlite_is_asked_to_look() {
    let made = Made::new(&[
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
         INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
         SELECT '/registry/' || i, 1, 0, 0, 0, 0 FROM n",
        "VACUUM",
        // The last pages of the file are its.
        "CREATE INDEX kine_name_index ON kine (name)",
    ]);
    let path = made.path();
    let sound = checked(&path);
    assert_eq!(said(&sound), (vec![], true));
    let notes = sound.opened.notes.join(" ");
    assert!(notes.contains("SQLite's quick check finds no damage in the file."), "{notes}");
    assert_eq!(said(&read(&path)), (vec![], false));

    let mut file = fs::read(&path).expect("it can be read");
    let last = file.len() - 4096;
    file[last..last + 2000].fill(0x5a);
    fs::write(&path, file).expect("it is ours");
    // The rows are not in the index.
    assert_eq!(read(&path).history.len(), 3000);
    let damaged = checked(&path);
    assert_eq!(damaged.history.len(), 3000);
    let (said, is_checked) = said(&damaged);
    assert!(is_checked && said.len() == 1, "{said:?}");
    assert!(said[0].starts_with("SQLite's quick check says: Tree "), "{said:?}");
    assert!(!damaged.opened.notes.join(" ").contains("no damage"));

    let shown = path.display().to_string();
    let ran = run(&["audit", "--quick-check", &shown]);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert!(ran.out.contains("damaged-file (1): SQLite finds damage in its file"), "{}", ran.out);
}

#[test]
fn a_table_that_is_no_file_of_sqlites_is_not_checked() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.tsv");
    fs::write(&path, "id\tname\tprev_revision\n1\t/a\t0\n").expect("it is ours");
    let ran = run(&["audit", "--quick-check", &path.display().to_string()]);
    assert_eq!(ran.status, Some(2), "{}", ran.out);
    assert!(ran.err.contains("--quick-check is for a database of SQLite"), "{}", ran.err);
}

type Damage = fn(&mut Vec<u8>);

#[test]
fn a_wal_that_sqlite_takes_nothing_from_is_told() {
    let whole = |path: &Path| fs::read(path).expect("it can be read");
    let rows = |path: &Path| {
        let table = read(path);
        (table.history.len(), table.opened.notes.join(" "))
    };
    let directory = state("d-stopped-state", &["-wal"]);
    let path = directory.path().join("state.db");
    let (all, notes) = rows(&path);
    assert!(all > 0 && !notes.contains("The -wal"), "{notes}");
    let wal = directory.path().join("state.db-wal");
    let sound = whole(&wal);
    let damages: [(Damage, &str); 5] = [
        (|wal| wal.truncate(20), "is cut off: SQLite takes nothing"),
        (|wal| wal[0] = 0, "is none of SQLite's: SQLite takes nothing"),
        (|wal| wal[13] ^= 1, "is damaged at its beginning: SQLite takes nothing"),
        (|wal| wal[40] ^= 1, "is of another moment than its beginning: the salts differ: SQLite"),
        (|wal| wal.truncate(40), "is cut off: SQLite takes nothing"),
    ];
    // A database of its own, so that there is something to read without the WAL.
    let alone = state("a-before", &[]);
    let alone_path = alone.path().join("state.db");
    let (rows_alone, _) = rows(&alone_path);
    for (damage, says) in damages {
        let mut wal = sound.clone();
        damage(&mut wal);
        fs::write(alone.path().join("state.db-wal"), wal).expect("it is ours");
        let (rows, notes) = rows(&alone_path);
        assert_eq!(rows, rows_alone, "{says}");
        assert!(notes.contains(says), "{says}: {notes}");
    }
    let ran = run(&["connect", &alone_path.display().to_string()]);
    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("is cut off: SQLite takes nothing from it, so the"), "{}", ran.out);
}

#[test]
fn a_wal_of_larger_pages_is_another_databases() {
    let other = Made { database: crate::support::sqlite::Database::new() };
    // Its WAL is there as long as somebody has it open.
    let wal = block_on(async {
        let mut connection = other.database.connect_with(|it| it.page_size(8192)).await;
        sqlx::query("CREATE TABLE other (x)").execute(&mut connection).await.expect("it is ours");
        fs::read(other.path().with_extension("db-wal")).expect("it is there")
    });
    let directory = state("a-before", &[]);
    fs::write(directory.path().join("state.db-wal"), wal).expect("it is ours");
    let said = super::refused(&directory.path().join("state.db"));
    assert!(said.contains("another database's"), "{said}");
}

#[test]
fn a_long_wal_is_told_with_how_much_of_it_waits() {
    let directory = state("d-stopped-state", &["-wal", "-shm"]);
    let path = directory.path().join("state.db");
    let wal = fs::File::options().write(true).open(directory.path().join("state.db-wal"));
    wal.and_then(|wal| wal.set_len(80 << 20)).expect("a hole takes no room");
    let notes = read(&path).opened.notes.join(" ");
    assert!(notes.contains("The -wal has 80.0 MiB. It grows as long as"), "{notes}");
    let ran = run(&["connect", &path.display().to_string()]);
    assert!(ran.out.contains(" not in the database yet"), "{}", ran.out);
}

#[test]
fn a_file_that_could_give_free_pages_back_says_why_it_does_not() {
    let made = Made { database: crate::support::sqlite::Database::new() };
    made.exec(&["PRAGMA auto_vacuum = 2; VACUUM"]);
    made.database.create_kine_table();
    made.exec(&[
        "CREATE TABLE large (x)",
        "INSERT INTO large VALUES (zeroblob(4000000))",
        "DROP TABLE large",
    ]);
    let notes = made.read().opened.notes.join(" ");
    assert!(notes.contains("kine never runs PRAGMA incremental_vacuum"), "{notes}");
    let ran = run(&["connect", &made.path().display().to_string()]);
    assert!(ran.out.contains("incremental: kine never runs"), "{}", ran.out);
}
