//! `kinescope.diff/v1`: what changed between two moments of a table.

use std::io::{self, Write};

use serde::Serialize;

use super::compaction::Revisions;
use super::moment::{KeyThen, Moment};
use super::origin::Origin;
use super::{Gaps, Name};
use crate::display::words;
use crate::history::{Change, KeyDiff};
use crate::report::Diff;
use crate::report::diff::COLUMNS;
use crate::text::escape;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    revisions: Revisions,
    from: Moment,
    to: Moment,
    /// What the names of the keys begin with that are looked at; left out of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    under: Option<String>,
    /// How many rows are left that were written in between.
    rows_between: usize,
    summary: Counts,
    prefixes: Vec<OfPrefix>,
    /// The keys that are not, or may not be, the same at both, in the order of the names' bytes.
    keys: Vec<Key>,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct Counts {
    created: usize,
    changed: usize,
    deleted: usize,
    returned: usize,
    passed: usize,
    unknown: usize,
}

impl Counts {
    /// In the order of [`Change::KNOWN`].
    const fn of([created, changed, deleted, returned, passed, unknown]: [usize; COLUMNS]) -> Self {
        Self { created, changed, deleted, returned, passed, unknown }
    }
}

#[derive(Serialize)]
struct OfPrefix {
    #[serde(flatten)]
    name: Name,
    #[serde(flatten)]
    counts: Counts,
    rows_between: u64,
}

#[derive(Serialize)]
struct Key {
    #[serde(flatten)]
    name: Name,
    change: &'static str,
    before: KeyThen,
    after: KeyThen,
    rows_between: u32,
}

/// Writes the changes. Every key is there.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn diff(out: &mut dyn Write, diff: &Diff<'_>) -> io::Result<()> {
    let history = diff.table.history;
    let [created, changed, deleted, returned, passed] =
        Change::KNOWN.map(|change| diff.diff.count(change));
    let key = |key: &KeyDiff| Key {
        name: Name::new(Some(history.name(key.key))),
        change: words::change_word(key.change),
        before: KeyThen::new(history, key.before),
        after: KeyThen::new(history, key.after),
        rows_between: key.writes,
    };
    let prefixes = diff.by_prefix().into_iter().map(|tally| OfPrefix {
        name: Name::new(Some(tally.prefix)),
        counts: Counts::of(tally.counts),
        rows_between: tally.writes,
    });
    let document = Document {
        schema: "kinescope.diff/v1",
        source: diff.table.source,
        origin: Origin::of(&diff.table),
        revisions: Revisions::of(history),
        from: Moment::of(&diff.diff.from),
        to: Moment::of(&diff.diff.to),
        under: (!diff.under.is_empty()).then(|| escape(diff.under).into_owned()),
        rows_between: diff.diff.writes,
        summary: Counts::of([created, changed, deleted, returned, passed, diff.diff.unknown()]),
        prefixes: prefixes.collect(),
        keys: diff.diff.keys.iter().map(key).collect(),
        gaps: Gaps::of(&diff.table),
    };
    super::write(out, &document)
}
