//! The targets that matter: those at which a key's state after the compaction changes.

use super::{Algorithm, Effect, Plan, Policy};
use crate::history::{History, KeyId, Revision, RowIx};

/// A target at which what a compaction does to a key changes: below it the key is as it was or at
/// one revision, and from it on at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Turn {
    /// The target.
    pub target: Revision,
    /// The key.
    pub key: KeyId,
}

/// The targets at which what a compaction does to any key changes, in ascending order, each with its
/// key.
///
/// ```text
///   target        4        7    9
///   /a   ● live ──┼────────┼────☠ 8 ──   tombstone 9 goes, 8 stays
///   /b   ● live ──┼────────∅─────────    7 points at the only row of /b
/// ```
///
/// A table in which more than one `compact_rev_key` stands under the unique index has none: there the
/// first batch decides whether anything is done at all.
///
/// They are found without planning for every target: a row is removed by every target from the one
/// on at which the first of its pointers that counts, or itself as a tombstone, comes within reach.
/// Which pointers count does not depend on the target, since the batches before the last one end at
/// the same revisions whatever the target is.
pub fn turning_points(history: &History, policy: Policy) -> Vec<Turn> {
    let mut search = Turns::new(history, policy);
    let mut rows = usize::MAX;
    search.advance(history, &mut rows);
    search.finish()
}

/// Looks for the turning points, for as long as there is time.
#[derive(Debug, Clone)]
pub struct Turns {
    /// The compaction to the current revision: every row that any target removes, it removes.
    whole: Plan,
    is_planned: bool,
    /// Keys before this one have been looked at.
    next: usize,
    found: Vec<Turn>,
}

impl Turns {
    /// Nothing looked at yet.
    pub fn new(history: &History, policy: Policy) -> Self {
        let mut whole = Plan::new(history, policy.without_retain());
        whole.aim(history.current().unwrap_or_default());
        Self::of(whole)
    }

    /// Up to the target of a plan that has not begun, and that retains nothing.
    pub(super) const fn of(whole: Plan) -> Self {
        Self { whole, is_planned: false, next: 0, found: Vec::new() }
    }

    /// Spends from `rows`, a budget of rows and keys looked at; true when it is done. The history must be
    /// the one that it was begun with.
    pub fn advance(&mut self, history: &History, rows: &mut usize) -> bool {
        let is_stuck = history.is_unique() && history.key(KeyId::MARK).rows > 1;
        if is_stuck && !self.whole.in_the_end {
            return true;
        }
        if !self.is_planned {
            self.is_planned = self.whole.advance(history, rows, |_| {});
        }
        if !self.is_planned {
            return false;
        }
        let removals = Removals { history, policy: self.whole.policy, whole: &self.whole };
        for id in history.key_ids_from(self.next) {
            if *rows == 0 {
                return false;
            }
            self.next = id.index() + 1;
            let key = history.key(id);
            *rows -= 1;
            if key.newest.is_none_or(|newest| self.whole.survives(newest)) {
                continue;
            }
            if !removals.stays_dead(id) {
                *rows = rows.saturating_sub(key.rows as usize);
                let turns = removals.turns(id).into_iter();
                self.found.extend(turns.map(|target| Turn { target, key: id }));
            }
        }
        true
    }

    /// The compaction that removes all that any target does, once all turns were found.
    pub(super) const fn whole(&self) -> &Plan {
        &self.whole
    }

    /// The targets, in ascending order.
    pub fn finish(mut self) -> Vec<Turn> {
        // The lowest target that does anything, above the compact revision, may be beyond it.
        let highest = self.whole.requested;
        self.found.retain(|turn| turn.target <= highest);
        self.found.sort_unstable();
        self.found
    }
}

struct Removals<'a> {
    history: &'a History,
    policy: Policy,
    /// The compaction to the current revision: every row that any target removes, it removes.
    whole: &'a Plan,
}

impl Removals<'_> {
    /// Whether a key is deleted and each of its rows points at the row before it, as those of most
    /// deleted keys do: a target that removes the newest has removed all others, unless a row
    /// points forward.
    fn stays_dead(&self, key: KeyId) -> bool {
        let key = self.history.key(key);
        matches!(self.policy.algorithm, Algorithm::Batches | Algorithm::Request)
            && !self.history.points_forward()
            && !key.deleted.is_live()
            && !key.tangled
    }

    /// The targets at which one key's state changes.
    fn turns(&self, key: KeyId) -> Vec<Revision> {
        let history = self.history;
        let is_live = |at: Option<RowIx>| at.is_some_and(|at| history.is_live(at));
        let mut turns = Vec::new();
        let mut rows = history.rows_of(key);
        let newest = rows.next();
        let (mut top, mut since) = (newest, 0);
        // What happens to the key as long as `top` is its newest row.
        let mut last: Option<(Effect, Option<RowIx>)> = None;
        while let Some(removed) = top.and_then(|at| self.first_target(at)) {
            since = removed.max(since);
            top = rows.find(|&at| self.first_target(at).is_none_or(|target| target > since));
            let now = match (is_live(newest), is_live(top)) {
                (false, true) => Some((Effect::Resurrected, top)),
                (true, true) => Some((Effect::Reverted, top)),
                (true, false) => Some((Effect::Lost, None)),
                (false, false) => None,
            };
            if now != last {
                turns.push(since);
                last = now;
            }
        }
        turns
    }

    /// The lowest target that removes a row.
    fn first_target(&self, at: RowIx) -> Option<Revision> {
        let removed = self.whole.batch_of(at)?;
        let history = self.history;
        let start = self.whole.compacted.unwrap_or_default();
        let first = match self.policy.algorithm {
            // Each row that is walked is a batch, whatever the target.
            Algorithm::RowByRow => Some(removed.target),
            Algorithm::Batches | Algorithm::Request | Algorithm::LosesRows => {
                let pointers = history.successors(at).filter(|&by| self.counts(by));
                let tombstone = history.deleted(at).is_set().then_some(at);
                pointers.chain(tombstone).map(|by| history.id(by)).min()
            }
        };
        let lost = self.lost(at).filter(|_| self.policy.algorithm == Algorithm::LosesRows);
        let first = first.into_iter().chain(lost).min()?;
        // The lowest target that does anything is the one above the compact revision.
        Some(match self.policy.algorithm {
            Algorithm::Request => first,
            Algorithm::RowByRow => first.max(start),
            Algorithm::Batches | Algorithm::LosesRows => first.max(start.saturating_add(1)),
        })
    }

    /// The lowest target at which v0.5.0 takes `compact_rev_key` to point at a row: what that holds
    /// when the first batch comes to it, and from then on the end of the batch before.
    fn lost(&self, at: RowIx) -> Option<Revision> {
        let id = self.history.id(at);
        let start = self.whole.compacted.unwrap_or_default();
        let batch = self.policy.batch_size.max(1);
        let marks = || self.history.rows_of(KeyId::MARK).map(|mark| self.history.row(mark));
        // A batch must reach a row of compact_rev_key for that to point at anything.
        let reached = |mark: Revision, before: Revision| {
            (mark <= before.saturating_add(batch)).then(|| mark.max(before.saturating_add(1)))
        };
        let held = marks()
            .filter(|mark| mark.prev_revision == Some(id) && id != 0)
            .filter_map(|mark| reached(mark.id, start))
            .min();
        let is_end = id > start && (id - start).is_multiple_of(batch);
        let ended = marks().map(|mark| mark.id).min().filter(|_| is_end);
        held.into_iter().chain(ended.and_then(|mark| reached(mark, id))).min()
    }

    /// Whether a row's pointer counts: it is one, and the row is still there when it comes within
    /// reach.
    fn counts(&self, by: RowIx) -> bool {
        let Some(removed) = self.whole.batch_of(by) else {
            return self.policy.algorithm.counts(self.history, by);
        };
        let start = self.whole.compacted.unwrap_or_default();
        let number = match self.policy.algorithm {
            Algorithm::Request => 1,
            _ => self
                .history
                .id(by)
                .saturating_sub(start)
                .div_ceil(self.policy.batch_size.max(1))
                .max(1),
        };
        removed.number >= number && self.policy.algorithm.counts(self.history, by)
    }
}
