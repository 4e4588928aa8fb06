//! JSON in which rows are somewhere inside: as `phpMyAdmin`, `DBeaver` and `mysqlsh` write it, with names of
//! columns beside lists of what they hold, or one object after the other.

use std::cell::Cell as Counter;
use std::fmt;
use std::io::BufRead;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::array::{At, Broken, Counted};
use super::cell::{Cell, Cells};
use super::column::{Column, Heading, PerColumn, is_value, missing};
use super::flow::Flow;
use super::footer::footer;
use super::json::{Place, take, what_is_wrong};
use super::lines::{LONGEST, TOO_LONG, is_fence};
use super::object::{Object, Scalars, is_asking};
use super::row_builder::Builder;
use crate::source::{Opened, Why};

/// What it is called.
pub(super) const NESTED: &str = "JSON";

/// How many fields of a list are held: no row of kine's has so many.
const MOST: usize = 64;

/// What was found of a value.
enum Seen {
    /// A number, a string or NULL, if it is one.
    Scalar(Option<Cell<'static>>),
    /// A list without rows, of such values alone.
    List(Vec<Cell<'static>>),
    /// A row.
    Row,
    /// Anything else.
    Other,
}

/// The text as it is read, so that nothing of it is held but rows.
struct Walk<'a, 's, O> {
    opened: O,
    builder: &'a mut Builder,
    flow: &'a mut Flow<'s>,
    at: &'a Counter<At>,
    /// The columns of the first row.
    present: Option<PerColumn<bool>>,
    /// The columns of lists, where these are named.
    named: Option<Heading>,
    /// How many lists came that may be rows, before columns were named.
    unnamed: u64,
    number: u64,
    is_unwanted: bool,
}

/// Reads JSON that begins after so many lines, whose rows are somewhere inside; gives the columns of the
/// first row, with which `opened` is asked what is known before it.
pub(super) fn read_nested(
    input: impl BufRead,
    before: u64,
    opened: impl Fn(PerColumn<bool>) -> Opened,
    builder: &mut Builder,
    flow: &mut Flow<'_>,
) -> Result<Option<PerColumn<bool>>, Broken> {
    let at = Counter::new(At::after(before, LONGEST as u64));
    let mut input = Counted { input, at: &at };
    let mut walk = Walk {
        opened,
        builder,
        flow,
        at: &at,
        present: None,
        named: None,
        unnamed: 0,
        number: 0,
        is_unwanted: false,
    };
    loop {
        let next = input.skip_blanks().map_err(Broken::Unreadable)?;
        let line = at.get().line();
        if next.is_none_or(|byte| byte != b'{' && byte != b'[') {
            walk.rest(&mut input, line).map_err(Broken::Unreadable)?;
            break;
        }
        let mut parser = serde_json::Deserializer::from_reader(&mut input);
        let why = match (&mut walk).deserialize(&mut parser) {
            _ if walk.is_unwanted => break,
            Ok(_) => continue,
            Err(why) => why,
        };
        let why = if at.get().is_too_long() {
            Why::from(TOO_LONG)
        } else if why.is_io() {
            return Err(Broken::Unreadable(why.into()));
        } else if why.is_eof() {
            "it is not closed: the text may have been cut".into()
        } else {
            what_is_wrong(&why)
        };
        let line = at.get().line();
        walk.builder.refuse(Place("line", line), why.and("; what follows was not read"));
        break;
    }
    if walk.named.is_some() && walk.unnamed > 0 {
        let why = Why::new("{} lists come before the names of their columns", &[&walk.unnamed]);
        walk.builder.refuse("end of file", why);
    }
    Ok(walk.present)
}

impl<O: Fn(PerColumn<bool>) -> Opened> Walk<'_, '_, O> {
    /// Looks at what follows JSON: the end of a fence, how many rows a client counted, somebody's words.
    fn rest(&mut self, input: &mut Counted<'_, impl BufRead>, first: u64) -> std::io::Result<()> {
        let mut line = Vec::new();
        let mut number = first;
        while input.next_line(&mut line)? {
            let text = line.trim_ascii();
            match footer(text, self.number) {
                Some(rows) if rows != self.number => {
                    let why = Why::new("it says {} rows, but {} are here", &[&rows, &self.number]);
                    self.builder.refuse(Place("line", number), why);
                }
                Some(_) => {}
                None if !is_fence(text) && text.iter().any(|byte| b"{}[]\":".contains(byte)) => {
                    self.builder.refuse(Place("line", number), "it is not JSON");
                }
                None => {}
            }
            number += 1;
        }
        Ok(())
    }

    /// Takes a row.
    fn take(&mut self, object: Object, present: PerColumn<bool>) {
        self.number += 1;
        if self.present.is_none() {
            self.present = Some(present);
            self.flow.open((self.opened)(present));
        }
        let present = self.present.unwrap_or_default();
        take(self.builder, Place("object", self.number), object, present);
        self.go_on();
    }

    fn go_on(&mut self) {
        let at = self.at.get();
        self.is_unwanted |= !self.flow.pass(self.builder, NESTED, at.bytes());
        self.at.set(at.with_room(LONGEST as u64));
    }

    /// Takes a list as a row, if the names of its columns came before.
    fn take_list(&mut self, list: &[Cell<'static>]) {
        let Some(heading) = &self.named else {
            self.unnamed += 1;
            return;
        };
        if list.len() != heading.width {
            let why = Why::new("it has {} fields, the heading {}", &[&list.len(), &heading.width]);
            self.number += 1;
            self.builder.refuse(Place("object", self.number), why);
            return self.go_on();
        }
        let mut cells: Cells<'static> = Cells::default();
        for (cell, at) in cells.iter_mut().zip(heading.places) {
            *cell = at.and_then(|at| list.get(at)).cloned();
        }
        let cells = Ok(cells);
        let value =
            heading.values[0].filter(|_| is_asking(&cells)).and_then(|at| list.get(at)).cloned();
        let present = heading.present();
        self.take(Object { cells, value, names: None }, present);
    }

    /// Takes what an object has under a name that is no column of kine's.
    fn other<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        if let Seen::List(list) = map.next_value_seed(&mut *self)? {
            let names = list.iter().map(|cell| match cell {
                Cell::Text(text) => &**text,
                _ => b"",
            });
            let heading = Heading::new(b"", names);
            if missing(heading.present()).is_empty() && heading.twice.is_none() {
                self.named = Some(heading);
            }
        }
        Ok(())
    }
}

impl<'de, O: Fn(PerColumn<bool>) -> Opened> DeserializeSeed<'de> for &mut Walk<'_, '_, O> {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Seen, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, O: Fn(PerColumn<bool>) -> Opened> Visitor<'de> for &mut Walk<'_, '_, O> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let mut cells = Ok(Cells::default());
        let mut value = None;
        let mut present: PerColumn<bool> = [false; 7];
        while let Some(name) = map.next_key::<String>()? {
            let Some(column) = Column::from_heading(&name) else {
                let is_of_row =
                    present[Column::Id as usize] || present[Column::PrevRevision as usize];
                if is_asking(&cells) && is_value(&name) {
                    if let Seen::Scalar(cell) = map.next_value_seed(&mut *self)? {
                        value = cell;
                    }
                } else if is_of_row || is_value(&name) || name == "old_value" {
                    map.next_value::<IgnoredAny>()?;
                } else {
                    self.other(&mut map)?;
                }
                continue;
            };
            let twice = std::mem::replace(&mut present[column as usize], true);
            let seen = map.next_value_seed(&mut *self)?;
            let Ok(known) = &mut cells else { continue };
            match seen {
                _ if twice => cells = Err(Why::new("it has `{}` twice", &[&column.name()])),
                Seen::Scalar(Some(cell)) => known[column as usize] = Some(cell),
                _ => {
                    let why = "`{}` is neither a number nor a string";
                    cells = Err(Why::new(why, &[&column.name()]));
                }
            }
        }
        if !missing(present).is_empty() {
            return Ok(Seen::Other);
        }
        self.take(Object { cells, value, names: None }, present);
        if self.is_unwanted { Err(de::Error::custom("nobody wants more")) } else { Ok(Seen::Row) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Seen, A::Error> {
        let mut list = Some(Vec::new());
        let mut has_rows = false;
        while let Some(seen) = seq.next_element_seed(&mut *self)? {
            match (seen, &mut list) {
                (Seen::Scalar(Some(cell)), Some(known)) if known.len() < MOST && !has_rows => {
                    known.push(cell);
                    continue;
                }
                (Seen::Row, _) => has_rows = true,
                (Seen::List(inner), _) if !has_rows => self.take_list(&inner),
                _ if has_rows => {
                    self.number += 1;
                    self.builder.refuse(
                        Place("object", self.number),
                        "it is not a row like those before it",
                    );
                    self.go_on();
                }
                _ => {}
            }
            if self.is_unwanted {
                return Err(de::Error::custom("nobody wants more"));
            }
            list = None;
        }
        Ok(list.map_or(Seen::Other, Seen::List))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Seen, E> {
        Scalars.visit_unit().map(|scalar| Seen::Scalar(scalar.0))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Seen, E> {
        Ok(Seen::Scalar(None))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Seen, E> {
        Scalars.visit_u64(number).map(|scalar| Seen::Scalar(scalar.0))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Seen, E> {
        Scalars.visit_i64(number).map(|scalar| Seen::Scalar(scalar.0))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Seen, E> {
        Scalars.visit_f64(number).map(|scalar| Seen::Scalar(scalar.0))
    }

    fn visit_str<E: de::Error>(self, string: &str) -> Result<Seen, E> {
        Scalars.visit_str(string).map(|scalar| Seen::Scalar(scalar.0))
    }

    fn visit_string<E: de::Error>(self, string: String) -> Result<Seen, E> {
        Scalars.visit_string(string).map(|scalar| Seen::Scalar(scalar.0))
    }
}
