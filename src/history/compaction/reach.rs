//! How far kine gets.

use super::moment::Moment;
use super::{Algorithm, Plan, Policy, Removals, Stop};
use crate::history::{History, KeyId, Revision, RowIx};

/// The highest revision that kine can count: its revisions are Go's `int64`.
const COUNTED: Revision = Revision::MAX / 2;

/// Why kine does not even begin, whatever the target.
pub(super) fn refusal(
    history: &History,
    policy: Policy,
    compacted: Option<Revision>,
    in_the_end: bool,
) -> Option<Stop> {
    match policy.algorithm {
        Algorithm::Request => None,
        _ if history.current().max(compacted) > Some(COUNTED) => Some(Stop::TooLarge),
        Algorithm::RowByRow => None,
        _ if compacted.is_some() || in_the_end => None,
        _ if history.key(KeyId::MARK).rows > 0 => Some(Stop::NullMark),
        _ if !history.profile().excerpt => Some(Stop::NoMark),
        _ => None,
    }
}

impl Removals {
    /// The lowest target at which anything at all is done; `None` when none does. The target of a plan that
    /// is not of the time when nothing keeps kine from compacting.
    pub(super) fn lowest_target(&self, history: &History, in_the_end: bool) -> Option<Revision> {
        let twins = !in_the_end && self.has_twins(history);
        match self.policy.algorithm {
            Algorithm::Request => Some(0),
            Algorithm::RowByRow => (!twins).then(|| self.start()),
            Algorithm::Batches | Algorithm::LosesRows => {
                let next = self.start().saturating_add(1);
                if !twins {
                    return Some(next);
                }
                // All but one of them must go in the first transaction.
                let last = self.marks[self.marks.len() - 2];
                let target = (last != Moment::NEVER).then(|| last.target(history))?;
                (target <= self.end_of(1)).then(|| target.max(next))
            }
        }
    }

    /// Whether more than one row is named `compact_rev_key`, and the unique index does not let two of them
    /// hold the same compact revision.
    fn has_twins(&self, history: &History) -> bool {
        history.is_unique() && self.marks.len() > 1
    }
}

impl Plan {
    /// Goes from the compact revision towards the target.
    pub(super) fn go(&mut self, history: &History) {
        let Self { policy, compacted, in_the_end, requested, .. } = *self;
        if let Some(stop) = refusal(history, policy, compacted, in_the_end) {
            self.stop = stop;
            return;
        }
        match policy.algorithm {
            Algorithm::Batches | Algorithm::LosesRows => self.in_batches(history),
            // One DELETE, whatever is retained and whatever the compact revision.
            Algorithm::Request => {
                self.stop = Stop::Reached;
                self.arrive(history, requested, 1);
            }
            Algorithm::RowByRow => self.row_by_row(history),
        }
    }

    fn arrive(&mut self, history: &History, reached: Revision, transactions: u64) {
        self.reached = reached;
        self.transactions = transactions;
        self.moment = Moment::of(history, self.rows(), reached);
    }

    fn in_batches(&mut self, history: &History) {
        if self.requested <= self.reached {
            return;
        }
        let end = self.highest(history);
        if end <= self.reached {
            self.stop = Stop::Retained;
            return;
        }
        let lowest = self.removals.lowest_target(history, self.in_the_end);
        if lowest.is_none_or(|lowest| end < lowest) {
            // Rolled back: as if nothing had been done, which before it nothing had.
            self.stop = Stop::MarkDuplicated;
            return;
        }
        let gone = self.compacted.filter(|_| !self.in_the_end).and_then(|_| self.marks_go(history));
        let last =
            gone.map_or(Revision::MAX, |gone| self.removals.end_of(self.removals.number_of(gone)));
        let reached = end.min(last);
        self.arrive(history, reached, self.removals.number_of(reached));
        self.recorded = Some(reached);
        self.stop = match () {
            () if gone.is_some_and(|gone| gone <= reached) => Stop::MarkRemoved,
            () if reached >= self.requested => Stop::Reached,
            () => Stop::Retained,
        };
    }

    /// The lowest target that removes every row named `compact_rev_key`: after the transaction that does,
    /// kine fails.
    fn marks_go(&self, history: &History) -> Option<Revision> {
        let marks = &self.removals.marks;
        let Some(&last) = marks.last() else { return Some(0) };
        (last != Moment::NEVER).then(|| last.target(history))
    }

    /// Where the target and what is retained end it. MAX(id) is read when a transaction begins: where rows
    /// point forward, what went before may have been the highest.
    fn highest(&self, history: &History) -> Revision {
        let mut reached = self.reached;
        let mut tops = self.removals.tops.iter().peekable();
        while let Some(top) = tops.next() {
            let end = self.end(max_id(history, top.rows));
            if end <= reached {
                break;
            }
            let next = tops.peek().map(|next| self.removals.end_of(next.transaction - 1));
            reached = end.min(next.unwrap_or(Revision::MAX));
            if end == reached {
                break;
            }
        }
        reached
    }

    /// The highest revision that it gets to, with that MAX(id).
    fn end(&self, max_id: Revision) -> Revision {
        if self.in_the_end { self.requested } else { self.requested.min(self.policy.reach(max_id)) }
    }

    /// The walk of kine up to v0.4.1: from the compact revision, which may not have been finished.
    fn row_by_row(&mut self, history: &History) {
        let start = self.reached;
        let end = self.end(history.current().unwrap_or_default());
        if end < start {
            let is_behind = self.requested < start;
            self.stop = if is_behind { Stop::AlreadyCompacted } else { Stop::Retained };
            return;
        }
        if self.removals.lowest_target(history, self.in_the_end).is_none() {
            // kine notes how far it is before it deletes, and cannot.
            self.stop = Stop::MarkDuplicated;
            return;
        }
        self.arrive(history, end, 0);
        if let Some(stuck) =
            self.removals.stuck.filter(|stuck| stuck.row.index() < self.moment.seen())
        {
            self.stop = Stop::Unreadable(history.id(stuck.row));
            self.reached = stuck.walked.map_or(start, |row| history.id(row));
            self.moment = stuck.walked.map_or(Moment::NONE, Moment::at);
            let (done, _) = self.removals.batches(self.moment);
            self.recorded = done.last().map(|batch| batch.target);
        } else {
            self.stop = if end < self.requested { Stop::Retained } else { Stop::Reached };
            // The walk begins there next time.
            self.recorded = end.checked_add(1);
        }
        self.transactions = self.removals.walked(history, self.moment);
    }
}

/// MAX(id) of the first so many rows; 0 when there are none.
fn max_id(history: &History, rows: usize) -> Revision {
    let highest = rows.checked_sub(1).map_or(0, |last| history.id(RowIx::at(last)));
    // A row outside the part that was read stays, as far as is known.
    match history.profile().current {
        Some(current) if history.find(current).is_none() => current.max(highest),
        _ => highest,
    }
}
