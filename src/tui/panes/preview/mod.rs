//! The compaction that is looked at: its target, its plan, and what that does to keys.
//!
//! Nobody waits for it: a target that is near is worked out at once, since the plan only goes on or
//! back to it; one that is far, a slice at a time.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod minimap;
pub(in crate::tui) mod view;

use crate::display::Strip;
use crate::history::compaction::{Algorithm, Census, KeyEffect, Plan, Policy, Turn, Turns};
use crate::history::{History, KeyId, Revision, RowIx};
use minimap::{Bar, Scale};

/// How many rows one slice looks at: a few milliseconds.
const SLICE: usize = 1 << 17;
/// Of how many rows that changed it is worth while to know which they are.
const FEW: usize = 1 << 12;

/// The compaction that is looked at.
///
/// Its target may be any revision up to the current one. kine would not go further than its
/// min-retain allows today; the screen says so, and shows what follows once it does.
#[derive(Debug)]
pub struct Preview {
    /// kine's settings.
    pub policy: Policy,
    /// The target.
    pub target: Revision,
    /// Whether the target goes with the table while it grows.
    pub follows: bool,
    plan: Plan,
    /// The keys that change state, in the order in which they first came.
    effects: Vec<KeyEffect>,
    bar: Bar,
    work: Work,
    /// The rows that changed since the effects were known; `None` when those are too many.
    changed: Option<Vec<RowIx>>,
    turns: Turning,
    /// The keys that turn at the target that was gone to last, until they are told of.
    turned: Vec<KeyId>,
}

/// What is left to do for a target.
#[derive(Debug)]
enum Work {
    /// The plan is on its way.
    Plan,
    /// The keys that change are looked for among all.
    Census(Census),
    /// The bar is drawn.
    Bar,
    /// Nothing: everything holds for the target.
    Done,
}

/// The targets at which a key's state changes.
#[derive(Debug)]
enum Turning {
    /// Nobody asked.
    Unknown,
    /// They are being looked for, to go to the next one up or down.
    Sought(Box<Turns>, bool),
    /// All of them.
    Known(Vec<Turn>),
}

/// What came of looking for the next turning point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// The target is there.
    Found,
    /// There is none that way: up or down.
    NoneThatWay(bool),
    /// It will be known.
    Sought,
}

impl Preview {
    /// The preview of a table: up to where kine would compact it today, or to `target`.
    pub fn new(history: &History, policy: Policy, target: Option<Revision>) -> Self {
        let mut preview = Self {
            policy,
            target: target.unwrap_or_default(),
            follows: target.is_none(),
            plan: Plan::new(history, policy.without_retain()),
            effects: Vec::new(),
            bar: Bar::new(history),
            work: Work::Plan,
            changed: None,
            turns: Turning::Unknown,
            turned: Vec::new(),
        };
        preview.refresh(history);
        preview
    }

    /// Plans anew, after rows have come.
    pub fn refresh(&mut self, history: &History) {
        if self.follows {
            let current = history.current().unwrap_or_default();
            let reach = self.policy.reach(current);
            // A table that kine would not touch today is looked at as a whole.
            self.target = if reach > lowest(history) { reach } else { current };
        }
        self.plan = Plan::new(history, self.policy.without_retain());
        self.bar = Bar::new(history);
        self.changed = None;
        self.turns = Turning::Unknown;
        self.turned.clear();
        self.go(history);
    }

    /// Moves the target, within the table.
    pub fn aim(&mut self, history: &History, target: Revision) {
        let current = history.current().unwrap_or_default();
        self.target = target.clamp(lowest(history).min(current), current);
        self.follows = false;
        self.turned.clear();
        self.go(history);
    }

    fn go(&mut self, history: &History) {
        self.plan.aim(self.target);
        if !matches!(self.work, Work::Plan | Work::Done) {
            // What was being worked out is of no more use.
            self.changed = None;
        }
        self.work = Work::Plan;
        self.advance(history);
    }

    /// Works on, for a slice; gives whether that was the last one.
    pub fn advance(&mut self, history: &History) -> bool {
        let mut rows = SLICE;
        loop {
            match &mut self.work {
                Work::Plan => {
                    let changed = &mut self.changed;
                    let arrived = self.plan.advance(history, &mut rows, |at| {
                        if changed.as_ref().is_some_and(|rows| rows.len() >= FEW) {
                            *changed = None;
                        }
                        if let Some(rows) = changed {
                            rows.push(at);
                        }
                    });
                    if !arrived {
                        return false;
                    }
                    self.work = if let Some(rows) = self.changed.take() {
                        self.follow(history, &rows);
                        Work::Bar
                    } else {
                        self.bar = Bar::new(history);
                        Work::Census(Census::new(history, &self.plan))
                    };
                }
                Work::Census(census) => {
                    if !census.advance(history, &self.plan, &mut rows) {
                        return false;
                    }
                    if let Work::Census(census) = std::mem::replace(&mut self.work, Work::Bar) {
                        self.effects = census.finish();
                    }
                }
                Work::Bar => {
                    if !self.bar.advance(history, &self.plan, &mut rows) {
                        return false;
                    }
                    self.bar.mark(&self.effects);
                    self.changed = Some(Vec::new());
                    self.work = Work::Done;
                    return true;
                }
                Work::Done => return false,
            }
        }
    }

    /// What becomes of keys after a few rows have changed: of those whose rows they are, and of those
    /// whose rows they point at, which tells how often a key comes back.
    fn follow(&mut self, history: &History, rows: &[RowIx]) {
        let pointed_at = rows.iter().filter_map(|&at| history.prev(at));
        let touched = rows.iter().copied().chain(pointed_at);
        let mut keys: Vec<KeyId> = touched.filter_map(|at| history.key_at(at)).collect();
        keys.sort_unstable();
        keys.dedup();
        self.effects.retain(|effect| keys.binary_search(&effect.key).is_err());
        let plan = &self.plan;
        self.effects.extend(keys.iter().filter_map(|&key| plan.effect_on(history, key)));
        self.effects.sort_by_key(|effect| effect.key);
        for &at in rows {
            self.bar.touch(history.id(at));
        }
    }

    /// Whether everything below holds for the target; as long as it does not, it must not be shown.
    pub const fn is_ready(&self) -> bool {
        matches!(self.work, Work::Done)
    }

    /// Whether there is something to work on.
    pub const fn is_working(&self) -> bool {
        !self.is_ready() || self.is_seeking()
    }

    /// What happens.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The keys that change state, in the order in which they first came.
    pub fn effects(&self) -> &[KeyEffect] {
        &self.effects
    }

    /// What happens to a key.
    pub fn effect_on(&self, key: KeyId) -> Option<&KeyEffect> {
        let at = self.effects.binary_search_by_key(&key, |effect| effect.key).ok()?;
        self.effects.get(at)
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

    /// The target to the next one, up or down, at which a key's state changes.
    pub fn turn(&mut self, history: &History, up: bool) -> Turned {
        self.turns = match std::mem::replace(&mut self.turns, Turning::Unknown) {
            Turning::Unknown => Turning::Sought(Box::new(Turns::new(history, self.policy)), up),
            Turning::Sought(turns, _) => Turning::Sought(turns, up),
            known @ Turning::Known(_) => known,
        };
        match self.turns {
            Turning::Known(_) => self.go_to_turn(history, up),
            _ => self.seek(history),
        }
    }

    /// The keys that turn at the target, once it is known what happens to them; each is told of once.
    pub fn take_turned(&mut self) -> Vec<KeyId> {
        if self.is_ready() { std::mem::take(&mut self.turned) } else { Vec::new() }
    }

    /// Whether turning points are being looked for.
    pub const fn is_seeking(&self) -> bool {
        matches!(self.turns, Turning::Sought(..))
    }

    /// Looks for turning points, for a slice.
    pub fn seek(&mut self, history: &History) -> Turned {
        let Turning::Sought(turns, up) = &mut self.turns else { return Turned::Sought };
        let mut rows = SLICE;
        if !turns.advance(history, &mut rows) {
            return Turned::Sought;
        }
        let up = *up;
        if let Turning::Sought(turns, _) = std::mem::replace(&mut self.turns, Turning::Unknown) {
            self.turns = Turning::Known(turns.finish());
        }
        self.go_to_turn(history, up)
    }

    fn go_to_turn(&mut self, history: &History, up: bool) -> Turned {
        let turns = match &self.turns {
            Turning::Known(turns) => turns.as_slice(),
            _ => &[],
        };
        let next = if up {
            turns.iter().find(|turn| turn.target > self.target)
        } else {
            turns.iter().rev().find(|turn| turn.target < self.target)
        };
        match next.map(|turn| turn.target) {
            Some(next) => {
                let here = turns.iter().filter(|turn| turn.target == next);
                let turned: Vec<KeyId> = here.map(|turn| turn.key).collect();
                self.aim(history, next);
                self.turned = turned;
                Turned::Found
            }
            None => Turned::NoneThatWay(up),
        }
    }

    /// The compaction of the next version of kine that differs.
    pub fn change_rule(&mut self, history: &History) {
        let at = Algorithm::ALL
            .iter()
            .position(|&rule| rule == self.policy.algorithm)
            .unwrap_or_default();
        self.policy.algorithm = Algorithm::ALL[(at + 1) % Algorithm::ALL.len()];
        self.refresh(history);
    }

    /// Where the target is on a bar of that many cells.
    pub fn cell_of(&self, history: &History, cells: usize) -> usize {
        Scale::new(history, cells).cell(self.target)
    }

    /// The whole table on a bar of that many cells: what becomes of the rows in each cell's
    /// revisions.
    pub fn strip(&self, cells: usize) -> Vec<Strip> {
        self.bar.cells(cells)
    }
}

/// The lowest target: the compact revision, which is where kine's own compaction begins.
pub(in crate::tui) fn lowest(history: &History) -> Revision {
    history.compacted().unwrap_or_default()
}
