//! What silence means: where no rule about chains says anything of a key, no compaction changes it.

use kinescope::audit::audit;
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{Flag, History, Profile, Row};
use kinescope::text::escape;
use proptest::prelude::*;

use super::examples::lines;
use crate::proof::table::{Case, cases};

fn history(case: &Case) -> History {
    let mut history = History::new(Profile::kine_default());
    for row in &case.rows {
        let flag = |flag: Option<i64>| flag.map_or(Flag::Null, Flag::from_number);
        history
            .push(Row {
                id: row.id,
                name: row.name.as_deref(),
                created: flag(row.created),
                deleted: flag(row.deleted),
                create_revision: row.create_revision,
                prev_revision: row.prev_revision,
                lease: row.lease.map(|lease| i32::try_from(lease).expect("it fits its column")),
            })
            .expect("the rows are in the order of their ids");
    }
    history
}

/// The rules whose findings can change a key.
const CHAINS: [&str; 11] = [
    "compact-rev-key",
    "fork",
    "broken-link",
    "forward-pointer",
    "foreign-pointer",
    "create-on-live",
    "write-on-tombstone",
    "second-root",
    "returned-key",
    "returning-key",
    "forgotten-row",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_key_that_compaction_changes_was_found(case in cases(u64::MAX)) {
        let history = history(&case);
        let findings = audit(&history, true);
        // Every message can be told.
        let said = lines(&history, &findings);
        prop_assert!(said.iter().all(|line| line.ends_with('.')), "{said:#?}");
        let forks = findings.found.iter().filter(|it| it.rule.name == "fork").count();
        prop_assert_eq!(forks, history.forks());
        // Whatever a compaction does to a key, a rule about chains names that key, or a row that
        // points at one of its rows.
        let current = history.current().unwrap_or_default();
        for batch_size in [1, 7, 1000, u64::MAX] {
            if batch_size < 1000 && current > 1000 {
                continue;
            }
            let policy = Policy { batch_size, ..Policy::DEFAULT.without_retain() };
            for effect in plan(&history, current, policy).effects(&history) {
                let named = findings.found.iter().filter(|it| CHAINS.contains(&it.rule.name)).any(|it| {
                    let prev = |&at| history.prev(at).and_then(|prev| history.key_at(prev));
                    it.key == Some(effect.key)
                        || it.rows.iter().any(|at| prev(at) == Some(effect.key))
                });
                let name = escape(history.name(effect.key));
                prop_assert!(named, "{name} {:?}, batches of {batch_size}: {said:#?}", effect.effect);
            }
        }
    }
}
