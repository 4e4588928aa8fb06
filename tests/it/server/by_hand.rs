//! The statements that a preview in Markdown gives to check it by hand: they run, and find the same.

use kinescope::history::compaction::Policy;
use kinescope::history::{History, Revision};
use kinescope::report::{Preview, Table, markdown};
use sqlx::Row as _;
use sqlx::mysql::MySqlRow;

use super::{on_a_new_table, on_every_server, read_all};
use crate::support::server::{Database, block_on};

/// The statements of the preview to a target, each without its comments.
fn statements(history: &History, target: Revision, policy: Policy) -> Vec<String> {
    let table = Table {
        source: "here",
        kind: "a server",
        history,
        notes: &[],
        unread: &[],
        unread_rows: 0,
        partial: None,
        made: None,
    };
    let mut text = Vec::new();
    let preview = Preview::new(table, Some(target), policy, false);
    markdown::preview(&mut text, &preview).expect("it is written to memory");
    let text = String::from_utf8(text).expect("it is text");
    let (_, sql) = text.split_once("```sql\n").expect("there are statements");
    let (sql, _) = sql.split_once("```").expect("they end");
    let lines: Vec<&str> = sql.lines().filter(|line| !line.starts_with("--")).collect();
    let statements = lines.join("\n");
    statements.split(';').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

fn run(database: &Database<'_>, sql: String) -> Vec<MySqlRow> {
    block_on(async {
        let mut connection = database.server.connect(&database.name).await;
        sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect("it runs")
    })
}

#[test]
fn the_statements_find_what_the_preview_says() {
    on_every_server(|server| {
        let database = server.database();
        database.load("incident-before.sql.gz");
        let outcome = read_all(&database.dsn());
        let found: Vec<Vec<MySqlRow>> = statements(outcome.history(), 6293, Policy::DEFAULT)
            .into_iter()
            .map(|sql| run(&database, sql))
            .collect();
        let [current, mark, removed, forks, rows] = &found[..] else {
            panic!("five statements, not {}", found.len())
        };
        assert_eq!(current[0].get::<u64, _>(0), 7293);
        assert_eq!((mark.len(), mark[0].get::<u64, _>(1)), (1, 0));
        assert_eq!(removed[0].get::<i64, _>(0), 5614);
        assert_eq!(forks.len(), 17);
        assert_eq!(rows.len(), 103);
    });
}

#[test]
fn a_name_that_is_no_plain_text_is_found_as_well() {
    on_a_new_table(|database| {
        database.exec(
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease)
             VALUES (1, 'compact_rev_key', 1, 0, 0, 0, 0), (2, '/a''b', 1, 0, 0, 0, 0),
                    (3, '/a''b', 0, 0, 2, 2, 0), (4, '/a''b', 0, 0, 2, 9, 0),
                    (5, '/a''b', 0, 1, 2, 3, 0)",
        );
        let outcome = read_all(&database.dsn());
        let policy = Policy::DEFAULT.without_retain();
        let last = statements(outcome.history(), 5, policy).pop().expect("a statement");
        assert!(last.contains("X'2F612762'"), "{last}");
        assert_eq!(run(database, last).len(), 4);
    });
}
