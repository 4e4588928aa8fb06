//! Small tables, damaged in every way, each made of a few numbers: a smaller number is a plainer row.

use kinescope::history::{Columns, Flag, History, Part, Profile};

/// A row as it is in the table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: u64,
    pub(super) name: Option<&'static str>,
    pub(super) created: Flag,
    pub(super) deleted: Flag,
    pub(super) create_revision: Option<u64>,
    pub(super) prev_revision: Option<u64>,
    pub(super) lease: Option<i32>,
}

impl Row {
    fn as_read(&self) -> kinescope::history::Row<'static> {
        kinescope::history::Row {
            id: self.id,
            name: self.name.map(str::as_bytes),
            created: self.created,
            deleted: self.deleted,
            create_revision: self.create_revision,
            prev_revision: self.prev_revision,
            lease: self.lease,
        }
    }

    pub(super) fn is_mark(&self) -> bool {
        self.name.is_some_and(|name| same(name, "compact_rev_key"))
    }
}

/// Whether two names are one key, in kine's collation.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches(' ').eq_ignore_ascii_case(other.trim_end_matches(' '))
}

/// A table, and how it is read.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    pub(super) profile: Profile,
}

impl Table {
    pub(super) fn history(&self) -> History {
        let mut history = History::new(self.profile.clone());
        for row in &self.rows {
            history.push(row.as_read()).expect("in the order of ids");
        }
        history
    }
}

const NAMES: [&str; 14] =
    ["/a", "/a", "/a", "/a", "/a", "/a", "/a", "/b", "/b", "/b", "/A", "/a ", "gap-9", "/c"];

/// The next bits of a number.
struct Bits(u64);

impl Bits {
    /// A number under that.
    fn below(&mut self, bound: u64) -> u64 {
        let number = self.0 % bound;
        self.0 /= bound;
        number
    }

    /// True once in so many.
    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == many - 1
    }
}

/// The table of some numbers: one tells how it begins and is read, the others each of a row.
pub(super) fn table(how: u64, numbers: &[u64]) -> Table {
    let mut how = Bits(how);
    let marks = how.below(8);
    let first = 1 + how.below(3) * 5;
    let ids: Vec<u64> = numbers
        .iter()
        .scan(first, |id, number| {
            *id += [1, 1, 1, 1, 2, 4][(number % 6) as usize];
            Some(*id)
        })
        .collect();
    let mut rows: Vec<Row> = Vec::new();
    if marks < 6 {
        rows.push(mark(first, 0));
    }
    for (number, &id) in numbers.iter().zip(&ids) {
        rows.push(row(Bits(number / 6), id, &ids, &rows));
    }
    // What hand or a Compact request took away, or what was compacted and is recorded.
    let last = rows.last().map_or(first, |row| row.id);
    if how.one_in(2) {
        let to = how.below(last + 1);
        let goes: Vec<bool> = rows.iter().map(|row| is_removed(&rows, row, to)).collect();
        let mut goes = goes.iter();
        rows.retain(|row| row.is_mark() || !goes.next().copied().unwrap_or_default());
        let recorded = if how.one_in(2) { to } else { 0 };
        for mark in rows.iter_mut().filter(|row| row.is_mark()).take(1) {
            mark.prev_revision = Some(recorded);
        }
    }
    match marks {
        // A second mark, at the end.
        5 => rows.push(mark(last + 1, how.below(last + 2))),
        // The only one.
        6 => rows.push(mark(last + 1, how.below(last + 2))),
        4 if how.one_in(4) => rows[0].prev_revision = None,
        _ => {}
    }
    let kine = Profile::kine_default();
    let profile = match how.below(12) {
        8 | 9 => Profile { excerpt: true, ..kine },
        10 => Profile { columns: Columns { created: false, ..Columns::ALL }, ..kine },
        11 => {
            let since = Some(how.below(last + 1));
            Profile { part: Some(Part { since, prefix: None }), current: Some(last), ..kine }
        }
        _ => kine,
    };
    if !profile.columns.created {
        for row in &mut rows {
            row.created = Flag::Unknown;
        }
    }
    rows.retain(|row| profile.takes(row.id, row.name.map(str::as_bytes)));
    Table { rows, profile }
}

/// What one DELETE of kine's removes.
fn is_removed(rows: &[Row], row: &Row, to: u64) -> bool {
    let points = |by: &Row| {
        by.id <= to
            && by.name.is_some()
            && !by.is_mark()
            && by.prev_revision.is_some_and(|prev| prev != 0 && prev == row.id)
    };
    (row.deleted.is_set() && row.id <= to) || rows.iter().any(points)
}

fn mark(id: u64, compacted: u64) -> Row {
    Row {
        id,
        name: Some("compact_rev_key"),
        created: Flag::Yes,
        deleted: Flag::No,
        create_revision: Some(0),
        prev_revision: Some(compacted),
        lease: Some(0),
    }
}

fn row(mut bits: Bits, id: u64, ids: &[u64], before: &[Row]) -> Row {
    let act = bits.below(16);
    let link = bits.below(16);
    let name = match bits.below(17) {
        14 => Some("COMPACT_REV_KEY"),
        15 | 16 => None,
        key => Some(NAMES[usize::try_from(key).expect("a small number")]),
    };
    let is_same = |row: &&Row| row.name.zip(name).is_some_and(|(one, other)| same(one, other));
    let mut older = before.iter().rev().filter(is_same);
    let nth = usize::try_from(bits.below(3)).expect("a small number");
    let newest = older.clone().next();
    let any = |at: u64| {
        let len = ids.len() as u64;
        ids.get(usize::try_from(at % len.max(1)).expect("a small number")).copied()
    };
    let is_live = newest.is_some_and(|row| row.deleted == Flag::No);
    let (created, deleted) = match act {
        8..=10 => (Flag::No, Flag::Yes),
        11 => (Flag::Yes, Flag::No),
        12 => (Flag::No, Flag::Null),
        13 => (Flag::Null, Flag::No),
        14 => (Flag::No, Flag::Odd),
        15 => (Flag::Yes, Flag::Yes),
        _ if is_live => (Flag::No, Flag::No),
        _ => (Flag::Yes, Flag::No),
    };
    let prev_revision = match link {
        0..=6 => Some(newest.map_or(0, |row| row.id)),
        7..=9 => Some(older.nth(nth).map_or(0, |row| row.id)),
        10 => Some(id),
        11 | 12 => any(bits.below(16)),
        13 => Some(id + bits.below(4)),
        14 => Some(id.saturating_sub(1 + bits.below(6))),
        _ => bits.one_in(3).then_some(0),
    };
    Row {
        id,
        name,
        created,
        deleted,
        create_revision: (!bits.one_in(16)).then_some(0),
        prev_revision,
        lease: (!bits.one_in(16)).then_some(0),
    }
}
