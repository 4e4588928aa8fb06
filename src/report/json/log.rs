//! `kinescope.log/v1`, the table as a log, and `kinescope.watch/v1`, what is written to it: a line of JSON for
//! each row.

use std::io::{self, Write};

use serde::Serialize;

use super::chain::{kind, standing};
use super::times::Bounds;
use super::{Name, compact};
use crate::history::clock::Written;
use crate::history::{History, Revision, RowIx};
use crate::report::Log;
use crate::source::News;
use crate::text::Zone;

#[derive(Serialize)]
struct Line {
    schema: &'static str,
    #[serde(flatten)]
    write: WrittenRow,
    /// What it is now.
    standing: &'static str,
}

/// A row, and when it was written.
#[derive(Serialize)]
struct WrittenRow {
    revision: Revision,
    #[serde(flatten)]
    name: Name,
    kind: &'static str,
    prev_revision: Option<Revision>,
    create_revision: Option<Revision>,
    lease: Option<i32>,
    written: Bounds,
}

/// Writes a log, a line for each row. A line is written as soon as it is known.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn log(out: &mut dyn Write, log: &Log<'_>) -> io::Result<()> {
    log.rows().try_for_each(|at| compact(out, &line(log, at)))
}

fn line(log: &Log<'_>, at: RowIx) -> Line {
    let history = log.table.history;
    let written = Bounds::of(log.times.written(history, at), log.times.zone);
    Line {
        schema: "kinescope.log/v1",
        write: write(history, at, written),
        standing: standing(history.standing(at)),
    }
}

fn write(history: &History, at: RowIx, written: Bounds) -> WrittenRow {
    let row = history.row(at);
    WrittenRow {
        revision: row.id,
        name: Name::new(row.name),
        kind: kind(history.kind(at)),
        prev_revision: row.prev_revision,
        create_revision: row.create_revision,
        lease: row.lease,
        written,
    }
}

/// What was seen by somebody who watches a table.
#[derive(Serialize)]
struct Seen {
    schema: &'static str,
    event: &'static str,
    #[serde(flatten)]
    write: Option<WrittenRow>,
    #[serde(flatten)]
    moved: Option<Moved>,
}

/// A revision before and now.
#[derive(Serialize)]
struct Moved {
    before: Revision,
    now: Revision,
}

/// Writes what is new in a table, a line for each: where the table went back, where it was compacted, and the
/// rows. They were written between two looks.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn news(out: &mut dyn Write, news: &News, written: Written, zone: &Zone) -> io::Result<()> {
    let seen = |event, write, moved: Option<(Revision, Revision)>| Seen {
        schema: "kinescope.watch/v1",
        event,
        write,
        moved: moved.map(|(before, now)| Moved { before, now }),
    };
    if news.went_back.is_some() {
        compact(out, &seen("went-back", None, news.went_back))?;
    }
    if news.compaction.is_some() {
        compact(out, &seen("compaction", None, news.compaction))?;
    }
    news.rows.iter().try_for_each(|&at| {
        let bounds = Bounds::of(written, zone);
        compact(out, &seen("write", Some(write(&news.history, at, bounds)), None))
    })
}
