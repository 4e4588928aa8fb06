//! A part of a table: what is read of it, and how the server finds it.

use kinescope::history::{History, Part, Profile, Row, Rows};
use kinescope::source::Options;

use super::{Outcome, on_a_new_table, on_every_server, read_all, read_part};
use crate::support::server::Database;

fn part(since: Option<u64>, prefix: Option<&str>) -> Part {
    Part { since, prefix: prefix.map(str::to_owned) }
}

fn read(endpoint: &str, part: &Part) -> Outcome {
    read_part(endpoint, Options { part: Some(part.clone()), ..Options::default() })
}

/// Reads parts of a table and compares them with the whole.
fn compare(database: &Database<'_>, parts: &[Part]) {
    let whole = read_all(&database.socket_dsn());
    for part in parts {
        let outcome = read(&database.socket_dsn(), part);
        let history = outcome.history();
        let profile = Profile { part: Some(part.clone()), ..whole.history().profile().clone() };
        let rows = whole.rows();
        let expected: Vec<Row<'_>> =
            rows.into_iter().filter(|row| profile.takes(row.id, row.name)).collect();
        assert_eq!(outcome.rows(), expected, "{part:?}");
        assert_eq!(history.profile().part.as_ref(), Some(part));
        assert_eq!(history.current(), whole.history().current());
        assert_eq!(history.compacted(), whole.history().compacted());
        let asked = |history: &History| {
            history.requests().map(|it| (it.id, it.prev, it.value)).collect::<Vec<_>>()
        };
        assert_eq!(asked(history), asked(whole.history()), "{part:?}");
        assert_eq!(outcome.unread.first(), [], "{part:?}");
    }
}

#[test]
fn a_part_is_what_the_whole_has_of_it() {
    on_every_server(|server| {
        let database = server.database();
        database.load("incident-before.sql.gz");
        database.exec(
            "INSERT INTO kine (name, prev_revision) VALUES ('/Registry/MINIONS/node-02', 5), \
             ('/registry/minions', 6), ('/registry/minions/50%_|x', 7), (NULL, 8), ('', 9), \
             ('compact_rev_key', 17), ('compact_rev_key_apiserver', 0), \
             ('compact_rev_key_APIServer', 7301), ('compact_rev_key_apiserver2', 7)",
        );
        let mut parts = Vec::new();
        for since in [None, Some(0), Some(1), Some(6000), Some(7295), Some(7301), Some(u64::MAX)] {
            for prefix in [
                None,
                Some("/registry/minions/"),
                Some("/registry/minions  "),
                Some("/registry/minions/50%_|"),
                Some("/registry/minions/50%_|_"),
                Some("c"),
                Some("none"),
            ] {
                parts.push(part(since, prefix));
            }
        }
        compare(&database, &parts);
        // Without the index that finds names, or with one that only looks like it.
        let drop = "DROP INDEX kine_name_id_index ON kine";
        for other in ["name(20), id", "id, name", "name"] {
            database.exec(drop);
            database.exec(&format!("CREATE INDEX kine_name_id_index ON kine ({other})"));
            compare(&database, &parts[..9]);
        }
    });
}

#[test]
fn a_large_part_is_read_in_many_pages() {
    on_a_new_table(|database| {
        super::session::scatter_rows(database);
        // Of one key, which no page boundary may tear apart, and of many.
        database.exec("UPDATE kine SET name = '/k/hot', prev_revision = id WHERE id % 3000 = 0");
        let parts = [part(None, Some("/k/")), part(Some(5_030_000_000), Some("/K/h"))];
        compare(database, &parts);
        compare(database, &[part(Some(5_060_000_000), None)]);
    });
}

#[test]
fn rows_of_a_part_are_found_by_an_index() {
    on_every_server(|server| {
        let database = server.database();
        database.load("incident-before.sql.gz");
        let part = part(Some(5000), Some("/registry/minions/"));
        let (outcome, sent) = server.logged(&database.name, || read(&database.socket_dsn(), &part));
        assert_eq!(outcome.unread.first(), []);
        let named: Vec<_> = sent.iter().filter(|sent| sent.contains(" LIKE ")).collect();
        assert!(!named.is_empty(), "{sent:#?}");
        for sent in sent.iter().filter(|sent| sent.contains("FROM kine") && !sent.contains('?')) {
            let plan = server.explain(&database.name, sent);
            assert!(!plan.contains("ALL"), "{sent}: {plan}");
        }
    });
}

#[test]
fn ids_that_are_null_do_not_hold_the_reading_up() {
    on_every_server(|server| {
        let database = server.database();
        database.exec(
            "CREATE TABLE kine (id BIGINT UNSIGNED UNIQUE, name VARCHAR(630) CHARACTER SET ascii, \
             created INTEGER, deleted INTEGER, create_revision BIGINT, prev_revision BIGINT, \
             lease INTEGER)",
        );
        database.exec(
            "INSERT INTO kine (name) WITH d AS (SELECT 0 n UNION ALL SELECT 1 UNION ALL SELECT 2 \
             UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 \
             UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) \
             SELECT '/n' FROM d a, d b, d c, d d, d e WHERE e.n < 6; \
             INSERT INTO kine (id, name) VALUES (7, '/a'), (9, '/b')",
        );
        let outcome = read_all(&database.socket_dsn());
        assert_eq!((outcome.rows().len(), outcome.unread.count()), (2, 60_000));
        // They come after no revision.
        let outcome = read(&database.socket_dsn(), &part(Some(7), None));
        assert_eq!((outcome.rows().len(), outcome.unread.count()), (1, 0));
    });
}

#[test]
fn a_link_out_of_a_part_is_not_broken() {
    on_a_new_table(|database| {
        database.exec(
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision) VALUES \
             (1, 'compact_rev_key', 1, 0, 0, 2), (3, '/a', 1, 0, 0, 0), (4, '/a', 0, 0, 3, 3), \
             (5, '/a', 0, 0, 3, 4), (6, 'gap-6', 0, 1, 0, 0), (8, '/a', 0, 0, 3, 7)",
        );
        let broken =
            |history: &History| history.find_key(b"/a").is_some_and(|key| history.is_broken(key));
        let whole = read_all(&database.dsn());
        assert!(broken(whole.history()));
        let since = |since| read(&database.dsn(), &part(Some(since), None));
        assert!(broken(since(5).history()), "7 is not there");
        assert!(!broken(since(6).history()), "the table may have been compacted to 8");
        assert!(!broken(since(7).history()), "7 may be there");
        assert!(!broken(read(&database.dsn(), &part(None, Some("/a"))).history()));
        let rows: Rows = since(4).rows().into_iter().collect();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 5, 6, 8]);
    });
}

/// Both servers, told to use an index over such names, forget those that go on with less than a space.
#[test]
fn what_an_index_misses_is_under_a_prefix() {
    let collations =
        ["ascii_general_ci", "ascii_bin", "latin1_bin", "utf8mb4_bin", "utf8mb4_general_ci"];
    let of_mariadb = ["utf8mb4_nopad_bin", "latin1_nopad_bin"];
    on_every_server(|server| {
        let database = server.database();
        database.create_kine_table();
        let rows: Vec<String> =
            (0..128).map(|byte| format!("(CONCAT('/k', CHAR({byte})), {byte})")).collect();
        database
            .exec(&format!("INSERT INTO kine (name, prev_revision) VALUES {}", rows.join(", ")));
        let others = if server.mariadb { &of_mariadb[..] } else { &["utf8mb4_0900_bin"] };
        for collation in collations.iter().chain(others) {
            let (charset, _) = collation.split_once('_').expect("it has a character set");
            database.exec(&format!(
                "ALTER TABLE kine MODIFY name VARCHAR(630) CHARACTER SET {charset} COLLATE {collation}"
            ));
            let parts = ["/", "/k", "/k\u{1}", "/k "].map(|prefix| part(None, Some(prefix)));
            compare(&database, &parts);
        }
        database.exec(
            "ALTER TABLE kine MODIFY name VARCHAR(630) CHARACTER SET utf16; \
             INSERT INTO kine (name, prev_revision) VALUES (_utf16 X'2F1B', 200)",
        );
        compare(&database, &[part(None, Some("/"))]);
    });
}
