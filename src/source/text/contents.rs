//! All rows of a text with their values.

use std::io::Read;

use super::opened_text::{OpenedText, unreadable};
use super::row_builder::{Builder, Seen};
use crate::history::{Flag, Row};
use crate::source::contents::Outbox;
use crate::source::{Error, WholeRow};
use crate::value::StoredRow;

/// How many rows are understood before they are given away.
const ROWS: usize = 16;

/// Sends all rows of a text with their values, until nobody wants them. `heading` is that of
/// [`Options`](crate::source::Options).
///
/// # Errors
///
/// As [`read`](super::read), and when a value is not in the text byte for byte.
pub(super) fn send(
    input: impl Read,
    place: &str,
    heading: Option<&str>,
    out: &mut Outbox<'_>,
) -> Result<(), Error> {
    let opened_text = OpenedText::new(input, place, heading)?;
    opened_text.has_sizes().map_err(|why| lacks_values(place, why.to_owned()))?;
    let mut builder = opened_text.builder().looking_at_all();
    let mut given = Ok(true);
    let read = opened_text.read_values(&mut builder, |builder| {
        if builder.gathered() > ROWS {
            given = give(builder, false, place, out);
        }
        matches!(given, Ok(true))
    });
    read.map_err(|why| unreadable(place, why))?;
    if given? && give(&mut builder, true, place, out)? {
        out.send_blocking();
    }
    Ok(())
}

/// Gives rows away; false when nobody wants them.
fn give(
    builder: &mut Builder,
    is_over: bool,
    place: &str,
    out: &mut Outbox<'_>,
) -> Result<bool, Error> {
    let (rows, mut found) = builder.drain_seen(is_over);
    let mut found = found.drain(..);
    for row in rows.iter() {
        let row = whole(row, found.next()).map_err(|why| lacks_values(place, why))?;
        if out.put(row) && !out.send_blocking() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A row and what was found of its values.
fn whole(row: Row<'_>, found: Option<Seen>) -> Result<WholeRow, String> {
    let id = row.id;
    let (_, found) = found
        .filter(|&(of, _)| of == id)
        .ok_or_else(|| format!("revision {id} comes without its values"))?;
    let StoredRow { name, values } = found?;
    let [value, old_value] = values.map(|value| value.map(|value| value.start));
    Ok(WholeRow {
        id,
        name,
        created: number(id, "created", row.created)?,
        deleted: number(id, "deleted", row.deleted)?,
        create_revision: row.create_revision,
        prev_revision: row.prev_revision,
        lease: row.lease,
        value,
        old_value,
    })
}

/// The number that a flag was read from.
fn number(id: u64, column: &str, flag: Flag) -> Result<Option<i64>, String> {
    match flag {
        Flag::Null => Ok(None),
        Flag::No => Ok(Some(0)),
        Flag::Yes => Ok(Some(1)),
        Flag::Odd => Err(format!("{column} of revision {id} is neither 0 nor 1")),
        Flag::Unknown => Err(format!("the text lacks the column {column}")),
    }
}

fn lacks_values(place: &str, why: String) -> Error {
    Error::new(format!("{place} does not hold all columns byte for byte"))
        .because(why)
        .hint("Take a dump (mysqldump, pg_dump, sqlite3 .dump), or name the database itself.")
}
