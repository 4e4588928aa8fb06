//! kine's compaction loop, run over a history instead of a table.

use super::{Policy, Rule};
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
    /// kine cannot read this row, and [`Rule::RowByRow`] reads every row: it gets no further.
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
    recorded: Option<Revision>,
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
    let compacted = match policy.rule {
        // Versions that walked row by row read the newest such row, and took none for 0.
        Rule::RowByRow => Some(history.newest_compacted().unwrap_or_default()),
        _ => history.compacted(),
    };
    let start = compacted.unwrap_or_default();
    let mut run = Run::new(history, policy.rule);
    let mut plan = Plan {
        requested: target,
        compacted,
        reached: start,
        recorded: None,
        policy,
        transactions: 0,
        batches: Vec::new(),
        stop: Stop::AlreadyCompacted,
        fates: Vec::new(),
        removed: 0,
    };
    let marks = history.key(KeyId::MARK).rows;
    match policy.rule {
        Rule::Request => run.at_once(&mut plan),
        _ if history.current().max(compacted) > Some(COUNTED) => plan.stop = Stop::TooLarge,
        Rule::RowByRow => run.row_by_row(&mut plan),
        _ if compacted.is_none() && marks > 0 => plan.stop = Stop::NullMark,
        _ if compacted.is_none() && !history.profile().excerpt => plan.stop = Stop::NoMark,
        _ if start < target => run.towards(&mut plan),
        _ => {}
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
    rule: Rule,
}

impl<'h> Run<'h> {
    fn new(history: &'h History, rule: Rule) -> Self {
        Self {
            history,
            fates: vec![0; history.len()],
            batches: Vec::new(),
            removed: 0,
            highest: history.len(),
            rule,
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
                // The next batch deletes the row at the revision that this one ended at.
                _ if twins || self.loses(plan.reached) => 1,
                distance => distance.div_ceil(batch_size),
            };
            let before = plan.recorded;
            plan.transactions += steps;
            plan.reached = batch_size
                .checked_mul(steps)
                .and_then(|distance| plan.reached.checked_add(distance))
                .map_or(end, |reached| reached.min(end));
            plan.recorded = Some(plan.reached);
            let lost = self.pointed_at_by_mark(before, plan.reached);
            seen = self.batch(plan.transactions, plan.reached, seen, &lost);
            if plan.compacted.is_some() && !self.has_mark() {
                plan.stop = Stop::MarkRemoved;
                return;
            }
            if twins && self.marks() > 1 {
                // Rolled back: as if nothing had been done, which before it nothing had.
                *self = Self::new(self.history, self.rule);
                plan.reached = plan.compacted.unwrap_or_default();
                plan.recorded = None;
                plan.transactions = 0;
                plan.stop = Stop::MarkDuplicated;
                return;
            }
            twins = false;
        }
    }

    /// One DELETE up to the target, whatever is retained and whatever the compact revision.
    fn at_once(&mut self, plan: &mut Plan) {
        plan.reached = plan.requested;
        plan.transactions = 1;
        plan.stop = Stop::Reached;
        self.batch(1, plan.requested, 0, &[]);
    }

    /// Walks from the compact revision, which may not have been finished, to the target. Every row
    /// that deletes another is a batch of its own.
    fn row_by_row(&mut self, plan: &mut Plan) {
        let reach = plan.policy.reach(self.max_id());
        let end = plan.requested.min(reach);
        if end < plan.reached {
            plan.stop =
                if plan.requested < plan.reached { Stop::AlreadyCompacted } else { Stop::Retained };
            return;
        }
        if self.history.is_unique() && self.marks() > 1 {
            // kine notes how far it is before it deletes, and cannot.
            plan.stop = Stop::MarkDuplicated;
            return;
        }
        plan.stop = if end < plan.requested { Stop::Retained } else { Stop::Reached };
        let first = self.history.position_before(plan.reached);
        for at in (first..self.history.position_after(end)).map(RowIx::at) {
            if self.fates[at.index()] != 0 {
                continue;
            }
            if !self.rule.reads(self.history, at) {
                plan.stop = Stop::Unreadable(self.history.id(at));
                return;
            }
            plan.transactions += 1;
            plan.reached = self.history.id(at);
            let removed = self.removed;
            self.batch(plan.transactions, plan.reached, at.index(), &[]);
            if self.removed > removed {
                plan.recorded = Some(plan.reached);
            }
        }
        plan.reached = end;
        // The walk begins there next time.
        plan.recorded = end.checked_add(1);
    }

    /// Whether the row at a revision is still there and the next batch of v0.5.0 would delete it.
    fn loses(&self, revision: Revision) -> bool {
        let there = |at: RowIx| self.fates[at.index()] == 0 && self.rule.deletes(self.history, at);
        self.rule == Rule::LosesRows && self.history.find(revision).is_some_and(there)
    }

    /// The rows that v0.5.0 takes `compact_rev_key` to point at: those at the revision that was
    /// compacted to before.
    fn pointed_at_by_mark(&self, before: Option<Revision>, target: Revision) -> Vec<RowIx> {
        if self.rule != Rule::LosesRows {
            return Vec::new();
        }
        self.history
            .rows_of(KeyId::MARK)
            .filter(|&mark| self.history.id(mark) <= target)
            .filter_map(|mark| before.or(self.history.row(mark).prev_revision))
            .filter(|&prev| prev != 0)
            .filter_map(|prev| self.history.find(prev))
            .collect()
    }

    /// Runs one DELETE and gives the position after the rows within its reach. Rows before `seen`
    /// were within that of an earlier one; `more` rows are pointed at besides.
    fn batch(&mut self, number: u64, target: Revision, seen: usize, more: &[RowIx]) -> usize {
        let end = self.history.position_after(target);
        let this = u32::try_from(self.batches.len() + 1)
            .expect("a batch that is listed removes a row, and rows are counted in 32 bits");
        let mut removed = 0;
        for at in (seen..end).map(RowIx::at) {
            // Gone in an earlier batch: it neither points nor needs removing.
            if !matches!(self.fates[at.index()], 0) && self.fates[at.index()] != this {
                continue;
            }
            if self.rule.counts(self.history, at)
                && let Some(prev) = self.history.prev(at)
            {
                removed += self.remove(prev, this);
            }
            if self.history.deleted(at).is_set() {
                removed += self.remove(at, this);
            }
        }
        for &at in more {
            removed += self.remove(at, this);
        }
        if removed > 0 {
            self.batches.push(Batch { number, target, removed });
            self.removed += removed;
        }
        end
    }

    /// Removes a row, if it is there and can be; gives how many rows that are.
    fn remove(&mut self, at: RowIx, batch: u32) -> usize {
        let fate = &mut self.fates[at.index()];
        if *fate != 0 || !self.rule.deletes(self.history, at) {
            return 0;
        }
        *fate = batch;
        1
    }

    /// MAX(id) of the rows that are still there; 0 when none is.
    fn max_id(&mut self) -> Revision {
        while self.highest > 0 && self.fates[self.highest - 1] != 0 {
            self.highest -= 1;
        }
        let highest = match self.highest {
            0 => 0,
            highest => self.history.id(RowIx::at(highest - 1)),
        };
        // A row outside the part that was read stays, as far as is known.
        match self.history.profile().current {
            Some(current) if self.history.find(current).is_none() => current.max(highest),
            _ => highest,
        }
    }

    fn has_mark(&self) -> bool {
        self.history.rows_of(KeyId::MARK).any(|at| self.fates[at.index()] == 0)
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
        let recorded = self.recorded.filter(|_| history.is_mark(at));
        recorded.or(history.row(at).prev_revision)
    }
}
