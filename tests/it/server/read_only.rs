//! That nothing is ever written, as seen from the server: whole sessions of the program, by an
//! account that may read one table, beside the server's own log.

use std::collections::BTreeSet;
use std::path::Path;

use kinescope::source::mysql::statement;

use super::{is_listed, is_statement, on_every_server, read_all, said};
use crate::support::program::run_on;
use crate::support::proxy::{self, Reply};
use crate::support::pty::Pty;
use crate::support::server::{Database, PASSWORD, Server};

fn kinescope() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kinescope"))
}

/// An incident's table, and the endpoint of an account that may read it, and nothing else.
fn incident(server: &Server) -> (Database<'_>, String) {
    let database = server.database();
    database.load("incident-before.sql.gz");
    let name = &database.name;
    database.exec(&format!(
        "CREATE USER reader_{name} IDENTIFIED BY '{PASSWORD}'; \
         GRANT SELECT ON {name}.kine TO reader_{name}"
    ));
    let endpoint =
        format!("mysql://reader_{name}:{PASSWORD}@tcp(127.0.0.1:{})/{name}", server.port);
    (database, endpoint)
}

/// The statements that the screen of statements shows, each as often as it was sent.
fn shown(screen: &str) -> Vec<String> {
    let lines =
        screen.lines().filter_map(|line| line.strip_prefix('│')?.trim_end().strip_suffix('│'));
    let mut statements = Vec::new();
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        // `1 7,293 9.0 ms SELECT …`
        let [times, _rows, _time, "ms" | "s", sql @ ..] = &words[..] else { continue };
        let Ok(times) = times.parse() else { continue };
        statements.extend(std::iter::repeat_n(sql.join(" "), times));
    }
    statements
}

/// Does all that the explorer can do, and gives the statements that it says it sent.
fn explore(endpoint: &str) -> Vec<String> {
    // No statement needs two lines.
    let mut pty = Pty::start_on(endpoint, kinescope(), &[], 420, 80);
    pty.wait_for("7,293 rows").wait_until_gone("reading");
    pty.press("/minnode02\r").wait_for("103 rows, 4 forks");
    pty.press("\tzpP").press("c").wait_for("compact to");
    pty.press("t6293\r").wait_for("3 resurrected");
    pty.press("()[]{}");
    pty.press("t6293\r").wait_for("3 resurrected");
    pty.press("bd").wait_for("compacted to 6293");
    pty.press("d:kine v0.5.0\r");
    pty.press("a").wait_for("What it finds");
    pty.press("jjf");
    pty.press("u").wait_for("Busiest keys");
    pty.press("\r\rjs");
    pty.press(":5466\r").wait_for("Revision 5466");
    pty.press("V").wait_for("JSON, Node, 34 bytes.");
    pty.press("\t").wait_for("34 bytes before, 34 bytes now.");
    pty.press("q").wait_until_gone("34 bytes before");
    pty.press("rS").wait_for("Session 3");
    pty.wait_until("end of both readings", |screen| {
        let shown = screen.contents();
        shown.matches("WHERE id > ?").count() == 2 && !shown.contains("no answer yet")
    });
    let shown = shown(&pty.contents());
    pty.press("\x1b").wait_until_gone("Session 3");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
    shown
}

#[test]
fn whole_sessions_send_nothing_but_the_list_and_need_no_more_than_select() {
    on_every_server(|server| {
        let (database, endpoint) = incident(server);
        let name = &database.name;
        let whole = || server.ask(name, "SELECT COUNT(*), SUM(id) FROM kine");
        let checksum = || {
            let columns = "id, name, created, deleted, create_revision, prev_revision, lease, \
                           IFNULL(value, ''), IFNULL(old_value, '')";
            let sum = format!("SELECT SUM(CRC32(CONCAT_WS('|', {columns}))) FROM kine");
            server.ask(name, &sum)
        };
        let before = (whole(), checksum());

        // The explorer: what it shows is what the server got.
        let (shown, executed) = server.executed(name, || explore(&endpoint));
        assert_eq!(shown.len(), executed.len(), "{shown:#?}\n{executed:#?}");
        for (shown, executed) in shown.iter().zip(&executed) {
            assert!(is_statement(executed, shown), "{shown}\n{executed}");
        }

        // Every other way to read a server.
        let key = "/registry/minions/node-02";
        let directory = tempfile::tempdir().expect("a directory");
        let to = directory.path().join("kine.sql").display().to_string();
        let commands: [&[&str]; 12] = [
            &["export", "--repaired", "--to", &to],
            &["connect"],
            &["preview", "--target", "6293", "--rows"],
            &["preview", "--columns", "index"],
            &["preview", "--prefix", "/registry/"],
            &["preview", "--since", "10"],
            &["audit"],
            &["usage", "--bytes"],
            &["show", key],
            &["log", "-n", "20"],
            &["show", key, "--preview", "--format", "json"],
            &["get", "/registry/minions/node-08", "--output", "raw"],
        ];
        let mut all: Vec<String> = executed;
        for command in commands {
            let (ran, sent) = server.logged(name, || run_on(&endpoint, command));
            let told = format!("{command:?}\n{}{}", ran.out, ran.err);
            assert!(ran.err.is_empty() && !ran.out.contains(PASSWORD), "{told}");
            // What is not so of a part is no failure of the reading.
            let part = command.iter().any(|word| ["--prefix", "--since"].contains(word));
            assert_eq!(ran.status == Some(3), part, "{told}");
            assert!(!sent.is_empty(), "{told}");
            all.extend(sent);
        }
        // Values are read with the rows only where an API server keeps account of its compactions.
        assert!(!all.iter().any(|sent| is_statement(sent, statement::REQUESTS)));
        let accounted = server.database();
        accounted.create_kine_table();
        accounted
            .exec("INSERT INTO kine (name, value) VALUES ('compact_rev_key_apiserver', '1|0')");
        let (_, sent) = server.logged(&accounted.name, || read_all(&accounted.dsn()));
        all.extend(sent);
        // And counted where ids do not say where they end.
        for change in ["MODIFY id BIGINT UNSIGNED, DROP PRIMARY KEY", "ADD UNIQUE (id)"] {
            accounted.exec(&format!("ALTER TABLE kine {change}"));
            let (_, sent) = server.logged(&accounted.name, || read_all(&accounted.dsn()));
            all.extend(sent);
        }
        let strangers: Vec<_> = all.iter().filter(|sent| !is_listed(sent)).collect();
        assert!(strangers.is_empty(), "{strangers:#?}");
        assert_eq!((whole(), checksum()), before);

        // And the list has nothing that is not sent, but for what is for another server.
        let sent = |listed: &&str| all.iter().any(|sent| is_statement(sent, listed));
        let unsent: BTreeSet<&str> = statement::ALL.into_iter().filter(|it| !sent(it)).collect();
        let others: BTreeSet<&str> = if server.mariadb {
            [statement::LIMIT_MYSQL, statement::GTID_MYSQL, statement::PADDING].into()
        } else {
            [statement::LIMIT_MARIADB, statement::GTID_MARIADB].into()
        };
        assert_eq!(unsent, others);
    });
}

#[test]
fn no_statement_of_the_list_can_write_or_lock() {
    for sql in statement::ALL {
        let words: Vec<&str> =
            sql.split(|char: char| !char.is_alphanumeric() && char != '_').collect();
        let reads = ["SELECT ", "SHOW ", "SET SESSION "].iter().any(|start| sql.starts_with(start));
        assert!(reads || sql == statement::SNAPSHOT, "{sql}");
        for word in [
            "INSERT", "UPDATE", "DELETE", "REPLACE", "INTO", "ALTER", "CREATE", "DROP", "TRUNCATE",
            "RENAME", "GRANT", "REVOKE", "CALL", "DO", "LOAD", "LOCK", "FOR", "KILL", "FLUSH",
            "RESET", "OUTFILE", "SLEEP", "WRITE", "COMMIT",
        ] {
            assert!(!words.contains(&word), "{word} in {sql}");
        }
    }
    assert!(statement::READ_ONLY.ends_with("READ ONLY"));
    assert!(statement::SNAPSHOT.ends_with("READ ONLY"));
}

#[test]
fn a_session_that_is_not_made_read_only_is_asked_for_nothing_else() {
    // What a proxy says to it, what is said of that, and what the server gets to see.
    for (reply, why, allowed) in [
        (Reply::Refusal, "Unknown command", &[][..]),
        (Reply::Done, "read_only is OFF", &[statement::WHOLE, statement::IS_READ_ONLY]),
    ] {
        on_every_server(|server| {
            let (database, _) = incident(server);
            let directory = tempfile::tempdir().expect("a directory");
            let theirs = server.socket.display().to_string();
            // MySQL knows a password by heart after a login over TLS, and the proxy speaks none.
            assert!(read_all(&database.socket_dsn()).ended.is_ok());
            // A proxy lets one session through.
            let endpoint = |file: &str| {
                let socket = directory.path().join(file);
                proxy::intercept(statement::READ_ONLY, reply, &server.socket, &socket);
                let dsn = format!("{}?tls=false", database.socket_dsn());
                dsn.replace(&theirs, &socket.display().to_string())
            };
            let refused = |said: &str, sent: &[String]| {
                assert!(said.contains("does not make the session read-only"), "{said}");
                assert!(said.contains(why), "{said}");
                assert!(said.contains("reads only through sessions that cannot write"), "{said}");
                assert!(!said.contains(PASSWORD), "{said}");
                assert_eq!(sent, allowed, "{said}");
            };
            let key = "/registry/minions/node-02";
            let commands: [&[&str]; 5] =
                [&["preview"], &["audit"], &["usage", "--bytes"], &["connect"], &["show", key]];
            for command in commands {
                let endpoint = endpoint(command[0]);
                let (ran, sent) = server.logged(&database.name, || run_on(&endpoint, command));
                assert_eq!(ran.status, Some(3), "{}{}", ran.out, ran.err);
                refused(&ran.err, &sent);
            }
            let direct = endpoint("library");
            let (outcome, sent) = server.logged(&database.name, || read_all(&direct));
            assert!(outcome.opened.is_none());
            refused(&said(&outcome.ended.expect_err("it is refused")), &sent);
            let dsn = endpoint("explorer");
            let (text, sent) = server.logged(&database.name, || {
                let mut pty = Pty::start_on(&dsn, kinescope(), &[], 200, 24);
                assert_eq!(pty.wait(), 3);
                pty.assert_restored();
                pty.wait_for("that cannot write");
                pty.contents()
            });
            refused(&text, &sent);
        });
    }
}
