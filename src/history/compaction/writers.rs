//! Which versions of kine wrote a table, as far as their traces tell.

use super::Version;
use crate::history::{Flag, History, Kind, Revision};

/// Which versions of kine wrote a table, as far as their traces tell.
///
/// No row names its writer, but some are written in another way since a certain version:
///
/// ```text
///   a deletion                  create_revision copied      before v0.16.0
///                               create_revision 0           v0.16.0 and later
///   compact_rev_key_apiserver   is there                    v0.13.16 and later
///                               N                           before v0.14.4
///                               N|V                         v0.14.4 and later
/// ```
///
/// Old rows were written by old versions: only the newest tells of what may write today.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writers {
    /// The newest row of each sign, the newest first.
    pub rows: Vec<(Revision, Sign)>,
    /// The index that the newest version made when it was started, where a server tells.
    pub index: Option<(&'static str, Version)>,
}

/// In what a row differs from those of other versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A deletion that does not say when its key was created.
    BareDeletion,
    /// A deletion that does, as its key's other rows do.
    CopiedDeletion,
    /// A row of an API server with the version and what was asked for.
    Asking,
    /// One with the version alone.
    Counting,
    /// One whose value was not read.
    Request,
}

impl Sign {
    /// The first version that writes so; `None` where the first of all may.
    pub const fn from(self) -> Option<Version> {
        match self {
            Self::BareDeletion => Some(Version(0, 16, 0)),
            Self::CopiedDeletion => None,
            Self::Asking => Some(Version(0, 14, 4)),
            Self::Counting | Self::Request => Some(Version(0, 13, 16)),
        }
    }

    /// The first version that no longer does.
    pub const fn before(self) -> Option<Version> {
        match self {
            Self::CopiedDeletion => Some(Version(0, 16, 0)),
            Self::Counting => Some(Version(0, 14, 4)),
            Self::BareDeletion | Self::Asking | Self::Request => None,
        }
    }
}

/// The indexes that an old table gets when a newer kine is started on it.
const INDEXES: [(&str, Version); 2] = [
    ("kine_id_compact_rev_key_with_prev_revision_index", Version(0, 14, 13)),
    ("kine_list_query_index", Version(0, 13, 0)),
];

impl Writers {
    /// The traces of a table.
    pub fn of(history: &History) -> Self {
        let (mut bare, mut copied) = (None, None);
        for at in history.iter().rev() {
            if bare.is_some() && copied.is_some() {
                break;
            }
            if history.deleted(at) != Flag::Yes || history.kind(at) != Kind::Delete {
                continue;
            }
            // One that follows nothing is none of kine's.
            let row = history.row(at);
            if let (Some(create), Some(1..)) = (row.create_revision, row.prev_revision) {
                let newest = if create == 0 { &mut bare } else { &mut copied };
                newest.get_or_insert(row.id);
            }
        }
        let request = history.requests().next().map(|request| {
            let sign = match request.value {
                Some(value) if value.asked.is_some() => Sign::Asking,
                Some(_) => Sign::Counting,
                None => Sign::Request,
            };
            (request.id, sign)
        });
        let bare = bare.map(|id| (id, Sign::BareDeletion));
        let copied = copied.map(|id| (id, Sign::CopiedDeletion));
        let mut rows: Vec<_> = [bare, copied, request].into_iter().flatten().collect();
        rows.sort_unstable_by_key(|&(id, _)| std::cmp::Reverse(id));
        let database = history.profile().database.as_deref();
        let has = |name| database.is_some_and(|it| it.indexes.iter().any(|it| it.name == name));
        Self { rows, index: INDEXES.into_iter().find(|&(name, _)| has(name)) }
    }

    /// The first of the versions that may have written the newest of those rows; `None` where that may be
    /// the first of all.
    pub fn from(&self) -> Option<Version> {
        let before = self.before();
        let from = self.rows.iter().filter_map(|(_, sign)| sign.from());
        from.filter(|&from| before.is_none_or(|before| from < before)).max()
    }

    /// The first version that did not write the newest of those rows.
    pub fn before(&self) -> Option<Version> {
        self.rows.first().and_then(|(_, sign)| sign.before())
    }

    /// An older row that was written by a newer version than the newest was: two versions write at the same
    /// time, or an older one came back.
    pub fn newer(&self) -> Option<(Revision, Sign)> {
        let before = self.before()?;
        let is_newer = |sign: Sign| sign.from().is_some_and(|from| from >= before);
        self.rows.iter().copied().find(|&(_, sign)| is_newer(sign))
    }

    /// Whether a version from one up to another, that one not included, may have written the newest rows.
    pub fn may_be(&self, from: Version, before: Version) -> bool {
        !self.rows.is_empty()
            && self.from().is_none_or(|first| first < before)
            && self.before().is_none_or(|end| end > from)
    }
}
