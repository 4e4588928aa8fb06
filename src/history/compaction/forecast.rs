//! What kine would do by itself, as far as the table tells.

use super::Policy;
use crate::history::{History, KeyId, Revision, RowIx};

/// What keeps kine from compacting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// No row holds a compact revision: kine fails before each batch.
    NoMark,
    /// That many rows are named `compact_rev_key`.
    Marks(u32),
    /// This row points at `compact_rev_key`, which goes when the row comes within reach.
    PointsAtMark(RowIx),
}

/// What kine's own compactor does to a table that nobody writes to any more.
///
/// A tick compacts up to the current revision of the tick before, but never into the newest
/// revisions that are retained (`compactor` in kine's `sqllog.go`). Where the tick before was, the
/// table does not tell; where it ends, it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// The revision that the table is compacted to when kine has caught up.
    pub end: Revision,
    /// How many revisions that is from now; 0 when there is nothing to do.
    pub distance: u64,
    /// What keeps kine from getting there.
    pub obstacle: Option<Obstacle>,
}

/// Looks ahead.
pub fn forecast(history: &History, policy: Policy) -> Forecast {
    let compacted = history.compacted().unwrap_or_default();
    let end = policy.reach(history.current().unwrap_or_default()).max(compacted);
    Forecast { end, distance: end - compacted, obstacle: obstacle(history, end) }
}

fn obstacle(history: &History, end: Revision) -> Option<Obstacle> {
    // A part of a table may lack its compact_rev_key.
    if history.compacted().is_none() {
        let is_whole = !history.profile().excerpt || history.key(KeyId::MARK).rows > 0;
        return is_whole.then_some(Obstacle::NoMark);
    }
    let marks = history.key(KeyId::MARK).rows;
    if marks > 1 {
        return Some(Obstacle::Marks(marks));
    }
    history
        .rows_of(KeyId::MARK)
        .flat_map(|mark| history.successors(mark))
        .filter(|&by| history.is_pointer(by) && history.id(by) <= end)
        .min()
        .map(Obstacle::PointsAtMark)
}
