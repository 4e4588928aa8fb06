//! Where somebody was, and the way back.
//!
//! ```text
//!   findings ──Enter──▶ row 5466 ──p──▶ row 5441 ──/──▶ keys found by "node"
//!            ◀──Esc──            ◀──Esc──        ◀──Esc──
//! ```
//!
//! Whatever leads somewhere else, or shows something in another way, leaves behind where one was; moving
//! a cursor line by line does not. A step to where one came from is a step back. Keys and rows are kept by their names and revisions, so
//! that the way back is still there once the table has been read again.

pub(in crate::tui) mod actions;

use super::layout::Pane;
use super::panes::keys::filter::{Filter, Sort};
use super::panes::{Listing, chain, findings, log, usage};
use crate::history::compaction::Policy;
use crate::history::lanes::Item;
use crate::history::{History, Revision};

/// How many places are kept: the oldest are forgotten.
const MOST: usize = 100;

/// What is shown, and what is selected in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    listing: Listing,
    focus: Pane,
    zooms: bool,
    filter: Filter,
    sort: Sort,
    query: String,
    key: Option<Vec<u8>>,
    line: Option<Line>,
    folds: chain::Folds,
    findings: findings::list::Place,
    usage: usage::Place,
    log: log::Place,
    preview: Option<Target>,
    moment: Option<Revision>,
    batches: bool,
    compares: bool,
}

/// What is done several times on end, and is one step all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// The target is moved by a little.
    Target,
    /// The order is changed.
    Sort,
}

/// The line that is selected in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    revision: Revision,
    /// Whether the row is the newest of a fold.
    is_fold: bool,
}

/// The compaction that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Target {
    policy: Policy,
    /// `None` where it follows the table.
    target: Option<Revision>,
}

/// The way back.
#[derive(Debug, Default)]
pub struct Trail {
    places: Vec<Place>,
    /// The place that was left last, by going on or back.
    left: Option<Place>,
    /// What the last step was, if another of its kind belongs to it.
    run: Option<Run>,
}

impl Trail {
    /// Notes that a place was left for another. Steps of one [`Run`] are one.
    pub fn leave(&mut self, before: Place, now: &Place, run: Option<Run>) {
        // From one moment to the next is no step: one leads back to the present.
        let moves = before.moment.is_some() && now.moment.is_some() && before.moment != now.moment;
        if before == *now || moves {
            return;
        }
        if before.moment.is_some() && now.moment.is_none() {
            self.left = Some(before);
            return;
        }
        let goes_on = std::mem::replace(&mut self.run, run) == run && run.is_some();
        if self.places.last() == Some(now) {
            self.places.pop();
            self.run = None;
        } else if goes_on {
            return;
        } else {
            if self.places.len() == MOST {
                self.places.remove(0);
            }
            self.places.push(before.clone());
        }
        self.left = Some(before);
    }

    /// Notes that the keyboard is in the list again: that it was in other panes meanwhile is forgotten.
    pub fn come_back(&mut self, now: &Place) {
        self.run = None;
        let is_beyond = |place: &mut Place| place.focus != Pane::List && place.is_same_list(now);
        while self.places.pop_if(is_beyond).is_some() {}
        self.places.pop_if(|place| place.focus == Pane::List && place.is_same_list(now));
    }

    /// Notes that somebody is in the present again, at that place: what was looked at meanwhile is forgotten.
    pub fn forget_past(&mut self, now: &Place) {
        while self.places.pop_if(|place| place.moment.is_some()).is_some() {}
        self.places.pop_if(|place| place == now);
    }

    /// The place to go back to.
    fn back(&mut self, now: Place) -> Option<Place> {
        self.run = None;
        while let Some(place) = self.places.pop() {
            if place != now {
                self.left = Some(now);
                return Some(place);
            }
        }
        None
    }
}

impl Place {
    /// Whether the list is the same, whatever is selected in it.
    fn is_same_list(&self, other: &Self) -> bool {
        self.listing == other.listing
            && self.filter == other.filter
            && self.sort == other.sort
            && self.folds == other.folds
            && self.batches == other.batches
            && self.query == other.query
            && self.preview == other.preview
            && self.moment.is_some() == other.moment.is_some()
            && self.compares == other.compares
    }
}

impl Line {
    fn of(history: &History, item: Item) -> Option<Self> {
        let (at, is_fold) = match item {
            Item::Row(at) | Item::Foreign(at) => (at, false),
            Item::Fold { newest, .. } => (newest, true),
            Item::Absent(..) => return None,
        };
        Some(Self { revision: history.id(at), is_fold })
    }
}
