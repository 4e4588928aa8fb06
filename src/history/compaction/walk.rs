//! kine's compaction loop, run over a history instead of a table, and taken back.

use super::{Algorithm, Plan, Policy, Stop};
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
    let mut rows = usize::MAX;
    plan.advance(history, &mut rows, |_| {});
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
        let compacted = match policy.algorithm {
            // Versions that walked row by row read the newest such row, and took none for 0.
            Algorithm::RowByRow => Some(history.newest_compacted().unwrap_or_default()),
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
            in_the_end: false,
        };
        plan.reached = plan.start();
        if policy.algorithm == Algorithm::RowByRow {
            plan.seen = history.position_before(plan.reached);
        }
        plan
    }

    /// Of the time when nothing keeps kine from compacting the rows that are there: as many others have
    /// followed as it retains, and it has got over whatever state the rows named `compact_rev_key` are
    /// in, which takes a start or two, or somebody's help.
    #[must_use]
    pub fn in_the_end(self) -> Self {
        Self { in_the_end: true, ..self }
    }

    /// The highest revision that it gets to, with that MAX(id).
    pub(super) fn end(&self, max_id: Revision) -> Revision {
        if self.in_the_end { self.requested } else { self.requested.min(self.policy.reach(max_id)) }
    }

    /// The same that has not begun.
    fn anew(&self, history: &History) -> Self {
        let Self { requested, in_the_end, .. } = *self;
        Self { requested, in_the_end, ..Self::new(history, self.policy) }
    }

    /// Sets another target.
    pub const fn aim(&mut self, target: Revision) {
        self.requested = target;
    }

    /// Goes on towards the target. Spends from `rows`, a budget of rows looked at; true when it is there.
    /// `changed` is told of each row that goes or comes back.
    ///
    /// The history must be the one that the plan was made for. If rows were added since, they are
    /// not there to the plan.
    pub fn advance(
        &mut self,
        history: &History,
        rows: &mut usize,
        mut changed: impl FnMut(RowIx),
    ) -> bool {
        let mut all = usize::MAX;
        let mut rows = rows;
        if let Some(stop) = self.refusal(history) {
            self.stop = stop;
            return true;
        }
        if !self.in_the_end && history.is_unique() && history.key(KeyId::MARK).rows > 1 {
            // Whether the first transaction is rolled back depends on where it ends.
            self.take_back(&mut changed);
            *self = self.anew(history);
            rows = &mut all;
        }
        let arrived = match self.policy.algorithm {
            Algorithm::Batches | Algorithm::LosesRows => {
                self.go_back(history, rows, &mut changed) && self.go_on(history, rows, &mut changed)
            }
            Algorithm::Request => self.at_once(history, rows, &mut changed),
            Algorithm::RowByRow => self.row_by_row(history, rows, &mut changed),
        };
        if arrived {
            self.forget_if_empty();
            self.settle(history);
        }
        arrived
    }

    /// Why kine does not even begin, whatever the target.
    pub(super) fn refusal(&self, history: &History) -> Option<Stop> {
        match self.policy.algorithm {
            Algorithm::Request => None,
            _ if history.current().max(self.compacted) > Some(COUNTED) => Some(Stop::TooLarge),
            Algorithm::RowByRow => None,
            _ if self.compacted.is_some() || self.in_the_end => None,
            _ if history.key(KeyId::MARK).rows > 0 => Some(Stop::NullMark),
            _ if !history.profile().excerpt => Some(Stop::NoMark),
            _ => None,
        }
    }

    /// Says why it ended where it did, and what kine recorded.
    fn settle(&mut self, history: &History) {
        let begun = self.transactions > 0;
        (self.stop, self.recorded) = match self.policy.algorithm {
            Algorithm::Request => (Stop::Reached, None),
            Algorithm::RowByRow => return,
            _ if self.stop == Stop::MarkDuplicated => (self.stop, None),
            _ if !begun && self.requested <= self.start() => (Stop::AlreadyCompacted, None),
            _ if begun && self.is_mark_gone(history) => (Stop::MarkRemoved, Some(self.reached)),
            _ if self.reached >= self.requested => (Stop::Reached, Some(self.reached)),
            _ => (Stop::Retained, begun.then_some(self.reached)),
        };
    }

    /// The revision that the first transaction begins after.
    pub(super) fn start(&self) -> Revision {
        match self.policy.algorithm {
            Algorithm::Request => 0,
            _ => self.compacted.unwrap_or_default(),
        }
    }

    /// Where a transaction ends that nothing cuts short; `start` for none.
    pub(super) fn end_of(&self, number: u64) -> Revision {
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
            let twins = !self.in_the_end
                && self.transactions < 2
                && history.is_unique()
                && self.marks(history) > 1;
            if self.transactions == 1 && twins {
                // Rolled back: as if nothing had been done, which before it nothing had.
                self.take_back(changed);
                *self = self.anew(history);
                self.stop = Stop::MarkDuplicated;
                return true;
            }
            let max_id = self.max_id(history, is_open);
            let end = self.end(max_id);
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
            let next = match self.fates.len() {
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
            self.highest = self.fates.len();
        }
        while self.transactions > 0 && self.reached > self.requested {
            let begins = self.end_of(self.transactions - 1);
            let first =
                if self.transactions == 1 { 0 } else { self.position_after(history, begins) };
            let within = self.requested > begins;
            let keep = if within { self.position_after(history, self.requested) } else { first };
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
                    _ => self.position_after(history, self.reached),
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
        let keep = self.position_after(history, self.requested);
        if keep < self.seen && !self.shrink(history, 0, keep, rows, changed) {
            return false;
        }
        self.extend(history, rows, changed)
    }

    /// Brings every row back.
    fn take_back(&self, changed: &mut impl FnMut(RowIx)) {
        let gone = self.fates.iter().enumerate().filter(|&(_, &fate)| fate != 0);
        gone.for_each(|(at, _)| changed(RowIx::at(at)));
    }

    /// Whether the row at the revision that was reached is still there and the next batch of v0.5.0
    /// would delete it.
    fn loses(&self, history: &History) -> bool {
        let there =
            |at: RowIx| self.fates[at.index()] == 0 && self.policy.algorithm.deletes(history, at);
        self.policy.algorithm == Algorithm::LosesRows
            && history.find(self.reached).is_some_and(there)
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
        !self.in_the_end && self.compacted.is_some() && self.marks(history) == 0
    }

    /// How many rows named `compact_rev_key` are still there.
    pub(super) fn marks(&self, history: &History) -> usize {
        history.rows_of(KeyId::MARK).filter(|&at| self.survives(at)).count()
    }
}
