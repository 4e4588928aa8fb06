//! Damage as servers make it.

use kinescope::audit::{Findings, audit};
use kinescope::history::History;
use kinescope::source::{Log, Options, Source, load};

use super::examples::lines;
use crate::support::server::{Database, block_on, servers};

fn audited(database: &Database<'_>) -> (History, Findings) {
    let source = Source::parse(&database.socket_dsn()).expect("an endpoint");
    let loaded = block_on(load(source, Options::default(), &Log::default(), |_| ()))
        .expect("the table is read");
    let findings = audit(&loaded.table.history, true);
    (loaded.table.history, findings)
}

fn found(database: &Database<'_>) -> Vec<String> {
    let (history, findings) = audited(database);
    assert_eq!(findings.unchecked, [], "a server tells everything");
    lines(&history, &findings)
}

const COLUMNS: &str = "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, \
                       lease, value) VALUES";

#[test]
fn a_server_that_counts_in_twos_is_explained() {
    for server in servers() {
        let database = server.database();
        database.create_kine_table();
        let mut sql = format!(
            "SET SESSION auto_increment_increment = 2, auto_increment_offset = 1; \
             {COLUMNS} ('compact_rev_key', 1, 0, 0, 0, 0, ''), ('/a', 1, 0, 0, 0, 0, 'v');"
        );
        // kine fills every hole that it meets while it polls.
        for id in 3..20 {
            sql += &if id % 2 == 1 {
                format!("{COLUMNS} ('/a', 0, 0, 3, {id}, 0, 'v');")
            } else {
                format!(
                    "INSERT INTO kine (id, name, created, deleted, create_revision, \
                     prev_revision, lease) VALUES ({id}, 'gap-{id}', 0, 1, 0, 0, 0);"
                )
            };
        }
        database.exec(&sql);
        assert_eq!(
            found(&database),
            [
                "warning revision-step -: Each recent write comes 2 revisions, or a multiple of \
                 that, after the write before: 8 gap rows beside 11 writes above the compact \
                 revision. A server that counts in steps (auto_increment_increment) does this.",
                "info gap-rows -: 8 gap rows among 19 rows, from 4 to 18. Revisions go up in steps \
                 of 2, which explains them.",
                "info id-holes -: 2 revisions have no row: 2, 20. Revisions go up in steps of 2, \
                 which explains them.",
            ],
            "{}",
            server.version
        );
    }
}

#[test]
fn names_that_the_column_takes_for_one_are_told() {
    for server in servers() {
        let database = server.database();
        database.create_kine_table();
        let mark = format!("{COLUMNS} ('compact_rev_key', 1, 0, 0, 0, 0, '');");
        database.exec(&format!(
            "{mark} {COLUMNS} ('/registry/roles/Foo', 1, 0, 0, 0, 0, 'v'), \
             ('/registry/roles/foo', 0, 0, 2, 2, 0, 'v')"
        ));
        assert_eq!(
            found(&database),
            ["error equal-names /registry/roles/foo: Spelled in 2 ways, all one key in the \
              collation ascii_general_ci: \"/registry/roles/Foo\" at 2, \"/registry/roles/foo\" \
              at 3."],
            "{}",
            server.version
        );
        // A column that tells them apart has two keys, and the second one's row points at the first.
        database.exec(
            "ALTER TABLE kine MODIFY name VARCHAR(630) CHARACTER SET ascii COLLATE ascii_bin",
        );
        assert_eq!(
            found(&database),
            [
                "error foreign-pointer /registry/roles/foo: Revision 3 points at revision 2 of \
                 /registry/roles/Foo: that is its live row, and a compaction to 3 or beyond removes \
                 it.",
                "info name-collation -: The collation of name is ascii_bin: names compare without \
                 regard to trailing spaces.",
            ],
            "{}",
            server.version
        );
    }
}

#[test]
fn the_unique_index_can_be_created_or_not_as_is_said() {
    let create = "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)";
    for server in servers() {
        for (rows, can) in [
            ("('compact_rev_key', 1, 0, 0, 0, 0, ''), ('/a', 1, 0, 0, 0, 0, '')", true),
            // NULLs are never equal to each other.
            ("('/a', 1, 0, 0, NULL, 0, ''), ('/a', 0, 0, 1, NULL, 0, '')", true),
            ("(NULL, 1, 0, 0, 0, 0, ''), (NULL, 0, 0, 1, 0, 0, '')", true),
            ("('/a', 1, 0, 0, 0, 0, ''), ('/A ', 1, 0, 0, 0, 0, '')", false),
            (
                "('compact_rev_key', 1, 0, 0, 5, 0, ''), ('compact_rev_key', 1, 0, 0, 5, 0, '')",
                false,
            ),
            (
                "('compact_rev_key', 1, 0, 0, 5, 0, ''), ('compact_rev_key', 1, 0, 0, 6, 0, '')",
                true,
            ),
        ] {
            let database = server.database();
            database.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
            database.exec(&format!("{COLUMNS} {rows}"));
            let found = found(&database);
            let line = found.iter().find(|line| line.starts_with("error unique-index"));
            let line = line.expect("the index is missing");
            assert!(line.contains("There is no unique index"), "{line}");
            assert_eq!(line.contains("It can be created now"), can, "{line}");
            assert_ne!(line.contains("It cannot be created now"), can, "{line}");
            let created = block_on(async {
                let mut connection = server.connect(&database.name).await;
                sqlx::query(create).execute(&mut connection).await
            });
            assert_eq!(created.is_ok(), can, "{}: {rows}", server.version);
        }
    }
}
