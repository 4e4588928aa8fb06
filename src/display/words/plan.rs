//! A compaction in words: how far it gets, why it ends there, and what it does in all.

use crate::history::compaction::{Algorithm, Plan, Stop};
use crate::history::{History, KeyId, Revision};
use crate::text::{count, grouped};

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
            Some(format!("The table is already compacted to {reached}: nothing happens."))
        }
        Stop::NoMark => Some(NO_MARK.to_owned()),
        Stop::Unreadable(revision) => Some(format!(
            "It ends before {revision}: this kine reads every row, and cannot read that one \
             because something in it is NULL or neither 0 nor 1. It retries forever."
        )),
        Stop::NullMark => Some(NULL_MARK.to_owned()),
        Stop::TooLarge => Some(too_large()),
        Stop::MarkDuplicated => Some(
            "kine cannot compact this table: more than one row is named compact_rev_key, and the \
             unique index lets only one of them hold the new compact revision, so the first batch \
             is rolled back."
                .to_owned(),
        ),
        Stop::MarkRemoved => Some(format!(
            "It ends at {reached}: that batch removes compact_rev_key, because a row points at \
             it. After that, kine cannot compact until it is restarted."
        )),
    }
}

/// When a table that nobody else writes to would be compacted to a revision that is retained now.
pub fn unreached(history: &History, plan: &Plan, min_retain: u64) -> Option<String> {
    let current = history.current()?;
    let kept = current.saturating_sub(min_retain);
    let does_something = plan.stop == Stop::Reached && plan.policy.algorithm != Algorithm::Request;
    (does_something && plan.requested > kept).then(|| {
        format!(
            "kine keeps the newest {}: it compacts to {} once the current revision is {}.",
            count(min_retain, "revision"),
            plan.requested,
            plan.requested.saturating_add(min_retain)
        )
    })
}

/// No row holds a compact revision.
const NO_MARK: &str = "kine cannot compact this table: no compact_rev_key holds a compact \
                       revision. kine makes one, at 0, when it restarts.";
/// The row that should is NULL there.
const NULL_MARK: &str = "kine cannot compact this table: the prev revision of compact_rev_key is \
                         NULL, and kine fails when it reads that, even after a restart.";

/// A revision is too high to count.
fn too_large() -> String {
    let most = Revision::MAX / 2;
    format!(
        "kine cannot compact this table: it counts revisions up to {most}, and the table has a \
         higher one."
    )
}

/// What keeps kine from compacting, and what comes of it.
pub(super) fn blocked(history: &History, obstacle: Stop) -> Option<String> {
    Some(match obstacle {
        Stop::NoMark => NO_MARK.to_owned(),
        Stop::NullMark => NULL_MARK.to_owned(),
        Stop::TooLarge => too_large(),
        Stop::MarkDuplicated => format!(
            "There are {} named compact_rev_key. With the unique index, each compaction fails, \
             because it would give them all the same prev revision. When kine restarts, it \
             deletes them all, and cannot compact until it restarts once more.",
            count(history.key(KeyId::MARK).rows.into(), "row")
        ),
        Stop::MarkRemoved => {
            let marks = history.rows_of(KeyId::MARK);
            let pointing = marks.flat_map(|mark| history.successors(mark));
            let first = pointing.filter(|&by| history.is_pointer(by)).min();
            let why = match first {
                Some(by) => format!("Revision {} points at compact_rev_key", history.id(by)),
                None => "compact_rev_key is a tombstone".to_owned(),
            };
            format!(
                "{why}: the batch that reaches it deletes compact_rev_key. After that, kine \
                 cannot compact until it is restarted."
            )
        }
        Stop::Unreadable(revision) => {
            format!("This kine cannot get past revision {revision}: it cannot read that row.")
        }
        Stop::Reached | Stop::Retained | Stop::AlreadyCompacted => return None,
    })
}
