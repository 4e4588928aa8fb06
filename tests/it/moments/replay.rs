//! The table at a revision that moves, beside the table at each revision.

use std::collections::{BTreeMap, BTreeSet};

use kinescope::history::{AsOf, History, Profile, Replay, Revision, Then};
use proptest::prelude::*;

use super::world::worlds;
use crate::proof::table::cases;
use crate::support::history::{assert_picture, picture};

/// Whether a replay says of every key what the table says that is asked anew.
fn assert_same(history: &History, replay: &Replay) {
    let as_of: AsOf<'_> = history.as_of(replay.revision());
    let (mut live, mut doubts) = (0, BTreeMap::new());
    for key in as_of.keys() {
        assert_eq!(replay.state(history, key.key), key.then, "at {}", replay.revision());
        let newest = history.rows_of(key.key).find(|&at| history.id(at) <= replay.revision());
        assert_eq!(replay.row(history, key.key), newest, "at {}", replay.revision());
        match key.then {
            Then::Unknown(doubt) => *doubts.entry(doubt).or_insert(0) += 1,
            then => live += usize::from(then.is_live() == Some(true)),
        }
    }
    assert_eq!((replay.live(), replay.doubts()), (live, &doubts), "at {}", replay.revision());
}

/// Every revision at which a step stops, from one end to the other.
fn steps(history: &History, forward: bool) -> Vec<Revision> {
    let end = if forward { 0 } else { history.current().unwrap_or_default() };
    let mut replay = Replay::new(history, end);
    let mut passed = Vec::new();
    while let Some(next) = replay.near(history, forward) {
        replay.go(history, next);
        passed.push(next);
    }
    passed
}

#[test]
fn steps_stop_at_rows_and_at_what_rows_tell_of() {
    let history = picture(
        "1 compact_rev_key mark <- 8
         8 /a update <- 5
         9 /b create",
    );
    assert_eq!(steps(&history, true), [1, 5, 8, 9]);
    assert_eq!(steps(&history, false), [8, 5, 1]);
    let mut replay = Replay::new(&history, 9);
    let mut said = String::new();
    for at in [9, 8, 7, 5, 4] {
        replay.go(&history, at);
        let keys = replay.changed(&history);
        let names = keys.iter().map(|&key| String::from_utf8_lossy(history.name(key)));
        let names = names.collect::<Vec<_>>().join(" ");
        said += &format!("{at}: {names}, {} live, {:?}\n", replay.live(), replay.doubts());
    }
    assert_picture(
        &said,
        "
         9: /b, 2 live, {}
         8: /a, 1 live, {}
         7: , 1 live, {Compacted: 1}
         5: /a, 1 live, {Compacted: 1}
         4: , 0 live, {Compacted: 2}",
    );
}

#[test]
fn a_key_is_followed_through_its_own_writes() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         3 /a create
         4 /b create
         5 /a update <- 3
         6 /b update <- 4
         9 /a delete <- 5",
    );
    let key = history.find_key(b"/a").expect("a key");
    let mut replay = Replay::new(&history, 6);
    let near = |replay: &Replay, forward| replay.near_of(&history, key, forward);
    assert_eq!((near(&replay, false), near(&replay, true)), (Some(5), Some(9)));
    replay.go(&history, 5);
    assert_eq!((near(&replay, false), near(&replay, true)), (Some(3), Some(9)));
    replay.go(&history, 1);
    assert_eq!((near(&replay, false), near(&replay, true)), (None, Some(3)));
    replay.go(&history, 9);
    assert_eq!((near(&replay, false), near(&replay, true)), (Some(5), None));
}

/// Steps to and fro, and jumps.
fn walks() -> impl Strategy<Value = Vec<Result<bool, u64>>> {
    let step = prop_oneof![
        4 => any::<bool>().prop_map(Ok),
        1 => (0..200_u64).prop_map(Err),
    ];
    prop::collection::vec(step, 1..30)
}

fn walk(history: &History, walk: &[Result<bool, u64>]) {
    let current = history.current().unwrap_or_default();
    let mut replay = Replay::new(history, current);
    assert_same(history, &replay);
    for step in walk {
        let to = match *step {
            Ok(forward) => replay.near(history, forward),
            Err(at) => Some(at.min(current)),
        };
        let Some(to) = to else { continue };
        replay.go(history, to);
        assert_same(history, &replay);
        let near: BTreeSet<Revision> =
            history.keys().filter_map(|(key, _)| replay.near_of(history, key, true)).collect();
        assert_eq!(near.first().copied(), replay.near(history, true), "after {to}");
        let near: BTreeSet<Revision> =
            history.keys().filter_map(|(key, _)| replay.near_of(history, key, false)).collect();
        assert_eq!(near.last().copied(), replay.near(history, false), "before {to}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Stepping is jumping, on tables that kine wrote and compacted.
    #[test]
    fn a_step_leads_where_a_jump_does(world in worlds(), steps in walks()) {
        walk(&world.history(), &steps);
    }

    /// Between two steps nothing changes: every revision at which a key turns is one that steps stop at.
    #[test]
    fn no_step_passes_a_change(world in worlds()) {
        let history = world.history();
        let stops = steps(&history, true);
        let known_from = history.known_from();
        let current = history.current().unwrap_or_default();
        for (key, _) in history.keys().filter(|(key, _)| history.is_of_cluster(*key)) {
            for at in 1..=current {
                let turns = history.as_of(at).state(key) != history.as_of(at - 1).state(key);
                // From the compact revision on more is known: nothing was written there.
                if turns && at != known_from {
                    prop_assert!(stops.contains(&at), "{at}: {stops:?}");
                    let replay = Replay::new(&history, at);
                    prop_assert!(replay.changed(&history).contains(&key), "{at}");
                }
            }
        }
    }

    /// And on any table.
    #[test]
    fn a_step_leads_where_a_jump_does_in_any_table(case in cases(1 << 6), steps in walks()) {
        let mut history = History::new(Profile::kine_default());
        history.extend(&case.table()).expect("in order");
        // Rows without a name are writes of no key.
        if history.nameless() == 0 {
            walk(&history, &steps);
        }
    }
}
