//! The statements of a repair on real servers, against all that may happen to a table between its
//! reading and their end.

mod change;
mod clients;
mod index;
mod moments;

use kinescope::history::{History, Row};

use crate::support::history::picture;
use crate::support::program::run_on;
use crate::support::server::Database;

/// The columns that kinescope reads, as a test compares them.
const ROWS: &str = "SELECT id, name, created, deleted, create_revision, prev_revision, lease \
                    FROM kine ORDER BY id";

/// A row as the server gives it.
type Texts = Vec<Option<String>>;

/// Statements that put the rows of a picture into a table, and no others.
fn fill(rows: &History) -> String {
    let number = |it: Option<u64>| it.map_or("NULL".to_owned(), |it| it.to_string());
    let row = |row: Row<'_>| {
        let name = row
            .name
            .map_or("NULL".to_owned(), |name| format!("'{}'", String::from_utf8_lossy(name)));
        let flag = |flag: kinescope::history::Flag| match flag {
            kinescope::history::Flag::Null => "NULL",
            flag if flag.is_set() => "1",
            _ => "0",
        };
        format!(
            "({}, {name}, {}, {}, {}, {}, {}, 'old')",
            row.id,
            flag(row.created),
            flag(row.deleted),
            number(row.create_revision),
            number(row.prev_revision),
            row.lease.unwrap_or_default()
        )
    };
    let rows: Vec<String> = rows.iter().map(|at| row(rows.row(at))).collect();
    format!(
        "DELETE FROM kine; INSERT INTO kine (id, name, created, deleted, create_revision, \
         prev_revision, lease, value) VALUES {}",
        rows.join(", ")
    )
}

/// Makes a table without the unique index, with these rows.
fn forked(database: &Database<'_>, rows: &str) {
    database.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
    database.exec(&fill(&picture(rows)));
}

/// What the program writes for a table.
fn written(database: &Database<'_>) -> String {
    let ran = run_on(&database.socket_dsn(), &["audit", "--format", "sql"]);
    assert!(ran.status.is_some_and(|status| status < 2), "{}", ran.err);
    ran.out
}

/// The statements without comments, each without its semicolon.
fn statements(sql: &str) -> Vec<String> {
    let lines: Vec<&str> = sql.lines().filter(|line| !line.starts_with("--")).collect();
    let text = lines.join("\n") + "\n";
    text.split(";\n").map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// The rows of a table.
fn rows(database: &Database<'_>) -> Vec<Texts> {
    database.server.texts(&database.name, ROWS)
}
