//! What a plan says of every target, beside kine's loop run anew for each, transaction by transaction.

use std::collections::{BTreeMap, BTreeSet};

use kinescope::history::compaction::{
    Algorithm, Batch, Changes, Plan, Policy, Removals, Stop, Turns, plan, turning_points,
};
use kinescope::history::{History, KeyId, Profile, Revision, RowIx};
use proptest::prelude::*;
use proptest::sample::select;

use crate::proof::table::cases;
use crate::support::history::picture;

/// A table that is compacted.
struct Table<'a> {
    history: &'a History,
    there: BTreeSet<RowIx>,
    gone: BTreeMap<RowIx, u64>,
}

/// What came of it.
#[derive(Debug, PartialEq)]
struct Outcome {
    reached: Revision,
    transactions: u64,
    stop: Stop,
    /// The transaction that each row went in.
    gone: BTreeMap<RowIx, u64>,
    batches: Vec<Batch>,
}

impl Table<'_> {
    fn max_id(&self) -> Revision {
        self.there.last().map_or(0, |&at| self.history.id(at))
    }

    fn marks(&self) -> usize {
        self.there.iter().filter(|&&at| self.history.is_mark(at)).count()
    }

    /// The rows that one DELETE removes, which counts these rows, and takes `compact_rev_key` to point there.
    fn removed(
        &self,
        algorithm: Algorithm,
        within: impl Fn(RowIx) -> bool,
        marked: impl Fn(RowIx) -> Option<Revision>,
    ) -> BTreeSet<RowIx> {
        let history = self.history;
        let rows = || self.there.iter().copied().filter(|&at| within(at));
        let counted = rows().filter(|&at| algorithm.counts(history, at));
        let pointed = counted.filter_map(|at| history.prev(at));
        let tombstones = rows().filter(|&at| history.deleted(at).is_set());
        let marks = rows().filter(|&at| history.is_mark(at));
        let held = marks.filter_map(marked).filter(|&id| id != 0).filter_map(|id| history.find(id));
        let all = pointed.chain(tombstones).chain(held);
        all.filter(|at| self.there.contains(at) && algorithm.deletes(history, *at)).collect()
    }

    fn remove(&mut self, rows: &BTreeSet<RowIx>, number: u64) {
        for &at in rows {
            self.there.remove(&at);
            self.gone.insert(at, number);
        }
    }
}

/// kine's loop, as it is written: slow, and nothing is clever.
fn kine(history: &History, target: Revision, policy: Policy) -> Outcome {
    let mut table = Table { history, there: history.iter().collect(), gone: BTreeMap::new() };
    let mut batches = Vec::new();
    let mut note = |number, target, rows: &BTreeSet<RowIx>| {
        if !rows.is_empty() {
            batches.push(Batch { number, target, removed: rows.len() });
        }
    };
    let twins = history.is_unique() && history.key(KeyId::MARK).rows > 1;
    let algorithm = policy.algorithm;
    let is_known = history.compacted().is_some();
    let start = match algorithm {
        Algorithm::Request => 0,
        Algorithm::RowByRow => history.newest_compacted().unwrap_or_default(),
        Algorithm::Batches | Algorithm::LosesRows => history.compacted().unwrap_or_default(),
    };
    let (mut at, mut number) = (start, 0);
    let reach = |table: &Table<'_>| target.min(table.max_id().saturating_sub(policy.min_retain));
    let stop = match algorithm {
        Algorithm::Request => {
            let rows = table.removed(algorithm, |at| history.id(at) <= target, |_| None);
            table.remove(&rows, 1);
            note(1, target, &rows);
            (at, number) = (target, 1);
            Stop::Reached
        }
        Algorithm::RowByRow if reach(&table) < start => {
            if target < start {
                Stop::AlreadyCompacted
            } else {
                Stop::Retained
            }
        }
        Algorithm::RowByRow if twins => Stop::MarkDuplicated,
        Algorithm::RowByRow => {
            let end = reach(&table);
            let mut stop = if end < target { Stop::Retained } else { Stop::Reached };
            let rows = history.iter().filter(|&row| (start..=end).contains(&history.id(row)));
            let mut walked = start;
            for row in rows {
                if !table.there.contains(&row) {
                    continue;
                }
                let flags = [history.row(row).created, history.row(row).deleted];
                let odd = flags.contains(&kinescope::history::Flag::Odd);
                if odd || history.nulls(row).next().is_some() {
                    stop = Stop::Unreadable(history.id(row));
                    break;
                }
                number += 1;
                walked = history.id(row);
                let rows = table.removed(algorithm, |at| at == row, |_| None);
                table.remove(&rows, number);
                note(number, walked, &rows);
            }
            at = if matches!(stop, Stop::Unreadable(_)) { walked } else { end };
            stop
        }
        _ if !is_known && history.key(KeyId::MARK).rows > 0 => Stop::NullMark,
        _ if !is_known && !history.profile().excerpt => Stop::NoMark,
        _ if target <= start => Stop::AlreadyCompacted,
        Algorithm::Batches | Algorithm::LosesRows => loop {
            let end = reach(&table);
            if end <= at {
                break if at >= target { Stop::Reached } else { Stop::Retained };
            }
            let to = end.min(at + policy.batch_size);
            let lost = |mark: RowIx| {
                let held = if number == 0 { history.row(mark).prev_revision } else { Some(at) };
                held.filter(|_| algorithm == Algorithm::LosesRows)
            };
            let rows = table.removed(algorithm, |row| history.id(row) <= to, lost);
            let left = table.marks() - rows.iter().filter(|&&row| history.is_mark(row)).count();
            if twins && number == 0 && left > 1 {
                break Stop::MarkDuplicated;
            }
            number += 1;
            table.remove(&rows, number);
            note(number, to, &rows);
            at = to;
            if is_known && table.marks() == 0 {
                break Stop::MarkRemoved;
            }
        },
    };
    Outcome { reached: at, transactions: number, stop, gone: table.gone, batches }
}

/// The same of a plan.
fn planned(history: &History, plan: &Plan) -> Outcome {
    let number = |at| Some((at, plan.batch_of(at)?.number));
    let gone: BTreeMap<_, _> = history.iter().filter_map(number).collect();
    assert_eq!((plan.removed(), plan.after()), (gone.len(), history.len() - gone.len()));
    for at in history.iter() {
        assert_eq!(plan.survives(at), !gone.contains_key(&at));
        let batch = plan.batch_of(at);
        assert!(batch.is_none_or(|batch| plan.batches().any(|it| it == batch)), "{batch:?}");
    }
    let &Plan { reached, transactions, stop, .. } = plan;
    Outcome { reached, transactions, stop, gone, batches: plan.batches().collect() }
}

#[test]
fn a_row_stays_away_as_long_as_something_removes_it() {
    // In one batch 3, 4 and 5 remove 2, and 6 is a tombstone that 7 points at.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         5 /a update <- 2
         6 /b delete
         7 /b create <- 6",
    );
    for algorithm in [Algorithm::Batches, Algorithm::Request] {
        let policy = Policy { min_retain: 0, batch_size: 100, algorithm, ..Policy::DEFAULT };
        let removals = Removals::of(&history, policy);
        for (target, gone) in
            [(7, vec![2, 6]), (6, vec![2, 6]), (5, vec![2]), (3, vec![2]), (2, vec![])]
        {
            let plan = Plan::new(&history, &removals, target, policy);
            let away = history.iter().filter(|&at| !plan.survives(at));
            let away: Vec<Revision> = away.map(|at| history.id(at)).collect();
            assert_eq!(away, gone, "{algorithm:?} to {target}");
        }
    }
}

/// Row 3 points forward at 6, which goes before it counts; 4 is at the end of the second batch, and goes
/// with the third where kine v0.5.0 compacts.
#[test]
fn what_goes_when_does_not_depend_on_the_target() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /b update <- 6
         4 /a update <- 2
         5 /c create
         6 /a update <- 4",
    );
    let told = |algorithm| {
        let policy = Policy { min_retain: 0, batch_size: 2, algorithm, ..Policy::DEFAULT };
        let removals = Removals::of(&history, policy);
        let away = |target| {
            let plan = Plan::new(&history, &removals, target, policy);
            let away = history.iter().filter(|&at| !plan.survives(at));
            away.map(|at| history.id(at).to_string()).collect::<Vec<_>>().join(" ")
        };
        (2..=6).map(away).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(told(Algorithm::Batches), ", 6, 2 6, 2 6, 2 6");
    assert_eq!(told(Algorithm::Request), ", 6, 2 6, 2 6, 2 4 6");
    assert_eq!(told(Algorithm::LosesRows), ", 2 6, 2 6, 2 4 6, 2 4 6");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn every_target_is_what_kine_does(
        case in cases(1 << 7),
        unique in select(&[None, Some(false), Some(true)][..]),
        excerpt: bool,
        algorithm in select(&Algorithm::ALL[..]),
        retains: bool,
        slice in 1..50_usize,
    ) {
        let profile = Profile { unique_index: unique, excerpt, ..Profile::kine_default() };
        let mut history = History::new(profile);
        history.extend(&case.table()).expect("in order");
        let min_retain = if retains { case.min_retain } else { 0 };
        let policy = Policy { min_retain, batch_size: case.batch_size, algorithm, ..Policy::DEFAULT };
        let removals = Removals::of(&history, policy);
        let current = history.current().unwrap_or_default();
        for target in 0..=current + 2 {
            let said = Plan::new(&history, &removals, target, policy);
            prop_assert_eq!(planned(&history, &said), kine(&history, target, policy), "to {}", target);
            prop_assert_eq!(&said, &plan(&history, target, policy));
        }
        // What is looked up of keys is what plans say.
        let all = policy.without_retain();
        let mut turns = Turns::of(&Plan::new(&history, &removals, current, all));
        while !turns.advance(&history, &mut slice.clone()) {}
        let turns = turns.finish();
        prop_assert_eq!(&turns, &turning_points(&history, policy));
        let changes = Changes::new(turns);
        for target in 0..=current {
            let plan = Plan::new(&history, &removals, target, all);
            let effects = plan.effects(&history);
            let looked_up = changes.at(target).map(|turn| turn.key);
            let looked_up = looked_up.map(|key| changes.effect_on(&history, &plan, key));
            prop_assert_eq!(looked_up.collect::<Option<Vec<_>>>(), Some(effects.clone()), "to {}", target);
            for effect in [0, 1, 2].map(|at| kinescope::history::compaction::Effect::ALL[at]) {
                let count = effects.iter().filter(|it| it.effect == effect).count();
                prop_assert_eq!(changes.count(effect, target), count, "to {}", target);
            }
        }
    }
}
