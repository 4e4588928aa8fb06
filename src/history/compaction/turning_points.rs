//! The targets that matter: those at which a key's state after the compaction changes.

use super::{Algorithm, Effect, Plan, Policy, Removals};
use crate::history::{History, KeyId, Revision, RowIx};

/// The rows of a key are anywhere: one takes as long as so many that follow one another.
const SCATTERED: usize = 4;

/// A target at which what a compaction does to a key changes: below it the key is as it was or at
/// one revision, and from it on at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Turn {
    /// The target.
    pub target: Revision,
    /// The key.
    pub key: KeyId,
    /// What happens to the key from it on, and the newest live row that is then left; `None` for nothing.
    pub then: Option<(Effect, Option<RowIx>)>,
}

/// The targets at which what a compaction does to any key changes, in ascending order, each with its
/// key.
///
/// ```text
///   target        4        7    9
///   /a   ● live ──┼────────┼────☠ 8 ──   tombstone 9 goes, 8 stays
///   /b   ● live ──┼────────∅─────────    7 points at the only row of /b
/// ```
pub fn turning_points(history: &History, policy: Policy) -> Vec<Turn> {
    let removals = Removals::of(history, policy);
    let current = history.current().unwrap_or_default();
    let mut search = Turns::of(&Plan::new(history, &removals, current, policy.without_retain()));
    search.advance(history, &mut usize::MAX.clone());
    search.finish()
}

/// Looks for the turning points up to the target of a plan that retains nothing, for as long as there is
/// time.
#[derive(Debug, Clone)]
pub struct Turns {
    /// Every row that a lower target removes, it removes.
    whole: Plan,
    /// Keys before this one have been looked at.
    next: usize,
    found: Vec<Turn>,
}

impl Turns {
    /// Nothing looked at yet.
    pub fn of(whole: &Plan) -> Self {
        Self { whole: whole.clone(), next: 0, found: Vec::new() }
    }

    /// Spends from `rows`, a budget of rows and keys looked at; true when it is done. The history must be
    /// the one that it was begun with.
    pub fn advance(&mut self, history: &History, rows: &mut usize) -> bool {
        let in_the_end = self.whole.in_the_end;
        let Some(lowest) = self.whole.removals.lowest_target(history, in_the_end) else {
            return true;
        };
        for id in history.key_ids_from(self.next) {
            if *rows == 0 {
                return false;
            }
            self.next = id.index() + 1;
            *rows -= 1;
            if self.whole.may_change(history, id) {
                *rows = rows.saturating_sub(SCATTERED * history.key(id).rows as usize);
                turns(history, &self.whole, lowest, id, &mut self.found);
            }
        }
        true
    }

    /// The compaction that removes all that any lower target does.
    pub const fn whole(&self) -> &Plan {
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

impl Plan {
    /// Whether a compaction to its target or to a lower one may change what becomes of a key.
    pub(super) fn may_change(&self, history: &History, key: KeyId) -> bool {
        let known = history.key(key);
        // A key that is deleted, and of which each row points at the row before it, as of most deleted
        // keys: a target that removes the newest has removed all others, unless a row points forward.
        let stays_dead = matches!(self.policy.algorithm, Algorithm::Batches | Algorithm::Request)
            && !history.points_forward()
            && !known.deleted.is_live()
            && !known.tangled;
        !stays_dead && known.newest.is_some_and(|newest| !self.survives(newest))
    }
}

/// Adds the targets at which one key's state changes, the lowest first.
fn turns(history: &History, whole: &Plan, lowest: Revision, key: KeyId, found: &mut Vec<Turn>) {
    // The lowest target that removes a row.
    let goes = |at: RowIx| {
        let moment = whole.removals.moment(at);
        (moment <= whole.moment).then(|| moment.target(history).max(lowest))
    };
    let mut rows = history.rows_of(key).filter(|at| at.index() < whole.rows());
    let newest = rows.next();
    let (mut top, mut since) = (newest, 0);
    // What happens to the key as long as `top` is its newest row.
    let mut last = None;
    while let Some(target) = top.and_then(goes) {
        since = target.max(since);
        top = rows.find(|&at| goes(at).is_none_or(|target| target > since));
        let then = newest.and_then(|newest| change(history, newest, top));
        if then != last {
            found.push(Turn { target: since, key, then });
            last = then;
        }
    }
}

/// What happens to a key whose newest row was one and then is another.
fn change(
    history: &History,
    before: RowIx,
    after: Option<RowIx>,
) -> Option<(Effect, Option<RowIx>)> {
    let live = after.filter(|&at| history.is_live(at));
    Effect::of(history.is_live(before), live.is_some()).map(|effect| (effect, live))
}
