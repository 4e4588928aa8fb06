//! A row of the result as a row of the history. A cell has its own type, whatever its column's is.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

use crate::history::{Flag, Revision, Row};
use crate::source::{Reject, WholeRow, Why};

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell<'r> {
    Null,
    Integer(i64),
    /// A text or a blob.
    Bytes(&'r [u8]),
    /// A number with a fraction, or nothing that can be read.
    Other,
}

/// The cell at a place.
pub(super) fn cell(row: &SqliteRow, at: usize) -> Cell<'_> {
    let Ok(raw) = row.try_get_raw(at) else { return Cell::Other };
    if raw.is_null() {
        return Cell::Null;
    }
    let kind = raw.type_info();
    match kind.name() {
        "INTEGER" => row.try_get_unchecked(at).map_or(Cell::Other, Cell::Integer),
        "TEXT" | "BLOB" => row.try_get_unchecked(at).map_or(Cell::Other, Cell::Bytes),
        _ => Cell::Other,
    }
}

/// A cell that is not negative.
pub(super) fn number(row: &SqliteRow, at: usize) -> Option<u64> {
    match cell(row, at) {
        Cell::Integer(number) => number.try_into().ok(),
        _ => None,
    }
}

/// Understands a row with its values.
pub(super) fn whole(row: &SqliteRow) -> Result<WholeRow, Why> {
    let bytes = |at, what| match cell(row, at) {
        Cell::Null => Ok(None),
        Cell::Bytes(bytes) => Ok(Some(bytes.to_vec())),
        Cell::Integer(_) | Cell::Other => Err(Why::new("its {} is not bytes", &[&what])),
    };
    Ok(WholeRow {
        id: revision(row, 0, "id")?.ok_or("its id is NULL")?,
        name: bytes(1, "name")?,
        created: integer(row, 2, "created")?,
        deleted: integer(row, 3, "deleted")?,
        create_revision: revision(row, 4, "create revision")?,
        prev_revision: revision(row, 5, "prev revision")?,
        lease: integer(row, 6, "lease")?.map(|lease| fit("lease", lease)).transpose()?,
        value: bytes(7, "value")?,
        old_value: bytes(8, "old value")?,
    })
}

/// A text of a catalog.
pub(super) fn text(row: &SqliteRow, at: usize) -> Option<String> {
    match cell(row, at) {
        Cell::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

/// Understands a row, `last` being the id before it, which becomes this row's.
pub(super) fn row<'r>(row: &'r SqliteRow, last: &mut Option<i64>) -> Result<Row<'r>, Reject> {
    let before = *last;
    let id = match cell(row, 0) {
        Cell::Integer(id) => id,
        Cell::Null => return Err(after(before, "its id is NULL".into())),
        _ => return Err(after(before, "its id is not an integer".into())),
    };
    *last = Some(id);
    let at = |why| Reject { place: format!("revision {id}"), why };
    if before == Some(id) {
        return Err(at("another row has the same id, which only a table without a primary key \
                       allows"
            .into()));
    }
    decode(row, id).map_err(at)
}

/// The rows of a page that SQLite packed into one text; `None` where one of them is not as kine writes
/// it, be it for a single cell.
///
/// ```text
///   7 1 0 0 0 0 11 /registry/a 8 0 0 7 7 0 11 /registry/a
///   id, created, deleted, create_revision, prev_revision, lease, length of the name, name
/// ```
pub(super) fn unpacked(page: &SqliteRow) -> Option<Vec<Row<'_>>> {
    let Cell::Bytes(mut rest) = cell(page, 0) else { return None };
    let count = number(page, 2).filter(|&count| Some(count) == number(page, 3))?;
    let mut rows = Vec::with_capacity(usize::try_from(count).ok()?);
    for at in 0..count {
        if at > 0 {
            rest = rest.strip_prefix(b" ")?;
        }
        let mut next = || digits(&mut rest);
        let mut row = Row {
            id: next()?,
            name: None,
            created: flag_of(next()?)?,
            deleted: flag_of(next()?)?,
            create_revision: Some(next()?),
            prev_revision: Some(next()?),
            lease: Some(next()?.try_into().ok()?),
        };
        let length = usize::try_from(next()?).ok()?;
        (row.name, rest) = rest.split_at_checked(length).map(|(name, rest)| (Some(name), rest))?;
        rows.push(row);
    }
    rest.is_empty().then_some(rows)
}

/// The number before the next space.
fn digits(rest: &mut &[u8]) -> Option<u64> {
    let mut number: u64 = 0;
    for (at, &byte) in rest.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                number = number.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
            }
            b' ' if at > 0 => {
                *rest = &rest[at + 1..];
                return Some(number);
            }
            _ => return None,
        }
    }
    None
}

fn flag_of(number: u64) -> Option<Flag> {
    i64::try_from(number).ok().map(Flag::from_number)
}

fn decode(row: &SqliteRow, id: i64) -> Result<Row<'_>, Why> {
    Ok(Row {
        id: fit("id", id)?,
        name: match cell(row, 1) {
            Cell::Null => None,
            Cell::Bytes(name) => Some(name),
            Cell::Integer(_) | Cell::Other => return Err("its name is a number".into()),
        },
        created: flag(row, 2, "created")?,
        deleted: flag(row, 3, "deleted")?,
        create_revision: revision(row, 4, "create revision")?,
        prev_revision: revision(row, 5, "prev revision")?,
        lease: integer(row, 6, "lease")?.map(|lease| fit("lease", lease)).transpose()?,
    })
}

fn integer(row: &SqliteRow, at: usize, what: &'static str) -> Result<Option<i64>, Why> {
    match cell(row, at) {
        Cell::Null => Ok(None),
        Cell::Integer(number) => Ok(Some(number)),
        Cell::Bytes(_) | Cell::Other => Err(Why::new("its {} is not an integer", &[&what])),
    }
}

fn flag(row: &SqliteRow, at: usize, what: &'static str) -> Result<Flag, Why> {
    Ok(integer(row, at, what)?.map_or(Flag::Null, Flag::from_number))
}

fn revision(row: &SqliteRow, at: usize, what: &'static str) -> Result<Option<Revision>, Why> {
    integer(row, at, what)?.map(|number| fit(what, number)).transpose()
}

fn fit<T: TryFrom<i64>>(what: &'static str, number: i64) -> Result<T, Why> {
    T::try_from(number).map_err(|_too_wide| {
        let words = if number < 0 { "its {} is negative: {}" } else { "its {} is too large: {}" };
        Why::new(words, &[&what, &i128::from(number)])
    })
}

fn after(before: Option<i64>, why: Why) -> Reject {
    let place = match before {
        Some(id) => format!("the row after revision {id}"),
        None => "the first row".to_owned(),
    };
    Reject { place, why }
}
