//! What becomes of every key in the end, as pictures, and against plans for every target.

use kinescope::display::words;
use kinescope::history::compaction::{
    Effect, KeyEffect, Policy, Prospect, Search, Stop, Verdict, plan,
};
use kinescope::history::{Flag, History, KeyId, Profile, Row};
use kinescope::source::scenario;
use proptest::prelude::*;

use crate::proof::table::cases;
use crate::support::history::{excerpt, picture, picture_in};

fn verdict(history: &History) -> Verdict {
    Verdict::of(history, Policy::DEFAULT)
}

fn said(history: &History) -> String {
    words::verdict(history, &verdict(history), true)
}

fn scenario(name: &str) -> History {
    let read = scenario::find(name).expect("a scenario").read().expect("a table");
    let mut history = History::new(read.opened.profile);
    history.extend(&read.rows).expect("in order");
    history
}

#[test]
fn the_incident_says_who_comes_back_whatever_the_target() {
    let cluster = scenario("cluster");
    assert_eq!(
        said(&cluster),
        "3 deleted keys can come back: node-02, node-05, node-07. Safe up to 5889. node-02 changes \
         first. 4 live keys would come back if they were deleted: node-00, node-01, node-03, node-06."
    );
    let verdict = verdict(&cluster);
    let key = cluster.find_key(b"/registry/minions/node-02").expect("it is there");
    let change = verdict.change_of(key).expect("it comes back");
    assert_eq!(verdict.layers(&cluster, change.key), [5466, 5300, 5247, 5122]);
    assert_eq!(
        words::prospect(&cluster, &verdict, key, true).as_deref(),
        Some(
            "This deleted key can come back once the table is compacted to 5890: at 5466, then at \
             5300, then at 5247, then at 5122."
        )
    );
}

/// The newest id is the tombstone itself: kine's min-retain keeps it back today, and not for ever.
#[test]
fn an_excerpt_is_judged_by_its_rows() {
    assert_eq!(
        said(&scenario("incident-408")),
        "Judging by these rows, 1 deleted key can come back: prod-instance-1735943640622. Safe up \
         to 8530559."
    );
}

#[test]
fn a_healthy_table_is_safe_for_ever() {
    let healthy = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a delete <- 3
         5 /b create",
    );
    assert_eq!(said(&healthy), "No key changes state, however far the table is compacted.");
    assert_eq!(verdict(&healthy).safe_target(), None);
}

#[test]
fn a_live_fork_waits_for_a_deletion() {
    let forked = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         5 /a update <- 4",
    );
    assert_eq!(
        said(&forked),
        "1 live key would come back if it were deleted: a. Until then no key changes state, however \
         far the table is compacted."
    );
    let verdict = verdict(&forked);
    assert!(!verdict.changes_keys());
    let key = forked.find_key(b"/a").expect("it is there");
    assert_eq!(verdict.layers_of_waiting(key), Some(&[3][..]));
    assert_eq!(
        words::prospect(&forked, &verdict, key, true).as_deref(),
        Some("This live key would come back if it were deleted: at 3.")
    );
}

#[test]
fn rows_of_other_keys_take_live_values_away() {
    let taken = picture(
        "1 compact_rev_key mark <- 0
         2 /shop/a create
         3 /shop/b create
         4 /shop/b update <- 2
         5 /shop/c create
         6 /shop/c update <- 5
         7 /shop/d create <- 6",
    );
    assert_eq!(
        said(&taken),
        "2 live keys will be lost: a, c. Safe up to 3. a changes first. 1 live key would come back \
         if it were deleted: b."
    );
}

/// `/a` comes back at 3 when 5 is compacted; then `/b` takes that row as well.
#[test]
fn a_key_may_change_on_the_way_only() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         5 /a delete <- 4
         6 /b create <- 3",
    );
    let verdict = verdict(&history);
    assert!(verdict.changes_keys() && verdict.changes.is_empty());
    assert_eq!(said(&history), "1 key changes for a while: a. Safe up to 4.");
}

#[test]
fn what_is_at_risk_at_once_is_said_so() {
    let history = picture(
        "1 compact_rev_key mark <- 9
         5 /a update <- 4
         6 /a update <- 4
         8 /a delete <- 5",
    );
    assert_eq!(said(&history), "1 deleted key can come back: a. No further compaction is safe.");
}

/// Without a `compact_rev_key` kine fails until it is started again; then it compacts all the same.
#[test]
fn the_verdict_does_not_wait_for_the_mark_to_be_mended() {
    let rows = "2 /a create
                3 /a update <- 2
                4 /a update <- 2
                5 /a delete <- 4";
    let unique = Profile { unique_index: Some(true), ..Profile::kine_default() };
    let tables = [
        (picture(rows), Stop::NoMark),
        (picture(&format!("{rows}\n6 compact_rev_key mark <- -")), Stop::NullMark),
        (
            picture_in(
                &format!("{rows}\n6 compact_rev_key mark <- 0\n7 compact_rev_key mark <- 1"),
                unique,
            ),
            Stop::MarkDuplicated,
        ),
        (
            picture(&format!("{rows}\n6 compact_rev_key mark <- 0\n7 /b create <- 6")),
            Stop::MarkRemoved,
        ),
    ];
    for (history, obstacle) in tables {
        let verdict = verdict(&history);
        assert_eq!(verdict.obstacle, Some(obstacle));
        let said = words::verdict(&history, &verdict, true);
        assert!(said.starts_with("1 deleted key can come back: a. "), "{said}");
        assert!(said.contains("Safe up to 4"), "{said}");
        let why = match obstacle {
            Stop::MarkRemoved => "also removes compact_rev_key: kine stops there",
            _ => "kine cannot compact this table now: all of this comes true once it can",
        };
        assert!(said.contains(why) && !said.contains("lost"), "{said}");
    }
    let part = excerpt(rows);
    assert_eq!(verdict(&part).obstacle, None);
}

#[test]
fn what_a_key_comes_back_at_is_said_of_the_end() {
    // At 6 it comes back at 4, which 7 takes away.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         5 /a update <- 2
         6 /a delete <- 5
         7 /b create <- 4",
    );
    let verdict = verdict(&history);
    let key = history.find_key(b"/a").expect("it is there");
    assert_eq!(
        words::prospect(&history, &verdict, key, true).as_deref(),
        Some(
            "This deleted key can come back once the table is compacted to 7 (it first changes at \
             6): at 3."
        )
    );
    assert_eq!(
        words::prospect(&history, &verdict, key, false).as_deref(),
        Some(
            "Judging by these rows, this deleted key can come back once the table is compacted to \
             7 (it first changes at 6): at 3."
        )
    );
}

#[test]
fn a_key_whose_newest_deleted_is_null_is_not_called_deleted() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a blank <- 2
         5 /b create <- 4",
    );
    assert_eq!(said(&history), "1 key can come back: a. Safe up to 4.");
}

#[test]
fn names_are_as_short_as_they_are_told_apart_by() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /pods/kube-system/a create
         3 /pods/kube-system/a update <- 2
         4 /pods/kube-system/a update <- 2
         5 /pods/default/a create
         6 /pods/default/a update <- 5
         7 /pods/default/a update <- 5",
    );
    let said = said(&history);
    assert!(
        said.starts_with(
            "2 live keys would come back if they were deleted: default/a, kube-system/a."
        ),
        "{said}"
    );
}

/// The history with one row more.
fn with(history: &History, row: Row<'_>) -> History {
    let mut after = History::new(history.profile().clone());
    for at in history.iter() {
        after.push(history.row(at)).expect("in order");
    }
    after.push(row).expect("it is the newest");
    after
}

/// The next write, which no row points at, at a revision above the compact one.
fn next<'a>(history: &History, name: &'a [u8], prev: u64, deleted: Flag) -> Row<'a> {
    let named =
        history.iter().filter_map(|at| history.row(at).prev_revision).filter(|&it| it < 1 << 40);
    let id = history.current().into_iter().chain(named).max().unwrap_or_default() + 1;
    Row {
        id,
        name: Some(name),
        created: Flag::No,
        deleted,
        create_revision: Some(0),
        prev_revision: Some(prev),
        lease: Some(0),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_verdict_is_what_plans_say(case in cases(1 << 10), slice in 1..50_usize) {
        let mut history = History::new(Profile { unique_index: Some(false), ..Profile::kine_default() });
        history.extend(&case.table()).expect("in order");
        let policy = Policy { min_retain: 0, batch_size: case.batch_size, ..Policy::DEFAULT };
        let verdict = Verdict::of(&history, policy);
        let mut search = Search::new(&history, policy);
        let found = loop {
            if let Some(verdict) = search.advance(&history, &mut slice.clone()) {
                break verdict;
            }
        };
        prop_assert_eq!(&found, &verdict);
        if verdict.obstacle.is_some() {
            return Ok(());
        }
        // Another key is written to, so that all rows come within reach.
        let grown = with(&history, next(&history, b"/another", 0, Flag::No));
        let last = grown.current().unwrap_or_default();
        let changes = |target| {
            let mut effects = plan(&grown, target, policy).effects(&grown);
            effects.retain(|effect| {
                grown.name(effect.key) != b"/another" && effect.key != KeyId::MARK
            });
            effects
        };
        let summary = |effects: &[KeyEffect]| -> Vec<_> {
            let of = |it: &KeyEffect| (it.key, it.effect, it.after.map(|it| it.revision));
            effects.iter().map(of).collect()
        };
        prop_assert_eq!(summary(&changes(last)), summary(&verdict.changes));
        let safe = verdict.safe_target();
        if let Some(safe) = safe {
            prop_assert!(!changes(safe + 1).is_empty(), "{} is safe", safe + 1);
        }
        let targets = grown.iter().map(|at| grown.id(at)).chain(safe);
        for target in targets.filter(|&target| safe.is_none_or(|safe| target <= safe)) {
            prop_assert!(changes(target).is_empty(), "{} is not safe", target);
        }
        // What is said of a key in the end holds from its last turn on, and nothing before its first.
        for change in &verdict.changes {
            let turns: Vec<u64> = verdict.turns_of(change.key).collect();
            let at = |target| plan(&grown, target, policy).effect_on(&grown, change.key);
            let after = |it: KeyEffect| {
                (it.effect, it.after.filter(|after| after.live).map(|after| after.revision))
            };
            let (first, last) = (turns[0], turns[turns.len() - 1]);
            prop_assert_eq!(at(last).map(after), Some(after(*change)));
            prop_assert!(at(first).is_some() && at(first - 1).is_none());
        }
        for (key, known) in history.keys().filter(|&(key, _)| key != KeyId::MARK) {
            let change = verdict.change_of(key).map(|change| change.effect);
            prop_assert_eq!(change, match verdict.prospect(key) {
                Prospect::Changes(effect) => Some(effect),
                _ => None,
            });
            // A write above what a row points forward to makes that no pointer forward.
            if change.is_some() || !known.deleted.is_live() || history.points_forward() {
                continue;
            }
            // Delete it, and compact everything.
            let name = history.name(key).to_vec();
            let newest = known.newest.map(|at| history.id(at)).unwrap_or_default();
            let after = with(&grown, next(&grown, &name, newest, Flag::Yes));
            let whole = plan(&after, after.current().unwrap_or_default(), policy);
            let back = whole.effect_on(&after, key);
            let back = back.map(|back| (back.effect, whole.layers(&after, &back)));
            let layers = verdict.layers_of_waiting(key);
            let expected = layers.map(|layers| (Effect::Resurrected, layers.to_vec()));
            prop_assert_eq!(back, expected, "{}", String::from_utf8_lossy(&name));
        }
    }
}
