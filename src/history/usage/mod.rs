//! What fills the table: rows, keys and bytes, by prefix of the names.
//!
//! A prefix ends with `/`, as a directory does. In the order of names the keys of a prefix stand side
//! by side, and what they have in all is the difference of two sums:
//!
//! ```text
//!   order   /registry/leases/a   /registry/leases/b   /registry/pods/x   compact_rev_key │ gap-7
//!   rows  0                    8                   15                 18                19      20
//!         └──────────── /registry/leases/ ─────────┘  15 - 0 = 15 rows
//! ```
//!
//! So a [`Node`] is a stretch of that order, nothing is held by prefix, and a prefix's own prefixes
//! are found when somebody looks. Gap rows, which have a key each, are one node at the end.

mod count;
mod listing;
mod node;
mod order;
mod sizes;
mod summing;

pub use count::{Count, Freeing, Weighing};
pub use listing::Listing;
pub use node::{Kind, Node, Sort};
pub(super) use order::sorted_by_name;
pub use sizes::{Size, Sizes};
pub use summing::Summing;

use super::compaction::Plan;
use super::{History, KeyId, RowIx};
use count::Tally;

/// What a table or a part of it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amount {
    /// How many rows.
    pub rows: u64,
    /// How many keys; rows without a name have none.
    pub keys: u64,
    /// How many of the keys are live.
    pub live: u64,
    /// How many of the rows are tombstones; gap rows are none.
    pub tombstones: u64,
    /// How many of the rows are gap rows.
    pub gaps: u64,
    /// How many of the rows a compaction removes, if one was asked for.
    pub freed: Option<u64>,
    /// How many bytes the values and old values have, as far as sizes are known.
    pub bytes: Option<u64>,
    /// How many of those go with the rows that a compaction removes.
    pub freed_bytes: Option<u64>,
}

impl Amount {
    /// Adds what another part has. What one of them does not know, the sum does not either.
    pub fn add(&mut self, other: Self) {
        let both = |one: Option<u64>, other: Option<u64>| Some(one? + other?);
        *self = Self {
            rows: self.rows + other.rows,
            keys: self.keys + other.keys,
            live: self.live + other.live,
            tombstones: self.tombstones + other.tombstones,
            gaps: self.gaps + other.gaps,
            freed: both(self.freed, other.freed),
            bytes: both(self.bytes, other.bytes),
            freed_bytes: both(self.freed_bytes, other.freed_bytes),
        };
    }
}

/// What fills the table, as it was when the rows were counted.
#[derive(Debug, Clone)]
pub struct Usage {
    /// How many rows were counted.
    rows: u32,
    /// The keys by name, and after them those of gap rows.
    order: Vec<KeyId>,
    /// Where the keys of gap rows begin.
    gaps: u32,
    /// What the keys up to a place have.
    sums: Vec<Sum>,
    /// The oldest and the newest row of the key at a place.
    spans: Vec<(RowIx, RowIx)>,
    nameless: Tally,
    freed: Option<Sums<u32>>,
    bytes: Option<Sums<u64>>,
    freed_bytes: Option<Sums<u64>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    rows: u32,
    live: u32,
    tombstones: u32,
}

/// A number of each key, summed up to each place of the order, and that of the rows without a name.
#[derive(Debug, Clone)]
struct Sums<N> {
    up_to: Vec<N>,
    nameless: N,
}

impl<N: Copy + Default + std::ops::Add<Output = N> + Into<u64>> Sums<N> {
    fn new(order: &[KeyId], by_key: &[N], nameless: N) -> Self {
        let mut sum = N::default();
        let mut up_to = Vec::with_capacity(order.len() + 1);
        up_to.push(sum);
        up_to.extend(order.iter().map(|key| {
            sum = sum + by_key[key.index()];
            sum
        }));
        Self { up_to, nameless }
    }

    fn of(&self, node: Node) -> u64 {
        let sum = |at: u32| self.up_to[at as usize].into();
        let named = sum(node.end) - sum(node.start);
        named + if node.has_nameless() { self.nameless.into() } else { 0 }
    }
}

impl Usage {
    /// Counts every row and puts the keys in order.
    pub fn new(history: &History) -> Self {
        let mut count = Count::new(history);
        count.advance(history, u32::MAX);
        let mut summing = count.sum(&order::by_name(history));
        while !summing.advance(history, usize::MAX) {}
        summing.finish()
    }

    /// What a compaction removes is told from now on, and, with sizes, how many bytes that are.
    #[must_use]
    pub fn with_plan(mut self, history: &History, plan: &Plan, sizes: Option<&Sizes>) -> Self {
        let mut freeing = Freeing::new(history, &self, sizes);
        freeing.advance(history, plan, sizes, u32::MAX);
        freeing.finish(&mut self);
        self
    }

    /// How many bytes there are is told from now on.
    #[must_use]
    pub fn with_sizes(mut self, history: &History, sizes: &Sizes) -> Self {
        let mut weighing = Weighing::new(history, &self);
        weighing.advance(history, sizes, u32::MAX);
        weighing.finish(&mut self);
        self
    }

    /// Whether it is known how many bytes there are.
    pub const fn has_bytes(&self) -> bool {
        self.bytes.is_some()
    }

    /// Forgets how many bytes there are.
    pub fn forget_bytes(&mut self) {
        self.bytes = None;
        self.freed_bytes = None;
    }

    /// Forgets what a compaction removes.
    pub fn forget_plan(&mut self) {
        self.freed = None;
        self.freed_bytes = None;
    }

    /// How many rows were counted.
    pub const fn rows(&self) -> usize {
        self.rows as usize
    }

    /// What a node has.
    pub fn amount(&self, node: Node) -> Amount {
        let sum = |at: u32| self.sums[at as usize];
        let between =
            |of: fn(&Sum) -> u32, start: u32, end: u32| u64::from(of(&sum(end)) - of(&sum(start)));
        let named = |of: fn(&Sum) -> u32| between(of, node.start, node.end);
        // Gap rows are no tombstones, and stand at the end of what holds any.
        let gaps = node.start.max(self.gaps).min(node.end);
        let nameless = if node.has_nameless() { self.nameless } else { Tally::NONE };
        Amount {
            rows: self.rows_of(node),
            keys: u64::from(node.end - node.start),
            live: named(|sum| sum.live),
            tombstones: between(|sum| sum.tombstones, node.start, gaps)
                + u64::from(nameless.tombstones),
            gaps: between(|sum| sum.rows, gaps, node.end),
            freed: self.freed.as_ref().map(|freed| freed.of(node)),
            bytes: self.bytes.as_ref().map(|bytes| bytes.of(node)),
            freed_bytes: self.freed_bytes.as_ref().map(|bytes| bytes.of(node)),
        }
    }

    fn rows_of(&self, node: Node) -> u64 {
        let named = self.sums[node.end as usize].rows - self.sums[node.start as usize].rows;
        let nameless = if node.has_nameless() { self.nameless.rows } else { 0 };
        u64::from(named) + u64::from(nameless)
    }

    /// A node's oldest and newest row; `None` when it has none.
    pub fn span(&self, node: Node) -> Option<(RowIx, RowIx)> {
        let nameless = (self.nameless.oldest, self.nameless.newest);
        let nameless = (node.has_nameless() && self.nameless.rows > 0).then_some(nameless);
        let named = &self.spans[node.start as usize..node.end as usize];
        named
            .iter()
            .copied()
            .chain(nameless)
            .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }
}
