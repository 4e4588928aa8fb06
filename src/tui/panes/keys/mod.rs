//! The list of keys: which are shown, in which order, and which is selected.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod filter;
pub(in crate::tui) mod order;
pub(in crate::tui) mod search;
pub(in crate::tui) mod view;

use std::cmp::Reverse;

use tui_input::Input;

use super::findings::Audit;
use super::preview::{Foreseen, Preview};
use crate::audit::Severity;
use crate::history::compaction::{Effect, Prospect};
use crate::history::runs::Runs;
use crate::history::{History, KeyId};
use filter::{Filter, Sort};
use order::Names;
use search::Search;

/// How many keys one step looks at: a few milliseconds.
const STEP: usize = 1 << 15;

/// The list of keys.
#[derive(Debug, Default)]
pub struct KeyList {
    names: Names,
    /// The keys that are listed.
    pub shown: Vec<KeyId>,
    /// Their order, as long as nothing is looked for.
    pub sort: Sort,
    /// Which of them.
    pub filter: Filter,
    /// The letters that are looked for.
    pub query: Input,
    /// The search for them.
    pub search: Option<Search>,
    /// The key that is selected.
    pub selected: Option<KeyId>,
    /// Its place in `shown`.
    pub cursor: usize,
    /// The list that will be shown.
    listing: Option<Listing>,
}

/// A list that is being made.
#[derive(Debug, Default)]
struct Listing {
    /// The keys that a rule found something in, as a bit for each.
    of_rule: Vec<bool>,
    /// How many keys were looked at.
    next: usize,
    /// Those that are listed.
    listed: Vec<KeyId>,
    /// Those that are listed by something else than their names: the first of the highest, and of
    /// equals the first by name.
    ranked: Runs<(Reverse<u32>, usize), KeyId>,
    /// Whether the best match is to be selected, which is what whoever types is looking for.
    selects_first: bool,
}

impl KeyList {
    /// Forgets every key; what was chosen and typed stays.
    pub fn forget(&mut self) {
        let query = std::mem::take(&mut self.query);
        *self = Self { query, sort: self.sort, filter: self.filter, ..Self::default() };
    }

    /// Whether a compaction decides which keys are listed, or in which order.
    pub fn depends_on_preview(&self) -> bool {
        self.filter == Filter::Affected || self.sort == Sort::Trouble
    }

    /// Whether the audit decides that.
    pub const fn depends_on_audit(&self) -> bool {
        matches!(self.filter, Filter::Findings | Filter::Rule(_))
            || matches!(self.sort, Sort::Trouble)
    }

    /// Lists the keys anew, after rows have come or a choice has changed. The old list stays until the
    /// new one is there, which is at once unless there are very many.
    pub fn rebuild(&mut self, history: &History, preview: Option<&Preview>, audit: &Audit) {
        let selects_first = self.listing.as_ref().is_some_and(|listing| listing.selects_first);
        let of_rule = match self.filter {
            Filter::Rule(rule) => audit.keys_of(rule),
            _ => Vec::new(),
        };
        self.names.learn(history);
        self.listing = Some(Listing { of_rule, selects_first, ..Listing::default() });
        self.advance(history, preview, audit);
    }

    /// Whether a list is being made.
    pub const fn is_listing(&self) -> bool {
        self.listing.is_some()
    }

    /// Goes on making the list, by a step. The preview and the audit are those that it was begun with.
    pub fn advance(&mut self, history: &History, preview: Option<&Preview>, audit: &Audit) {
        let Some(mut listing) = self.listing.take() else { return };
        let mut most = STEP;
        if self.names.advance(history, &mut most)
            && self.look(&mut listing, &mut most, history, preview, audit)
        {
            self.show(history, listing);
        } else {
            self.listing = Some(listing);
        }
    }

    /// Looks at some more keys; gives whether the list is complete.
    fn look(
        &self,
        listing: &mut Listing,
        most: &mut usize,
        history: &History,
        preview: Option<&Preview>,
        audit: &Audit,
    ) -> bool {
        let foreseen = preview.and_then(Preview::foreseen);
        let all = self.names.in_order().unwrap_or_default();
        if self.filter == Filter::All && self.sort == Sort::Name {
            listing.listed = all.to_vec();
            return true;
        }
        let end = all.len().min(listing.next + *most);
        *most -= end - listing.next;
        let places = listing.next..end;
        listing.next = end;
        let mut ranked = Vec::new();
        for (place, &key) in all[places.clone()].iter().enumerate() {
            let is_listed = match self.filter {
                Filter::All => true,
                Filter::Affected => foreseen.is_some_and(|foreseen| foreseen.effect(key).is_some()),
                Filter::Findings => audit.worst(key).is_some(),
                Filter::Rule(_) => listing.of_rule.get(key.index()) == Some(&true),
            };
            if !is_listed {
                continue;
            }
            let rank = match self.sort {
                Sort::Name => {
                    listing.listed.push(key);
                    continue;
                }
                Sort::Rows => history.key(key).rows,
                Sort::Trouble => trouble(history, foreseen, audit, key),
            };
            ranked.push(((Reverse(rank), places.start + place), key));
        }
        listing.ranked.add(ranked);
        if end < all.len() {
            return false;
        }
        listing.ranked.take(*most, &mut listing.listed);
        listing.ranked.is_empty()
    }

    /// Shows a list, or what is found in it.
    fn show(&mut self, history: &History, listing: Listing) {
        let query = self.query.value();
        if query.is_empty() {
            self.search = None;
            self.shown = listing.listed;
        } else {
            let mut search = Search::new(query, listing.listed);
            self.shown = search.step(history).unwrap_or_default();
            self.search = Some(search);
        }
        if listing.selects_first {
            self.select(0);
        } else {
            self.find_selected();
        }
    }

    /// Every key by name, once they are in order; until then, each time some more are.
    pub fn by_name(&mut self, history: &History) -> Option<&[KeyId]> {
        if self.names.learn(history)
            && let Some(listing) = &mut self.listing
        {
            // Places in another order say nothing.
            let of_rule = std::mem::take(&mut listing.of_rule);
            let selects_first = listing.selects_first;
            *listing = Listing { of_rule, selects_first, ..Listing::default() };
        }
        let mut most = STEP;
        self.names.advance(history, &mut most);
        self.names.in_order()
    }

    /// Looks for the letters that were typed; a longer query looks only at what the shorter found.
    pub fn look_for(&mut self, history: &History, preview: Option<&Preview>, audit: &Audit) {
        let query = self.query.value();
        match &self.search {
            Some(search)
                if self.listing.is_none()
                    && !query.is_empty()
                    && query.starts_with(search.query()) =>
            {
                let mut search = Search::new(query, search.narrowed());
                self.shown = search.step(history).unwrap_or_default();
                self.search = Some(search);
                // The best match is what whoever types is looking for.
                self.select(0);
            }
            _ => {
                self.listing = Some(Listing { selects_first: true, ..Listing::default() });
                self.rebuild(history, preview, audit);
            }
        }
    }

    /// Goes on with a search, if one is not done.
    pub fn search_on(&mut self, history: &History) -> bool {
        let Some(search) = self.search.as_mut().filter(|search| !search.is_done()) else {
            return false;
        };
        let follows = self.cursor == 0;
        let Some(shown) = search.step(history) else { return true };
        self.shown = shown;
        if follows {
            self.select(0);
        } else {
            self.find_selected();
        }
        true
    }

    /// Selects the key at a place of the list, or the last one.
    pub fn select(&mut self, place: usize) {
        self.cursor = place.min(self.shown.len().saturating_sub(1));
        self.selected = self.shown.get(self.cursor).copied().or(self.selected);
    }

    /// Selects a key wherever it is; one that is not listed is not.
    pub fn select_key(&mut self, key: KeyId) -> bool {
        let place = self.shown.iter().position(|&other| other == key);
        match place {
            Some(place) => self.select(place),
            // If it is in the list that is being made, it will be selected in that.
            None if self.listing.is_some() => self.selected = Some(key),
            None => {}
        }
        place.is_some()
    }

    /// Lists every key again, so that any can be selected.
    pub fn show_all(&mut self, history: &History, preview: Option<&Preview>, audit: &Audit) {
        self.filter = Filter::All;
        self.query.reset();
        self.rebuild(history, preview, audit);
    }

    fn find_selected(&mut self) {
        let place = self.selected.and_then(|key| self.shown.iter().position(|&other| other == key));
        match place {
            Some(place) => self.cursor = place,
            None => self.select(self.cursor),
        }
    }
}

/// How much a key is worth looking at.
fn trouble(history: &History, foreseen: Option<&Foreseen>, audit: &Audit, id: KeyId) -> u32 {
    let effect = foreseen.and_then(|foreseen| foreseen.effect(id));
    let affected = match effect {
        Some(Effect::Resurrected) => 500,
        Some(Effect::Lost) => 400,
        Some(Effect::Reverted) => 300,
        None => 0,
    };
    let key = history.key(id);
    let damaged = if id == KeyId::MARK {
        0
    } else {
        u32::from(key.forks > 0) * 40
            + u32::from(history.is_broken(id)) * 30
            + u32::from(key.misdirected) * 20
            + u32::from(key.respelled) * 10
    };
    let prospect = match audit.prospect(id) {
        Prospect::Changes(Effect::Resurrected) => 2000,
        Prospect::Changes(Effect::Lost) => 1900,
        Prospect::Changes(Effect::Reverted) => 1800,
        Prospect::Flickers => 1700,
        Prospect::Waits => 300,
        Prospect::Stays => 0,
    };
    let found = match audit.worst(id) {
        Some(Severity::Error) => 200,
        Some(Severity::Warning) => 100,
        Some(Severity::Info) | None => 0,
    };
    prospect + affected + found + damaged
}
