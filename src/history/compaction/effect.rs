//! What a compaction does to keys.

use super::{Census, Plan};
use crate::history::{Flag, History, KeyId, Revision, RowIx};

/// What a compaction does to a key that it does not leave as it was, the worst to notice late first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Deleted before, live after: a zombie.
    Resurrected,
    /// Live before, no live row after.
    Lost,
    /// Live before and after, at an older revision.
    Reverted,
}

/// A key's state: its newest row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The newest row.
    pub row: RowIx,
    /// Its id.
    pub revision: Revision,
    /// Whether kine lists the key: the row's `deleted` is 0.
    pub live: bool,
}

/// What a compaction does to one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEffect {
    /// The key.
    pub key: KeyId,
    /// What happens to it.
    pub effect: Effect,
    /// Its state before.
    pub before: State,
    /// Its state after; `None` when no row is left.
    pub after: Option<State>,
    /// For a key that is live after a row was forgotten: the revisions at which it would be live,
    /// the first after this compaction, the others each after it was deleted again and that
    /// tombstone was compacted.
    pub layers: Vec<Revision>,
}

impl Plan {
    /// The keys that change state, in the order in which they first came.
    ///
    /// A key's state is what kine's list query says: the row with the highest id among the names
    /// that are equal in the column's collation.
    pub fn effects(&self, history: &History) -> Vec<KeyEffect> {
        let mut census = Census::new(history, self);
        let mut rows = usize::MAX;
        census.advance(history, self, &mut rows);
        census.finish()
    }

    /// What happens to one key; `None` when its state does not change.
    pub fn effect_on(&self, history: &History, key: KeyId) -> Option<KeyEffect> {
        let before = history.key(key).newest?;
        if self.survives(before) {
            return None;
        }
        let after = history.rows_of(key).find(|&at| self.survives(at));
        self.effect(history, key, before, after)
    }

    pub(super) fn effect(
        &self,
        history: &History,
        key: KeyId,
        before: RowIx,
        after: Option<RowIx>,
    ) -> Option<KeyEffect> {
        let before = state(history, before);
        let after = after.map(|at| state(history, at));
        let live_after = after.is_some_and(|after| after.live);
        let effect = match (before.live, live_after) {
            (false, true) => Effect::Resurrected,
            (true, true) => Effect::Reverted,
            (true, false) => Effect::Lost,
            (false, false) => return None,
        };
        let layers = match after {
            Some(after) if effect != Effect::Lost => self.layers(history, key, after.row),
            _ => Vec::new(),
        };
        Some(KeyEffect { key, effect, before, after, layers })
    }

    /// The revisions at which a key would be live: `after`, and then, each time it is deleted and
    /// compacted again, the next older row that nobody points at.
    ///
    /// A row that anybody who survives points at goes with the compactions in between, so it is no
    /// layer; and below a row that is neither live nor a tombstone kine sees nothing.
    pub(super) fn layers(&self, history: &History, key: KeyId, after: RowIx) -> Vec<Revision> {
        let mut layers = vec![history.id(after)];
        let forgotten = std::iter::successors(history.older(after), |&at| history.older(at))
            .filter(|&at| self.survives(at))
            .filter(|&at| {
                !history
                    .successors(at)
                    .any(|by| self.survives(by) && self.policy.algorithm.counts(history, by))
            })
            .filter(|&at| !history.deleted(at).is_set())
            .take_while(|&at| history.deleted(at) != Flag::Null);
        layers.extend(forgotten.map(|at| history.id(at)));
        debug_assert_eq!(history.key_at(after), Some(key));
        layers
    }
}

fn state(history: &History, row: RowIx) -> State {
    State { row, revision: history.id(row), live: history.is_live(row) }
}
