//! `kinescope.export/v1`: what a new table has.

use std::io::{self, Write};

use serde::Serialize;

use super::Gaps;
use super::origin::Origin;
use crate::history::{Dialect, Revision};
use crate::report::Export;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    file: &'a str,
    database: &'static str,
    rows: u64,
    keys: usize,
    revisions: Revisions,
    bytes: u64,
    value_bytes: u64,
    /// Null where the file has no statements with values.
    longest_statement: Option<u64>,
    /// The stray rows that were left out; null where none were to be.
    left_out: Option<&'a [Revision]>,
    /// What has changed on the way.
    changes: &'a [String],
    /// The hashes of all rows, added up.
    hash: String,
    /// Those of every 1,000 ids that have rows.
    blocks: Vec<Block>,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct Revisions {
    current: Revision,
    compacted: Option<Revision>,
}

#[derive(Serialize)]
struct Block {
    from: Revision,
    rows: u64,
    hash: String,
}

/// Writes what a new table has.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn export(out: &mut dyn Write, export: &Export<'_>) -> io::Result<()> {
    let (compacted, current) = export.revisions();
    let hash = |hash: u128| format!("{hash:032x}");
    let blocks = export.sums.blocks();
    let document = Document {
        schema: "kinescope.export/v1",
        source: export.table.source,
        origin: Origin::of(&export.table),
        file: export.file,
        database: match export.dialect {
            Dialect::MySql => "mysql",
            Dialect::Postgres => "postgres",
            Dialect::Sqlite => "sqlite",
        },
        rows: export.rows(),
        keys: export.table.history.key_count(),
        revisions: Revisions { current, compacted },
        bytes: export.bytes,
        value_bytes: export.value_bytes,
        longest_statement: export.longest_statement,
        left_out: export.left_out.as_deref(),
        changes: &export.changes,
        hash: hash(export.sums.all().hash),
        blocks: blocks
            .map(|(from, block)| Block { from, rows: block.rows, hash: hash(block.hash) })
            .collect(),
        gaps: Gaps::of(&export.table),
    };
    super::write(out, &document)
}
