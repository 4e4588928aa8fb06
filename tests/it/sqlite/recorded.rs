//! Small damaged tables that kine v0.16.4 compacted with its SQLite and its PostgreSQL driver: both
//! compare names by bytes. Each is planned row for row, also where a text would leave open whether
//! anything is compacted at all.

use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{Collation, Flag, History, Profile, Revision, Row};
use serde::Deserialize;

use super::fixture;

/// Id, name, created, deleted, create revision, prev revision, lease; any but the id may be NULL.
pub(crate) type Tuple = (
    Revision,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<Revision>,
    Option<Revision>,
    Option<i32>,
);

#[derive(Deserialize)]
pub(crate) struct Case {
    #[serde(rename = "case")]
    pub(crate) number: u32,
    pub(crate) unique_index: bool,
    pub(crate) min_retain: u64,
    pub(crate) batch_size: u64,
    pub(crate) target: Revision,
    pub(crate) rows: Vec<Tuple>,
    pub(crate) survivors: Vec<Tuple>,
}

fn history(case: &Case) -> History {
    let profile = Profile {
        collation: Collation::binary(),
        unique_index: Some(case.unique_index),
        ..Profile::kine_default()
    };
    let mut history = History::new(profile);
    for (id, name, created, deleted, create_revision, prev_revision, lease) in &case.rows {
        let flag = |value: &Option<i64>| value.map_or(Flag::Null, Flag::from_number);
        let row = Row {
            id: *id,
            name: name.as_ref().map(String::as_bytes),
            created: flag(created),
            deleted: flag(deleted),
            create_revision: *create_revision,
            prev_revision: *prev_revision,
            lease: *lease,
        };
        history.push(row).expect("rows are in the order of their ids");
    }
    history
}

#[test]
fn every_recorded_compaction_is_planned_row_for_row() {
    for (driver, expected) in [("sqlite", 180), ("postgres", 180)] {
        let cases = fixture(&format!("shared-{driver}-cases.jsonl.gz"));
        let cases = String::from_utf8(cases).expect("it is UTF-8");
        let mut seen = 0;
        for line in cases.lines() {
            let case: Case = serde_json::from_str(line).expect("a recorded case");
            let history = history(&case);
            let policy = Policy {
                min_retain: case.min_retain,
                batch_size: case.batch_size,
                ..Policy::DEFAULT
            };
            let plan = plan(&history, case.target, policy);
            let survivors: Vec<_> = history
                .iter()
                .filter(|&at| plan.survives(at))
                .map(|at| (history.id(at), plan.prev_after(&history, at)))
                .collect();
            let left: Vec<_> = case.survivors.iter().map(|row| (row.0, row.5)).collect();
            assert_eq!(survivors, left, "{driver}, case {}", case.number);
            seen += 1;
        }
        assert_eq!(seen, expected, "{driver}");
    }
}
