//! What changed between two moments, beside everything that was ever written.

use kinescope::history::{Change, Diff, Doubt, History, diff, resource_prefix};
use proptest::prelude::*;

use super::world::{Event, worlds};
use crate::support::history::picture;

/// `created /a, changed /b`, in the order in which the keys came.
fn changes(history: &History, from: u64, to: u64) -> String {
    said(history, &diff(history, from, to))
}

fn said(history: &History, diff: &Diff<'_>) -> String {
    let word = |change: Change| match change {
        Change::Unknown(doubt) => format!("unknown ({doubt:?})"),
        known => format!("{known:?}").to_lowercase(),
    };
    let keys = diff.keys.iter().map(|key| {
        let name = String::from_utf8_lossy(history.name(key.key));
        format!("{} {name}", word(key.change))
    });
    keys.collect::<Vec<_>>().join(", ")
}

const TABLE: &str = "1 compact_rev_key mark <- 0
                     2 /a create
                     3 /b create
                     4 /c create
                     5 /c delete <- 4
                     6 /a update <- 2
                     7 /b delete <- 3
                     8 /c create <- 5
                     9 /d create
                    10 /e create
                    11 /e delete <- 10
                    12 gap-12 delete
                    13 /f create";

#[test]
fn each_change_has_its_name() {
    let history = picture(TABLE);
    let all = "changed /a, deleted /b, returned /c, created /d, passed /e";
    assert_eq!(changes(&history, 5, 12), all);
    assert_eq!(diff(&history, 5, 12).writes, 7);
    assert_eq!(changes(&history, 5, 5), "");
    assert_eq!(changes(&history, 12, 13), "created /f");
}

/// As in git, the first moment is where one comes from.
#[test]
fn backwards_what_was_created_is_deleted() {
    let history = picture(TABLE);
    let back = "changed /a, returned /b, deleted /c, deleted /d, passed /e";
    assert_eq!(changes(&history, 12, 5), back);
}

#[test]
fn what_compaction_took_is_unknown_and_what_it_left_still_tells() {
    // Of /a 2 and 6 are gone, of /c 4 and 5: 8 and 14 tell of 5 and 6.
    let history = picture(
        "1 compact_rev_key mark <- 14
         8 /c create <- 5
         9 /d create
        14 /a update <- 6
        15 /g create",
    );
    assert_eq!(
        changes(&history, 6, 14),
        "returned /c, unknown (Compacted) /d, changed /a, unknown (Compacted) /g"
    );
    let diff = diff(&history, 6, 14);
    assert!(diff.differs() && !diff.has_every_key());
    assert_eq!((diff.unknown(), diff.count(Change::Returned)), (2, 1));
    assert_eq!(changes(&history, 14, 15), "created /g");
}

/// A row that is neither live nor a tombstone is the same as long as it is the same row.
#[test]
fn a_row_that_cannot_be_read_changes_nothing_by_itself() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a blank <- 2
         4 /b create",
    );
    assert_eq!(changes(&history, 3, 4), "created /b");
    assert_eq!(changes(&history, 2, 3), "unknown (Unreadable) /a");
    assert_eq!(diff(&history, 2, 3).keys[0].change, Change::Unknown(Doubt::Unreadable));
}

#[test]
fn a_prefix_is_that_of_a_resource() {
    for (name, prefix) in [
        ("/registry/pods/default/web", "/registry/pods/"),
        ("/registry/health", "/registry/health"),
        ("/registry/minions/node-02", "/registry/minions/"),
        ("compact_rev_key_apiserver", "compact_rev_key_apiserver"),
        ("a/b/c", "a/b/"),
        ("/", "/"),
        ("", ""),
    ] {
        assert_eq!(resource_prefix(name.as_bytes()), prefix.as_bytes(), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_changed_is_what_was_written(world in worlds(), from in 0..70_u64, to in 0..70_u64) {
        let history = world.history();
        let (from, to) = (from.min(world.current), to.min(world.current));
        let diff = diff(&history, from, to);
        let (before, after) = (world.truth(from), world.truth(to));
        for key in &diff.keys {
            let name = std::str::from_utf8(history.name(key.key)).expect("UTF-8");
            let (was, is) = (before.get(name), after.get(name));
            let live = |it: Option<&(u64, bool)>| it.is_some_and(|(_, live)| *live);
            let expected = match key.change {
                Change::Created => !live(was) && live(is),
                Change::Returned => was.is_some_and(|it| !it.1) && live(is),
                Change::Changed => live(was) && live(is) && was != is,
                Change::Deleted => live(was) && !live(is),
                Change::Passed => !live(was) && !live(is) && was != is,
                Change::Unknown(_) => from.min(to) < world.compacted,
            };
            prop_assert!(expected, "{:?} {}: {:?} {:?}", key, name, was, is);
        }
        // Whatever is not named is as it was, if every key has a row that tells.
        if diff.has_every_key() {
            let named: Vec<_> = diff.keys.iter().map(|key| history.name(key.key)).collect();
            for (name, (id, live)) in before.iter().chain(&after) {
                if *live && !named.contains(&name.as_bytes()) {
                    prop_assert_eq!(before.get(name), Some(&(*id, true)), "{}", name);
                    prop_assert_eq!(after.get(name), Some(&(*id, true)), "{}", name);
                }
            }
        }
    }
}

#[test]
fn a_world_can_be_told_what_happens() {
    let write = |delete| Event::Write { key: 0, delete };
    let events = [write(false), write(true), Event::Gap, write(false), Event::Compact(0)];
    let world = super::world::World::of(&events, false);
    let ids: Vec<u64> = world.table.iter().map(|row| row.0).collect();
    assert_eq!((ids, world.written.len(), world.compacted), (vec![1, 5], 5, 5));
}
