//! `kinescope.usage/v1`: what fills a table.

use std::io::{self, Write};

use serde::Serialize;

use super::compaction::{Ending, Policy, Revisions, Target, rule};
use super::origin::Origin;
use super::verdict::WhoCompacts;
use super::{Gaps, Name};
use crate::history::Revision;
use crate::history::usage::{Amount, Kind, Node, Sort};
use crate::report::Usage;
use crate::report::usage::Bytes;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    revisions: Revisions,
    rows: usize,
    keys: usize,
    policy: Policy,
    target: Target,
    rule: &'static str,
    stop: Ending,
    sort: &'static str,
    /// What is measured in bytes; null when nothing is.
    sizes: Option<Measured>,
    /// Where it starts: the whole table, or what begins with the prefix that was asked for.
    usage: Part,
    /// The keys that have the most, the most first.
    busiest: Vec<Part>,
    compactor: WhoCompacts,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct Measured {
    values: u64,
    old_values: u64,
    rows_without_size: usize,
    sizes_without_row: u64,
    /// Why the reading of sizes ended early; null when it did not.
    partial: Option<String>,
}

#[derive(Serialize)]
struct Part {
    kind: &'static str,
    /// Null where it has none: for the whole table, gap rows, and rows without a name.
    #[serde(flatten)]
    name: Name,
    rows: u64,
    keys: u64,
    live: u64,
    tombstones: u64,
    gap_rows: u64,
    freed: Option<u64>,
    bytes: Option<u64>,
    freed_bytes: Option<u64>,
    /// Null when there is no row.
    oldest: Option<Revision>,
    newest: Option<Revision>,
    /// Left out of what is not opened: keys, and what is deeper than was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<Self>>,
}

/// Writes what fills the table. Whatever is as deep as was asked for is there.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn usage(out: &mut dyn Write, usage: &Usage<'_>) -> io::Result<()> {
    let Usage { table, plan, .. } = usage;
    let history = table.history;
    let document = Document {
        schema: "kinescope.usage/v1",
        source: table.source,
        origin: Origin::of(table),
        revisions: Revisions::of(history),
        rows: history.len(),
        keys: history.key_count(),
        policy: Policy::of(plan),
        target: Target::of(plan),
        rule: rule(plan.policy.algorithm),
        stop: Ending::of(plan),
        sort: match usage.wanted.sort {
            Sort::Rows => "rows",
            Sort::Keys => "keys",
            Sort::Bytes => "bytes",
            Sort::Freed => "freed",
            Sort::Name => "name",
        },
        sizes: match usage.bytes {
            Bytes::NotAsked | Bytes::Unknown(_) => None,
            Bytes::Measured(sizes, failed) => Some(Measured {
                values: sizes.values,
                old_values: sizes.old_values,
                rows_without_size: sizes.missing(),
                sizes_without_row: sizes.strangers,
                partial: failed.map(ToString::to_string),
            }),
        },
        usage: Part::new(usage, usage.start, usage.wanted.depth),
        busiest: usage.busiest().into_iter().map(|node| Part::new(usage, node, 0)).collect(),
        compactor: WhoCompacts::of(history, plan, plan.policy),
        gaps: Gaps::of(table),
    };
    super::write(out, &document)
}

impl Part {
    fn new(of: &Usage<'_>, node: Node, depth: usize) -> Self {
        let history = of.table.history;
        let Amount { rows, keys, live, tombstones, gaps, freed, bytes, freed_bytes } =
            of.usage.amount(node);
        let span = of.usage.span(node);
        Self {
            kind: match node.kind {
                Kind::Table => "table",
                Kind::Prefix => "prefix",
                Kind::Key => "key",
                Kind::Gaps => "gap-rows",
                Kind::Nameless => "nameless",
            },
            name: Name::new(of.usage.name(history, node)),
            rows,
            keys,
            live,
            tombstones,
            gap_rows: gaps,
            freed,
            bytes,
            freed_bytes,
            oldest: span.map(|(oldest, _)| history.id(oldest)),
            newest: span.map(|(_, newest)| history.id(newest)),
            parts: (depth > 0 && node.opens()).then(|| {
                let parts = of.parts(node).into_iter();
                parts.map(|part| Self::new(of, part, depth - 1)).collect()
            }),
        }
    }
}
