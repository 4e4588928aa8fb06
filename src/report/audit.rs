//! What is broken in a table, as text.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Table;
use crate::audit::{
    Baseline, Finding, Findings, Levels, RULES, Rule, Severity, Unchecked, audit_under,
};
use crate::display::words;
use crate::history::compaction::{Effect, Policy, Verdict, Writers};
use crate::history::{KeyId, Revision};
use crate::text::{count, grouped};

/// What an audit found of a table, as far as the reader asked for it.
#[derive(Debug, Clone)]
pub struct Audit<'a> {
    /// The table.
    pub table: Table<'a>,
    /// How serious each rule is taken to be.
    pub levels: &'a Levels,
    /// What was found, rule by rule, the most serious first.
    pub groups: Vec<Group>,
    /// How many findings were left out, as known already.
    pub known: usize,
    /// What could not be checked, of the rules that count.
    pub unchecked: Vec<Unchecked>,
    /// The revision to which the rows show a compaction that `compact_rev_key` does not tell of.
    /// Of rows that may be a part of a table it is not known.
    pub unrecorded: Option<Revision>,
    /// What becomes of keys, whatever is compacted.
    pub verdict: Rc<Verdict>,
    /// The settings that it was made for.
    pub policy: Policy,
    /// Which versions of kine wrote the rows.
    pub writers: Writers,
    /// Whether long lists are given whole.
    pub all: bool,
    /// How many findings each rule has that does not count.
    ignored: BTreeMap<&'static str, usize>,
    findings: Findings,
}

/// The findings of one rule; there is one at least.
#[derive(Debug, Clone)]
pub struct Group {
    /// The rule.
    pub rule: &'static Rule,
    /// How serious it is taken to be.
    pub severity: Severity,
    /// What it found, by key and by revision.
    pub found: Vec<Finding>,
}

/// How many findings of a rule are listed where not all are.
const MOST: usize = 10;

impl<'a> Audit<'a> {
    /// Audits a table. What the levels ignore and what the baseline knows is left out; the policy is
    /// that of the compaction of everything.
    pub fn new(
        table: Table<'a>,
        levels: &'a Levels,
        baseline: &Baseline,
        policy: Policy,
        all: bool,
    ) -> Self {
        let history = table.history;
        let policy = policy.by_itself();
        let verdict = Rc::new(Verdict::of(history, policy));
        let mut findings = audit_under(history, table.is_whole(), policy, Rc::clone(&verdict));
        let (mut known, mut ignored) = (0, BTreeMap::new());
        let mut groups: Vec<Group> = Vec::new();
        for finding in std::mem::take(&mut findings.found) {
            let Some(severity) = levels.of(finding.rule) else {
                *ignored.entry(finding.rule.name).or_default() += 1;
                continue;
            };
            if baseline.knows(history, &finding) {
                known += 1;
                continue;
            }
            match groups.last_mut().filter(|group| group.rule == finding.rule) {
                Some(group) => group.found.push(finding),
                None => groups.push(Group { rule: finding.rule, severity, found: vec![finding] }),
            }
        }
        groups.sort_by_cached_key(|group| findings.place(history, group.severity, &group.found));
        let mut unchecked = std::mem::take(&mut findings.unchecked);
        let is_known = !unchecked.iter().any(|it| it.rule.name == "unrecorded-compaction");
        let unrecorded = history.horizon().unrecorded().filter(|_| is_known);
        unchecked.retain(|it| levels.of(it.rule).is_some());
        Self {
            table,
            levels,
            groups,
            known,
            unchecked,
            unrecorded,
            verdict,
            policy,
            writers: Writers::of(history),
            all,
            ignored,
            findings,
        }
    }

    /// Every finding, the most serious first.
    pub fn found(&self) -> impl Iterator<Item = (&Group, &Finding)> {
        self.groups.iter().flat_map(|group| group.found.iter().map(move |found| (group, found)))
    }

    /// One finding in a sentence or two.
    pub fn message(&self, finding: &Finding) -> String {
        self.findings.message(self.table.history, finding)
    }

    /// How many findings of a severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        let groups = self.groups.iter().filter(|group| group.severity == severity);
        groups.map(|group| group.found.len()).sum()
    }

    /// The severity of the most serious finding.
    pub fn worst(&self) -> Option<Severity> {
        self.groups.first().map(|group| group.severity)
    }

    /// How many keys a compaction of everything does that to.
    pub fn after(&self, effect: Effect) -> usize {
        self.verdict.with(effect).count()
    }

    /// The findings of a rule that are listed, and in words how many are not.
    pub(super) fn listed<'g>(&self, group: &'g Group) -> (&'g [Finding], Option<String>) {
        // What changes a key comes first, and is never left out.
        let changes = |finding: &Finding| self.findings.changes(self.table.history, finding);
        let worst = group.found.iter().rposition(changes).map_or(0, |last| last + 1);
        let most = if self.all { usize::MAX } else { MOST.max(worst) };
        let (listed, more) = group.found.split_at(group.found.len().min(most));
        (listed, left_out(listed, more))
    }

    /// `17 errors, 0 warnings, 1 info`, or that there is nothing.
    pub(super) fn tally(&self) -> String {
        let [errors, warnings, infos] = Severity::ALL.map(|severity| self.count(severity) as u64);
        let known = match self.known as u64 {
            0 => String::new(),
            known => format!(" {} left out.", count(known, "known finding")),
        };
        if self.groups.is_empty() {
            return format!("No findings.{known}");
        }
        let (errors, warnings) = (count(errors, "error"), count(warnings, "warning"));
        format!("{errors}, {warnings}, {} info.{known}", grouped(infos))
    }

    /// Which versions of kine wrote the rows, and what those do wrong, each a paragraph.
    pub(super) fn writers(&self) -> Vec<String> {
        let said = words::writers(&self.writers);
        said.into_iter().chain(words::upgrade(self.table.history, &self.writers)).collect()
    }

    /// What was not looked at, a sentence for each reason.
    pub(super) fn not_looked_at(&self) -> Vec<String> {
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for Unchecked { rule, why } in &self.unchecked {
            match reasons.iter_mut().find(|(reason, _)| reason == why) {
                Some((_, rules)) => rules.push(rule.name),
                None => reasons.push((why, vec![rule.name])),
            }
        }
        let said = |(why, rules): (&str, Vec<&str>)| {
            let rule = count(rules.len() as u64, "rule");
            format!("{rule} not checked, because {why} ({}).", rules.join(", "))
        };
        let mut said: Vec<String> = reasons.into_iter().map(said).collect();
        let (ignored, asked): (Vec<&Rule>, _) =
            RULES.iter().partition(|rule| self.levels.of(rule).is_none());
        let named =
            |rules: Vec<&Rule>| rules.iter().map(|rule| rule.name).collect::<Vec<_>>().join(", ");
        let rules = count(ignored.len() as u64, "rule");
        if asked.is_empty() {
            said.push(format!("{rules} left out, as you asked: none remains."));
        } else if ignored.len() > asked.len() {
            said.push(format!("{rules} left out, as you asked: all but {}.", named(asked)));
        } else if !ignored.is_empty() {
            said.push(format!("{rules} left out, as you asked ({}).", named(ignored)));
        }
        let found: Vec<String> =
            self.ignored.iter().map(|(rule, found)| format!("{rule} ({found})")).collect();
        if !found.is_empty() {
            said.push(format!("What they found: {}.", found.join(", ")));
        }
        said
    }
}

/// `and 7 more, of 4 more keys`.
fn left_out(listed: &[Finding], more: &[Finding]) -> Option<String> {
    let mut keys: Vec<KeyId> = more.iter().filter_map(|finding| finding.key).collect();
    keys.dedup();
    keys.retain(|&key| listed.last().is_none_or(|last| last.key != Some(key)));
    let of = match keys.len() as u64 {
        0 => String::new(),
        keys => format!(", of {} more key{}", grouped(keys), if keys == 1 { "" } else { "s" }),
    };
    (!more.is_empty()).then(|| format!("and {} more{of}", grouped(more.len() as u64)))
}
