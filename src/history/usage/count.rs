//! The passes over the rows: what each key has, and what a compaction takes of it.
//!
//! A pass goes on for as many rows as it is told to, so that whoever has other things to do can.

use super::{Sizes, Summing, Sums, Usage};
use crate::history::compaction::Plan;
use crate::history::{History, KeyId, RowIx};

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
            match history.key_at(at) {
                Some(key) => self.by_key[key.index()].add(history, at),
                None => self.nameless.add(history, at),
            }
        }
        self.next = end;
        end == self.rows
    }

    /// Goes on to what any part of the table has. `order` is every key in the order of the names'
    /// bytes.
    pub fn sum(self, order: &[KeyId]) -> Summing {
        Summing::new(self.rows, self.by_key, self.nameless, order)
    }
}

/// Counts the rows that a compaction removes, of those that were counted before, and their bytes.
#[derive(Debug)]
pub struct Freeing {
    rows: u32,
    next: u32,
    by_key: Vec<u32>,
    nameless: u32,
    bytes: Option<Weights>,
}

impl Freeing {
    /// Begins; `sizes` where they are known.
    pub fn new(history: &History, usage: &Usage, sizes: Option<&Sizes>) -> Self {
        Self {
            rows: usage.rows,
            next: 0,
            by_key: vec![0; history.key_bound()],
            nameless: 0,
            bytes: sizes.map(|_| Weights::new(history)),
        }
    }

    /// Goes on for so many rows. True when all were looked at. The plan is that of the same rows or
    /// of more, and always the same one, as the sizes are.
    pub fn advance(
        &mut self,
        history: &History,
        plan: &Plan,
        sizes: Option<&Sizes>,
        most: u32,
    ) -> bool {
        let end = self.next.saturating_add(most).min(self.rows);
        for at in (self.next..end).map(RowIx).filter(|&at| !plan.survives(at)) {
            let key = history.key_at(at);
            match key {
                Some(key) => self.by_key[key.index()] += 1,
                None => self.nameless += 1,
            }
            if let (Some(bytes), Some(sizes)) = (&mut self.bytes, sizes) {
                bytes.add(key, sizes.of(at));
            }
        }
        self.next = end;
        end == self.rows
    }

    /// Tells what fills the table how much of it goes.
    pub fn finish(self, usage: &mut Usage) {
        usage.freed = Some(Sums::new(&usage.order, &self.by_key, self.nameless));
        usage.freed_bytes = self.bytes.map(|bytes| bytes.sums(usage));
    }
}

/// Adds up how many bytes each key has, of the rows that were counted before.
#[derive(Debug)]
pub struct Weighing {
    rows: u32,
    next: u32,
    bytes: Weights,
}

impl Weighing {
    /// Begins.
    pub fn new(history: &History, usage: &Usage) -> Self {
        Self { rows: usage.rows, next: 0, bytes: Weights::new(history) }
    }

    /// Goes on for so many rows. True when all were looked at. The sizes are always the same.
    pub fn advance(&mut self, history: &History, sizes: &Sizes, most: u32) -> bool {
        let end = self.next.saturating_add(most).min(self.rows);
        for at in (self.next..end).map(RowIx) {
            self.bytes.add(history.key_at(at), sizes.of(at));
        }
        self.next = end;
        end == self.rows
    }

    /// Tells what fills the table how many bytes that are.
    pub fn finish(self, usage: &mut Usage) {
        usage.bytes = Some(self.bytes.sums(usage));
    }
}

/// Bytes by key.
#[derive(Debug)]
struct Weights {
    by_key: Vec<u64>,
    nameless: u64,
}

impl Weights {
    fn new(history: &History) -> Self {
        Self { by_key: vec![0; history.key_bound()], nameless: 0 }
    }

    /// Adds a row's, as far as they are known.
    fn add(&mut self, key: Option<KeyId>, size: Option<u64>) {
        let sum = match key {
            Some(key) => &mut self.by_key[key.index()],
            None => &mut self.nameless,
        };
        *sum += size.unwrap_or_default();
    }

    fn sums(&self, usage: &Usage) -> Sums<u64> {
        Sums::new(&usage.order, &self.by_key, self.nameless)
    }
}
