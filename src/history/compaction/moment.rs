//! The targets of a table as far as they differ.

use crate::history::{History, Revision, RowIx};

/// A target, as far as it matters: which rows are within its reach, and whether it is beyond the last of
/// them. Moments come in the order of the targets.
///
/// ```text
///   row           0      1         2
///   id            4      7         9
///   target    3   4   5  7   8     9   10
///   moment    1   2   3  4   5     6   7
/// ```
///
/// The odd ones matter to kine v0.5.0 alone, which deletes the row that a batch ended at once the next
/// batch begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(u32);

impl Moment {
    /// Before any target: nothing is done.
    pub(super) const NONE: Self = Self(0);
    /// After any target.
    pub(super) const NEVER: Self = Self(u32::MAX);

    /// When a row comes within reach.
    pub(super) const fn at(row: RowIx) -> Self {
        Self(2 * (row.0 + 1))
    }

    /// When a row is within reach, and the target is beyond it.
    pub(super) const fn beyond(row: RowIx) -> Self {
        Self(Self::at(row).0 + 1)
    }

    /// Of a target, in the first so many rows of a history.
    pub(super) fn of(history: &History, rows: usize, target: Revision) -> Self {
        let Some(last) = history.position_after(target).min(rows).checked_sub(1) else {
            return Self(1);
        };
        let last = RowIx::at(last);
        if history.id(last) == target { Self::at(last) } else { Self::beyond(last) }
    }

    /// How many rows are within reach.
    pub(super) const fn seen(self) -> usize {
        (self.0 / 2) as usize
    }

    /// The lowest target.
    pub(super) fn target(self, history: &History) -> Revision {
        let beyond = Revision::from(self.0 % 2);
        let last = self.seen().checked_sub(1).map(|last| history.id(RowIx::at(last)));
        last.map_or(0, |id| id.saturating_add(beyond))
    }
}
