//! The unique index on name and prev revision is missing.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::{Database, Index};
use crate::text::{count, escape};

/// The unique index on name and prev revision is missing.
pub(super) static RULE: Rule = Rule {
    name: "unique-index",
    severity: Severity::Error,
    summary: "the unique index on name and prev_revision is missing",
    finds: "No unique index over the whole of name and prev_revision, \
            kine_name_prev_revision_uindex in kine's schema: it is missing, it is not unique \
            (kine v0.1.0), or it covers only the first characters of the name (kine v0.2.0); on \
            PostgreSQL and SQLite also one that is not valid, or covers only some of the rows. The finding also says \
            whether it can be created now, and which rows prevent it.",
    matters: "Without it chains fork, and compaction brings deleted objects back (kine issue \
            408): nothing else keeps two writers from following the same revision. It is easily \
            lost: when three or more kine processes start at once on an empty database, they \
            race, and kine v0.11.3 and later never create or check the indexes of an existing \
            table on MySQL. On PostgreSQL and SQLite kine makes the index anew when it starts, and does not \
            start while there are forks (could not create unique index, SQLSTATE 23505; UNIQUE \
            constraint failed: kine.name, kine.prev_revision); an index of that name that is not unique \
            or not valid stays as it is.",
    remedy: "Stop every kine and make a backup. Delete the stray rows: in each fork, the rows \
            that the key's newest row does not lead back to, and all that follow them. Then run \
            `CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)`. \
            If an index of that name is there, but is not unique or covers only the beginning of \
            the name, drop it in the same statement, never before: `ALTER TABLE kine DROP INDEX \
            …, ADD UNIQUE INDEX …` (MySQL). `kinescope repair SOURCE` writes all of these statements for \
            you to read and run, and says what to change first if name is a text or too long for an \
            index.",
    example: Example::Database {
        shown: "DROP INDEX kine_name_prev_revision_uindex ON kine",
        breaks: |database| database.indexes.retain(|index| !index.name.ends_with("_uindex")),
    },
    needs: &[Need::Schema, Need::BaseTable],
    check: Check::Database(check),
    message,
};

/// What kine calls it, and people look for.
const KINES: &str = "kine_name_prev_revision_uindex";

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    Soundness::of(!database.unique_index().is_some_and(Index::is_whole))
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let Some(database) = subject.database() else { return String::new() };
    let over = |index: &&Index| index.is_over(&["name", "prev_revision"]);
    let (index, why) = match (database.unique_index(), database.indexes.iter().find(over)) {
        (Some(index), _) => (index, "covers only the beginning of the name"),
        (None, Some(index)) => (index, index.flaw.unwrap_or("is not unique")),
        (None, None) => {
            return format!(
                "There is no unique index on name and prev_revision: {KINES} is missing. {}",
                can_be_created(subject)
            );
        }
    };
    let whose =
        if index.name == KINES { String::new() } else { format!(", and {KINES} is missing") };
    let what = format!("The index {} {why}{whose}.", escape(index.name.as_bytes()));
    format!("{what} {}", can_be_created(subject))
}

/// Whether the index can be created now.
fn can_be_created(subject: &Subject<'_>) -> String {
    let history = subject.history;
    let refusal = subject.database().and_then(Database::refusal_to_start);
    let marks = history.is_mark_duplicated();
    if history.is_empty() && history.profile().excerpt {
        return "Whether it can be created now depends on the rows, which are not in this text."
            .to_owned();
    }
    match (history.forks() as u64, marks) {
        (0, false) if refusal.is_some() => {
            "It can be created now: no row prevents it, and kine makes it when it starts, unless \
             another index has that name."
                .to_owned()
        }
        (0, false) => "It can be created now: no row prevents it.".to_owned(),
        (0, true) => {
            "It cannot be created now: two rows named compact_rev_key hold the same revision."
                .to_owned()
        }
        (forks, marks) => format!(
            "It cannot be created now: {} prevent{} it (rule fork){}.{}",
            count(forks, "fork"),
            if forks == 1 { "s" } else { "" },
            if marks { ", and so do rows named compact_rev_key" } else { "" },
            refusal.map_or_else(String::new, |said| {
                format!(" kine does not start until they are gone ({said}).")
            }),
        ),
    }
}
