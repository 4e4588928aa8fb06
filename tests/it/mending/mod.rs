//! `kinescope repair` on every database: what it writes is run, run twice, broken off and undone, and
//! somebody else writes in between.

mod chosen;
mod clients;
mod interrupted;
mod meanwhile;
mod plan;
mod random;
mod schema;

use std::path::{Path, PathBuf};

use kinescope::history::{Dialect, Flag, History};
use serde_json::Value;
use tempfile::TempDir;

use crate::proof::desk::into_kine;
use crate::proof::table::Row;
use crate::support::any::{Cell, Client, Database, Engine};
use crate::support::history::picture;
use crate::support::program::{self, Ran, run_on};
use crate::support::server::block_on;

/// Two keys that forked, one of them deleted later and a Secret, and one that did not.
const FORKS: &str = "1 compact_rev_key mark <- 0
                     2 /a create
                     3 /a update <- 2
                     4 /a update <- 2
                     5 /registry/secrets/b create
                     6 /registry/secrets/b update <- 5
                     7 /registry/secrets/b update <- 5
                     8 /registry/secrets/b delete <- 7
                     9 /c create";

/// The rows of a picture, each with values of its own.
fn rows(text: &str) -> Vec<Row> {
    let history: History = picture(text);
    let flag = |flag: Flag| match flag {
        Flag::Null | Flag::Unknown => None,
        flag => Some(i64::from(flag.is_set())),
    };
    let row = |at| {
        let row = history.row(at);
        Row {
            id: row.id,
            name: row.name.map(<[u8]>::to_vec),
            created: flag(row.created),
            deleted: flag(row.deleted),
            create_revision: row.create_revision,
            prev_revision: row.prev_revision,
            lease: row.lease.map(i64::from),
            value: Some(format!("v{}\0'\\\u{e9}", row.id).into_bytes()),
            old_value: row.id.is_multiple_of(2).then(Vec::new),
        }
    };
    history.iter().map(row).collect()
}

/// A table without the unique index.
fn create(engine: Engine) -> Database {
    let database = engine.database();
    let (integer, name) = match engine {
        Engine::MySql(_) => ("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii"),
        Engine::Postgres => ("BIGINT", "text COLLATE \"C\""),
        Engine::Sqlite => ("INTEGER", "TEXT"),
    };
    database.create(integer, name);
    match engine {
        Engine::MySql(_) => {}
        Engine::Postgres => {
            database.exec("CREATE INDEX kine_list_query_index ON kine (name, id DESC, deleted)");
        }
        Engine::Sqlite => database.exec(
            "CREATE INDEX kine_name_index ON kine (name); CREATE INDEX kine_name_id_index ON kine (name, \
             id); CREATE INDEX kine_id_deleted_index ON kine (id, deleted); CREATE INDEX \
             kine_prev_revision_index ON kine (prev_revision)",
        ),
    }
    database
}

/// Runs a command on a table: a server is named in the environment, a file beside the command.
fn ask(database: &Database, arguments: &[&str]) -> Ran {
    let endpoint = database.endpoint();
    match database {
        Database::Sqlite(_) => {
            program::run(&[&arguments[..1], &[&*endpoint], &arguments[1..]].concat())
        }
        Database::MySql(_) | Database::Postgres(_) => run_on(&endpoint, arguments),
    }
}

fn dialect(database: &Database) -> Dialect {
    match database {
        Database::MySql(_) => Dialect::MySql,
        Database::Postgres(_) => Dialect::Postgres,
        Database::Sqlite(_) => Dialect::Sqlite,
    }
}

/// Makes a table what it was before anything was done to it.
fn reset(database: &Database, rows: &[Row]) {
    let on = if dialect(database) == Dialect::MySql { " ON kine" } else { "" };
    run(database, &[format!("DROP INDEX kine_name_prev_revision_uindex{on}")]);
    database.exec("DELETE FROM kine");
    database.exec(&format!("INSERT{}", into_kine(dialect(database), rows)));
    if dialect(database) == Dialect::Postgres {
        database.exec("SELECT setval('kine_id_seq', (SELECT MAX(id) FROM kine))");
    }
}

async fn run_all(mut connection: impl Client, statements: &[String]) -> Vec<String> {
    let mut errors = Vec::new();
    for sql in statements {
        if let Err(why) = connection.run(sql).await {
            errors.push(format!("{why}: {sql}"));
        }
    }
    errors
}

/// Runs statements on one connection, each also after one that failed, and hangs up; the errors.
fn run(database: &Database, statements: &[String]) -> Vec<String> {
    block_on(async {
        match database {
            Database::MySql(it) => run_all(it.server.connect(&it.name).await, statements).await,
            Database::Postgres(it) => run_all(it.server.connect(&it.name).await, statements).await,
            Database::Sqlite(it) => run_all(it.connect().await, statements).await,
        }
    })
}

/// Every row, every column. Of a flag that is neither 0 nor 1 nobody knows which number it is.
fn state(database: &Database) -> Vec<Vec<Cell>> {
    const ALL: &str = "SELECT id, name, created, deleted, create_revision, prev_revision, lease, value, \
                       old_value FROM kine ORDER BY id";
    async fn fetch(mut connection: impl Client) -> Vec<Vec<Cell>> {
        connection.fetch(ALL, &[]).await.expect("the rows")
    }
    let mut rows = block_on(async {
        match database {
            Database::MySql(it) => fetch(it.server.connect(&it.name).await).await,
            Database::Postgres(it) => fetch(it.server.connect(&it.name).await).await,
            Database::Sqlite(it) => fetch(it.connect().await).await,
        }
    });
    for row in &mut rows {
        for flag in &mut row[2..4] {
            if !matches!(flag, Cell::Null | Cell::Number(0 | 1)) {
                *flag = Cell::Number(2);
            }
        }
    }
    rows
}

fn ids(rows: &[Vec<Cell>]) -> Vec<u64> {
    rows.iter().map(|row| row[0].number().expect("an id")).collect()
}

/// The statements of a file, without comments and what is the shell's: what stands in a `DO` is one.
fn statements(sql: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let (mut statement, mut tag) = (String::new(), None::<String>);
    for line in sql.lines() {
        if tag.is_none() && (line.starts_with("--") || line.starts_with('.') || line.is_empty()) {
            continue;
        }
        statement += &format!("{line}\n");
        match &tag {
            None => tag = line.strip_prefix("DO ").map(str::to_owned),
            Some(end) if line == format!("{end};") => tag = None,
            Some(_) => {}
        }
        if tag.is_none() && line.ends_with(';') {
            statements.push(std::mem::take(&mut statement));
        }
    }
    assert_eq!(statement, "", "it ends with a statement");
    statements
}

/// What `repair --to` wrote.
struct Written {
    ran: Ran,
    sql: String,
    undo: String,
    path: PathBuf,
    /// The files are there as long as this is.
    _directory: TempDir,
}

impl Written {
    fn statements(&self) -> Vec<String> {
        statements(&self.sql)
    }
}

/// Has a repair and its undo written.
fn written(database: &Database, options: &[&str]) -> Written {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("mend.sql");
    let to = path.to_str().expect("it is UTF-8");
    let ran = ask(database, &[&["repair", "--to", to], options].concat());
    assert!(ran.status.is_some_and(|status| status < 2), "{}", ran.err);
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let (sql, undo) = (read(&path), read(&directory.path().join("mend.undo.sql")));
    Written { ran, sql, undo, path, _directory: directory }
}

/// The plan as data.
fn planned(database: &Database, options: &[&str]) -> Value {
    let ran = ask(database, &[&["repair", "--format", "json"], options].concat());
    assert!(ran.status.is_some_and(|status| status < 2), "{}", ran.err);
    serde_json::from_str(&ran.out).expect("it is JSON")
}

/// The ids that stand in a list of JSON.
fn numbers(list: &Value) -> Vec<u64> {
    list.as_array().expect("a list").iter().map(|id| id.as_u64().expect("an id")).collect()
}

/// The rows that a plan deletes, and those that it adds.
fn changes(plan: &Value) -> (Vec<u64>, Vec<u64>) {
    let steps = plan["steps"].as_array().expect("a list");
    let of = |list: &str| -> Vec<Value> {
        steps.iter().flat_map(|step| step[list].as_array().expect("a list").clone()).collect()
    };
    let deleted = of("keys").iter().flat_map(|key| numbers(&key["deleted"])).collect();
    let added = of("added").iter().map(|row| row["id"].as_u64().expect("an id")).collect();
    (deleted, added)
}
