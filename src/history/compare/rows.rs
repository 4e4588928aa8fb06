//! The rows of two tables, by their ids.

use super::{Side, end};
use crate::history::{Flag, History, Revision, RowIx};

/// A row that is not the same in both tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: Revision,
    /// Where it is in the tables that have it.
    pub at: [Option<RowIx>; 2],
    /// How it differs.
    pub apart: Apart,
}

/// How a row differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// Both have it, and these columns differ.
    Differs(Columns),
    /// Only one table has it.
    OnlyIn(Side, Lack),
}

/// Why a table lacks a row that the other has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lack {
    /// It is newer than all rows of the table.
    Newer,
    /// The table was compacted further than the other, and that compaction removes the row.
    Compacted,
    /// Neither explains it.
    Missing,
}

impl Apart {
    /// Whether the histories differ in the row.
    pub const fn is_difference(self) -> bool {
        matches!(self, Self::Differs(_) | Self::OnlyIn(_, Lack::Missing))
    }
}

/// Some of the columns that rows are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns(u8);

/// The columns, in the table's order.
const COLUMNS: [&str; 8] = [
    "name",
    "created",
    "deleted",
    "create_revision",
    "prev_revision",
    "lease",
    "value",
    "old_value",
];

/// Value and old value of each row in a number each, in the order of the rows.
pub type Values<'v> = &'v [[u64; 2]];

impl Columns {
    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        (0..).zip(COLUMNS).filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|(_, name)| name)
    }

    /// The same with what is known of value and old value.
    fn and(self, values: Option<[bool; 2]>) -> Self {
        let [value, old_value] = values.unwrap_or_default().map(u8::from);
        Self(self.0 | value << 6 | old_value << 7)
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// How many rows are the same, and those that are not, in the order of their ids.
pub(super) fn compare(
    first: &History,
    second: &History,
    values: Option<[Values<'_>; 2]>,
) -> (usize, Vec<Row>) {
    let (mut same, mut apart) = (0, Vec::new());
    let [mut firsts, mut seconds] = [first.iter().peekable(), second.iter().peekable()];
    loop {
        let ids = [firsts.peek().map(|&at| first.id(at)), seconds.peek().map(|&at| second.id(at))];
        let id = match ids {
            [Some(one), Some(other)] => one.min(other),
            [one, other] => match one.or(other) {
                Some(id) => id,
                None => return (same, apart),
            },
        };
        let at =
            [firsts.next_if(|&at| first.id(at) == id), seconds.next_if(|&at| second.id(at) == id)];
        let how = match at {
            [Some(one), Some(other)] => {
                let columns = differing((first, one), (second, other));
                let columns = columns.and(values.map(|[ours, theirs]| {
                    let [ours, theirs] = [ours.get(one.index()), theirs.get(other.index())];
                    [0, 1].map(|at| ours.map(|it| it[at]) != theirs.map(|it| it[at]))
                }));
                (!columns.is_empty()).then_some(Apart::Differs(columns))
            }
            [Some(one), None] => Some(Apart::OnlyIn(Side::First, lack((first, one), second))),
            [None, Some(other)] => Some(Apart::OnlyIn(Side::Second, lack((second, other), first))),
            [None, None] => None,
        };
        match how {
            Some(how) => apart.push(Row { id, at, apart: how }),
            None => same += 1,
        }
    }
}

/// The columns in which two rows of one id differ, of those that both tables have. What
/// `compact_rev_key` holds follows from compactions, and is told as such.
fn differing((first, one): (&History, RowIx), (second, other): (&History, RowIx)) -> Columns {
    let are_marks = first.is_mark(one) && second.is_mark(other);
    let (one, other) = (first.row(one), second.row(other));
    let (ours, theirs) = (first.profile().columns, second.profile().columns);
    let flags =
        |one: Flag, other: Flag| one != other && one != Flag::Unknown && other != Flag::Unknown;
    let differ = [
        one.name != other.name,
        flags(one.created, other.created),
        flags(one.deleted, other.deleted),
        ours.create_revision
            && theirs.create_revision
            && one.create_revision != other.create_revision,
        one.prev_revision != other.prev_revision && !are_marks,
        ours.lease && theirs.lease && one.lease != other.lease,
    ];
    Columns((0..).zip(differ).fold(0, |all, (bit, differs)| all | u8::from(differs) << bit))
}

/// Why a table lacks a row of another.
fn lack((has, at): (&History, RowIx), lacks: &History) -> Lack {
    if has.id(at) > end(lacks) {
        Lack::Newer
    } else if is_compacted_away(has, at, lacks) {
        Lack::Compacted
    } else {
        Lack::Missing
    }
}

/// Whether a compaction as far as that of another table takes a row: it is a tombstone, or a row up to
/// there points at it.
///
/// The row that points there may have been written after the table that has this one ends:
///
/// ```text
///   has     3 ● ── 5 ●                    ends at 5
///   lacks          ·     9 ●              compacted to 9: 9 may follow 5, and does
/// ```
fn is_compacted_away(has: &History, at: RowIx, lacks: &History) -> bool {
    let compacted = lacks.horizon().compacted();
    if has.id(at) > compacted {
        // Only a row up to the compact revision that points forward takes one that is newer.
        return has.pointers_at(at).any(|by| has.id(by) <= compacted);
    }
    if has.deleted(at).is_set() || has.pointers_at(at).any(|by| has.id(by) <= compacted) {
        return true;
    }
    let is_last = has.key_at(at).is_some_and(|key| has.key(key).newest == Some(at));
    is_last && end(has) < compacted && !shows_older(has, at, lacks)
}

/// Whether the newest row that another table has of a row's key is an older one: then nothing that was
/// written later can have taken the place of the row.
fn shows_older(has: &History, at: RowIx, lacks: &History) -> bool {
    let name = has.row(at).name;
    let newest = name.and_then(|name| lacks.find_key(name)).and_then(|key| lacks.key(key).newest);
    newest.is_some_and(|newest| lacks.id(newest) < has.id(at))
}
