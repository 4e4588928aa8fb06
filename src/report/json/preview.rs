//! `kinescope.preview/v1`: what a compaction would do.

use std::io::{self, Write};

use serde::Serialize;

use super::compaction::{Change, Ending, Policy, Revisions, Target, rule, stop};
use super::origin::Origin;
use super::verdict::{Verdict, WhoCompacts};
use super::when::When;
use super::{Gaps, Name};
use crate::history::compaction::{Effect, KeyEffect, Plan};
use crate::history::{History, Revision};
use crate::report::Preview;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    /// Null where only the target was asked for.
    verdict: Option<Verdict>,
    revisions: Revisions,
    policy: Policy,
    target: Target,
    batches: u64,
    rows: Rows,
    keys: Keys,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<Revision>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    survivors: Option<Vec<Survivor>>,
    /// Which kine's compaction it is.
    rule: &'static str,
    /// Why it ends where it ends.
    stop: Ending,
    /// What may bring keys back later, whatever this compaction does.
    danger: Danger,
    compactor: WhoCompacts,
    /// When rows were written, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<When>,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct Rows {
    before: usize,
    removed: usize,
    after: usize,
}

#[derive(Serialize)]
struct Keys {
    resurrected: Vec<Key>,
    reverted: Vec<Key>,
    lost: Vec<Key>,
}

#[derive(Serialize)]
struct Key {
    #[serde(flatten)]
    name: Name,
    #[serde(flatten)]
    change: Change,
}

#[derive(Serialize)]
struct Survivor {
    id: Revision,
    #[serde(flatten)]
    name: Name,
    prev_revision: Option<Revision>,
}

#[derive(Serialize)]
struct Danger {
    forks: usize,
    /// Null in a part of a table, where a row may only seem to be one.
    stray_rows: Option<u64>,
    /// Null where it is not known, as in text.
    unique_index: Option<bool>,
}

/// Writes the preview.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn preview(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, rows, .. } = preview;
    let history = table.history;
    let key = |key| Key::new(history, plan, key);
    let keys = |effect| preview.with(effect).into_iter().map(key).collect();
    let listed = |survives| history.iter().filter(move |&at| plan.survives(at) == survives);
    let document = Document {
        schema: "kinescope.preview/v1",
        source: table.source,
        origin: Origin::of(table),
        verdict: preview.verdict.as_ref().map(|verdict| Verdict::of(table, verdict)),
        revisions: Revisions::of(history),
        policy: Policy::of(plan),
        target: Target::of(plan),
        batches: plan.transactions,
        rows: Rows { before: history.len(), removed: plan.removed(), after: plan.after() },
        keys: Keys {
            resurrected: keys(Effect::Resurrected),
            reverted: keys(Effect::Reverted),
            lost: keys(Effect::Lost),
        },
        removed: rows.then(|| listed(false).map(|at| history.id(at)).collect()),
        survivors: rows.then(|| {
            let survivor = |at| Survivor {
                id: history.id(at),
                name: Name::new(history.row(at).name),
                prev_revision: plan.prev_after(history, at),
            };
            listed(true).map(survivor).collect()
        }),
        rule: rule(plan.policy.algorithm),
        stop: Ending { reason: stop(plan.stop), message: preview.stop() },
        danger: Danger {
            forks: history.forks(),
            stray_rows: preview.strays(),
            unique_index: history.profile().unique_index,
        },
        compactor: WhoCompacts::of(history, plan, plan.policy),
        times: preview.when.as_ref().map(|when| When::of(history, when)),
        gaps: Gaps::of(table),
    };
    super::write(out, &document)
}

impl Key {
    fn new(history: &History, plan: &Plan, key: &KeyEffect) -> Self {
        Self {
            name: Name::new(Some(history.name(key.key))),
            change: Change::of(history, plan, key),
        }
    }
}
