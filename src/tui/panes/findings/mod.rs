//! The verdict and the audit on the screen: they run by themselves, a slice at a time.
//!
//! ```text
//!   rows come  ····2k·····4k·········8k···············│ read
//!   passes         ├──▶     ├──▶       ├─────▶        ├─────────▶
//!   findings          so far   so far       so far              of all that was read
//! ```
//!
//! What becomes of keys is worked out once, of all that was read, before the last pass: it decides the
//! order of what that finds. While rows come, a pass goes over those that are there, and a new one
//! each time that the table has doubled, so that all of them together look at a row about twice. What
//! the last one found stays until the next is done.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod list;
pub(in crate::tui) mod view;

use std::cell::OnceCell;
use std::rc::Rc;

use crate::audit::{Findings, Pass, Rule, Severity};
use crate::display::words;
use crate::history::compaction::{Outlook, Policy, Prospect, Removals, Search, Verdict};
use crate::history::{History, KeyId};
use list::{FindingList, Spot};

/// How many rows or keys one slice looks at. A slice must fit well within a frame.
const SLICE: usize = 50_000;

/// How many rows and keys a slice of the verdict looks at.
const JUDGED: usize = 1 << 17;

/// Which rows a pass looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Those that have come: the table is still being read.
    SoFar,
    /// A part of the table: the reading ended early, or rows could not be understood.
    Part,
    /// The whole table.
    Whole,
}

/// The audit of the table on the screen.
#[derive(Debug, Default)]
pub struct Audit {
    /// What becomes of keys in the end, once everything was read.
    pub verdict: Option<Rc<Verdict>>,
    /// It in words, of a part and of the whole table: to find the first of very many keys by name takes
    /// longer than a frame.
    told: [OnceCell<String>; 2],
    /// The search for it.
    search: Option<Search>,
    /// Who compacts, and what it takes to catch up, once that is known, too.
    pub outlook: Option<Outlook>,
    /// The settings that they are for.
    policy: Policy,
    /// The pass that is running.
    pass: Option<Pass>,
    /// What the newest pass looks at, and how many rows there were when it began or ended.
    begun: Option<(Extent, usize)>,
    /// What the last finished pass found.
    pub findings: Findings,
    /// What it looked at; `None` when none has finished.
    pub extent: Option<Extent>,
    /// How many passes have finished.
    pub finished: usize,
    /// The list of its findings.
    pub list: FindingList,
    /// The most serious finding of each key.
    worst: Vec<Option<Severity>>,
    /// Whether what is running only looks again at a table of which everything was known, since rows came.
    renews: bool,
    /// How many findings there are of each severity.
    counts: [usize; Severity::ALL.len()],
}

impl Audit {
    /// Forgets the table; which rules are folded stays.
    pub fn forget(&mut self) {
        let finished = self.finished + 1;
        let mut list = std::mem::take(&mut self.list);
        list.forget();
        *self = Self { finished, list, ..Self::default() };
    }

    /// Begins with another table, and gives away what is known of this one.
    pub(in crate::tui) fn put_aside(&mut self) -> Self {
        let other = Self { finished: self.finished + 1, ..Self::default() };
        std::mem::replace(self, other)
    }

    /// Goes back to what is known of another table.
    pub(in crate::tui) fn take_back(&mut self, other: Self) {
        let finished = self.finished.max(other.finished) + 1;
        *self = Self { finished, ..other };
    }

    /// Begins a pass when one is due. `extent` says what there is to look at now.
    pub fn follow(&mut self, history: &History, extent: Extent, policy: Policy) {
        let policy = policy.by_itself();
        let is_new = self.begun.is_none_or(|(begun, _)| begun != extent) || self.policy != policy;
        let has_grown = !is_new
            && extent != Extent::SoFar
            && !self.is_running()
            && self.begun.is_some_and(|(_, rows)| rows != history.len());
        if is_new {
            self.renews = false;
        }
        if has_grown {
            // What was found stays until it is found anew.
            self.renews = true;
            self.search = Some(Search::new(history, policy));
        }
        if is_new && extent != Extent::SoFar {
            self.policy = policy;
            self.verdict = None;
            self.told = Default::default();
            self.outlook = None;
            self.search = Some(Search::new(history, policy));
        }
        let due = match self.begun {
            None => extent != Extent::SoFar || !history.is_empty(),
            Some((_, rows)) if extent == Extent::SoFar => {
                self.pass.is_none() && history.len() / 2 >= rows.max(1)
            }
            // Under other settings the findings are told, and put in order, by another verdict.
            Some(_) => is_new || has_grown,
        };
        if due {
            self.pass = Some(Pass::new(history, extent == Extent::Whole, policy));
            self.begun = Some((extent, history.len()));
        }
    }

    /// Looks at the table again, once what is running is done: something other than its rows has changed.
    pub fn look_again(&mut self) {
        if let Some((_, rows)) = &mut self.begun {
            *rows = usize::MAX;
        }
    }

    /// When each row goes as kine compacts by itself, once that is known.
    pub fn removals(&self) -> Option<Rc<Removals>> {
        self.verdict.as_ref().map(|verdict| Rc::clone(verdict.whole().removals()))
    }

    /// Whether a pass is running, or the verdict is being worked out.
    pub const fn is_running(&self) -> bool {
        self.pass.is_some() || self.search.is_some()
    }

    /// Whether the findings are those of everything that was read.
    pub fn is_final(&self) -> bool {
        (!self.is_running() || self.renews) && !matches!(self.extent, None | Some(Extent::SoFar))
    }

    /// Goes on by a slice. True when the pass is done: the findings are new.
    pub fn advance(&mut self, history: &History) -> bool {
        if let Some(search) = &mut self.search {
            let Some(verdict) = search.advance(history, &mut JUDGED.clone()) else { return false };
            self.search = None;
            self.told = Default::default();
            self.outlook = Some(Outlook::of(history, verdict.whole().removals(), self.policy));
            self.verdict = Some(Rc::new(verdict));
        }
        if !self.pass.as_mut().is_some_and(|pass| pass.advance(history, SLICE)) {
            return false;
        }
        let Some(pass) = self.pass.take() else { return false };
        let findings = pass.finish(history, self.verdict.clone());
        if let Some((extent, rows)) = &mut self.begun {
            *rows = history.len();
            self.extent = Some(*extent);
        }
        self.list.rebuild(history, &self.findings, &findings);
        self.findings = findings;
        self.finished += 1;
        self.count(history);
        true
    }

    /// What becomes of keys in the end, in words, once that is known.
    pub fn told(&self, history: &History, is_whole: bool) -> Option<&str> {
        let verdict = self.verdict.as_ref()?;
        let told = &self.told[usize::from(is_whole)];
        Some(told.get_or_init(|| words::verdict(history, verdict, is_whole)))
    }

    /// What becomes of a key in the end, as far as that is known.
    pub fn prospect(&self, key: KeyId) -> Prospect {
        self.verdict.as_ref().map(|verdict| verdict.prospect(key)).unwrap_or_default()
    }

    /// The key that is the most worth looking at: the one of which the worst becomes, or else the first
    /// with a finding that is no mere information. `None` where nothing is wrong, or not known yet.
    pub fn worst_key(&self, history: &History) -> Option<KeyId> {
        let verdict = self.verdict.as_ref()?;
        let keys = verdict.troubled().map(|key| (verdict.prospect(key), history.name(key), key));
        let found = || {
            let mut worth =
                self.findings.found.iter().filter(|it| it.rule.severity > Severity::Info);
            worth.find_map(|finding| finding.key)
        };
        keys.min().map(|(_, _, key)| key).or_else(found)
    }

    fn count(&mut self, history: &History) {
        self.counts = [0; Severity::ALL.len()];
        self.worst.clear();
        self.worst.resize(history.key_bound(), None);
        for finding in &self.findings.found {
            let severity = finding.rule.severity;
            self.counts[severity as usize] += 1;
            if let Some(key) = finding.key {
                let worst = &mut self.worst[key.index()];
                *worst = (*worst).max(Some(severity));
            }
        }
    }

    /// How many findings there are of a severity.
    pub const fn count_of(&self, severity: Severity) -> usize {
        self.counts[severity as usize]
    }

    /// The severity of a key's most serious finding, if that is a warning or an error.
    pub fn worst(&self, key: KeyId) -> Option<Severity> {
        let worst = self.worst.get(key.index()).copied().flatten();
        worst.filter(|&severity| severity >= Severity::Warning)
    }

    /// The keys with a finding of a rule, as a bit for each key.
    pub fn keys_of(&self, rule: &'static Rule) -> Vec<bool> {
        let mut keys = vec![false; self.worst.len()];
        let found = &self.findings.found[self.list.members(Spot::Rule(rule))];
        for key in found.iter().filter_map(|finding| finding.key) {
            keys[key.index()] = true;
        }
        keys
    }
}
