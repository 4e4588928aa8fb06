//! A key and its rows at a moment that is not the present.

use super::{Glyph, Role};
use crate::history::{History, KeyId, Revision, RowIx, Standing, Then, Version};

/// What a key was at a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// The revision.
    pub revision: Revision,
    /// The key.
    pub key: KeyId,
    /// What is known of it there.
    pub then: Then,
    /// The newest of its rows up to there, of those that are left.
    pub row: Option<RowIx>,
}

/// What a row was at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowThen {
    /// It had not been written.
    NotYet,
    /// It was the newest of its key that is left, and whether it was the key's state cannot be told.
    Unknown,
    /// It stood so.
    Was(Standing),
}

impl Past {
    /// What a row of the key was.
    pub fn row_then(&self, history: &History, at: RowIx) -> RowThen {
        if history.id(at) > self.revision {
            return RowThen::NotYet;
        }
        let now = history.standing(at);
        if matches!(now, Standing::Gap | Standing::Mark | Standing::Nameless) {
            return RowThen::Was(now);
        }
        if self.row == Some(at) {
            return match self.then {
                Then::Live(_) => RowThen::Was(Standing::Live),
                Then::Deleted(_) => RowThen::Was(Standing::Deleted),
                Then::Absent | Then::LiveUnseen { .. } | Then::Unknown(_) => RowThen::Unknown,
            };
        }
        let mut pointers = history.pointers_at(at);
        let is_pointed_at = pointers.any(|by| history.id(by) <= self.revision);
        let is_forgotten = !is_pointed_at && !history.deleted(at).is_set();
        // Another key's row may have been its newest.
        let is_own = history.key_at(at) == Some(self.key);
        RowThen::Was(if is_forgotten && is_own {
            Standing::Forgotten
        } else {
            Standing::Superseded
        })
    }

    /// What a revision of the key was that is gone, in a word, where it was the key's state or had not been
    /// written.
    pub(super) fn gone_then(&self, id: Revision) -> Option<(&'static str, Role)> {
        let is_it = |version| matches!(version, Version::Gone { revision, .. } if revision == id);
        match self.then {
            _ if id > self.revision => Some(("not yet", Role::Dim)),
            Then::Live(version) if is_it(version) => Some(("live", Role::Live)),
            Then::Deleted(version) if is_it(version) => Some(("deleted", Role::Tombstone)),
            _ => None,
        }
    }
}

/// The sign of a key at a moment, and its colour.
pub const fn then_sign(then: Then) -> (Glyph, Role) {
    match then {
        Then::Absent => (Glyph::NotYet, Role::Dim),
        Then::Live(Version::Row(_)) => (Glyph::Standing(Standing::Live), Role::Live),
        Then::Live(Version::Gone { .. }) | Then::LiveUnseen { .. } => (Glyph::LiveGone, Role::Live),
        Then::Deleted(_) => (Glyph::Tombstone, Role::Tombstone),
        Then::Unknown(_) => (Glyph::Unknown, Role::Broken),
    }
}
