//! The sequence of id is behind the current revision.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::{Database, Revision};
use crate::text::escape;

/// The sequence of id is behind the current revision.
pub(super) static RULE: Rule = Rule {
    name: "sequence-behind",
    severity: Severity::Error,
    summary: "the sequence of id is behind the current revision",
    finds: "On PostgreSQL, a sequence of the column id whose last number is lower than the current \
            revision. A table that was copied with its ids, by INSERT, COPY or a converter, has such a \
            sequence until it is set.",
    matters: "kine takes its revisions from the sequence. Each write fails while its number is taken \
              (duplicate key value violates unique constraint \"kine_pkey\", SQLSTATE 23505), which kine \
              takes for a key that exists. Where the number is free, the row gets a revision that \
              watchers have passed: they never see it.",
    remedy: "With kine stopped: `SELECT setval(pg_get_serial_sequence('kine', 'id'), (SELECT MAX(id) FROM \
             kine))`. If no sequence belongs to the column, name the one that its default has.",
    example: Example::Postgres {
        shown: "SELECT setval('kine_id_seq', 7), and the current revision 120",
        breaks: |database| database.set_variable("sequence_last_value", "7"),
    },
    needs: &[Need::Server, Need::Postgres, Need::BaseTable],
    check: Check::Database(check),
    message,
};

/// The last number that was given out; 0 if none was yet.
fn last(database: &Database) -> Option<Revision> {
    database.variable("sequence_last_value")?.parse().ok()
}

fn check(subject: &Subject<'_>, database: &Database) -> Soundness {
    // Without a sequence there is another rule: unwritable-table.
    if database.variable("sequence").is_none() {
        return Soundness::Sound;
    }
    match last(database) {
        Some(last) => Soundness::of(last < subject.current()),
        None => Soundness::Unknown("the account may not read the sequence of id"),
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let Some(database) = subject.database() else { return String::new() };
    let name = escape(database.variable("sequence").unwrap_or_default().as_bytes());
    let (last, newest) = (last(database).unwrap_or_default(), subject.current());
    format!(
        "The last number that {name} gave out is {last}, and the current revision is {newest}. With kine \
         stopped, `SELECT setval('{name}', {newest})` fixes it."
    )
}
