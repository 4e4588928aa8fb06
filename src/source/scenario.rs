//! Tables that come with the program, to look at without a server.
//!
//! Each is a text in `assets/scenarios/` and is [read](text::read) like any other. Their rows are
//! such as kine v0.16 writes them; `cluster` and `incident-408` are real.

use super::text;
use super::text::Table;
use super::{Error, Options};
use crate::history::Revision;

/// A table that comes with the program, and what to look at in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What to look at: a few sentences that presume nothing.
    pub watch: &'static str,
    /// The target to preview; without one, as kine does by itself.
    pub target: Option<Revision>,
    /// How many of the newest revisions are to be retained, as `--compact-min-retain` says.
    pub min_retain: u64,
    /// The key to begin at.
    pub key: Option<&'static str>,
    /// The file that holds the table, in the repository.
    pub file: &'static str,
    /// What is in the file.
    pub text: &'static [u8],
}

/// The scenario that is shown when none is named.
pub const DEFAULT: &str = "incident-408";

/// Every scenario, the simplest first.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lifecycle",
        title: "a pod is created, updated, deleted and created again",
        watch: "Every write adds a row, and its prev revision names the row before it. A delete \
                adds a row too: the tombstone, revision 7. Compaction removes whatever a row points \
                at, and tombstones; no key changes.",
        target: Some(10),
        min_retain: 0,
        key: Some("/registry/pods/default/web"),
        file: "assets/scenarios/lifecycle.tsv",
        text: include_bytes!("../../assets/scenarios/lifecycle.tsv"),
    },
    Scenario {
        name: "incident-408",
        title: "a deleted node comes back (kine issue 408)",
        watch: "Three rows have the same prev revision: a fork, possible because an index was \
                lost. Compaction removes the tombstone 8530560, but nobody points at those three: \
                they stay, and the deleted node is back.",
        target: Some(8_530_560),
        min_retain: 0,
        key: Some("/registry/minions/prod-instance-1735943640622"),
        file: "assets/scenarios/incident-408.txt",
        text: include_bytes!("../../assets/scenarios/incident-408.txt"),
    },
    Scenario {
        name: "cluster",
        title: "a small cluster of 30 nodes whose unique index was lost",
        watch: "The unique index was lost, and two kine processes made 17 forks. Of four nodes \
                deleted later, compaction brings back three; node-20 has no fork and stays \
                deleted.",
        target: Some(6293),
        min_retain: 1000,
        key: Some("/registry/minions/node-02"),
        file: "assets/scenarios/cluster.tsv",
        text: include_bytes!("../../assets/scenarios/cluster.tsv"),
    },
    Scenario {
        name: "cross-key",
        title: "rows put back by hand take live keys away",
        watch: "Rows 8 to 10 were put back by hand, with prev revisions that belong to other keys \
                here. Compaction follows numbers and never looks at names: it removes the only \
                row of a secret, and puts prices back to an old value.",
        target: Some(11),
        min_retain: 0,
        key: Some("/registry/secrets/shop/db-password"),
        file: "assets/scenarios/cross-key.txt",
        text: include_bytes!("../../assets/scenarios/cross-key.txt"),
    },
    Scenario {
        name: "gaps",
        title: "revisions that no write took",
        watch: "A write that fails uses up its revision. kine fills most such holes with rows \
                named gap-N, so that nobody waits for them, but not 11 and 12. Both are harmless, \
                and compaction removes gap rows like tombstones.",
        target: Some(15),
        min_retain: 0,
        key: Some("gap-5"),
        file: "assets/scenarios/gaps.tsv",
        text: include_bytes!("../../assets/scenarios/gaps.tsv"),
    },
];

/// The scenario of that name.
pub fn find(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.name == name)
}

impl Scenario {
    /// Its table.
    ///
    /// # Errors
    ///
    /// As [`text::read`]; the tests see to it that none of those in [`SCENARIOS`] fails.
    pub fn read(&self) -> Result<Table, Error> {
        text::read(self.text, self.name, &Options::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::compaction::{Effect, KeyEffect, Plan, Policy, plan};
    use crate::history::{History, Kind};

    fn history(scenario: &Scenario) -> History {
        let table = scenario.read().expect("the scenario is a table");
        assert_eq!(table.unread.first(), [], "{}", scenario.name);
        let mut history = History::new(table.opened.profile);
        history.extend(&table.rows).expect("the rows are in the order of their ids");
        history
    }

    /// The scenario's history and the compaction it is about.
    fn compacted(name: &str) -> (History, Plan) {
        let scenario = find(name).expect("there is such a scenario");
        let history = history(scenario);
        let policy = Policy { min_retain: scenario.min_retain, ..Policy::DEFAULT };
        let target = scenario.target.or(history.current()).expect("the table is not empty");
        let plan = plan(&history, target, policy);
        assert_eq!(plan.reached, target, "{name}");
        (history, plan)
    }

    /// A line per key that changes: name, effect, revisions before and after, layers.
    fn effects(name: &str) -> Vec<String> {
        let (history, plan) = compacted(name);
        let line = |effect: &KeyEffect| {
            let layers = plan.layers(&history, effect);
            let KeyEffect { key, effect, before, after } = effect;
            let name = String::from_utf8_lossy(history.name(*key)).into_owned();
            let after = after.map_or_else(|| "none".to_owned(), |after| after.revision.to_string());
            let before = before.revision;
            match effect {
                Effect::Lost => format!("{name} {effect:?} {before} -> {after}"),
                _ => format!("{name} {effect:?} {before} -> {after} {layers:?}"),
            }
        };
        plan.effects(&history).iter().map(line).collect()
    }

    fn survivors(name: &str) -> Vec<Revision> {
        let (history, plan) = compacted(name);
        history.iter().filter(|&at| plan.survives(at)).map(|at| history.id(at)).collect()
    }

    #[test]
    fn every_scenario_has_its_key_and_target() {
        assert!(find(DEFAULT).is_some());
        assert!(find("none").is_none());
        for scenario in SCENARIOS {
            let history = history(scenario);
            let key = scenario.key.and_then(|key| history.find_key(key.as_bytes()));
            assert!(key.is_some(), "{}", scenario.name);
            assert!(scenario.target <= history.current(), "{}", scenario.name);
            assert!(scenario.file.ends_with(&format!(
                "{}.{}",
                scenario.name,
                if scenario.text.contains(&b'|') { "txt" } else { "tsv" }
            )));
            assert!(!scenario.watch.contains("  "), "{}", scenario.name);
        }
    }

    #[test]
    fn a_healthy_life_changes_nothing() {
        assert_eq!(effects("lifecycle"), [] as [&str; 0]);
        assert_eq!(survivors("lifecycle"), [1, 2, 9]);
    }

    #[test]
    fn the_node_of_issue_408_comes_back_three_times() {
        let node = "/registry/minions/prod-instance-1735943640622";
        let layers = "[2670706, 2670702, 2670700]";
        assert_eq!(
            effects("incident-408"),
            [format!("{node} Resurrected 8530560 -> 2670706 {layers}")]
        );
        assert_eq!(survivors("incident-408"), [2_670_700, 2_670_702, 2_670_706]);
    }

    #[test]
    fn three_nodes_of_the_cluster_come_back() {
        let (history, plan) = compacted("cluster");
        assert_eq!((history.len(), plan.after(), history.forks()), (7293, 1679, 17));
        let effects = effects("cluster");
        let expected = [
            "/registry/minions/node-02 Resurrected 5890 -> 5466 [5466, 5300, 5247, 5122]",
            "/registry/minions/node-05 Resurrected 5891 -> 5549 ",
            "/registry/minions/node-07 Resurrected 5892 -> 5539 ",
        ];
        assert_eq!(effects.len(), expected.len(), "{effects:#?}");
        for (effect, expected) in effects.iter().zip(expected) {
            assert!(effect.starts_with(expected), "{effect}");
        }
    }

    #[test]
    fn rows_put_back_by_hand_take_two_keys_away() {
        assert_eq!(
            effects("cross-key"),
            [
                "/registry/secrets/shop/db-password Lost 3 -> none",
                "/registry/configmaps/shop/prices Reverted 8 -> 4 [4]",
            ]
        );
        assert_eq!(survivors("cross-key"), [1, 2, 4, 9, 10, 11]);
    }

    #[test]
    fn gap_rows_go_and_no_key_changes() {
        assert_eq!(effects("gaps"), [] as [&str; 0]);
        assert_eq!(survivors("gaps"), [1, 2, 13, 15]);
        let history = history(find("gaps").expect("there is such a scenario"));
        let gaps = history.iter().filter(|&at| history.kind(at) == Kind::Gap);
        assert_eq!(gaps.map(|at| history.id(at)).collect::<Vec<_>>(), [5, 7, 8, 14]);
    }
}
