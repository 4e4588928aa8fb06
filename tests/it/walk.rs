//! A plan that is moved from target to target says what one that is made for the last of them says.

use std::collections::BTreeSet;

use kinescope::history::compaction::{Algorithm, Census, Plan, Policy, plan};
use kinescope::history::{History, Profile, Revision, RowIx};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::proof::table::cases;
use crate::support::history::picture;

/// Everything that a plan says.
fn said(history: &History, plan: &Plan) -> String {
    let fate = |at| (history.id(at), plan.batch_of(at), plan.prev_after(history, at));
    let fates: Vec<_> = history.iter().map(fate).collect();
    let end = (plan.reached, plan.transactions, plan.stop, plan.removed(), plan.after());
    format!("to {}: {end:?}\n{:?}\n{fates:?}", plan.requested, plan.batches)
}

/// Moves a plan, so many rows at a time, and gives the rows that changed.
fn go(plan: &mut Plan, history: &History, target: Revision, rows: usize) -> BTreeSet<RowIx> {
    let mut changed = BTreeSet::new();
    plan.aim(target);
    while !plan.advance(history, &mut rows.clone(), |at| {
        changed.insert(at);
    }) {}
    changed
}

#[test]
fn up_and_down_again() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         5 /a delete <- 4
         6 /b create
         7 /b delete <- 6
         8 /c create <- 3",
    );
    let policy = Policy { min_retain: 0, batch_size: 2, ..Policy::DEFAULT };
    let mut walked = Plan::new(&history, policy);
    let ids = |rows: BTreeSet<RowIx>| -> Vec<Revision> {
        rows.into_iter().map(|at| history.id(at)).collect()
    };
    for (target, changed) in [
        (4, vec![2]),
        (8, vec![3, 4, 5, 6, 7]),
        (7, vec![3]),
        (5, vec![6, 7]),
        (8, vec![3, 6, 7]),
        (2, vec![2, 3, 4, 5, 6, 7]),
        (0, vec![]),
    ] {
        assert_eq!(ids(go(&mut walked, &history, target, 1)), changed, "to {target}");
        assert_eq!(said(&history, &walked), said(&history, &plan(&history, target, policy)));
    }
}

#[test]
fn a_row_stays_away_as_long_as_something_removes_it() {
    // In one batch 3, 4 and 5 remove 2, and 6 is a tombstone that 7 points at.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         5 /a update <- 2
         6 /b delete
         7 /b create <- 6",
    );
    for algorithm in [Algorithm::Batches, Algorithm::Request] {
        let mut walked = Plan::new(
            &history,
            Policy { min_retain: 0, batch_size: 100, algorithm, ..Policy::DEFAULT },
        );
        go(&mut walked, &history, 7, 100);
        for (target, gone) in
            [(6, vec![2, 6]), (5, vec![2]), (4, vec![2]), (3, vec![2]), (2, vec![])]
        {
            go(&mut walked, &history, target, 1);
            let away: Vec<Revision> = history
                .iter()
                .filter(|&at| !walked.survives(at))
                .map(|at| history.id(at))
                .collect();
            assert_eq!(away, gone, "{algorithm:?} to {target}");
        }
    }
}

/// Where to go, how many rows at a time, and after how many steps to think otherwise.
fn moves() -> impl Strategy<Value = Vec<(Index, usize, Option<usize>)>> {
    vec((any::<Index>(), 1..50_usize, prop::option::weighted(0.2, 1..4_usize)), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_way_to_a_target_does_not_matter(
        case in cases(1 << 16),
        unique in select(&[None, Some(false), Some(true)][..]),
        excerpt: bool,
        algorithm in select(&Algorithm::ALL[..]),
        retains: bool,
        moves in moves(),
    ) {
        let profile = Profile { unique_index: unique, excerpt, ..Profile::kine_default() };
        let mut history = History::new(profile);
        history.extend(&case.table()).expect("in order");
        let min_retain = if retains { case.min_retain } else { 0 };
        let policy = Policy { min_retain, batch_size: case.batch_size, algorithm, ..Policy::DEFAULT };
        let ids = history.iter().map(|at| history.id(at));
        let mut targets: Vec<_> =
            ids.flat_map(|id| [id.saturating_sub(1), id, id + 1]).collect();
        targets.extend([0, case.target]);
        let mut walked = Plan::new(&history, policy);
        let mut gone = BTreeSet::new();
        for (target, rows, steps) in moves {
            let target = *target.get(&targets);
            walked.aim(target);
            let mut left = steps.unwrap_or(usize::MAX);
            let mut arrived = false;
            while !arrived && left > 0 {
                // A row that changes is there and then gone, or gone and then there.
                arrived = walked.advance(&history, &mut rows.clone(), |at| {
                    if !gone.remove(&at) {
                        gone.insert(at);
                    }
                });
                left -= 1;
            }
            let away: BTreeSet<_> = history.iter().filter(|&at| !walked.survives(at)).collect();
            prop_assert_eq!(&gone, &away);
            if arrived {
                let straight = plan(&history, target, policy);
                prop_assert_eq!(said(&history, &walked), said(&history, &straight));
                let mut census = Census::new(&history, &walked);
                while !census.advance(&history, &walked, &mut rows.clone()) {}
                prop_assert_eq!(census.finish(), straight.effects(&history));
            }
        }
    }
}
