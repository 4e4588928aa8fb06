//! Where somebody was, and the way back.
//!
//! ```text
//!   findings ──Enter──▶ row 5466 ──p──▶ row 5441 ──/──▶ keys found by "node"
//!            ◀──Esc──            ◀──Esc──        ◀──Esc──
//! ```
//!
//! Whatever leads somewhere else leaves behind where one was; moving a cursor line by line does not. A
//! step to where one came from is a step back. Keys and rows are kept by their names and revisions, so
//! that the way back is still there once the table has been read again.

pub(in crate::tui) mod actions;

use super::layout::Pane;
use super::panes::keys::filter::Filter;
use super::panes::{Listing, usage};
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
    query: String,
    key: Option<Vec<u8>>,
    line: Option<Line>,
    finding: usize,
    usage: usage::Place,
    preview: Option<Target>,
    compares: bool,
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
    /// Whether the last step was one of the target.
    aims: bool,
}

impl Trail {
    /// Notes that a place was left for another. Steps of the target, one after the other, are one.
    pub fn leave(&mut self, before: Place, now: &Place, aims: bool) {
        if before == *now {
            return;
        }
        let goes_on = std::mem::replace(&mut self.aims, aims) && aims;
        if goes_on {
            return;
        }
        if self.places.last() == Some(now) {
            self.places.pop();
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
        self.aims = false;
        let is_beyond = |place: &mut Place| place.focus != Pane::List && place.is_same_list(now);
        while self.places.pop_if(is_beyond).is_some() {}
        self.places.pop_if(|place| place.focus == Pane::List && place.is_same_list(now));
    }

    /// The place to go back to.
    fn back(&mut self, now: Place) -> Option<Place> {
        self.aims = false;
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
            && self.query == other.query
            && self.preview == other.preview
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
