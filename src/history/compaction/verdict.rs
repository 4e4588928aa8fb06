//! What becomes of every key in the end, whatever the target.

use std::rc::Rc;

use super::{
    Algorithm, Effect, KeyEffect, Plan, Policy, Removals, Removing, Stop, Turn, Turns, obstacle,
};
use crate::history::{History, KeyId, Revision};

/// What becomes of every key once everything in the table has been compacted: nothing is retained, and
/// kine has done all of its rounds.
///
/// A target is a matter of the hour: kine keeps the newest revisions back today, and compacts them
/// tomorrow. What a row does to its key once it is compacted is settled when it is written.
///
/// ```text
///               safe up to 8 ┐          in the end
///   /a   ○ 3 ── ○ 4 ── ✗ 9   │ ☠ 8      resurrected: 8 is forgotten, and outlives the tombstone
///          └─── ◇ 8          │
///   /b   ○ 5 ── ● 7          │ ● 7      waiting: nothing happens, but delete it, and 6 comes back
///          └─── ◇ 6          │
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The keys that change state in the end, in the order in which they first came.
    pub changes: Vec<KeyEffect>,
    /// The live keys that nothing happens to as long as they are not deleted, in that order.
    pub waiting: Vec<Waiting>,
    /// Each target at which a key changes state, in ascending order. A key can change on the way that
    /// does not change in the end.
    pub turns: Vec<Turn>,
    /// What keeps kine from compacting the table as it is. The verdict is of the time when it can.
    pub obstacle: Option<Stop>,
    /// The revision that the table is compacted to in the end.
    pub end: Revision,
    /// The settings that it was made for.
    pub policy: Policy,
    /// What becomes of each key, by [`KeyId::index`].
    prospects: Vec<Prospect>,
    whole: Plan,
}

/// A live key that would come back if it were deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The key.
    pub key: KeyId,
    /// The revisions at which it would be live, each after it was deleted and the tombstone compacted.
    pub layers: Vec<Revision>,
}

/// What becomes of a key, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Prospect {
    /// It changes so in the end.
    Changes(Effect),
    /// It changes at some target, and in the end it is as it was.
    Flickers,
    /// It is live, and would come back if it were deleted.
    Waits,
    /// It stays as it is.
    #[default]
    Stays,
}

impl Verdict {
    /// The verdict on a table, with the batches and the algorithm of a policy.
    pub fn of(history: &History, policy: Policy) -> Self {
        Self::found(history, &Removals::of(history, policy), policy)
    }

    /// The same of what kine does by itself, where it is known when rows go.
    pub fn by_itself(history: &History, removals: &Rc<Removals>, policy: Policy) -> Self {
        Self::found(history, &removals.by_itself(history), policy.by_itself())
    }

    fn found(history: &History, removals: &Rc<Removals>, policy: Policy) -> Self {
        let mut search = Search::of(history, removals, policy);
        loop {
            if let Some(verdict) = search.advance(history, &mut usize::MAX.clone()) {
                return verdict;
            }
        }
    }

    /// As far as the turns of keys tell.
    fn begin(history: &History, turns: Turns) -> Self {
        let whole = turns.whole().clone();
        let mut turns = turns.finish();
        // Not a key of Kubernetes: that kine loses it is an obstacle.
        turns.retain(|turn| turn.key != KeyId::MARK);
        let mut prospects = vec![Prospect::default(); history.key_bound()];
        for turn in &turns {
            prospects[turn.key.index()] = Prospect::Flickers;
        }
        Self {
            changes: Vec::new(),
            waiting: Vec::new(),
            turns,
            obstacle: obstacle(history, whole.removals()),
            end: whole.reached,
            policy: whole.policy,
            prospects,
            whole,
        }
    }

    /// The compaction of everything that is there, which it is of.
    pub const fn whole(&self) -> &Plan {
        &self.whole
    }

    /// What becomes of the key of which the worst becomes.
    pub fn worst(&self) -> Prospect {
        let waits = self.waiting.first().map(|_| Prospect::Waits);
        let flickers = self.turns.first().map(|_| Prospect::Flickers);
        let changes = self.changes.iter().map(|change| Prospect::Changes(change.effect));
        changes.chain(flickers).chain(waits).min().unwrap_or_default()
    }

    /// Whether any target changes any key.
    pub const fn changes_keys(&self) -> bool {
        !self.turns.is_empty()
    }

    /// The keys to which one effect happens, in the order in which they first came.
    pub fn with(&self, effect: Effect) -> impl Iterator<Item = &KeyEffect> {
        self.changes.iter().filter(move |change| change.effect == effect)
    }

    /// The highest target up to which no key changes state; `None` when none ever does.
    ///
    /// It may be below the compact revision: then any further compaction changes a key.
    pub fn safe_target(&self) -> Option<Revision> {
        self.turns.first().map(|turn| turn.target.saturating_sub(1))
    }

    /// The keys that turn first.
    pub fn first(&self) -> impl Iterator<Item = KeyId> {
        let first = self.turns.first().map(|turn| turn.target);
        self.turns.iter().take_while(move |turn| Some(turn.target) == first).map(|turn| turn.key)
    }

    /// The keys that do not simply stay as they are; some may come twice.
    pub fn troubled(&self) -> impl Iterator<Item = KeyId> {
        let turn = self.turns.iter().map(|turn| turn.key);
        let change = self.changes.iter().map(|change| change.key);
        turn.chain(change).chain(self.waiting.iter().map(|waiting| waiting.key))
    }

    /// What becomes of a key.
    pub fn prospect(&self, key: KeyId) -> Prospect {
        self.prospects.get(key.index()).copied().unwrap_or_default()
    }

    /// What happens to a key in the end.
    pub fn change_of(&self, key: KeyId) -> Option<&KeyEffect> {
        let at = self.changes.binary_search_by_key(&key, |change| change.key).ok()?;
        self.changes.get(at)
    }

    /// The targets at which a key changes state, in ascending order. Looks at the turns of all keys.
    pub fn turns_of(&self, key: KeyId) -> impl Iterator<Item = Revision> {
        self.turns.iter().filter(move |turn| turn.key == key).map(|turn| turn.target)
    }

    /// The keys that change at some target and not in the end, in the order in which they first came,
    /// each with its turns.
    pub fn passing(&self) -> Vec<(KeyId, Vec<Revision>)> {
        let is_passing = |turn: &&Turn| self.prospect(turn.key) == Prospect::Flickers;
        let mut turns: Vec<(KeyId, Revision)> =
            self.turns.iter().filter(is_passing).map(|turn| (turn.key, turn.target)).collect();
        turns.sort_unstable();
        let of_key = |turns: &[(KeyId, Revision)]| {
            (turns[0].0, turns.iter().map(|&(_, target)| target).collect())
        };
        turns.chunk_by(|one, other| one.0 == other.0).map(of_key).collect()
    }

    /// The revisions at which a key would be live, in the end and each after it was deleted again; of a key
    /// that waits those at which it would come back. None of any other.
    pub fn layers(&self, history: &History, key: KeyId) -> Vec<Revision> {
        match self.change_of(key) {
            Some(change) => self.whole.layers(history, change),
            None => self.layers_of_waiting(key).unwrap_or_default().to_vec(),
        }
    }

    /// The revisions at which a key that waits would come back.
    pub fn layers_of_waiting(&self, key: KeyId) -> Option<&[Revision]> {
        let at = self.waiting.binary_search_by_key(&key, |waiting| waiting.key).ok()?;
        self.waiting.get(at).map(|waiting| waiting.layers.as_slice())
    }

    /// Looks at what becomes of a key in the end.
    fn judge(&mut self, history: &History, key: KeyId) {
        let turns = self.prospect(key) == Prospect::Flickers;
        let change = if turns { self.whole.effect_on(history, key) } else { None };
        let waits = waiting(history, &self.whole, key);
        if let Some(change) = change {
            self.prospects[key.index()] = Prospect::Changes(change.effect);
        } else if waits.is_some() && !turns {
            self.prospects[key.index()] = Prospect::Waits;
        }
        self.changes.extend(change);
        self.waiting.extend(waits);
    }
}

/// Works out the verdict, for as long as there is time.
#[derive(Debug, Clone)]
pub struct Search {
    policy: Policy,
    /// First it is found when each row goes, then at which targets keys change,
    removing: Option<Removing>,
    turns: Option<Turns>,
    /// and then the older rows that live keys could come back at.
    verdict: Option<Verdict>,
    /// Keys before this one have been looked at for these.
    next: usize,
}

impl Search {
    /// Nothing looked at yet.
    pub fn new(history: &History, policy: Policy) -> Self {
        let removing = Some(Removing::new(history, policy));
        Self { policy, removing, turns: None, verdict: None, next: 0 }
    }

    /// Where it is known when rows go.
    fn of(history: &History, removals: &Rc<Removals>, policy: Policy) -> Self {
        let turns = Some(Turns::of(&Plan::in_the_end(history, removals, policy)));
        Self { policy, removing: None, turns, verdict: None, next: 0 }
    }

    /// Spends from `rows`, a budget of rows and keys looked at; gives the verdict, once. The history must
    /// be the one that it was begun with.
    pub fn advance(&mut self, history: &History, rows: &mut usize) -> Option<Verdict> {
        if !self.removing.as_mut().is_none_or(|removing| removing.advance(history, rows)) {
            return None;
        }
        if let Some(removing) = self.removing.take() {
            *self = Self::of(history, &removing.finish(history), self.policy);
        }
        if !self.turns.as_mut().is_none_or(|turns| turns.advance(history, rows)) {
            return None;
        }
        if let Some(turns) = self.turns.take() {
            self.verdict = Some(Verdict::begin(history, turns));
        }
        let verdict = self.verdict.as_mut()?;
        for key in history.key_ids_from(self.next) {
            if *rows == 0 {
                return None;
            }
            self.next = key.index() + 1;
            *rows -= 1;
            if verdict.prospect(key) == Prospect::Flickers || may_wait(history, &verdict.whole, key)
            {
                *rows = rows.saturating_sub(history.key(key).rows as usize);
                verdict.judge(history, key);
            }
        }
        self.verdict.take()
    }
}

/// Whether a key is live in the end as it is now, and older rows of it may be left.
///
/// Where every row follows the one before it, each is removed by the next, unless that one is gone
/// before it counts, which only a pointer forward can do.
fn may_wait(history: &History, whole: &Plan, key: KeyId) -> bool {
    let known = history.key(key);
    let is_simple = matches!(whole.policy.algorithm, Algorithm::Batches | Algorithm::Request);
    key != KeyId::MARK
        && known.deleted.is_live()
        && (known.tangled || history.points_forward() || !is_simple)
        && known.newest.is_some_and(|newest| whole.survives(newest))
}

fn waiting(history: &History, whole: &Plan, key: KeyId) -> Option<Waiting> {
    let newest = history.key(key).newest.filter(|_| may_wait(history, whole, key))?;
    let mut layers = whole.layers_from(history, newest);
    layers.remove(0);
    (!layers.is_empty()).then_some(Waiting { key, layers })
}
