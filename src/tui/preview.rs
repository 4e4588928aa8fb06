//! The compaction that is looked at: its target, its plan, and what that does to keys.

use std::collections::HashMap;

use crate::face::Strip;
use crate::history::compaction::{KeyEffect, Plan, Policy, Rule, plan, turning_points};
use crate::history::{History, KeyId, Revision, RowIx};

/// The compaction that is looked at.
///
/// Its target may be any revision up to the current one. kine would not go further than its
/// min-retain allows today; the screen says so, and shows what follows once it does.
#[derive(Debug)]
pub struct Preview {
    /// kine's settings.
    pub policy: Policy,
    /// The revision to compact to.
    pub target: Revision,
    /// Whether the target goes with the table while it grows.
    pub follows: bool,
    /// What happens.
    pub plan: Plan,
    /// The keys that change state.
    pub effects: Vec<KeyEffect>,
    by_key: HashMap<KeyId, usize>,
    /// The targets at which a key's state changes, once somebody asked, and the rows and the rule
    /// that they hold for.
    turns: Option<(usize, Rule, Vec<Revision>)>,
    /// The table in [`FINEST`] stretches of as many revisions each.
    strip: Vec<Strip>,
}

/// How many cells the strip is made of before it is drawn in fewer.
const FINEST: usize = 240;

impl Preview {
    /// The preview of a table: up to where kine would compact it today, or to `target`.
    pub fn new(history: &History, policy: Policy, target: Option<Revision>) -> Self {
        let mut preview = Self {
            policy,
            target: target.unwrap_or_default(),
            follows: target.is_none(),
            plan: plan(history, 0, policy),
            effects: Vec::new(),
            by_key: HashMap::new(),
            turns: None,
            strip: Vec::new(),
        };
        preview.refresh(history);
        preview
    }

    /// Plans again, after rows have come.
    pub fn refresh(&mut self, history: &History) {
        if self.follows {
            let current = history.current().unwrap_or_default();
            let reach = self.policy.reach(current);
            // A table that kine would not touch today is looked at as a whole.
            self.target = if reach > lowest(history) { reach } else { current };
        }
        self.plan = plan(history, self.target, self.policy.without_retain());
        self.effects = self.plan.effects(history);
        self.by_key = self.effects.iter().enumerate().map(|(at, key)| (key.key, at)).collect();
        self.draw_strip(history);
    }

    /// Moves the target, within the table.
    pub fn aim(&mut self, history: &History, target: Revision) {
        let current = history.current().unwrap_or_default();
        self.target = target.clamp(lowest(history).min(current), current);
        self.follows = false;
        self.refresh(history);
    }

    /// What happens to a key.
    pub fn effect_on(&self, key: KeyId) -> Option<&KeyEffect> {
        self.by_key.get(&key).map(|&at| &self.effects[at])
    }

    /// The target one existing revision up or down.
    pub fn step(&mut self, history: &History, up: bool) {
        let at = history.position_after(self.target);
        let next = if up {
            (at < history.len()).then(|| history.id(RowIx::at(at)))
        } else {
            // The highest row that is under the target.
            let exact = history.find(self.target).is_some();
            let below = at.checked_sub(if exact { 2 } else { 1 });
            Some(below.map_or(0, |at| history.id(RowIx::at(at))))
        };
        if let Some(next) = next {
            self.aim(history, next);
        }
    }

    /// The target one of kine's batches up or down, at a boundary of kine's.
    pub fn step_batch(&mut self, history: &History, up: bool) {
        let start = lowest(history);
        let batch = self.policy.batch_size.max(1);
        let done = self.target.saturating_sub(start);
        let boundary = if up { done / batch + 1 } else { done.div_ceil(batch).saturating_sub(1) };
        self.aim(history, start.saturating_add(boundary.saturating_mul(batch)));
    }

    /// The target to the next one, up or down, at which a key's state changes. False when there is
    /// none.
    pub fn turn(&mut self, history: &History, up: bool) -> bool {
        let rule = self.policy.rule;
        let known = |(rows, of, _): &(usize, Rule, _)| *rows == history.len() && *of == rule;
        if !self.turns.as_ref().is_some_and(known) {
            self.turns = Some((history.len(), rule, turning_points(history, self.policy)));
        }
        let turns = self.turns.as_ref().map_or(&[][..], |(.., turns)| turns);
        let next = if up {
            turns.iter().find(|&&turn| turn > self.target)
        } else {
            turns.iter().rev().find(|&&turn| turn < self.target)
        };
        let Some(&next) = next else { return false };
        self.aim(history, next);
        true
    }

    /// The compaction of the next version of kine that differs.
    pub fn change_rule(&mut self, history: &History) {
        let at = Rule::ALL.iter().position(|&rule| rule == self.policy.rule).unwrap_or_default();
        self.policy.rule = Rule::ALL[(at + 1) % Rule::ALL.len()];
        self.refresh(history);
    }

    /// Where the target is on a bar of that many cells.
    pub fn cell_of(&self, history: &History, cells: usize) -> usize {
        Scale::new(history, cells).cell(self.target)
    }

    /// The whole table on a bar of that many cells: what becomes of the rows in each cell's
    /// revisions.
    pub fn strip(&self, cells: usize) -> Vec<Strip> {
        let mut strip = vec![Strip::Empty; cells];
        if cells > 0 {
            for (at, &seen) in self.strip.iter().enumerate() {
                merge(&mut strip[at * cells / FINEST], seen);
            }
        }
        strip
    }

    /// Rows come in the order of their ids, so each cell is a stretch of rows, which is left once
    /// both fates have been seen in it.
    fn draw_strip(&mut self, history: &History) {
        let scale = Scale::new(history, FINEST);
        let mut strip = vec![Strip::Empty; FINEST];
        let mut start = 0;
        for (at, cell) in strip.iter_mut().enumerate() {
            let end = history.position_after(scale.end(at));
            for row in (start..end).map(RowIx::at) {
                let survives = self.plan.survives(row);
                merge(cell, if survives { Strip::Survives } else { Strip::Removed });
                if *cell == Strip::Mixed {
                    break;
                }
            }
            start = end;
        }
        for after in self.effects.iter().filter_map(|effect| effect.after) {
            if after.live {
                strip[scale.cell(after.revision)] = Strip::Affected;
            }
        }
        self.strip = strip;
    }
}

/// Adds rows of one fate to a cell.
fn merge(cell: &mut Strip, seen: Strip) {
    *cell = match (*cell, seen) {
        (Strip::Affected, _) | (_, Strip::Affected) => Strip::Affected,
        (Strip::Empty, other) | (other, Strip::Empty) => other,
        (one, other) if one == other => one,
        _ => Strip::Mixed,
    };
}

/// The lowest target: the compact revision, which is where kine's own compaction begins.
pub(super) fn lowest(history: &History) -> Revision {
    history.compacted().unwrap_or_default()
}

/// A table's revisions, spread over the cells of a bar.
struct Scale {
    first: Revision,
    /// How many revisions there are from the first to the last.
    span: u128,
    /// The last cell.
    last: u128,
}

impl Scale {
    fn new(history: &History, cells: usize) -> Self {
        let current = history.current().unwrap_or_default().max(1);
        let first = history.iter().next().map_or(0, |at| history.id(at)).min(lowest(history));
        Self {
            first,
            span: u128::from(current.saturating_sub(first)).max(1),
            last: cells.saturating_sub(1) as u128,
        }
    }

    /// The cell that a revision falls in.
    fn cell(&self, revision: Revision) -> usize {
        let offset = u128::from(revision.saturating_sub(self.first)).min(self.span);
        usize::try_from(offset * self.last / self.span).unwrap_or_default()
    }

    /// The highest revision that falls in a cell, or in one below it.
    fn end(&self, cell: usize) -> Revision {
        let next = cell as u128 + 1;
        if next > self.last {
            return Revision::MAX;
        }
        let offset = (next * self.span).div_ceil(self.last) - 1;
        u64::try_from(offset).map_or(Revision::MAX, |offset| self.first.saturating_add(offset))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cell_ends_where_the_next_begins(
            first in prop_oneof![0..5_u64, any::<u64>()],
            span in prop_oneof![1..5_u64, 1..1_000_u64, any::<u64>()],
            cells in 1..300_usize,
            cell in 0..300_usize,
        ) {
            let span = span.min(u64::MAX - first).max(1);
            let last = cells as u128 - 1;
            let scale = Scale { first, span: span.into(), last };
            let end = scale.end(cell);
            prop_assert!(scale.cell(end) <= cell);
            if let Some(next) = end.checked_add(1) {
                prop_assert!(scale.cell(next) > cell);
            }
        }
    }
}
