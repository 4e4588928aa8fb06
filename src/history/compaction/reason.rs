//! Why a row goes or stays.

use super::Plan;
use crate::history::{Flag, History, RowIx};

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
    /// Survives: it is above the target, and nobody points at it.
    AboveTarget,
    /// Survives: at or under the target, nobody points at it, and it is the newest row of its key.
    Newest,
    /// Survives: at or under the target, nobody points at it, though a newer row of its key does
    /// exist: a forgotten row.
    Forgotten,
    /// Survives: those that point at it are removed before they come within reach, or are no
    /// pointers to kine (`compact_rev_key`, or a row whose name is NULL). The lowest one is given.
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
                .filter(|&by| self.policy.rule.counts(history, by))
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
        let lowest = |counts: bool| {
            history
                .successors(at)
                .filter(|&by| (self.policy.rule.counts(history, by) && self.survives(by)) == counts)
                .min()
        };
        let newest = history.key_at(at).is_some_and(|key| history.key(key).newest == Some(at));
        let counted = lowest(true);
        let within = |at| history.id(at) <= self.reached;
        if counted.is_some_and(within) || (history.deleted(at).is_set() && within(at)) {
            Reason::Untouched
        } else if let Some(by) = counted {
            Reason::PointedAtFromAbove(by)
        } else if let Some(by) = lowest(false) {
            Reason::NotCounted(by)
        } else if !within(at) {
            Reason::AboveTarget
        } else if newest && history.deleted(at) != Flag::Null {
            Reason::Newest
        } else {
            Reason::Forgotten
        }
    }
}
