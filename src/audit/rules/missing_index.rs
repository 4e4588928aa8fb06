//! An index of kine's is missing.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::Database;

/// An index of kine's is missing.
pub(super) static RULE: Rule = Rule {
    name: "missing-index",
    severity: Severity::Warning,
    summary: "an index of kine's is missing",
    finds: "An index that kine makes is not there, or is over other columns: the primary key on \
            id, kine_name_index on name, kine_name_id_index on name and id, kine_id_deleted_index \
            on id and deleted, kine_prev_revision_index on prev_revision. An id that is SQLite's \
            INTEGER PRIMARY KEY needs none. Another index that begins with the same columns serves as well. On PostgreSQL, an index that is not valid counts \
            as missing, and a table whose names have the collation C (kine v0.13.0) also has \
            kine_list_query_index on name, id and deleted. For the unique index see rule unique-index.",
    matters: "Lists and compaction scan the whole table instead, and a batch that takes longer \
            than 5 seconds is rolled back and retried forever. kine v0.11.3 and later never add \
            an index to an existing table on MySQL; on PostgreSQL and SQLite every start makes those that \
            are missing. Tables made by kine before v0.5.0 lack three of these.",
    remedy: "Create what is missing, at a quiet time: `CREATE INDEX kine_name_id_index ON \
            kine (name, id)`, and so on.",
    example: Example::Database {
        shown: "DROP INDEX kine_prev_revision_index ON kine",
        breaks: |database| {
            database.indexes.retain(|index| index.name != "kine_prev_revision_index");
        },
    },
    needs: &[Need::Schema, Need::BaseTable],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    Soundness::of(database.missing_indexes().next().is_some())
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let Some(database) = subject.database() else { return String::new() };
    let missing: Vec<String> = database
        .missing_indexes()
        .map(|(name, columns)| format!("{name} ({})", columns.join(", ")))
        .collect();
    let missing = missing.join(", ");
    if database.refusal_to_start().is_some() {
        let missing = missing.replace("PRIMARY", "the primary key");
        return format!(
            "Missing, and no other index serves instead: {missing}. kine makes indexes anew when it starts, \
             but for the primary key."
        );
    }
    format!("Missing, and no other index serves instead: {missing}.")
}
