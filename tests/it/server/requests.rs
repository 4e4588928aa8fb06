//! The values of the rows named `compact_rev_key_apiserver`: which are asked for, and at which cost.

use kinescope::history::Part;
use kinescope::source::mysql::statement;
use kinescope::source::{ColumnChoice, Options};

use super::{Outcome, is_statement, on_a_new_table, on_every_server, read_all, read_part};
use crate::support::proxy::{self, Reply};
use crate::support::server::{Database, PASSWORD};

/// What such rows hold that were sent: `3005 3|1604`.
fn sent(outcome: &Outcome) -> Vec<String> {
    outcome.history();
    let mut sent = outcome.requests.clone();
    sent.sort();
    sent.iter().map(|(id, value)| format!("{id} {}", value.escape_ascii())).collect()
}

/// Two rounds of an API server among rows with values, of which some are long.
fn fill(database: &Database<'_>) {
    database.exec(
        "INSERT INTO kine \
         (id, name, created, deleted, create_revision, prev_revision, lease, value) VALUES \
         (1, 'compact_rev_key', 1, 0, 0, 1604, 0, ''), \
         (2, '/registry/a', 1, 0, 0, 0, 0, REPEAT('x', 100000)), \
         (203, 'compact_rev_key_apiserver', 1, 0, 0, 0, 0, '1|0'), \
         (204, 'compact_rev_key_apiserver2', 1, 0, 0, 0, 0, '9|9'), \
         (205, NULL, 1, 0, 0, 0, 0, '9|9'), \
         (3005, 'compact_rev_key_apiserver', 0, 0, 203, 1604, 0, '3|1604'), \
         (3006, '/registry/a', 0, 0, 2, 2, 0, REPEAT('y', 100000))",
    );
}

/// Every way to read a table.
fn ways() -> [(&'static str, Options); 5] {
    let part = |since, prefix: Option<&str>| Options {
        part: Some(Part { since, prefix: prefix.map(str::to_owned) }),
        ..Options::default()
    };
    let columns = |columns| Options { columns, ..Options::default() };
    [
        ("rows", columns(ColumnChoice::All)),
        ("indexes", columns(ColumnChoice::Index)),
        ("since", part(Some(300), None)),
        ("prefix", part(None, Some("/registry/"))),
        ("both", part(Some(300), Some("compact_"))),
    ]
}

#[test]
fn every_way_to_read_a_table_gives_the_values_of_those_rows() {
    on_a_new_table(|database| {
        fill(database);
        let secondary = [
            "kine_name_prev_revision_uindex",
            "kine_name_id_index",
            "kine_name_index",
            "kine_id_deleted_index",
            "kine_prev_revision_index",
        ];
        for dropped in [None].into_iter().chain(secondary.map(Some)) {
            if let Some(index) = dropped {
                database.exec(&format!("DROP INDEX {index} ON kine"));
            }
            for (way, options) in ways() {
                let outcome = read_part(&database.socket_dsn(), options);
                let expected = ["203 1|0", "3005 3|1604"];
                assert_eq!(sent(&outcome), expected, "{way} without {dropped:?}");
                let newest = outcome.history().requests().next().expect("it is there");
                let value = newest.value.expect("it was read");
                assert_eq!((newest.id, newest.prev), (3005, 1604), "{way}");
                assert_eq!((value.version, value.asked), (3, Some(1604)), "{way}");
            }
        }
    });
}

#[test]
fn nothing_is_asked_where_there_is_nothing_to_ask_for() {
    on_every_server(|server| {
        let asks = |database: &Database<'_>| {
            let read = || read_all(&database.socket_dsn());
            let (outcome, executed) = server.executed(&database.name, read);
            let times = executed.iter().filter(|it| is_statement(it, statement::REQUESTS)).count();
            (sent(&outcome), times)
        };
        // Once, whatever comes of it.
        let database = server.database();
        database.create_kine_table();
        fill(&database);
        let both = || vec!["203 1|0".to_owned(), "3005 3|1604".to_owned()];
        assert_eq!(asks(&database), (both(), 1));
        database.exec("UPDATE kine SET value = NULL WHERE id = 203");
        database.exec("UPDATE kine SET value = REPEAT('7', 64) WHERE id = 3005");
        assert_eq!(asks(&database), (vec![], 1));
        database.exec("UPDATE kine SET name = '/b' WHERE name = 'compact_rev_key_apiserver'");
        assert_eq!(asks(&database), (vec![], 0));
        // Without the column.
        let database = server.database();
        database.create_kine_table();
        fill(&database);
        database.exec("ALTER TABLE kine MODIFY value LONGTEXT CHARACTER SET utf16");
        database.exec("UPDATE kine SET value = '3|1604' WHERE id = 3005");
        assert_eq!(asks(&database).1, 1, "whatever type it has");
        database.exec("ALTER TABLE kine DROP COLUMN value");
        assert_eq!(asks(&database), (vec![], 0));
        // Where an id is looked up in the whole table.
        let database = server.database();
        database.create_kine_table();
        fill(&database);
        database.exec("ALTER TABLE kine MODIFY id BIGINT UNSIGNED, DROP PRIMARY KEY");
        assert_eq!(asks(&database), (vec![], 0));
        database.exec("ALTER TABLE kine ADD UNIQUE (id)");
        assert_eq!(asks(&database), (both(), 1));
    });
}

#[test]
fn an_account_that_may_not_read_values_reads_the_rest() {
    on_a_new_table(|database| {
        fill(database);
        let (name, port) = (&database.name, database.server.port);
        database.exec(&format!(
            "CREATE USER reader_{name} IDENTIFIED BY '{PASSWORD}'; \
             GRANT SELECT (id, name, created, deleted, create_revision, prev_revision, lease) \
             ON {name}.kine TO reader_{name}"
        ));
        let endpoint = format!("mysql://reader_{name}:{PASSWORD}@tcp(127.0.0.1:{port})/{name}");
        let outcome = read_all(&endpoint);
        assert_eq!((outcome.rows().len(), outcome.requests.len()), (7, 0));
        let newest = outcome.history().requests().next().expect("it is there");
        assert_eq!((newest.id, newest.value, newest.asked_at_least()), (3005, None, 1604));
    });
}

#[test]
fn what_the_server_refuses_to_tell_is_a_note() {
    on_a_new_table(|database| {
        fill(database);
        let directory = tempfile::tempdir().expect("a directory");
        let socket = directory.path().join("s");
        // MySQL knows a password by heart after a login over TLS, and the proxy speaks none.
        assert!(read_all(&database.socket_dsn()).ended.is_ok());
        let server = &database.server.socket;
        proxy::intercept(statement::REQUESTS, Reply::Refusal, server, &socket);
        let theirs = server.display().to_string();
        let dsn = format!("{}?tls=false", database.socket_dsn());
        let outcome = read_all(&dsn.replace(&theirs, &socket.display().to_string()));
        assert_eq!((outcome.rows().len(), outcome.requests.len()), (7, 0));
        let [note] = &outcome.notes[..] else { panic!("{:?}", outcome.notes) };
        let start = "The values of compact_rev_key_apiserver could not be read: ";
        assert!(note.starts_with(start) && note.contains("Unknown command"), "{note}");
    });
}

#[test]
fn names_that_the_collation_takes_for_that_one_count() {
    on_every_server(|server| {
        for (collation, expected) in [
            ("ascii_general_ci", &["1 1|0", "2 2|1", "3 3|2"][..]),
            ("utf8mb4_general_ci", &["1 1|0", "2 2|1", "3 3|2"]),
            ("utf8mb4_bin", &["1 1|0", "3 3|2"]),
        ] {
            let database = server.database();
            database.create("BIGINT", "VARCHAR(630)");
            let (charset, _) = collation.split_once('_').expect("it has a character set");
            database.exec(&format!(
                "ALTER TABLE kine MODIFY name VARCHAR(630) CHARACTER SET {charset} \
                 COLLATE {collation}; \
                 INSERT INTO kine (id, name, prev_revision, value) VALUES \
                 (1, 'compact_rev_key_apiserver', 0, '1|0'), \
                 (2, 'COMPACT_REV_KEY_apiserver', 1, '2|1'), \
                 (3, 'compact_rev_key_apiserver ', 2, '3|2')"
            ));
            let outcome = read_all(&database.socket_dsn());
            assert_eq!(sent(&outcome), expected, "{collation}");
            assert_eq!(outcome.history().requests().count(), expected.len(), "{collation}");
        }
    });
}

#[test]
fn only_the_newest_are_asked_for_and_no_other_row_is_touched() {
    on_every_server(|server| {
        let database = server.database();
        database.load("incident-before.sql.gz");
        for secondary in [true, false] {
            if !secondary {
                database.exec(
                    "DROP INDEX kine_name_index ON kine; DROP INDEX kine_name_id_index ON kine; \
                     DROP INDEX kine_id_deleted_index ON kine; \
                     DROP INDEX kine_prev_revision_index ON kine",
                );
            }
            database.exec(
                "INSERT INTO kine (name, prev_revision, value) \
                 SELECT 'compact_rev_key_apiserver', 1000000 + id, CONCAT(id, '|', id) FROM kine \
                 WHERE name LIKE '/registry/minions/node-02'; ANALYZE TABLE kine",
            );
            let newest = "SELECT GROUP_CONCAT(CONCAT(id, ' ', value) ORDER BY id) FROM (SELECT id, \
                          value FROM kine WHERE name = 'compact_rev_key_apiserver' \
                          ORDER BY id DESC LIMIT 16) t";
            let newest = server.ask(&database.name, newest);
            let read = || read_all(&database.socket_dsn());
            let (outcome, executed) = server.executed(&database.name, read);
            assert_eq!(sent(&outcome).join(","), newest);
            assert_eq!(outcome.requests.len(), 16);
            // What reads values is one statement, which looks up sixteen rows.
            let values: Vec<_> = executed.iter().filter(|sent| sent.contains("value AS")).collect();
            let [values] = values[..] else { panic!("{values:#?}") };
            assert!(is_statement(values, statement::REQUESTS), "{values}");
            let plan = server.explain(&database.name, values);
            // Which of the indexes that begin with the id it takes is all the same.
            let by_id = ["PRIMARY", "kine_id_deleted_index"].map(|index| format!("| {index} |"));
            let finds = by_id.iter().any(|index| plan.contains(index));
            assert!(finds && plan.contains("| range |") && plan.contains("| 16 |"), "{plan}");
        }
    });
}
