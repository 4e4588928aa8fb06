//! What changed between two moments of a table.
//!
//! ```text
//! created  changed  deleted  writes  prefix
//!       2        7        1      13  /registry/minions/
//!
//! 2 keys created: not there at the first, live at the second
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
            pen.wrapped(Role::Dim, "  ", "    ", &format!("{name}  {}", diff.story(key)))?;
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
    let heading =
        format!("{all} {}: {}", words::change_word(change), words::change_meaning(change));
    pen.blank()?;
    pen.wrapped(role(change), "", "  ", &heading)?;
    for key in keys {
        let name = escape(diff.table.history.name(key.key));
        let said = format!("{name}  {}", diff.story(key));
        pen.wrapped(Role::Text, "  ", "    ", &said)?;
    }
    if more > 0 {
        let said = format!("  and {} more: --all lists them", grouped(more as u64));
        pen.line(&[(Role::Dim, &said)])?;
    }
    Ok(())
}

/// Only the columns that have anything in them.
fn by_prefix(pen: &mut Pen<'_>, tallies: &[Tally<'_>]) -> io::Result<()> {
    let headings = Change::KNOWN.map(words::change_word).into_iter().chain(["unknown"]);
    let used =
        headings.zip(0..COLUMNS).filter(|(_, at)| tallies.iter().any(|it| it.counts[*at] > 0));
    let column = |heading: &'static str, numbers: Vec<u64>| {
        let cells: Vec<String> = numbers.into_iter().map(grouped).collect();
        let widest = cells.iter().map(String::len).max().unwrap_or_default();
        (heading, cells, widest.max(heading.len()))
    };
    let counts = used.map(|(heading, at)| {
        column(heading, tallies.iter().map(|it| it.counts[at] as u64).collect())
    });
    let writes = column("rows", tallies.iter().map(|it| it.writes).collect());
    let columns: Vec<_> = counts.chain([writes]).collect();
    let heading: String =
        columns.iter().map(|(heading, _, width)| format!("{heading:>width$}  ")).collect();
    pen.line(&[(Role::Dim, &heading), (Role::Dim, "prefix")])?;
    for (at, tally) in tallies.iter().enumerate() {
        let numbers: String =
            columns.iter().map(|(_, cells, width)| format!("{:>width$}  ", cells[at])).collect();
        let prefix = pen.page.glyphs.name(&escape(tally.prefix)).into_owned();
        let prefix = match pen.page.width {
            Some(page) => pen.page.glyphs.cut_middle(&prefix, page.saturating_sub(numbers.len())),
            None => prefix,
        };
        pen.line(&[(Role::Text, &numbers), (Role::Title, &prefix)])?;
    }
    Ok(())
}
