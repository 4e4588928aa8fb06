//! The statements for MySQL and MariaDB.
//!
//! A statement that runs without the ones before it, on another connection or after one that failed,
//! finds `@kinescope` NULL or 0, and nothing to delete.

mod index;
mod rows;

use std::io::{self, Write};

use super::schema;
use crate::history::Dialect;
use crate::repair::{Repair, Step, Unique};
use crate::report::Table;

/// Writes them.
pub(super) fn write(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    for step in &repair.steps {
        match step {
            Step::Rows(of_step) => rows::write(out, table.history, of_step)?,
            Step::MakeIndex(index) if index.unique => index::make(out, table, repair, index)?,
            step => schema::write(out, table, Dialect::MySql, step)?,
        }
    }
    match &repair.unique {
        Unique::Unknown(obstacle) => index::unknown(out, table, repair, obstacle.as_ref()),
        Unique::Obstructed(obstacle) => index::obstructed(out, table.history, obstacle),
        Unique::Stands | Unique::Made => Ok(()),
    }
}
