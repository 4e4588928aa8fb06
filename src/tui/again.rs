//! The table read again, behind the one that is shown.
//!
//! A table that was read to its end stays on the screen until the new one has been read to its end,
//! too: a server that goes away meanwhile takes nothing away from who looks at the old one. Both are
//! in memory for that long. A very large one is let go as soon as the source is open again; if the
//! reading fails after that, a part is shown, as at the first time.

use crate::source::Intake;

/// The most rows that a table has which is held beside a new one: two of these are as large as the
/// largest that the program is made for.
pub const MOST_HELD: usize = 5_000_000;

/// A table that is read again, as far as it has come.
#[derive(Debug, Default)]
pub struct Again {
    /// What has come, once the source is open.
    pub(super) table: Option<Intake>,
}

impl Again {
    /// How many rows have come, of how many that are expected, and how many entries of indexes;
    /// `None` before the source is open.
    pub fn progress(&self) -> Option<(usize, Option<u64>, usize)> {
        let table = self.table.as_ref()?;
        Some((table.history.len(), table.opened.expected, table.entries))
    }

    /// Whether late rows are on their way among the others.
    pub fn is_merging(&self) -> bool {
        self.table.as_ref().is_some_and(|table| table.merge.is_some())
    }
}
