//! `innodb_snapshot_isolation` is on.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::Database;

/// `innodb_snapshot_isolation` is on.
pub(super) static RULE: Rule = Rule {
    name: "snapshot-isolation",
    severity: Severity::Error,
    summary: "innodb_snapshot_isolation is on",
    finds: "innodb_snapshot_isolation=ON, the default from MariaDB 11.6.2 on.",
    matters: "kine's compaction fails with `Error 1020: Record has changed since last read in \
            table 'kine'` whenever somebody writes at the same time, which on a busy cluster is \
            always: the table grows without end (kine issues 721 and 745). kine does not support \
            this setting.",
    remedy: "Set innodb_snapshot_isolation=OFF on the server, both for good (in its \
            configuration) and now (SET GLOBAL), and restart kine.",
    example: Example::Database {
        shown: "innodb_snapshot_isolation=ON",
        breaks: |database| {
            let on = ("innodb_snapshot_isolation".to_owned(), "ON".to_owned());
            database.variables.get_or_insert_default().push(on);
        },
    },
    needs: &[Need::MySql],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    if database.variables.is_none() {
        return Soundness::Unknown("the server does not report its variables");
    }
    Soundness::of(database.is_on("innodb_snapshot_isolation"))
}

fn message(_: &Subject<'_>, _: &Finding) -> String {
    "innodb_snapshot_isolation is ON: compaction fails while somebody writes.".to_owned()
}
