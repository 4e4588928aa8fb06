//! The program in a terminal, on real databases that are written to and compacted meanwhile.

use std::path::Path;
use std::time::Duration;

use kinescope::history::compaction::Policy;
use kinescope::source::mysql::statement as mysql;
use kinescope::source::postgres::statement as postgres;

use crate::proof::kine;
use crate::proof::layout::Layout;
use crate::server::{is_listed, is_statement};
use crate::support::any::{Database, Engine};
use crate::support::program::{CLUSTER, run};
use crate::support::pty::Pty;
use crate::support::server::{self, PASSWORD, Server, block_on, programs};

fn kinescope() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kinescope"))
}

/// A table with a mark and a key of three rows that was deleted, and one that is live.
fn table(engine: Engine) -> Database {
    let database = engine.database();
    Layout::all(engine)[0].create(&database);
    for (name, created, deleted, prev) in [
        ("compact_rev_key", 1, 0, 0),
        ("/registry/minions/a", 1, 0, 0),
        ("/registry/minions/a", 0, 0, 2),
        ("/registry/minions/a", 0, 1, 3),
        ("/registry/minions/b", 1, 0, 0),
    ] {
        write(&database, name, created, deleted, prev);
    }
    database
}

fn write(database: &Database, name: &str, created: u8, deleted: u8, prev: u64) {
    database.exec(&format!(
        "INSERT INTO kine(name, created, deleted, create_revision, prev_revision, lease) \
         VALUES ('{name}', {created}, {deleted}, 0, {prev}, 0)"
    ));
}

/// kine's own loop, which retains nothing.
fn compact(database: &Database, target: u64) {
    let policy = Policy::DEFAULT.without_retain();
    block_on(async {
        match database {
            Database::MySql(it) => {
                kine::compact(&mut it.server.connect(&it.name).await, target, policy).await
            }
            Database::Postgres(it) => {
                kine::compact(&mut it.server.connect(&it.name).await, target, policy).await
            }
            Database::Sqlite(it) => kine::compact(&mut it.connect().await, target, policy).await,
        }
    })
    .expect("kine compacts");
}

/// The explorer, following a database.
fn follow(database: &Database) -> Pty {
    let endpoint = database.endpoint();
    // An endpoint holds a password, and a file is no endpoint.
    if endpoint.contains("://") {
        Pty::start_on(&endpoint, kinescope(), &["--follow"], 120, 30)
    } else {
        Pty::start(kinescope(), &["--follow", &endpoint], 120, 30)
    }
}

#[test]
fn writes_and_a_compaction_are_seen_wherever_they_are_made() {
    for engine in Engine::all() {
        let database = table(engine);
        let mut pty = follow(&database);
        pty.wait_for("following: no row came");
        pty.press("L").wait_for("5 writes");
        write(&database, "/registry/minions/b", 0, 0, 5);
        pty.wait_for("+6");
        write(&database, "/registry/pods/x", 1, 0, 0);
        pty.wait_for("+7");
        pty.wait_for("2 rows came");
        // What is gone of b is seen at its chain.
        pty.press(":/registry/minions/b\r").wait_for("live at 6, 2 rows");
        compact(&database, 6);
        pty.wait_for("kine compacts: to 6 so far.");
        pty.wait_for("left exactly the 3 of 7 rows that were foreseen. i lists the 4 that went.");
        pty.wait_for("Gone, compacted to 6:").wait_for("create");
        pty.press("i").wait_for("4 rows of 2 keys went:");
        pty.press("q").wait_until_gone("4 rows of 2 keys");
        pty.press("F").wait_for("followed no more");
        pty.press("q");
        assert_eq!(pty.wait(), 0, "{}", engine.name());
        pty.assert_restored();
    }
}

#[test]
fn a_key_of_the_keyboard_does_the_same_as_the_option() {
    let database = table(Engine::Sqlite);
    let path = database.endpoint();
    let mut pty = Pty::start(kinescope(), &[&path], 80, 24);
    pty.wait_for("/registry/minions/b");
    pty.press("F").wait_for("following");
    write(&database, "/registry/pods/x", 1, 0, 0);
    pty.wait_for("/registry/pods/x").wait_for("1 row came");
    pty.press("F").wait_for("followed no more; 1 row came.");
    pty.press(":follow\r").wait_for("shown as it comes");
    pty.press("\x03");
    assert_eq!(pty.wait(), 130);
}

#[test]
fn a_server_that_is_gone_for_a_while_is_waited_for() {
    let program = programs().into_iter().next().expect("a server");
    // What it was told is there once it comes back.
    let durable = ["--innodb-flush-log-at-trx-commit=1".to_owned()];
    let server: &'static Server = Box::leak(Box::new(Server::start(&program, &durable)));
    let database = table(Engine::MySql(server));
    let mut pty = follow(&database);
    pty.wait_for("following: no row came");
    server.kill();
    pty.wait_for("No answer since");
    server.restart();
    pty.wait_until_gone("No answer since");
    write(&database, "/registry/pods/x", 1, 0, 0);
    pty.wait_for("/registry/pods/x").wait_for("1 row came");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    drop(database);
    server.kill();
}

#[test]
fn a_server_that_is_followed_gets_nothing_but_the_list() {
    for engine in Engine::all() {
        let database = table(engine);
        let looks = |endpoint: &str| {
            let mut pty = Pty::start_on(endpoint, kinescope(), &["--follow"], 120, 30);
            pty.wait_for("following: no row came").wait_for("5 rows");
            std::thread::sleep(Duration::from_millis(2500));
            pty.press("F").wait_for("followed no more");
            pty.press("q");
            assert_eq!(pty.wait(), 0);
        };
        let sent = match &database {
            Database::MySql(it) => {
                let endpoint = reader(it);
                let ((), sent) = it.server.logged(&it.name, || looks(&endpoint));
                assert!(sent.iter().all(|sent| is_listed(sent)), "{sent:#?}");
                sent.iter().filter(|sent| is_statement(sent, mysql::SNAPSHOT)).count()
            }
            Database::Postgres(it) => {
                let ((), sent) = it.server.logged(&it.name, || looks(&it.url()));
                assert!(sent.iter().all(|sent| postgres::ALL.contains(&&**sent)), "{sent:#?}");
                let is = |sql| sent.iter().filter(|sent| *sent == sql).count();
                assert_eq!(is(postgres::BEGIN), is(postgres::END));
                is(postgres::BEGIN)
            }
            // There is no server that could be asked.
            Database::Sqlite(_) => continue,
        };
        assert!((3..=4).contains(&sent), "{sent} sessions: the table, and each look");
    }
}

/// The endpoint of an account that may read the table, and nothing else.
fn reader(database: &server::Database<'_>) -> String {
    let name = &database.name;
    database.exec(&format!(
        "CREATE USER follows_{name} IDENTIFIED BY '{PASSWORD}'; \
         GRANT SELECT ON {name}.kine TO follows_{name}"
    ));
    format!("mysql://follows_{name}:{PASSWORD}@tcp(127.0.0.1:{})/{name}", database.server.port)
}

#[test]
fn what_nobody_writes_to_is_refused() {
    let cases: [(&[&str], &str); 4] = [
        (&["--follow", CLUSTER], "is not a database"),
        (&["--follow", "-"], "is not a database"),
        (&["--follow", "audit"], "--follow is for the explorer"),
        (&["demo", "--follow"], "--follow"),
    ];
    for (arguments, said) in cases {
        let ran = run(arguments);
        assert_eq!((ran.out.as_str(), ran.status), ("", Some(2)), "{}", ran.err);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let mut pty = Pty::start(kinescope(), &[CLUSTER], 120, 30);
    pty.wait_for("816 keys");
    pty.press("F").wait_for("Nothing can be followed: cluster.tsv is not a database");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
}
