//! What fills the table, on the screen: the parts of a prefix, and the way down to it.
//!
//! Rows are counted only while somebody looks, a slice at a time; while rows come, anew each time
//! that the table has doubled, as the audit does. What a compaction removes is counted by itself,
//! once everything is read: moving the target counts no other row again.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod sizes;
pub(in crate::tui) mod view;

use super::findings::Extent;
use super::preview::{Foreseen, Preview};
use crate::history::compaction::Algorithm;
use crate::history::usage::{Count, Freeing, Kind, Listing, Node, Sort, Summing, Usage, Weighing};
use crate::history::{History, KeyId, Revision};
use crate::tui::find::has;
use sizes::Bytes;

/// How many rows one slice counts: a few milliseconds.
const SLICE: u32 = 500_000;
/// How many keys one slice sums up: a few milliseconds.
const KEYS: usize = 1 << 15;
/// How many parts one slice finds or puts in order: a few milliseconds.
const PARTS: usize = 1 << 14;
/// How many of the busiest keys of a prefix are shown at most.
const BUSIEST: usize = 100;

/// What is listed of what fills the table, and what is selected in that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    path: Vec<Vec<u8>>,
    query: String,
    sort: Sort,
    selected: Option<(Kind, Vec<u8>)>,
}

/// What fills the table, and the part of it that is listed.
#[derive(Debug, Default)]
pub struct UsageList {
    count: Option<Count>,
    summing: Option<Summing>,
    weighing: Option<Weighing>,
    freeing: Option<Freeing>,
    /// What is known of bytes.
    pub bytes: Bytes,
    /// What was counted last or is being counted, and how many rows that are.
    begun: Option<(Extent, usize)>,
    /// The compaction whose rows are counted, and how many rows its plan is of.
    compaction: Option<(Revision, Algorithm, usize)>,
    /// What was counted, and of what.
    pub counted: Option<(Usage, Extent)>,
    /// How often something was counted.
    pub finished: usize,
    /// The order of parts.
    pub sort: Sort,
    /// The prefixes that were opened, one in the other.
    path: Vec<Vec<u8>>,
    /// What the innermost of them is, or the whole table.
    pub listed: Option<Node>,
    /// Its parts; the first ones as long as they are being put in order.
    pub parts: Vec<Node>,
    /// The parts that are being put in order.
    listing: Option<Ordering>,
    /// The most that a part has of what the order goes by.
    pub most: u64,
    /// The letters that a part must have to be listed.
    query: String,
    /// The one that is selected.
    pub cursor: usize,
    /// The busiest keys of the selected part, when it has several.
    pub busiest: Vec<Node>,
}

/// Parts that are being put in order.
#[derive(Debug)]
struct Ordering {
    listing: Listing,
    /// Whether the first ones are there; before that the list is the old one.
    begun: bool,
    /// What is to be selected, unless somebody selects something else before.
    selected: Option<(Kind, Vec<u8>)>,
    /// The place to select where that is not there.
    cursor: usize,
}

impl UsageList {
    /// Forgets the table; where one was and the order stay.
    pub fn forget(&mut self) {
        let path = std::mem::take(&mut self.path);
        let finished = self.finished + 1;
        let sort = if self.sort == Sort::Bytes { Sort::Rows } else { self.sort };
        *self = Self { finished, sort, path, ..Self::default() };
    }

    /// Forgets what was measured.
    pub fn forget_bytes(&mut self, history: &History) {
        self.bytes = Bytes::NotAsked;
        self.weighing = None;
        self.compaction = None;
        if let Some((usage, _)) = &mut self.counted {
            usage.forget_bytes();
        }
        let sort = if self.sort == Sort::Bytes { Sort::Rows } else { self.sort };
        self.sort_by(history, sort);
    }

    /// Begins to count when that is due.
    pub fn follow(&mut self, history: &History, extent: Extent, preview: Option<&Preview>) {
        let due = match self.begun {
            None => extent != Extent::SoFar || !history.is_empty(),
            Some((_, rows)) if extent == Extent::SoFar => {
                self.count.is_none() && self.summing.is_none() && history.len() / 2 >= rows.max(1)
            }
            Some((begun, rows)) => begun != extent || rows != history.len() && !self.is_counting(),
        };
        if due {
            self.count = Some(Count::new(history));
            self.summing = None;
            self.begun = Some((extent, history.len()));
            self.weighing = None;
            self.freeing = None;
            self.compaction = None;
        }
        if preview.is_none() && self.sort == Sort::Freed {
            self.sort_by(history, Sort::Rows);
        }
        let Some((usage, of)) =
            self.counted.as_mut().filter(|_| self.count.is_none() && self.summing.is_none())
        else {
            return;
        };
        let sizes = self.bytes.sizes();
        if sizes.is_some() && !usage.has_bytes() && self.weighing.is_none() {
            self.weighing = Some(Weighing::new(history, usage));
            // What goes is counted anew, with its bytes.
            self.compaction = None;
        }
        if preview.is_some_and(Preview::is_working) {
            return;
        }
        // A plan that was made of fewer rows says nothing of the others: another one follows.
        let compaction = preview
            .and_then(Preview::foreseen)
            .map(Foreseen::plan)
            .map(|plan| (plan.requested, plan.policy.algorithm, plan.rows()))
            .filter(|&(.., rows)| rows >= usage.rows());
        if *of != Extent::SoFar && compaction != self.compaction {
            self.compaction = compaction;
            usage.forget_plan();
            self.finished += 1;
            self.freeing = compaction.map(|_| Freeing::new(history, usage, sizes));
        }
    }

    /// Whether something is being counted.
    pub const fn is_counting(&self) -> bool {
        self.count.is_some()
            || self.summing.is_some()
            || self.weighing.is_some()
            || self.freeing.is_some()
            || self.is_ordering()
    }

    /// Whether parts are being put in order.
    pub const fn is_ordering(&self) -> bool {
        self.listing.is_some()
    }

    /// Goes on by a slice. `by_name` gives every key in the order of names, once there is one.
    pub fn advance<'k>(
        &mut self,
        history: &History,
        preview: Option<&Preview>,
        by_name: impl FnOnce() -> Option<&'k [KeyId]>,
    ) {
        if self.is_ordering() {
            self.order(history);
        } else if let Some(mut count) = self.count.take() {
            let order = if count.advance(history, SLICE) { by_name() } else { None };
            if let Some(order) = order {
                self.summing = Some(count.sum(order));
            } else {
                self.count = Some(count);
            }
        } else if let Some(mut summing) = self.summing.take() {
            if summing.advance(history, KEYS) {
                let extent = self.begun.map_or(Extent::SoFar, |(extent, _)| extent);
                let selected = self.selected_name(history);
                self.counted = Some((summing.finish(), extent));
                self.parts.clear();
                self.list(history, selected);
            } else {
                self.summing = Some(summing);
            }
        } else if let (Some(mut weighing), Some(sizes)) = (self.weighing.take(), self.bytes.sizes())
        {
            if !weighing.advance(history, sizes, SLICE) {
                self.weighing = Some(weighing);
            } else if let Some((usage, _)) = &mut self.counted {
                weighing.finish(usage);
                // That is what was asked for.
                self.sort_by(history, Sort::Bytes);
            }
        } else if let (Some(mut freeing), Some(preview)) = (self.freeing.take(), preview) {
            let Some(foreseen) = preview.foreseen() else {
                // Another target: what goes will be counted anew.
                self.compaction = None;
                return;
            };
            if !freeing.advance(history, foreseen.plan(), self.bytes.sizes(), SLICE) {
                self.freeing = Some(freeing);
            } else if let Some((usage, _)) = &mut self.counted {
                freeing.finish(usage);
                let selected = self.selected_name(history);
                self.list(history, selected);
            }
        }
    }

    /// What was counted.
    pub const fn usage(&self) -> Option<&Usage> {
        match &self.counted {
            Some((usage, _)) => Some(usage),
            None => None,
        }
    }

    /// The prefix whose parts are listed; empty for the whole table.
    pub fn prefix(&self) -> &[u8] {
        self.path.last().map_or(&[], Vec::as_slice)
    }

    /// The part that is selected.
    pub fn selected(&self) -> Option<Node> {
        self.parts.get(self.cursor).copied()
    }

    /// The key that is selected, if one is.
    pub fn key(&self) -> Option<KeyId> {
        self.usage()?.key(self.selected()?)
    }

    /// Selects a part, or the last one.
    pub fn select(&mut self, place: usize) {
        self.cursor = place.min(self.parts.len().saturating_sub(1));
        if let Some(ordering) = self.listing.as_mut().filter(|ordering| ordering.begun) {
            (ordering.selected, ordering.cursor) = (None, self.cursor);
        }
        self.rank();
    }

    /// Another order.
    pub fn sort_by(&mut self, history: &History, sort: Sort) {
        self.sort = sort;
        let selected = self.selected_name(history);
        self.list(history, selected);
    }

    /// Opens the part that is selected. False when it has none of its own.
    pub fn open(&mut self, history: &History) -> bool {
        let Some((usage, _)) = &self.counted else { return false };
        let Some(mut node) = self.selected().filter(|node| node.opens()) else { return false };
        // A prefix that has only one, and nothing else, is not worth a stop.
        while let Some(only) = usage.only_prefix(history, node) {
            node = only;
        }
        let Some(name) = usage.name(history, node) else { return false };
        self.path.push(name.to_vec());
        self.query.clear();
        self.parts.clear();
        self.cursor = 0;
        self.list(history, None);
        true
    }

    /// To the prefix above, where the one that is left is selected. False when there is none.
    pub fn leave(&mut self, history: &History) -> bool {
        let Some(left) = self.path.pop() else { return false };
        self.query.clear();
        self.parts.clear();
        self.list(history, Some((Kind::Prefix, left)));
        true
    }

    /// The letters that a part must have to be listed.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Lists the parts that have some letters.
    pub fn look_for(&mut self, letters: &str, history: &History) {
        letters.clone_into(&mut self.query);
        let selected = self.selected_name(history);
        self.list(history, selected);
    }

    /// What is listed, and what is selected in it.
    pub fn place(&self, history: &History) -> Place {
        let (path, query) = (self.path.clone(), self.query.clone());
        Place { path, query, sort: self.sort, selected: self.selected_name(history) }
    }

    /// Lists what was listed before, and selects what was selected.
    pub fn go(&mut self, history: &History, place: Place) {
        if self.place(history) != place {
            self.path = place.path;
            self.query = place.query;
            // Bytes may have been forgotten since.
            let has_bytes = self.usage().is_some_and(Usage::has_bytes);
            let is_there = place.sort != Sort::Bytes || has_bytes;
            self.sort = if is_there { place.sort } else { Sort::Rows };
            self.parts.clear();
            self.list(history, place.selected);
        }
    }

    fn selected_name(&self, history: &History) -> Option<(Kind, Vec<u8>)> {
        // What is to be selected soon is what was selected.
        if let Some(selected) = self.listing.as_ref().and_then(|it| it.selected.clone()) {
            return Some(selected);
        }
        let node = self.selected()?;
        let name = self.usage()?.name(history, node);
        Some((node.kind, name.unwrap_or_default().to_vec()))
    }

    /// Lists the parts anew, and finds what was selected, or what holds it.
    fn list(&mut self, history: &History, selected: Option<(Kind, Vec<u8>)>) {
        self.finished += 1;
        let Some((usage, _)) = &self.counted else { return };
        let mut node = usage.find(history, self.prefix());
        while node.is_none() {
            self.path.pop();
            node = usage.find(history, self.path.last().map_or(&[], Vec::as_slice));
        }
        self.listed = node;
        self.listing = node.map(|node| {
            let listing = Listing::new(node, self.sort);
            Ordering { listing, begun: false, selected, cursor: self.cursor }
        });
        // Of most lists that is all.
        self.order(history);
    }

    /// Goes on putting the parts in order.
    fn order(&mut self, history: &History) {
        let (Some(mut ordering), Some((usage, _))) = (self.listing.take(), &self.counted) else {
            return;
        };
        let Ordering { listing, begun, selected, cursor } = &mut ordering;
        let mut more = Vec::new();
        let all = listing.advance(history, usage, PARTS, &mut more);
        if !all && more.is_empty() {
            self.rank();
            self.listing = Some(ordering);
            return;
        }
        self.finished += 1;
        if !self.query.is_empty() {
            let prefix = self.path.last().map_or(0, Vec::len);
            more.retain(|node| {
                let name = usage.name(history, *node).unwrap_or_default();
                has(name.get(prefix..).unwrap_or_default(), &self.query)
            });
        }
        if !std::mem::replace(begun, true) {
            self.parts.clear();
            self.cursor = 0;
        }
        self.most = listing.most();
        let found = selected.as_ref().and_then(|(kind, name)| {
            let at = usage.position(history, &more, *kind, name)?;
            Some(self.parts.len() + at)
        });
        self.parts.append(&mut more);
        let place = match found {
            Some(_) => found,
            None if all => Some(*cursor),
            None => None,
        };
        if let Some(place) = place {
            (*selected, *cursor) = (None, place);
        }
        self.cursor = place.unwrap_or(self.cursor).min(self.parts.len().saturating_sub(1));
        if !all {
            self.listing = Some(ordering);
        }
        self.rank();
    }

    /// Finds the busiest keys of what is selected.
    fn rank(&mut self) {
        let several = self.selected().filter(|node| node.opens());
        self.busiest = match (self.usage(), several) {
            (Some(usage), Some(node)) => usage.busiest(node, self.sort, BUSIEST),
            _ => Vec::new(),
        };
    }
}

/// The order after one; what goes is known only with a preview, and bytes once they are measured.
pub(in crate::tui) const fn next(sort: Sort, preview: bool, bytes: bool) -> Sort {
    match sort {
        Sort::Rows if bytes => Sort::Bytes,
        Sort::Rows | Sort::Bytes => Sort::Keys,
        Sort::Keys if preview => Sort::Freed,
        Sort::Keys | Sort::Freed => Sort::Name,
        Sort::Name => Sort::Rows,
    }
}

/// Its name.
pub(in crate::tui) const fn name(sort: Sort) -> &'static str {
    match sort {
        Sort::Rows => "rows",
        Sort::Keys => "keys",
        Sort::Bytes => "bytes",
        Sort::Freed => "freed rows",
        Sort::Name => "name",
    }
}
