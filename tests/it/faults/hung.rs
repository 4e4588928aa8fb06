//! A server that says nothing more: at which point it is no longer waited for, and what works
//! meanwhile.

use std::net::TcpListener;
use std::path::Path;

use sqlx::Executor as _;

use super::{assert_unknown, fill};
use crate::server::on_a_new_table;
use crate::server::session::scatter_rows;
use crate::support::program::run_on;
use crate::support::proxy::{Fault, Gate, Proxy};
use crate::support::pty::Pty;
use crate::support::server::block_on;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kinescope");

#[test]
fn silence_ends_the_reading_wherever_it_begins() {
    on_a_new_table(|database| {
        fill(database);
        // While it logs in, before the table is known, and among its rows.
        for (after, said) in [
            (0, "did not answer within 0.7 s"),
            (30, "did not answer within 0.7 s"),
            (1150, "sent nothing for 0.7 s"),
            (4350, "sent nothing for 0.7 s"),
        ] {
            let proxy = Proxy::start(database.server.port, Fault::Hold(after, Gate::default()));
            let endpoint = format!("{}&timeout=700ms&readTimeout=700ms", proxy.dsn(database));
            for command in ["preview", "audit", "connect"] {
                // It asks for less.
                if command == "connect" && after > 1250 {
                    continue;
                }
                let ran = run_on(&endpoint, &[command]);
                assert_unknown(&ran, command);
                let told = format!("{}{}", ran.out, ran.err).replace("\n  ", " ");
                assert!(told.contains(said), "{command} after {after}: {told}");
            }
        }
    });
}

#[test]
fn a_table_that_somebody_locked_is_not_waited_for_without_end() {
    on_a_new_table(|database| {
        fill(database);
        let endpoint = format!("{}?readTimeout=700ms", database.dsn());
        block_on(async {
            let mut other = database.server.connect(&database.name).await;
            other.execute("LOCK TABLES kine WRITE").await.expect("root may");
            for command in ["preview", "connect"] {
                let ran = run_on(&endpoint, &[command]);
                assert_unknown(&ran, command);
                let told = format!("{}{}", ran.out, ran.err);
                assert!(told.contains("sent nothing for 0.7 s"), "{told}");
                assert!(told.contains("SHOW PROCESSLIST"), "{told}");
            }
            other.execute("UNLOCK TABLES").await.expect("root may");
        });
        assert_eq!(run_on(&endpoint, &["preview"]).status, Some(0));
    });
}

#[test]
fn keys_are_answered_while_the_server_is_silent() {
    // It takes a session, and that is all.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent = silent.local_addr().expect("it is bound").port();
    let mut pty = Pty::start_on(
        &format!("mysql://u@tcp(127.0.0.1:{silent})/k?timeout=1h"),
        Path::new(PROGRAM),
        &[],
        80,
        24,
    );
    pty.wait_for("opening");
    pty.press("?").wait_for("Keys and signs");
    pty.press("\x1b").wait_until_gone("Keys and signs");
    pty.press("q");
    assert_eq!(pty.wait(), 3);
    pty.assert_restored();
    on_a_new_table(|database| {
        scatter_rows(database);
        let gate = Gate::default();
        let proxy = Proxy::start(database.server.port, Fault::Hold(1_500_000, gate.clone()));
        let endpoint = format!("{}&readTimeout=1h", proxy.dsn(database));
        let mut pty = Pty::start_on(&endpoint, Path::new(PROGRAM), &[], 80, 24);
        gate.wait();
        pty.wait_for("reading").wait_for("/k/0");
        pty.press("/7777\r").wait_for("/k/7777").wait_until_gone("/k/0 ");
        // What has come is looked at, and the rest is not waited for.
        pty.press("\x1b").wait_for("/k/0 ");
        pty.press("\x1b").wait_for("PARTIAL: reading was stopped").wait_for("r reads again");
        gate.open();
        pty.press("r")
            .wait_for("120,000 rows")
            .wait_until_gone("PARTIAL")
            .wait_until_gone("reading");
        pty.press("q");
        assert_eq!(pty.wait(), 0);
        pty.assert_restored();
    });
}
