//! What changed between two moments of a table.
//!
//! ```text
//! created  changed  deleted  writes  prefix
//!       2        7        1      13  /registry/minions/
//!
//! 2 keys created: not there at 5000, live at 6000
//!   /registry/minions/node-31  not there → 5466
//! ```

use std::io::{self, Write};

use super::pen::Pen;
use crate::display::{Role, words};
use crate::history::Change;
use crate::report::Page;
use crate::report::diff::{COLUMNS, Diff, Tally};
use crate::report::keys::UNSEEN;
use crate::text::{count, escape, grouped, printable};

/// Writes the changes.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn diff(out: &mut dyn Write, page: Page, diff: &Diff<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    if !diff.is_whole() {
        pen.gaps(&diff.table)?;
    }
    pen.facts(&diff.table, diff.table.history.compacted())?;
    pen.field("moments", &diff.moments())?;
    pen.field("keys", &diff.counts())?;
    let tallies = diff.by_prefix();
    if !tallies.is_empty() {
        pen.blank()?;
        by_prefix(&mut pen, &tallies)?;
    }
    for change in Change::KNOWN {
        changed(&mut pen, diff, change)?;
    }
    let unknown = diff.unknown();
    if !unknown.is_empty() {
        pen.paragraph(&format!("{} unknown:", count(unknown.len() as u64, "key")))?;
        for key in unknown {
            let name = escape(diff.table.history.name(key.key));
            pen.entry(Role::Dim, &format!("{name}  {}", diff.story(key)))?;
        }
    }
    if diff.has_unseen() {
        pen.paragraph(UNSEEN)?;
    }
    for said in diff.lacks() {
        pen.paragraph(&said)?;
    }
    for note in diff.table.notes {
        pen.paragraph(&printable(note))?;
    }
    Ok(())
}

const fn role(change: Change) -> Role {
    match change {
        Change::Created => Role::Added,
        Change::Deleted => Role::Dropped,
        Change::Returned => Role::Resurrected,
        Change::Changed => Role::Title,
        Change::Passed | Change::Unknown(_) => Role::Dim,
    }
}

fn changed(pen: &mut Pen<'_>, diff: &Diff<'_>, change: Change) -> io::Result<()> {
    let (keys, more) = diff.with(change);
    if keys.is_empty() {
        return Ok(());
    }
    let all = count((keys.len() + more) as u64, "key");
    let heading = format!("{all} {}: {}", words::change_word(change), diff.meaning(change));
    pen.blank()?;
    pen.wrapped(role(change), "", "  ", &heading)?;
    for key in keys {
        let name = escape(diff.table.history.name(key.key));
        let said = format!("{name}  {}", diff.story(key));
        pen.entry(Role::Text, &said)?;
    }
    if more > 0 {
        let said = format!("  and {} more: --all lists them", grouped(more as u64));
        pen.line(&[(Role::Dim, &said)])?;
    }
    Ok(())
}

/// Names have so many cells at least; where there is less room, numbers stand in words below them.
const NAMES: usize = 24;

/// A column of numbers: its heading, its cells, and how wide it is.
type Column = (&'static str, Vec<String>, usize);

/// Only the columns that have anything in them.
fn by_prefix(pen: &mut Pen<'_>, tallies: &[Tally<'_>]) -> io::Result<()> {
    let headings = Change::KNOWN.map(words::change_word).into_iter().chain(["unknown"]);
    let used = (0..COLUMNS).zip(headings);
    let used = used.filter(|(at, _)| tallies.iter().any(|it| it.counts[*at] > 0));
    let number = |at: usize| tallies.iter().map(move |it| it.counts[at] as u64).collect();
    let counts = used.map(|(at, heading)| column(heading, number(at)));
    let rows = column("rows", tallies.iter().map(|it| it.writes).collect());
    let columns: Vec<Column> = counts.chain([rows]).collect();
    let taken: usize = columns.iter().map(|(.., width)| width + 2).sum();
    let room = pen.page.width.map_or(usize::MAX, |page| page.saturating_sub(taken));
    if room < NAMES {
        return in_words(pen, tallies, &columns);
    }
    let heading: String =
        columns.iter().map(|(heading, _, width)| format!("{heading:>width$}  ")).collect();
    pen.line(&[(Role::Dim, &heading), (Role::Dim, "prefix")])?;
    for (at, tally) in tallies.iter().enumerate() {
        let cells = columns.iter();
        let cells: String =
            cells.map(|(_, cells, width)| format!("{:>width$}  ", cells[at])).collect();
        let prefix = pen.page.glyphs.name(&escape(tally.prefix)).into_owned();
        let prefix = pen.page.glyphs.cut_middle(&prefix, room);
        pen.line(&[(Role::Text, &cells), (Role::Title, &prefix)])?;
    }
    Ok(())
}

fn column(heading: &'static str, numbers: Vec<u64>) -> Column {
    let cells: Vec<String> = numbers.into_iter().map(grouped).collect();
    let widest = cells.iter().map(String::len).max().unwrap_or_default();
    (heading, cells, widest.max(heading.len()))
}

fn in_words(pen: &mut Pen<'_>, tallies: &[Tally<'_>], columns: &[Column]) -> io::Result<()> {
    for (at, tally) in tallies.iter().enumerate() {
        let some = columns.iter().filter(|(_, cells, _)| cells[at] != "0");
        let said: Vec<String> =
            some.map(|(heading, cells, _)| format!("{} {heading}", cells[at])).collect();
        let prefix = escape(tally.prefix);
        pen.entry(Role::Text, &format!("{prefix}  {}", said.join(", ")))?;
    }
    Ok(())
}
