//! What must be known of a table before its rows can be understood.

use super::{Collation, Columns, Database};

/// What must be known of a table before its rows can be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// How the `name` column compares.
    pub collation: Collation,
    /// The columns that the source has.
    pub columns: Columns,
    /// Whether the rows may be a part of a table: what somebody pasted or exported. Then a
    /// `compact_rev_key` that is not among them may still exist.
    pub excerpt: bool,
    /// Whether a unique index lets no two rows of a key have one prev revision, as kine's does.
    /// `None` where the source does not tell.
    pub unique_index: Option<bool>,
    /// What a server says of the table, where one was asked.
    pub database: Option<Box<Database>>,
}

impl Profile {
    /// A whole table as kine makes it on MySQL.
    pub fn kine_default() -> Self {
        Self {
            collation: Collation::kine_default(),
            columns: Columns::ALL,
            excerpt: false,
            unique_index: None,
            database: None,
        }
    }
}
