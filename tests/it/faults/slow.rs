//! A network so slow that how far the reading is matters.

use std::path::Path;

use crate::server::on_a_new_table;
use crate::server::session::scatter_rows;
use crate::support::proxy::{Fault, Proxy};
use crate::support::pty::Pty;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kinescope");

#[test]
fn rows_are_seen_to_come_and_are_never_taken_for_silence() {
    on_a_new_table(|database| {
        scatter_rows(database);
        // The server's estimate.
        database.exec("ANALYZE TABLE kine");
        // About 400 rows a second: a batch would take far longer than the server may be silent.
        let proxy = Proxy::start(database.server.port, Fault::Slow(20_000));
        let endpoint = format!("{}&readTimeout=2s", proxy.dsn(database));
        let mut pty = Pty::start_on(&endpoint, Path::new(PROGRAM), &[], 120, 40);
        pty.wait_for("reading ").wait_for("/k/0").wait_for(" min left").wait_for(" rows/s");
        for rows in [1000, 1500] {
            pty.wait_until("rows that come", |screen| {
                let text = screen.contents();
                let rows_shown = text.split(" rows ·").next().and_then(|it| it.rsplit(' ').next());
                let number = rows_shown.and_then(|it| it.replace(',', "").parse::<u32>().ok());
                number.is_some_and(|it| it > rows)
            });
        }
        pty.press("/999\r").wait_for("/k/999").wait_until_gone("/k/1 ");
        pty.press("?").wait_for("Keys and signs");
        pty.press("\x1b").wait_until_gone("Keys and signs");
        // The first closes the filter.
        pty.press("q").wait_for("Everything is listed again");
        pty.press("q");
        assert_eq!(pty.wait(), 3);
        pty.assert_restored();
        // A report says so too, to whoever looks.
        let mut pty = Pty::start_on(&endpoint, Path::new(PROGRAM), &["preview"], 120, 40);
        pty.wait_for("reading 127.0.0.1").wait_for(" rows/s").wait_for(" min left");
        pty.press("\x03");
        assert_eq!(pty.wait(), 130);
        pty.assert_restored();
    });
}
