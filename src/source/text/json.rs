//! JSON: an object per line. What it has in common with an [array](super::array) of them.

use std::fmt;
use std::io::{self, BufRead};

use super::column::{Column, PerColumn};
use super::flow::Flow;
use super::footer::footer;
use super::lines::{Lines, TOO_LONG, is_fence};
use super::object::Object;
use super::row_builder::Builder;
use crate::source::Why;

/// What an object per line is called.
pub(super) const LINES: &str = "JSON lines";

/// Reads an object from each line. After the end of a fence only what has no brace is prose.
pub(super) fn read_lines(
    lines: &mut Lines<impl BufRead>,
    present: PerColumn<bool>,
    builder: &mut Builder,
    flow: &mut Flow<'_>,
) -> io::Result<()> {
    let mut over = false;
    let mut rows = 0;
    while lines.advance()? {
        let place = Place("line", lines.number());
        let line = lines.text().trim_ascii();
        over |= lines.are_fenced() && is_fence(line);
        if lines.is_too_long() {
            builder.refuse(place, TOO_LONG);
        } else if line.is_empty() || over && !line.contains(&b'{') {
            continue;
        } else {
            match serde_json::from_slice(line) {
                Ok(object) => {
                    rows += 1;
                    take(builder, place, object, present);
                }
                Err(_) if footer(line, rows) == Some(rows) => over = true,
                Err(why) => builder.refuse(place, what_is_wrong(&why)),
            }
        }
        if !flow.pass(builder, LINES, lines.bytes()) {
            break;
        }
    }
    Ok(())
}

/// Where an object is: what is counted, and its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(pub(super) &'static str, pub(super) u64);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}

/// Takes the row that an object holds. It must have the columns that the first one has: a column
/// that comes and goes is damage, and not a NULL.
pub(super) fn take(builder: &mut Builder, place: Place, object: Object, present: PerColumn<bool>) {
    let cells = match object.cells {
        Ok(cells) => cells,
        Err(why) => return builder.refuse(place, why),
    };
    let differing = Column::ALL
        .into_iter()
        .find(|&column| cells[column as usize].is_some() != present[column as usize]);
    match differing {
        None => {
            if builder.take(place, &cells)
                && let Some(value) = &object.value
            {
                builder.ask(value);
            }
        }
        Some(column) if present[column as usize] => {
            builder.refuse(place, Why::new("it has no `{}`", &[&column.name()]));
        }
        Some(column) => {
            let why = Why::new("it has `{}`, and the first object does not", &[&column.name()]);
            builder.refuse(place, why);
        }
    }
}

pub(super) fn what_is_wrong(why: &serde_json::Error) -> Why {
    match why.classify() {
        serde_json::error::Category::Eof => "the object is cut short".into(),
        _ => no_json(why.column() as u64),
    }
}

/// Where a text stops to be JSON.
pub(super) fn no_json(column: u64) -> Why {
    Why::new("it is not JSON, from column {} on", &[&column])
}
