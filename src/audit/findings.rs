//! What an audit found.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::branch::Recent;
use super::{IdStatistics, RULES, Rule, Severity, Subject};
use crate::display::words;
use crate::history::compaction::{Policy, Prospect, Verdict};
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
    /// The findings, the most serious first, then rule by rule, those rules first that found what
    /// changes a key, the others as in [`RULES`], then by what becomes of the keys that they are about,
    /// those that come back first, then by name and by revision.
    pub found: Vec<Finding>,
    /// The rules that could not be checked, in the order of [`RULES`].
    pub unchecked: Vec<Unchecked>,
    /// What was counted.
    pub ids: IdStatistics,
    /// Whether these are surely all rows of the table.
    pub is_all: bool,
    /// The settings that kine is taken to have.
    pub policy: Policy,
    /// What becomes of keys in the end, once that is known.
    pub verdict: Option<Rc<Verdict>>,
    pub(super) recent: Recent,
}

impl Finding {
    /// The row to look at first: the oldest that shows it, or of a key that has come back the one
    /// that it is live at.
    pub fn row(&self) -> Option<RowIx> {
        let is_live_at_last = self.rule.name == "returned-key";
        if is_live_at_last { self.rows.last() } else { self.rows.first() }.copied()
    }

    /// The worst that becomes of the keys that it is about: its own, those of its rows, and those of
    /// the rows that these point at, which compaction removes whosever they are.
    pub fn prospect(&self, history: &History, verdict: &Verdict) -> Prospect {
        let pointed_at = |&at: &RowIx| history.prev(at).filter(|_| !history.is_mark(at));
        let rows = self.rows.iter().flat_map(|at| [Some(*at), pointed_at(at)]).flatten();
        let keys = rows.filter_map(|at| history.key_at(at)).chain(self.key);
        keys.map(|key| verdict.prospect(key)).min().unwrap_or_default()
    }
}

impl Findings {
    /// What the messages are told from.
    pub fn subject<'a>(&'a self, history: &'a History) -> Subject<'a> {
        let Self { ids, is_all, policy, recent, .. } = self;
        let verdict = self.verdict.as_deref();
        Subject { history, ids, is_all: *is_all, policy: *policy, verdict, recent }
    }

    /// Whether a finding is about a key that changes.
    pub fn changes(&self, history: &History, finding: &Finding) -> bool {
        let verdict = self.verdict.as_deref();
        verdict.is_some_and(|verdict| finding.prospect(history, verdict) < Prospect::Waits)
    }

    /// Where the findings of a rule come among others, with its severity as it is taken to be.
    pub fn place(
        &self,
        history: &History,
        severity: Severity,
        of_rule: &[Finding],
    ) -> impl Ord + use<> {
        let changes = of_rule.iter().any(|finding| self.changes(history, finding));
        let rule = of_rule.first().and_then(|finding| listed(finding.rule));
        (Reverse(severity), Reverse(changes), rule)
    }

    /// One finding in a sentence or two. Names in it are escaped.
    pub fn message(&self, history: &History, finding: &Finding) -> String {
        let said = (finding.rule.message)(&self.subject(history), finding);
        // Which rows are of one key, and what follows from that, hangs on how names compare.
        let of_rows = finding.rows.iter().filter_map(|&at| history.key_at(at));
        let keys: BTreeSet<KeyId> = finding.key.into_iter().chain(of_rows).collect();
        match words::taken_as_one(history, keys) {
            Some(doubt) if !said.is_empty() => format!("{said} {doubt}"),
            _ => said,
        }
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
    pub(super) fn sort(&mut self, history: &History) {
        self.found.sort_by_key(|finding| listed(finding.rule));
        let mut groups: Vec<Vec<Finding>> = Vec::new();
        for finding in std::mem::take(&mut self.found) {
            match groups.last_mut().filter(|group| group[0].rule == finding.rule) {
                Some(group) => group.push(finding),
                None => groups.push(vec![finding]),
            }
        }
        for of_rule in &mut groups {
            // The findings of a key stand together, where the worst of them belongs.
            let mut worst: FxHashMap<KeyId, Prospect> = FxHashMap::default();
            let of_finding = |finding: &Finding| {
                let verdict = self.verdict.as_deref();
                verdict.map(|verdict| finding.prospect(history, verdict)).unwrap_or_default()
            };
            for finding in of_rule.iter() {
                if let Some(key) = finding.key {
                    let prospect = of_finding(finding);
                    let worst = worst.entry(key).or_insert(prospect);
                    *worst = prospect.min(*worst);
                }
            }
            of_rule.sort_by_cached_key(|finding| {
                let prospect = match finding.key {
                    Some(key) => worst.get(&key).copied().unwrap_or_default(),
                    None => of_finding(finding),
                };
                let name = finding.key.map(|key| history.name(key));
                (prospect, name, finding.rows.first().copied())
            });
        }
        groups.sort_by_cached_key(|group| self.place(history, group[0].rule.severity, group));
        self.found = groups.into_iter().flatten().collect();
        self.unchecked.sort_by_key(|unchecked| listed(unchecked.rule));
    }
}

/// The place of a rule among all.
fn listed(rule: &Rule) -> Option<usize> {
    RULES.iter().position(|known| *known == rule)
}
