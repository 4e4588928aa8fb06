//! What sorts of tables were tried.

use std::collections::BTreeMap;

use kinescope::history::compaction::{Effect, Stop};

use super::compare::Seen;

/// How many tables were of each sort.
#[derive(Debug, Default)]
pub struct Tally {
    tables: u64,
    rows: usize,
    removed: usize,
    transactions: u64,
    longest: u64,
    forked: u64,
    batches_matter: u64,
    resurrected: u64,
    reverted: u64,
    lost: u64,
    came_back_twice: u64,
    stops: BTreeMap<String, u64>,
}

impl Tally {
    pub fn count(&mut self, seen: &Seen) {
        let some = |effect| u64::from(seen.effects.contains(&effect));
        let stop = seen.stop.map(|stop| (format!("{stop:?}"), 1));
        self.add(&Self {
            tables: 1,
            rows: seen.rows,
            removed: seen.removed,
            transactions: seen.transactions,
            longest: seen.transactions,
            forked: u64::from(seen.forks > 0),
            batches_matter: u64::from(seen.batches_matter),
            resurrected: some(Effect::Resurrected),
            reverted: some(Effect::Reverted),
            lost: some(Effect::Lost),
            came_back_twice: u64::from(seen.layers > 1),
            stops: stop.into_iter().collect(),
        });
    }

    pub fn add(&mut self, other: &Self) {
        self.tables += other.tables;
        self.rows += other.rows;
        self.removed += other.removed;
        self.transactions += other.transactions;
        self.longest = self.longest.max(other.longest);
        self.forked += other.forked;
        self.batches_matter += other.batches_matter;
        self.resurrected += other.resurrected;
        self.reverted += other.reverted;
        self.lost += other.lost;
        self.came_back_twice += other.came_back_twice;
        for (stop, tables) in &other.stops {
            *self.stops.entry(stop.clone()).or_default() += tables;
        }
    }

    /// Tables that are all alike would prove little. Only unsigned numbers are too large for kine's.
    pub fn assert_every_sort(&self, has_unsigned: bool) {
        for (sort, tables) in [
            ("forked", self.forked),
            ("where batches matter", self.batches_matter),
            ("resurrected", self.resurrected),
            ("reverted", self.reverted),
            ("lost", self.lost),
            ("came back twice", self.came_back_twice),
        ] {
            assert!(tables > 0, "no table {sort}: {self:?}");
        }
        let too_large = has_unsigned.then_some(Stop::TooLarge);
        let stops = [
            Stop::Reached,
            Stop::Retained,
            Stop::AlreadyCompacted,
            Stop::NoMark,
            Stop::MarkDuplicated,
            Stop::MarkRemoved,
        ];
        for stop in stops.into_iter().chain(too_large) {
            assert!(self.stops.contains_key(&format!("{stop:?}")), "no {stop:?}: {self:?}");
        }
    }
}
