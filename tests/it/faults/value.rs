//! The value of a revision, when the server fails while somebody looks at it.

use std::path::Path;

use super::fill;
use crate::server::on_a_new_table;
use crate::support::proxy::{Fault, Gate, Proxy};
use crate::support::pty::Pty;

#[test]
fn the_sheet_says_what_failed_and_can_be_asked_again() {
    on_a_new_table(|database| {
        fill(database);
        database.exec("UPDATE kine SET value = 'nine'");
        let proxy = Proxy::start(database.server.port, Fault::None);
        let endpoint = format!("{}&readTimeout=700ms", proxy.dsn(database));
        let program = Path::new(env!("CARGO_BIN_EXE_kinescope"));
        let mut pty = Pty::start_on(&endpoint, program, &[], 120, 40);
        pty.wait_for("5 rows").wait_until_gone("reading");
        pty.press(":4\r").wait_for("┌ Revision 4 ");
        // (what happens to the session, what is said); in it come about 1,000 bytes.
        for (fault, said) in [
            (Fault::Cut(0), "cannot connect to"),
            (Fault::Cut(700), "was lost"),
            (Fault::Hold(700, Gate::default()), "sent nothing for 0.7 s"),
            (Fault::None, "Text, 4 bytes."),
        ] {
            proxy.set(fault);
            pty.press("V").wait_for("Revision 4: value").wait_for(said);
            // It is the explorer's as before, and so is the sheet.
            pty.press("\t").wait_for("Revision 4: what changed");
            pty.press("\t\t\tq").wait_until_gone("Revision 4: ").wait_for("5 rows");
        }
        // While the server says nothing, it is left.
        proxy.set(Fault::Hold(700, Gate::default()));
        pty.press("V\x1b").wait_for("was stopped");
        pty.press("q").wait_until_gone("was stopped");
        proxy.set(Fault::None);
        database.exec("DELETE FROM kine WHERE id = 4");
        pty.press("V").wait_for("Revision 4 is no longer in the table");
        pty.press("q").wait_until_gone("no longer");
        pty.press("q");
        assert_eq!(pty.wait(), 0);
        pty.assert_restored();
    });
}
