//! Somebody who writes between the reading and the statements, or while they begin.

use std::time::Duration;

use super::{FORKS, create, ids, reset, rows, run, run_all, state, written};
use crate::support::any::{Client, Database, Engine};
use crate::support::server::block_on;

/// What others may do: kine's writes and compactions, and hands.
const CHANGES: [&str; 19] = [
    "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) VALUES \
     (10, '/a', 0, 0, 2, 3, 0)",
    "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) VALUES \
     (10, '/d', 1, 0, 0, 0, 0)",
    "UPDATE kine SET prev_revision = 3 WHERE id = 4",
    "UPDATE kine SET prev_revision = 4 WHERE id = 9",
    "UPDATE kine SET prev_revision = NULL WHERE id = 4",
    "UPDATE kine SET prev_revision = 2 WHERE id = 1",
    "UPDATE kine SET deleted = 1 WHERE id = 4",
    "UPDATE kine SET deleted = NULL WHERE id = 4",
    "UPDATE kine SET deleted = 2 WHERE id = 8",
    "UPDATE kine SET created = 0 WHERE id = 2",
    "UPDATE kine SET create_revision = 9 WHERE id = 3",
    "UPDATE kine SET lease = 60 WHERE id = 3",
    "UPDATE kine SET name = '/a' WHERE id = 9",
    "UPDATE kine SET name = '/c' WHERE id = 4",
    "UPDATE kine SET name = NULL WHERE id = 4",
    "DELETE FROM kine WHERE id = 4",
    "DELETE FROM kine WHERE id = 3",
    "UPDATE kine SET id = 11 WHERE id = 3",
    "DELETE FROM kine WHERE id IN (2, 5, 7, 8)",
];

#[test]
fn nothing_is_done_to_a_table_that_was_written_to() {
    for engine in Engine::all() {
        let database = create(engine);
        reset(&database, &rows(FORKS));
        let before = state(&database);
        let all = written(&database, &[]).statements();
        for change in CHANGES {
            reset(&database, &rows(FORKS));
            database.exec(change);
            let changed = state(&database);
            assert_ne!(changed, before, "{change}");
            run(&database, &all);
            assert_eq!(state(&database), changed, "{}: {change}", engine.name());
        }
        // A value is nothing that was read.
        reset(&database, &rows(FORKS));
        database.exec("UPDATE kine SET value = NULL WHERE id = 9");
        run(&database, &all);
        assert_eq!(state(&database).len(), before.len() - 2, "{}", engine.name());
    }
}

/// A writer that has written, and says so while the statements wait for it.
async fn write_and_wait(mut connection: impl Client, begin: &str) {
    connection.run(begin).await.expect("it begins");
    connection.run(CHANGES[0]).await.expect("nobody is in its way");
    tokio::time::sleep(Duration::from_millis(400)).await;
    connection.run("COMMIT").await.expect("it is done");
}

#[test]
fn a_writer_that_is_waited_for_is_seen() {
    for engine in [Engine::Postgres, Engine::Sqlite] {
        let database = create(engine);
        reset(&database, &rows(FORKS));
        let all = written(&database, &[]).statements();
        // Whatever sessions are set to.
        let strict = "SET default_transaction_isolation = 'serializable'".to_owned();
        let all = match engine {
            Engine::Postgres => [vec![strict], all].concat(),
            _ => all,
        };
        let both = async {
            let run = async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                match &database {
                    Database::Postgres(it) => {
                        run_all(it.server.connect(&it.name).await, &all).await
                    }
                    Database::Sqlite(it) => run_all(it.connect().await, &all).await,
                    Database::MySql(_) => unreachable!("see repair::moments"),
                }
            };
            let write = async {
                match &database {
                    Database::Postgres(it) => {
                        write_and_wait(it.server.connect(&it.name).await, "BEGIN").await;
                    }
                    Database::Sqlite(it) => {
                        write_and_wait(it.connect().await, "BEGIN IMMEDIATE").await;
                    }
                    Database::MySql(_) => {}
                }
            };
            tokio::join!(run, write).0
        };
        let errors = block_on(both);
        assert!(errors.iter().any(|why| why.contains("NOTHING was changed")), "{errors:?}");
        assert_eq!(ids(&state(&database)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "{}", engine.name());
        // Without anybody they do their work.
        reset(&database, &rows(FORKS));
        assert_eq!(run(&database, &all), [""; 0]);
        assert_eq!(ids(&state(&database)), [1, 2, 4, 5, 7, 8, 9]);
    }
}
