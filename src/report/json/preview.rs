//! `kinescope.preview/v1`: what a compaction would do.

use std::io::{self, Write};

use serde::Serialize;

use super::origin::Origin;
use super::verdict::{Verdict, WhoCompacts};
use super::{Gaps, Name};
use crate::history::compaction::{Algorithm, Effect, KeyEffect, Plan, State, Stop};
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
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
pub(super) struct Revisions {
    /// Null when the table is empty.
    current: Option<Revision>,
    /// Null when no row holds it.
    compacted: Option<Revision>,
}

#[derive(Serialize)]
pub(super) struct Policy {
    min_retain: u64,
    batch_size: u64,
}

#[derive(Serialize)]
pub(super) struct Target {
    requested: Revision,
    reached: Revision,
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

/// What happens to a key.
#[derive(Serialize)]
pub(super) struct Change {
    before: KeyState,
    /// Null when no row is left.
    after: Option<KeyState>,
    layers: Vec<Revision>,
}

#[derive(Serialize)]
pub(super) struct KeyState {
    revision: Revision,
    live: bool,
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

#[derive(Serialize)]
pub(super) struct Ending {
    reason: &'static str,
    /// In words; null when the target is reached.
    message: Option<String>,
}

/// Writes the preview.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn preview(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, rows, .. } = preview;
    let history = table.history;
    let keys =
        |effect| preview.with(effect).into_iter().map(|key| Key::new(history, key)).collect();
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
        compactor: WhoCompacts::of(history, plan.policy),
        gaps: Gaps::of(table),
    };
    super::write(out, &document)
}

impl Revisions {
    pub(super) fn of(history: &History) -> Self {
        Self { current: history.current(), compacted: history.compacted() }
    }
}

impl Policy {
    pub(super) const fn of(plan: &Plan) -> Self {
        Self { min_retain: plan.policy.min_retain, batch_size: plan.policy.batch_size }
    }
}

impl Target {
    pub(super) const fn of(plan: &Plan) -> Self {
        Self { requested: plan.requested, reached: plan.reached }
    }
}

impl Key {
    fn new(history: &History, key: &KeyEffect) -> Self {
        Self { name: Name::new(Some(history.name(key.key))), change: Change::of(key) }
    }
}

impl Change {
    pub(super) fn of(key: &KeyEffect) -> Self {
        let state = |state: State| KeyState { revision: state.revision, live: state.live };
        Self { before: state(key.before), after: key.after.map(state), layers: key.layers.clone() }
    }
}

impl KeyState {
    pub(super) const fn new(revision: Revision, live: bool) -> Self {
        Self { revision, live }
    }
}

impl Ending {
    pub(super) fn of(plan: &Plan) -> Self {
        Self { reason: stop(plan.stop), message: crate::display::words::stop(plan) }
    }
}

pub(super) const fn rule(rule: Algorithm) -> &'static str {
    match rule {
        Algorithm::Batches => "batches",
        Algorithm::Request => "request",
        Algorithm::LosesRows => "loses-rows",
        Algorithm::RowByRow => "row-by-row",
    }
}

pub(super) const fn stop(stop: Stop) -> &'static str {
    match stop {
        Stop::Reached => "reached",
        Stop::Retained => "retained",
        Stop::AlreadyCompacted => "already-compacted",
        Stop::TooLarge => "too-large",
        Stop::NoMark => "no-mark",
        Stop::NullMark => "null-mark",
        Stop::MarkDuplicated => "mark-duplicated",
        Stop::MarkRemoved => "mark-removed",
        Stop::Unreadable(_) => "unreadable",
    }
}
