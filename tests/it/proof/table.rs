//! Tables, healthy and damaged, and what is asked of them.
//!
//! A table is drafted row by row, each row saying what it is in terms of the others (the newest row
//! of its key, itself, the mark), and then written out. So a smaller draft is a smaller table of
//! the same sort, and what fails is shown as the smallest that does.

use kinescope::history::{self, Flag, Rows};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// No table has more rows.
pub const MOST_ROWS: usize = 40;

/// kine's loop runs no more transactions than about that, so that a table takes no time.
const MOST_BATCHES: u64 = 200;

/// A table and a compaction of it.
#[derive(Clone, PartialEq)]
pub struct Case {
    pub rows: Vec<Row>,
    pub target: u64,
    pub min_retain: u64,
    pub batch_size: u64,
}

impl Case {
    /// The table as it is read.
    pub fn table(&self) -> Rows {
        let flag = |flag: Option<i64>| flag.map_or(Flag::Null, Flag::from_number);
        self.rows
            .iter()
            .map(|row| history::Row {
                id: row.id,
                name: row.name.as_deref(),
                created: flag(row.created),
                deleted: flag(row.deleted),
                create_revision: row.create_revision,
                prev_revision: row.prev_revision,
                lease: row.lease.and_then(|lease| i32::try_from(lease).ok()),
            })
            .collect()
    }
}

/// Every column of a row.
#[derive(Clone, PartialEq)]
pub struct Row {
    pub id: u64,
    pub name: Option<Vec<u8>>,
    pub created: Option<i64>,
    pub deleted: Option<i64>,
    pub create_revision: Option<u64>,
    pub prev_revision: Option<u64>,
    pub lease: Option<i64>,
    pub value: Option<Vec<u8>>,
    pub old_value: Option<Vec<u8>>,
}

const MARKS: [&str; 3] = ["compact_rev_key", "COMPACT_REV_KEY", "compact_rev_key "];

/// What a row will be.
#[derive(Debug, Clone)]
struct Draft {
    /// How far its id is from the one before.
    step: u64,
    name: Name,
    act: Act,
    create_revision: Option<u64>,
    lease: Option<i32>,
    value: Option<Vec<u8>>,
    old_value: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
enum Name {
    Key(&'static str),
    Mark(&'static str),
    Gap,
    Null,
}

#[derive(Debug, Clone)]
enum Act {
    /// A create or an update, as kine writes them.
    Write,
    /// A tombstone, as kine writes it.
    Delete,
    /// What kine does not write.
    Odd { created: Option<i32>, deleted: Option<i32>, link: Link },
}

/// Where a row points.
#[derive(Debug, Clone)]
enum Link {
    Nowhere,
    /// At the newest row of its key below it.
    Newest,
    /// At the one so many rows of its key below.
    Older(usize),
    /// At any row: of another key, above it, itself.
    Any(Index),
    Itself,
    Mark,
    /// At an id that a row has, or just beside it.
    Beside(Index, bool),
    Null,
}

/// A revision of interest.
#[derive(Debug, Clone)]
enum Point {
    Zero,
    Last,
    /// A row's id, or just under or over it.
    At(Index, i8),
    /// Above every row.
    Beyond(u64),
}

#[derive(Debug, Clone)]
enum Cut {
    /// In one transaction.
    Whole,
    /// In so many.
    Into(u64),
    /// So many revisions at a time.
    Of(u64),
}

fn name(wild: bool) -> BoxedStrategy<Name> {
    let keys = select(vec!["/a", "/a", "/a", "/b", "/b", "/c"]).prop_map(Name::Key);
    let spelled = select(vec!["/A", "/a ", "/B  ", "/C", "/a/", ""]).prop_map(Name::Key);
    if wild {
        prop_oneof![
            24 => keys, 4 => spelled, 1 => Just(Name::Gap), 1 => select(&MARKS[..]).prop_map(Name::Mark),
            2 => Just(Name::Null)
        ]
        .boxed()
    } else {
        prop_oneof![24 => keys, 1 => spelled, 2 => Just(Name::Gap)].boxed()
    }
}

fn flag(likely: i32) -> impl Strategy<Value = Option<i32>> {
    prop_oneof![
        20 => Just(Some(likely)), 8 => Just(Some(1 - likely)), 2 => Just(None),
        1 => select(vec![2, -1, 17, i32::MIN, i32::MAX]).prop_map(Some),
    ]
}

fn link() -> impl Strategy<Value = Link> {
    prop_oneof![
        3 => Just(Link::Nowhere),
        12 => Just(Link::Newest),
        8 => (1..5_usize).prop_map(Link::Older),
        5 => any::<Index>().prop_map(Link::Any),
        2 => Just(Link::Itself),
        1 => Just(Link::Mark),
        3 => (any::<Index>(), any::<bool>()).prop_map(|(at, above)| Link::Beside(at, above)),
        2 => Just(Link::Null),
    ]
}

fn act(wild: bool) -> BoxedStrategy<Act> {
    let odd = (flag(0), flag(0), link()).prop_map(|(created, deleted, link)| Act::Odd {
        created,
        deleted,
        link,
    });
    let (kines, odds) = if wild { (2, 8) } else { (16, 1) };
    prop_oneof![3 * kines => Just(Act::Write), kines => Just(Act::Delete), odds => odd].boxed()
}

fn step() -> impl Strategy<Value = u64> {
    prop_oneof![60 => Just(1), 15 => 2..6_u64, 4 => 10..3000_u64, 1 => 1_000_000..5_000_000_000_u64]
}

fn bytes() -> impl Strategy<Value = Option<Vec<u8>>> {
    weighted(0.3, vec(any::<u8>(), 0..4))
}

fn draft(wild: bool) -> impl Strategy<Value = Draft> {
    let numbers =
        (weighted(0.9, 0..9_u64), weighted(0.9, prop_oneof![9 => Just(0), 1 => any::<i32>()]));
    (step(), name(wild), act(wild), numbers, bytes(), bytes()).prop_map(
        |(step, name, act, (create_revision, lease), value, old_value)| Draft {
            step,
            name,
            act,
            create_revision,
            lease,
            value,
            old_value,
        },
    )
}

fn point() -> impl Strategy<Value = Point> {
    prop_oneof![
        8 => Just(Point::Last),
        6 => (any::<Index>(), -1..=1_i8).prop_map(|(at, beside)| Point::At(at, beside)),
        1 => prop_oneof![1..9_u64, 1..10_000_000_000_u64].prop_map(Point::Beyond),
        1 => Just(Point::Zero),
    ]
}

/// Tables whose ids are at most `highest`.
pub fn cases(highest: u64) -> impl Strategy<Value = Case> {
    let rows = prop_oneof![
        vec(draft(false), 0..MOST_ROWS),
        vec(draft(true), 0..MOST_ROWS),
        vec(draft(true), 0..12),
    ];
    let first = prop_oneof![
        40 => Just(1), 2 => Just(0), 2 => 0..6_000_000_000_u64,
        1 => (u64::MAX / 2 - 60)..(u64::MAX / 2 + 3),
    ];
    let compacted = prop_oneof![4 => Just(Point::Zero), 1 => point()];
    let mark =
        weighted(0.96, (prop_oneof![30 => Just(MARKS[0]), 1 => select(&MARKS[..])], flag(0)));
    let retain =
        prop_oneof![8 => Just(None), 3 => (1..9_u64).prop_map(Some), 1 => Just(Some(1000))];
    let cut = prop_oneof![
        3 => Just(Cut::Whole), 10 => (2..9_u64).prop_map(Cut::Into), 3 => (1..6_u64).prop_map(Cut::Of),
        1 => (9..MOST_BATCHES).prop_map(Cut::Into),
    ];
    (rows, first, (compacted, mark), point(), (retain, cut)).prop_map(
        move |(drafts, first, (compacted, mark), target, (retain, cut))| {
            let mut rows = written(&drafts, first, mark, highest);
            let compacted = revision(&rows, &compacted);
            // Every mark has its own opinion, or all agree: the first says which.
            for row in rows.iter_mut().filter(|row| is_mark(row)).take(1) {
                row.prev_revision = Some(compacted);
            }
            // What is beside the last row may be more than its column holds.
            for row in &mut rows {
                row.prev_revision = row.prev_revision.map(|it| it.min(highest));
            }
            // kine's own numbers are signed.
            let target = revision(&rows, &target).min(u64::MAX / 2);
            // Which of several marks the server takes for one depends on how it compares names.
            let marks = rows.iter().filter(|row| is_mark(row));
            let start = marks.map(|row| row.prev_revision.unwrap_or_default()).min();
            let span = target.saturating_sub(start.unwrap_or_default()).max(1);
            let batch_size = match cut {
                Cut::Whole => span.saturating_add(1).min(u64::MAX / 2),
                Cut::Into(batches) => span.div_ceil(batches),
                Cut::Of(size) => size.max(span.div_ceil(MOST_BATCHES)),
            };
            Case { rows, target, min_retain: retain.unwrap_or_default(), batch_size }
        },
    )
}

fn revision(rows: &[Row], point: &Point) -> u64 {
    let last = rows.last().map_or(0, |row| row.id);
    match point {
        Point::Zero => 0,
        Point::Last => last,
        Point::At(_, _) if rows.is_empty() => 0,
        Point::At(at, beside) => {
            rows[at.index(rows.len())].id.saturating_add_signed((*beside).into())
        }
        Point::Beyond(more) => last.saturating_add(*more),
    }
}

fn is_mark(row: &Row) -> bool {
    row.name
        .as_deref()
        .is_some_and(|name| name.trim_ascii_end().eq_ignore_ascii_case(b"compact_rev_key"))
}

/// The drafts as rows, a mark before them.
fn written(
    drafts: &[Draft],
    first: u64,
    mark: Option<(&'static str, Option<i32>)>,
    highest: u64,
) -> Vec<Row> {
    let mark = mark.map(|(name, deleted)| Draft {
        step: 0,
        name: Name::Mark(name),
        // A mark that is a tombstone is rare enough to be worth none of the other tables.
        act: Act::Odd {
            created: Some(1),
            deleted: deleted.filter(|&it| it != 1),
            link: Link::Nowhere,
        },
        create_revision: Some(0),
        lease: Some(0),
        value: None,
        old_value: None,
    });
    let drafts: Vec<&Draft> = mark.iter().chain(drafts).collect();
    let mut ids = Vec::new();
    let mut id = first;
    for draft in &drafts {
        if !ids.is_empty() {
            id = id.saturating_add(draft.step);
        }
        if id > highest {
            break;
        }
        ids.push(id);
    }
    let mut rows: Vec<Row> = Vec::new();
    for (draft, &id) in drafts.into_iter().zip(&ids) {
        let row = draft.written(id, &ids, &rows);
        rows.push(row);
    }
    rows
}

impl Draft {
    /// The row, after those that are written already.
    fn written(&self, id: u64, ids: &[u64], rows: &[Row]) -> Row {
        let name = match self.name {
            Name::Key(name) | Name::Mark(name) => Some(name.to_owned()),
            Name::Gap => Some(format!("gap-{id}")),
            Name::Null => None,
        }
        .map(String::into_bytes);
        let same = |row: &&Row| match (&row.name, &name) {
            (Some(one), Some(other)) => {
                one.trim_ascii_end().eq_ignore_ascii_case(other.trim_ascii_end())
            }
            _ => false,
        };
        let older = |nth: usize| rows.iter().rev().filter(same).nth(nth);
        let newest = older(0);
        let alive = newest.is_some_and(|row| row.deleted == Some(0));
        let gap = matches!(self.name, Name::Gap);
        let (created, deleted, prev_revision) = match &self.act {
            Act::Write | Act::Delete if gap => (Some(0), Some(1), Some(0)),
            Act::Write => (Some(i32::from(!alive)), Some(0), Some(newest.map_or(0, |row| row.id))),
            Act::Delete => (Some(0), Some(1), Some(newest.map_or(0, |row| row.id))),
            Act::Odd { created, deleted, link } => {
                let prev = match link {
                    Link::Nowhere => Some(0),
                    Link::Newest => Some(newest.map_or(0, |row| row.id)),
                    Link::Older(nth) => Some(older(*nth).map_or(0, |row| row.id)),
                    Link::Any(at) => Some(ids[at.index(ids.len())]),
                    Link::Itself => Some(id),
                    Link::Mark => {
                        Some(rows.iter().find(|row| is_mark(row)).map_or(0, |row| row.id))
                    }
                    Link::Beside(at, above) => {
                        let id = ids[at.index(ids.len())];
                        Some(if *above { id.saturating_add(1) } else { id.saturating_sub(1) })
                    }
                    Link::Null => None,
                };
                (*created, *deleted, prev)
            }
        };
        Row {
            id,
            name,
            created: created.map(i64::from),
            deleted: deleted.map(i64::from),
            create_revision: self.create_revision,
            prev_revision,
            lease: self.lease.map(i64::from),
            value: self.value.clone(),
            old_value: self.old_value.clone(),
        }
    }
}
