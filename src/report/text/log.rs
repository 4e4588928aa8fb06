//! The table as a log.
//!
//! ```text
//! revision  written (UTC)              write
//!     5890  2026-11-20 10:27:48 +12s   ✗ delete  /registry/minions/node-02
//!     5889  2026-11-20 10:27:47 +12s   ○ update  /registry/minions/node-02
//! ```

use std::io::{self, Write};

use super::pen::Pen;
use crate::display::{Label, Role, Shown, words};
use crate::history::lanes::Item;
use crate::history::{History, RowIx};
use crate::report::{Log, Page, Times};
use crate::text::{escape, printable};

/// Writes a log. A line is written as soon as it is known: nothing is kept.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn log(out: &mut dyn Write, page: Page, log: &Log<'_>) -> io::Result<()> {
    let history = log.table.history;
    let mut pen = Pen::new(out, page);
    pen.gaps(&log.table)?;
    let ids = history.current().map_or(0, |id| id.to_string().len()).max("revision".len());
    let newest = log.rows().next();
    let has_times = !log.times.are_unknown();
    let times = if has_times { time_heading(&log.times, history) } else { String::new() };
    if newest.is_some() {
        pen.line(&[(Role::Dim, &format!("{:>ids$}  {times}write", "revision"))])?;
    }
    for at in log.rows() {
        let time = if has_times { time(&log.times, history, at) } else { String::new() };
        row(&mut pen, log, at, &time, ids)?;
    }
    if newest.is_none() {
        pen.wrapped(Role::Text, "", "", "No row matches.")?;
    }
    for said in log.times.about(history) {
        pen.paragraph(&printable(&said))?;
    }
    Ok(())
}

/// The heading of a column of times, as wide as that.
pub(super) fn time_heading(times: &Times<'_>, history: &History) -> String {
    format!("{:<TIME$}", format!("written ({})", times.zone_name(history)))
}

/// When a row was written, in a column.
pub(super) fn time(times: &Times<'_>, history: &History, at: RowIx) -> String {
    format!("{:<TIME$}", words::written_column(times.written(history, at), times.zone))
}

/// How wide a column of times is: `2026-11-20 02:09:58 or earlier`, and a space.
pub(super) const TIME: usize = 31;

fn row(pen: &mut Pen<'_>, log: &Log<'_>, at: RowIx, time: &str, ids: usize) -> io::Result<()> {
    let history = log.table.history;
    let shown = Shown::of(history);
    let label = Label::of(&shown, Item::Row(at));
    let name = match history.row(at).name {
        Some(name) => escape(name).into_owned(),
        None => "a row whose name is NULL".to_owned(),
    };
    let sign = label.char(pen.page.glyphs).to_string();
    let what = format!(" {:<6}  ", label.what);
    let note = if label.note.is_empty() { String::new() } else { format!("  {}", label.note) };
    pen.line(&[
        (Role::Text, &format!("{:>ids$}  ", label.id)),
        (Role::Dim, time),
        (label.role, &sign),
        (Role::Text, &what),
        (Role::Text, &name),
        (Role::Broken, &note),
    ])
}
