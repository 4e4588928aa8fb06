//! The passes over the rows: what each key has, and what a compaction takes of it.
//!
//! A pass goes on for as many rows as it is told to, so that whoever has other things to do can.

use super::{Sizes, Usage};
use crate::history::compaction::Plan;
use crate::history::{History, KeyId, NULL_NAME, RowIx};

/// What was counted of a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    pub(super) rows: u32,
    pub(super) tombstones: u32,
    pub(super) oldest: RowIx,
    pub(super) newest: RowIx,
    pub(super) live: bool,
}

impl Tally {
    pub(super) const NONE: Self =
        Self { rows: 0, tombstones: 0, oldest: RowIx(0), newest: RowIx(0), live: false };

    fn add(&mut self, history: &History, at: RowIx) {
        let deleted = history.deleted(at);
        if self.rows == 0 {
            self.oldest = at;
        }
        self.rows += 1;
        self.tombstones += u32::from(deleted.is_set());
        self.newest = at;
        self.live = deleted.is_live();
    }
}

/// Counts the rows that are there when it begins.
#[derive(Debug)]
pub struct Count {
    rows: u32,
    next: u32,
    by_key: Vec<Tally>,
    nameless: Tally,
}

impl Count {
    /// Begins.
    pub fn new(history: &History) -> Self {
        Self {
            rows: history.graph.rows(),
            next: 0,
            by_key: vec![Tally::NONE; history.key_bound()],
            nameless: Tally::NONE,
        }
    }

    /// How many rows are counted when it is done.
    pub const fn rows(&self) -> usize {
        self.rows as usize
    }

    /// Goes on for so many rows. True when all are counted.
    pub fn advance(&mut self, history: &History, most: u32) -> bool {
        let end = self.next.saturating_add(most).min(self.rows);
        for at in (self.next..end).map(RowIx) {
            match key_of(history, at) {
                Some(key) => self.by_key[key.index()].add(history, at),
                None => self.nameless.add(history, at),
            }
        }
        self.next = end;
        end == self.rows
    }

    /// What fills the table. `order` is every key in the order of the names' bytes.
    pub fn finish(self, history: &History, order: &[KeyId]) -> Usage {
        Usage::of(history, self.rows, &self.by_key, self.nameless, order)
    }
}

/// Counts the rows that a compaction removes, of those that were counted before.
#[derive(Debug)]
pub struct Freeing {
    rows: u32,
    next: u32,
    by_key: Vec<u32>,
    nameless: u32,
}

impl Freeing {
    /// Begins.
    pub fn new(history: &History, usage: &Usage) -> Self {
        Self { rows: usage.rows, next: 0, by_key: vec![0; history.key_bound()], nameless: 0 }
    }

    /// Goes on for so many rows. True when all were looked at. The plan is that of the same rows or
    /// of more, and always the same one.
    pub fn advance(&mut self, history: &History, plan: &Plan, most: u32) -> bool {
        let end = self.next.saturating_add(most).min(self.rows);
        for at in (self.next..end).map(RowIx).filter(|&at| !plan.survives(at)) {
            match key_of(history, at) {
                Some(key) => self.by_key[key.index()] += 1,
                None => self.nameless += 1,
            }
        }
        self.next = end;
        end == self.rows
    }

    /// Tells what fills the table how much of it goes.
    pub fn finish(self, usage: &mut Usage) {
        usage.freed = Some(super::Sums::new(&usage.order, &self.by_key, self.nameless));
    }
}

/// How many bytes each key has, and how many of them go: in one pass, since sizes are read once.
pub(super) fn weigh(
    history: &History,
    usage: &Usage,
    sizes: &Sizes,
    plan: Option<&Plan>,
) -> (super::Sums<u64>, Option<super::Sums<u64>>) {
    let mut held = vec![0; history.key_bound()];
    let mut freed = vec![0; history.key_bound()];
    let (mut nameless, mut nameless_freed) = (0, 0);
    for at in (0..usage.rows).map(RowIx) {
        let Some(size) = sizes.of(at.index()) else { continue };
        let goes = if plan.is_some_and(|plan| !plan.survives(at)) { size } else { 0 };
        if let Some(key) = key_of(history, at) {
            held[key.index()] += size;
            freed[key.index()] += goes;
        } else {
            nameless += size;
            nameless_freed += goes;
        }
    }
    let sums = |by_key: &[u64], nameless| super::Sums::new(&usage.order, by_key, nameless);
    (sums(&held, nameless), plan.map(|_| sums(&freed, nameless_freed)))
}

/// The key of a row; `None` when its name is NULL.
fn key_of(history: &History, at: RowIx) -> Option<KeyId> {
    let stored = &history.rows[at.index()];
    (stored.bits & NULL_NAME == 0).then(|| history.keys.key_of(stored.name))
}
