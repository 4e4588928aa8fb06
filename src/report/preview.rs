//! What a compaction would do, as text.

use super::{Table, When};
use crate::display::words;
use crate::history::compaction::{Effect, KeyEffect, Plan, Policy, Removals, Stop, Verdict};
use crate::history::{History, Revision};
use crate::text::count;

/// A compaction and what it does to every key.
#[derive(Debug, Clone)]
pub struct Preview<'a> {
    /// The table.
    pub table: Table<'a>,
    /// The compaction.
    pub plan: Plan,
    /// The keys that change state.
    pub effects: Vec<KeyEffect>,
    /// What becomes of keys whatever the target; `None` where only the target was asked for.
    pub verdict: Option<Verdict>,
    /// Whether rows are listed.
    pub rows: bool,
    /// When rows were written, where that was asked for.
    pub when: Option<When<'a>>,
}

impl<'a> Preview<'a> {
    /// Plans the compaction to `target`, or as far as the policy lets kine go. The verdict is of what
    /// kine does by itself, whatever the target.
    pub fn new(table: Table<'a>, target: Option<Revision>, policy: Policy, rows: bool) -> Self {
        let history = table.history;
        let target = target.unwrap_or_else(|| policy.reach(history.current().unwrap_or_default()));
        let removals = Removals::of(history, policy);
        let plan = Plan::new(history, &removals, target, policy);
        let effects = plan.effects(history);
        let verdict = Some(Verdict::by_itself(history, &removals, policy));
        Self { table, plan, effects, verdict, rows, when: None }
    }

    /// Of the target alone.
    #[must_use]
    pub fn only_target(self) -> Self {
        Self { verdict: None, ..self }
    }

    /// Whether the target, or any other, changes a key.
    pub fn changes_keys(&self) -> bool {
        !self.effects.is_empty() || self.verdict.as_ref().is_some_and(Verdict::changes_keys)
    }

    /// The keys to which one effect happens, by name.
    pub fn with(&self, effect: Effect) -> Vec<&KeyEffect> {
        let mut keys: Vec<_> = self.effects.iter().filter(|key| key.effect == effect).collect();
        keys.sort_by_key(|key| self.table.history.name(key.key));
        keys
    }

    /// Why it ends where it ends; `None` when it reaches the target.
    pub fn stop(&self) -> Option<String> {
        stop(self.table.history, &self.plan)
    }

    /// What lets chains fork, where that is known.
    pub fn danger(&self) -> Option<&'static str> {
        (self.table.history.profile().unique_index == Some(false)).then_some(
            "There is no unique index on name and prev_revision, so more forks can arise. \
             `kinescope audit` says what to do.",
        )
    }

    /// How many stray rows there are. In a part of a table a row may only seem to be one.
    pub fn strays(&self) -> Option<u64> {
        let history = self.table.history;
        let rows = || history.keys().map(|(key, _)| history.strays(key).len() as u64).sum();
        (self.table.is_whole() && !history.may_be_a_part()).then(rows)
    }
}

/// Why a compaction that was not aimed anywhere else ends where it ends; `None` when it reaches its
/// target.
pub(super) fn stop(history: &History, plan: &Plan) -> Option<String> {
    let reach = history.current().map(|current| plan.policy.reach(current));
    if history.is_empty() {
        return Some("The table is empty: there is nothing to compact.".to_owned());
    }
    match plan.stop {
        // "Compacted already" would be true, but this is why there is nothing to do.
        Stop::AlreadyCompacted if Some(plan.requested) == reach => Some(format!(
            "kine keeps the newest {} (--compact-min-retain), and the table is compacted to {}: \
             there is nothing to compact yet. {NONE_KEPT}",
            count(plan.policy.min_retain, "revision"),
            plan.reached
        )),
        Stop::Retained => words::stop(plan).map(|stop| format!("{stop} {NONE_KEPT}")),
        _ => words::stop(plan),
    }
}

/// How to see what follows once the newest revisions are kept no more.
const NONE_KEPT: &str = "With --compact-min-retain 0, none are kept.";

/// Every effect, the worst to notice late first.
pub(super) const EFFECTS: [Effect; 3] = [Effect::Resurrected, Effect::Lost, Effect::Reverted];
