//! A table, held against what was said of it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{Block, Certificate, Promise, blocks, promises};
use crate::history::compaction::{Algorithm, Plan, Policy, Removals};
use crate::history::{History, Revision, RowIx};

/// What a table is to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The same.
    Same,
    /// It has newer rows, and the compaction has the same effect on the others.
    Grown,
    /// It has newer rows, and with them the compaction has another effect.
    Differently,
    /// It was compacted as far, and what was to stay stayed.
    Kept,
    /// It was compacted, but less far: so far nothing went that was to stay.
    UnderWay,
    /// It was compacted further: what was to go is gone. What else is gone may have gone after that.
    Beyond,
    /// It is another one: rows that were there, or were to stay, are missing or not the same; or rows are
    /// there that were not, or were to go.
    Broken,
    /// It is the table of an earlier time, or one that was put back to that.
    Older,
}

impl Outcome {
    /// Whether all that was said is so.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Same | Self::Grown | Self::Kept)
    }

    /// Whether it cannot be told in full.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::UnderWay | Self::Beyond)
    }
}

/// A key to which another thing would happen now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyNow {
    /// What was said, if something was.
    pub then: Option<Promise>,
    /// What would happen now, if something would.
    pub now: Option<Promise>,
}

/// What became of what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// In a word.
    pub outcome: Outcome,
    /// How many rows are newer than all that the certificate knows.
    pub newer: usize,
    /// Rows that were there, or were to stay, and are not there.
    pub missing: Vec<Revision>,
    /// Rows that are there, and were not, or were to go; of a table that has grown, those whose fate is
    /// another one now.
    pub unexpected: Vec<Revision>,
    /// The first and the last id of blocks with the same rows, of which some are not what they were.
    pub altered: Vec<(Revision, Revision)>,
    /// How many blocks could not be compared, since rows of them are missing.
    pub unread: usize,
    /// Keys to which another thing would happen now.
    pub keys: Vec<KeyNow>,
}

impl Certificate {
    /// Holds a history, which is to be the whole table, against this.
    ///
    /// ```text
    ///   compact revision   as it was: every row is there, and the same ──▶ what would happen now?
    ///                      as foreseen: what was to stay, and nothing else
    ///                      in between: nothing is gone that was to stay
    ///                      beyond: nothing is there that was to go
    /// ```
    pub fn verify(&self, history: &History) -> Verification {
        let known = |at: &RowIx| history.id(*at) <= self.current;
        let newer = history.len() - history.iter().filter(known).count();
        let (now, then) = (history.compacted(), self.compacted);
        let found = blocks(history, history.iter().filter(known));
        let as_it_was = Difference::of(&self.table, &found);
        let as_foreseen = Difference::of(&self.survivors, &found);
        // A request of some versions compacts without recording it.
        let is_unrecorded = self.policy.algorithm == Algorithm::Request
            && now == then
            && as_foreseen.is_none()
            && !as_it_was.is_none();
        if is_unrecorded || now.is_some_and(|now| now == self.reached && Some(now) > then) {
            let outcome = if as_foreseen.is_none() { Outcome::Kept } else { Outcome::Broken };
            return as_foreseen.verification(outcome, newer);
        }
        match now.cmp(&then) {
            Ordering::Less => as_it_was.verification(Outcome::Older, newer),
            Ordering::Equal if !as_it_was.is_none() => {
                let is_older = history.current().unwrap_or_default() < self.current;
                let outcome = if is_older { Outcome::Older } else { Outcome::Broken };
                as_it_was.verification(outcome, newer)
            }
            Ordering::Equal if newer == 0 => as_it_was.verification(Outcome::Same, newer),
            Ordering::Equal => self.grown(history, newer),
            Ordering::Greater if now < Some(self.reached) => {
                // What was there may still go, and a row that was not there has no business there.
                let unexpected = as_it_was.unexpected;
                let difference = Difference { unexpected, ..as_foreseen };
                let is_broken = !difference.is_none();
                let outcome = if is_broken { Outcome::Broken } else { Outcome::UnderWay };
                difference.verification(outcome, newer)
            }
            Ordering::Greater => {
                // What is missing may have gone with a later compaction.
                let difference = Difference { missing: Vec::new(), ..as_foreseen };
                let outcome = if difference.is_none() { Outcome::Beyond } else { Outcome::Broken };
                difference.verification(outcome, newer)
            }
        }
    }

    /// What would happen now to a table that has grown, and is else what it was.
    fn grown(&self, history: &History, newer: usize) -> Verification {
        let plan = self.plan(history);
        let (keys, unexpected) = (self.keys_now(history, &plan), self.other_fates(history, &plan));
        let is_same = keys.is_empty() && unexpected.is_empty();
        let outcome = if is_same { Outcome::Grown } else { Outcome::Differently };
        let difference = Difference { unexpected, ..Difference::default() };
        Verification { keys, ..difference.verification(outcome, newer) }
    }

    /// The compaction of the table as it is now, to where this one ended.
    fn plan(&self, history: &History) -> Plan {
        let policy = Policy { min_retain: 0, ..self.policy };
        Plan::new(history, &Removals::of(history, policy), self.reached, policy)
    }

    /// Rows that were there, and whose fate is another one now.
    fn other_fates(&self, history: &History, plan: &Plan) -> Vec<Revision> {
        let stay: BTreeSet<Revision> = ids(&self.survivors).collect();
        let known = history.iter().filter(|&at| history.id(at) <= self.current);
        let other = known.filter(|&at| plan.survives(at) != stay.contains(&history.id(at)));
        other.map(|at| history.id(at)).collect()
    }

    /// Keys to which another thing happens now.
    fn keys_now(&self, history: &History, plan: &Plan) -> Vec<KeyNow> {
        let mut all: BTreeMap<Vec<u8>, KeyNow> = BTreeMap::new();
        for promise in &self.keys {
            let then = KeyNow { then: Some(promise.clone()), now: None };
            all.insert(promise.name.clone(), then);
        }
        for promise in promises(history, plan) {
            let key = all.entry(promise.name.clone());
            key.or_insert(KeyNow { then: None, now: None }).now = Some(promise);
        }
        all.into_values().filter(|key| key.then != key.now).collect()
    }
}

/// How blocks differ.
#[derive(Debug, Default)]
struct Difference {
    missing: Vec<Revision>,
    unexpected: Vec<Revision>,
    altered: Vec<(Revision, Revision)>,
    unread: usize,
}

impl Difference {
    fn of(said: &[Block], found: &[Block]) -> Self {
        let mut all: BTreeMap<Revision, [Option<&Block>; 2]> = BTreeMap::new();
        for (side, blocks) in [said, found].into_iter().enumerate() {
            for block in blocks {
                if let Some((first, _)) = block.ids.ends() {
                    all.entry(first / super::BLOCK).or_default()[side] = Some(block);
                }
            }
        }
        let mut difference = Self::default();
        for sides in all.into_values() {
            difference.add(sides);
        }
        difference
    }

    /// Whether nothing is known to differ.
    fn is_none(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty() && self.altered.is_empty()
    }

    fn verification(self, outcome: Outcome, newer: usize) -> Verification {
        let Self { missing, unexpected, altered, unread } = self;
        Verification { outcome, newer, missing, unexpected, altered, unread, keys: Vec::new() }
    }

    fn add(&mut self, [said, found]: [Option<&Block>; 2]) {
        if let (Some(said), Some(found)) = (said, found)
            && said.ids == found.ids
        {
            if said.hash != found.hash {
                self.altered.extend(said.ids.ends());
            }
            return;
        }
        let ids = |block: Option<&Block>| -> BTreeSet<Revision> {
            block.iter().flat_map(|block| block.ids.iter()).collect()
        };
        let (said, found) = (ids(said), ids(found));
        self.missing.extend(said.difference(&found));
        self.unexpected.extend(found.difference(&said));
        self.unread += 1;
    }
}

/// The rows of blocks.
fn ids(blocks: &[Block]) -> impl Iterator<Item = Revision> + '_ {
    blocks.iter().flat_map(|block| block.ids.iter())
}
