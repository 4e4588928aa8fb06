//! What keeps kine from compacting a table as it is.

use super::{Algorithm, Plan, Policy, Stop};
use crate::history::{History, KeyId};

/// What keeps kine from compacting the whole table as it is; `None` for nothing.
pub fn obstacle(history: &History, policy: Policy) -> Option<Stop> {
    let mut inquiry = Inquiry::new(history, policy);
    inquiry.advance(history, &mut usize::MAX.clone());
    inquiry.finish(history)
}

/// Looks for it, for as long as there is time.
#[derive(Debug, Clone)]
pub(super) enum Inquiry {
    /// The rows named `compact_rev_key` tell.
    Known(Option<Stop>),
    /// A compaction of everything tells.
    Planned(Plan),
}

impl Inquiry {
    /// Nothing planned yet.
    pub(super) fn new(history: &History, policy: Policy) -> Self {
        let mut plan = Plan::new(history, policy.without_retain());
        if let Some(stop) = plan.refusal(history) {
            return Self::Known(Some(stop));
        }
        let walks = policy.algorithm == Algorithm::RowByRow;
        if !walks && at_risk(history, policy.algorithm) == 0 && history.key(KeyId::MARK).rows < 2 {
            return Self::Known(None);
        }
        plan.aim(history.current().unwrap_or_default());
        Self::Planned(plan)
    }

    /// Spends from `rows`, a budget of rows looked at; true when it is known.
    pub(super) fn advance(&mut self, history: &History, rows: &mut usize) -> bool {
        match self {
            Self::Known(_) => true,
            Self::Planned(plan) => plan.advance(history, rows, |_| {}),
        }
    }

    /// What it is, once it is known.
    pub(super) fn finish(&self, history: &History) -> Option<Stop> {
        let plan = match self {
            Self::Known(obstacle) => return *obstacle,
            Self::Planned(plan) => plan,
        };
        let marks = history.key(KeyId::MARK).rows as usize;
        match plan.stop {
            stop @ (Stop::MarkDuplicated | Stop::MarkRemoved | Stop::Unreadable(_)) => Some(stop),
            // Nothing above the compact revision is there yet.
            Stop::AlreadyCompacted
                if marks > 0 && at_risk(history, plan.policy.algorithm) == marks =>
            {
                Some(Stop::MarkRemoved)
            }
            _ => None,
        }
    }
}

/// How many rows named `compact_rev_key` a compaction would remove sooner or later: tombstones, and
/// those that a row points at.
fn at_risk(history: &History, algorithm: Algorithm) -> usize {
    let marks = history.rows_of(KeyId::MARK);
    marks
        .filter(|&mark| {
            history.deleted(mark).is_set()
                || history.successors(mark).any(|by| algorithm.counts(history, by))
        })
        .count()
}
