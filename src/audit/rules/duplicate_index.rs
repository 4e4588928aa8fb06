//! Several indexes over the same columns.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::{Database, Index};
use crate::text::{count, escape};

/// Several indexes over the same columns.
pub(super) static RULE: Rule = Rule {
    name: "duplicate-index",
    severity: Severity::Warning,
    summary: "several indexes over the same columns",
    finds: "Two or more indexes over exactly the same columns in the same order. \
            KINE_SCHEMA_MIGRATION in kine v0.11.5 to v0.14.1 added one more unique index on id at \
            every start (kine issue 517).",
    matters: "Every write pays for each of them. At 64 indexes MySQL refuses another, and kine \
            does not start (Error 1069, too many keys).",
    remedy: "Upgrade kine to v0.14.2 or later, then drop all but one of them. Keep PRIMARY; of \
            two others, keep the unique one.",
    example: Example::Database {
        shown: "ALTER TABLE kine MODIFY id BIGINT UNSIGNED NOT NULL UNIQUE AUTO_INCREMENT",
        breaks: |database| database.indexes.push(Index::new("id", true, &["id"])),
    },
    needs: &[Need::Schema, Need::BaseTable],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    Soundness::of(!database.duplicate_indexes().is_empty())
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    const MOST: usize = 4;
    let Some(database) = subject.database() else { return String::new() };
    let said: Vec<String> = database
        .duplicate_indexes()
        .into_iter()
        .map(|(columns, names)| {
            let listed: Vec<_> =
                names.iter().take(MOST).map(|index| escape(index.name.as_bytes())).collect();
            let more = match names.len().saturating_sub(MOST) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!(
                "{} over {}: {}{more}.",
                count(names.len() as u64, "index"),
                columns.join(", "),
                listed.join(", ")
            )
        })
        .collect();
    said.join(" ")
}
