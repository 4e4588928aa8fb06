//! The targets at which a key's state changes, against a plan for every target.

use kinescope::history::compaction::{Algorithm, Policy, Turn, plan, turning_points};
use kinescope::history::{Flag, History, KeyId, Profile, Revision, Row};
use kinescope::source::scenario;
use proptest::prelude::*;

use crate::support::history::{picture, picture_in};

/// What each target does to keys, and where that changes.
fn by_hand(history: &History, policy: Policy) -> Vec<Turn> {
    let current = history.current().unwrap_or_default();
    let lowest = match policy.algorithm {
        Algorithm::Request => 0,
        _ => plan(history, 0, policy).compacted.unwrap_or_default(),
    };
    let effects = |target: Revision| {
        let plan = plan(history, target, policy.without_retain());
        let mut effects: Vec<_> = plan
            .effects(history)
            .into_iter()
            .map(|key| {
                let after = key.after.filter(|after| after.live).map(|after| after.revision);
                (key.key, key.effect, after)
            })
            .collect();
        effects.sort_by_key(|effect| effect.0);
        effects
    };
    let mut turns = Vec::new();
    let mut last = Vec::new();
    for target in lowest..=current {
        let now = effects(target);
        let key_turns = |key| {
            let of = |effects: &[(KeyId, _, _)]| effects.iter().find(|it| it.0 == key).copied();
            of(&now) != of(&last)
        };
        let keys = history.keys().map(|(key, _)| key).filter(|&key| key_turns(key));
        let then = |key| {
            let (_, effect, after) = now.iter().find(|it| it.0 == key).copied()?;
            Some((effect, after.and_then(|after| history.find(after))))
        };
        let turn = |key| Turn { target, key, then: then(key) };
        let mut here: Vec<Turn> = keys.map(turn).collect();
        here.sort();
        turns.extend(here);
        last = now;
    }
    turns
}

fn targets(turns: &[Turn]) -> Vec<Revision> {
    turns.iter().map(|turn| turn.target).collect()
}

#[test]
fn the_incident_turns_where_its_tombstones_are() {
    let cluster = scenario::find("cluster").expect("cluster").read().expect("a table");
    let mut history = History::new(cluster.opened.profile);
    history.extend(&cluster.rows).expect("in order");
    assert_eq!(targets(&turning_points(&history, Policy::DEFAULT)), [5890, 5891, 5892]);
}

#[test]
fn a_healthy_table_never_turns() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a delete <- 2
         4 /a create <- 3
         5 /a update <- 4",
    );
    assert_eq!(targets(&turning_points(&history, Policy::DEFAULT)), [] as [Revision; 0]);
}

#[test]
fn two_marks_under_the_unique_index_leave_no_turn() {
    let rows = "1 compact_rev_key mark <- 0
         2 compact_rev_key mark <- 1
         3 /a create
         4 /a update <- 3
         5 /a update <- 3
         6 /a delete <- 4";
    let unique = |unique| Profile { unique_index: Some(unique), ..Profile::kine_default() };
    assert_eq!(targets(&turning_points(&picture_in(rows, unique(false)), Policy::DEFAULT)), [6]);
    let stuck = picture_in(rows, unique(true));
    assert_eq!(targets(&turning_points(&stuck, Policy::DEFAULT)), [] as [Revision; 0]);
}

#[test]
fn a_key_can_turn_more_than_once() {
    // /a comes back at 3 when 5 is compacted; then /b takes that row as well.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         5 /a delete <- 4
         6 /b create <- 3",
    );
    assert_eq!(targets(&turning_points(&history, Policy::DEFAULT)), [5, 6]);
}

/// Small tables, damaged in every way that matters to a compaction.
fn table() -> impl Strategy<Value = (History, u64)> {
    let row = (0..6_u8, 0..4_u8, 0..16_u64, 1..3_u64);
    let rows = prop::collection::vec(row, 1..16);
    (rows, 0..6_u64, 1..6_u64, any::<bool>()).prop_map(|(rows, compacted, batch, unique)| {
        // Under a unique index, two marks decide whether anything is compacted at all.
        let profile = Profile { unique_index: Some(unique), ..Profile::kine_default() };
        let mut history = History::new(profile);
        let mut id = 0;
        for (at, (kind, name, prev, step)) in rows.into_iter().enumerate() {
            id += step;
            let mark = at == 0 || (kind == 5 && name == 3);
            let names: [&[u8]; 4] = [b"/a", b"/b", b"/c", b"/A"];
            history
                .push(Row {
                    id,
                    name: match (mark, kind) {
                        (true, _) => Some(b"compact_rev_key"),
                        (false, 4) => None,
                        (false, _) => Some(names[usize::from(name)]),
                    },
                    created: if kind == 0 { Flag::Yes } else { Flag::No },
                    deleted: if !mark && kind == 1 { Flag::Yes } else { Flag::No },
                    create_revision: Some(0),
                    prev_revision: Some(if at == 0 { compacted } else { prev }),
                    lease: Some(0),
                })
                .expect("in order");
        }
        (history, batch)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_turn_is_missed_and_none_is_made_up((history, batch_size) in table()) {
        for algorithm in Algorithm::ALL {
            let policy = Policy { min_retain: 0, batch_size, algorithm, ..Policy::DEFAULT };
            prop_assert_eq!(
                turning_points(&history, policy), by_hand(&history, policy), "{:?} {:?}", algorithm,
                history.iter().map(|at| history.row(at)).collect::<Vec<_>>()
            );
        }
    }
}
