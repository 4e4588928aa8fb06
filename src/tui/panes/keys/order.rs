//! Every key by name, put in order while the screen answers.
//!
//! Names are long and alike, so that to compare two costs more than anything else that is done with
//! them. New keys are sorted in stretches, and stretches are merged, the shortest first:
//!
//! ```text
//!   fresh keys  ├────┤ ├────┤ ├────┤ ├──┤      sorted one after the other
//!   merged      ├─────────┤ ├───────┤
//!   and so on   ├───────────────────────────┤  with those that were in order before
//! ```

use crate::history::{History, KeyId};

/// How many keys a stretch has when it is sorted.
const STRETCH: usize = 1 << 12;
/// How many keys can be merged in the time that it takes to sort one of a stretch.
const SORTED: usize = 8;

/// Every key that has rows, in the order of names.
#[derive(Debug, Default)]
pub(in crate::tui) struct Names {
    /// How many keys were learnt, with or without rows.
    known: usize,
    /// Keys that had no row when they were learnt: at most `compact_rev_key`, and what rows without a
    /// name would be.
    rowless: Vec<KeyId>,
    /// Keys that are in no stretch yet.
    fresh: Vec<KeyId>,
    /// Stretches that are in order, the longest first.
    stretches: Vec<Vec<KeyId>>,
    merge: Option<Merge>,
}

/// Two stretches that are becoming one.
#[derive(Debug)]
struct Merge {
    one: Vec<KeyId>,
    other: Vec<KeyId>,
    /// How many of each are merged.
    at: [usize; 2],
    merged: Vec<KeyId>,
}

impl Names {
    /// Learns which keys came since; gives whether any did.
    pub(in crate::tui) fn learn(&mut self, history: &History) -> bool {
        let old = self.fresh.len();
        let bound = history.key_bound();
        self.fresh.extend(std::mem::take(&mut self.rowless));
        self.fresh.extend(history.key_ids_from(self.known));
        self.known = bound;
        let has_rows = |&key: &KeyId| history.key(key).rows > 0;
        self.rowless = self.fresh.iter().copied().filter(|key| !has_rows(key)).collect();
        if !self.rowless.is_empty() {
            self.fresh.retain(has_rows);
        }
        self.fresh.len() > old
    }

    /// The keys that were learnt, once they are in order.
    pub(in crate::tui) fn in_order(&self) -> Option<&[KeyId]> {
        match self.stretches.as_slice() {
            _ if !self.fresh.is_empty() || self.merge.is_some() => None,
            [] => Some(&[]),
            [all] => Some(all),
            _ => None,
        }
    }

    /// Puts them in order, for as long as it takes to merge about `most` keys, which become fewer;
    /// gives whether all are in order.
    pub(in crate::tui) fn advance(&mut self, history: &History, most: &mut usize) -> bool {
        while self.in_order().is_none() {
            if *most == 0 {
                return false;
            }
            if let Some(merge) = &mut self.merge {
                if merge.advance(history, most) {
                    let merged = self.merge.take().map(|merge| merge.merged);
                    self.add(merged.unwrap_or_default());
                }
            } else if !self.fresh.is_empty() {
                let rest = self.fresh.len().saturating_sub(STRETCH);
                let mut stretch = self.fresh.split_off(rest);
                stretch.sort_unstable_by_key(|&key| history.name(key));
                *most = most.saturating_sub(stretch.len() * SORTED);
                self.add(stretch);
            } else if let (Some(one), Some(other)) = (self.stretches.pop(), self.stretches.pop()) {
                let merged = Vec::with_capacity(one.len() + other.len());
                self.merge = Some(Merge { one, other, at: [0; 2], merged });
            }
        }
        true
    }

    fn add(&mut self, stretch: Vec<KeyId>) {
        let place = self.stretches.partition_point(|other| other.len() >= stretch.len());
        self.stretches.insert(place, stretch);
    }
}

impl Merge {
    /// Merges so many keys at most; gives whether all are merged.
    fn advance(&mut self, history: &History, most: &mut usize) -> bool {
        while *most > 0 {
            let [one, other] = self.at;
            let (next, key) = match (self.one.get(one), self.other.get(other)) {
                (Some(&key), Some(&than)) if history.name(key) <= history.name(than) => (0, key),
                (_, Some(&key)) => (1, key),
                (Some(&key), None) => (0, key),
                (None, None) => return true,
            };
            self.merged.push(key);
            self.at[next] += 1;
            *most -= 1;
        }
        false
    }
}
