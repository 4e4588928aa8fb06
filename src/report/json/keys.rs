//! `kinescope.keys/v1`: the keys of a table at a moment.

use std::io::{self, Write};

use serde::Serialize;

use super::compaction::Revisions;
use super::moment::{KeyThen, Moment};
use super::origin::Origin;
use super::{Gaps, Name};
use crate::report::Keys;
use crate::text::escape;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    revisions: Revisions,
    at: Moment,
    /// What the names of the keys begin with that are looked at; left out of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    under: Option<String>,
    /// How many keys were live.
    live: usize,
    /// Of how many keys with rows it cannot be told whether they were.
    unknown: usize,
    /// The keys that were live, or all, in the order of the names' bytes.
    keys: Vec<Key>,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct Key {
    #[serde(flatten)]
    name: Name,
    #[serde(flatten)]
    then: KeyThen,
    /// How many rows of it are left up to the moment.
    rows: u32,
}

/// Writes the keys.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn keys(out: &mut dyn Write, keys: &Keys<'_>) -> io::Result<()> {
    let history = keys.table.history;
    let key = |key: &crate::history::KeyThen| Key {
        name: Name::new(Some(history.name(key.key))),
        then: KeyThen::new(history, key.then),
        rows: key.rows,
    };
    let document = Document {
        schema: "kinescope.keys/v1",
        source: keys.table.source,
        origin: Origin::of(&keys.table),
        revisions: Revisions::of(history),
        at: Moment::of(&keys.as_of),
        under: (!keys.under.is_empty()).then(|| escape(keys.under).into_owned()),
        live: keys.live,
        unknown: keys.doubts.len(),
        keys: keys.listed.iter().map(key).collect(),
        gaps: Gaps::of(&keys.table),
    };
    super::write(out, &document)
}
