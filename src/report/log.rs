//! The table as a log.

use super::{Table, Times};
use crate::history::{LogFilter, RowIx};

/// A log of a table, the newest row first.
#[derive(Debug, Clone, Copy)]
pub struct Log<'a> {
    /// The table.
    pub table: Table<'a>,
    /// Which rows.
    pub filter: &'a LogFilter,
    /// How many of them at most; `None` for all.
    pub most: Option<usize>,
    /// When they were written.
    pub times: Times<'a>,
}

impl Log<'_> {
    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = RowIx> + '_ {
        self.filter.rows(self.table.history).take(self.most.unwrap_or(usize::MAX))
    }
}
