//! The plan against what real kine did: 86 tables, healthy and damaged, that kine v0.16.4 and
//! v0.11.12 compacted on MariaDB with the same result.

use std::collections::BTreeMap;

use kinescope::history::compaction::{Effect, Policy, plan};
use kinescope::history::{History, Revision, RowIx};
use serde::Deserialize;

use crate::support::history::{Tuple, history};

#[derive(Deserialize)]
struct Case {
    #[serde(rename = "case")]
    number: u32,
    min_retain: u64,
    batch_size: u64,
    target: Revision,
    rows: Vec<Tuple>,
    survivors: Vec<Tuple>,
    live_before: Vec<(String, Revision)>,
    live_after: Vec<(String, Revision)>,
}

fn cases() -> impl Iterator<Item = Case> {
    include_str!("../fixtures/compaction-cases.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a recorded case"))
}

/// The keys under `/registry/` that kine's list would give for those rows.
fn live(history: &History, there: impl Fn(RowIx) -> bool) -> BTreeMap<String, Revision> {
    history
        .keys()
        .filter_map(|(key, _)| history.rows_of(key).find(|&at| there(at)))
        .filter(|&at| history.is_live(at))
        .map(|at| {
            let name = history.row(at).name.expect("every recorded row has a name");
            (String::from_utf8_lossy(name).into_owned(), history.id(at))
        })
        .filter(|(name, _)| name.starts_with("/registry/"))
        .collect()
}

#[test]
fn every_recorded_compaction_is_planned_row_for_row() {
    let mut seen = 0;
    for case in cases() {
        let history = history(&case.rows);
        let policy =
            Policy { min_retain: case.min_retain, batch_size: case.batch_size, ..Policy::DEFAULT };
        let plan = plan(&history, case.target, policy);
        let survivors: Vec<(Revision, Option<Revision>)> = history
            .iter()
            .filter(|&at| plan.survives(at))
            .map(|at| (history.id(at), plan.prev_after(&history, at)))
            .collect();
        let expected: Vec<_> = case.survivors.iter().map(|row| (row.0, Some(row.5))).collect();
        assert_eq!(survivors, expected, "case {}: survivors and their prev revisions", case.number);
        assert_eq!(plan.after(), expected.len(), "case {}", case.number);
        assert_eq!(plan.removed(), case.rows.len() - expected.len(), "case {}", case.number);
        seen += 1;
    }
    assert_eq!(seen, 86);
}

#[test]
fn every_recorded_compaction_changes_the_keys_that_are_said() {
    let mut seen = BTreeMap::new();
    for case in cases() {
        let history = history(&case.rows);
        let policy =
            Policy { min_retain: case.min_retain, batch_size: case.batch_size, ..Policy::DEFAULT };
        let plan = plan(&history, case.target, policy);
        let before: BTreeMap<_, _> = case.live_before.into_iter().collect();
        let after: BTreeMap<_, _> = case.live_after.into_iter().collect();
        assert_eq!(live(&history, |_| true), before, "case {}: live before", case.number);
        assert_eq!(
            live(&history, |at| plan.survives(at)),
            after,
            "case {}: live after",
            case.number
        );
        for effect in plan.effects(&history) {
            assert_eq!(Some(&effect), plan.effect_on(&history, effect.key).as_ref());
            let name = String::from_utf8_lossy(history.name(effect.key)).into_owned();
            if !name.starts_with("/registry/") {
                continue;
            }
            let expected = match (before.get(&name), after.get(&name)) {
                (None, Some(_)) => Effect::Resurrected,
                (Some(_), Some(_)) => Effect::Reverted,
                (Some(_), None) => Effect::Lost,
                (None, None) => panic!("case {}: {name} was and is dead", case.number),
            };
            assert_eq!(effect.effect, expected, "case {}: {name}", case.number);
            if let Some(revision) = after.get(&name) {
                let layers = plan.layers(&history, &effect);
                assert_eq!(layers.first(), Some(revision), "case {}: {name}", case.number);
            }
            seen.entry(case.number).or_insert_with(Vec::new).push(effect.effect);
        }
        // Whatever is not said to change does not.
        let said: Vec<_> = plan.effects(&history).iter().map(|effect| effect.key).collect();
        for (key, _) in history.keys().filter(|(key, _)| !said.contains(key)) {
            let name = String::from_utf8_lossy(history.name(key)).into_owned();
            assert_eq!(before.get(&name), after.get(&name), "case {}: {name}", case.number);
        }
    }
    let with = |effect| seen.values().filter(|effects| effects.contains(&effect)).count();
    assert_eq!(
        (with(Effect::Resurrected), with(Effect::Lost), with(Effect::Reverted)),
        (10, 3, 14),
        "tables that resurrect, lose and revert a key, as the record counts them"
    );
}
