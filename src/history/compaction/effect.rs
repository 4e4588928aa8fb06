//! What a compaction does to keys.

use super::Plan;
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

impl Effect {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Resurrected, Self::Lost, Self::Reverted];

    /// What happens to a key whose newest row goes; `None` when it was dead and stays so.
    pub(super) const fn of(live_before: bool, live_after: bool) -> Option<Self> {
        match (live_before, live_after) {
            (false, true) => Some(Self::Resurrected),
            (true, true) => Some(Self::Reverted),
            (true, false) => Some(Self::Lost),
            (false, false) => None,
        }
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyEffect {
    /// The key.
    pub key: KeyId,
    /// What happens to it.
    pub effect: Effect,
    /// Its state before.
    pub before: State,
    /// Its state after; `None` when no row is left.
    pub after: Option<State>,
}

impl KeyEffect {
    /// What happens to a key whose newest row was one and then is another; `None` when it was dead and
    /// stays so.
    pub(super) fn new(
        history: &History,
        key: KeyId,
        before: RowIx,
        after: Option<RowIx>,
    ) -> Option<Self> {
        let state = |row| State { row, revision: history.id(row), live: history.is_live(row) };
        let (before, after) = (state(before), after.map(state));
        let effect = Effect::of(before.live, after.is_some_and(|after| after.live))?;
        Some(Self { key, effect, before, after })
    }
}

impl Plan {
    /// The keys that change state, in the order in which they first came.
    ///
    /// A key's state is what kine's list query says: the row with the highest id among the names
    /// that are equal in the column's collation.
    pub fn effects(&self, history: &History) -> Vec<KeyEffect> {
        let keys = history.key_ids_from(0).filter(|&key| self.may_change(history, key));
        keys.filter_map(|key| self.effect_on(history, key)).collect()
    }

    /// What happens to one key; `None` when its state does not change.
    pub fn effect_on(&self, history: &History, key: KeyId) -> Option<KeyEffect> {
        let before = history.key(key).newest?;
        if self.survives(before) {
            return None;
        }
        let after = history.rows_of(key).find(|&at| self.survives(at));
        KeyEffect::new(history, key, before, after)
    }

    /// For a key that is live after its newest row went: the revisions at which it would be live, the first
    /// after this compaction, the others each after it was deleted again and that tombstone was compacted.
    pub fn layers(&self, history: &History, effect: &KeyEffect) -> Vec<Revision> {
        let after = effect.after.filter(|_| effect.effect != Effect::Lost);
        after.map_or_else(Vec::new, |after| self.layers_from(history, after.row))
    }

    /// The revisions at which a key would be live: `after`, and then, each time it is deleted and
    /// compacted again, the next older row that nobody points at.
    ///
    /// A row that anybody who survives points at goes with the compactions in between, so it is no
    /// layer; and below a row that is neither live nor a tombstone kine sees nothing.
    pub(super) fn layers_from(&self, history: &History, after: RowIx) -> Vec<Revision> {
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
        layers
    }
}
