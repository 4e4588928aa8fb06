//! What keeps kine from compacting a table as it is.

use std::rc::Rc;

use super::{Algorithm, Plan, Removals, Stop};
use crate::history::{History, KeyId};

/// What keeps kine from compacting the whole table as it is; `None` for nothing.
pub fn obstacle(history: &History, removals: &Rc<Removals>) -> Option<Stop> {
    let policy = removals.policy.without_retain();
    let plan = Plan::new(history, removals, history.current().unwrap_or_default(), policy);
    let marks = removals.marks.len();
    match plan.stop {
        Stop::Reached | Stop::Retained => None,
        Stop::MarkRemoved if marks == 0 => None,
        // Nothing above the compact revision is there yet.
        Stop::AlreadyCompacted => {
            let removes = marks > 0 && at_risk(history, policy.algorithm) == marks;
            removes.then_some(Stop::MarkRemoved)
        }
        stop => Some(stop),
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
