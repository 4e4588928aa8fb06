//! Those who run the statements: clients, their options, and tools that know no sessions.

use std::io::Write;
use std::process::{Command, Stdio};

use super::{forked, rows, statements, written};
use crate::server::on_every_server;
use crate::support::server::{Database, block_on};

const TABLE: &str = "1 compact_rev_key mark <- 0
                     2 /a create
                     3 /a update <- 2
                     4 /a update <- 2
                     5 /b create";

/// Runs a text through the client that MariaDB and MySQL have in common, as a user does who has no way
/// to lock tables where `user` says so; what it printed.
fn client(database: &Database<'_>, options: &[&str], user: &str, text: &str) -> String {
    let mut client = Command::new("mariadb");
    client.args(["--no-defaults", "--protocol=socket", "--user", user]).args(options);
    client.arg("--socket").arg(&database.server.socket).arg(&database.name);
    let mut client = client
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the client is installed");
    client.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let output = client.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn ids(database: &Database<'_>) -> Vec<String> {
    rows(database).into_iter().filter_map(|row| row.into_iter().next().flatten()).collect()
}

const WHOLE: [&str; 5] = ["1", "2", "3", "4", "5"];
const REPAIRED: [&str; 4] = ["1", "2", "4", "5"];

#[test]
fn the_client_runs_them_whatever_its_settings() {
    let strange =
        "--init-command=SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'";
    for options in [
        &[][..],
        &["-vv"],
        &["--force"],
        &["--safe-updates"],
        &[strange],
        &["--init-command=SET sql_select_limit = 1, autocommit = 0, max_join_size = 1"],
        &["--init-command=SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE"],
        &["--init-command=START TRANSACTION"],
        &["--default-character-set=latin1"],
    ] {
        on_every_server(|server| {
            let database = server.database();
            forked(&database, TABLE);
            let sql = written(&database);
            let said = client(&database, options, "root", &sql);
            assert!(said.contains("1 stray row of 1 key is deleted."), "{options:?}: {said}");
            assert!(!said.contains("ERROR"), "{options:?}: {said}");
            assert_eq!(ids(&database), REPAIRED, "{options:?}");
            // Once more there is another table, and the index is there.
            let again = client(&database, &[options, &["--force"]].concat(), "root", &sql);
            assert!(again.contains("NOTHING was deleted"), "{options:?}: {again}");
            assert_eq!(ids(&database), REPAIRED);
        });
    }
}

#[test]
fn engines_without_transactions_are_locked_as_well() {
    on_every_server(|server| {
        for engine in if server.mariadb { &["MyISAM", "Aria"][..] } else { &["MyISAM"] } {
            let database = server.database();
            forked(&database, TABLE);
            database.exec(&format!("ALTER TABLE kine ENGINE = {engine}"));
            let said = client(&database, &[], "root", &written(&database));
            assert!(said.contains("1 stray row of 1 key is deleted."), "{engine}: {said}");
            assert_eq!(ids(&database), REPAIRED);
        }
    });
}

#[test]
fn who_goes_on_after_an_error_deletes_nothing() {
    on_every_server(|server| {
        let database = server.database();
        forked(&database, TABLE);
        let sql = written(&database);
        let user = format!("nolock_{}", database.name);
        database.exec(&format!(
            "CREATE USER {user}@localhost; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON {}.* TO {user}@localhost",
            database.name
        ));
        let said = client(&database, &["--force"], &user, &sql);
        assert!(said.contains("ERROR 1044") && said.contains("NOTHING was deleted"), "{said}");
        assert_eq!(ids(&database), WHOLE);
        // Even where no SELECT gives a row.
        let options = ["--force", "--init-command=SET sql_select_limit = 0"];
        client(&database, &options, &user, &sql);
        assert_eq!(ids(&database), WHOLE);
        // One statement less, whichever.
        let all = statements(&sql);
        let needed = ["LOCK TABLES", "SET @kinescope_unlocked", "SELECT @kinescope_unlocked"];
        for left_out in needed {
            let some: Vec<&str> =
                all.iter().map(String::as_str).filter(|it| !it.starts_with(left_out)).collect();
            assert_eq!(some.len() + 1, all.len());
            if left_out != "LOCK TABLES" {
                client(&database, &["--force"], "root", &format!("{};", some.join(";\n")));
                assert_eq!(ids(&database), WHOLE, "{left_out}");
            }
        }
    });
}

#[test]
fn each_statement_alone_deletes_nothing() {
    on_every_server(|server| {
        let database = server.database();
        forked(&database, TABLE);
        let sql = written(&database);
        for statement in statements(&sql) {
            drop(server.try_exec(&database.name, &statement));
            assert_eq!(ids(&database), WHOLE, "{statement}");
        }
        // Nor does a session in which another table was repaired.
        let delete = statements(&sql).into_iter().find(|it| it.starts_with("DELETE"));
        let sql = format!(
            "{sql}\n{fill};\n{};",
            delete.expect("one"),
            fill = super::fill(&crate::support::history::picture(TABLE))
        );
        // Without its index, which does not let the fork in again.
        let sql = sql.replace("CREATE UNIQUE INDEX", "-- ");
        block_on(async {
            let mut connection = server.connect(&database.name).await;
            let sql = sqlx::AssertSqlSafe(sql);
            sqlx::Executor::execute(&mut connection, sqlx::raw_sql(sql)).await.expect("it runs");
        });
        assert_eq!(ids(&database), WHOLE);
    });
}

#[test]
fn thousands_of_rows_go_in_several_statements() {
    on_every_server(|server| {
        let database = server.database();
        forked(&database, TABLE);
        let strays: Vec<String> = (10..2510)
            .map(|id| format!("({id}, '/a', 0, 0, 2, {}, 0)", if id == 10 { 2 } else { id - 1 }))
            .collect();
        database.exec(&format!(
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             VALUES {}, (3000, '/a', 0, 0, 2, 4, 0)",
            strays.join(", ")
        ));
        let sql = written(&database);
        assert_eq!(sql.matches("DELETE stray").count(), 3, "{sql}");
        let said = client(&database, &["--safe-updates"], "root", &sql);
        assert!(said.contains("2,501 stray rows of 1 key are deleted."), "{said}");
        assert_eq!(ids(&database), ["1", "2", "4", "5", "3000"]);
    });
}
