//! How far a table has been compacted, as far as its rows tell.

use super::subject::Seen;
use crate::history::{Flag, Revision};

/// How far a table has been compacted: what `compact_rev_key` says, or further, if the rows show a
/// compaction that it does not tell of.
///
/// Not every compaction is recorded: the Compact request of kine v0.11.9 to v0.13.15 and the SQL
/// that maintainers gave for compacting by hand leave `compact_rev_key` alone, and where it was lost,
/// kine begins again at 0. What such a compaction to E leaves is unmistakable: up to E no tombstone,
/// and no row whose predecessor is still there.
///
/// ```text
///   recorded 0   ids  1   2   9   14   17   20   21
///                     ●   ●   ●   ●    ●    ●───▶●      every row up to 17 stands alone, and 14
///                         ◁── prev missing ──┘          and 17 point at rows that are gone:
///                                E = 17                 the table was compacted to 17
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Horizon {
    /// The compact revision that `compact_rev_key` holds.
    pub recorded: Option<Revision>,
    /// The highest revision to which the rows show an unrecorded compaction; 0 for none.
    unrecorded: Revision,
    /// The first row that a compaction to its revision would have changed.
    untouched: Option<Revision>,
}

impl Horizon {
    pub(super) fn new(recorded: Option<Revision>) -> Self {
        Self { recorded, ..Self::default() }
    }

    /// The revision up to which the table has been compacted.
    pub fn compacted(self) -> Revision {
        self.recorded.unwrap_or(0).max(self.unrecorded)
    }

    /// The revision of a compaction that `compact_rev_key` does not tell of.
    pub fn unrecorded(self) -> Option<Revision> {
        (self.unrecorded > self.recorded.unwrap_or(0)).then_some(self.unrecorded)
    }

    /// Takes the next row, in the order of ids.
    pub(super) fn see(&mut self, seen: &Seen) {
        if self.untouched.is_some() || Some(seen.row.id) <= self.recorded {
            return;
        }
        // A compaction that took its predecessor would have taken a tombstone as well.
        if seen.row.deleted.is_set() || seen.prev.is_some() {
            self.untouched = Some(seen.row.id);
        } else if let Some(needed) = missing(seen) {
            self.unrecorded = self.unrecorded.max(needed);
        }
    }

    /// Whether a compaction explains that the row's predecessor is missing. The row, and all before
    /// it, have been [seen](Self::see).
    pub(super) fn explains(self, seen: &Seen) -> bool {
        missing(seen).is_none_or(|needed| needed <= self.compacted())
    }
}

/// The lowest revision at which a compaction explains that the row's predecessor is missing: `None`
/// when it is not missing, or may have been left out.
///
/// Compaction to R removes what rows up to R point at, and tombstones up to R, which only creates
/// point at. Without a `created` column the row may be a create.
fn missing(seen: &Seen) -> Option<Revision> {
    let is_missing = seen.points && seen.prev.is_none() && !seen.left_out;
    let prev = seen.row.prev_revision.filter(|_| is_missing)?;
    match seen.row.created {
        _ if prev > seen.row.id => None,
        Flag::Yes | Flag::Odd | Flag::Unknown => Some(prev),
        Flag::No | Flag::Null => Some(seen.row.id),
    }
}
