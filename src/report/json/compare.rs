//! `kinescope.compare/v1`: how two tables differ.

use std::io::{self, Write};

use serde::Serialize;

use super::compaction::Revisions;
use super::origin::Origin;
use super::{Gaps, Name};
use crate::display::words;
use crate::history::compare::{
    Apart, Behind, KeyDifference, Lack, Now, Row, SchemaDifference, Side,
};
use crate::history::{History, Revision};
use crate::report::{Compare, Table};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    first: OneOfTwo<'a>,
    second: OneOfTwo<'a>,
    differs: bool,
    /// The first revision at which the histories differ; null where they do not.
    parts_at: Option<Revision>,
    /// Which table ends before the other; null where both end alike.
    behind: Option<Shorter>,
    rows: Rows,
    /// Whether values were compared.
    values: &'static str,
    /// The rows in which the histories differ, in the order of their ids.
    differing_rows: Vec<DifferingRow>,
    /// The keys whose state is not the same, in the order of the names' bytes.
    keys: Vec<Key>,
    /// What is declared differently; null where one of the sources does not tell.
    declared: Option<Vec<Declared<'a>>>,
}

#[derive(Serialize)]
struct OneOfTwo<'a> {
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    revisions: Revisions,
    rows: usize,
    keys: usize,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct Shorter {
    table: &'static str,
    ends_at: Revision,
    other_ends_at: Revision,
    /// How far its ids have to be raised before it can stand in for the other.
    gap: u64,
}

#[derive(Serialize)]
struct Rows {
    same: usize,
    differ: usize,
    only_first: Only,
    only_second: Only,
}

/// Why the other table lacks so many rows.
#[derive(Serialize)]
struct Only {
    missing: usize,
    newer: usize,
    compacted: usize,
}

#[derive(Serialize)]
struct DifferingRow {
    id: Revision,
    #[serde(flatten)]
    name: Name,
    /// The table that alone has it; null where both have.
    only_in: Option<&'static str>,
    /// The columns that differ.
    columns: Vec<&'static str>,
}

#[derive(Serialize)]
struct Key {
    #[serde(flatten)]
    name: Name,
    first: State,
    second: State,
    /// Whether what was written after one of the tables ends is all that makes the difference.
    newer: bool,
}

#[derive(Serialize)]
struct State {
    state: &'static str,
    revision: Option<Revision>,
}

#[derive(Serialize)]
struct Declared<'a> {
    what: &'static str,
    name: Option<&'a str>,
    first: Option<&'a str>,
    second: Option<&'a str>,
}

/// Writes how two tables differ. Every key is there, and every row in which the histories differ.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn compare(out: &mut dyn Write, compare: &Compare<'_>) -> io::Result<()> {
    let comparison = &compare.comparison;
    let rows = comparison.rows.iter().filter(|row| row.apart.is_difference());
    let declared = comparison.schema.as_ref().map(|all| all.iter().map(Declared::of).collect());
    let document = Document {
        schema: "kinescope.compare/v1",
        first: OneOfTwo::of(&compare.tables[0]),
        second: OneOfTwo::of(&compare.tables[1]),
        differs: comparison.differs(),
        parts_at: comparison.part_at(),
        behind: compare.behind.map(Shorter::of),
        values: compare.values(),
        rows: Rows {
            same: comparison.same_rows,
            differ: comparison.count(|apart| matches!(apart, Apart::Differs(_))),
            only_first: Only::of(compare, Side::First),
            only_second: Only::of(compare, Side::Second),
        },
        differing_rows: rows.map(|row| DifferingRow::of(compare, row)).collect(),
        keys: comparison.keys.iter().map(|key| Key::of(compare, key)).collect(),
        declared,
    };
    super::write(out, &document)
}

impl<'a> OneOfTwo<'a> {
    fn of(table: &Table<'a>) -> Self {
        Self {
            source: table.source,
            origin: Origin::of(table),
            revisions: Revisions::of(table.history),
            rows: table.history.len(),
            keys: table.history.key_count(),
            gaps: Gaps::of(table),
        }
    }
}

impl Shorter {
    const fn of(behind: Behind) -> Self {
        Self {
            table: words::side(behind.side),
            ends_at: behind.ends_at,
            other_ends_at: behind.other_ends_at,
            gap: behind.gap(),
        }
    }
}

impl Only {
    fn of(compare: &Compare<'_>, side: Side) -> Self {
        let of = |lack| compare.comparison.only_in(side, lack);
        Self { missing: of(Lack::Missing), newer: of(Lack::Newer), compacted: of(Lack::Compacted) }
    }
}

impl DifferingRow {
    fn of(compare: &Compare<'_>, row: &Row) -> Self {
        let (only_in, columns) = match row.apart {
            Apart::Differs(columns) => (None, columns.names().collect()),
            Apart::OnlyIn(side, _) => (Some(words::side(side)), Vec::new()),
        };
        let name = compare.row_names(row).first().copied().flatten();
        Self { id: row.id, name: Name::new(name), only_in, columns }
    }
}

impl Key {
    fn of(compare: &Compare<'_>, key: &KeyDifference) -> Self {
        let [first, second] = compare.histories();
        Self {
            name: Name::new(Some(compare.key_name(key))),
            first: State::of(first, key.now[0]),
            second: State::of(second, key.now[1]),
            newer: key.is_newer,
        }
    }
}

impl State {
    fn of(history: &History, now: Now) -> Self {
        let state = match now {
            Now::Absent => "absent",
            Now::Live(_) => "live",
            Now::Deleted(_) => "deleted",
        };
        Self { state, revision: now.row().map(|at| history.id(at)) }
    }
}

impl<'a> Declared<'a> {
    fn of(difference: &'a SchemaDifference) -> Self {
        let [first, second] = &difference.declared;
        Self {
            what: difference.what,
            name: difference.name.as_deref(),
            first: first.as_deref(),
            second: second.as_deref(),
        }
    }
}
