//! A server that is killed while its table is read, and started again.

use std::path::Path;

use super::assert_unknown;
use crate::server::session::scatter_rows;
use crate::support::program::run_on;
use crate::support::proxy::{Fault, Gate, Proxy};
use crate::support::pty::Pty;
use crate::support::server::{Database, Server, programs};

/// Among the rows of the first pages.
const HALFWAY: usize = 1_500_000;

/// What was written is there again after that.
const DURABLE: &str = "--innodb-flush-log-at-trx-commit=1";

#[test]
fn what_was_read_stays_and_is_read_again() {
    for program in programs() {
        let server = Server::start(&program, &[DURABLE.to_owned()]);
        let database = server.database();
        database.create_kine_table();
        scatter_rows(&database);
        explore(&database);
        for command in ["preview", "audit"] {
            report(&database, command);
        }
        drop(database);
        server.kill();
    }
}

fn explore(database: &Database<'_>) {
    let server = database.server;
    for (columns, lines) in [(80, 24), (120, 40)] {
        let gate = Gate::default();
        let proxy = Proxy::start(server.port, Fault::Hold(HALFWAY, gate.clone()));
        let kinescope = Path::new(env!("CARGO_BIN_EXE_kinescope"));
        let mut pty = Pty::start_on(&proxy.dsn(database), kinescope, &[], columns, lines);
        gate.wait();
        pty.wait_for("reading").wait_for("/k/0");
        server.kill();
        gate.open();
        pty.wait_for("PARTIAL, r reads again: ").wait_for("Read it again");
        pty.wait_for("/k/0").wait_until_gone(" 0 rows");
        // The server is not back yet.
        pty.press("r").wait_for("cannot connect").wait_for("PARTIAL, r reads").wait_for("/k/0");
        server.restart();
        pty.press("r")
            .wait_for("120,000 rows")
            .wait_until_gone("PARTIAL")
            .wait_until_gone("reading");
        // Halfway through the next time, the whole table stays; and so it does where nobody answers.
        let gate = Gate::default();
        proxy.set(Fault::Hold(HALFWAY, gate.clone()));
        pty.press("r").wait_for("reading again");
        gate.wait();
        server.kill();
        gate.open();
        let still = "Reading again failed: still the whole table as of ";
        pty.wait_for(still).wait_for("was lost").wait_until_gone("reading again");
        pty.press("r").wait_for("cannot connect").wait_for(still).wait_for("120,000 rows");
        assert!(!pty.contents().contains("PARTIAL"), "{}", pty.contents());
        server.restart();
        pty.press("r").wait_until_gone("Reading again").wait_until_gone("reading again");
        assert!(!pty.contents().contains("PARTIAL"), "{}", pty.contents());
        pty.wait_for("120,000 rows");
        pty.press("q");
        assert_eq!(pty.wait(), 0);
        pty.assert_restored();
    }
}

/// A report says that it is of a part.
fn report(database: &Database<'_>, command: &str) {
    let server = database.server;
    let gate = Gate::default();
    let proxy = Proxy::start(server.port, Fault::Hold(HALFWAY, gate.clone()));
    let ran = std::thread::scope(|scope| {
        let running = scope.spawn(|| run_on(&proxy.dsn(database), &[command]));
        gate.wait();
        server.kill();
        gate.open();
        running.join().expect("it does not panic")
    });
    assert_unknown(&ran, command);
    let said = ran.out.replace("\n  ", " ");
    assert!(said.contains("was lost") && said.contains("Read it again"), "{said}");
    let ran = run_on(&proxy.dsn(database), &[command]);
    assert_unknown(&ran, command);
    assert!(ran.err.contains("cannot connect"), "{}", ran.err);
    server.restart();
}
