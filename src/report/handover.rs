//! One document for a person who has to decide: what is wrong, what mends it, and how to check all of that.

use super::{Audit, Preview, Repair, Unwritable};
use crate::history::compaction::{Effect, KeyEffect, Verdict};
use crate::history::{History, KeyId, RowIx};
use crate::value::{Difference, Mask};

/// What one document says of a table.
#[derive(Debug, Clone)]
pub struct Handover<'a> {
    /// What the next compaction would do.
    pub preview: Preview<'a>,
    /// What is broken.
    pub audit: Audit<'a>,
    /// What mends it, or why nothing can be planned.
    pub repair: Result<Repair<'a>, Unwritable>,
    /// The keys that would get an old value in the end, all of them.
    pub returns: Vec<Return>,
    /// What the first of those would hold.
    pub holds: Vec<Holds>,
}

/// A key that would get an old value in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// The key.
    pub key: KeyId,
    /// What becomes of it.
    pub effect: Effect,
    /// The row whose value it would have.
    pub at: RowIx,
    /// Where the value is that somebody meant it to have.
    pub last: Last,
}

/// Where a key's last value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    /// It is the value of this row.
    Value(RowIx),
    /// The row is gone, and the deletion has it as its old value.
    Old(RowIx),
}

/// What is known of the value that a key would get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// In what it differs from the last value.
    Compared(Difference),
    /// One of the two is masked.
    Masked(Mask),
    /// Why it is not known, as the rest of a sentence.
    Unknown(String),
}

impl Last {
    /// The row to ask for it.
    pub const fn row(self) -> RowIx {
        match self {
            Self::Value(at) | Self::Old(at) => at,
        }
    }

    fn of(history: &History, key: KeyId, newest: RowIx) -> Self {
        if history.is_live(newest) {
            return Self::Value(newest);
        }
        let prev = history.prev(newest);
        let prev = prev.filter(|&it| history.key_at(it) == Some(key) && history.is_live(it));
        prev.map_or(Self::Old(newest), Self::Value)
    }
}

/// The keys that would get an old value in the end, those that come back first, each sort by name.
pub fn returns(history: &History, verdict: &Verdict) -> Vec<Return> {
    let of = |change: &KeyEffect| {
        let at = change.after.as_ref()?.row;
        let last = Last::of(history, change.key, change.before.row);
        Some(Return { key: change.key, effect: change.effect, at, last })
    };
    let changes = super::verdict::changes(history, verdict);
    let changes = changes.into_iter().filter(|it| it.effect != Effect::Lost);
    changes.filter_map(of).collect()
}

impl Handover<'_> {
    /// Every key that changes at the target, at any other, or in the end, by name.
    pub(super) fn keys(&self) -> Vec<KeyId> {
        let history = self.preview.table.history;
        let verdict = &self.audit.verdict;
        let effects = self.preview.effects.iter().map(|it| it.key);
        let changes = verdict.changes.iter().map(|it| it.key);
        let mut keys: Vec<KeyId> =
            effects.chain(changes).chain(verdict.turns.iter().map(|turn| turn.key)).collect();
        keys.sort_unstable_by_key(|&key| (history.name(key), key.index()));
        keys.dedup();
        keys
    }
}
