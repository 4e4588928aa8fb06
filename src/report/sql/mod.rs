//! The statements that mend a table, for a person to read and to run. kinescope sends none of them.
//!
//! What is deleted is safe to delete in the table that was read, and in no other. So they lock the
//! table, compare it with what was read, and delete all rows or none:
//!
//! ```text
//!   lock ─▶ is every row as it was? ─▶ DELETE … DELETE ─▶ the unique index ─▶ COMMIT
//!           │ no                       │ nothing
//!           └──────────────────────────┘
//! ```
//!
//! How that holds, whatever a client does with the statements, is each database's own: MySQL's find
//! `@kinescope` not to be 1, PostgreSQL's are one statement, and SQLite's one `DELETE` compares by itself.
//! The [`undo`] brings back what they delete.

mod fingerprint;
mod head;
mod mysql;
mod postgres;
mod quote;
mod schema;
mod sqlite;
pub mod undo;

use std::io::{self, Write};

use super::Table;
use crate::history::compaction::Verdict;
use crate::history::{Dialect, KeyId, RowIx};
use crate::repair::{Repair, strays_of};

pub use schema::{check as check_of, statements as statements_of, undone as undo_of};

/// Why no such statements can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// A text without `compact_rev_key`, which every table has, may be any part of one.
    #[error("the text has no compact_rev_key row, which every table has: it may be a part of one")]
    Excerpt,
    /// Which rows are stray is told from a key's newest row, which may be missing.
    #[error("the table was read in part, and only the whole table shows which rows are stray")]
    Part,
    /// A row that was not understood may be a key's newest.
    #[error("rows were not understood, and any of them may be the newest of its key")]
    Unread,
    /// What a view leaves out may be a key's newest row, and an index is the table's.
    #[error("kine is a view, which may leave out rows of the table behind it")]
    View,
}

/// Writes the statements of a repair.
///
/// What is deleted are the [stray rows](crate::history::History::strays) of all keys, but of those whose
/// newest row compaction removes for another reason, and what was chosen. They find nothing if any row of
/// the table is not as it was read.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn repair(
    out: &mut dyn Write,
    table: &Table<'_>,
    verdict: &Verdict,
    repair: &Repair,
) -> io::Result<()> {
    head::head(out, table, verdict, repair)?;
    match table.history.profile().dialect {
        Dialect::MySql => mysql::write(out, table, repair),
        Dialect::Postgres => postgres::write(out, table, repair),
        Dialect::Sqlite => sqlite::write(out, table, repair),
    }
}

/// Whether all rows of a table are known, as a repair needs them.
///
/// # Errors
///
/// When they are not: why.
pub fn check(table: &Table<'_>) -> Result<(), Unwritable> {
    if table.partial.is_some() || table.history.profile().part.is_some() {
        Err(Unwritable::Part)
    } else if table.unread_rows > 0 {
        Err(Unwritable::Unread)
    } else if table.history.may_be_a_part() {
        Err(Unwritable::Excerpt)
    } else if table.history.profile().database.as_deref().is_some_and(|it| it.is_view) {
        Err(Unwritable::View)
    } else {
        Ok(())
    }
}

/// The rows that the statements delete of a key; `None` where there are none or they leave the key
/// alone, and where the table may not be whole.
pub(super) fn deleted(table: &Table<'_>, verdict: &Verdict, key: KeyId) -> Option<Vec<RowIx>> {
    let strays = check(table).is_ok().then(|| strays_of(table.history, verdict, key))?;
    (!strays.is_empty()).then_some(strays)
}

/// Whether the statements would delete a row.
pub(super) fn deletes(table: &Table<'_>, verdict: &Verdict) -> bool {
    table.history.keys().any(|(key, _)| deleted(table, verdict, key).is_some())
}
