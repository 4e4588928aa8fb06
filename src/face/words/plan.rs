//! A compaction in words: how far it gets, why it ends there, and what it does in all.

use super::super::{count, grouped};
use crate::history::compaction::{Effect, KeyEffect, Obstacle, Plan, Rule, Stop};
use crate::history::{History, KeyId, Revision};

/// `removes 5,614 of 7,293 rows`.
pub fn counts(plan: &Plan) -> String {
    let all = (plan.removed() + plan.after()) as u64;
    format!("removes {} of {}", grouped(plan.removed() as u64), count(all, "row"))
}

/// Why a compaction ends before its target, and what follows; `None` when it reaches it.
pub fn stop(plan: &Plan) -> Option<String> {
    let requested = plan.requested;
    let reached = plan.reached;
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
        Stop::Unreadable(revision) => Some(format!(
            "It ends before {revision}: this kine reads every row, and cannot read that one, for \
             something in it is NULL or neither 0 nor 1. It tries again for ever."
        )),
        Stop::NullMark => Some(
            "kine cannot compact this table: the prev revision of compact_rev_key is NULL, and kine \
             fails when it reads it, before and after it is started again."
                .to_owned(),
        ),
        Stop::TooLarge => Some(format!(
            "kine cannot compact this table: it counts revisions up to {}, and there is a higher \
             one.",
            Revision::MAX / 2
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
    let does_something = plan.stop == Stop::Reached && plan.policy.rule != Rule::Request;
    (does_something && plan.requested > kept).then(|| {
        format!(
            "kine keeps the newest {}: it compacts to {} once the current revision is {}.",
            count(min_retain, "revision"),
            plan.requested,
            plan.requested.saturating_add(min_retain)
        )
    })
}

/// What keeps kine from compacting, and what comes of it.
pub(super) fn blocked(history: &History, obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::NoMark if history.key(KeyId::MARK).rows > 0 => "kine cannot compact this table: \
                             the prev revision of compact_rev_key is NULL."
            .to_owned(),
        Obstacle::NoMark => "kine cannot compact this table: no compact_rev_key holds a compact \
                             revision. It makes one, at 0, when it is started again."
            .to_owned(),
        Obstacle::Marks(marks) => format!(
            "There are {} named compact_rev_key. With the unique index, each compaction fails, for \
             it would give all of them one prev revision; and when kine is started again, it \
             deletes them all, and cannot compact until it is started once more.",
            count(marks.into(), "row")
        ),
        Obstacle::PointsAtMark(by) => format!(
            "Revision {} points at compact_rev_key: the batch that reaches it deletes that row, and \
             then kine cannot compact until it is started again.",
            history.id(by)
        ),
    }
}

/// How many keys an effect happens to.
pub fn affected(effects: &[KeyEffect], effect: Effect) -> usize {
    effects.iter().filter(|key| key.effect == effect).count()
}
