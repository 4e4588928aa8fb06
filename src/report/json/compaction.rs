//! What several documents say of a compaction: to where, by which settings, what it does to a key.

use serde::Serialize;

use crate::history::compaction::{Algorithm, KeyEffect, Plan, State, Stop};
use crate::history::{History, Revision};

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
pub(super) struct Ending {
    pub(super) reason: &'static str,
    /// In words; null when the target is reached.
    pub(super) message: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Revisions {
    /// Null when the table is empty.
    current: Option<Revision>,
    /// Null when no row holds it.
    compacted: Option<Revision>,
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

impl Change {
    pub(super) fn of(history: &History, plan: &Plan, key: &KeyEffect) -> Self {
        let state = |state: State| KeyState { revision: state.revision, live: state.live };
        let layers = plan.layers(history, key);
        Self { before: state(key.before), after: key.after.map(state), layers }
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

impl Revisions {
    pub(super) fn of(history: &History) -> Self {
        Self { current: history.current(), compacted: history.compacted() }
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
