//! A row of the result as a row of the history. Columns are read by position.

use std::array;

use sqlx::mysql::MySqlRow;
use sqlx::{Column as _, Decode, Row as _, Type, ValueRef};

use crate::history::{Flag, Revision, Row};
use crate::source::{Reject, Why};

/// Any integer of any column: old tables have signed columns, new ones unsigned.
pub(super) type Number = i128;

const ID: usize = 0;
const NAME: usize = 1;
const CREATED: usize = 2;
const DELETED: usize = 3;
const CREATE_REVISION: usize = 4;
const PREV_REVISION: usize = 5;
const LEASE: usize = 6;

const COLUMNS: usize = 7;

/// Which columns of an answer are unsigned: asked once for all of its rows.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// Where the columns are that it is of, which the rows of an answer share.
    of: Option<usize>,
    unsigned: [bool; COLUMNS],
}

impl Signs {
    fn look_at(&mut self, row: &MySqlRow) {
        let of = Some(row.columns().as_ptr().addr());
        if self.of == of {
            return;
        }
        let is_unsigned = |at: usize| {
            let column = row.columns().get(at);
            column.is_some_and(|it| <u64 as Type<sqlx::MySql>>::compatible(it.type_info()))
        };
        *self = Self { of, unsigned: array::from_fn(is_unsigned) };
    }

    /// A number that is not negative, of the answer to a prepared statement, which has it as bytes, the
    /// lowest first.
    fn number(&self, row: &MySqlRow, at: usize) -> Result<Option<u64>, Odd> {
        let bytes: Option<&[u8]> = row.try_get_unchecked(at).map_err(|_is_told_then| Odd)?;
        let Some(bytes) = bytes else { return Ok(None) };
        let number = match bytes.len() {
            1 => u8::from_le_bytes(exactly(bytes)?).into(),
            2 => u16::from_le_bytes(exactly(bytes)?).into(),
            4 => u32::from_le_bytes(exactly(bytes)?).into(),
            _ => u64::from_le_bytes(exactly(bytes)?),
        };
        let is_negative = !self.unsigned[at] && bytes.last().is_some_and(|byte| byte >> 7 != 0);
        if is_negative { Err(Odd) } else { Ok(Some(number)) }
    }

    fn flag(&self, row: &MySqlRow, at: usize) -> Result<Flag, Odd> {
        let flag = |number| Flag::from_number(i64::try_from(number).unwrap_or(i64::MAX));
        Ok(self.number(row, at)?.map_or(Flag::Null, flag))
    }

    /// A row as kine writes it.
    fn row<'r>(&self, row: &'r MySqlRow) -> Result<Row<'r>, Odd> {
        let lease = self.number(row, LEASE)?.map(i32::try_from).transpose();
        Ok(Row {
            id: self.number(row, ID)?.ok_or(Odd)?,
            name: row.try_get_unchecked(NAME).map_err(|_is_told_then| Odd)?,
            created: self.flag(row, CREATED)?,
            deleted: self.flag(row, DELETED)?,
            create_revision: self.number(row, CREATE_REVISION)?,
            prev_revision: self.number(row, PREV_REVISION)?,
            lease: lease.map_err(|_is_told_then| Odd)?,
        })
    }
}

/// Something in a row has to be looked at more closely: what is wrong with it, if anything, is found and
/// told then.
struct Odd;

fn exactly<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Odd> {
    bytes.try_into().map_err(|_other_length| Odd)
}

/// Understands a row, `last` being the id before it, which becomes this row's.
pub(super) fn row<'r>(
    row: &'r MySqlRow,
    signs: &mut Signs,
    last: &mut Option<Number>,
) -> Result<Row<'r>, Reject> {
    signs.look_at(row);
    if let Ok(read) = signs.row(row)
        && *last != Some(read.id.into())
    {
        *last = Some(read.id.into());
        return Ok(read);
    }
    let id = next_id(row, last)?;
    decode(row, id).map_err(|why| unread_at(id, why))
}

/// Understands an id and whether the row is deleted.
pub(super) fn covered(
    row: &MySqlRow,
    last: &mut Option<Number>,
) -> Result<(Revision, Flag), Reject> {
    let id = next_id(row, last)?;
    let covered = fit("id", id).and_then(|id| Ok((id, flag(row, 1)?)));
    covered.map_err(|why| unread_at(id, why))
}

/// A row's id, where it has one.
pub(super) fn id(row: &MySqlRow) -> Option<Number> {
    number(row, ID).ok().flatten()
}

/// A row's name, where it is not NULL.
pub(super) fn name(row: &MySqlRow) -> &[u8] {
    row.try_get_unchecked(NAME).unwrap_or_default()
}

fn next_id(row: &MySqlRow, last: &mut Option<Number>) -> Result<Number, Reject> {
    let before = *last;
    let id = match number(row, ID) {
        Ok(Some(id)) => id,
        Ok(None) => return Err(unread(before, "its id is NULL".into())),
        Err(why) => return Err(unread(before, why)),
    };
    *last = Some(id);
    if before == Some(id) {
        let why = "another row has the same id, which only a table without a primary key allows";
        return Err(unread_at(id, why.into()));
    }
    Ok(id)
}

fn decode(row: &MySqlRow, id: Number) -> Result<Row<'_>, Why> {
    Ok(Row {
        id: fit("id", id)?,
        name: row
            .try_get_unchecked(NAME)
            .map_err(|_repeats_it_perhaps| "its name cannot be read as bytes")?,
        created: flag(row, CREATED)?,
        deleted: flag(row, DELETED)?,
        create_revision: number(row, CREATE_REVISION)?
            .map(|it| fit("create revision", it))
            .transpose()?,
        prev_revision: number(row, PREV_REVISION)?
            .map(|it| fit("prev revision", it))
            .transpose()?,
        lease: number(row, LEASE)?.map(|it| fit("lease", it)).transpose()?,
    })
}

/// An integer of either sign. sqlx's `u64` takes unsigned columns only and its `i64` signed ones
/// only; unchecked, either would silently misread the other's upper half. So the value is asked for
/// its own sign, which costs no more than sqlx's check.
///
/// A cast in the statement would be no help: `CAST(-1 AS UNSIGNED)` is 18446744073709551615, which
/// an id can be.
pub(super) fn number(row: &MySqlRow, at: usize) -> Result<Option<Number>, Why> {
    let cannot = || Why::new("its column {} cannot be read as a number", &[&(at + 1)]);
    let value = row.try_get_raw(at).map_err(|_there_is_none| cannot())?;
    if value.is_null() {
        return Ok(None);
    }
    let unsigned = <u64 as Type<sqlx::MySql>>::compatible(&value.type_info());
    let number = if unsigned {
        <u64 as Decode<sqlx::MySql>>::decode(value).map(Number::from)
    } else {
        <i64 as Decode<sqlx::MySql>>::decode(value).map(Number::from)
    };
    number.map(Some).map_err(|_repeats_it_perhaps| cannot())
}

fn flag(row: &MySqlRow, at: usize) -> Result<Flag, Why> {
    Ok(match number(row, at)? {
        None => Flag::Null,
        // What does not fit is neither 0 nor 1.
        Some(number) => Flag::from_number(i64::try_from(number).unwrap_or(i64::MAX)),
    })
}

pub(super) fn fit<T: TryFrom<Number>>(what: &'static str, number: Number) -> Result<T, Why> {
    T::try_from(number).map_err(|_too_wide| {
        let words = if number < 0 { "its {} is negative: {}" } else { "its {} is too large: {}" };
        Why::new(words, &[&what, &number])
    })
}

pub(super) fn unread_at(id: Number, why: Why) -> Reject {
    Reject { place: format!("revision {id}"), why }
}

fn unread(before: Option<Number>, why: Why) -> Reject {
    let place = match before {
        Some(id) => format!("the row after revision {id}"),
        None => "the first row".to_owned(),
    };
    Reject { place, why }
}
