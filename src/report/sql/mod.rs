//! The statements that take stray rows out of a table, and put its unique index back: for a person to
//! read and to run. kinescope sends none of them.
//!
//! What is deleted is safe to delete in the table that was read, and in no other. So they lock the
//! table, compare it with what was read, and delete all rows or none:
//!
//! ```text
//!   LOCK TABLES ─▶ is every row as it was? ─▶ DELETE … DELETE ─▶ COMMIT ─▶ UNLOCK TABLES ─▶ the index
//!                  │ no                       │ nothing
//!                  └─ @kinescope is not 1 ────┘
//! ```
//!
//! A statement that runs without the ones before it, on another connection or after one that failed,
//! finds `@kinescope` NULL or 0, and nothing to delete.

mod fingerprint;
mod head;
mod index;
mod plan;
mod quote;
mod rows;

use std::io::{self, Write};

use self::plan::{Repair, beheaded, is_one_key};
use super::Table;
use crate::history::compaction::Verdict;
use crate::history::{Dialect, Index, KeyId, RowIx};

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
    /// The statements are MySQL's, with its locks and its guards.
    #[error("the statements are for MySQL and MariaDB, and this is {0}")]
    Dialect(Dialect),
}

/// What is known of the unique index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unique {
    /// It is there, over both columns in whole.
    Stands,
    /// The statements make it.
    Made,
    /// Something is to be done first.
    Obstructed,
    /// A text without its `CREATE TABLE` does not show which indexes there are.
    Unknown,
}

impl Unique {
    fn of(table: &Table<'_>, repair: &Repair) -> Self {
        match table.history.profile().database.as_deref() {
            None => Self::Unknown,
            Some(database) if database.unique_index().is_some_and(Index::is_whole) => Self::Stands,
            Some(database) if index::can_be_made(table, database, repair) => Self::Made,
            Some(_) => Self::Obstructed,
        }
    }
}

/// Writes the statements.
///
/// What is deleted are the [stray rows](crate::history::History::strays) of all keys, but of those whose
/// newest row compaction removes for another reason. They find nothing if any row of the table is not
/// as it was read.
///
/// # Errors
///
/// When `out` cannot be written to. In the inner result that the statements cannot be known; then
/// nothing has been written.
pub fn repair(
    out: &mut dyn Write,
    table: &Table<'_>,
    verdict: &Verdict,
) -> io::Result<Result<(), Unwritable>> {
    if let Err(why) = check(table) {
        return Ok(Err(why));
    }
    let repair = Repair::of(table, verdict);
    let database = table.history.profile().database.as_deref();
    let unique = Unique::of(table, &repair);
    head::head(out, table, verdict, &repair, unique)?;
    if !repair.deleted.is_empty() {
        rows::delete(out, table.history, &repair)?;
    }
    match database {
        None => index::unknown(out, table, &repair)?,
        Some(_) if unique == Unique::Stands => {}
        Some(database) => index::make(out, table, database, &repair)?,
    }
    Ok(Ok(()))
}

/// Whether all rows of the table are known.
fn check(table: &Table<'_>) -> Result<(), Unwritable> {
    let dialect = table.history.profile().dialect;
    if dialect != Dialect::MySql {
        Err(Unwritable::Dialect(dialect))
    } else if table.partial.is_some() || table.history.profile().part.is_some() {
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
    let history = table.history;
    let is_left = || beheaded(history, verdict, key).is_some() || !is_one_key(history, key);
    let strays = check(table).is_ok().then(|| history.strays(key))?;
    (!strays.is_empty() && !is_left()).then_some(strays)
}

/// Whether the statements would delete a row.
pub(super) fn deletes(table: &Table<'_>, verdict: &Verdict) -> bool {
    table.history.keys().any(|(key, _)| deleted(table, verdict, key).is_some())
}

/// The rows that a repair deletes, in the order of their ids, whatever database they are in; and how many keys
/// keep theirs.
pub fn strays(table: &Table<'_>, verdict: &Verdict) -> (Vec<RowIx>, usize) {
    let repair = Repair::of(table, verdict);
    let mut rows: Vec<RowIx> = repair.deleted.into_iter().flat_map(|(_, rows)| rows).collect();
    rows.sort_unstable_by_key(|at| at.index());
    (rows, repair.left.len())
}
