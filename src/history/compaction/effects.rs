//! The keys that a compaction changes, counted so many at a time.

use super::{KeyEffect, Plan};
use crate::history::{History, KeyId, RowIx};

/// Looks for the keys that change state, for as long as there is time.
///
/// Only keys whose newest row goes can change, and of those only a row that survives is looked for:
/// first such keys are noted, then the newest row that each has left, and then what that means.
#[derive(Debug, Clone)]
pub struct Census {
    stage: Stage,
    /// The newest row that is left, by key.
    newest: Vec<Option<RowIx>>,
    /// Whether a key's newest row goes.
    decapitated: Vec<bool>,
    /// No row of such a key is above the newest of them all.
    end: usize,
    effects: Vec<KeyEffect>,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// Keys before this one have been looked at.
    Keys(usize),
    /// Rows before this one have been looked at.
    Rows(usize),
    /// What happens to the keys before this one is known.
    Effects(usize),
}

impl Census {
    /// Nothing looked at yet. A plan that removes nothing changes no key.
    pub fn new(history: &History, plan: &Plan) -> Self {
        let keys = if plan.removed() == 0 { 0 } else { history.key_bound() };
        Self {
            stage: Stage::Keys(0),
            newest: vec![None; keys],
            decapitated: vec![false; keys],
            end: 0,
            effects: Vec::new(),
        }
    }

    /// Spends from `rows`, a budget of keys and rows looked at; true when it is done. History and plan
    /// must be those that it was begun with.
    pub fn advance(&mut self, history: &History, plan: &Plan, rows: &mut usize) -> bool {
        let keys = self.newest.len();
        loop {
            let (from, end) = match self.stage {
                Stage::Keys(at) | Stage::Effects(at) => (at, keys),
                Stage::Rows(at) => (at, self.end),
            };
            if *rows == 0 {
                return false;
            }
            let stop = end.min(from.saturating_add(*rows));
            *rows -= stop - from;
            let is_last = stop == end;
            self.stage = match self.stage {
                Stage::Keys(_) => {
                    history
                        .key_ids_from(from)
                        .take(stop - from)
                        .for_each(|key| self.note(history, plan, key));
                    if is_last { Stage::Rows(0) } else { Stage::Keys(stop) }
                }
                Stage::Rows(_) => {
                    for at in (from..stop).map(RowIx::at).filter(|&at| plan.survives(at)) {
                        let key = history.key_at(at);
                        if let Some(key) = key.filter(|key| self.decapitated[key.index()]) {
                            self.newest[key.index()] = Some(at);
                        }
                    }
                    if is_last { Stage::Effects(0) } else { Stage::Rows(stop) }
                }
                Stage::Effects(_) => {
                    let found = history
                        .key_ids_from(from)
                        .take(stop - from)
                        .filter_map(|key| self.effect(history, plan, key));
                    let found: Vec<KeyEffect> = found.collect();
                    self.effects.extend(found);
                    if is_last {
                        return true;
                    }
                    Stage::Effects(stop)
                }
            };
        }
    }

    /// The keys that change state, in the order in which they first came.
    pub fn finish(self) -> Vec<KeyEffect> {
        self.effects
    }

    fn note(&mut self, history: &History, plan: &Plan, key: KeyId) {
        let newest = history.key(key).newest;
        if let Some(newest) = newest.filter(|&at| !plan.survives(at)) {
            self.decapitated[key.index()] = true;
            self.end = self.end.max(newest.index());
        }
    }

    fn effect(&self, history: &History, plan: &Plan, key: KeyId) -> Option<KeyEffect> {
        if !self.decapitated[key.index()] {
            return None;
        }
        let (before, after) = (history.key(key), self.newest[key.index()]);
        // Dead, and nothing is left: most deleted keys. Their rows need not be looked at.
        if !before.deleted.is_live() && after.is_none() {
            return None;
        }
        plan.effect(history, key, before.newest?, after)
    }
}
