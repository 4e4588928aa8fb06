//! JSON: an object per line, or one array of objects.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead};

use serde::Deserializer as _;
use serde::de::{self, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::column::{self, Column, Heading, PerColumn};
use super::flow::Flow;
use super::lines::Lines;
use super::record::{Builder, Cell, Cells};
use super::{Error, lacks_columns};

/// What an object per line is called.
pub(super) const LINES: &str = "JSON lines";

/// Reads an object from each line.
pub(super) fn read_lines(
    lines: &mut Lines<impl BufRead>,
    present: PerColumn<bool>,
    builder: &mut Builder,
    flow: &mut Flow<'_>,
) -> io::Result<()> {
    let mut over = false;
    while lines.advance()? {
        let line = lines.text().trim_ascii();
        over |= line.starts_with(b"```");
        if line.is_empty() || over && !line.starts_with(b"{") {
            continue;
        }
        let place = Place("line", lines.number());
        match serde_json::from_slice(line) {
            Ok(value) => take(builder, place, value, present),
            Err(why) => builder.refuse(place, what_is_wrong(&why)),
        }
        if !flow.pass(builder, LINES, lines.bytes()) {
            break;
        }
    }
    Ok(())
}

/// Reads an array of objects that begins on a line; gives the columns of its first object.
pub(super) fn read_array(
    text: &[u8],
    before: u64,
    place: &str,
    builder: &mut Builder,
) -> Result<PerColumn<bool>, Error> {
    let text = text.trim_ascii();
    let text = text.strip_suffix(b"```").unwrap_or(text);
    let mut parser = serde_json::Deserializer::from_slice(text);
    let mut array = Array { place, builder, present: None, lacks: None };
    let result = parser.deserialize_seq(&mut array).and_then(|()| parser.end());
    let Array { builder, present, lacks, .. } = array;
    if let Some(lacks) = lacks {
        return Err(lacks);
    }
    if let Err(why) = result {
        let line = before + why.line() as u64;
        let why = match why.classify() {
            serde_json::error::Category::Eof => {
                "the array is not closed: the text may have been cut".to_owned()
            }
            _ => format!("{}; what follows was not read", what_is_wrong(&why)),
        };
        builder.refuse(Place("line", line), why);
    }
    // An array without objects names no columns, and so misses none.
    Ok(present.unwrap_or([true; 7]))
}

/// Where an object is: what is counted, and its number.
#[derive(Debug, Clone, Copy)]
struct Place(&'static str, u64);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}

/// The array as it is read, so that a long one is never held twice.
struct Array<'a> {
    place: &'a str,
    builder: &'a mut Builder,
    present: Option<PerColumn<bool>>,
    lacks: Option<Error>,
}

impl<'de> Visitor<'de> for &mut Array<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let mut number = 0_u64;
        while let Some(value) = elements.next_element::<Value>()? {
            number += 1;
            if let (None, Value::Object(object)) = (self.present, &value) {
                let heading = Heading::new(b"", object.keys().map(String::as_bytes));
                let missing = column::missing(heading.present());
                if !missing.is_empty() {
                    self.lacks = Some(lacks_columns(self.place, &heading.names, &missing));
                    return Err(de::Error::custom("columns are missing"));
                }
                self.present = Some(heading.present());
            }
            let present = self.present.unwrap_or_default();
            take(self.builder, Place("object", number), value, present);
        }
        Ok(())
    }
}

/// Takes the row that an object holds. It must have the columns that the first one has: a column
/// that comes and goes is damage, and not a NULL.
fn take(builder: &mut Builder, place: Place, value: Value, present: PerColumn<bool>) {
    let cells = match value {
        Value::Object(object) => cells(object),
        _ => Err("it is no object".to_owned()),
    };
    let differing = |cells: &Cells<'_>| {
        Column::ALL
            .into_iter()
            .find(|&column| cells[column as usize].is_some() != present[column as usize])
    };
    match cells {
        Err(why) => builder.refuse(place, why),
        Ok(cells) => match differing(&cells) {
            None => {
                builder.take(place, &cells);
            }
            Some(column) if present[column as usize] => {
                builder.refuse(place, format!("it has no `{}`", column.name()));
            }
            Some(column) => builder
                .refuse(place, format!("it has `{}`, the first object has not", column.name())),
        },
    }
}

fn cells(object: Map<String, Value>) -> Result<Cells<'static>, String> {
    let mut cells = Cells::default();
    for (key, value) in object {
        let Some(column) = Column::from_heading(&key) else { continue };
        let cell = match value {
            Value::Null => Cell::Null,
            Value::String(text) => Cell::Text(Cow::Owned(text.into_bytes())),
            Value::Number(number) => Cell::Text(Cow::Owned(number.to_string().into_bytes())),
            _ => return Err(format!("`{}` is neither a number nor a string", column.name())),
        };
        if cells[column as usize].replace(cell).is_some() {
            return Err(format!("it has `{}` twice", column.name()));
        }
    }
    Ok(cells)
}

fn what_is_wrong(why: &serde_json::Error) -> String {
    match why.classify() {
        serde_json::error::Category::Eof => "the object is cut short".to_owned(),
        _ => format!("it is no JSON, from column {}", why.column()),
    }
}
