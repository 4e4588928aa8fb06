//! From what each key has to what any part of the table has.

use super::count::Tally;
use super::{Sum, Usage};
use crate::history::{History, KeyId};

/// Keys that were counted, on their way into the order that tells what any part of them has:
///
/// ```text
///   look    ├──────┼──────┤                   at every key, whether it is where its name belongs
///   pick                  ├──────┼─────┤      those that have rows
///   sum                                 ├───▶ what all up to each of them have
/// ```
#[derive(Debug)]
pub struct Summing {
    stage: Stage,
    /// Every key, in the order of names as far as that is known.
    names: Vec<KeyId>,
    by_key: Vec<Tally>,
    is_respelled: bool,
    sum: Sum,
    usage: Usage,
}

/// What is done, and for how many keys it has been done.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Look(usize),
    Pick(usize),
    Sum(usize),
}

impl Summing {
    pub(super) fn new(rows: u32, by_key: Vec<Tally>, nameless: Tally, order: &[KeyId]) -> Self {
        let usage = Usage {
            rows,
            order: Vec::with_capacity(order.len()),
            gaps: 0,
            sums: vec![Sum::default()],
            spans: Vec::new(),
            nameless,
            freed: None,
            bytes: None,
            freed_bytes: None,
        };
        let (names, sum) = (order.to_vec(), Sum::default());
        Self { stage: Stage::Look(0), names, by_key, is_respelled: false, sum, usage }
    }

    /// Goes on for so many keys. True when all are summed up.
    pub fn advance(&mut self, history: &History, most: usize) -> bool {
        let order = &mut self.usage.order;
        match self.stage {
            Stage::Look(at) => {
                let end = at.saturating_add(most);
                let looked = history.key_ids_from(at).take(most);
                self.is_respelled |= looked.into_iter().any(|key| history.key(key).respelled);
                self.stage = if end < history.key_bound() {
                    Stage::Look(end)
                } else {
                    // A key that was spelled in another way since may stand in a wrong place.
                    if self.is_respelled {
                        self.names.sort_by_key(|&key| history.name(key));
                    }
                    Stage::Pick(0)
                };
            }
            Stage::Pick(at) => {
                let end = self.names.len().min(at.saturating_add(most));
                let counted =
                    |key: &&KeyId| self.by_key.get(key.index()).is_some_and(|tally| tally.rows > 0);
                order.extend(self.names[at..end].iter().filter(counted));
                self.stage = Stage::Pick(end);
                if end == self.names.len() {
                    self.usage.gaps = gaps_last(history, order);
                    self.usage.sums.reserve(order.len());
                    self.usage.spans.reserve(order.len());
                    self.stage = Stage::Sum(0);
                }
            }
            Stage::Sum(at) => {
                let end = order.len().min(at.saturating_add(most));
                for key in &order[at..end] {
                    let tally = self.by_key[key.index()];
                    self.sum.rows += tally.rows;
                    self.sum.live += u32::from(tally.live);
                    self.sum.tombstones += tally.tombstones;
                    self.usage.sums.push(self.sum);
                    self.usage.spans.push((tally.oldest, tally.newest));
                }
                self.stage = Stage::Sum(end);
                return end == order.len();
            }
        }
        false
    }

    /// What fills the table.
    pub fn finish(self) -> Usage {
        self.usage
    }
}

/// Puts the keys of gap rows behind all others; gives the place where they begin.
fn gaps_last(history: &History, order: &mut Vec<KeyId>) -> u32 {
    let place = |bound: &[u8]| order.partition_point(|&key| history.name(key) < bound);
    let (start, end) = (place(b"gap-"), place(b"gap."));
    let is_gap = |key: &KeyId| history.key(*key).newest.is_some_and(|at| history.has_gap_name(at));
    let (gaps, others): (Vec<_>, Vec<_>) = order[start..end].iter().copied().partition(is_gap);
    let count = gaps.len();
    order.splice(start..end, others);
    order.extend(gaps);
    u32::try_from(order.len() - count).unwrap_or(u32::MAX)
}
