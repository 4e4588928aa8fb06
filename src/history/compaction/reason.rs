//! Why a row goes or stays.

use super::Plan;
use crate::history::{History, RowIx};

/// Why a row goes or stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Removed: this row, at or under the target, points at it. The lowest one is given.
    PointedAt(RowIx),
    /// Removed: it is a tombstone at or under the target. Another row may point at it as well.
    Tombstone,
    /// Removed: it is the row at the revision that was compacted to before, at which v0.5.0 takes
    /// `compact_rev_key` to point.
    CompactRevision,
    /// Survives: only rows above the target point at it. The lowest one is given.
    PointedAtFromAbove(RowIx),
    /// Survives: it is above the target, and no pointer at it counts.
    AboveTarget,
    /// Survives: at or under the target, no pointer at it counts, and it is the newest row of its
    /// key.
    Newest,
    /// Survives: at or under the target, and [forgotten](History::is_forgotten).
    Forgotten,
    /// Survives: at or under the target, no pointer at it counts, and its name is NULL, so that it
    /// belongs to no key.
    Nameless,
    /// Survives: those that point at it are removed before they come within reach, or are no
    /// pointers to an older kine. The lowest one is given.
    NotCounted(RowIx),
    /// Survives although it is a tombstone or pointed at, at or under the compact revision: not one
    /// of kine's transactions is committed.
    Untouched,
    /// Survives: it holds the compact revision.
    Mark,
}

impl Plan {
    /// Why a row goes or stays.
    pub fn reason(&self, history: &History, at: RowIx) -> Reason {
        if let Some(batch) = self.batch_of(at) {
            let tombstone = history.deleted(at).is_set() && history.id(at) <= batch.target;
            let by = history
                .successors(at)
                .filter(|&by| self.policy.algorithm.counts(history, by))
                .filter(|&by| history.id(by) <= batch.target)
                .filter(|&by| self.batch_of(by).is_none_or(|gone| gone.number >= batch.number))
                .min();
            return match by {
                _ if tombstone => Reason::Tombstone,
                Some(by) => Reason::PointedAt(by),
                None => Reason::CompactRevision,
            };
        }
        if history.is_mark(at) {
            return Reason::Mark;
        }
        let counts = |by| self.policy.algorithm.counts(history, by);
        let counted = history.successors(at).filter(|&by| counts(by) && self.survives(by)).min();
        let not_counted =
            || history.successors(at).filter(|&by| counts(by) || history.is_pointer(by)).min();
        let within = |at| history.id(at) <= self.reached;
        if counted.is_some_and(within) || (history.deleted(at).is_set() && within(at)) {
            Reason::Untouched
        } else if let Some(by) = counted {
            Reason::PointedAtFromAbove(by)
        } else if let Some(by) = not_counted() {
            Reason::NotCounted(by)
        } else if !within(at) {
            Reason::AboveTarget
        } else if history.is_forgotten(at) {
            Reason::Forgotten
        } else if history.key_at(at).is_none() {
            Reason::Nameless
        } else {
            Reason::Newest
        }
    }
}
