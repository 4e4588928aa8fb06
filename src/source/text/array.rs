//! JSON: one array of objects, each of which is taken as it comes.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, Read};

use serde::Deserializer as _;
use serde::de::{self, SeqAccess, Visitor};

use super::Error;
use super::column::{self, Heading, PerColumn, lacks_columns};
use super::flow::Flow;
use super::json::{Place, no_json, take, what_is_wrong};
use super::lines::{LONGEST, TOO_LONG};
use super::object::Object;
use super::row_builder::Builder;
use crate::source::Opened;

/// What it is called.
pub(super) const ARRAY: &str = "a JSON array";

/// Why an array was not read to its end.
pub(super) enum Broken {
    /// The text could not be read.
    Unreadable(io::Error),
    /// Its objects are no rows.
    NoTable(Error),
}

/// Reads an array of objects that begins after so many lines; gives the columns of its first object,
/// with which `opened` is asked what is known before the first row.
pub(super) fn read_array(
    input: impl BufRead,
    before: u64,
    place: &str,
    opened: impl Fn(PerColumn<bool>) -> Opened,
    builder: &mut Builder,
    flow: &mut Flow<'_>,
) -> Result<PerColumn<bool>, Broken> {
    let at = Cell::new(At::after(before, LONGEST as u64));
    let mut input = Counted { input, at: &at };
    let mut parser = serde_json::Deserializer::from_reader(&mut input);
    let mut array = Array { place, opened, builder, flow, at: &at, present: None, end: None };
    let result = parser.deserialize_seq(&mut array);
    let Array { builder, present, end, .. } = array;
    // An array without objects names no columns, and so misses none.
    let columns = present.unwrap_or([true; 7]);
    let (line, why) = match (result, end) {
        (_, Some(End::Lacks(error))) => return Err(Broken::NoTable(error)),
        (_, Some(End::Unwanted)) => return Ok(columns),
        (Err(_), None) if at.get().is_too_long() => (at.get().line, TOO_LONG.into()),
        (Err(why), None) if why.is_io() => return Err(Broken::Unreadable(why.into())),
        (Err(why), None) if why.is_eof() => {
            let line = before + why.line() as u64;
            let why = "the array is not closed: the text may have been cut";
            builder.refuse(Place("line", line), why);
            return Ok(columns);
        }
        (Err(why), None) => (before + why.line() as u64, what_is_wrong(&why)),
        (Ok(()), None) => match trailing(input).map_err(Broken::Unreadable)? {
            None => return Ok(columns),
            Some(At { line, column, .. }) => (line, no_json(column)),
        },
    };
    builder.refuse(Place("line", line), why.and("; what follows was not read"));
    Ok(columns)
}

/// How far a text has been read.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    line: u64,
    /// How many bytes of the line have been read.
    column: u64,
    bytes: u64,
    /// More bytes than that are not read.
    most: u64,
}

impl At {
    /// After so many lines, from where so many bytes may be read.
    pub(super) const fn after(before: u64, most: u64) -> Self {
        Self { line: before + 1, column: 0, bytes: 0, most }
    }

    /// The same, and so many bytes more may be read.
    pub(super) const fn with_room(self, room: u64) -> Self {
        Self { most: self.bytes + room, ..self }
    }

    /// The line, counted from 1.
    pub(super) const fn line(self) -> u64 {
        self.line
    }

    /// How many bytes have been read.
    pub(super) const fn bytes(self) -> u64 {
        self.bytes
    }

    pub(super) const fn is_too_long(self) -> bool {
        self.bytes >= self.most
    }
}

/// A text that is counted as it is read.
pub(super) struct Counted<'c, R> {
    pub(super) input: R,
    pub(super) at: &'c Cell<At>,
}

impl<R: BufRead> Counted<'_, R> {
    /// Goes beyond blanks and commas to the next byte, which stays.
    pub(super) fn skip_blanks(&mut self) -> io::Result<Option<u8>> {
        loop {
            let Some(&byte) = self.input.fill_buf()?.first() else { return Ok(None) };
            if !byte.is_ascii_whitespace() && byte != b',' {
                return Ok(Some(byte));
            }
            self.read_exact(&mut [0])?;
        }
    }

    /// Reads the next line, of a long one the beginning; false at the end of the text.
    pub(super) fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        const ENOUGH: u64 = 4096;
        line.clear();
        let read = self.input.by_ref().take(ENOUGH).read_until(b'\n', line)?;
        Ok(read > 0)
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut at = self.at.get();
        if at.is_too_long() {
            return Err(io::Error::other(TOO_LONG));
        }
        let read = self.input.read(buffer)?;
        at.bytes += read as u64;
        for &byte in &buffer[..read] {
            (at.line, at.column) =
                if byte == b'\n' { (at.line + 1, 0) } else { (at.line, at.column + 1) };
        }
        self.at.set(at);
        Ok(read)
    }
}

/// What follows an array, if that is more than space and the end of a fence.
#[expect(clippy::unbuffered_bytes, reason = "what is counted is buffered")]
fn trailing<R: BufRead>(input: Counted<'_, R>) -> io::Result<Option<At>> {
    const FENCE: &[u8] = b"```";
    let at = input.at;
    let mut first = None;
    let mut matched = 0;
    for byte in input.bytes() {
        let byte = byte?;
        at.set(At { most: u64::MAX, ..at.get() });
        if byte.is_ascii_whitespace() && (matched == 0 || matched == FENCE.len()) {
            continue;
        }
        let first = *first.get_or_insert(at.get());
        if FENCE.get(matched) != Some(&byte) {
            return Ok(Some(first));
        }
        matched += 1;
    }
    Ok(first.filter(|_| matched < FENCE.len()))
}

/// Why an array was left before its end, other than for what is in it.
enum End {
    /// Columns are missing.
    Lacks(Error),
    /// Nobody wants more.
    Unwanted,
}

/// The array as it is read, so that nothing of it is held but rows.
struct Array<'a, 's, O> {
    place: &'a str,
    opened: O,
    builder: &'a mut Builder,
    flow: &'a mut Flow<'s>,
    at: &'a Cell<At>,
    present: Option<PerColumn<bool>>,
    end: Option<End>,
}

impl<'de, O: Fn(PerColumn<bool>) -> Opened> Visitor<'de> for &mut Array<'_, '_, O> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let mut number = 0_u64;
        while let Some(object) = elements.next_element::<Object>()? {
            number += 1;
            if let (None, Some(names)) = (self.present, &object.names) {
                let heading = Heading::new(b"", names.iter().map(String::as_bytes));
                let missing = column::missing(heading.present());
                if !missing.is_empty() {
                    self.end = Some(End::Lacks(lacks_columns(self.place, &heading, &missing)));
                    return Err(de::Error::custom("columns are missing"));
                }
                self.present = Some(heading.present());
                self.flow.open((self.opened)(heading.present()));
            }
            let present = self.present.unwrap_or_default();
            take(self.builder, Place("object", number), object, present);
            let at = self.at.get();
            if !self.flow.pass(self.builder, ARRAY, at.bytes) {
                self.end = Some(End::Unwanted);
                return Err(de::Error::custom("nobody wants more"));
            }
            self.at.set(at.with_room(LONGEST as u64));
        }
        Ok(())
    }
}
