//! Which compaction: what differs between versions of kine.

use std::fmt;
use std::str::FromStr;

use crate::history::{Flag, History, RowIx};

/// A way in which some versions of kine compact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Algorithm {
    /// v0.5.1 and later: in batches, each one DELETE in a transaction, with the newest revisions
    /// retained.
    #[default]
    Batches,
    /// The Compact request of v0.11.9 to v0.13.15: one DELETE up to the target, at once. Nothing is
    /// retained, and `compact_rev_key` stays as it is (kine PR 282, ended by PR 490).
    Request,
    /// v0.5.0 alone: as [`Algorithm::Batches`], but `compact_rev_key` counts as a pointer at the revision
    /// that was compacted to before, so that each batch also deletes that row, live or not (kine
    /// issue 61).
    LosesRows,
    /// Up to v0.4.1: row by row, without a transaction. A create's pointer does not count, and a row
    /// that kine cannot read stops it for ever.
    RowByRow,
}

impl Algorithm {
    /// All algorithms, today's first.
    pub const ALL: [Self; 4] = [Self::Batches, Self::Request, Self::LosesRows, Self::RowByRow];

    /// What a version does by itself.
    pub const fn of(version: Version) -> Self {
        match version {
            Version(0, 0..=4, _) => Self::RowByRow,
            Version(0, 5, 0) => Self::LosesRows,
            _ => Self::Batches,
        }
    }

    /// What a version does on a Compact request. Versions before v0.11.9 do nothing on one; for them
    /// this is what they do by themselves.
    pub const fn on_request(version: Version) -> Self {
        match version {
            Version(0, 11, 9..) | Version(0, 12, _) | Version(0, 13, 0..=15) => Self::Request,
            _ => Self::of(version),
        }
    }

    /// The algorithm in a few words, with the versions that it holds for.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Batches => "kine v0.5.1 and later",
            Self::Request => "the Compact request of kine v0.11.9 to v0.13.15",
            Self::LosesRows => "kine v0.5.0",
            Self::RowByRow => "kine up to v0.4.1",
        }
    }

    /// The algorithm in a word, for where there is little room.
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::Batches => "today",
            Self::Request => "request",
            Self::LosesRows => "v0.5.0",
            Self::RowByRow => "v0.4.1",
        }
    }

    /// Whether compaction follows the prev revision of a row.
    pub fn counts(self, history: &History, at: RowIx) -> bool {
        match self {
            // `name != 'compact_rev_key'` is unknown, so not true, for a name that is NULL.
            Self::Batches | Self::Request => history.is_pointer(at),
            // The name is not looked at. What compact_rev_key points at is no link of a chain, and
            // is seen to by itself.
            Self::LosesRows => !history.is_mark(at),
            // kine's reader forgets the predecessor of a create.
            Self::RowByRow => history.is_pointer(at) && !history.created(at).is_set(),
        }
    }

    /// Whether compaction can delete a row at all.
    pub fn deletes(self, history: &History, at: RowIx) -> bool {
        match self {
            Self::Batches | Self::Request | Self::RowByRow => true,
            // `name != 'compact_rev_key'` was a condition on the row to delete.
            Self::LosesRows => !history.is_mark(at) && history.key_at(at).is_some(),
        }
    }

    /// Whether kine can read a row: where rows are read one by one, one that it cannot ends the
    /// walk. The columns go into values that cannot be NULL, and the flags into true and false.
    pub(super) fn reads(self, history: &History, at: RowIx) -> bool {
        let is_odd = |flag| flag == Flag::Odd;
        self != Self::RowByRow
            || (history.nulls(at).next().is_none()
                && !is_odd(history.created(at))
                && !is_odd(history.deleted(at)))
    }
}

/// A version of kine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u16, pub u16, pub u16);

impl Version {
    /// Whether it takes `--compact-interval` and the other flags of compaction.
    pub fn has_flags(self) -> bool {
        self >= Self(0, 13, 15)
    }

    /// Whether it stores the rows of an API server that asks for compaction.
    pub fn stores_requests(self) -> bool {
        self >= Self(0, 13, 16)
    }
}

impl FromStr for Version {
    type Err = String;

    /// `v0.13.8`, `0.13.8`, or `0.13` for its first release.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected a version of kine, such as v0.13.8, not {text}");
        let number = |part: &str| part.parse::<u16>().ok().ok_or_else(wrong);
        let parts: Vec<&str> = text.strip_prefix('v').unwrap_or(text).split('.').collect();
        match parts[..] {
            [major, minor] => Ok(Self(number(major)?, number(minor)?, 0)),
            [major, minor, patch] => Ok(Self(number(major)?, number(minor)?, number(patch)?)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(major, minor, patch) = self;
        write!(f, "v{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_algorithms() {
        let cases = [
            ("v0.1.0", Algorithm::RowByRow, Algorithm::RowByRow),
            ("0.4.1", Algorithm::RowByRow, Algorithm::RowByRow),
            ("v0.5.0", Algorithm::LosesRows, Algorithm::LosesRows),
            ("0.5", Algorithm::LosesRows, Algorithm::LosesRows),
            ("v0.5.1", Algorithm::Batches, Algorithm::Batches),
            ("v0.11.8", Algorithm::Batches, Algorithm::Batches),
            ("v0.11.9", Algorithm::Batches, Algorithm::Request),
            ("v0.12.0", Algorithm::Batches, Algorithm::Request),
            ("v0.13.15", Algorithm::Batches, Algorithm::Request),
            ("v0.13.16", Algorithm::Batches, Algorithm::Batches),
            ("v0.16.4", Algorithm::Batches, Algorithm::Batches),
            ("v1.0.0", Algorithm::Batches, Algorithm::Batches),
        ];
        for (text, alone, on_request) in cases {
            let version: Version = text.parse().unwrap();
            assert_eq!(Algorithm::of(version), alone, "{text}");
            assert_eq!(Algorithm::on_request(version), on_request, "{text}");
        }
        for text in ["", "v", "kine", "0", "0.5.1.2", "0.5.x", "-1.0.0", "0.99999.0"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }
}
