//! The compaction that is looked at: its target, its plan, and what that does to keys.
//!
//! When each row goes, and what each target does to each key, is found once, a slice at a time. After
//! that a target is looked up: nobody waits for one, however far it is.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod minimap;
pub(in crate::tui) mod view;

use std::rc::Rc;

use crate::display::Strip;
use crate::history::compaction::{
    Algorithm, Changes, Effect, KeyEffect, Plan, Policy, Removals, Removing, Turn, Turns,
};
use crate::history::{History, KeyId, Revision, RowIx};
use minimap::{Bar, Scale};

/// How many rows one slice looks at: a few milliseconds.
const SLICE: usize = 1 << 17;

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
    work: Work,
    foreseen: Option<Foreseen>,
    /// Which way the next target is, at which a key turns, to go to once it is known: up or down.
    wanted: Option<bool>,
}

/// What is left to do.
#[derive(Debug)]
enum Work {
    /// When each row goes is being found.
    Removing(Removing),
    /// What each target does to each key.
    Turns(Turns),
    /// When the rows of each cell of the bar go.
    Bar(Rc<Removals>, Changes, Bar),
    /// Nothing.
    Done,
}

/// What a target does.
#[derive(Debug)]
pub struct Foreseen {
    plan: Plan,
    changes: Changes,
    bar: Bar,
}

/// What came of looking for the next turning point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turned {
    /// The target is there, and these keys turn at it.
    Found(Vec<Turn>),
    /// There is none that way: up or down.
    NoneThatWay(bool),
    /// It will be known.
    Sought,
}

impl Preview {
    /// The preview of a table: up to where kine would compact it today, or to `target`. Where it is known
    /// when rows go, that need not be found.
    pub fn new(
        history: &History,
        policy: Policy,
        target: Option<Revision>,
        removals: Option<Rc<Removals>>,
    ) -> Self {
        let mut preview = Self {
            policy,
            target: target.unwrap_or_default(),
            follows: target.is_none(),
            work: Work::Done,
            foreseen: None,
            wanted: None,
        };
        preview.refresh(history, removals);
        preview
    }

    /// Plans anew, after rows have come.
    pub fn refresh(&mut self, history: &History, removals: Option<Rc<Removals>>) {
        self.foreseen = None;
        self.plan(history, removals);
    }

    /// Plans anew, after a few rows have come: what was foreseen is shown until that is done.
    pub fn grow(&mut self, history: &History) {
        self.plan(history, None);
    }

    fn plan(&mut self, history: &History, removals: Option<Rc<Removals>>) {
        if self.follows {
            self.target = self.todays(history);
        }
        let fit = removals.filter(|removals| removals.fit(history, self.policy));
        self.work = match fit {
            Some(removals) => self.look_for_turns(history, &removals),
            None => Work::Removing(Removing::new(history, self.policy)),
        };
        self.advance(history);
    }

    /// How far kine would compact today. A table that it would not touch is looked at as a whole.
    fn todays(&self, history: &History) -> Revision {
        let current = history.current().unwrap_or_default();
        let reach = self.policy.reach(current);
        if reach > lowest(history) { reach } else { current }
    }

    /// Moves the target to where kine would compact today, also once more rows have come.
    pub fn follow(&mut self, history: &History) {
        self.aim(history, self.todays(history));
        self.follows = true;
    }

    /// Moves the target, within the table.
    pub fn aim(&mut self, history: &History, target: Revision) {
        let current = history.current().unwrap_or_default();
        self.target = target.clamp(lowest(history).min(current), current);
        self.follows = false;
        let policy = self.policy.without_retain();
        if let Some(foreseen) = &mut self.foreseen {
            let removals = Rc::clone(foreseen.plan.removals());
            foreseen.plan = Plan::new(history, &removals, self.target, policy);
        }
    }

    /// Works on, for a slice; gives whether that was the last one.
    pub fn advance(&mut self, history: &History) -> bool {
        let mut rows = SLICE;
        loop {
            match std::mem::replace(&mut self.work, Work::Done) {
                Work::Removing(mut removing) => {
                    if !removing.advance(history, &mut rows) {
                        self.work = Work::Removing(removing);
                        return false;
                    }
                    self.work = self.look_for_turns(history, &removing.finish(history));
                }
                Work::Turns(mut turns) => {
                    if !turns.advance(history, &mut rows) {
                        self.work = Work::Turns(turns);
                        return false;
                    }
                    let removals = Rc::clone(turns.whole().removals());
                    let changes = Changes::new(turns.finish());
                    self.work = Work::Bar(removals, changes, Bar::new(history));
                }
                Work::Bar(removals, changes, mut bar) => {
                    if !bar.advance(history, &removals, &mut rows) {
                        self.work = Work::Bar(removals, changes, bar);
                        return false;
                    }
                    let policy = self.policy.without_retain();
                    let plan = Plan::new(history, &removals, self.target, policy);
                    self.foreseen = Some(Foreseen { plan, changes, bar });
                    return true;
                }
                Work::Done => return false,
            }
        }
    }

    fn look_for_turns(&self, history: &History, removals: &Rc<Removals>) -> Work {
        let current = history.current().unwrap_or_default();
        let policy = self.policy.without_retain();
        Work::Turns(Turns::of(&Plan::new(history, removals, current, policy)))
    }

    /// What the target does, once that is known.
    pub const fn foreseen(&self) -> Option<&Foreseen> {
        self.foreseen.as_ref()
    }

    /// Whether there is something to work on.
    pub const fn is_working(&self) -> bool {
        !matches!(self.work, Work::Done)
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

    /// The target to the next one, up or down, at which a key's state changes: now, or once that is known.
    pub fn turn(&mut self, history: &History, up: bool) -> Turned {
        let Some(foreseen) = &self.foreseen else {
            self.wanted = Some(up);
            return Turned::Sought;
        };
        let turns = foreseen.changes.next(self.target, up).to_vec();
        let Some(first) = turns.first() else { return Turned::NoneThatWay(up) };
        self.aim(history, first.target);
        Turned::Found(turns)
    }

    /// Which way the next turn was asked for before it was known, once.
    pub const fn take_wanted(&mut self) -> Option<bool> {
        self.wanted.take()
    }

    /// The compaction of another version of kine.
    pub fn compact_as(&mut self, history: &History, algorithm: Algorithm) {
        if self.policy.algorithm != algorithm {
            self.policy.algorithm = algorithm;
            self.refresh(history, None);
        }
    }

    /// Where the target is on a bar of that many cells.
    pub fn cell_of(&self, history: &History, cells: usize) -> usize {
        Scale::new(history, cells).cell(self.target)
    }
}

impl Foreseen {
    /// What happens.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// To how many keys an effect happens.
    pub fn affected(&self, effect: Effect) -> usize {
        self.changes.count(effect, self.plan.requested)
    }

    /// What happens to a key; `None` for nothing.
    pub fn effect(&self, key: KeyId) -> Option<Effect> {
        self.changes.on(key, self.plan.requested)?.then.map(|(effect, _)| effect)
    }

    /// The same, with the rows that were and are its newest.
    pub fn effect_on(&self, history: &History, key: KeyId) -> Option<KeyEffect> {
        self.changes.effect_on(history, &self.plan, key)
    }

    /// The whole table on a bar of that many cells: what becomes of the rows in each cell's
    /// revisions.
    pub fn strip(&self, history: &History, cells: usize) -> Vec<Strip> {
        let live = self.changes.at(self.plan.requested).filter_map(|turn| turn.then?.1);
        self.bar.cells(cells, self.plan.moment(), live.map(|at| history.id(at)))
    }
}

/// The lowest target: the compact revision, which is where kine's own compaction begins.
pub(in crate::tui) fn lowest(history: &History) -> Revision {
    history.compacted().unwrap_or_default()
}
