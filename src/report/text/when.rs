//! When the rows were written that decide what becomes of keys, and when kine gets to them.

use std::io;

use super::pen::Pen;
use crate::display::{Role, words};
use crate::report::Table;
use crate::report::when::When;
use crate::text::{escape, printable};

/// Writes it.
pub(super) fn when(pen: &mut Pen<'_>, table: &Table<'_>, when: &When<'_>) -> io::Result<()> {
    let history = table.history;
    pen.blank()?;
    pen.line(&[(Role::Title, "when that was written")])?;
    if when.keys.is_empty() {
        pen.wrapped(Role::Text, "  ", "  ", words::NONE_DATED)?;
    }
    for key in &when.keys {
        pen.wrapped(Role::Title, "  ", "    ", &escape(history.name(key.key)))?;
        for said in key.said(when.times.zone) {
            pen.wrapped(Role::Text, "    ", "    ", &said)?;
        }
    }
    for said in when.about(history) {
        pen.paragraph(&printable(&said))?;
    }
    Ok(())
}
