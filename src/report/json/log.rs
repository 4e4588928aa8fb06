//! `kinescope.log/v1`: the table as a log, a line of JSON for each row.

use std::io::{self, Write};

use serde::Serialize;

use super::chain::{kind, standing};
use super::times::Bounds;
use super::{Name, compact};
use crate::history::{History, Revision, RowIx};
use crate::report::Log;

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
pub(super) struct WrittenRow {
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

pub(super) fn write(history: &History, at: RowIx, written: Bounds) -> WrittenRow {
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
