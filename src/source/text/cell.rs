//! A field of a row, and the bytes that it was printed for.

use std::borrow::Cow;

use super::column::PerColumn;
use crate::value::Stored;

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    /// NULL.
    Null,
    /// Nothing: NULL as `psql` and many exports print it, or an empty string.
    Blank,
    /// What it holds as it was printed, an empty string included.
    Text(Cow<'a, [u8]>),
    /// What is stored, byte for byte.
    Exact(Cow<'a, [u8]>),
}

/// The fields of a row; `None` where there is no such column.
pub(super) type Cells<'a> = PerColumn<Option<Cell<'a>>>;

/// A value as it is in the table, of which so many bytes are taken at most.
pub(super) fn stored(cell: &Cell<'_>, most: u64) -> Option<Stored> {
    let text: &[u8] = match cell {
        Cell::Null => return None,
        _ if most == 0 => return Some(Stored { length: length(cell), start: Vec::new() }),
        Cell::Exact(bytes) => return Some(Stored::start_of(bytes, most)),
        Cell::Blank => &[],
        Cell::Text(text) => text,
    };
    Some(match hex(text) {
        Some(pairs) => {
            let bytes: Vec<u8> = pairs.iter().map(|&pair| byte(pair)).collect();
            Stored::start_of(&bytes, most)
        }
        None => Stored::start_of(text, most),
    })
}

/// A value as it is in the table, if it is no longer than that and not NULL.
pub(super) fn short(cell: &Cell<'_>, longest: u64) -> Option<Vec<u8>> {
    let stored = if length(cell) <= longest { stored(cell, longest) } else { None };
    stored.map(|value| value.start)
}

/// How many bytes a value has; none, where it is NULL.
pub(super) fn length(cell: &Cell<'_>) -> u64 {
    match cell {
        Cell::Null | Cell::Blank => 0,
        Cell::Text(text) => hex(text).map_or(text.len(), <[_]>::len) as u64,
        Cell::Exact(bytes) => bytes.len() as u64,
    }
}

/// The digits of bytes that were printed in hex: `0x6B3873`, as `mysql --binary-as-hex` does, `\x6b3873`
/// as psql does, `X'6b3873'` as sqlite3 does. Those of nothing are none.
pub(super) fn hex(text: &[u8]) -> Option<&[[u8; 2]]> {
    let digits = match text {
        [b'0', b'x' | b'X', digits @ ..] | [b'\\', b'x', digits @ ..] => digits,
        [b'x' | b'X', b'\'', digits @ .., b'\''] => digits,
        _ => return None,
    };
    let (pairs, []) = digits.as_chunks() else { return None };
    pairs.as_flattened().iter().all(u8::is_ascii_hexdigit).then_some(pairs)
}

/// The byte of two digits.
pub(super) fn byte(pair: [u8; 2]) -> u8 {
    let digits = pair.map(|digit| char::from(digit).to_digit(16).unwrap_or_default());
    u8::try_from(digits[0] << 4 | digits[1]).unwrap_or_default()
}
