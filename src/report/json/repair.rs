//! `kinescope.repair/v1`: what mends a table.

use std::io::{self, Write};

use serde::Serialize;

use super::compaction::Revisions;
use super::origin::Origin;
use super::verdict::Verdict;
use super::{Gaps, Name};
use crate::history::{History, KeyId, Revision, RowIx};
use crate::repair::{Added, Cost, Deletion, Fate, Obstacle, Step, Unique};
use crate::report::{Repair, sql};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    /// What becomes of keys as the table is.
    verdict: Verdict,
    revisions: Revisions,
    rows: usize,
    /// Whose SQL the statements are.
    dialect: String,
    /// In the order in which they are done.
    steps: Vec<OfStep>,
    /// What has no safe mend.
    left: Vec<Left>,
    /// Keys that have probably come back after a deletion, and are kept.
    returned: Vec<Name>,
    unique_index: UniqueIndex,
    after: After,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct OfStep {
    what: String,
    why: String,
    /// The keys that lose rows.
    keys: Vec<OfKey>,
    /// The rows that are added.
    added: Vec<OfAdded>,
    /// What does it; of rows, `--format sql` has the statements.
    statements: Vec<String>,
    locks: &'static str,
    takes: Takes,
    /// What undoes it; of rows, `--to` writes the statements.
    undo: Vec<String>,
    check: OfCheck,
}

#[derive(Serialize)]
struct OfKey {
    #[serde(flatten)]
    name: Name,
    /// Why they go: stray, unchosen or mark.
    fate: &'static str,
    deleted: Vec<Revision>,
    kept: Revision,
}

#[derive(Serialize)]
struct OfAdded {
    id: Revision,
    #[serde(flatten)]
    name: Name,
    /// What it is: tombstone or mark.
    what: &'static str,
    prev_revision: Revision,
}

#[derive(Serialize)]
struct Takes {
    rows: u64,
    index_bytes: u64,
    about_seconds: u64,
}

#[derive(Serialize)]
struct OfCheck {
    query: String,
    gives: &'static str,
}

#[derive(Serialize)]
struct Left {
    #[serde(flatten)]
    name: Name,
    rows: Vec<Revision>,
    why: String,
}

#[derive(Serialize)]
struct UniqueIndex {
    /// What is known of it: stands, made, obstructed or unknown.
    state: &'static str,
    /// What is in its way.
    why: Option<String>,
}

/// How the table would be then.
#[derive(Serialize)]
struct After {
    rows: usize,
    forks: usize,
    /// Keys with another value than now, though nobody chose that.
    changed: Vec<Name>,
    /// What is still so of keys; null when nothing is.
    remains: Option<String>,
    verdict: String,
}

/// Writes what mends a table.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn repair(out: &mut dyn Write, report: &Repair<'_>) -> io::Result<()> {
    let (table, repair) = (report.table, report.repair);
    let history = table.history;
    let name = |key: KeyId| Name::new(Some(history.name(key)));
    let left = repair.left.iter().map(|left| {
        let (key, rows) = left.rows.clone().unzip();
        Left {
            name: Name::new(key.map(|key| history.name(key))),
            rows: ids(history, &rows.unwrap_or_default()),
            why: left.why.clone(),
        }
    });
    let (state, why) = match &repair.unique {
        Unique::Stands => ("stands", None),
        Unique::Made => ("made", None),
        Unique::Obstructed(obstacle) => ("obstructed", Some(obstacle.said())),
        Unique::Unknown(obstacle) => ("unknown", obstacle.as_ref().map(Obstacle::said)),
    };
    let document = Document {
        schema: "kinescope.repair/v1",
        source: table.source,
        origin: Origin::of(&table),
        verdict: Verdict::of(&table, report.verdict),
        revisions: Revisions::of(history),
        rows: history.len(),
        dialect: history.profile().dialect.to_string(),
        steps: repair.steps.iter().map(|step| of_step(history, step)).collect(),
        left: left.collect(),
        returned: repair.returned.iter().copied().map(name).collect(),
        unique_index: UniqueIndex { state, why },
        after: After {
            rows: repair.after.rows,
            forks: repair.after.forks,
            changed: repair.after.changed.iter().copied().map(name).collect(),
            remains: repair.after.remains.clone(),
            verdict: repair.after.verdict.clone(),
        },
        gaps: Gaps::of(&table),
    };
    super::write(out, &document)
}

fn ids(history: &History, rows: &[RowIx]) -> Vec<Revision> {
    rows.iter().map(|&at| history.id(at)).collect()
}

fn of_step(history: &History, step: &Step) -> OfStep {
    let dialect = history.profile().dialect;
    let cost = Cost::of(history, step);
    let (keys, added) = match step {
        Step::Rows(rows) => (&rows.deleted[..], &rows.added[..]),
        _ => (&[][..], &[][..]),
    };
    let key = |deletion: &Deletion| OfKey {
        name: Name::new(Some(history.name(deletion.key))),
        fate: match deletion.fate {
            Fate::Stray => "stray",
            Fate::Unchosen => "unchosen",
            Fate::Mark => "mark",
        },
        deleted: ids(history, &deletion.rows),
        kept: history.id(deletion.kept),
    };
    let added = added.iter().map(|added| {
        let (key, what, prev_revision) = match added.what {
            Added::Tombstone(key, after) => (key, "tombstone", history.id(after)),
            Added::Mark(compacted) => (KeyId::MARK, "mark", compacted),
        };
        let name = Name::new(Some(history.name(key)));
        OfAdded { id: added.id, name, what, prev_revision }
    });
    let (query, gives) = sql::check_of(step, dialect);
    OfStep {
        what: step.what(),
        why: step.why(history),
        keys: keys.iter().map(key).collect(),
        added: added.collect(),
        statements: sql::statements_of(step, dialect),
        locks: step.locks(dialect),
        takes: Takes {
            rows: cost.rows,
            index_bytes: cost.index_bytes,
            about_seconds: cost.about().as_secs(),
        },
        undo: sql::undo_of(step, dialect),
        check: OfCheck { query, gives },
    }
}
