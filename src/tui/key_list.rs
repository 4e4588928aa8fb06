//! The list of keys: which are shown, in which order, and which is selected.

use std::cmp::Reverse;

use tui_input::Input;

use super::audit::Audit;
use super::choice::{Filter, Sort};
use super::preview::Preview;
use super::search::Search;
use crate::audit::Severity;
use crate::history::compaction::Effect;
use crate::history::{Flag, History, KeyId, MARK_NAME};

/// The list of keys.
#[derive(Debug, Default)]
pub struct KeyList {
    /// Every key that has rows, by name.
    by_name: Vec<KeyId>,
    /// Keys that had none when they were learnt: at most `compact_rev_key`, and what rows without a
    /// name would be.
    rowless: Vec<KeyId>,
    /// How many keys `by_name` was made of.
    known: usize,
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
}

impl KeyList {
    /// Forgets every key; what was chosen and typed stays.
    pub fn forget(&mut self) {
        let query = std::mem::take(&mut self.query);
        *self = Self { query, sort: self.sort, filter: self.filter, ..Self::default() };
    }

    /// Whether a key is damaged as far as the key itself knows.
    pub fn is_damaged(history: &History, id: KeyId) -> bool {
        let key = history.key(id);
        key.forks > 0
            || key.misdirected
            || key.respelled
            || history.is_broken(id)
            || key.newest.is_some_and(|at| history.deleted(at) == Flag::Null)
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

    /// Lists the keys anew, after rows have come or a choice has changed.
    pub fn rebuild(&mut self, history: &History, preview: Option<&Preview>, audit: &Audit) {
        self.learn(history);
        let of_rule = match self.filter {
            Filter::Rule(rule) => audit.keys_of(rule),
            _ => Vec::new(),
        };
        let listed = |&key: &KeyId| match self.filter {
            Filter::All => true,
            Filter::Damaged => Self::is_damaged(history, key),
            Filter::Affected => preview.is_some_and(|preview| preview.effect_on(key).is_some()),
            Filter::Findings => audit.worst(key).is_some(),
            Filter::Rule(_) => of_rule.get(key.index()) == Some(&true),
        };
        let mut keys: Vec<KeyId> = match self.filter {
            Filter::All => self.by_name.clone(),
            _ => self.by_name.iter().copied().filter(listed).collect(),
        };
        match self.sort {
            Sort::Name => {}
            Sort::Rows => keys.sort_by_key(|&key| Reverse(history.key(key).rows)),
            Sort::Trouble => {
                keys.sort_by_key(|&key| Reverse(trouble(history, preview, audit, key)));
            }
        }
        let query = self.query.value();
        if query.is_empty() {
            self.search = None;
            self.shown = keys;
        } else {
            let mut search = Search::new(query, keys);
            self.shown = search.step(history).unwrap_or_default();
            self.search = Some(search);
        }
        self.find_selected();
    }

    /// Every key by name.
    pub fn by_name(&mut self, history: &History) -> &[KeyId] {
        self.learn(history);
        &self.by_name
    }

    /// Looks for the letters that were typed; a longer query looks only at what the shorter found.
    pub fn look_for(&mut self, history: &History, preview: Option<&Preview>, audit: &Audit) {
        let query = self.query.value();
        match &self.search {
            Some(search) if !query.is_empty() && query.starts_with(search.query()) => {
                let mut search = Search::new(query, search.narrowed());
                self.shown = search.step(history).unwrap_or_default();
                self.search = Some(search);
            }
            _ => self.rebuild(history, preview, audit),
        }
        // The best match is what whoever types is looking for.
        self.select(0);
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
        if let Some(place) = place {
            self.select(place);
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

    /// Merges the keys that came since into those that are in order.
    fn learn(&mut self, history: &History) {
        let bound = history.key_bound();
        if self.by_name.len() == history.key_count() {
            return;
        }
        let mut new = std::mem::take(&mut self.rowless);
        new.extend(history.key_ids_from(self.known));
        (new, self.rowless) = new.into_iter().partition(|&key| history.key(key).rows > 0);
        new.sort_by_key(|&key| history.name(key));
        let old = std::mem::take(&mut self.by_name);
        self.by_name.reserve(old.len() + new.len());
        let mut new = new.into_iter().peekable();
        for key in old {
            while let Some(other) = new.next_if(|&other| history.name(other) < history.name(key)) {
                self.by_name.push(other);
            }
            self.by_name.push(key);
        }
        self.by_name.extend(new);
        self.known = bound;
    }
}

/// How much a key is worth looking at.
fn trouble(history: &History, preview: Option<&Preview>, audit: &Audit, id: KeyId) -> u32 {
    let effect = preview.and_then(|preview| preview.effect_on(id)).map(|effect| effect.effect);
    let affected = match effect {
        Some(Effect::Lost) => 500,
        Some(Effect::Resurrected) => 400,
        Some(Effect::Reverted) => 300,
        None => 0,
    };
    let key = history.key(id);
    let damaged = if history.name(id) == MARK_NAME {
        0
    } else {
        u32::from(key.forks > 0) * 40
            + u32::from(history.is_broken(id)) * 30
            + u32::from(key.misdirected) * 20
            + u32::from(key.respelled) * 10
    };
    let found = match audit.worst(id) {
        Some(Severity::Error) => 200,
        Some(Severity::Warning) => 100,
        Some(Severity::Info) | None => 0,
    };
    affected + found + damaged
}
