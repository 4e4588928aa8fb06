//! From the fields of a row to the row, or to the reason why there is none.

use super::cell::{Cell, Cells};
use super::column::Column;
use super::decoration;
use crate::history::{Flag, Row};
use crate::source::Why;

/// How many bytes a name may have. kine's is a VARCHAR(630), and was a TEXT.
const LONGEST_NAME: usize = 65_535;

/// The row that fields hold.
pub(super) fn row<'c>(cells: &'c Cells<'_>) -> Result<Row<'c>, Why> {
    Ok(Row {
        id: unsigned(cells, Column::Id)?.ok_or("`id` is NULL")?,
        name: name(cells)?,
        created: flag(cells, Column::Created)?,
        deleted: flag(cells, Column::Deleted)?,
        create_revision: unsigned(cells, Column::CreateRevision)?,
        prev_revision: unsigned(cells, Column::PrevRevision)?,
        lease: number(cells, Column::Lease, "is beyond the 32 bits of an INTEGER column")?,
    })
}

fn name<'c>(cells: &'c Cells<'_>) -> Result<Option<&'c [u8]>, Why> {
    match &cells[Column::Name as usize] {
        None | Some(Cell::Null) => Ok(None),
        Some(Cell::Text(name) | Cell::Exact(name)) if name.len() > LONGEST_NAME => {
            Err(Why::new("`name` has {} bytes, more than the 65535 of any VARCHAR", &[&name.len()]))
        }
        Some(Cell::Text(name) | Cell::Exact(name)) => Ok(Some(name)),
        Some(Cell::Blank) => {
            Err("`name` is empty, and may be NULL or an empty string, which compaction treats \
                 differently"
                .into())
        }
    }
}

fn flag(cells: &Cells<'_>, column: Column) -> Result<Flag, Why> {
    if cells[column as usize].is_none() {
        return Ok(Flag::Unknown);
    }
    let number = number(cells, column, "is beyond 64 bits")?;
    Ok(number.map_or(Flag::Null, Flag::from_number))
}

fn unsigned(cells: &Cells<'_>, column: Column) -> Result<Option<u64>, Why> {
    number(cells, column, "is negative or beyond 64 bits")
}

/// A whole number; `too_far` says why a number that does not fit does not.
fn number<T: std::str::FromStr>(
    cells: &Cells<'_>,
    column: Column,
    too_far: &'static str,
) -> Result<Option<T>, Why> {
    let Some(Cell::Text(text) | Cell::Exact(text)) = &cells[column as usize] else {
        return Ok(None);
    };
    let text = text.trim_ascii();
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let why = if digits.is_empty() {
        "is empty"
    } else if decoration::has_exponent(digits) {
        "is written with an exponent, which loses its last digits"
    } else if digits.iter().all(u8::is_ascii_digit) {
        match std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()) {
            Some(number) => return Ok(Some(number)),
            None => too_far,
        }
    } else if digits.iter().all(|byte| byte.is_ascii_digit() || b",'_ ".contains(byte)) {
        "has separators, and numbers are read without them"
    } else {
        "is not a whole number"
    };
    Err(Why::new("`{}` {}", &[&column.name(), &why]))
}
