//! What a compaction would do: the answer.

use std::rc::Rc;

use super::moment::Moment;
use super::{Algorithm, Policy, Removals};
use crate::history::{History, Revision, RowIx};

/// Why kine's loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The target was reached.
    Reached,
    /// The next step would have touched the newest revisions that are retained.
    Retained,
    /// The target is not above the compact revision: kine answers that it has been compacted.
    AlreadyCompacted,
    /// There is no `compact_rev_key`: kine reads NULL as the compact revision and fails before the
    /// first batch.
    NoMark,
    /// There is one, but its prev revision is NULL, with the same result.
    NullMark,
    /// A revision is higher than kine can count, which is up to 2^63 - 1: kine fails before the
    /// first batch.
    TooLarge,
    /// There is more than one `compact_rev_key`, and the unique index does not let two of them hold
    /// the same compact revision: kine's first transaction is rolled back.
    MarkDuplicated,
    /// `compact_rev_key` was removed, since a row points at it or since it is a tombstone: kine
    /// fails after that batch.
    MarkRemoved,
    /// kine cannot read this row, and [`Algorithm::RowByRow`](super::Algorithm::RowByRow) reads every row: it
    /// gets no further.
    Unreadable(Revision),
}

/// One transaction of the compaction that removes rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// Which of kine's transactions it is, counted from 1. Those that find nothing to remove have
    /// numbers but are not listed.
    pub number: u64,
    /// The revision it compacts to.
    pub target: Revision,
    /// How many rows it removes.
    pub removed: usize,
}

/// What a compaction would do.
///
/// It is a target, and how far kine gets towards it, in the [removals](Removals) of the table, which are
/// the same for every target:
///
/// ```text
///   compacted      + batch size      + 2 batch sizes     target
///       ├── 1 ───────────┼── 2 ───────────────┼── 3 ───────┤
///        gone: what goes at a moment that is not later ◀───┘
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The target that was asked for.
    pub requested: Revision,
    /// The compact revision before; `None` when no row holds one. An excerpt without such a row
    /// is compacted from 0.
    pub compacted: Option<Revision>,
    /// The revision that was compacted to.
    pub reached: Revision,
    /// What `compact_rev_key` holds afterwards; `None` when it is left as it was.
    pub(super) recorded: Option<Revision>,
    /// The settings it was made for.
    pub policy: Policy,
    /// How many transactions kine commits.
    pub transactions: u64,
    /// Why the loop ended.
    pub stop: Stop,
    /// The moment that was reached.
    pub(super) moment: Moment,
    removed: usize,
    pub(super) removals: Rc<Removals>,
    /// Whether it is of the time when nothing keeps kine from compacting the rows that are there.
    pub(super) in_the_end: bool,
}

/// Runs kine's loop (`compactor` in `sqllog.go`) over a history instead of a table: from the compact
/// revision towards the target in steps of the batch size, each clamped so that the newest revisions are
/// retained.
///
/// A history that is empty has nothing to compact, whatever the target.
pub fn plan(history: &History, target: Revision, policy: Policy) -> Plan {
    Plan::new(history, &Removals::of(history, policy), target, policy)
}

impl Plan {
    /// A compaction to a target. The removals must be those of the history, with the batches of the policy:
    /// rows that came since are not there to it.
    pub fn new(
        history: &History,
        removals: &Rc<Removals>,
        target: Revision,
        policy: Policy,
    ) -> Self {
        Self::towards(history, removals, target, policy, false)
    }

    /// The compaction of everything that is there, of the time when nothing keeps kine from it: as many other
    /// rows have followed as it retains, and it has got over whatever state the rows named
    /// `compact_rev_key` are in, which takes a start or two, or somebody's help.
    pub fn in_the_end(history: &History, removals: &Rc<Removals>, policy: Policy) -> Self {
        // Where nothing is left above the compact revision, whatever the next one removes.
        let next = removals.start().saturating_add(1);
        let target = history.current().map_or(0, |current| current.max(next));
        Self::towards(history, removals, target, policy.without_retain(), true)
    }

    fn towards(
        history: &History,
        removals: &Rc<Removals>,
        target: Revision,
        policy: Policy,
        in_the_end: bool,
    ) -> Self {
        let mut plan = Self {
            requested: target,
            compacted: removals.compacted,
            reached: removals.start(),
            recorded: None,
            policy,
            transactions: 0,
            stop: Stop::AlreadyCompacted,
            moment: Moment::NONE,
            removed: 0,
            removals: Rc::clone(removals),
            in_the_end,
        };
        plan.go(history);
        plan.removed = removals.gone(history, plan.moment);
        plan
    }

    /// When each row goes.
    pub const fn removals(&self) -> &Rc<Removals> {
        &self.removals
    }

    /// The moment that was reached: what goes later survives.
    pub const fn moment(&self) -> Moment {
        self.moment
    }

    /// Of how many rows it is: a history may have grown since it was made.
    pub fn rows(&self) -> usize {
        self.removals.rows()
    }

    /// Whether a row is still there afterwards. A row that came after the plan was made is.
    pub fn survives(&self, at: RowIx) -> bool {
        self.removals.moment(at) > self.moment
    }

    /// The transactions that remove rows.
    pub fn batches(&self) -> impl ExactSizeIterator<Item = Batch> + DoubleEndedIterator + '_ {
        let (done, next) = self.removals.batches(self.moment);
        let gone = done.last().map_or(0, |last| last.gone as usize);
        let is_open = self.removed > gone && next.is_some();
        (0..done.len() + usize::from(is_open)).map(|at| self.batch(at))
    }

    /// One of them, counted from 0.
    fn batch(&self, at: usize) -> Batch {
        let batch = self.removals.batch(at);
        let before = at.checked_sub(1).map_or(0, |before| self.removals.batch(before).gone);
        let removed = self.removed.min(batch.gone as usize) - before as usize;
        let is_last = batch.number == self.transactions;
        // A walk from row to row goes on beyond the last row that it removed.
        let is_cut = is_last && self.policy.algorithm != Algorithm::RowByRow;
        let target = if is_cut { self.reached } else { batch.target };
        Batch { number: batch.number, target, removed }
    }

    /// The transaction that removes a row.
    pub fn batch_of(&self, at: RowIx) -> Option<Batch> {
        (!self.survives(at)).then(|| self.batch(self.removals.batch_of(at)))
    }

    /// How many rows are removed.
    pub const fn removed(&self) -> usize {
        self.removed
    }

    /// How many rows are left.
    pub fn after(&self) -> usize {
        self.rows() - self.removed
    }

    /// The prev revision that a surviving row has afterwards: the compact revision on
    /// `compact_rev_key`, and its own on any other row.
    pub fn prev_after(&self, history: &History, at: RowIx) -> Option<Revision> {
        let recorded = self.recorded.filter(|_| history.is_mark(at));
        recorded.or(history.row(at).prev_revision)
    }
}
