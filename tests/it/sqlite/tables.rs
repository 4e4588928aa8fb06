//! What kine's own lists gave before and after it compacted its table, and which rows were left.

use std::collections::BTreeMap;

use kinescope::history::certificate::{Certificate, Outcome};
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{History, Revision, RowIx};
use serde::Deserialize;

use super::{fixture, read, state};

/// What real kine did, with lists before and after.
#[derive(Deserialize)]
struct Expected {
    target: Revision,
    min_retain: u64,
    batch_size: u64,
    reached: Revision,
    live_before: Vec<(String, Revision)>,
    live_after: Vec<(String, Revision)>,
    resurrected: Vec<String>,
}

/// The keys under `/registry/` that are live.
fn live(history: &History, there: impl Fn(RowIx) -> bool) -> BTreeMap<String, Revision> {
    let newest = |(key, _)| history.rows_of(key).find(|&at| there(at));
    let live = history.keys().filter_map(newest).filter(|&at| history.is_live(at));
    live.map(|at| (String::from_utf8_lossy(name(history, at)).into_owned(), history.id(at)))
        .filter(|(name, _)| name.starts_with("/registry/"))
        .collect()
}

fn name(history: &History, at: RowIx) -> &[u8] {
    history.row(at).name.expect("kine gives every row a name")
}

/// Id, name and prev revision of the rows that are there.
fn rows(history: &History, there: impl Fn(RowIx) -> bool) -> Vec<(Revision, Vec<u8>)> {
    let there = history.iter().filter(|&at| there(at));
    there.map(|at| (history.id(at), name(history, at).to_vec())).collect()
}

/// Compares two readings of a table, before and after kine compacted it, with what kine's own lists gave,
/// and the plan with the rows that were left.
pub(crate) fn compacted_as_kine_did(
    table: &str,
    expected: &[u8],
    before: &History,
    after: &History,
    resurrected: usize,
) {
    let expected: Expected = serde_json::from_slice(expected).expect("it is JSON");
    let policy = Policy {
        min_retain: expected.min_retain,
        batch_size: expected.batch_size,
        ..Policy::DEFAULT
    };
    let plan = plan(before, expected.reached, policy);
    let reached: BTreeMap<_, _> = expected.live_before.into_iter().collect();
    assert_eq!(live(before, |_| true), reached, "{table}: before");
    let left: BTreeMap<_, _> = expected.live_after.into_iter().collect();
    assert_eq!(live(before, |at| plan.survives(at)), left, "{table}: after");
    // kine wrote on, so only what was there before can be compared.
    let newest = before.iter().next_back().map(|at| before.id(at)).expect("it has rows");
    let there = rows(after, |at| after.id(at) <= newest);
    assert_eq!(rows(before, |at| plan.survives(at)), there, "{table}: rows, {}", expected.target);
    // What was said before holds, of every column.
    let certificate = Certificate::of(before, &plan);
    assert_eq!(certificate.verify(before).outcome, Outcome::Same, "{table}");
    assert_eq!(certificate.verify(after).outcome, Outcome::Kept, "{table}");
    assert_eq!(expected.resurrected.len(), resurrected, "{table}");
    for name in &expected.resurrected {
        assert!(left.contains_key(name) && !reached.contains_key(name), "{table}: {name}");
    }
}

#[test]
fn every_table_is_what_kine_saw_and_is_compacted_as_kine_did() {
    for (table, resurrected) in [("a", 0), ("b-upgraded", 0), ("c-incident", 5)] {
        let expected = fixture(&format!("sqlite/{table}.expect.json.gz"));
        let load = |when: &str| {
            read(&state(&format!("{table}-{when}"), &[]).path().join("state.db")).history
        };
        compacted_as_kine_did(table, &expected, &load("before"), &load("after"), resurrected);
    }
}

#[test]
fn what_is_in_the_wal_is_of_the_table() {
    // All but the schema of this one is in the WAL.
    for ends in [&["-wal", "-shm"][..], &["-wal"]] {
        let directory = state("d-stopped-state", ends);
        let table = read(&directory.path().join("state.db"));
        assert_eq!((table.history.len(), table.history.key_count()), (88, 66), "{ends:?}");
        // What k3s has in its directory is found from any of its levels.
        assert_eq!(read(directory.path()).history.len(), 88);
    }
}
