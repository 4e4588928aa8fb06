//! The keys of a table at a moment.
//!
//! ```text
//! revision  created  rows  name
//!     5889        7   103  /registry/minions/node-02
//! ```

use std::io::{self, Write};

use super::pen::Pen;
use crate::display::{Role, words};
use crate::history::{KeyThen, Then};
use crate::report::keys::UNSEEN;
use crate::report::{Keys, Page};
use crate::text::{count, escape, grouped, printable};

/// Writes the keys.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn keys(out: &mut dyn Write, page: Page, keys: &Keys<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    if !keys.table.is_understood() {
        pen.gaps(&keys.table)?;
    }
    let history = keys.table.history;
    pen.facts(&keys.table, history.compacted())?;
    let live = count(keys.live as u64, "live key");
    let of = history.profile().part.as_ref().and_then(|part| part.prefix.as_ref());
    let of = of.map_or(keys.under, |prefix| prefix.as_bytes());
    let of = words::under(of);
    pen.field("keys", &format!("{live}{of} at {}", keys.as_of.revision()))?;
    if !keys.listed.is_empty() {
        pen.blank()?;
        list(&mut pen, keys)?;
    }
    if keys.has_unseen() {
        pen.paragraph(UNSEEN)?;
    }
    for said in keys.lacks() {
        pen.paragraph(&said)?;
    }
    for note in keys.table.notes {
        pen.paragraph(&printable(note))?;
    }
    Ok(())
}

fn list(pen: &mut Pen<'_>, keys: &Keys<'_>) -> io::Result<()> {
    const HEADINGS: [&str; 3] = ["revision", "created", "rows"];
    const NAMES: usize = 24;
    let cells: Vec<[String; 3]> = keys.listed.iter().map(|key| cells(keys, key)).collect();
    let mut widths: Vec<usize> = HEADINGS.iter().map(|heading| heading.len()).collect();
    for cells in &cells {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.len());
        }
    }
    // Where there is little room, the last columns are left out.
    let taken = |widths: &[usize]| widths.iter().map(|width| width + 2).sum::<usize>();
    while widths.len() > 1 && pen.page.width.is_some_and(|page| taken(&widths) + NAMES > page) {
        widths.pop();
    }
    let line = |cells: [&str; 3]| -> String {
        cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}  ")).collect()
    };
    pen.line(&[(Role::Dim, &line(HEADINGS)), (Role::Dim, "name")])?;
    for (key, cells) in keys.listed.iter().zip(&cells) {
        let numbers = line([&cells[0], &cells[1], &cells[2]]);
        let name = escape(keys.table.history.name(key.key));
        let name = pen.page.glyphs.name(&name).into_owned();
        let name = match pen.page.width {
            Some(page) => pen.page.glyphs.cut_middle(&name, page.saturating_sub(numbers.len())),
            None => name,
        };
        let role = match key.then {
            Then::Live(_) | Then::LiveUnseen { .. } => Role::Text,
            _ => Role::Dim,
        };
        pen.line(&[(role, &numbers), (role, &name)])?;
    }
    Ok(())
}

fn cells(keys: &Keys<'_>, key: &KeyThen) -> [String; 3] {
    let history = keys.table.history;
    let created = match key.then {
        Then::Live(version) => version.create_revision(history).map(|id| id.to_string()),
        Then::LiveUnseen { since, .. } => Some(since.to_string()),
        _ => None,
    };
    [words::then(history, key.then), created.unwrap_or_default(), grouped(key.rows.into())]
}
