//! Two tables side by side: which rows and keys only one of them has, and from where on they differ.
//!
//! ```text
//!   first    1  2  ·  4  5  6  7             2 and 3 were compacted in one of them: no difference
//!   second   1  ·  3  4  5' 6  7  8  9       5 is another row: here they part
//!                        ▲                   8 and 9 were written after the first one ends
//! ```
//!
//! Rows are compared by their ids and names by their bytes. A row that only one table has may be gone
//! from the other because that one was compacted further, or may not have been written there yet; only
//! what neither explains is a difference of their histories.

mod keys;
mod rows;
mod schema;

pub use keys::{KeyDifference, Now};
pub use rows::{Apart, Lack, Row, Values};
pub use schema::SchemaDifference;

use super::{History, Revision};

/// One of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The one that is named first.
    First,
    /// The other.
    Second,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// Two tables, compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// How many rows both have, all columns alike that were compared.
    pub same_rows: usize,
    /// The rows that are not the same, in the order of their ids.
    pub rows: Vec<Row>,
    /// The keys of the cluster whose state is not the same, in the order of the names' bytes.
    pub keys: Vec<KeyDifference>,
    /// What is not the same beside the rows: columns, indexes, and how names compare. `None` where
    /// a source does not tell.
    pub schema: Option<Vec<SchemaDifference>>,
}

impl Comparison {
    /// Compares two tables, without their values.
    pub fn of(first: &History, second: &History) -> Self {
        Self::with_values(first, second, None)
    }

    /// Compares two tables, and their values where these are given.
    pub fn with_values(first: &History, second: &History, values: Option<[Values<'_>; 2]>) -> Self {
        let (same_rows, rows) = rows::compare(first, second, values);
        let keys = keys::compare(first, second);
        let schema = schema::compare(first.profile(), second.profile());
        Self { same_rows, rows, keys, schema }
    }

    /// The first revision at which the tables have different histories: one of them has another row
    /// there, or none although nothing explains that. `None` where each row of one is the other's,
    /// was compacted there, or is newer than all of it.
    pub fn part_at(&self) -> Option<Revision> {
        self.rows.iter().find(|row| row.apart.is_difference()).map(|row| row.id)
    }

    /// How many rows are apart in one way.
    pub fn count(&self, apart: impl Fn(Apart) -> bool) -> usize {
        self.rows.iter().filter(|row| apart(row.apart)).count()
    }

    /// How many rows only one table has, for one reason.
    pub fn only_in(&self, side: Side, lack: Lack) -> usize {
        self.count(|apart| apart == Apart::OnlyIn(side, lack))
    }

    /// Whether the tables differ. Rows that only a compaction took from one of them are no difference;
    /// that it changed the state of a key is one.
    pub fn differs(&self) -> bool {
        let is_more = |row: &Row| !matches!(row.apart, Apart::OnlyIn(_, Lack::Compacted));
        self.rows.iter().any(is_more)
            || !self.keys.is_empty()
            || self.schema.as_ref().is_some_and(|all| !all.is_empty())
    }
}

/// The last revision that a table reaches: nothing up to there is yet to be written. The row may be gone, if
/// it was a tombstone and was compacted.
fn end(table: &History) -> Revision {
    table.current().unwrap_or_default().max(table.horizon().compacted())
}

/// How far one table ends before the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// The table that ends earlier.
    pub side: Side,
    /// Its current revision.
    pub ends_at: Revision,
    /// The other's. Whoever watched that one has seen this revision, and waits for a higher one.
    pub other_ends_at: Revision,
}

impl Behind {
    /// Which of two tables ends before the other, if one does.
    pub fn of(first: &History, second: &History) -> Option<Self> {
        let ends = [first, second].map(|table| table.current().unwrap_or_default());
        let side = match ends[0].cmp(&ends[1]) {
            std::cmp::Ordering::Less => Side::First,
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => Side::Second,
        };
        let [ends_at, other_ends_at] = [ends[0].min(ends[1]), ends[0].max(ends[1])];
        Some(Self { side, ends_at, other_ends_at })
    }

    /// How many revisions are between the two: so far the ids of the table that ends earlier have to be
    /// raised, if it is to stand in for the other.
    pub const fn gap(self) -> u64 {
        self.other_ends_at - self.ends_at
    }
}
