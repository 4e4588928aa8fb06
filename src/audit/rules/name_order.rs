//! The database sorts names in another order than kine's ranges have.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::Database;
use crate::text::escape;

/// The database sorts names in another order than kine's ranges have.
pub(super) static RULE: Rule = Rule {
    name: "name-order",
    severity: Severity::Error,
    summary: "the database sorts names in an order that kine's lists do not expect",
    finds: "On PostgreSQL, a collation of the name column that does not sort by bytes, as `C` does: \
            en_US.UTF-8 of the C library, or one of ICU. kinescope lets the server sort a few names to \
            find out. kine v0.13.0 and later give a new table the collation C; before that it had the \
            database's own, and existing tables are never altered.",
    matters: "kine v0.16.3 and later list a prefix as a range of names. With en_US.UTF-8 nothing is in \
              that range, and every list comes back empty, as if the cluster had no objects; with ICU, \
              names with capital letters appear in lists of other prefixes. Earlier versions list by \
              LIKE. Compaction is not affected.",
    remedy: "Before an upgrade to kine v0.16.3 or later: start kine with KINE_SCHEMA_MIGRATION=2, or, \
             with kine stopped and a backup made, run `ALTER TABLE kine ALTER COLUMN name TYPE text \
             COLLATE \"C\"`. Both make the indexes over names anew, which takes long on a large table.",
    example: Example::Postgres {
        shown: "name VARCHAR(630), in a database with LC_COLLATE en_US.UTF-8",
        breaks: |database| {
            database.set_variable("name_collation", "en_US.UTF-8");
            database.set_variable("name_order", "no range");
        },
    },
    needs: &[Need::Server, Need::Postgres],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    match database.variable("name_order") {
        Some(order) => Soundness::of(order != "bytes"),
        None => Soundness::Unknown("the server does not say how it sorts names"),
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let variable = |name| subject.database().and_then(|database| database.variable(name));
    let collation = escape(variable("name_collation").unwrap_or("another").as_bytes());
    let so = match variable("name_order") {
        Some("no range") => {
            "/registry/pods/a is not between /registry/pods/ and /registry/pods0, so every list of kine \
             v0.16.3 and later is empty"
        }
        _ => {
            "names do not sort by their bytes, and /registry/Pods/a may fall between /registry/pods/ and \
             /registry/pods0, so lists of kine v0.16.3 and later may show keys of other prefixes"
        }
    };
    format!(
        "The collation of name is {collation}: {so}. `ALTER TABLE kine ALTER COLUMN name TYPE text COLLATE \
         \"C\"` fixes it, and so does starting kine with KINE_SCHEMA_MIGRATION=2."
    )
}
