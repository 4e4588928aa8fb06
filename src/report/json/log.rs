//! `kinescope.log/v1`: the table as a log, a line of JSON for each row.

use std::io::{self, Write};

use serde::Serialize;

use super::chain::{kind, standing};
use super::{Name, compact};
use crate::history::clock::{Millis, Written};
use crate::history::{Revision, RowIx};
use crate::report::Log;
use crate::text::Zone;

#[derive(Serialize)]
struct Line {
    schema: &'static str,
    revision: Revision,
    #[serde(flatten)]
    name: Name,
    kind: &'static str,
    prev_revision: Option<Revision>,
    create_revision: Option<Revision>,
    lease: Option<i32>,
    /// What it is now.
    standing: &'static str,
    written: Bounds,
}

/// When something was written; null where nothing tells.
#[derive(Serialize)]
pub(super) struct Bounds {
    earliest: Option<String>,
    latest: Option<String>,
}

impl Bounds {
    /// The bounds, in whole seconds, none of which is narrower than it is known.
    pub(super) fn of(written: Written, zone: &Zone) -> Self {
        let text = |at: Millis| zone.rfc3339(at);
        Self {
            earliest: written.earliest.map(text),
            latest: written.latest.map(|at| text(at.saturating_add(999))),
        }
    }
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
    let row = history.row(at);
    Line {
        schema: "kinescope.log/v1",
        revision: row.id,
        name: Name::new(row.name),
        kind: kind(history.kind(at)),
        prev_revision: row.prev_revision,
        create_revision: row.create_revision,
        lease: row.lease,
        standing: standing(history.standing(at)),
        written: Bounds::of(log.times.written(history, at), log.times.zone),
    }
}
