//! Rows as they were given, and what is linked, beside the plainest way to work it out.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::history::{Flag, History, Profile, PushError, Revision, Row, RowIx};

const NAMES: [Option<&[u8]>; 7] = [
    None,
    Some(b""),
    Some(b"/a"),
    Some(b"/A "),
    Some(b"/b"),
    Some(b"compact_rev_key"),
    Some(b"Compact_Rev_Key"),
];

fn flag() -> impl Strategy<Value = Flag> {
    prop_oneof![
        Just(Flag::Unknown),
        Just(Flag::Null),
        Just(Flag::No),
        Just(Flag::Yes),
        Just(Flag::Odd),
    ]
}

/// A row, its id and prev revision as steps: up from the row before, and back.
type Drawn = (u64, usize, Flag, Flag, Option<u64>, Option<u64>, Option<i32>);

fn drawn() -> impl Strategy<Value = Drawn> {
    (
        prop_oneof![8 => Just(1_u64), 2 => 2..6_u64, 1 => 1..1_u64 << 40],
        0..NAMES.len(),
        flag(),
        flag(),
        prop::option::of(prop_oneof![Just(0), 0..40_u64, any::<u64>()]),
        prop::option::weighted(0.9, prop_oneof![Just(0), 0..40_u64, any::<u64>()]),
        prop::option::of(prop_oneof![Just(0), Just(3600), any::<i32>()]),
    )
}

fn rows(drawn: &[Drawn]) -> Vec<Row<'static>> {
    let mut id: Revision = 0;
    let row = |&(step, name, created, deleted, create_revision, back, lease): &Drawn| {
        id += step;
        // Mostly a row near by, and some that are ahead.
        let prev_revision =
            back.map(|back| if back == 0 { 0 } else { (id + 3).wrapping_sub(back) });
        Row { id, name: NAMES[name], created, deleted, create_revision, prev_revision, lease }
    };
    drawn.iter().map(row).collect()
}

/// All that a history knows of its rows.
fn picture(history: &History) -> Vec<String> {
    let rows = history.iter().map(|at| {
        let (edge, successors) = (history.edge(at), history.successors(at).collect::<Vec<_>>());
        format!("{:?} {edge:?} {successors:?}", history.row(at))
    });
    let keys = history
        .keys()
        .map(|(id, key)| format!("{id:?} {key:?} {:?}", history.rows_of(id).collect::<Vec<_>>()));
    let rest = (history.forks(), history.points_forward(), history.horizon(), history.nameless());
    rows.chain(keys).chain([format!("{rest:?}")]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn rows_are_kept_as_they_came_and_linked_by_their_ids(
        drawn in prop::collection::vec(drawn(), 1..300),
    ) {
        let rows = rows(&drawn);
        let mut history = History::new(Profile::kine_default());
        history.append(&mut rows.iter().copied()).expect("ids ascend");
        let by_id: BTreeMap<Revision, RowIx> =
            rows.iter().zip(history.iter()).map(|(row, at)| (row.id, at)).collect();
        let mut newest: BTreeMap<Vec<u8>, RowIx> = BTreeMap::new();
        for (&row, at) in rows.iter().zip(history.iter()) {
            prop_assert_eq!(history.row(at), row);
            prop_assert_eq!(history.find(row.id), Some(at));
            let is_mark = row.name.is_some_and(|it| it.eq_ignore_ascii_case(b"compact_rev_key"));
            let points_at = row.prev_revision.filter(|&prev| prev != 0 && !is_mark);
            let prev = points_at.and_then(|prev| by_id.get(&prev).copied());
            prop_assert_eq!(history.prev(at), prev);
            let key = row.name.map(|name| name.trim_ascii_end().to_ascii_lowercase());
            prop_assert_eq!(history.older(at), key.and_then(|key| newest.insert(key, at)));
        }
    }

    #[test]
    fn rows_that_come_at_once_are_linked_as_if_one_had_come_after_the_other(
        drawn in prop::collection::vec(drawn(), 1..300),
        first in 0..300_usize,
    ) {
        let rows = rows(&drawn);
        let [mut singly, mut at_once] = [(); 2].map(|()| History::new(Profile::kine_default()));
        for &row in &rows {
            singly.push(row).expect("ids ascend");
        }
        let mut rest = rows.iter().copied();
        at_once.append(&mut rest.by_ref().take(first)).expect("ids ascend");
        at_once.append(&mut rest).expect("ids ascend");
        prop_assert_eq!(picture(&singly), picture(&at_once));
    }
}

/// ```text
///   ids  2   3          5          6
///        ✝   mark: 5    mark: 9    ●──▶ 1, missing
/// ```
#[test]
fn a_mark_looks_at_the_rows_before_it_alone() {
    let row = |id, name: &'static str, prev| Row {
        id,
        name: Some(name.as_bytes()),
        created: Flag::No,
        deleted: if id == 2 { Flag::Yes } else { Flag::No },
        create_revision: None,
        prev_revision: Some(prev),
        lease: None,
    };
    let rows = [
        row(2, "/a", 0),
        row(3, "compact_rev_key", 5),
        row(5, "compact_rev_key", 9),
        row(6, "/b", 1),
    ];
    let [mut singly, mut at_once] = [(); 2].map(|()| History::new(Profile::kine_default()));
    for row in rows {
        singly.push(row).expect("ids ascend");
    }
    at_once.append(&mut rows.into_iter()).expect("ids ascend");
    assert_eq!(singly.horizon(), at_once.horizon());
    assert_eq!(at_once.horizon().unrecorded(), None);
}

#[test]
fn a_row_that_cannot_be_is_left_out_and_those_after_it_are_still_to_come() {
    let row = |id| Row {
        id,
        name: Some(b"/a"),
        created: Flag::No,
        deleted: Flag::No,
        create_revision: None,
        prev_revision: None,
        lease: None,
    };
    let mut history = History::new(Profile::kine_default());
    let mut rows = [1, 2, 2, 3, 1, 4].into_iter().map(row);
    assert_eq!(history.append(&mut rows), Err(PushError::Twice(2)));
    assert_eq!(history.append(&mut rows), Err(PushError::Order { id: 1, after: 3 }));
    assert_eq!(history.append(&mut rows), Ok(()));
    assert!(history.iter().map(|at| history.id(at)).eq(1..=4));
}

/// ```text
///   ● 1 create ◀── 2 update ◀── 3 delete ◀── 4 update       8 create that follows 3
///                  ▲                                        9 another life's update
///                  └── 5 of another key
///   6 create with a life   7 update that follows nothing
/// ```
#[test]
fn a_row_is_as_it_is_written_or_is_looked_at() {
    let row = |id, name: &'static str, (created, deleted): (bool, bool), create, prev| Row {
        id,
        name: Some(name.as_bytes()),
        created: Flag::from_number(created.into()),
        deleted: Flag::from_number(deleted.into()),
        create_revision: Some(create),
        prev_revision: Some(prev),
        lease: Some(0),
    };
    let (create, update, delete) = ((true, false), (false, false), (false, true));
    let rows = [
        row(1, "/a", create, 0, 0),
        row(2, "/a", update, 1, 1),
        row(3, "/a", delete, 1, 2),
        row(4, "/a", update, 1, 3),
        row(5, "/b", update, 1, 2),
        row(6, "/c", create, 1, 0),
        row(7, "/d", update, 0, 0),
        row(8, "/a", create, 0, 3),
        row(9, "/a", update, 2, 2),
        row(10, "gap-10", (false, true), 1, 1),
        row(11, "compact_rev_key", create, 0, 0),
        Row { lease: Some(-1), ..row(12, "/a", update, 1, 2) },
        Row { create_revision: None, ..row(13, "/a", update, 1, 2) },
    ];
    let mut history = History::new(Profile::kine_default());
    history.append(&mut rows.into_iter()).expect("ids ascend");
    let as_written = history.iter().filter(|&at| history.is_as_written(at));
    assert!(as_written.map(|at| history.id(at)).eq([1, 2, 3]));
}
