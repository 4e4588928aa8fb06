//! The walk of kine up to v0.4.1, onwards and back.

use super::{Plan, Stop};
use crate::history::{History, Revision, RowIx};

impl Plan {
    /// Walks from the compact revision, which may not have been finished, to the target. Every row
    /// that deletes another is a batch of its own.
    pub(super) fn row_by_row(
        &mut self,
        history: &History,
        rows: &mut usize,
        changed: &mut impl FnMut(RowIx),
    ) -> bool {
        let start = self.start();
        let current = history.current().unwrap_or_default();
        let end = self.end(current);
        let first = history.position_before(start);
        let goal = if end < start { first } else { self.position_after(history, end).max(first) };
        while self.seen > goal {
            if *rows == 0 {
                return false;
            }
            *rows -= 1;
            self.walk_back(history, changed);
        }
        self.recorded = None;
        self.reached = start;
        if end < start {
            let is_behind = self.requested < start;
            self.stop = if is_behind { Stop::AlreadyCompacted } else { Stop::Retained };
            return true;
        }
        if !self.in_the_end && history.is_unique() && self.marks(history) > 1 {
            // kine notes how far it is before it deletes, and cannot.
            self.stop = Stop::MarkDuplicated;
            return true;
        }
        while self.seen < goal {
            let at = RowIx::at(self.seen);
            if self.survives(at) && !self.policy.algorithm.reads(history, at) {
                self.stop = Stop::Unreadable(history.id(at));
                self.recorded = self.batches.last().map(|batch| batch.target);
                self.reached = self.last_walked(history, first).unwrap_or(start);
                return true;
            }
            if *rows == 0 {
                return false;
            }
            if !self.survives(at) {
                *rows -= 1;
                self.seen += 1;
                continue;
            }
            self.transactions += 1;
            self.reached = history.id(at);
            // Of one row.
            self.extend(history, rows, changed);
        }
        self.stop = if end < self.requested { Stop::Retained } else { Stop::Reached };
        self.reached = end;
        // The walk begins there next time.
        self.recorded = end.checked_add(1);
        true
    }

    /// Takes back the last row of a walk.
    fn walk_back(&mut self, history: &History, changed: &mut impl FnMut(RowIx)) {
        self.seen -= 1;
        let at = RowIx::at(self.seen);
        if !self.was_walked(history, at) {
            return;
        }
        if self.batches.last().is_some_and(|batch| batch.target == history.id(at)) {
            self.restore(at, changed);
            if let Some(prev) = history.prev(at) {
                self.restore(prev, changed);
            }
            self.forget_if_empty();
        }
        self.transactions -= 1;
    }

    /// Whether a row was there when the walk came to it.
    fn was_walked(&self, history: &History, at: RowIx) -> bool {
        self.batch_of(at).is_none_or(|batch| batch.target >= history.id(at))
    }

    /// The revision of the last row that the walk came to.
    fn last_walked(&self, history: &History, first: usize) -> Option<Revision> {
        let mut walked = (first..self.seen).rev().map(RowIx::at);
        walked.find(|&at| self.was_walked(history, at)).map(|at| history.id(at))
    }
}
