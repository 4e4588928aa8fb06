//! What is so of a small table, worked out from its rows alone, by looking at all of them each time.

use std::collections::BTreeMap;

use kinescope::history::{Flag, Revision};

use super::table::{Row, Table, same};

/// Why the row before another is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Compacted,
    Broken,
    Unexplained,
}

/// What is so of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Truth {
    /// As the JSON of a chain says it.
    pub(super) standing: &'static str,
    /// The missing row before it, and why it is missing.
    pub(super) missing: Option<(Revision, Why)>,
    /// Whether a column is NULL that must not be.
    pub(super) has_null: bool,
    /// Whether one DELETE up to the current revision removes it.
    pub(super) is_removed: bool,
}

/// What is so of each row, and of the table.
pub(super) struct Oracle {
    pub(super) rows: BTreeMap<Revision, Truth>,
    pub(super) recorded: Option<Revision>,
    /// How far the rows show the table to be compacted, beyond what is recorded.
    pub(super) unrecorded: Option<Revision>,
    /// Whether these are some rows of a table, without its mark.
    pub(super) may_be_a_part: bool,
}

impl Oracle {
    pub(super) fn of(table: &Table) -> Self {
        let rows = &table.rows;
        let marks = rows.iter().filter(|row| row.is_mark());
        let recorded = marks.filter_map(|row| row.prev_revision).max();
        let vouched = recorded.unwrap_or_default();
        let is_above = |row: &&Row| recorded.is_none_or(|recorded| row.id > recorded);
        let untouched = rows.iter().filter(is_above).find(|row| is_untouched(table, row));
        let until = untouched.map_or(Revision::MAX, |row| row.id);
        let shown = rows.iter().filter(|row| row.id < until);
        let shown = shown.filter_map(|row| needed(table, row)).max().unwrap_or_default();
        let may_be_a_part = table.profile.excerpt && recorded.is_none();
        let mut oracle = Self {
            rows: BTreeMap::new(),
            recorded,
            unrecorded: (shown > vouched).then_some(shown),
            may_be_a_part,
        };
        for row in rows {
            let truth = Truth {
                standing: standing(table, row),
                missing: oracle.missing(table, row),
                has_null: has_null(row),
                is_removed: row.deleted.is_set() || is_pointed_at(table, row),
            };
            oracle.rows.insert(row.id, truth);
        }
        oracle
    }

    fn missing(&self, table: &Table, row: &Row) -> Option<(Revision, Why)> {
        let prev = row.prev_revision.filter(|&prev| {
            prev != 0 && prev < row.id && !row.is_mark() && find(table, prev).is_none()
        })?;
        let recorded = self.recorded.unwrap_or_default();
        let shown = self.unrecorded.unwrap_or_default();
        let compacted = recorded.max(shown);
        let why = match needed(table, row) {
            _ if self.may_be_a_part => Why::Unexplained,
            None => Why::Unexplained,
            Some(needed) if needed > compacted => Why::Broken,
            // Of a part the first rows are not known.
            Some(needed) if needed > recorded && table.profile.part.is_some() => Why::Unexplained,
            // It may be a create, or not.
            _ if row.created == Flag::Unknown && row.id > compacted => Why::Unexplained,
            Some(_) => Why::Compacted,
        };
        Some((prev, why))
    }
}

fn find(table: &Table, id: Revision) -> Option<&Row> {
    table.rows.iter().find(|row| row.id == id)
}

/// Whether compaction follows the row's pointer.
fn counts(row: &Row) -> bool {
    row.name.is_some() && !row.is_mark() && row.prev_revision.is_some_and(|prev| prev != 0)
}

fn is_pointed_at(table: &Table, row: &Row) -> bool {
    table.rows.iter().any(|by| counts(by) && by.prev_revision == Some(row.id))
}

fn is_newest(table: &Table, row: &Row) -> bool {
    let Some(name) = row.name else { return false };
    let newer = |other: &&Row| other.id > row.id && other.name.is_some_and(|it| same(it, name));
    table.rows.iter().find(newer).is_none()
}

/// Whether a compaction to the row's revision would have removed something that is there.
fn is_untouched(table: &Table, row: &Row) -> bool {
    row.deleted.is_set()
        || (counts(row)
            && row.prev_revision <= Some(row.id)
            && row.prev_revision.is_some_and(|prev| find(table, prev).is_some()))
        || table
            .rows
            .iter()
            .any(|by| by.id < row.id && counts(by) && by.prev_revision == Some(row.id))
}

/// The lowest compact revision that explains what is missing before a row.
fn needed(table: &Table, row: &Row) -> Option<Revision> {
    let prev = row.prev_revision.filter(|&prev| prev < row.id && counts(row))?;
    let may_be_there = table.profile.part.as_ref().and_then(|part| part.since) >= Some(prev);
    if find(table, prev).is_some() || may_be_there {
        return None;
    }
    let may_create = row.created.is_set() || row.created == Flag::Unknown;
    Some(if may_create { prev } else { row.id })
}

fn standing(table: &Table, row: &Row) -> &'static str {
    if row.name.is_none() {
        "nameless"
    } else if row.is_mark() {
        "mark"
    } else if !is_newest(table, row) {
        let is_removed = row.deleted.is_set() || is_pointed_at(table, row);
        if is_removed { "superseded" } else { "forgotten" }
    } else {
        match row.deleted {
            Flag::Null => "unreadable",
            flag if !flag.is_set() => "live",
            _ if row.name == Some("gap-9") => "gap",
            _ => "deleted",
        }
    }
}

fn has_null(row: &Row) -> bool {
    row.name.is_none()
        || row.created == Flag::Null
        || row.deleted == Flag::Null
        || row.create_revision.is_none()
        || row.prev_revision.is_none()
        || row.lease.is_none()
}
