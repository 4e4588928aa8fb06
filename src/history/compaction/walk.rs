//! kine's compaction loop, run over a history instead of a table, and taken back.

use std::ops::Range;

use super::{Batch, Plan, Policy, Rule, Stop};
use crate::history::{History, KeyId, Revision, RowIx};

/// Runs kine's loop (`compactor` in `sqllog.go`): from the compact revision towards the target in
/// steps of the batch size, each clamped so that the newest revisions are retained.
///
/// A row's pointer counts in the batch in which its id comes within reach, if the row is still
/// there then; what a batch removes is decided before it removes anything. Rows below keep
/// counting, but what they point at is gone already. So every row is looked at once, and batches
/// without rows cost nothing, however far apart the ids are.
///
/// A history that is empty has nothing to compact, whatever the target.
pub fn plan(history: &History, target: Revision, policy: Policy) -> Plan {
    let mut plan = Plan::new(history, policy);
    plan.aim(target);
    plan.advance(history, usize::MAX, |_| {});
    plan
}

/// The highest revision that kine can count: its revisions are Go's `int64`.
const COUNTED: Revision = Revision::MAX / 2;

/// A plan that moves. Batches end at the same revisions whatever the target is, all but the last:
///
/// ```text
///   compacted      + batch size      + 2 batch sizes     target
///       ├── 1 ───────────┼── 2 ───────────────┼── 3 ───────┤
///                                    ◀── taken back   gone on with ──▶
/// ```
///
/// So a higher target goes on with the last batch, and with those after it; for a lower one the rows
/// above it are taken back, from the top. What a batch removes is a set, whose rows are in it for
/// reasons of their own (a row of the batch points at it, or it is a tombstone of the batch), so that
/// a row comes back when the last of its reasons is taken back.
impl Plan {
    /// A compaction that has not begun, aimed at where it would begin.
    pub fn new(history: &History, policy: Policy) -> Self {
        let compacted = match policy.rule {
            // Versions that walked row by row read the newest such row, and took none for 0.
            Rule::RowByRow => Some(history.newest_compacted().unwrap_or_default()),
            _ => history.compacted(),
        };
        let mut plan = Self {
            requested: compacted.unwrap_or_default(),
            compacted,
            reached: 0,
            recorded: None,
            policy,
            transactions: 0,
            batches: Vec::new(),
            stop: Stop::AlreadyCompacted,
            fates: vec![0; history.len()],
            removed: 0,
            seen: 0,
            highest: history.len(),
        };
        plan.reached = plan.start();
        if policy.rule == Rule::RowByRow {
            plan.seen = history.position_before(plan.reached);
        }
        plan
    }

    /// Sets another target.
    pub const fn aim(&mut self, target: Revision) {
        self.requested = target;
    }

    /// Goes on towards the target, looking at no more than that many rows, and gives whether it is
    /// there. The history must be the one that the plan was made for. `changed` is told of each row
    /// that goes or comes back.
    pub fn advance(
        &mut self,
        history: &History,
        mut rows: usize,
        mut changed: impl FnMut(RowIx),
    ) -> bool {
        if let Some(stop) = self.refusal(history) {
            self.stop = stop;
            return true;
        }
        if history.is_unique() && history.key(KeyId::MARK).rows > 1 {
            // Whether the first transaction is rolled back depends on where it ends.
            self.take_back(&mut changed);
            *self = Self { requested: self.requested, ..Self::new(history, self.policy) };
            rows = usize::MAX;
        }
        let arrived = match self.policy.rule {
            Rule::Batches | Rule::LosesRows => {
                self.go_back(history, &mut rows, &mut changed)
                    && self.go_on(history, &mut rows, &mut changed)
            }
            Rule::Request => self.at_once(history, &mut rows, &mut changed),
            Rule::RowByRow => self.row_by_row(history, &mut rows, &mut changed),
        };
        if arrived {
            self.forget_if_empty();
            self.settle(history);
        }
        arrived
    }

    /// Why kine does not even begin, whatever the target.
    fn refusal(&self, history: &History) -> Option<Stop> {
        match self.policy.rule {
            Rule::Request => None,
            _ if history.current().max(self.compacted) > Some(COUNTED) => Some(Stop::TooLarge),
            Rule::RowByRow => None,
            _ if self.compacted.is_some() => None,
            _ if history.key(KeyId::MARK).rows > 0 => Some(Stop::NullMark),
            _ if !history.profile().excerpt => Some(Stop::NoMark),
            _ => None,
        }
    }

    /// Says why it ended where it did, and what kine recorded.
    fn settle(&mut self, history: &History) {
        let begun = self.transactions > 0;
        (self.stop, self.recorded) = match self.policy.rule {
            Rule::Request => (Stop::Reached, None),
            Rule::RowByRow => return,
            _ if self.stop == Stop::MarkDuplicated => (self.stop, None),
            _ if !begun && self.requested <= self.start() => (Stop::AlreadyCompacted, None),
            _ if begun && self.is_mark_gone(history) => (Stop::MarkRemoved, Some(self.reached)),
            _ if self.reached >= self.requested => (Stop::Reached, Some(self.reached)),
            _ => (Stop::Retained, begun.then_some(self.reached)),
        };
    }

    /// The revision that the first transaction begins after.
    pub(super) fn start(&self) -> Revision {
        match self.policy.rule {
            Rule::Request => 0,
            _ => self.compacted.unwrap_or_default(),
        }
    }

    /// Where a transaction ends that nothing cuts short; `start` for none.
    fn end_of(&self, number: u64) -> Revision {
        let size = self.policy.batch_size.max(1);
        number.checked_mul(size).map_or(Revision::MAX, |it| self.start().saturating_add(it))
    }

    /// Goes on with the last transaction and with those after it.
    fn go_on(
        &mut self,
        history: &History,
        rows: &mut usize,
        changed: &mut impl FnMut(RowIx),
    ) -> bool {
        let batch_size = self.policy.batch_size.max(1);
        loop {
            if self.transactions > 0 && !self.extend(history, rows, changed) {
                return false;
            }
            let full = self.end_of(self.transactions);
            let is_open = self.transactions > 0 && self.reached < full;
            if !is_open && self.transactions > 0 && self.is_mark_gone(history) {
                return true;
            }
            // Marks beyond the first, which the first transaction must remove, or it fails.
            let twins = self.transactions < 2 && history.is_unique() && self.marks(history) > 1;
            if self.transactions == 1 && twins {
                // Rolled back: as if nothing had been done, which before it nothing had.
                self.take_back(changed);
                *self = Self { requested: self.requested, ..Self::new(history, self.policy) };
                self.stop = Stop::MarkDuplicated;
                return true;
            }
            let max_id = self.max_id(history, is_open);
            let end = self.requested.min(self.policy.reach(max_id));
            if end <= self.reached {
                return true;
            }
            if is_open {
                self.reached = end.min(full);
                continue;
            }
            self.forget_if_empty();
            // Batches in which no further row comes within reach remove nothing: kine runs them,
            // here they are counted.
            let next = match history.len() {
                rows if self.seen < rows => history.id(RowIx::at(self.seen)),
                _ => Revision::MAX,
            };
            self.transactions += match next.min(end).saturating_sub(self.reached) {
                0 => 1,
                // The next batch deletes the row at the revision that this one ended at.
                _ if twins || self.loses(history) => 1,
                distance => distance.div_ceil(batch_size),
            };
            self.reached = self.end_of(self.transactions).min(end);
        }
    }

    /// Takes rows back, from the last batch on.
    fn go_back(
        &mut self,
        history: &History,
        rows: &mut usize,
        changed: &mut impl FnMut(RowIx),
    ) -> bool {
        if self.reached > self.requested {
            // What was there when the last of the transactions that are left began may be more.
            self.highest = history.len();
        }
        while self.transactions > 0 && self.reached > self.requested {
            let begins = self.end_of(self.transactions - 1);
            let first = if self.transactions == 1 { 0 } else { history.position_after(begins) };
            let within = self.requested > begins;
            let keep = if within { history.position_after(self.requested) } else { first };
            if !self.shrink(history, first, keep, rows, changed) {
                return false;
            }
            let mut held = self.pointed_at_by_mark(history);
            self.reached = if within { self.requested } else { begins };
            if within {
                let still = self.pointed_at_by_mark(history);
                held.retain(|at| !still.contains(at));
            }
            for at in held {
                if !self.is_removed(history, at, first..keep) {
                    self.restore(at, changed);
                }
            }
            self.forget_if_empty();
            if !within {
                // The transactions between removed nothing.
                let last = self.batches.last().map_or(0, |batch| batch.number);
                self.reached = self.requested.max(self.end_of(last)).min(begins);
                let size = self.policy.batch_size.max(1);
                self.transactions = (self.reached - self.start()).div_ceil(size);
                self.seen = match self.transactions {
                    0 => 0,
                    _ => history.position_after(self.reached),
                };
            }
        }
        let number = self.transactions;
        if let Some(last) = self.batches.last_mut().filter(|last| last.number == number) {
            last.target = self.reached;
        }
        true
    }

    /// One DELETE up to the target, whatever is retained and whatever the compact revision.
    fn at_once(
        &mut self,
        history: &History,
        rows: &mut usize,
        changed: &mut impl FnMut(RowIx),
    ) -> bool {
        self.transactions = 1;
        self.reached = self.requested;
        let keep = history.position_after(self.requested);
        if keep < self.seen && !self.shrink(history, 0, keep, rows, changed) {
            return false;
        }
        self.extend(history, rows, changed)
    }

    /// Walks from the compact revision, which may not have been finished, to the target. Every row
    /// that deletes another is a batch of its own.
    fn row_by_row(
        &mut self,
        history: &History,
        rows: &mut usize,
        changed: &mut impl FnMut(RowIx),
    ) -> bool {
        let start = self.start();
        let current = history.current().unwrap_or_default();
        let end = self.requested.min(self.policy.reach(current));
        let first = history.position_before(start);
        let goal = if end < start { first } else { history.position_after(end).max(first) };
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
        if history.is_unique() && self.marks(history) > 1 {
            // kine notes how far it is before it deletes, and cannot.
            self.stop = Stop::MarkDuplicated;
            return true;
        }
        while self.seen < goal {
            let at = RowIx::at(self.seen);
            if self.fates[at.index()] == 0 && !self.policy.rule.reads(history, at) {
                self.stop = Stop::Unreadable(history.id(at));
                self.recorded = self.batches.last().map(|batch| batch.target);
                self.reached = self.last_walked(history, first).unwrap_or(start);
                return true;
            }
            if *rows == 0 {
                return false;
            }
            *rows -= 1;
            if self.fates[at.index()] == 0 {
                self.transactions += 1;
                self.reached = history.id(at);
                self.look_at(history, at, changed);
            }
            self.seen += 1;
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

    /// Looks at the rows that the last transaction has not seen. False when there are more.
    fn extend(
        &mut self,
        history: &History,
        rows: &mut usize,
        changed: &mut impl FnMut(RowIx),
    ) -> bool {
        let end = history.position_after(self.reached);
        let stop = end.min(self.seen.saturating_add(*rows));
        *rows -= stop.saturating_sub(self.seen);
        for at in (self.seen..stop).map(RowIx::at) {
            self.look_at(history, at, changed);
        }
        self.seen = self.seen.max(stop);
        if self.seen < end {
            return false;
        }
        for at in self.pointed_at_by_mark(history) {
            self.remove(history, at, changed);
        }
        let (number, target) = (self.transactions, self.reached);
        if let Some(batch) = self.batches.last_mut().filter(|batch| batch.number == number) {
            batch.target = target;
        }
        true
    }

    /// What one row of the last transaction removes.
    fn look_at(&mut self, history: &History, at: RowIx, changed: &mut impl FnMut(RowIx)) {
        if !self.was_there(at) {
            // Gone in an earlier batch: it neither points nor needs removing.
            return;
        }
        if self.policy.rule.counts(history, at)
            && let Some(prev) = history.prev(at)
        {
            self.remove(history, prev, changed);
        }
        if history.deleted(at).is_set() {
            self.remove(history, at, changed);
        }
    }

    /// Takes back the rows of the last transaction from a position on; `first` is its first row.
    /// False when there are more of them.
    fn shrink(
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
            if self.policy.rule.counts(history, at)
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
    fn is_removed(&self, history: &History, at: RowIx, by: Range<usize>) -> bool {
        (by.contains(&at.index()) && history.deleted(at).is_set())
            || history.successors(at).any(|other| self.points(history, other, &by))
    }

    /// Whether a row points at another in the last transaction, and is at one of some positions.
    fn points(&self, history: &History, by: RowIx, among: &Range<usize>) -> bool {
        among.contains(&by.index()) && self.was_there(by) && self.policy.rule.counts(history, by)
    }

    /// Brings a row back, if the last transaction removed it.
    fn restore(&mut self, at: RowIx, changed: &mut impl FnMut(RowIx)) {
        if self.fates[at.index()] != self.last_fate() {
            return;
        }
        self.fates[at.index()] = 0;
        self.removed -= 1;
        if let Some(batch) = self.batches.last_mut() {
            batch.removed -= 1;
        }
        changed(at);
    }

    /// Brings every row back.
    fn take_back(&self, changed: &mut impl FnMut(RowIx)) {
        let gone = self.fates.iter().enumerate().filter(|&(_, &fate)| fate != 0);
        gone.for_each(|(at, _)| changed(RowIx::at(at)));
    }

    /// A batch that removes nothing is not listed.
    fn forget_if_empty(&mut self) {
        if self.batches.last().is_some_and(|batch| batch.removed == 0) {
            self.batches.pop();
        }
    }

    /// Whether a row was there when the last transaction began.
    fn was_there(&self, at: RowIx) -> bool {
        let fate = self.fates[at.index()];
        fate == 0 || fate == self.last_fate()
    }

    /// The fate of the rows that the last transaction removes.
    fn last_fate(&self) -> u32 {
        let listed = self.batches.last().is_some_and(|batch| batch.number == self.transactions);
        u32::try_from(self.batches.len() + usize::from(!listed))
            .expect("a batch that is listed removes a row, and rows are counted in 32 bits")
    }

    /// Removes a row, if it is there and can be.
    fn remove(&mut self, history: &History, at: RowIx, changed: &mut impl FnMut(RowIx)) {
        if self.fates[at.index()] != 0 || !self.policy.rule.deletes(history, at) {
            return;
        }
        let (number, target) = (self.transactions, self.reached);
        if self.batches.last().is_none_or(|batch| batch.number != number) {
            self.batches.push(Batch { number, target, removed: 0 });
        }
        self.fates[at.index()] = self.last_fate();
        self.removed += 1;
        if let Some(batch) = self.batches.last_mut() {
            batch.removed += 1;
        }
        changed(at);
    }

    /// Whether the row at the revision that was reached is still there and the next batch of v0.5.0
    /// would delete it.
    fn loses(&self, history: &History) -> bool {
        let there =
            |at: RowIx| self.fates[at.index()] == 0 && self.policy.rule.deletes(history, at);
        self.policy.rule == Rule::LosesRows && history.find(self.reached).is_some_and(there)
    }

    /// The rows that v0.5.0 takes `compact_rev_key` to point at in the last transaction: those at
    /// the revision that was compacted to before.
    fn pointed_at_by_mark(&self, history: &History) -> Vec<RowIx> {
        if self.policy.rule != Rule::LosesRows || self.transactions == 0 {
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

    /// MAX(id) of the rows that were there when the last transaction began, if that is to be gone
    /// on with, or that are there now; 0 when none is.
    fn max_id(&mut self, history: &History, is_open: bool) -> Revision {
        let open = if is_open { self.last_fate() } else { 0 };
        let is_gone = |fate| fate != 0 && fate != open;
        while self.highest > 0 && is_gone(self.fates[self.highest - 1]) {
            self.highest -= 1;
        }
        let highest = match self.highest {
            0 => 0,
            highest => history.id(RowIx::at(highest - 1)),
        };
        // A row outside the part that was read stays, as far as is known.
        match history.profile().current {
            Some(current) if history.find(current).is_none() => current.max(highest),
            _ => highest,
        }
    }

    fn is_mark_gone(&self, history: &History) -> bool {
        self.compacted.is_some() && self.marks(history) == 0
    }

    /// How many rows named `compact_rev_key` are still there.
    fn marks(&self, history: &History) -> usize {
        history.rows_of(KeyId::MARK).filter(|at| self.fates[at.index()] == 0).count()
    }
}
