//! The verdict, first in every report: what becomes of keys in the end, whatever the target.

use super::preview::EFFECTS;
use crate::history::compaction::{Effect, KeyEffect, Verdict, Waiting};
use crate::history::{History, KeyId, Revision};
use crate::text::grouped;

/// How many of the keys that wait are listed where not all are: nothing happens to them as long as
/// nobody deletes them.
pub(super) const MOST: usize = 10;

/// How many keys that wait are not listed.
pub(super) fn more(waiting: &[&Waiting]) -> Option<String> {
    let more = waiting.len().saturating_sub(MOST) as u64;
    (more > 0).then(|| format!("and {} more waiting (--format json lists all)", grouped(more)))
}

/// The keys that change in the end, the worst first, each sort by name.
pub(super) fn changes<'a>(history: &'a History, verdict: &'a Verdict) -> Vec<&'a KeyEffect> {
    let by_name = |effect: Effect| {
        let mut keys: Vec<&KeyEffect> = verdict.with(effect).collect();
        keys.sort_unstable_by_key(|change| history.name(change.key));
        keys
    };
    EFFECTS.into_iter().flat_map(by_name).collect()
}

/// The keys that change at some target and not in the end, by name, and the targets.
pub(super) fn passing(history: &History, verdict: &Verdict) -> Vec<(KeyId, Vec<Revision>)> {
    let mut keys = verdict.passing();
    keys.sort_unstable_by_key(|&(key, _)| history.name(key));
    keys
}

/// The live keys that would come back if they were deleted, by name.
pub(super) fn waiting<'a>(history: &'a History, verdict: &'a Verdict) -> Vec<&'a Waiting> {
    let mut keys: Vec<&Waiting> = verdict.waiting.iter().collect();
    keys.sort_unstable_by_key(|waiting| history.name(waiting.key));
    keys
}
