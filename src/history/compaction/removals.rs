//! When each row goes.

use std::rc::Rc;

use super::moment::Moment;
use super::{Algorithm, Policy};
use crate::history::{History, KeyId, Revision, RowIx};

/// So many rows share a sum.
const BLOCK: usize = 1 << 10;

/// For each row the lowest target at which it goes, whatever the target is in the end.
///
/// kine goes from the compact revision towards the target in batches (`compactor` in `sqllog.go`). A
/// row's pointer counts in the batch in which its id comes within reach, if the row is still there then;
/// what a batch removes is decided before it removes anything. Batches end at the same revisions whatever
/// the target is, all but the last. So which pointers count does not depend on the target, and a row goes
/// with the first of its reasons that comes within reach:
///
/// ```text
///   id            1   4   7   8   9       target 8: 4 is gone
///   points at         1   4   4   7       target 9: 4, 7 and 9 are gone
///   deleted                       ✗
///   goes at       4   7   9   –   9       8 stays, whatever the target
/// ```
///
/// One look at each row finds all of that, rows with lower ids first: what a row removes goes with it,
/// unless it goes before. Every target is then a matter of comparing: a row is gone when the target is not
/// lower. It costs 4 bytes a row, and how many rows are gone is summed up for each thousandth row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removals {
    pub(super) policy: Policy,
    /// The compact revision; `None` when no row holds one.
    pub(super) compacted: Option<Revision>,
    moments: Vec<Moment>,
    /// How many rows go before the first row of each block comes within reach.
    sums: Vec<u32>,
    /// How many rows kine up to v0.4.1 walked before that.
    walks: Vec<u32>,
    /// The transactions that remove rows.
    batches: Vec<Done>,
    /// The highest row that is there when a transaction begins, where that is another than before.
    pub(super) tops: Vec<Top>,
    /// The lowest row named `compact_rev_key`.
    lowest_mark: Option<Revision>,
    /// When each row of that name goes, the first first.
    pub(super) marks: Vec<Moment>,
    /// The row that kine up to v0.4.1 cannot read.
    pub(super) stuck: Option<Stuck>,
}

/// A transaction that removes rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Done {
    /// Which one it is, counted from 1.
    pub(super) number: u64,
    /// The revision it compacts to.
    pub(super) target: Revision,
    /// When it is over.
    end: Moment,
    /// How many rows are gone then.
    pub(super) gone: u32,
}

/// From one transaction on these rows are there, and no higher ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Top {
    pub(super) transaction: u64,
    /// The position after the highest of them.
    pub(super) rows: usize,
}

/// Where a walk from row to row ends for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stuck {
    pub(super) row: RowIx,
    /// The row that the walk came to before.
    pub(super) walked: Option<RowIx>,
}

impl Removals {
    /// Finds them all.
    pub fn of(history: &History, policy: Policy) -> Rc<Self> {
        let mut removing = Removing::new(history, policy);
        removing.advance(history, &mut usize::MAX.clone());
        removing.finish(history)
    }

    /// Those of what the same kine does by itself, whatever a Compact request makes it do.
    pub(super) fn by_itself(self: &Rc<Self>, history: &History) -> Rc<Self> {
        let policy = self.policy.by_itself();
        if policy == self.policy { Rc::clone(self) } else { Self::of(history, policy) }
    }

    /// Whether they are those of a history as it is, with the batches of a policy.
    pub fn fit(&self, history: &History, policy: Policy) -> bool {
        let Policy { algorithm, batch_size, .. } = self.policy;
        (algorithm, batch_size) == (policy.algorithm, policy.batch_size)
            && self.moments.len() == history.len()
    }

    /// Of how many rows they are.
    pub(super) const fn rows(&self) -> usize {
        self.moments.len()
    }

    /// When a row goes. One that came later does not.
    pub fn moment(&self, at: RowIx) -> Moment {
        self.moments.get(at.index()).copied().unwrap_or(Moment::NEVER)
    }

    /// The revision that the first transaction begins after.
    pub(super) fn start(&self) -> Revision {
        match self.policy.algorithm {
            Algorithm::Request => 0,
            _ => self.compacted.unwrap_or_default(),
        }
    }

    /// The transaction in which a revision comes within reach, where each advances by the batch size; what
    /// is below the first does in the first.
    pub(super) fn number_of(&self, revision: Revision) -> u64 {
        if self.policy.algorithm == Algorithm::Request {
            return 1;
        }
        let distance = revision.saturating_sub(self.start());
        distance.div_ceil(self.policy.batch_size.max(1)).max(1)
    }

    /// Where a transaction ends that nothing cuts short; `start` for none.
    pub(super) fn end_of(&self, number: u64) -> Revision {
        if number > 0 && self.policy.algorithm == Algorithm::Request {
            return Revision::MAX;
        }
        let size = self.policy.batch_size.max(1);
        number.checked_mul(size).map_or(Revision::MAX, |it| self.start().saturating_add(it))
    }

    /// How many rows are gone at a moment.
    pub(super) fn gone(&self, history: &History, by: Moment) -> usize {
        let Some(last) = by.seen().min(self.rows()).checked_sub(1) else { return 0 };
        let block = last / BLOCK;
        let mut gone = self.sums[block] as usize;
        for row in (block * BLOCK..=last).map(RowIx::at) {
            self.each_removed(history, row, |removed, moment| {
                gone += usize::from(moment <= by && self.moment(removed) == moment);
            });
        }
        gone
    }

    /// How many rows kine up to v0.4.1 has walked at a moment.
    pub(super) fn walked(&self, history: &History, by: Moment) -> u64 {
        let Some(last) = by.seen().min(self.rows()).checked_sub(1) else { return 0 };
        let block = last / BLOCK;
        let first = (block * BLOCK).max(history.position_before(self.start()));
        let rows = (first..=last).map(RowIx::at);
        let walked = rows.filter(|&row| self.moment(row) >= Moment::at(row)).count();
        u64::from(self.walks[block]) + walked as u64
    }

    /// The transactions that have removed all that they remove at a moment, and the one that goes on then.
    pub(super) fn batches(&self, by: Moment) -> (&[Done], Option<&Done>) {
        let done = self.batches.partition_point(|batch| batch.end <= by);
        (&self.batches[..done], self.batches.get(done))
    }

    /// One of the transactions that remove rows, counted from 0.
    pub(super) fn batch(&self, at: usize) -> Done {
        self.batches[at]
    }

    /// Which of the transactions that remove rows removes a row, counted from 0.
    pub(super) fn batch_of(&self, at: RowIx) -> usize {
        let moment = self.moment(at);
        self.batches.partition_point(|batch| batch.end < moment)
    }

    /// Tells of each row that a row removes by what it is, and when, once.
    fn each_removed(&self, history: &History, by: RowIx, mut tell: impl FnMut(RowIx, Moment)) {
        let algorithm = self.policy.algorithm;
        let mut tell = |row, moment| {
            if algorithm.deletes(history, row) {
                tell(row, moment);
            }
        };
        let prev = history.prev(by).filter(|_| algorithm.counts(history, by));
        if let Some(prev) = prev {
            tell(prev, Moment::at(by));
        }
        if history.deleted(by).is_set() && prev != Some(by) {
            tell(by, Moment::at(by));
        }
        if algorithm == Algorithm::LosesRows {
            self.each_lost(history, by, tell);
        }
    }

    /// Tells of the rows that kine v0.5.0 takes `compact_rev_key` to point at: in the first batch at what
    /// it holds, in any other at the revision that the batch before ended at.
    fn each_lost(&self, history: &History, by: RowIx, mut tell: impl FnMut(RowIx, Moment)) {
        let id = history.id(by);
        let lowest = self.lowest_mark;
        if history.is_mark(by) {
            let number = self.number_of(id);
            let held = history.row(by).prev_revision.filter(|&held| number == 1 && held != 0);
            let ended = Some(self.end_of(number - 1)).filter(|_| number > 1 && lowest == Some(id));
            if let Some(row) = held.or(ended).and_then(|id| history.find(id)) {
                tell(row, Moment::at(by));
            }
        } else if id > self.start()
            && id == self.end_of(self.number_of(id))
            && lowest.is_some_and(|lowest| lowest <= id)
        {
            tell(by, Moment::beyond(by));
        }
    }
}

/// Finds when each row goes, for as long as there is time.
#[derive(Debug, Clone)]
pub struct Removing {
    removals: Removals,
    /// Rows before this one were looked at.
    next: usize,
    /// The transaction in which the next row comes within reach, as long as that is not beyond its end.
    number: u64,
    end: Revision,
    /// How many rows are gone.
    gone: u32,
    /// A row that goes with the next transaction, whatever comes within its reach.
    late: u32,
    /// The position after the highest row that is there.
    top: usize,
    /// The first row that is walked from row to row, how many were, and the last of them.
    first: usize,
    walks: u32,
    walked: Option<RowIx>,
}

impl Removing {
    /// Nothing looked at yet.
    pub fn new(history: &History, policy: Policy) -> Self {
        let walks_rows = policy.algorithm == Algorithm::RowByRow;
        let compacted = if walks_rows {
            // Versions that walked row by row read the newest such row, and took none for 0.
            Some(history.newest_compacted().unwrap_or_default())
        } else {
            history.compacted()
        };
        let removals = Removals {
            policy,
            compacted,
            moments: vec![Moment::NEVER; history.len()],
            sums: Vec::with_capacity(history.len().div_ceil(BLOCK)),
            walks: Vec::new(),
            batches: Vec::new(),
            tops: vec![Top { transaction: 1, rows: history.len() }],
            lowest_mark: history.rows_of(KeyId::MARK).last().map(|mark| history.id(mark)),
            marks: Vec::new(),
            stuck: None,
        };
        let first = if walks_rows { history.position_before(removals.start()) } else { 0 };
        Self {
            end: removals.end_of(1),
            top: history.len(),
            removals,
            next: 0,
            number: 1,
            gone: 0,
            late: 0,
            first,
            walks: 0,
            walked: None,
        }
    }

    /// Spends from `rows`, a budget of rows looked at; true when it is done. The history must be the one
    /// that it was begun with: rows that were added since are not there to it.
    pub fn advance(&mut self, history: &History, rows: &mut usize) -> bool {
        let end = self.removals.rows();
        let stop = end.min(self.next.saturating_add(*rows));
        *rows -= stop - self.next;
        let walks_rows = self.removals.policy.algorithm == Algorithm::RowByRow;
        for at in self.next..stop {
            let row = RowIx::at(at);
            if !walks_rows && history.id(row) > self.end {
                if self.late > 0 {
                    self.begin(history, at, self.number + 1);
                }
                if history.id(row) > self.end {
                    self.begin(history, at, self.removals.number_of(history.id(row)));
                }
            }
            if at.is_multiple_of(BLOCK) {
                self.removals.sums.push(self.gone);
                self.removals.walks.extend(walks_rows.then_some(self.walks));
            }
            if walks_rows {
                self.walk(history, row);
            } else if self.is_there(history, row) {
                self.remove(history, row);
            }
        }
        self.next = stop;
        stop == end
    }

    /// All of them, once every row was looked at.
    pub fn finish(mut self, history: &History) -> Rc<Removals> {
        if self.removals.policy.algorithm != Algorithm::RowByRow {
            // With the next one goes what v0.5.0 removes late.
            self.begin(history, self.removals.rows(), self.number + 1);
            self.close(Moment::of(history, self.removals.rows(), self.end));
        }
        let marks = history.rows_of(KeyId::MARK).filter(|at| at.index() < self.removals.rows());
        self.removals.marks = marks.map(|at| self.removals.moment(at)).collect();
        self.removals.marks.sort_unstable();
        Rc::new(self.removals)
    }

    /// Ends a transaction, which so many rows have come within reach of, and begins another.
    fn begin(&mut self, history: &History, rows: usize, number: u64) {
        let end = Moment::of(history, rows, self.end);
        self.close(end);
        if history.points_forward() {
            self.lower_top(end);
        }
        self.number = number;
        self.end = self.removals.end_of(number);
        self.gone += std::mem::take(&mut self.late);
    }

    /// Notes what a transaction has removed, if that is anything.
    fn close(&mut self, end: Moment) {
        let before = self.removals.batches.last().map_or(0, |last| last.gone);
        if self.gone > before {
            let (number, target, gone) = (self.number, self.end, self.gone);
            self.removals.batches.push(Done { number, target, end, gone });
        }
    }

    /// Notes the highest row that is there at a moment, the end of a transaction.
    fn lower_top(&mut self, end: Moment) {
        let there = self.removals.moments[..self.top].iter().rposition(|&goes| goes > end);
        let rows = there.map_or(0, |at| at + 1);
        if rows < self.top {
            self.top = rows;
            self.removals.tops.push(Top { transaction: self.number + 1, rows });
        }
    }

    /// Whether a row is there when the transaction begins in which it comes within reach.
    fn is_there(&self, history: &History, row: RowIx) -> bool {
        let moment = self.removals.moment(row);
        moment == Moment::NEVER || self.removals.number_of(moment.target(history)) >= self.number
    }

    fn remove(&mut self, history: &History, by: RowIx) {
        let Self { removals, gone, late, .. } = self;
        let mut found = [None; 4];
        let mut places = found.iter_mut();
        removals.each_removed(history, by, |row, moment| {
            if let Some(place) = places.next() {
                *place = Some((row, moment));
            }
        });
        for (row, moment) in found.into_iter().flatten() {
            match removals.moments.get_mut(row.index()) {
                Some(goes @ &mut Moment::NEVER) => *goes = moment,
                _ => continue,
            }
            *if moment == Moment::at(by) { &mut *gone } else { &mut *late } += 1;
        }
    }

    /// Comes to a row, as kine up to v0.4.1 does: each that removes another is a transaction of its own, and
    /// one that kine cannot read ends it for ever.
    fn walk(&mut self, history: &History, row: RowIx) {
        let is_gone = self.removals.moment(row) != Moment::NEVER;
        if row.index() < self.first || self.removals.stuck.is_some() || is_gone {
            return;
        }
        if !self.removals.policy.algorithm.reads(history, row) {
            self.removals.stuck = Some(Stuck { row, walked: self.walked });
            return;
        }
        self.walks += 1;
        self.walked = Some(row);
        (self.number, self.end) = (self.walks.into(), history.id(row));
        self.remove(history, row);
        self.close(Moment::at(row));
    }
}
