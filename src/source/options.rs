//! What is asked of a source, beside its place.

use crate::history::{Collation, Part};

/// What is asked of a source, beside its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// How the names of a table as text compare. The text does not say; without a word it is
    /// [kine's default](Collation::kine_default). A server knows.
    pub collation: Option<Collation>,
    /// The columns of a text whose rows have no heading, separated by commas. Without it they are known by
    /// what they hold, or a text without a heading is refused.
    pub heading: Option<String>,
    /// The part of the table that is wanted; without one, all of it.
    pub part: Option<Part>,
    /// Which columns are read from a server. A text has those that it has.
    pub columns: ColumnChoice,
    /// Whether SQLite is to look through its file for damage as well: it reads all of it.
    pub quick_check: bool,
}

impl Options {
    /// The same, with all columns unless they were chosen: for what could not be told without them.
    #[must_use]
    pub fn with_all_columns(mut self) -> Self {
        if self.columns == ColumnChoice::Auto {
            self.columns = ColumnChoice::All;
        }
        self
    }
}

/// Which columns are read from a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColumnChoice {
    /// All of them, unless the rows are so long that it is cheaper to read the indexes.
    #[default]
    Auto,
    /// All of them, from the rows.
    All,
    /// What compaction needs, from indexes, wherever there are such indexes: id, name, deleted and
    /// prev revision.
    Index,
}
