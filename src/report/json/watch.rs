//! `kinescope.watch/v1`: what is written to a table while somebody watches, a line of JSON for each.

use std::io::{self, Write};

use serde::Serialize;

use super::compact;
use super::log::{WrittenRow, write};
use super::times::Bounds;
use crate::history::Revision;
use crate::history::clock::Written;
use crate::source::News;
use crate::text::Zone;

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
