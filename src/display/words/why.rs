//! Why a row stays or goes, in words: what compaction makes of it, and what it is now.

use super::super::label::name;
use super::forgotten::nobody_points_at;
use super::list;
use crate::history::compaction::{Plan, Reason};
use crate::history::{History, RowIx, Standing};
use crate::text::grouped;

/// Why a row goes or stays.
pub(super) fn reason(history: &History, plan: &Plan, at: RowIx) -> String {
    let target = plan.reached;
    let nobody = nobody_points_at(history, &[at], "this row");
    match plan.reason(history, at) {
        Reason::PointedAt(by) if plan.batches().len() > 1 => {
            format!("Removed {}: {} points at this row.", batch(plan, at), who(history, at, by))
        }
        Reason::PointedAt(by) => {
            format!(
                "Removed: {}, which is at or below the target {target}, points at this row.",
                who(history, at, by)
            )
        }
        Reason::Tombstone => {
            let when = match plan.batches().len() {
                2.. => batch(plan, at),
                _ => format!("at or below the target {target}"),
            };
            format!("Removed {when}: it is {}", tombstone(history, at))
        }
        Reason::CompactRevision => {
            "Removed: kine v0.5.0 treats compact_rev_key as pointing at the previous compact \
             revision, which is this row."
                .to_owned()
        }
        Reason::PointedAtFromAbove(by) => format!(
            "Stays for now: {} points at this row, but is above {target}.",
            who(history, at, by)
        ),
        Reason::AboveTarget => format!("Stays: it is above {target}, and {nobody}."),
        Reason::Newest => format!("Stays: {nobody}, and it is the newest of its key."),
        Reason::Nameless => format!("Stays: {nobody}, and it is not a tombstone."),
        Reason::Forgotten => {
            format!("Stays: this row is forgotten, as {}.", nobody_points_at(history, &[at], "it"))
        }
        Reason::NotCounted(by) if plan.survives(by) => format!(
            "Stays: only {} points at this row, and kine's compaction ignores that pointer.",
            who(history, at, by)
        ),
        Reason::NotCounted(by) => format!(
            "Stays: only {} pointed at this row, and it is removed before it counts.",
            who(history, at, by)
        ),
        Reason::Untouched => "Stays: this compaction does nothing.".to_owned(),
        Reason::Mark => match plan.transactions {
            0 => "Stays: this row holds the compact revision.".to_owned(),
            _ => format!("Stays: this row holds the compact revision, which becomes {target}."),
        },
    }
}

/// What a row is that is removed for being deleted.
fn tombstone(history: &History, at: RowIx) -> &'static str {
    let newest = history.key_at(at).and_then(|key| history.key(key).newest);
    match history.standing(at) {
        Standing::Gap => "a gap row, which kine marks as deleted when it writes it.",
        _ if newest == Some(at) => "a tombstone. Nothing else records the deletion.",
        _ => "a tombstone.",
    }
}

/// The batch that removes a row, and how far it goes.
fn batch(plan: &Plan, at: RowIx) -> String {
    plan.batch_of(at).map_or_else(String::new, |batch| {
        format!("in batch {}, up to {}", grouped(batch.number), batch.target)
    })
}

/// A row that points at another, by its revision, and by its key where that is another.
fn who(history: &History, at: RowIx, by: RowIx) -> String {
    let id = history.id(by);
    if at == by {
        "the row itself".to_owned()
    } else if history.key_at(at) == history.key_at(by) {
        format!("revision {id}")
    } else {
        format!("revision {id} of {}", name(history, history.key_at(by)))
    }
}

/// What a row is now, and why.
pub(super) fn standing(history: &History, at: RowIx) -> String {
    let key = history.key_at(at);
    match history.standing(at) {
        Standing::Live => match key.filter(|&key| history.may_have_returned(key)) {
            Some(_) => "This is the key's value now, but the key may have been deleted and have \
                        returned: older rows of it are forgotten, and no row after this one is \
                        left (rule returned-key)."
                .to_owned(),
            None => "This is the key's value now.".to_owned(),
        },
        Standing::Deleted => "The key is deleted, and only this row records that. Once this row \
                              is compacted, the key stays deleted only if no other row of it is \
                              left."
            .to_owned(),
        Standing::Superseded => {
            let mut by: Vec<RowIx> = history.pointers_at(at).collect();
            by.sort_unstable();
            match by[..] {
                [] => "Superseded: its key has a newer row, so this tombstone deletes nothing. \
                       Compaction removes it."
                    .to_owned(),
                [only] => format!("Superseded: {} points at it.", who(history, at, only)),
                _ => format!("Superseded: revisions {} point at it.", list(history, by)),
            }
        }
        // What comes of that, the verdict tells.
        Standing::Forgotten => format!(
            "Forgotten: {}, and it is not the newest of its key, so no compaction removes it.",
            nobody_points_at(history, &[at], "this row")
        ),
        Standing::Unreadable => {
            "This is the newest row of its key, and its deleted column is NULL: \
             kine does not list the key, and fails when it reads the row."
                .to_owned()
        }
        Standing::Nameless => "A row whose name is NULL belongs to no key.".to_owned(),
        Standing::Gap => {
            "kine wrote this row at a revision that no write took, so watchers do not wait for \
             it. The next compaction removes it."
                .to_owned()
        }
        Standing::Mark => match history.row(at).prev_revision {
            Some(compacted) => format!(
                "This row is kine's own: its prev revision says that the table is compacted to \
                 {compacted}."
            ),
            None => "This row is kine's own and should hold the compact revision, but that is \
                     NULL: kine cannot compact."
                .to_owned(),
        },
    }
}
