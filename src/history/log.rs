//! The table as a log: all keys, by revision.

use super::{History, Kind, Revision, RowIx};

/// Which rows of a log are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter {
    /// What their names begin with, as the column compares; nothing for all.
    pub prefix: Vec<u8>,
    /// What they were written for; none for all.
    pub kinds: Vec<Kind>,
    /// The first and the last revision.
    pub range: (Revision, Revision),
}

impl Default for LogFilter {
    fn default() -> Self {
        Self { prefix: Vec::new(), kinds: Vec::new(), range: (0, Revision::MAX) }
    }
}

impl LogFilter {
    /// Whether a row is wanted.
    pub fn takes(&self, history: &History, at: RowIx) -> bool {
        let (first, last) = self.range;
        (first..=last).contains(&history.id(at))
            && (self.kinds.is_empty() || self.kinds.contains(&history.kind(at)))
            && (self.prefix.is_empty() || self.begins(history, at))
    }

    fn begins(&self, history: &History, at: RowIx) -> bool {
        let collation = &history.profile().collation;
        history.row(at).name.is_some_and(|name| collation.begins(name, &self.prefix))
    }

    /// The rows that are wanted, the newest first: nothing is kept, and a row costs a look when it is its
    /// turn.
    pub fn rows<'h>(&'h self, history: &'h History) -> impl Iterator<Item = RowIx> + 'h {
        let (first, last) = self.range;
        let (first, end) = (history.position_before(first), history.position_after(last));
        history.rows_at(first..end).rev().filter(|&at| self.takes(history, at))
    }
}
