//! kine's compaction loop, run over a history instead of a table.

use super::Policy;
use crate::history::{History, KeyId, Revision, RowIx};

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
    /// A revision is higher than kine can count, which is up to 2^63 - 1: kine fails before the
    /// first batch.
    TooLarge,
    /// There is more than one `compact_rev_key`, and the unique index does not let two of them hold
    /// the same compact revision: kine's first transaction is rolled back.
    MarkDuplicated,
    /// `compact_rev_key` was removed, since a row points at it or since it is a tombstone: kine
    /// fails after that batch.
    MarkRemoved,
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
#[derive(Debug, Clone)]
pub struct Plan {
    /// The target that was asked for.
    pub requested: Revision,
    /// The compact revision before; `None` when no row holds one. An excerpt without such a row
    /// is compacted from 0.
    pub compacted: Option<Revision>,
    /// The compact revision after.
    pub reached: Revision,
    /// The settings it was made for.
    pub policy: Policy,
    /// How many transactions kine commits.
    pub transactions: u64,
    /// Those that remove rows.
    pub batches: Vec<Batch>,
    /// Why the loop ended.
    pub stop: Stop,
    /// For each row 0 if it survives, or the place in `batches`, from 1, where it is removed.
    fates: Vec<u32>,
    removed: usize,
}

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
    let compacted = history.compacted();
    let start = compacted.unwrap_or_default();
    let mut run = Run::new(history);
    let mut plan = Plan {
        requested: target,
        compacted,
        reached: start,
        policy,
        transactions: 0,
        batches: Vec::new(),
        stop: Stop::AlreadyCompacted,
        fates: Vec::new(),
        removed: 0,
    };
    if history.current().max(compacted) > Some(COUNTED) {
        plan.stop = Stop::TooLarge;
    } else if compacted.is_none() && !history.profile().excerpt {
        plan.stop = Stop::NoMark;
    } else if start < target {
        run.towards(&mut plan);
    }
    plan.fates = run.fates;
    plan.batches = run.batches;
    plan.removed = run.removed;
    plan
}

/// The highest revision that kine can count: its revisions are Go's `int64`.
const COUNTED: Revision = Revision::MAX / 2;

struct Run<'h> {
    history: &'h History,
    fates: Vec<u32>,
    batches: Vec<Batch>,
    removed: usize,
    /// The position after the highest row that is still there.
    highest: usize,
}

impl<'h> Run<'h> {
    fn new(history: &'h History) -> Self {
        Self {
            history,
            fates: vec![0; history.len()],
            batches: Vec::new(),
            removed: 0,
            highest: history.len(),
        }
    }

    fn towards(&mut self, plan: &mut Plan) {
        let Policy { batch_size, .. } = plan.policy;
        let batch_size = batch_size.max(1);
        // Rows before this position have been looked at.
        let mut seen = 0;
        // Marks beyond the first, which the first transaction must remove, or it fails.
        let mut twins = self.history.is_unique() && self.marks() > 1;
        loop {
            if plan.reached >= plan.requested {
                plan.stop = Stop::Reached;
                return;
            }
            let reach = plan.policy.reach(self.max_id());
            let end = plan.requested.min(reach);
            if end <= plan.reached {
                plan.stop = Stop::Retained;
                return;
            }
            // Batches in which no further row comes within reach remove nothing: kine runs them,
            // here they are counted.
            let next = match self.history.len() {
                rows if seen < rows => self.history.id(RowIx::at(seen)),
                _ => Revision::MAX,
            };
            let steps = match next.min(end).saturating_sub(plan.reached) {
                0 => 1,
                _ if twins => 1,
                distance => distance.div_ceil(batch_size),
            };
            plan.transactions += steps;
            plan.reached = batch_size
                .checked_mul(steps)
                .and_then(|distance| plan.reached.checked_add(distance))
                .map_or(end, |reached| reached.min(end));
            seen = self.batch(plan.transactions, plan.reached, seen);
            if plan.compacted.is_some() && self.marks() == 0 {
                plan.stop = Stop::MarkRemoved;
                return;
            }
            if twins && self.marks() > 1 {
                // Rolled back: as if nothing had been done, which before it nothing had.
                *self = Self::new(self.history);
                plan.reached = plan.compacted.unwrap_or_default();
                plan.transactions = 0;
                plan.stop = Stop::MarkDuplicated;
                return;
            }
            twins = false;
        }
    }

    /// Runs one transaction and gives the position after the rows within its reach.
    fn batch(&mut self, number: u64, target: Revision, seen: usize) -> usize {
        let end = self.history.position_after(target);
        let this = u32::try_from(self.batches.len() + 1)
            .expect("a batch that is listed removes a row, and rows are counted in 32 bits");
        let mut removed = 0;
        for at in (seen..end).map(RowIx::at) {
            // Gone in an earlier batch: it neither points nor needs removing.
            if !matches!(self.fates[at.index()], 0) && self.fates[at.index()] != this {
                continue;
            }
            let mut remove = |row: RowIx| {
                let fate = &mut self.fates[row.index()];
                if *fate == 0 {
                    *fate = this;
                    removed += 1;
                }
            };
            if self.history.is_pointer(at)
                && let Some(prev) = self.history.prev(at)
            {
                remove(prev);
            }
            if self.history.deleted(at).is_set() {
                remove(at);
            }
        }
        if removed > 0 {
            self.batches.push(Batch { number, target, removed });
            self.removed += removed;
        }
        end
    }

    /// MAX(id) of the rows that are still there; 0 when none is.
    fn max_id(&mut self) -> Revision {
        while self.highest > 0 && self.fates[self.highest - 1] != 0 {
            self.highest -= 1;
        }
        match self.highest {
            0 => 0,
            highest => self.history.id(RowIx::at(highest - 1)),
        }
    }

    /// How many rows named `compact_rev_key` are still there.
    fn marks(&self) -> usize {
        self.history.rows_of(KeyId::MARK).filter(|at| self.fates[at.index()] == 0).count()
    }
}

impl Plan {
    /// Whether a row is still there afterwards.
    pub fn survives(&self, at: RowIx) -> bool {
        self.fates[at.index()] == 0
    }

    /// The batch that removes a row.
    pub fn batch_of(&self, at: RowIx) -> Option<&Batch> {
        self.fates[at.index()].checked_sub(1).map(|batch| &self.batches[batch as usize])
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
        if history.is_mark(at) && self.transactions > 0 {
            Some(self.reached)
        } else {
            history.row(at).prev_revision
        }
    }
}
