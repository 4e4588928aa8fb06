//! What one transaction of kine's removes, and what comes back when a part of it is taken back.

use std::ops::Range;

use super::{Algorithm, Batch, Plan};
use crate::history::{History, KeyId, RowIx};

impl Plan {
    /// Looks at the rows that the last transaction has not seen. False when there are more.
    pub(super) fn extend(
        &mut self,
        history: &History,
        rows: &mut usize,
        changed: &mut impl FnMut(RowIx),
    ) -> bool {
        let end = self.position_after(history, self.reached);
        let stop = end.min(self.seen.saturating_add(*rows));
        *rows -= stop.saturating_sub(self.seen);
        let fate = self.last_fate();
        let mut removed = 0;
        for at in (self.seen..stop).map(RowIx::at) {
            removed += self.look_at(history, at, fate, changed);
        }
        self.seen = self.seen.max(stop);
        let is_seen = self.seen >= end;
        if is_seen {
            for at in self.pointed_at_by_mark(history) {
                removed += self.remove(history, at, fate, changed);
            }
        }
        self.count(removed);
        is_seen
    }

    /// What one row removes in the last transaction, whose rows have that fate.
    fn look_at(
        &mut self,
        history: &History,
        at: RowIx,
        fate: u32,
        changed: &mut impl FnMut(RowIx),
    ) -> usize {
        let now = self.fates[at.index()];
        if now != 0 && now != fate {
            // Gone in an earlier batch: it neither points nor needs removing.
            return 0;
        }
        let mut removed = 0;
        if self.policy.algorithm.counts(history, at)
            && let Some(prev) = history.prev(at)
        {
            removed += self.remove(history, prev, fate, changed);
        }
        if history.deleted(at).is_set() {
            removed += self.remove(history, at, fate, changed);
        }
        removed
    }

    /// Takes back the rows of the last transaction from a position on; `first` is its first row.
    /// False when there are more of them.
    pub(super) fn shrink(
        &mut self,
        history: &History,
        first: usize,
        keep: usize,
        rows: &mut usize,
        changed: &mut impl FnMut(RowIx),
    ) -> bool {
        while self.seen > keep {
            if *rows == 0 {
                return false;
            }
            *rows -= 1;
            self.seen -= 1;
            let at = RowIx::at(self.seen);
            if !self.was_there(at) {
                continue;
            }
            let left = first..self.seen;
            if self.policy.algorithm.counts(history, at)
                && let Some(prev) = history.prev(at)
                && !(left.contains(&prev.index()) && history.deleted(prev).is_set())
                && !history.elder_siblings(at).any(|by| self.points(history, by, &left))
                && !self.pointed_at_by_mark(history).contains(&prev)
            {
                self.restore(prev, changed);
            }
            if history.deleted(at).is_set()
                && !(history.points_forward() && self.is_removed(history, at, left))
                && !self.pointed_at_by_mark(history).contains(&at)
            {
                self.restore(at, changed);
            }
        }
        true
    }

    /// Whether a row of the last transaction, among those at some positions, removes another.
    pub(super) fn is_removed(&self, history: &History, at: RowIx, by: Range<usize>) -> bool {
        (by.contains(&at.index()) && history.deleted(at).is_set())
            || history.successors(at).any(|other| self.points(history, other, &by))
    }

    /// Whether a row points at another in the last transaction, and is at one of some positions.
    fn points(&self, history: &History, by: RowIx, among: &Range<usize>) -> bool {
        among.contains(&by.index())
            && self.was_there(by)
            && self.policy.algorithm.counts(history, by)
    }

    /// Brings a row back, if the last transaction removed it.
    pub(super) fn restore(&mut self, at: RowIx, changed: &mut impl FnMut(RowIx)) {
        if self.fates.get(at.index()) != Some(&self.last_fate()) {
            return;
        }
        self.fates[at.index()] = 0;
        self.removed -= 1;
        if let Some(batch) = self.batches.last_mut() {
            batch.removed -= 1;
        }
        changed(at);
    }

    /// A batch that removes nothing is not listed.
    pub(super) fn forget_if_empty(&mut self) {
        if self.batches.last().is_some_and(|batch| batch.removed == 0) {
            self.batches.pop();
        }
    }

    /// Whether a row was there when the last transaction began.
    fn was_there(&self, at: RowIx) -> bool {
        self.fates.get(at.index()).is_some_and(|&fate| fate == 0 || fate == self.last_fate())
    }

    /// The fate of the rows that the last transaction removes.
    pub(super) fn last_fate(&self) -> u32 {
        let listed = self.batches.last().is_some_and(|batch| batch.number == self.transactions);
        u32::try_from(self.batches.len() + usize::from(!listed))
            .expect("a batch that is listed removes a row, and rows are counted in 32 bits")
    }

    /// Removes a row in the last transaction, if it is there and can be; gives how many rows that
    /// are.
    fn remove(
        &mut self,
        history: &History,
        at: RowIx,
        fate: u32,
        changed: &mut impl FnMut(RowIx),
    ) -> usize {
        match self.fates.get_mut(at.index()) {
            Some(row @ 0) if self.policy.algorithm.deletes(history, at) => *row = fate,
            _ => return 0,
        }
        changed(at);
        1
    }

    /// Counts rows that the last transaction removed.
    fn count(&mut self, removed: usize) {
        self.removed += removed;
        let (number, target) = (self.transactions, self.reached);
        match self.batches.last_mut().filter(|batch| batch.number == number) {
            Some(batch) => (batch.removed, batch.target) = (batch.removed + removed, target),
            None if removed > 0 => self.batches.push(Batch { number, target, removed }),
            None => {}
        }
    }

    /// The rows that v0.5.0 takes `compact_rev_key` to point at in the last transaction: those at
    /// the revision that was compacted to before.
    pub(super) fn pointed_at_by_mark(&self, history: &History) -> Vec<RowIx> {
        if self.policy.algorithm != Algorithm::LosesRows || self.transactions == 0 {
            return Vec::new();
        }
        let before = (self.transactions > 1).then(|| self.end_of(self.transactions - 1));
        history
            .rows_of(KeyId::MARK)
            .filter(|&mark| history.id(mark) <= self.reached)
            .filter_map(|mark| before.or(history.row(mark).prev_revision))
            .filter(|&prev| prev != 0)
            .filter_map(|prev| history.find(prev))
            .collect()
    }
}
