//! How a table would be once it is mended: the repair is tried on the rows that were read.

use std::collections::BTreeMap;

use super::Obstacle;
use super::rows::{Added, Addition, Choices, Rows, beheaded};
use crate::display::words;
use crate::history::compaction::{Prospect, Verdict};
use crate::history::{Flag, History, KeyId, MARK_NAME, Revision, Row};

/// How a table would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// How many rows it would have.
    pub rows: usize,
    /// How many pairs of a key and a prev revision more than one row would have.
    pub forks: usize,
    /// Whether two rows named `compact_rev_key` would hold the same revision.
    pub is_mark_duplicated: bool,
    /// The keys that would have another newest row than they have, though nobody chose that.
    pub changed: Vec<KeyId>,
    /// The keys that would have another, as somebody chose.
    pub chosen: usize,
    /// What is so of keys then, in words, where a key still changes, or would come back.
    pub remains: Option<String>,
    /// The verdict on it, in words.
    pub verdict: String,
}

impl After {
    /// Tries a repair.
    pub(super) fn of(history: &History, verdict: &Verdict, rows: &Rows, choices: &Choices) -> Self {
        let mended = (!rows.is_empty()).then(|| mended(history, rows));
        let verdict_after = mended.as_ref().map(|it| Verdict::of(it, verdict.policy));
        let after = mended.as_ref().unwrap_or(history);
        let verdict = verdict_after.as_ref().unwrap_or(verdict);
        let is_beheaded = |key| beheaded(after, verdict, key).is_some();
        let pointers = if verdict.changes.iter().any(|change| is_beheaded(change.key)) {
            " This does not correct pointers (kinescope explain foreign-pointer, \
             forward-pointer)."
        } else {
            ""
        };
        let said = words::verdict(after, verdict, true);
        let is_sound = verdict.worst() == Prospect::Stays;
        let forks = after.keys().filter(|&(key, _)| key != KeyId::MARK);
        Self {
            rows: after.len(),
            forks: forks.map(|(_, of)| of.forks as usize).sum(),
            is_mark_duplicated: after.is_mark_duplicated(),
            changed: changed(history, after, rows, choices),
            chosen: choices.keep.len() + rows.added.iter().filter(|it| it.is_tombstone()).count(),
            remains: (!is_sound).then(|| format!("{said}{pointers}")),
            verdict: said,
        }
    }

    /// Why the rows would forbid the unique index, if they did.
    pub(super) fn obstacle(&self) -> Option<Obstacle> {
        let forks = (self.forks > 0).then_some(Obstacle::Forks);
        self.is_mark_duplicated.then_some(Obstacle::Marks).or(forks)
    }
}

/// The history once rows are gone and others are there.
pub(super) fn mended(history: &History, rows: &Rows) -> History {
    let gone = rows.gone();
    let mut left = history.like();
    // The rows are in order, as they were, and those that are added come after them.
    for at in history.iter().filter(|at| !gone.contains(at)) {
        let _ = left.push(history.row(at));
    }
    for added in &rows.added {
        let _ = left.push(row(history, added));
    }
    left
}

/// A row that is added, as kine writes one.
fn row<'h>(history: &'h History, added: &Addition) -> Row<'h> {
    let row = Row {
        id: added.id,
        name: None,
        created: Flag::No,
        deleted: Flag::No,
        create_revision: Some(0),
        prev_revision: Some(0),
        lease: Some(0),
    };
    match added.what {
        Added::Mark(compacted) => {
            Row { name: Some(MARK_NAME), created: Flag::Yes, prev_revision: Some(compacted), ..row }
        }
        Added::Tombstone(_, after) => {
            let live = history.row(after);
            let created = if live.created.is_set() { Some(live.id) } else { live.create_revision };
            Row {
                name: live.name,
                deleted: Flag::Yes,
                create_revision: created,
                prev_revision: Some(live.id),
                lease: live.lease,
                ..row
            }
        }
    }
}

/// The keys whose newest row is another, though nobody chose that.
fn changed(history: &History, after: &History, rows: &Rows, choices: &Choices) -> Vec<KeyId> {
    let chosen = |key: KeyId| {
        let is_deleted =
            |added: &Addition| matches!(added.what, Added::Tombstone(of, _) if of == key);
        key == KeyId::MARK
            || choices.keep.iter().any(|(kept, _)| *kept == key)
            || rows.added.iter().any(is_deleted)
    };
    let newest = |of: &History, key| of.key(key).newest.map(|at| of.id(at));
    let then: BTreeMap<&[u8], Option<Revision>> =
        after.keys().map(|(key, _)| (after.name(key), newest(after, key))).collect();
    let is_changed = |key: &KeyId| {
        // A name stands for its key by how the key was first spelled, which may have gone.
        let is_same = then.get(history.name(*key)).copied().flatten() == newest(history, *key);
        !is_same && !chosen(*key)
    };
    history.keys().map(|(key, _)| key).filter(is_changed).collect()
}
