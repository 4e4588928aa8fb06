//! That nothing is ever written, and nothing sent but the list, as seen from the server.

use std::collections::BTreeSet;

use kinescope::source::postgres::statement;

use super::SMALL;
use crate::support::postgres::{PASSWORD, Postgres};
use crate::support::program::run_on;

#[test]
fn every_command_sends_nothing_but_the_list_and_leaves_no_trace() {
    // No other test, and no VACUUM, uses up the numbers of its transactions.
    let server = Postgres::start(&["autovacuum=off".to_owned()]);
    let database = server.database();
    database.create_kine_table();
    database.exec(SMALL);
    database.exec(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value) \
         VALUES ('compact_rev_key_apiserver', 1, 0, 0, 0, 0, '1|0')",
    );
    let name = &database.name;
    database.exec(&format!(
        "CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'; GRANT SELECT ON kine TO reader"
    ));
    let url = database.url_of("reader", "?search_path=public");
    let state = || {
        let table = database.ask("SELECT md5(string_agg(kine::text, '|' ORDER BY id)) FROM kine");
        // A transaction gets a number with its first write.
        let next = database.ask("SELECT pg_snapshot_xmax(pg_current_snapshot())");
        let written = database.ask(
            "SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database \
             WHERE datname = current_database()",
        );
        (table, next, written)
    };
    let before = state();
    let key = "/registry/pods/a";
    let directory = tempfile::tempdir().expect("a directory");
    let to = directory.path().join("kine.pg.sql").display().to_string();
    let commands: [&[&str]; 13] = [
        &["export", "--to", &to],
        &["connect"],
        &["connect", "--format", "json"],
        &["preview", "--rows"],
        &["preview", "--columns", "index"],
        &["preview", "--prefix", "/registry/"],
        &["preview", "--since", "2"],
        &["audit"],
        &["usage", "--bytes"],
        &["show", key],
        &["log"],
        &["show", key, "--preview", "--format", "json"],
        &["get", "/registry/pods/a@3", "--output", "raw"],
    ];
    let mut sent = BTreeSet::new();
    for command in commands {
        let (ran, statements) = server.logged(name, || run_on(&url, command));
        assert!(ran.err.is_empty() && !ran.out.contains(PASSWORD), "{command:?}\n{}", ran.err);
        assert_eq!(statements.first().map(String::as_str), Some(statement::BEGIN), "{command:?}");
        assert_eq!(statements.last().map(String::as_str), Some(statement::END), "{command:?}");
        for sql in statements {
            assert!(statement::ALL.contains(&&*sql), "{command:?} sent {sql}");
            sent.insert(sql);
        }
    }
    assert_eq!(state(), before);
    // The others are of what is not there.
    let others = [statement::ELSEWHERE, statement::DATABASE_COLLATION];
    for sql in statement::ALL {
        assert!(sent.contains(sql) != others.contains(&sql), "{sql}");
    }
}

#[test]
fn what_is_sent_is_logged_with_its_values() {
    let database = super::small();
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("log");
    let file = path.to_string_lossy();
    let ran = run_on(&database.url(), &["preview", "--prefix", "/registry/pods/", "--log", &file]);
    assert_eq!(ran.status, Some(3), "it is a part: {}", ran.err);
    let log = std::fs::read_to_string(&path).expect("it was written");
    let (_, statements) =
        database.server.logged(&database.name, || run_on(&database.url(), &["connect"]));
    assert!(!statements.is_empty());
    for (sql, given) in [
        (statement::BEGIN, ""),
        (statement::PART, "\tgiven -9223372036854775808, /registry/pods/%"),
    ] {
        let line = log.lines().find(|line| line.contains(&format!("sent\t{sql}")));
        assert!(line.is_some_and(|line| line.ends_with(&format!("{sql}{given}"))), "{log}");
    }
}

#[test]
fn the_session_refuses_writes_and_leaves_no_setting_behind() {
    // What is not of the transaction would stay in a session that a pooler hands on.
    for sql in statement::ALL {
        let is_set = sql.starts_with("SET");
        assert!(!is_set || sql.starts_with("SET LOCAL"), "{sql}");
        let first = sql.split(' ').next().unwrap_or_default();
        let known = ["BEGIN", "SHOW", "SET", "SELECT", "DECLARE", "FETCH", "COMMIT"];
        assert!(known.contains(&first), "{sql}");
    }
    let database = super::small();
    for write in ["DELETE FROM kine", "SELECT nextval('kine_id_seq')", "CREATE TABLE x ()"] {
        let sql = format!("{}; {write}", statement::BEGIN);
        let error = database.server.try_exec(&database.name, &sql).expect_err(write).to_string();
        assert!(error.contains("read-only transaction"), "{write}: {error}");
    }
}
