//! Rows with a line for each column: `\G` of mysql and mycli, `\x` of psql, `.mode line` of sqlite3.

use std::borrow::Cow;
use std::io::{self, BufRead};

use super::cell::{Cell, hex};
use super::column::{Column, Heading, is_value};
use super::drawing::in_ascii;
use super::footer::footer;
use super::form::{Fields, Form, Step, lacks};
use super::lines::{Lines, Place, TOO_LONG, is_fence, quote_marks, without_end};
use super::row_builder::Builder;
use crate::source::{Error, Why};

/// What it is called.
const VERTICAL: &str = "rows printed vertically";

/// What a client of a database that compares names byte by byte is called.
pub(super) const PSQL: &str = "psql";
/// The same of SQLite's.
pub(super) const SQLITE: &str = "sqlite3";

/// What is said of a row that may be two, or a piece of one.
const BROKEN: &str = "a line of it is not what should follow the line before it";

/// Which mark stands between a column's name and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `id: 1`
    Colon,
    /// `id | 1`
    Bar,
    /// `id = 1`, of sqlite3.
    Equals,
}

/// How the rows of a text are printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    mark: Mark,
    /// The columns, in their order.
    names: Vec<String>,
    /// Whether a line stands before each row.
    is_headed: bool,
    /// Whose database it is from, where that tells that names are compared byte by byte.
    pub(super) teller: Option<&'static str>,
}

impl Layout {
    /// The layout of the rows that begin at a line, if they have the columns that are needed.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let mut lines = text.split_inclusive(|&byte| byte == b'\n').map(bare);
        let first = lines.next()?;
        let header = number(&first);
        let mut names: Vec<String> = Vec::new();
        let mut mark = None;
        let column = |line: &[u8]| {
            let (name, mark, _) = split(line, None)?;
            Some((name.to_owned(), mark))
        };
        let whole = header.is_none().then_some(first.clone());
        for line in whole.into_iter().chain(lines) {
            if number(&line).is_some() || line.trim_ascii().is_empty() && header.is_none() {
                break;
            }
            let Some((name, found)) = column(&line) else { continue };
            if *mark.get_or_insert(found) != found || names.contains(&name) {
                continue;
            }
            names.push(name);
        }
        let heading = Heading::new(b"", names.iter().map(String::as_bytes));
        let mark = mark.filter(|&mark| header.is_some() || mark == Mark::Equals)?;
        let is_psql = has(&first, b"[ RECORD ");
        let teller = match mark {
            Mark::Equals => Some(SQLITE),
            _ => is_psql.then_some(PSQL),
        };
        let is_known = super::column::missing(heading.present()).is_empty();
        is_known.then_some(Self { mark, names, is_headed: header.is_some(), teller })
    }

    /// Its columns.
    pub(super) fn heading(&self) -> Heading {
        Heading::new(b"", self.names.iter().map(String::as_bytes))
    }
}

/// Whether rows may begin at a line that are printed vertically.
pub(super) fn begins(line: &[u8]) -> bool {
    number(line).is_some()
        || matches!(split(line, None), Some((name, Mark::Equals, _)) if Column::from_heading(name).is_some())
}

/// A line without quotation marks, drawn in ASCII.
fn bare(line: &[u8]) -> Vec<u8> {
    in_ascii(without_end(&line[quote_marks(line)..], true)).into_owned()
}

fn has(line: &[u8], part: &[u8]) -> bool {
    line.windows(part.len()).any(|it| it == part)
}

/// The number of a row, from the line before it: `*** 2. row ***`, `***[ 2. row ]***`, `-[ RECORD 2 ]-`.
fn number(line: &[u8]) -> Option<u64> {
    let line = line.trim_ascii();
    let is_mysql = line.starts_with(b"***") && line.ends_with(b"***") && has(line, b". row");
    let is_psql = has(line, b"[ RECORD ") && has(line, b" ]");
    if !is_mysql && !is_psql {
        return None;
    }
    let digits = line.iter().skip_while(|byte| !byte.is_ascii_digit());
    let digits: Vec<u8> = digits.take_while(|byte| byte.is_ascii_digit()).copied().collect();
    str::from_utf8(&digits).ok()?.parse().ok()
}

/// A column's name and what it holds.
fn split(line: &[u8], wanted: Option<Mark>) -> Option<(&str, Mark, &[u8])> {
    let line = line.trim_ascii_start();
    let end = line.iter().position(|&byte| !byte.is_ascii_alphanumeric() && byte != b'_')?;
    let name = str::from_utf8(&line[..end]).ok().filter(|name| !name.is_empty())?;
    let rest = &line[end..];
    let spaces = rest.iter().take_while(|&&byte| byte == b' ').count();
    let (mark, value) = match (&rest[spaces..], spaces) {
        ([b':', value @ ..], 0) => (Mark::Colon, value),
        ([b'|', value @ ..], 1..) => (Mark::Bar, value),
        ([b'=', value @ ..], 1..) => (Mark::Equals, value),
        _ => return None,
    };
    let is_apart = value.is_empty() || value.starts_with(b" ");
    (is_apart && wanted.is_none_or(|wanted| wanted == mark)).then_some((name, mark, value))
}

/// A row, as far as its lines have come.
struct Row {
    first: u64,
    fields: Vec<Vec<u8>>,
    is_broken: bool,
}

/// A text of such rows.
pub(super) struct Vertical<R> {
    lines: Lines<R>,
    layout: Layout,
    heading: Heading,
    row: Option<Row>,
    /// The number of the last row, and how many came.
    number: Option<u64>,
    records: u64,
    has_begun: bool,
    is_over: bool,
    ends: bool,
}

impl<R: BufRead> Vertical<R> {
    pub(super) fn new(lines: Lines<R>, layout: Layout) -> Self {
        let heading = layout.heading();
        Self {
            lines,
            layout,
            heading,
            row: None,
            number: None,
            records: 0,
            has_begun: false,
            is_over: false,
            ends: true,
        }
    }

    /// Gives the row that is complete, or cut, to the builder.
    fn finish(&mut self, builder: &mut Builder) -> bool {
        let Some(row) = self.row.take() else { return false };
        self.records += 1;
        let place = Place { first: row.first, last: self.lines.number().max(row.first) };
        let (came, all) = (row.fields.len(), self.heading.width);
        if row.is_broken {
            builder.refuse(place, BROKEN);
        } else if came < all {
            let why =
                Why::new("it has {} of {} columns: the text may have been cut", &[&came, &all]);
            builder.refuse(place, why);
        } else {
            let fields: Vec<Cell<'_>> = row.fields.iter().map(|field| cell(field)).collect();
            let fields = Fields { heading: &self.heading, fields: &fields };
            builder.take_with(place, &fields.cells(), &fields);
        }
        true
    }

    /// Takes a line of a row.
    fn line(&mut self, line: &[u8]) {
        let names = &self.layout.names;
        let column = split(line, Some(self.layout.mark));
        let known = column.and_then(|(name, ..)| names.iter().position(|known| known == name));
        let Some(row) = &mut self.row else { return };
        match (known, column) {
            (Some(at), Some((.., value))) if at == row.fields.len() => {
                row.fields.push(value.trim_ascii().to_vec());
            }
            // A column at another place: it may be in a value, and so may others be.
            (Some(_), _) => row.is_broken = true,
            (None, _) => {
                let last = row.fields.len().checked_sub(1).and_then(|at| names.get(at));
                let is_in_value = last.is_some_and(|name| is_value(name) || name == "old_value");
                let is_complete = row.fields.len() == names.len();
                let is_blank = line.trim_ascii().is_empty();
                row.is_broken |= !is_in_value && !is_complete && !is_blank;
                // What is in hex is on one line, or is no longer whole.
                if let Some(field) = row.fields.last_mut()
                    && is_in_value
                    && !is_blank
                    && hex(field).is_some()
                {
                    field.push(b'\n');
                }
            }
        }
    }

    /// Whether a row begins at a line without a line before it.
    fn begins_row(&self, line: &[u8]) -> bool {
        let is_done = self.row.as_ref().is_none_or(|row| row.fields.len() == self.heading.width);
        !self.layout.is_headed
            && is_done
            && split(line, Some(self.layout.mark))
                .is_some_and(|(name, ..)| self.layout.names.first().is_some_and(|it| it == name))
    }
}

/// What a column holds. mycli has its own word for NULL.
fn cell(field: &[u8]) -> Cell<'_> {
    match field {
        b"" => Cell::Blank,
        b"NULL" | b"<null>" => Cell::Null,
        field => Cell::Text(Cow::Borrowed(field)),
    }
}

impl<R: BufRead> Form for Vertical<R> {
    fn advance(&mut self, builder: &mut Builder) -> io::Result<Step> {
        if !std::mem::replace(&mut self.has_begun, true) {
            return Ok(Step::Begun(self.heading.clone()));
        }
        loop {
            if !self.lines.advance()? {
                return Ok(if self.finish(builder) { Step::Row } else { Step::Over });
            }
            self.ends = self.lines.is_ended();
            let place = Place { first: self.lines.number(), last: self.lines.number() };
            if self.lines.is_too_long() {
                builder.refuse(place, TOO_LONG);
                if let Some(row) = &mut self.row {
                    row.is_broken = true;
                }
                continue;
            }
            let line = self.lines.text().to_vec();
            let trimmed = line.trim_ascii();
            let next = number(&line).filter(|_| self.layout.is_headed);
            if next.is_some() || self.begins_row(&line) {
                let was_there = self.finish(builder);
                let row = Row { first: place.first, fields: Vec::new(), is_broken: false };
                self.row = Some(row);
                let before = self.number.and_then(|number| number.checked_add(1));
                if let (Some(next), Some(before)) = (next, before)
                    && next != before
                {
                    let why = Why::new("it is row {}, and row {} should come", &[&next, &before]);
                    builder.refuse(place, why);
                }
                self.number = next.or(self.number);
                self.is_over = false;
                if next.is_none() {
                    self.line(&line);
                }
                if was_there {
                    return Ok(Step::Row);
                }
            } else if self.is_over {
                if split(&line, Some(self.layout.mark))
                    .is_some_and(|(name, ..)| self.layout.names.iter().any(|it| it == name))
                {
                    builder.refuse(place, "it comes after the end of the table");
                }
            } else if is_fence(trimmed) && self.lines.are_fenced() {
                self.is_over = true;
            } else if let Some(rows) = footer(trimmed, self.records + u64::from(self.row.is_some()))
            {
                self.finish(builder);
                self.is_over = true;
                if rows != self.records {
                    let why = Why::new("it says {} rows, but {} are here", &[&rows, &self.records]);
                    builder.refuse(place, why);
                }
                return Ok(Step::Row);
            } else {
                self.line(&line);
            }
        }
    }

    fn bytes(&self) -> u64 {
        self.lines.bytes()
    }

    fn kind(&self) -> &'static str {
        VERTICAL
    }

    fn notes(&mut self) -> Vec<String> {
        let cut = "The last line is not terminated: the text may have been cut.".to_owned();
        (!self.ends && !self.is_over).then_some(cut).into_iter().collect()
    }

    fn nothing(&self, place: &str) -> Option<Error> {
        lacks(place, &self.heading)
    }
}
