//! What a compaction would do: the answer.

use super::Policy;
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
/// It can be moved to [another target](Plan::aim); until it has [arrived](Plan::advance) there, it
/// says nothing.
#[derive(Debug, Clone)]
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
    /// Those that remove rows.
    pub batches: Vec<Batch>,
    /// Why the loop ended.
    pub stop: Stop,
    /// For each row 0 if it survives, or the place in `batches`, from 1, where it is removed.
    pub(super) fates: Vec<u32>,
    pub(super) removed: usize,
    /// The position after the last row that a transaction looked at.
    pub(super) seen: usize,
    /// The position after the highest row that was there when the last transaction began.
    pub(super) highest: usize,
    /// Whether it is of the time when nothing keeps kine from compacting the rows that are there.
    pub(super) in_the_end: bool,
}

impl Plan {
    /// Of how many rows it is: a history may have grown since it was made.
    pub const fn rows(&self) -> usize {
        self.fates.len()
    }

    /// Whether a row is still there afterwards. A row that came after the plan was made is.
    pub fn survives(&self, at: RowIx) -> bool {
        self.fates.get(at.index()).is_none_or(|&fate| fate == 0)
    }

    /// The first of the plan's rows whose id is higher than that, as a position.
    pub(super) fn position_after(&self, history: &History, id: Revision) -> usize {
        history.position_after(id).min(self.fates.len())
    }

    /// The batch that removes a row.
    pub fn batch_of(&self, at: RowIx) -> Option<&Batch> {
        let batch = self.fates.get(at.index())?.checked_sub(1)?;
        self.batches.get(batch as usize)
    }

    /// How many rows are removed.
    pub const fn removed(&self) -> usize {
        self.removed
    }

    /// How many rows are left.
    pub const fn after(&self) -> usize {
        self.fates.len() - self.removed
    }

    /// The prev revision that a surviving row has afterwards: the compact revision on
    /// `compact_rev_key`, and its own on any other row.
    pub fn prev_after(&self, history: &History, at: RowIx) -> Option<Revision> {
        let recorded = self.recorded.filter(|_| history.is_mark(at));
        recorded.or(history.row(at).prev_revision)
    }
}
