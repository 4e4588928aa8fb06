//! Sizes from a real server.

use kinescope::history::usage::Sizes;
use kinescope::source::mysql::statement;
use kinescope::source::{self, Error, Log, Source};
use serde_json::Value;

use crate::server::{is_listed, on_a_new_table, read_all};
use crate::support::program::{run, run_on};
use crate::support::server::{Database, block_on};

/// Three rows with values of 10, 70,000 and 0 bytes, and a gap row.
pub(super) fn fill(database: &Database<'_>) {
    database.exec(
        "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value, \
         old_value) VALUES \
         (1, 'compact_rev_key', 1, 0, 0, 0, 0, '', NULL), \
         (2, '/registry/a/x', 1, 0, 0, 0, 0, REPEAT('x', 10), NULL), \
         (3, '/registry/a/x', 0, 0, 2, 2, 0, REPEAT('x', 70000), REPEAT('x', 10)), \
         (4, 'gap-4', 0, 1, 0, 0, 0, NULL, NULL), \
         (5, '/registry/b', 1, 0, 0, 0, 0, NULL, REPEAT('y', 300))",
    );
}

fn measure(database: &Database<'_>, between: &str) -> (Sizes, Option<Error>) {
    let outcome = read_all(&database.dsn());
    if !between.is_empty() {
        database.exec(between);
    }
    let source = Source::parse(&database.dsn()).expect("an endpoint");
    block_on(source::sizes(&source, outcome.history(), &Log::default(), |_| ()))
        .expect("a server has sizes")
}

#[test]
fn bytes_are_those_that_the_server_holds() {
    on_a_new_table(|database| {
        fill(database);
        let arguments =
            ["--bytes", "--sort=bytes", "--format=json", "--target=5", "--compact-min-retain=0"];
        let ran = run_on(&database.dsn(), &[&["usage"], &arguments[..]].concat());
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
        let json: Value = serde_json::from_str(&ran.out).expect("it is JSON");
        let sizes = serde_json::json!({"values": 70010, "old_values": 310, "rows_without_size": 0,
                                       "sizes_without_row": 0, "partial": null});
        assert_eq!(json["sizes"], sizes);
        let bytes = |pointer: &str| {
            let part = json.pointer(pointer).expect("it is there");
            (part["bytes"].as_u64().expect("bytes"), part["freed_bytes"].as_u64().expect("bytes"))
        };
        assert_eq!(bytes("/usage"), (70320, 10));
        assert_eq!(bytes("/usage/parts/0/parts/0"), (70020, 10));
        assert_eq!(bytes("/usage/parts/0/parts/1"), (300, 0));
        assert_eq!(bytes("/busiest/0"), (70020, 10));
        let text = run(&["usage", &database.dsn(), "--bytes"]).out;
        assert!(text.contains("bytes      68.4 KiB in values, 310 B in old values"), "{text}");
        assert!(!text.contains("without a"), "{text}");
    });
}

#[test]
fn what_changed_in_between_is_said_and_not_guessed() {
    on_a_new_table(|database| {
        fill(database);
        // What is written later is beyond the table that was read; an id within it is not.
        let (sizes, failed) = measure(
            database,
            "DELETE FROM kine WHERE id = 2; \
             INSERT INTO kine (id, name, value) VALUES (9, '/registry/late', REPEAT('z', 5)); \
             DELETE FROM kine WHERE id = 3",
        );
        assert!(failed.is_none());
        assert_eq!((sizes.missing(), sizes.strangers, sizes.values), (2, 0, 0));
        let (sizes, _) = measure(
            database,
            "INSERT INTO kine (id, name, value) VALUES (7, 'gap-7', REPEAT('z', 5))",
        );
        assert_eq!((sizes.missing(), sizes.strangers, sizes.values), (0, 1, 5));
    });
}

#[test]
fn pages_follow_one_another() {
    on_a_new_table(|database| {
        database.exec(
            "INSERT INTO kine (name, value) VALUES ('/a', 'abc'); \
             INSERT INTO kine (name, value) SELECT CONCAT(a.id, b.id), 'abc' FROM \
             (SELECT id FROM information_schema.COLLATIONS LIMIT 110) a, \
             (SELECT id FROM information_schema.COLLATIONS LIMIT 100) b",
        );
        let (sizes, failed) = measure(database, "");
        assert!(failed.is_none());
        assert_eq!((sizes.missing(), sizes.values), (0, 3 * 11_001));
    });
}

#[test]
fn sizes_are_read_by_a_session_that_reads_only() {
    on_a_new_table(|database| {
        fill(database);
        let outcome = read_all(&database.dsn());
        let source = Source::parse(&database.dsn()).expect("an endpoint");
        let measure =
            || block_on(source::sizes(&source, outcome.history(), &Log::default(), |_| ()));
        let (_, sent) = database.server.logged(&database.name, measure);
        let strangers: Vec<_> = sent.iter().filter(|sent| !is_listed(sent)).collect();
        assert!(strangers.is_empty(), "{strangers:#?}");
        assert_eq!(sent.first().map(String::as_str), Some(statement::READ_ONLY));
        assert!(sent.iter().any(|sent| sent.starts_with("SELECT id, LENGTH(value)")), "{sent:#?}");
        assert!(sent.iter().any(|sent| sent == statement::SNAPSHOT), "{sent:#?}");
    });
}

#[test]
fn sizes_that_cannot_be_read_leave_the_rows() {
    on_a_new_table(|database| {
        fill(database);
        database.exec("ALTER TABLE kine DROP COLUMN old_value");
        let ran = run(&["usage", &database.dsn(), "--bytes"]);
        assert_eq!(ran.status, Some(3), "{}", ran.err);
        assert!(ran.out.contains("SIZES READ ONLY IN PART: 5 rows without a size"), "{}", ran.out);
        assert!(ran.out.contains("/registry/") && ran.out.contains("old_value"), "{}", ran.out);
        let ran = run(&["usage", &database.dsn()]);
        assert_eq!(ran.status, Some(0));
    });
}
