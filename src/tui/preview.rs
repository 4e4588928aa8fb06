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
        cell(history, self.target, cells)
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

    fn draw_strip(&mut self, history: &History) {
        let mut strip = vec![Strip::Empty; FINEST];
        for at in history.iter() {
            let fate = if self.plan.survives(at) { Strip::Survives } else { Strip::Removed };
            merge(&mut strip[cell(history, history.id(at), FINEST)], fate);
        }
        for after in self.effects.iter().filter_map(|effect| effect.after) {
            if after.live {
                strip[cell(history, after.revision, FINEST)] = Strip::Affected;
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

/// The cell that a revision falls in, when the table's revisions are spread over a bar.
fn cell(history: &History, revision: Revision, cells: usize) -> usize {
    let current = history.current().unwrap_or_default().max(1);
    let first = history.iter().next().map_or(0, |at| history.id(at)).min(lowest(history));
    let span = u128::from(current.saturating_sub(first)).max(1);
    let offset = u128::from(revision.saturating_sub(first)).min(span);
    let last = cells.saturating_sub(1) as u128;
    usize::try_from(offset * last / span).unwrap_or_default()
}
