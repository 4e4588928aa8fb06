//! The table's engine has no transactions.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::Database;
use crate::text::escape;

/// The table's engine has no transactions.
pub(super) static RULE: Rule = Rule {
    name: "engine",
    severity: Severity::Error,
    summary: "the table's engine has no transactions",
    finds: "A storage engine other than InnoDB. kine's schema names none, so the server's \
            default_storage_engine decides.",
    matters: "A compaction that fails halfway stays half done, and kine's checks inside a \
            transaction check nothing. A crash can leave a table that needs repair, with rows \
            lost.",
    remedy: "With kine stopped and a backup made: `ALTER TABLE kine ENGINE=InnoDB`.",
    example: Example::Database {
        shown: "ALTER TABLE kine ENGINE=MyISAM",
        breaks: |database| database.engine = Some("MyISAM".to_owned()),
    },
    needs: &[Need::MySql, Need::BaseTable],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    let Some(engine) = &database.engine else {
        return Soundness::Unknown("the server does not report the engine");
    };
    Soundness::of(!engine.eq_ignore_ascii_case("InnoDB"))
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let engine = subject.database().and_then(|database| database.engine.as_deref());
    format!("The table's engine is {}.", escape(engine.unwrap_or("unknown").as_bytes()))
}
