//! A compaction in words: how far it gets, why it ends there, and what it does in all.

use super::super::{count, grouped};
use crate::history::compaction::{Effect, KeyEffect, Plan, Stop};
use crate::history::{History, Revision};

/// `removes 5,614 of 7,293 rows`.
pub fn counts(plan: &Plan) -> String {
    let all = (plan.removed() + plan.after()) as u64;
    format!("removes {} of {}", grouped(plan.removed() as u64), count(all, "row"))
}

/// Why a compaction ends before its target, and what follows; `None` when it reaches it.
pub fn stop(plan: &Plan) -> Option<String> {
    let requested = grouped(plan.requested);
    let reached = grouped(plan.reached);
    match plan.stop {
        Stop::Reached => None,
        Stop::Retained => Some(format!(
            "It ends at {reached}, not at {requested}: kine keeps the newest {} \
             (--compact-min-retain).",
            count(plan.policy.min_retain, "revision")
        )),
        Stop::AlreadyCompacted => {
            Some(format!("The table is compacted to {reached} already: nothing happens."))
        }
        Stop::NoMark => Some(
            "kine cannot compact this table: there is no compact_rev_key that holds a compact \
             revision. It makes one, at 0, when it is started again."
                .to_owned(),
        ),
        Stop::TooLarge => Some(format!(
            "kine cannot compact this table: it counts revisions up to {}, and there is a higher \
             one.",
            grouped(Revision::MAX / 2)
        )),
        Stop::MarkDuplicated => Some(
            "kine cannot compact this table: more than one row is named compact_rev_key, and the \
             unique index lets only one of them hold the new compact revision, so the first batch \
             is rolled back."
                .to_owned(),
        ),
        Stop::MarkRemoved => Some(format!(
            "It ends at {reached}: that batch removes compact_rev_key, since a row points at it. \
             From then on kine cannot compact, until it is started again."
        )),
    }
}

/// When a table that nobody else writes to would be compacted to a revision that is retained now.
pub fn unreached(history: &History, plan: &Plan, min_retain: u64) -> Option<String> {
    let current = history.current()?;
    let kept = current.saturating_sub(min_retain);
    (plan.requested > kept).then(|| {
        format!(
            "kine keeps the newest {}: it compacts to {} once the current revision is {}.",
            count(min_retain, "revision"),
            grouped(plan.requested),
            grouped(plan.requested.saturating_add(min_retain))
        )
    })
}

/// How many keys an effect happens to.
pub fn affected(effects: &[KeyEffect], effect: Effect) -> usize {
    effects.iter().filter(|key| key.effect == effect).count()
}
