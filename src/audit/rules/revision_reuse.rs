//! A restart of the server may give a revision out again.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::{Database, Product, Server};
use crate::text::escape;

/// A restart of the server may give a revision out again.
pub(super) static RULE: Rule = Rule {
    name: "revision-reuse",
    severity: Severity::Info,
    summary: "the server may give a revision out again after a restart",
    finds: "MySQL before 8.0 or MariaDB before 10.2.4, whose InnoDB forgets the AUTO_INCREMENT \
            counter when it stops and begins again after MAX(id).",
    matters: "If the newest row was removed before the restart, by hand or by the Compact request \
            of kine v0.11.9 to v0.13.15, its revision goes to another write. Watchers take that \
            for one they have seen.",
    remedy: "Never delete the newest row by hand. Upgrade the server: kine is tested with MySQL 8 \
            and later and MariaDB 10.6 and later.",
    example: Example::Database {
        shown: "MySQL 5.7.44",
        breaks: |database| {
            database.server = Server { product: Product::MySql, version: "5.7.44".to_owned() }
        },
    },
    needs: &[Need::MySql],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    let numbers = database.server.numbers();
    if numbers == (0, 0, 0) {
        return Soundness::Unknown("the server's version is not known");
    }
    Soundness::of(numbers < if database.server.is_mariadb() { (10, 2, 4) } else { (8, 0, 0) })
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let version = subject.database().map(|database| &database.server);
    let Some(Server { product, version }) = version else { return String::new() };
    format!("{product} {} forgets the counter when it stops.", escape(version.as_bytes()))
}
