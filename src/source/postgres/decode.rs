//! A row of the result as a row of the history. Columns are read by position, and a cell is what the
//! server made of it: text, or bytes where a statement had values of its own.

use sqlx::postgres::{PgRow, PgValueFormat};
use sqlx::{Row as _, ValueRef as _};

use crate::history::{Flag, Row};
use crate::source::{Reject, Why};

/// Any integer of any column.
pub(super) type Number = i128;

/// The bytes of a cell; `None` is NULL, or a cell that is not there.
fn cell(row: &PgRow, at: usize) -> Option<(&[u8], PgValueFormat)> {
    let value = row.try_get_raw(at).ok()?;
    if value.is_null() {
        return None;
    }
    Some((value.as_bytes().ok()?, value.format()))
}

/// The bytes of a cell, as they are.
pub(super) fn bytes(row: &PgRow, at: usize) -> Option<&[u8]> {
    cell(row, at).map(|(bytes, _)| bytes)
}

/// A text of a catalog.
pub(super) fn text(row: &PgRow, at: usize) -> Option<String> {
    bytes(row, at).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// A truth of a catalog, which comes as text.
pub(super) fn is_true(row: &PgRow, at: usize) -> bool {
    bytes(row, at) == Some(b"t")
}

/// An integer, which may come as text or as bytes, the highest first; an error where it is no integer.
pub(super) fn number(row: &PgRow, at: usize) -> Result<Option<Number>, Why> {
    let Some((bytes, format)) = cell(row, at) else { return Ok(None) };
    let number = match (format, bytes) {
        (PgValueFormat::Text, text) => {
            std::str::from_utf8(text).ok().and_then(|it| it.parse().ok())
        }
        (PgValueFormat::Binary, &[a, b]) => Some(i16::from_be_bytes([a, b]).into()),
        (PgValueFormat::Binary, &[a, b, c, d]) => Some(i32::from_be_bytes([a, b, c, d]).into()),
        (PgValueFormat::Binary, bytes) => {
            <[u8; 8]>::try_from(bytes).ok().map(|it| i64::from_be_bytes(it).into())
        }
    };
    number.map(Some).ok_or_else(|| Why::new("its column {} is not an integer", &[&(at + 1)]))
}

/// A number of a catalog that is not negative.
pub(super) fn count(row: &PgRow, at: usize) -> Option<u64> {
    number(row, at).ok().flatten().and_then(|number| number.try_into().ok())
}

/// Understands a row, `last` being the id before it, which becomes this row's.
pub(super) fn row<'r>(row: &'r PgRow, last: &mut Option<Number>) -> Result<Row<'r>, Reject> {
    let before = *last;
    let id = match number(row, 0) {
        Ok(Some(id)) => id,
        Ok(None) => return Err(after(before, "its id is NULL".into())),
        Err(_why) => return Err(after(before, "its id is not an integer".into())),
    };
    *last = Some(id);
    let at = |why| Reject { place: format!("revision {id}"), why };
    if before == Some(id) {
        let why = "another row has the same id, which only a table without a primary key allows";
        return Err(at(why.into()));
    }
    decode(row, id).map_err(at)
}

fn decode(row: &PgRow, id: Number) -> Result<Row<'_>, Why> {
    let revision = |at, what| number(row, at)?.map(|it| fit(what, it)).transpose();
    Ok(Row {
        id: fit("id", id)?,
        name: bytes(row, 1),
        created: flag(row, 2)?,
        deleted: flag(row, 3)?,
        create_revision: revision(4, "create revision")?,
        prev_revision: revision(5, "prev revision")?,
        lease: number(row, 6)?.map(|it| fit("lease", it)).transpose()?,
    })
}

fn flag(row: &PgRow, at: usize) -> Result<Flag, Why> {
    // What does not fit is neither 0 nor 1.
    let flag = |number| Flag::from_number(i64::try_from(number).unwrap_or(i64::MAX));
    Ok(number(row, at)?.map_or(Flag::Null, flag))
}

pub(super) fn fit<T: TryFrom<Number>>(what: &'static str, number: Number) -> Result<T, Why> {
    T::try_from(number).map_err(|_too_wide| {
        let words = if number < 0 { "its {} is negative: {}" } else { "its {} is too large: {}" };
        Why::new(words, &[&what, &number])
    })
}

fn after(before: Option<Number>, why: Why) -> Reject {
    let place = match before {
        Some(id) => format!("the row after revision {id}"),
        None => "the first row".to_owned(),
    };
    Reject { place, why }
}
