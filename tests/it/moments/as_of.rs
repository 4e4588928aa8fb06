//! The table at a revision, beside everything that was ever written.

use std::collections::BTreeMap;

use kinescope::history::{AsOf, Doubt, History, KeyThen, Then, Version};
use proptest::prelude::*;

use super::world::{World, worlds};
use crate::proof::table::cases;
use crate::support::history::{assert_picture, excerpt, picture};

/// What is known of a key from one revision on, a line each time that it changes.
fn lines(history: &History, name: &str) -> String {
    let key = history.find_key(name.as_bytes()).expect("a key");
    let mut said = String::new();
    let mut last = None;
    for at in 1..=history.current().unwrap_or_default() {
        let then = history.as_of(at).state(key);
        if last.replace(then) != Some(then) {
            said += &format!("{at}: {}\n", word(history, then));
        }
    }
    said
}

fn word(history: &History, then: Then) -> String {
    let version = |version: Version| {
        let gone = if matches!(version, Version::Gone { .. }) { ", gone" } else { "" };
        format!("{}{gone}", version.revision(history))
    };
    match then {
        Then::Absent => "not there".to_owned(),
        Then::Live(at) => format!("live {}", version(at)),
        Then::LiveUnseen { since, before } => format!("live from {since} before {before}"),
        Then::Deleted(at) => format!("deleted {}", version(at)),
        Then::Unknown(doubt) => format!("unknown: {doubt:?}"),
    }
}

#[test]
fn a_table_that_was_not_compacted_knows_every_moment() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         3 /a create
         5 /a update <- 3
         9 /a delete <- 5
        12 /a create <- 9",
    );
    assert_picture(
        &lines(&history, "/a"),
        "
         1: not there
         3: live 3
         5: live 5
         9: deleted 9
         12: live 12",
    );
}

#[test]
fn what_a_row_follows_tells_of_the_time_before_it() {
    // Written: 3 create, 5 update, 8 update, 9 delete, 12 create; compacted to 5, to 8 and to 9.
    let history = picture(
        "1 compact_rev_key mark <- 5
         5 /a update <- 3
         8 /a update <- 5
         9 /a delete <- 8
        12 /a create <- 9",
    );
    assert_picture(
        &lines(&history, "/a"),
        "
         1: unknown: Compacted
         3: live 3, gone
         5: live 5
         8: live 8
         9: deleted 9
         12: live 12",
    );
    let history = picture(
        "1 compact_rev_key mark <- 9
        12 /a create <- 9",
    );
    assert_picture(
        &lines(&history, "/a"),
        "
         1: unknown: Compacted
         9: deleted 9, gone
         12: live 12",
    );
}

#[test]
fn a_create_revision_tells_that_a_key_was_live() {
    let mut world = World::of(&[], false);
    let row = |id, created, create, prev| (id, "/a".to_owned(), created, 0, create, prev, 0);
    world.table.extend([row(8, 0, 3, 5), row(9, 0, 3, 8)]);
    world.table[0].5 = 8;
    assert_picture(
        &lines(&world.history(), "/a"),
        "
         1: unknown: Compacted
         3: live from 3 before 5
         5: live 5, gone
         8: live 8
         9: live 9",
    );
}

#[test]
fn a_create_that_follows_nothing_may_have_had_an_older_life() {
    let history = picture(
        "1 compact_rev_key mark <- 6
         8 /a create
         9 /b create",
    );
    assert_picture(
        &lines(&history, "/a"),
        "
         1: unknown: Compacted
         6: not there
         8: live 8",
    );
    assert!(history.as_of(6).has_every_key() && !history.as_of(5).has_every_key());
}

/// Compaction took 7 and the tombstone 9 and left the forgotten rows 3 and 6, each of a fork.
///
/// ```text
///   2 ◀── 3
///     ◀── 4 ◀── 6
///           ◀── 7 ◀── 9 ✗
/// ```
#[test]
fn rows_that_contradict_each_other_tell_nothing_of_what_was_compacted() {
    let history = picture(
        "1 compact_rev_key mark <- 9
         3 /a update <- 2
         6 /a update <- 4
        10 /b create",
    );
    assert_picture(
        &lines(&history, "/a"),
        "
         1: unknown: Damaged
         9: live 6",
    );
    // Where nothing was compacted they do: kine's list is the newest row.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         6 /a blank <- 4",
    );
    assert_picture(
        &lines(&history, "/a"),
        "
         1: not there
         2: live 2
         3: live 3
         4: live 4
         6: unknown: Unreadable",
    );
}

/// The fork is newer than the moment: up to it each row follows the one before.
#[test]
fn what_is_older_than_a_fork_is_known() {
    let history = picture(
        "1 compact_rev_key mark <- 6
         4 /a update <- 3
         6 /a update <- 4
         7 /a update <- 6
         8 /a update <- 6",
    );
    assert_eq!(
        word(&history, history.as_of(4).state(history.find_key(b"/a").expect("a key"))),
        "live 4"
    );
}

#[test]
fn a_part_of_a_table_knows_its_last_moment() {
    let history = excerpt(
        "4 /a update <- 3
         6 /b create
         7 /a update <- 5",
    );
    assert_picture(
        &lines(&history, "/a"),
        "
         1: unknown: Damaged
         7: live 7",
    );
    assert_picture(
        &lines(&history, "/b"),
        "
         1: unknown: NotRead
         6: live 6",
    );
}

/// The keys of a list, by name.
fn by_name<'h>(history: &'h History, as_of: &AsOf<'_>) -> BTreeMap<&'h str, KeyThen> {
    let name = |key: &KeyThen| std::str::from_utf8(history.name(key.key)).expect("UTF-8");
    as_of.keys().into_iter().map(|key| (name(&key), key)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is known is true, and from the compact revision on all is known.
    #[test]
    fn no_moment_contradicts_what_was_written(world in worlds()) {
        let history = world.history();
        for at in 0..=world.current {
            let (as_of, truth) = (history.as_of(at), world.truth(at));
            let keys = by_name(&history, &as_of);
            for (name, key) in &keys {
                prop_assert_eq!(as_of.state(key.key), key.then);
                let live = truth.get(name).filter(|(_, live)| *live).map(|(id, _)| *id);
                match key.then {
                    Then::Absent => prop_assert_eq!(live, None, "{} at {}", name, at),
                    Then::Live(version) => {
                        prop_assert_eq!(live, Some(version.revision(&history)), "{} at {}", name, at);
                    }
                    Then::LiveUnseen { since, before } => {
                        let is_in = live.is_some_and(|id| (since..before).contains(&id));
                        prop_assert!(is_in, "{} at {}: {:?}", name, at, live);
                    }
                    Then::Deleted(version) => {
                        let was = truth.get(name);
                        prop_assert_eq!(was, Some(&(version.revision(&history), false)), "{} at {}", name, at);
                    }
                    Then::Unknown(doubt) => {
                        prop_assert_eq!(doubt, Doubt::Compacted);
                        prop_assert!(at < world.compacted, "{} at {}", name, at);
                    }
                }
            }
            prop_assert_eq!(as_of.is_exact(), at >= world.compacted);
            if as_of.has_every_key() {
                let listed = keys.iter().filter(|(_, key)| key.then.is_live() == Some(true));
                let live = truth.iter().filter(|(_, (_, live))| *live);
                prop_assert!(listed.map(|(name, _)| name).eq(live.map(|(name, _)| name)), "at {}", at);
            }
        }
    }

    /// On any table, from the compact revision on, a key is what kine's list says: its newest row.
    #[test]
    fn where_a_row_is_left_kine_lists_the_newest(case in cases(1 << 7)) {
        let mut history = History::new(kinescope::history::Profile::kine_default());
        history.extend(&case.table()).expect("in order");
        let ids: Vec<u64> = history.iter().map(|at| history.id(at)).collect();
        for at in ids {
            let as_of = history.as_of(at);
            for key in as_of.keys() {
                prop_assert_eq!(as_of.state(key.key), key.then);
                let newest = history.rows_of(key.key).find(|&row| history.id(row) <= at);
                let Some(newest) = newest.filter(|_| as_of.is_exact()) else { continue };
                let deleted = history.deleted(newest);
                let expected = match key.then {
                    Then::Live(Version::Row(row)) => row == newest && deleted.is_live(),
                    Then::Deleted(Version::Row(row)) => row == newest && deleted.is_set(),
                    Then::Unknown(doubt) => doubt == Doubt::Unreadable,
                    _ => false,
                };
                prop_assert!(expected, "{:?} at {}", key, at);
            }
        }
    }
}
