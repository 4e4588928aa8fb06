//! Tables that are not as kine makes them today, and parts of them.

use kinescope::history::{Flag, History, Part, Row};
use kinescope::source::{Options, Source};

use super::{SMALL, read, read_part, refused, small};
use crate::support::postgres::postgres;

/// Id, name and prev revision of every row.
fn rows(history: &History) -> Vec<(u64, Option<Vec<u8>>, Option<u64>)> {
    let row = |row: Row<'_>| (row.id, row.name.map(<[u8]>::to_vec), row.prev_revision);
    history.iter().map(|at| row(history.row(at))).collect()
}

#[test]
fn columns_of_other_types_are_read_as_they_are() {
    let database = postgres().database();
    let names = ["text", "VARCHAR(630)", "text COLLATE \"C\"", "varchar"];
    for number in ["INTEGER", "BIGINT", "NUMERIC", "NUMERIC(20,0)"] {
        for name in names {
            database.exec(&format!(
                "DROP TABLE IF EXISTS kine; CREATE TABLE kine (id {number} PRIMARY KEY, name {name}, \
                 created SMALLINT, deleted INTEGER, create_revision {number}, prev_revision {number}, \
                 lease BIGINT); INSERT INTO kine VALUES (1, 'compact_rev_key', 1, 0, 0, 7, 0), \
                 (2, NULL, NULL, NULL, NULL, NULL, NULL), (3, '/a ', 2, -1, 0, 2147483647, 60)"
            ));
            let table = read(&database.url());
            assert!(table.rejects.is_empty(), "{number} {name}: {:?}", table.rejects);
            let history = table.history;
            let expected = [
                (1, Some(b"compact_rev_key".to_vec()), Some(7)),
                (2, None, None),
                (3, Some(b"/a ".to_vec()), Some(2_147_483_647)),
            ];
            assert_eq!(rows(&history), expected, "{number} {name}");
            let last = history.row(history.find(3).expect("it is there"));
            assert_eq!(last.created, Flag::from_number(2));
            assert_eq!((last.deleted, last.lease), (Flag::from_number(-1), Some(60)));
            let empty = history.row(history.find(2).expect("it is there"));
            assert_eq!((empty.created, empty.deleted, empty.lease), (Flag::Null, Flag::Null, None));
        }
    }
}

#[test]
fn what_no_history_holds_is_counted_and_placed() {
    let database = postgres().database();
    database.exec(
        "CREATE TABLE kine (id NUMERIC, name text, created INTEGER, deleted INTEGER, \
         create_revision NUMERIC, prev_revision NUMERIC, lease BIGINT); \
         INSERT INTO kine VALUES (-1, 'a', 1, 0, 0, 0, 0), (1, 'a', 1, 0, 0, 0, 0), \
         (1, 'b', 1, 0, 0, 0, 0), (2.5, 'c', 1, 0, 0, 0, 0), (3, 'd', 1, 0, -1, 0, 0), \
         (4, 'e', 1, 0, 0, 18446744073709551615, 0), (5, 'f', 1, 0, 0, 0, 99999999999), \
         (6, 'g', 1, 0, 0, 36893488147419103232, 0), (NULL, 'h', 1, 0, 0, 0, 0)",
    );
    let table = read(&database.url());
    let read: Vec<u64> = table.history.iter().map(|at| table.history.id(at)).collect();
    assert_eq!(read, [1, 4]);
    let told: Vec<String> =
        table.rejects.first().iter().map(|it| format!("{}: {}", it.place, it.why)).collect();
    assert_eq!(
        told,
        [
            "revision -1: its id is negative: -1",
            "revision 1: another row has the same id, which only a table without a primary key allows",
            "the row after revision 1: its id is not an integer",
            "revision 3: its create revision is negative: -1",
            "revision 5: its lease is too large: 99999999999",
            "revision 6: its prev revision is too large: 36893488147419103232",
            "the row after revision 6: its id is NULL",
        ]
    );
    let notes = table.opened.notes.join(" ");
    assert!(notes.contains("id has no unique index"), "{notes}");
}

#[test]
fn names_are_read_byte_for_byte_whatever_the_encoding() {
    for (encoding, bytes) in
        [("SQL_ASCII", &b"/\xff\xe9"[..]), ("LATIN1", b"/\xe9"), ("UTF8", "/é\u{1f980}".as_bytes())]
    {
        let database = postgres().database_with(&format!("ENCODING {encoding} LOCALE 'C'"));
        database.create_kine_table();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        database.exec(&format!(
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) VALUES \
             (1, convert_from('\\x{hex}', '{encoding}'), 1, 0, 0, 0, 0), (2, '/a\\b ', 1, 0, 0, 0, 0)"
        ));
        let history = read(&database.url()).history;
        let expected = [(1, Some(bytes.to_vec()), Some(0)), (2, Some(b"/a\\b ".to_vec()), Some(0))];
        assert_eq!(rows(&history), expected, "{encoding}");
    }
}

#[test]
fn a_part_is_what_the_whole_table_says_it_is() {
    let database = small();
    database.exec(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) VALUES \
         ('/registry/Pods/a', 1, 0, 0, 0, 0), ('/registry/pods_x', 1, 0, 0, 0, 0), (NULL, 1, 0, 0, 0, 0), \
         ('/registry/pods%|', 1, 0, 0, 0, 0), ('compact_rev_key_apiserver', 1, 0, 0, 0, 0)",
    );
    let url = database.url();
    let whole = read(&url).history;
    for (since, prefix) in [
        (Some(3), None),
        (None, Some("/registry/pods/")),
        (None, Some("/registry/pods_")),
        (None, Some("/registry/pods%|")),
        (Some(2), Some("/registry/")),
        (Some(u64::MAX), None),
        (Some(0), Some("")),
    ] {
        let part = Part { since, prefix: prefix.map(str::to_owned) };
        let options = Options { part: Some(part), ..Options::default() };
        let table = read_part(&url, options);
        let profile = table.history.profile();
        assert_eq!(profile.current, Some(10));
        let expected: Vec<_> = whole
            .iter()
            .map(|at| whole.row(at))
            .filter(|row| profile.takes(row.id, row.name))
            .map(|row| row.id)
            .collect();
        let came: Vec<_> = table.history.iter().map(|at| table.history.id(at)).collect();
        assert_eq!(came, expected, "{since:?} {prefix:?}");
        assert!(came.contains(&1) && came.contains(&10), "the marks are of every part");
    }
}

#[test]
fn more_than_a_page_is_read_whole_and_in_order() {
    let database = postgres().database();
    database.create_kine_table();
    database.exec(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
         SELECT '/registry/' || i, 1, 0, 0, 0, 0 FROM generate_series(1, 30000) AS i",
    );
    let history = read(&database.url()).history;
    assert!(history.iter().map(|at| history.id(at)).eq(1..=30_000));
}

#[test]
fn the_table_is_found_by_the_search_path_and_named_where_it_is_elsewhere() {
    let database = postgres().database();
    database.exec(
        "CREATE SCHEMA k3s; CREATE SCHEMA other; SET search_path = k3s; CREATE TABLE kine ()",
    );
    let url = database.url();
    let error = refused(&url);
    assert!(error.contains("there is no table kine at"), "{error}");
    assert!(error.contains("there is one in another schema: k3s. "), "{error}");
    assert!(error.contains("add search_path=k3s to the endpoint"), "{error}");
    let at = format!("SET search_path = k3s; DROP TABLE kine; {}", table());
    database.exec(&at);
    for more in ["?search_path=k3s", "?search_path=other,k3s", "?options=-csearch_path%3Dk3s"] {
        assert_eq!(read(&format!("{url}{more}")).history.len(), 5, "{more}");
    }
    let source = Source::parse(&format!("{url}?search_path=k3s")).expect("an endpoint");
    assert!(source.to_string().ends_with("?search_path=k3s"), "{source}");
    assert!(refused(&format!("{url}?search_path=other")).contains("another schema: k3s"));
}

/// kine's table, and rows in it, in whichever schema comes first.
fn table() -> String {
    format!(
        "CREATE TABLE kine (id BIGSERIAL PRIMARY KEY, name text, created INTEGER, deleted INTEGER, \
         create_revision BIGINT, prev_revision BIGINT, lease INTEGER, value bytea, old_value bytea); {SMALL}"
    )
}

#[test]
fn a_view_is_read_and_said_to_be_one() {
    let database = small();
    database.exec("ALTER TABLE kine RENAME TO there; CREATE VIEW kine AS SELECT * FROM there");
    let table = read(&database.url());
    assert_eq!(table.history.len(), 5);
    assert_eq!(table.history.profile().unique_index, None);
    assert!(table.opened.notes[0].starts_with("kine is a view here"), "{:?}", table.opened.notes);
}

#[test]
fn indexes_that_forbid_nothing_are_not_taken_for_the_unique_one() {
    let database = small();
    let has = || read(&database.url()).history.profile().unique_index;
    assert_eq!(has(), Some(true));
    let index = "DROP INDEX kine_name_prev_revision_uindex; CREATE";
    let over = "INDEX kine_name_prev_revision_uindex ON kine";
    for other in [
        format!("{index} {over} (name, prev_revision)"),
        format!("{index} UNIQUE {over} (name, prev_revision) WHERE id > 10"),
        format!("{index} UNIQUE {over} (lower(name), prev_revision)"),
        format!("{index} UNIQUE {over} (name, prev_revision, id)"),
    ] {
        database.exec(&other);
        assert_eq!(has(), Some(false), "{other}");
    }
    database.exec(&format!("{index} UNIQUE {over} (prev_revision, name) INCLUDE (id)"));
    assert_eq!(has(), Some(true));
    // Left behind by CREATE INDEX CONCURRENTLY where there was a fork.
    database.exec("DROP INDEX kine_name_prev_revision_uindex");
    database.exec(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
         VALUES ('/registry/pods/a', 0, 0, 2, 2, 0)",
    );
    let concurrently =
        format!("CREATE UNIQUE INDEX CONCURRENTLY {} (name, prev_revision)", &over[6..]);
    let failed = postgres().try_exec(&database.name, &concurrently);
    assert!(failed.is_err(), "there is a fork");
    assert_eq!(has(), Some(false));
}
