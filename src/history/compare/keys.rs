//! The keys of two tables, by the bytes of their names.

use std::collections::BTreeMap;

use super::{Side, end};
use crate::history::{History, KeyId, Revision, RowIx, Then};

/// A key whose state is not the same in both tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyDifference {
    /// The key, in the tables that have rows of it.
    pub keys: [Option<KeyId>; 2],
    /// What it is now in each.
    pub now: [Now; 2],
    /// Whether it was the same at the last revision that both tables reach: what was written to one of
    /// them since is all that makes the difference.
    pub is_newer: bool,
}

/// What a key is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// It has no rows.
    Absent,
    /// It is live, at this row.
    Live(RowIx),
    /// Its newest row is no live one.
    Deleted(RowIx),
}

impl Now {
    fn of(history: &History, key: Option<KeyId>) -> Self {
        match key.and_then(|key| history.key(key).newest) {
            None => Self::Absent,
            Some(at) if history.is_live(at) => Self::Live(at),
            Some(at) => Self::Deleted(at),
        }
    }

    /// Whether it is live.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Live(_))
    }

    /// Its newest row.
    pub const fn row(self) -> Option<RowIx> {
        match self {
            Self::Absent => None,
            Self::Live(at) | Self::Deleted(at) => Some(at),
        }
    }
}

impl KeyDifference {
    /// The table that alone has the key live; `None` where both have, at different revisions.
    pub const fn live_only_in(&self) -> Option<Side> {
        match (self.now[0].is_live(), self.now[1].is_live()) {
            (true, false) => Some(Side::First),
            (false, true) => Some(Side::Second),
            _ => None,
        }
    }

    /// Whether one table has the key live at a revision that is older than the tombstone which the other
    /// has of it: the key has come back there, or its deletion was lost.
    pub fn is_back(&self, tables: [&History; 2]) -> bool {
        let id = |side: usize, at| tables[side].id(at);
        match self.now {
            [Now::Live(live), Now::Deleted(dead)] => id(0, live) < id(1, dead),
            [Now::Deleted(dead), Now::Live(live)] => id(1, live) < id(0, dead),
            _ => false,
        }
    }
}

/// The keys of the cluster that are not the same, in the order of the names' bytes. A key that is live in
/// neither table is the same.
pub(super) fn compare(first: &History, second: &History) -> Vec<KeyDifference> {
    let common = end(first).min(end(second));
    let mut found: BTreeMap<&[u8], KeyDifference> = BTreeMap::new();
    for (key, _) in first.keys().filter(|&(key, _)| first.is_of_cluster(key)) {
        let name = first.name(key);
        let keys = [Some(key), second.find_key(name)];
        found.extend(difference([first, second], keys, common).map(|it| (name, it)));
    }
    for (key, _) in second.keys().filter(|&(key, _)| second.is_of_cluster(key)) {
        let name = second.name(key);
        if first.find_key(name).is_none() {
            let keys = [None, Some(key)];
            found.extend(difference([first, second], keys, common).map(|it| (name, it)));
        }
    }
    found.into_values().collect()
}

fn difference(
    tables: [&History; 2],
    keys: [Option<KeyId>; 2],
    common: Revision,
) -> Option<KeyDifference> {
    let now = [Now::of(tables[0], keys[0]), Now::of(tables[1], keys[1])];
    let is_same = match now {
        [Now::Live(one), Now::Live(other)] => tables[0].id(one) == tables[1].id(other),
        _ => !now[0].is_live() && !now[1].is_live(),
    };
    if is_same {
        return None;
    }
    let then = |side: usize| match keys[side] {
        Some(key) => tables[side].as_of(common).state(key),
        None => Then::Absent,
    };
    Some(KeyDifference { keys, now, is_newer: was_same(tables, [then(0), then(1)]) })
}

/// Whether a key is known to have been the same in both tables.
fn was_same(tables: [&History; 2], then: [Then; 2]) -> bool {
    match then {
        [Then::Live(one), Then::Live(other)] => {
            one.revision(tables[0]) == other.revision(tables[1])
        }
        [one, other] => one.is_live() == Some(false) && other.is_live() == Some(false),
    }
}
