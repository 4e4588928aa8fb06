//! What changed between two moments of a table.

use super::Table;
use crate::display::words;
use crate::history::{self, Change, Doubt, KeyDiff, Revision, Then, resource_prefix};
use crate::text::{count, grouped};

/// What changed between two moments of a table.
#[derive(Debug, Clone)]
pub struct Diff<'a> {
    /// The table.
    pub table: Table<'a>,
    /// The changes, in the order of the keys' names.
    pub diff: history::Diff<'a>,
    /// Whether long lists are given whole.
    pub all: bool,
    /// What the names of the keys begin with that are looked at; nothing for all.
    pub under: &'a [u8],
}

/// How many keys of one prefix something became of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) struct Tally<'a> {
    pub(in crate::report) prefix: &'a [u8],
    /// By [`Change::KNOWN`], and after those what cannot be told.
    pub(in crate::report) counts: [usize; COLUMNS],
    /// How many rows of those keys were written in between.
    pub(in crate::report) writes: u64,
}

/// The kinds of changes, and what is unknown.
pub(in crate::report) const COLUMNS: usize = Change::KNOWN.len() + 1;
/// How many keys of a kind are listed where not all are.
const MOST: usize = 20;

impl<'a> Diff<'a> {
    /// Finds what changed from one revision to another, of the keys whose names begin so.
    pub fn new(
        table: Table<'a>,
        (from, to): (Revision, Revision),
        all: bool,
        under: &'a [u8],
    ) -> Self {
        let mut diff = history::diff(table.history, from, to);
        diff.keys.retain(|key| table.history.begins(key.key, under));
        diff.keys = table.history.in_order_of_names(&diff.keys, |key| key.key);
        Self { table, diff, all, under }
    }

    /// Whether all rows that were asked for were read.
    pub fn is_whole(&self) -> bool {
        let part = self.table.history.profile().part.as_ref();
        self.table.is_understood() && part.is_none_or(|part| part.since.is_none())
    }

    /// Whether nothing is left that a compaction made unknowable.
    pub fn is_known(&self) -> bool {
        self.diff.has_every_key() && self.diff.unknown() == 0
    }

    /// What a change means between the two.
    pub(in crate::report) fn meaning(&self, change: Change) -> String {
        words::change_meaning(change, self.diff.from.revision(), self.diff.to.revision())
    }

    /// The keys that something became of, and how many more are not listed.
    pub(in crate::report) fn with(&self, change: Change) -> (Vec<&KeyDiff>, usize) {
        let mut keys: Vec<&KeyDiff> =
            self.diff.keys.iter().filter(|key| key.change == change).collect();
        // One more takes no more room than to say so.
        let most = if self.all || keys.len() <= MOST + 1 { keys.len() } else { MOST };
        let more = keys.len() - most;
        keys.truncate(most);
        (keys, more)
    }

    /// The keys of which it cannot be told: all of them, or none.
    pub(in crate::report) fn unknown(&self) -> Vec<&KeyDiff> {
        let is_unknown = |key: &&KeyDiff| matches!(key.change, Change::Unknown(_));
        if self.all { self.diff.keys.iter().filter(is_unknown).collect() } else { Vec::new() }
    }

    /// The changes by prefix, in the order of names.
    pub(in crate::report) fn by_prefix(&self) -> Vec<Tally<'a>> {
        let mut tallies: Vec<Tally<'a>> = Vec::new();
        for key in &self.diff.keys {
            let prefix = resource_prefix(self.table.history.name(key.key));
            if tallies.last().is_none_or(|last| last.prefix != prefix) {
                tallies.push(Tally { prefix, counts: [0; COLUMNS], writes: 0 });
            }
            let column = Change::KNOWN.iter().position(|&known| known == key.change);
            if let Some(tally) = tallies.last_mut() {
                tally.counts[column.unwrap_or(COLUMNS - 1)] += 1;
                tally.writes += u64::from(key.writes);
            }
        }
        tallies
    }

    /// `from 5000 to 7293, 2,293 rows in between`.
    pub(in crate::report) fn moments(&self) -> String {
        let (from, to) = (self.diff.from.revision(), self.diff.to.revision());
        let back = if from > to { "back " } else { "" };
        let rows = count(self.diff.writes as u64, "row");
        let left = if self.diff.from.is_exact() && self.diff.to.is_exact() { "" } else { " left" };
        format!("from {from} {back}to {to}, {rows}{left} in between")
    }

    /// `12 created, 30 changed, 3 deleted`.
    pub(in crate::report) fn counts(&self) -> String {
        let known =
            Change::KNOWN.map(|change| (self.diff.count(change), words::change_word(change)));
        let all = known.into_iter().chain([(self.diff.unknown(), "unknown")]);
        let said = all.filter(|(some, _)| *some > 0);
        let said: Vec<String> =
            said.map(|(some, word)| format!("{} {word}", grouped(some as u64))).collect();
        let under = words::under(self.under);
        if said.is_empty() { format!("none{under}") } else { said.join(", ") + &under }
    }

    /// What cannot be told, each a sentence.
    pub(in crate::report) fn lacks(&self) -> Vec<String> {
        let (from, to) = (&self.diff.from, &self.diff.to);
        let earlier = if from.revision() <= to.revision() { from } else { to };
        let doubts = self.diff.keys.iter().filter_map(|key| match key.change {
            Change::Unknown(doubt) => Some(doubt),
            _ => None,
        });
        let doubts: Vec<Doubt> = doubts.collect();
        let doubts = words::doubts("whether they changed", doubts)
            .map(|said| if self.all { said } else { format!("{said} --all lists them.") });
        words::unlisted(self.table.history, earlier).into_iter().chain(doubts).collect()
    }

    /// What a key was and is, and how often it was written: `5466 → deleted 5890, 3 rows`.
    pub(in crate::report) fn story(&self, key: &KeyDiff) -> String {
        let history = self.table.history;
        let (before, after) = (words::then(history, key.before), words::then(history, key.after));
        let writes = if key.writes > 1 {
            format!(", {}", count(key.writes.into(), "row"))
        } else {
            String::new()
        };
        format!("{before} → {after}{writes}")
    }

    /// Whether a version is named that is gone and that no row names.
    pub(in crate::report) fn has_unseen(&self) -> bool {
        let is_unseen = |then: Then| matches!(then, Then::LiveUnseen { .. });
        let is_listed = |key: &&KeyDiff| self.all || !matches!(key.change, Change::Unknown(_));
        let mut listed = self.diff.keys.iter().filter(is_listed);
        listed.any(|key| is_unseen(key.before) || is_unseen(key.after))
    }
}
