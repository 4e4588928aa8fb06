//! One pass over a table, in slices.

use std::collections::hash_map::Entry;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::rule::{Check, KeyFinds, Need, Soundness};
use super::subject::{Seen, Subject};
use super::{Finding, Findings, Rule, Unchecked, about};
use crate::history::compaction::{self, Policy};
use crate::history::{History, KeyId, RowIx};

/// So many rows of a key take as long as a key by itself.
const ROWS_AS_A_KEY: usize = 4;

/// How many rows are fetched at once.
const BLOCK: usize = 64;

type RowCheck = fn(&Subject<'_>, &Seen) -> bool;
type KeyCheck = fn(&Subject<'_>, KeyId, KeyFinds<'_>);

/// One pass over a table: first its rows, then its keys, then the table and the database.
///
/// The history may have grown since the last slice: rows that came meanwhile are part of the pass,
/// as long as it has not come to the keys.
#[derive(Debug)]
pub struct Pass {
    next_row: usize,
    next_key: usize,
    findings: Findings,
    /// The rules that are checked, by what they look at, and whether a key's rows are one finding.
    rows: Vec<(&'static Rule, RowCheck, bool)>,
    keys: Vec<(&'static Rule, KeyCheck)>,
    /// The finding of each rule and key whose rows are one finding.
    gathered: FxHashMap<(&'static str, KeyId), usize>,
    is_whole: bool,
}

impl Pass {
    /// A pass over a history. `is_whole` says that all rows of the table are in it, or that this
    /// will not matter: rules that need them all are not checked elsewhere.
    pub fn new(history: &History, is_whole: bool, policy: Policy) -> Self {
        let is_all = is_whole && !history.may_be_a_part();
        let mut findings = Findings { is_all, policy, ..Findings::default() };
        let (mut rows, mut keys) = (Vec::new(), Vec::new());
        for rule in about(history.profile().dialect) {
            if let Some(why) = unmet(rule, history, is_whole) {
                findings.unchecked.push(Unchecked { rule, why });
                continue;
            }
            match rule.check {
                Check::Row(check) => rows.push((rule, check, false)),
                Check::RowsOfKey(check) => rows.push((rule, check, true)),
                Check::Key(check) => keys.push((rule, check)),
                Check::Table(_) | Check::Database(_) | Check::Instead(..) => {}
            }
        }
        let gathered = FxHashMap::default();
        Self { next_row: 0, next_key: 0, findings, rows, keys, gathered, is_whole }
    }

    /// Goes on by about so many rows or keys, and says whether all have been seen.
    pub fn advance(&mut self, history: &History, most: usize) -> bool {
        let end = history.len().min(self.next_row.saturating_add(most));
        let left = most.saturating_sub(end - self.next_row);
        while self.next_row < end {
            let stop = end.min(self.next_row + BLOCK);
            let rows = (self.next_row..stop).map(RowIx::at);
            history.fetch_prevs(rows.clone().filter(|&at| !is_as_written(history, at)));
            rows.for_each(|at| self.row(history, at));
            self.next_row = stop;
        }
        if end < history.len() {
            return false;
        }
        // Some rules look at every row of a key.
        let mut left = left;
        for key in history.key_ids_from(self.next_key) {
            if left == 0 {
                return false;
            }
            left = left.saturating_sub(1 + history.key(key).rows as usize / ROWS_AS_A_KEY);
            self.next_key = key.index() + 1;
            self.key(history, key);
        }
        true
    }

    fn row(&mut self, history: &History, at: RowIx) {
        if is_as_written(history, at) {
            self.findings.ids.count(history, history.id(at), false);
            return;
        }
        let seen = Seen::new(history, at);
        let Findings { found, ids, is_all, policy, recent, .. } = &mut self.findings;
        ids.see(history, &seen);
        let (is_all, policy) = (*is_all, *policy);
        let subject = Subject { history, ids, is_all, policy, verdict: None, recent };
        for &(rule, check, gathers) in &self.rows {
            if !check(&subject, &seen) {
                continue;
            }
            let key = history.key_at(at);
            let new = Finding { rule, key, rows: vec![at] };
            let Some(key) = key.filter(|_| gathers) else {
                found.push(new);
                continue;
            };
            match self.gathered.entry((rule.name, key)) {
                Entry::Occupied(place) => found[*place.get()].rows.push(at),
                Entry::Vacant(place) => {
                    place.insert(found.len());
                    found.push(new);
                }
            }
        }
    }

    fn key(&mut self, history: &History, key: KeyId) {
        if history.key(key).rows == 0 {
            return;
        }
        let Findings { found, ids, is_all, policy, recent, .. } = &mut self.findings;
        let (is_all, policy) = (*is_all, *policy);
        let subject = Subject { history, ids, is_all, policy, verdict: None, recent };
        for &(rule, check) in &self.keys {
            check(&subject, key, &mut |rows| found.push(Finding { rule, key: Some(key), rows }));
        }
    }

    /// Asks the rules about the table and the database, once all rows and keys have been seen, and puts
    /// what was found in order: what the verdict says of its key decides what comes first.
    /// Without a verdict nothing is said of what becomes of keys.
    pub fn finish(
        mut self,
        history: &History,
        verdict: Option<Rc<compaction::Verdict>>,
    ) -> Findings {
        self.findings.verdict = verdict;
        let Findings { found, unchecked, ids, is_all, policy, recent, verdict } =
            &mut self.findings;
        let verdict = verdict.as_deref();
        let (is_all, policy) = (*is_all, *policy);
        let subject = Subject { history, ids, is_all, policy, verdict, recent };
        for rule in about(history.profile().dialect) {
            if unmet(rule, history, self.is_whole).is_some() {
                continue;
            }
            match rule.check {
                Check::Table(check) => check(&subject, &mut |key, rows| {
                    found.push(Finding { rule, key, rows });
                }),
                Check::Database(check) => match subject.database().map(|it| check(&subject, it)) {
                    Some(Soundness::Broken) => {
                        found.push(Finding { rule, key: None, rows: Vec::new() });
                    }
                    Some(Soundness::Sound) | None => {}
                    Some(Soundness::Unknown(why)) => unchecked.push(Unchecked { rule, why }),
                },
                Check::Instead(of, is_so) => {
                    let Some(verdict) = verdict else { continue };
                    let is_so = |key: KeyId| is_so(verdict.prospect(key));
                    for finding in found.iter_mut().filter(|it| it.rule == of) {
                        if finding.key.is_some_and(is_so) {
                            finding.rule = rule;
                        }
                    }
                }
                _ => {}
            }
        }
        self.findings.sort(history);
        self.findings
    }
}

/// Whether no rule finds anything in a row: it is as kine writes it, and no compaction has been there.
fn is_as_written(history: &History, at: RowIx) -> bool {
    history.is_as_written(at) && Some(history.id(at)) > history.horizon().recorded
}

/// Why a rule cannot be checked in this history.
fn unmet(rule: &Rule, history: &History, is_whole: bool) -> Option<&'static str> {
    let profile = history.profile();
    let unknown_part = history.may_be_a_part();
    // A server's table has every column, but not all are always read.
    let not_read = profile.database.is_some();
    rule.needs.iter().find_map(|need| match need {
        Need::Created if not_read && !profile.columns.created => {
            Some("created was not read: --columns all reads it")
        }
        Need::CreateRevision if not_read && !profile.columns.create_revision => {
            Some("create_revision was not read: --columns all reads it")
        }
        Need::Created if !profile.columns.created => Some("there is no column created"),
        Need::Deleted if !profile.columns.deleted => Some("there is no column deleted"),
        Need::CreateRevision if !profile.columns.create_revision => {
            Some("there is no column create_revision")
        }
        Need::CompactRevision if unknown_part => {
            Some("without compact_rev_key nobody can tell what was compacted")
        }
        Need::WholeTable if !is_whole => Some("only a part of the table was read"),
        Need::EveryKey if profile.part.as_ref().is_some_and(|part| part.prefix.is_some()) => {
            Some("only the keys under a prefix were asked for")
        }
        Need::FirstRows if profile.part.is_some() => Some("only a part of the table was read"),
        Need::WholeTable if unknown_part => {
            Some("these rows may be a part of a table: compact_rev_key is not among them")
        }
        Need::Schema | Need::Server | Need::MySql | Need::Postgres | Need::Sqlite
            if profile.database.is_none() =>
        {
            Some("they need a database, and this is a table as text")
        }
        Need::BaseTable if profile.database.as_ref().is_some_and(|database| database.is_view) => {
            Some("kine is a view, and the server does not report what is behind it")
        }
        Need::BaseTable
            if profile.unique_index.is_none()
                && profile
                    .database
                    .as_ref()
                    .is_some_and(|it| it.indexes.is_empty() && it.variables.is_none()) =>
        {
            Some("the text does not list the indexes")
        }
        Need::Columns
            if profile.database.as_ref().is_some_and(|database| database.columns.is_empty()) =>
        {
            Some("the text does not describe the columns")
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::audit::RULES;
    use crate::history::{Flag, Profile, Row};

    /// Rows of two keys and others, most of them as kine writes them.
    fn table() -> impl Strategy<Value = History> {
        let names = ["/a", "/a", "/b", "/A", "gap-7", "compact_rev_key"];
        let names = names.map(|name| Some(name.as_bytes()));
        let name = select(names.into_iter().chain([None]).collect::<Vec<_>>());
        let flag = || select(&[Flag::No, Flag::No, Flag::No, Flag::Yes, Flag::Odd, Flag::Null]);
        let number = || prop_oneof![4 => (0..12_u64).prop_map(Some), 1 => Just(None)];
        let lease = select(&[Some(0), Some(0), Some(-1), None]);
        let row = (name, flag(), flag(), number(), number(), lease, any::<bool>());
        prop::collection::vec(row, 1..12).prop_map(|rows| {
            let mut history = History::new(Profile::kine_default());
            for (id, (name, created, deleted, create, prev, lease, is_sound)) in (0..).zip(rows) {
                let before = history.iter().rev().find(|&at| history.row(at).name == name);
                let before = before.map(|at| history.row(at)).filter(|_| is_sound);
                let life = before.map(|row| {
                    if row.created.is_set() { Some(row.id) } else { row.create_revision }
                });
                let row = Row {
                    id,
                    name,
                    created: if before.is_some() { Flag::No } else { created },
                    deleted,
                    create_revision: life.unwrap_or(create),
                    prev_revision: before.map_or(prev, |row| Some(row.id)),
                    lease,
                };
                history.push(row).expect("in order");
            }
            history
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn no_rule_finds_anything_in_a_row_as_it_is_written(history in table()) {
            let (ids, recent) = Default::default();
            let policy = Policy::DEFAULT;
            let subject =
                Subject { history: &history, ids: &ids, is_all: true, policy, verdict: None, recent: &recent };
            let above = |at: &RowIx| Some(history.id(*at)) > history.horizon().recorded;
            for at in history.iter().filter(above).filter(|&at| history.is_as_written(at)) {
                let seen = Seen::new(&history, at);
                for rule in RULES {
                    if let Check::Row(check) | Check::RowsOfKey(check) = rule.check {
                        prop_assert!(!check(&subject, &seen), "{} {:?}", rule.name, history.row(at));
                    }
                }
            }
        }
    }
}
