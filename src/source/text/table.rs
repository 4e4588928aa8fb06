//! Tables of lines: tab-separated text, boxes, pipe tables, CSV.

use std::io::{self, BufRead};

use super::cell::{Cell, Cells};
use super::column::{Column, Heading, PerColumn};
use super::footer::footer;
use super::lines::{Lines, Place, TOO_LONG, is_fence};
use super::record::go_on;
use super::row_builder::{Builder, Values};
use super::sniff;
use super::split::{Split, drawn, is_numeral, starts};
use crate::source::Why;

/// Reads the rows under a heading; gives the format's name and what should be noted. `ended` says
/// whether the heading's line has an end. After each line `pass` is told the format and how many bytes
/// have been read; when it is false, nothing more is.
pub(super) fn read(
    lines: &mut Lines<impl BufRead>,
    split: Split,
    heading: &Heading,
    ended: bool,
    builder: &mut Builder,
    mut pass: impl FnMut(&mut Builder, &'static str, u64) -> bool,
) -> io::Result<(&'static str, Vec<String>)> {
    let boxed = matches!(split, Split::Bars { rule: Some(_), .. });
    let frame = if boxed { Frame::Heading } else { Frame::None };
    let mut reader = Reader {
        split,
        present: heading.present(),
        heading: heading.clone(),
        builder,
        frame,
        ruled: false,
        end: End::NotYet,
        between: if lines.are_ruled() { Between::Line } else { Between::Nothing },
        fence: if lines.are_fenced() { Fence::Open } else { Fence::Closed },
        first: true,
        records: 0,
        cut: !ended,
    };
    while lines.advance()? {
        let first = lines.number();
        go_on(lines, &reader.split)?;
        let place = Place { first, last: lines.number() };
        if lines.is_too_long() {
            // Whether the next line begins a row or goes on in a field of this one cannot be told.
            let is_csv = matches!(reader.split, Split::Separated { .. });
            let rest = if is_csv { "; what follows was not read" } else { "" };
            reader.refuse(place, Why::from(TOO_LONG).and(rest));
            if is_csv {
                break;
            }
        } else {
            reader.line(lines.text(), place);
        }
        reader.cut &= !lines.is_ended();
        let kind = reader.kind();
        if !pass(reader.builder, kind, lines.bytes()) {
            break;
        }
    }
    Ok(reader.finish())
}

/// Why a value is not known.
const SEPARATED: &str = "it holds what separates fields";

/// The fields of a row that have values.
struct Fields<'f> {
    split: &'f Split,
    places: [Option<usize>; 2],
    all: &'f [&'f [u8]],
}

impl Values for Fields<'_> {
    fn value(&self, which: usize) -> Option<Result<Cell<'_>, &'static str>> {
        let at = self.places[which]?;
        Some(self.all.get(at).map_or(Err(SEPARATED), |field| self.split.cell(field)))
    }
}

/// How much of a box has been seen. Without its last line it may have been cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// It is no box.
    None,
    /// The heading, and next the rule under it.
    Heading,
    /// Rows.
    Rows,
    /// The closing rule.
    Closed,
}

/// What stands between the rows of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    /// A drawn line: each may be the closing one.
    Line,
}

/// Whether the table is over, so that what follows is somebody's prose, unless it may be of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    NotYet,
    /// A blank line came after the rows of a pipe table. More rows may follow.
    Perhaps,
    /// A fence, a footer or a closing rule said so.
    Yes,
}

/// Whether a fence is open around a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fence {
    Open,
    Closed,
}

impl Fence {
    /// What it is behind a line of a fence.
    const fn turned(self) -> Self {
        match self {
            Self::Open => Self::Closed,
            Self::Closed => Self::Open,
        }
    }
}

struct Reader<'r> {
    split: Split,
    heading: Heading,
    /// The columns of the first heading.
    present: PerColumn<bool>,
    builder: &'r mut Builder,
    frame: Frame,
    between: Between,
    /// Whether the line before this one was drawn, as a box begins.
    ruled: bool,
    end: End,
    fence: Fence,
    /// Whether the next line is the first after a heading.
    first: bool,
    /// How many rows came since the heading, understood or not.
    records: u64,
    /// Whether the current line was a row, or the heading, without anything that ends it.
    cut: bool,
}

impl Reader<'_> {
    fn line(&mut self, line: &[u8], place: Place) {
        let first = std::mem::replace(&mut self.first, false);
        let trimmed = line.trim_ascii();
        let is_drawn = matches!(self.split, Split::Bars { .. } | Split::Spaces { .. });
        let ruled = std::mem::replace(&mut self.ruled, false);
        self.cut = false;
        if trimmed.is_empty() {
            self.first = first;
            if is_drawn && self.end == End::NotYet {
                self.end = End::Perhaps;
            }
        } else if trimmed == self.heading.line.trim_ascii() {
            // The next table, as when two outputs are put together.
            (self.first, self.end, self.records) = (true, End::NotYet, 0);
            if self.frame != Frame::None {
                self.frame = Frame::Heading;
            }
            self.builder.begin_section(place.first);
        } else if is_fence(trimmed) && (self.fence == Fence::Open || self.end != End::NotYet) {
            (self.end, self.fence) = (End::Yes, self.fence.turned());
        } else if let Some(rows) = footer(trimmed, self.records) {
            if rows != self.records {
                let why = Why::new("it says {} rows, but {} are here", &[&rows, &self.records]);
                self.builder.refuse(place, why);
            }
            self.end = End::Yes;
        } else if is_drawn && let Some(rule) = drawn(trimmed) {
            self.ruled = rule.starts_with(b"+");
            self.rule(rule, first);
        } else if let Err(why) = self.row(line)
            && !self.heads(line, place, ruled)
            && let Some(why) = why
        {
            self.builder.refuse(place, why);
        }
    }

    /// Takes a line as the heading of another table, if it is one.
    fn heads(&mut self, line: &[u8], place: Place, ruled: bool) -> bool {
        let Some((mut split, mut heading)) = sniff::heading(line, &self.split) else {
            return false;
        };
        let at = place.first;
        if let Split::Bars { rule, .. } = &mut split {
            *rule = ruled.then(Vec::new);
        }
        // What the first table has not is not known of this one either.
        for (found, present) in heading.places.iter_mut().zip(self.present) {
            *found = found.filter(|_| present);
        }
        self.builder.begin_section(at);
        if heading.present() != self.present {
            self.builder.note(format!(
                "A second table begins at line {at}, without some columns of the first. Only the \
                 first is read."
            ));
            self.builder.leave_section();
        } else if heading.places != self.heading.places {
            let note = format!("Line {at} is another heading: what follows is read by it.");
            self.builder.note(note);
        }
        self.frame = if ruled { Frame::Heading } else { Frame::None };
        (self.first, self.end, self.records, self.cut) = (true, End::NotYet, 0, true);
        (self.split, self.heading) = (split, heading);
        true
    }

    /// Counts a row that is not understood.
    fn refuse(&mut self, place: Place, why: impl Into<Why>) {
        (self.first, self.cut) = (false, false);
        self.records += 1;
        self.builder.refuse(place, why);
    }

    /// A drawn line: under the heading, around a box, or between its rows.
    fn rule(&mut self, rule: &[u8], first: bool) {
        let corner = rule.starts_with(b"+");
        match (self.frame, &mut self.split) {
            (_, Split::Spaces { starts: columns }) if first => *columns = Some(starts(rule)),
            // Python's tabulate draws `|---+---|` where others draw `+---+---+`.
            (Frame::Heading, Split::Bars { rule: known, .. }) if first && rule.contains(&b'+') => {
                let mut rule = rule.to_vec();
                if let [first, .., last] = rule.as_mut_slice() {
                    (*first, *last) = (b'+', b'+');
                }
                *known = Some(rule);
                self.frame = Frame::Rows;
            }
            (Frame::None | Frame::Heading, Split::Bars { rule: known, .. }) if first && corner => {
                *known = Some(rule.to_vec());
                self.frame = Frame::Rows;
            }
            (Frame::Rows, _) if corner => {
                self.frame = Frame::Closed;
                self.end = End::Yes;
            }
            _ => {}
        }
    }

    /// Takes a line as a row. The error says why it is none, unless it is prose after the table.
    fn row(&mut self, line: &[u8]) -> Result<(), Option<Why>> {
        let bars = matches!(self.split, Split::Bars { .. });
        let trimmed = line.trim_ascii();
        let closed = self.frame == Frame::Closed;
        if closed && !trimmed.starts_with(b"|") && self.is_prose(line) {
            return Err(None);
        }
        let fields = match self.split.fields(line, Some(self.heading.width)) {
            Ok(fields) => fields,
            Err(_) if self.is_prose(line) => return Err(None),
            Err(why) => {
                self.records += 1;
                return Err(Some(why.into()));
            }
        };
        let width = self.heading.width;
        let fields = if bars { self.asking(line, &fields).unwrap_or(fields) } else { fields };
        let shortened = self.without_values(&fields);
        let is_known = shortened.is_some() || fields.len() == width;
        let found = fields.len();
        let fields = shortened.unwrap_or(fields);
        if !is_known {
            if self.is_prose(line) {
                return Err(None);
            }
            self.records += 1;
            self.builder.misfit();
            let fields = if found == 1 { "field" } else { "fields" };
            return Err(Some(Why::new("it has {} {}, the heading {}", &[&found, &fields, &width])));
        }
        if closed && self.between == Between::Line {
            (self.frame, self.end) = (Frame::Rows, End::NotYet);
        } else if closed {
            return Err(Some("it comes after the table's closing line".into()));
        }
        self.records += 1;
        self.cut = !(bars && trimmed.ends_with(b"|"));
        let mut cells: Cells<'_> = Default::default();
        for ((cell, at), column) in cells.iter_mut().zip(self.heading.places).zip(Column::ALL) {
            let Some(at) = at else { continue };
            let why = |why: &'static str| Some(Why::new("`{}`: {}", &[&column.name(), &why]));
            *cell = Some(self.split.cell(fields[at]).map_err(why)?);
        }
        if self.builder.try_take(&cells)? {
            let values = Fields { split: &self.split, places: self.heading.values, all: &fields };
            self.builder.take_values(&values);
        }
        Ok(())
    }

    /// The fields before the values, of a row that has too many because a value holds what separates them;
    /// `None` where the name may hold it as well.
    fn without_values<'l>(&self, fields: &[&'l [u8]]) -> Option<Vec<&'l [u8]>> {
        let Heading { places, values, width, .. } = self.heading;
        let more = fields.len().checked_sub(width).filter(|&more| more > 0)?;
        let end = values.into_iter().flatten().min()?;
        let name = places[Column::Name as usize]?;
        let numbers = || places.into_iter().flatten().filter(|&place| place != name);
        let is_number = |field: &&[u8]| {
            let cell = self.split.cell(field);
            is_numeral(field) || matches!(cell, Ok(Cell::Null | Cell::Blank))
        };
        // As if so many of the separators were in the name.
        let fits = |in_name: usize| {
            let place = |place: usize| if place > name { place + in_name } else { place };
            numbers().all(|at| fields.get(place(at)).is_some_and(is_number))
        };
        let is_sure =
            numbers().chain([name]).all(|place| place < end) && fits(0) && !(1..=more).any(fits);
        is_sure.then(|| fields[..end].to_vec())
    }

    /// Whether a line that is no row is somebody's prose after the table. Where it has a number between
    /// the table's separators it may be a piece of a row that is broken by line ends in its values: of
    /// such pieces one has the row's `id`.
    fn is_prose(&self, line: &[u8]) -> bool {
        match self.end {
            End::NotYet => false,
            End::Perhaps | End::Yes if matches!(self.split, Split::Spaces { .. }) => {
                let fields = self.split.fields(line, None);
                fields.is_ok_and(|fields| fields.len() != self.heading.width)
                    || !line.iter().any(u8::is_ascii_digit)
            }
            End::Perhaps => !line.contains(&b'|'),
            End::Yes => {
                let by = self.split.separator();
                !line.contains(&by) || !line.split(|&byte| byte == by).any(is_numeral)
            }
        }
    }

    /// The fields of a line of a pipe table that is a row of `compact_rev_key_apiserver`, whose values
    /// have a bar. `plain` takes each bar as one between fields, and may be as many all the same.
    fn asking<'l>(&self, line: &'l [u8], plain: &[&[u8]]) -> Option<Vec<&'l [u8]>> {
        /// Its value has one bar. A line of very many is no such row, and splitting it takes room.
        const FEW: usize = 4;
        let Heading { places, width, .. } = self.heading;
        let is_asking = |fields: &[&[u8]]| {
            let name = places[Column::Name as usize].and_then(|at| fields.get(at));
            let cell = name.and_then(|name| self.split.cell(name).ok());
            matches!(cell, Some(Cell::Text(name)) if self.builder.is_asking(&name))
        };
        let may_be = width..=width + FEW;
        if !may_be.contains(&plain.len()) || (plain.len() == width && !is_asking(plain)) {
            return None;
        }
        self.split.padded(line, width).filter(|fields| is_asking(fields))
    }

    fn finish(self) -> (&'static str, Vec<String>) {
        if matches!(self.frame, Frame::Heading | Frame::Rows) {
            self.builder.refuse(
                "end of file",
                "the table's closing line is missing: the text may have been cut",
            );
        }
        let mut notes = Vec::new();
        if self.cut && self.split == Split::Tabs {
            self.builder.refuse(
                "end of file",
                "the last line is not terminated, and `mysql -B` always terminates it: its last \
                 field may have been cut",
            );
        } else if self.cut && self.frame == Frame::None {
            // Programs that write CSV, and people who paste, often leave out the last one.
            notes.push("The last line is not terminated: the text may have been cut.".to_owned());
        }
        (self.kind(), notes)
    }

    /// The format's name, once its first row has come.
    const fn kind(&self) -> &'static str {
        match self.split {
            Split::Tabs => "tab-separated text",
            Split::Bars { .. } if matches!(self.frame, Frame::None) => "a pipe table",
            Split::Bars { .. } => "a boxed table",
            Split::Spaces { .. } => "columns of text",
            Split::Separated { by: b';', .. } => "semicolon-separated text",
            Split::Separated { .. } => "comma-separated text",
        }
    }
}
