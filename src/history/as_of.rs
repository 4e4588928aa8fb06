//! The table as it was at a revision, as far as the rows that are left tell.
//!
//! kine itself answers for the compact revision and those after it, and for no older one. The rows that
//! a compaction left know more:
//!
//! ```text
//!   written          3 create ◀── 5 update ◀── 8 update ◀── 9 delete ◀── 12 create
//!   compacted to 5                ●──────────▶ ●──────────▶ ✗──────────▶ ●
//!   at 5 and later                exact: the newest row up to there
//!   at 3 and 4       live at 3: 5 follows it, and so nothing came in between
//!   at 1 and 2       unknown: an older life may have ended there
//!
//!   compacted to 9                                                       ●──▶ 9, which is gone
//!   at 9 to 11                                              deleted at 9: the create 12 follows it
//!   before 9         unknown
//! ```
//!
//! One thing they cannot tell: a row up to the compact revision that stands alone was its key's newest when
//! the table was compacted, or it is a forgotten row of a fork of which nothing else is left. It is taken
//! for the first, as kine takes it. Of several that contradict each other nothing is said.

use super::{Flag, History, KeyId, Kind, Link, Revision, RowIx};

/// What is known of a key at a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It was not there: it had never been written, or it had been deleted and no row tells when.
    Absent,
    /// It was live, at this version.
    Live(Version),
    /// It was live, at a version that is gone and that nobody names.
    ///
    /// ```text
    ///   3 create ◀── 5 ◀── 8 update        8 alone is left, with create revision 3: at 3 and 4 the key
    ///                                      was live, at a version from 3 on and before 5
    /// ```
    LiveUnseen {
        /// The revision that created it: no older version is meant.
        since: Revision,
        /// The version is older than this one.
        before: Revision,
    },
    /// It was deleted, by this tombstone.
    Deleted(Version),
    /// It cannot be told.
    Unknown(Doubt),
}

/// A version of a key: a row, or one that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// A row of the table.
    Row(RowIx),
    /// A row that is gone. The next one of the key follows it, and holds its value as its old value.
    Gone {
        /// Its revision.
        revision: Revision,
        /// The row that follows it.
        next: RowIx,
    },
}

/// Why it cannot be told what a key was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// The rows that would tell were compacted.
    Compacted,
    /// The rows that would tell were not read, or are not in what somebody pasted.
    NotRead,
    /// The key's rows contradict each other: a fork, or a pointer that kine does not write.
    Damaged,
    /// The row's `deleted` is NULL: neither live nor a tombstone.
    Unreadable,
    /// The source has no column `created`: the row that follows may be a create.
    Created,
}

/// The table at a revision.
#[derive(Debug, Clone, Copy)]
pub struct AsOf<'h> {
    history: &'h History,
    revision: Revision,
    /// Whether no row is gone that was its key's newest then and live.
    is_exact: bool,
}

/// A key of the table at a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyThen {
    /// The key.
    pub key: KeyId,
    /// What is known of it.
    pub then: Then,
    /// How many rows of it are left up to the revision.
    pub rows: u32,
}

impl Version {
    /// Its revision.
    pub fn revision(self, history: &History) -> Revision {
        match self {
            Self::Row(at) => history.id(at),
            Self::Gone { revision, .. } => revision,
        }
    }

    /// The revision that began its life, as far as the rows say.
    pub fn create_revision(self, history: &History) -> Option<Revision> {
        let (named, is_create) = match self {
            Self::Row(at) => (history.create_revision(at), history.kind(at) == Kind::Create),
            Self::Gone { next, .. } => (history.create_revision(next), false),
        };
        let own = is_create.then(|| self.revision(history));
        own.or_else(|| named.filter(|&created| created != 0))
    }
}

impl Then {
    /// Whether the key was live; `None` where that cannot be told.
    pub const fn is_live(self) -> Option<bool> {
        match self {
            Self::Live(_) | Self::LiveUnseen { .. } => Some(true),
            Self::Absent | Self::Deleted(_) => Some(false),
            Self::Unknown(_) => None,
        }
    }
}

impl History {
    /// The table as it was at a revision.
    pub fn as_of(&self, revision: Revision) -> AsOf<'_> {
        AsOf { history: self, revision, is_exact: revision >= self.known_from() }
    }

    /// From which revision on the newest row of each key up to there is what the key was: the one that the
    /// table has been compacted to. Of rows that may be a part of a table, only the last moment is certain.
    pub fn known_from(&self) -> Revision {
        if self.may_be_a_part() {
            self.current().unwrap_or_default()
        } else {
            self.horizon().compacted()
        }
    }

    /// Whether a key is one of the cluster's: neither `compact_rev_key`, whose one row is written over and
    /// over, nor a gap row.
    pub fn is_of_cluster(&self, key: KeyId) -> bool {
        let newest = self.key(key).newest;
        key != KeyId::MARK && newest.is_some_and(|at| self.kind(at) != Kind::Gap)
    }
}

impl AsOf<'_> {
    /// The revision.
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// Whether kine answers for this revision as well: it has not been compacted.
    pub const fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Whether every key that was live has a row that tells of it. Below the compact revision a key may
    /// have been live whose rows are all gone.
    pub fn has_every_key(&self) -> bool {
        let part = self.history.profile().part.as_ref();
        self.is_exact && part.is_none_or(|part| part.since.is_none())
    }

    /// What is known of a key.
    pub fn state(&self, key: KeyId) -> Then {
        let mut next = None;
        for at in self.history.rows_of(key) {
            if self.history.id(at) <= self.revision {
                break;
            }
            next = Some(at);
        }
        self.judge(key, next)
    }

    /// What is known of each key of the cluster that has rows, in the order in which they first came.
    pub fn keys(&self) -> Vec<KeyThen> {
        let history = self.history;
        let end = history.position_after(self.revision);
        let mut rows = vec![0; history.key_bound()];
        let mut next = vec![None; history.key_bound()];
        for at in history.iter() {
            let Some(key) = history.key_at(at).map(KeyId::index) else { continue };
            if at.index() < end {
                rows[key] += 1;
            } else if next[key].is_none() {
                next[key] = Some(at);
            }
        }
        let keys = history.keys().map(|(key, _)| key).filter(|&key| history.is_of_cluster(key));
        let known = |key: KeyId| KeyThen {
            key,
            then: self.judge(key, next[key.index()]),
            rows: rows[key.index()],
        };
        keys.map(known).collect()
    }

    /// What is known of a key whose first row after the revision is that one, or that has none.
    pub(super) fn judge(&self, key: KeyId, next: Option<RowIx>) -> Then {
        let history = self.history;
        let newest = history.key(key).newest;
        match (next.map_or(newest, |next| history.older(next)), next) {
            (Some(row), _) if self.is_exact || is_sound(history, key, next.or(newest)) => {
                match history.deleted(row) {
                    Flag::Null => Then::Unknown(Doubt::Unreadable),
                    flag if flag.is_set() => Then::Deleted(Version::Row(row)),
                    _ => Then::Live(Version::Row(row)),
                }
            }
            (Some(_), _) => Then::Unknown(Doubt::Damaged),
            (None, Some(first)) => self.before(key, first),
            (None, None) => Then::Absent,
        }
    }

    /// What the key was before the first of its rows that are left, which is newer than the revision: that
    /// row tells by what it follows.
    fn before(&self, key: KeyId, first: RowIx) -> Then {
        let (history, revision) = (self.history, self.revision);
        let is_damaged = !self.is_exact && history.key(key).tangled;
        match history.link(first) {
            _ if is_damaged => Then::Unknown(Doubt::Damaged),
            Link::Missing(prev, _) => {
                let version = Version::Gone { revision: prev, next: first };
                match (history.created(first), history.deleted(first)) {
                    (Flag::Unknown, Flag::No | Flag::Unknown) => Then::Unknown(Doubt::Created),
                    (Flag::Null, _) | (_, Flag::Null) => Then::Unknown(Doubt::Damaged),
                    (created, deleted) if created.is_set() && deleted.is_set() => {
                        Then::Unknown(Doubt::Damaged)
                    }
                    _ if prev <= revision && history.kind(first) == Kind::Create => {
                        Then::Deleted(version)
                    }
                    _ if prev <= revision => Then::Live(version),
                    _ => self.before_missing(first, prev),
                }
            }
            Link::None if self.is_exact => Then::Absent,
            Link::None if history.kind(first) == Kind::Create => Then::Unknown(self.lost()),
            _ if self.is_exact => Then::Absent,
            _ => Then::Unknown(Doubt::Damaged),
        }
    }

    /// What the key was before a row that is gone, where the row that follows that one is left.
    fn before_missing(&self, first: RowIx, prev: Revision) -> Then {
        let created = self.history.create_revision(first).filter(|&created| created != 0);
        match created.filter(|_| self.history.kind(first) != Kind::Create) {
            Some(since) if since <= self.revision && since <= prev => {
                Then::LiveUnseen { since, before: prev }
            }
            _ => Then::Unknown(self.lost()),
        }
    }

    /// Why a row that would tell is not there.
    fn lost(&self) -> Doubt {
        let profile = self.history.profile();
        let is_out = profile.part.as_ref().and_then(|part| part.since).is_some();
        if is_out || self.history.may_be_a_part() { Doubt::NotRead } else { Doubt::Compacted }
    }
}

/// Whether each row of a key from that one down follows the next older one, as kine writes them: then
/// nothing came between the two.
///
/// ```text
///   2 ◀── 3 ◀── 5      sound from 5 down and from 3 down
///     ◀── 4            4 does not follow 3: not sound from 4, nor, since 5 does not follow 4, from 5
/// ```
fn is_sound(history: &History, key: KeyId, from: Option<RowIx>) -> bool {
    if !history.key(key).tangled {
        return true;
    }
    let mut rows = std::iter::successors(from, |&at| history.older(at));
    rows.all(|at| history.older(at).is_none_or(|older| history.predecessor(at) == Some(older)))
}
