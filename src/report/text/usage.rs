//! What fills the table.
//!
//! ```text
//!  rows   share  freed  keys  live  tombstones  name
//! 7,293  100.0%  5,614   816   662         154  the whole table
//! 7,292  100.0%  5,614   815   661         154    /registry/
//! 4,550   62.4%  3,520    30    30           0      leases/
//! ```

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::pen::Pen;
use crate::display::{Glyph, Role, words};
use crate::history::compaction::Outlook;
use crate::history::usage::{Amount, Kind};
use crate::report::Page;
use crate::report::usage::{Line, Usage};
use crate::text::{bytes, count, grouped, printable, share};

/// Writes what fills the table.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn usage(out: &mut dyn Write, page: Page, usage: &Usage<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    pen.gaps(&usage.table)?;
    if usage.has_failed() {
        let warning = format!("{} ", page.glyphs.of(Glyph::Warning));
        for said in usage.unknown() {
            pen.wrapped(Role::Broken, &warning, "  ", &printable(&said))?;
        }
        pen.blank()?;
    }
    pen.facts(&usage.table, usage.plan.compacted)?;
    if let Some(held) = usage.held() {
        pen.field("bytes", &held)?;
    }
    pen.field("compaction", &usage.compaction())?;
    if let Some(stop) = usage.stop() {
        pen.paragraph(&stop)?;
    }
    let (mut lines, cut_short) = usage.lines();
    for line in &mut lines {
        line.label = page.glyphs.name(&line.label).into_owned();
    }
    pen.blank()?;
    list(&mut pen, usage, &lines, true)?;
    keys(&mut pen, usage)?;
    if cut_short {
        pen.paragraph("--all lists everything, --under PREFIX what begins with it.")?;
    }
    if !usage.has_failed() {
        for said in usage.unknown() {
            pen.paragraph(&printable(&said))?;
        }
    }
    let (history, plan) = (usage.table.history, usage.plan);
    let outlook = Outlook::of(history, plan.removals(), plan.policy);
    for said in words::compactor(history, &outlook) {
        pen.paragraph(&said)?;
    }
    for note in usage.table.notes {
        pen.paragraph(&printable(note))?;
    }
    Ok(())
}

fn keys(pen: &mut Pen<'_>, usage: &Usage<'_>) -> io::Result<()> {
    let (history, glyphs) = (usage.table.history, pen.page.glyphs);
    let keys = usage.busiest();
    let lines: Vec<Line> = keys
        .into_iter()
        .map(|node| Line {
            depth: 0,
            label: glyphs.name(&words::usage_part(&usage.usage, history, None, node)).into_owned(),
            amount: usage.usage.amount(node),
            kind: Some(Kind::Key),
        })
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let heading = format!("{} with {}:", count(lines.len() as u64, "key"), usage.most());
    pen.paragraph(&heading)?;
    pen.blank()?;
    list(pen, usage, &lines, false)
}

/// A column of numbers.
struct Column {
    heading: &'static str,
    /// The lowest goes first where there is little room.
    rank: u8,
    of: fn(&Amount, u64) -> Option<String>,
}

const COLUMNS: [Column; 8] = [
    Column { heading: "rows", rank: 8, of: |it, _| Some(grouped(it.rows)) },
    Column { heading: "share", rank: 4, of: |it, all| Some(share(it.rows, all)) },
    Column { heading: "freed", rank: 7, of: |it, _| it.freed.map(grouped) },
    Column { heading: "bytes", rank: 6, of: |it, _| it.bytes.map(bytes) },
    Column { heading: "freed", rank: 5, of: |it, _| it.freed_bytes.map(bytes) },
    Column { heading: "keys", rank: 3, of: |it, _| Some(grouped(it.keys)) },
    Column { heading: "live", rank: 1, of: |it, _| Some(grouped(it.live)) },
    Column { heading: "tombstones", rank: 2, of: |it, _| Some(grouped(it.tombstones)) },
];
/// Names have so many cells at least, before columns are left out.
const NAMES: usize = 24;

/// Numbers on the left, names on the right. Of a key there is one: that is no number.
fn list(pen: &mut Pen<'_>, usage: &Usage<'_>, lines: &[Line], parts: bool) -> io::Result<()> {
    let all = usage.table.history.len() as u64;
    let wanted = |column: &&Column| parts || !matches!(column.heading, "keys" | "live");
    let mut columns: Vec<(&Column, Vec<String>, usize)> = COLUMNS
        .iter()
        .filter(wanted)
        .filter_map(|column| {
            let cells: Option<Vec<String>> =
                lines.iter().map(|line| (column.of)(&line.amount, all)).collect();
            let cells = cells?;
            let widest = cells.iter().map(String::len).max().unwrap_or_default();
            Some((column, cells, widest.max(column.heading.len())))
        })
        .collect();
    let width = |columns: &[(&Column, _, usize)]| -> usize {
        columns.iter().map(|(.., width)| width + 2).sum()
    };
    if let Some(page) = pen.page.width {
        let names = lines.iter().map(|line| 2 * line.depth + line.label.width()).max();
        let names = names.unwrap_or_default().min(NAMES);
        while columns.len() > 1 && width(&columns) + names > page {
            let rank = columns.iter().map(|(column, ..)| column.rank).min();
            columns.retain(|(column, ..)| Some(column.rank) != rank);
        }
    }
    let room = pen.page.width.map(|page| page.saturating_sub(width(&columns)));
    let headings: String =
        columns.iter().map(|(column, _, width)| format!("{:>width$}  ", column.heading)).collect();
    pen.line(&[(Role::Dim, &headings), (Role::Dim, "name")])?;
    for (at, line) in lines.iter().enumerate() {
        let numbers: String =
            columns.iter().map(|(_, cells, width)| format!("{:>width$}  ", cells[at])).collect();
        let indent = " ".repeat(2 * line.depth);
        let name = match room {
            Some(room) => {
                pen.page.glyphs.cut_middle(&line.label, room.saturating_sub(indent.len()))
            }
            None => line.label.clone(),
        };
        let role = match line.kind {
            None => Role::Dim,
            Some(Kind::Table | Kind::Prefix) => Role::Title,
            Some(Kind::Gaps | Kind::Nameless) => Role::Internal,
            Some(Kind::Key) => Role::Text,
        };
        let number = if line.kind.is_none() { Role::Dim } else { Role::Text };
        pen.line(&[(number, &numbers), (Role::Text, &indent), (role, &name)])?;
    }
    Ok(())
}
