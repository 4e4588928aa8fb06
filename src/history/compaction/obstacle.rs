//! What keeps kine from compacting, as far as the rows named `compact_rev_key` show.

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

/// What keeps kine from compacting a table up to a revision.
pub fn obstacle(history: &History, end: Revision) -> Option<Obstacle> {
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
