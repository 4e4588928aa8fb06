//! What every target does to every key.

use super::{Effect, KeyEffect, Plan, Turn};
use crate::history::{History, KeyId, Revision};

/// What every target does to every key, looked up rather than worked out.
///
/// A key changes at its [turns](Turn) and stays as it is between them, so that the last one that a target
/// has passed says what it does:
///
/// ```text
///   target        4        7    9
///   /a   ● live ──┼────────┼────☠ 8 ──      at 8: nothing
///   /b   ● live ──┼────────∅─────────       at 8: lost
/// ```
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// In ascending order of targets.
    by_target: Vec<Turn>,
    /// How many keys each effect happens to, before each of these, and after the last.
    counts: Vec<[usize; Effect::ALL.len()]>,
    /// In the order of keys, and of the targets of each.
    by_key: Vec<Turn>,
}

impl Changes {
    /// Of all turns, in ascending order.
    pub fn new(turns: Vec<Turn>) -> Self {
        let mut by_key = turns.clone();
        by_key.sort_unstable_by_key(|turn| (turn.key, turn.target));
        let mut changes = Self { by_target: turns, counts: Vec::new(), by_key };
        let mut counts = [0; Effect::ALL.len()];
        changes.counts.push(counts);
        for turn in &changes.by_target {
            let place = changes.by_key.binary_search_by_key(&(turn.key, turn.target), place_of);
            let before =
                place.ok().and_then(|place| place.checked_sub(1)).map(|at| changes.by_key[at]);
            let before = before.filter(|before| before.key == turn.key);
            if let Some((effect, _)) = before.and_then(|before| before.then) {
                counts[effect as usize] -= 1;
            }
            if let Some((effect, _)) = turn.then {
                counts[effect as usize] += 1;
            }
            changes.counts.push(counts);
        }
        changes
    }

    /// How many keys an effect happens to, at a target.
    pub fn count(&self, effect: Effect, target: Revision) -> usize {
        let passed = self.by_target.partition_point(|turn| turn.target <= target);
        self.counts.get(passed).map_or(0, |counts| counts[effect as usize])
    }

    /// What a target does to a key; `None` for nothing.
    pub fn on(&self, key: KeyId, target: Revision) -> Option<Turn> {
        let passed = self.by_key.partition_point(|turn| place_of(turn) <= (key, target));
        let last = self.by_key[..passed].last();
        last.copied().filter(|turn| turn.key == key && turn.then.is_some())
    }

    /// The same for every key to which it does something, in the order in which they first came.
    pub fn at(&self, target: Revision) -> impl Iterator<Item = Turn> + '_ {
        let of_keys = self.by_key.chunk_by(|one, other| one.key == other.key);
        of_keys.filter_map(move |turns| {
            let passed = turns.partition_point(|turn| turn.target <= target);
            turns[..passed].last().copied().filter(|turn| turn.then.is_some())
        })
    }

    /// The turns at the next target, up or down, at which a key turns; none when there is no such target.
    pub fn next(&self, target: Revision, up: bool) -> &[Turn] {
        let next = if up {
            let passed = self.by_target.partition_point(|turn| turn.target <= target);
            self.by_target.get(passed)
        } else {
            let below = self.by_target.partition_point(|turn| turn.target < target);
            self.by_target[..below].last()
        };
        let Some(next) = next.map(|turn| turn.target) else { return &[] };
        let first = self.by_target.partition_point(|turn| turn.target < next);
        let end = self.by_target.partition_point(|turn| turn.target <= next);
        &self.by_target[first..end]
    }

    /// What a plan, whose target is one of those, does to a key.
    pub fn effect_on(&self, history: &History, plan: &Plan, key: KeyId) -> Option<KeyEffect> {
        match self.on(key, plan.requested)?.then? {
            // A row that is left of it is no live one.
            (Effect::Lost, _) => plan.effect_on(history, key),
            (_, after) => KeyEffect::new(history, key, history.key(key).newest?, after),
        }
    }
}

fn place_of(turn: &Turn) -> (KeyId, Revision) {
    (turn.key, turn.target)
}
