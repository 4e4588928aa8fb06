//! The clients that people have: `psql` and `sqlite3`, with and without a stop at the first error.

use std::process::{Command, Stdio};

use super::{Database, FORKS, Written, create, ids, reset, rows, run, state, written};
use crate::support::any::Engine;

/// Runs a file through the client of its database; whether it succeeded, and what it said.
fn client(database: &Database, written: &Written, options: &[&str]) -> (bool, String) {
    let mut client = match database {
        Database::Postgres(it) => {
            let mut psql = Command::new("psql");
            psql.arg("--no-psqlrc").arg(it.socket_url());
            psql
        }
        Database::Sqlite(it) => {
            let mut sqlite3 = Command::new("sqlite3");
            sqlite3.arg("-init").arg("/dev/null").arg(it.path());
            sqlite3
        }
        Database::MySql(_) => unreachable!("see repair::clients"),
    };
    let file = std::fs::File::open(&written.path).expect("it was written");
    let output = client.args(options).stdin(Stdio::from(file)).output().expect("it is installed");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn clients_say_what_was_done_and_what_was_not() {
    for (engine, options) in [
        (Engine::Postgres, &["-v", "ON_ERROR_STOP=1"][..]),
        (Engine::Postgres, &[][..]),
        (Engine::Postgres, &["--single-transaction"][..]),
        (Engine::Sqlite, &[][..]),
    ] {
        let database = create(engine);
        reset(&database, &rows(FORKS));
        let written = written(&database, &[]);
        // Somebody writes first.
        run(&database, &["UPDATE kine SET lease = 5 WHERE id = 9".to_owned()]);
        let (is_done, said) = client(&database, &written, options);
        assert!(said.contains("NOTHING was changed"), "{said}");
        let is_lax = engine.name() == "PostgreSQL" && !options.contains(&"ON_ERROR_STOP=1");
        assert!(is_lax || !is_done, "{said}");
        assert_eq!(state(&database).len(), 9, "{said}");
        run(&database, &["UPDATE kine SET lease = 0 WHERE id = 9".to_owned()]);
        let (is_done, said) = client(&database, &written, options);
        assert!(is_done && said.contains("2 stray rows of 2 keys are deleted."), "{said}");
        assert_eq!(ids(&state(&database)), [1, 2, 4, 5, 7, 8, 9]);
    }
}

/// A name that would end the statement, were it not for its tag.
#[test]
fn a_name_ends_no_statement() {
    let hostile = "/a$kinescope$;DROP-TABLE-kine;--";
    let table = format!(
        "1 compact_rev_key mark <- 0\n2 {hostile} create\n3 {hostile} update <- 2\n4 {hostile} update <- 2"
    );
    for engine in [Engine::Postgres, Engine::Sqlite] {
        let database = create(engine);
        reset(&database, &rows(&table));
        let written = written(&database, &[]);
        let (is_done, said) = client(&database, &written, &[]);
        assert!(is_done && said.contains("1 stray row of 1 key is deleted."), "{said}");
        assert_eq!(ids(&state(&database)), [1, 2, 4]);
    }
}

/// The same of an index that goes, beside another one.
#[test]
fn an_index_ends_no_statement() {
    let database = create(Engine::Postgres);
    reset(&database, &rows(FORKS));
    let index = |name: &str| format!("CREATE INDEX \"{name}\" ON kine (lease)");
    let hostile = ["a", "b$kinescope$; DROP TABLE kine; --", "c$kinescope1$; DROP TABLE kine; --"];
    assert_eq!(run(&database, &hostile.map(index)), [""; 0]);
    let written = written(&database, &[]);
    let (is_done, said) = client(&database, &written, &["-v", "ON_ERROR_STOP=1"]);
    assert!(is_done, "{said}");
    assert_eq!(ids(&state(&database)), [1, 2, 4, 5, 7, 8, 9]);
}
