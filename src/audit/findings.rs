//! What an audit found.

use super::branch::Recent;
use super::{RULES, Rule, Severity, Subject, Tally};
use crate::history::compaction::{Policy, Verdict};
use crate::history::{History, KeyId, RowIx};

/// One thing that a rule found: the rule, and the rows as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The key that it is about; `None` when it is about the table, the database, or rows whose name
    /// is NULL.
    pub key: Option<KeyId>,
    /// The rows that show it, in the order of their ids. Empty when it is about the whole table.
    pub rows: Vec<RowIx>,
}

/// A rule that could not be checked, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unchecked {
    /// The rule.
    pub rule: &'static Rule,
    /// Why, as a clause: `there is no column created`.
    pub why: &'static str,
}

/// Everything that an audit found.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The findings, the most serious first, then rule by rule as in [`RULES`], then by what becomes of
    /// their key, those that come back first, then by its name and by revision.
    pub found: Vec<Finding>,
    /// The rules that could not be checked, in the order of [`RULES`].
    pub unchecked: Vec<Unchecked>,
    /// What was counted.
    pub tally: Tally,
    /// Whether these are surely all rows of the table.
    pub is_all: bool,
    /// The settings that kine is taken to have.
    pub policy: Policy,
    pub(super) recent: Recent,
}

impl Finding {
    /// The row to look at first: the oldest that shows it, or of a key that has come back the one
    /// that it is live at.
    pub fn row(&self) -> Option<RowIx> {
        let is_live_at_last = self.rule.name == "returned-key";
        if is_live_at_last { self.rows.last() } else { self.rows.first() }.copied()
    }
}

impl Findings {
    /// What the messages are told from.
    pub const fn subject<'a>(&'a self, history: &'a History) -> Subject<'a> {
        let Self { tally, is_all, policy, recent, .. } = self;
        Subject { history, tally, is_all: *is_all, policy: *policy, recent }
    }

    /// One finding in a sentence or two. Names in it are escaped.
    pub fn message(&self, history: &History, finding: &Finding) -> String {
        (finding.rule.message)(&self.subject(history), finding)
    }

    /// The findings of one rule.
    pub fn of<'a>(&'a self, rule: &'a Rule) -> impl Iterator<Item = &'a Finding> {
        self.found.iter().filter(move |finding| finding.rule == rule)
    }

    /// The severity of the most serious finding.
    pub fn worst(&self) -> Option<Severity> {
        self.found.iter().map(|finding| finding.rule.severity).max()
    }

    /// Puts them in order.
    pub(super) fn sort(&mut self, history: &History, verdict: &Verdict) {
        let place = |rule: &Rule| RULES.iter().position(|known| *known == rule);
        let order = |finding: &Finding| {
            let severity = std::cmp::Reverse(finding.rule.severity);
            (severity, place(finding.rule))
        };
        self.found.sort_by_cached_key(order);
        for of_rule in self.found.chunk_by_mut(|one, other| one.rule == other.rule) {
            of_rule.sort_by_cached_key(|finding| {
                let prospect = finding.key.map(|key| verdict.prospect(key));
                let name = finding.key.map(|key| history.name(key));
                (prospect.unwrap_or_default(), name, finding.rows.first().copied())
            });
        }
        self.unchecked.sort_by_key(|unchecked| place(unchecked.rule));
    }
}
