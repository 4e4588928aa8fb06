//! What mends a table.

use super::{Table, sql};
use crate::history::compaction::Verdict;
use crate::repair::{Deletion, Step};
use crate::{repair, text};

/// What mends a table, and how it would be then.
#[derive(Debug, Clone, Copy)]
pub struct Repair<'a> {
    /// The table.
    pub table: Table<'a>,
    /// What becomes of its keys as it is.
    pub verdict: &'a Verdict,
    /// What mends it.
    pub repair: &'a repair::Repair,
    /// Whether long lists are given whole.
    pub all: bool,
}

/// How many keys are listed where not all are.
const MOST: usize = 20;

impl<'a> Repair<'a> {
    /// The keys that lose rows in a step and are listed, and how many more do.
    pub(super) fn deleted(&self, step: &'a Step) -> (&'a [Deletion], Option<String>) {
        let Step::Rows(rows) = step else { return (&[], None) };
        let listed = if self.all { rows.deleted.len() } else { MOST.min(rows.deleted.len()) };
        let more = rows.deleted.len() - listed;
        let more = (more > 0).then(|| format!("and {}", text::count(more as u64, "more key")));
        (&rows.deleted[..listed], more)
    }

    /// What undoes a step, in words.
    pub(super) fn undo(&self, step: &Step) -> String {
        if let Step::Rows(_) = step {
            return "kinescope repair SOURCE --to FILE writes what brings the rows back".to_owned();
        }
        match &sql::undo_of(step, self.table.history.profile().dialect)[..] {
            [] => "nothing, for it does no harm".to_owned(),
            all => all.join("; "),
        }
    }

    /// A query that shows that a step is done, and what it gives then.
    pub(super) fn check(&self, step: &Step) -> (String, &'static str) {
        sql::check_of(step, self.table.history.profile().dialect)
    }

    /// That nothing runs by itself, and how it is run; none where nothing is to be.
    pub(super) fn next(&self) -> Option<&'static str> {
        (!self.repair.steps.is_empty()).then_some(
            "kinescope runs none of it. kinescope repair SOURCE --to FILE writes the statements, which say how \
             they are run, and their undo.",
        )
    }

    /// The keys that have probably come back and are kept, in words.
    pub(super) fn returned(&self) -> Option<String> {
        let keys = self.repair.returned.len() as u64;
        (keys > 0).then(|| {
            format!(
                "{} {} probably come back after a deletion, and {} live: --returned delete deletes {} once more.",
                text::count(keys, "key"),
                if keys == 1 { "has" } else { "have" },
                if keys == 1 { "stays" } else { "stay" },
                if keys == 1 { "it" } else { "them" },
            )
        })
    }
}
