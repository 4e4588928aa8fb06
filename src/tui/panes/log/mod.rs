//! The table as a log, on the screen: all keys by revision, the newest first.
//!
//! Nothing is kept of a row that is listed, unless rows are looked for: then those that were found are.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod dates;
pub(in crate::tui) mod view;

use crate::history::{History, Kind, Revision, RowIx};
use crate::tui::find::has;

/// What is listed, and what is selected in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    query: String,
    kind: Option<Kind>,
    selected: Option<Revision>,
}

/// The list.
#[derive(Debug, Default)]
pub struct LogList {
    /// The letters that a row's key must have.
    query: String,
    /// What a row must have been written for.
    kind: Option<Kind>,
    /// The rows that were found, the newest first, and among how many; `None` where all are listed.
    found: Option<(Vec<RowIx>, usize)>,
    /// The row that is selected; without one, the newest.
    selected: Option<Revision>,
    /// Its place in the list.
    pub cursor: usize,
}

/// The kinds that `f` goes through.
const KINDS: [Option<Kind>; 5] =
    [None, Some(Kind::Delete), Some(Kind::Create), Some(Kind::Update), Some(Kind::Gap)];

impl LogList {
    /// Forgets the rows; where one was stays.
    pub fn forget(&mut self) {
        self.found = None;
    }

    /// How many rows are listed.
    pub fn len(&self, history: &History) -> usize {
        self.found.as_ref().map_or(history.len(), |(found, _)| found.len())
    }

    /// A row of the list.
    pub fn row(&self, history: &History, place: usize) -> Option<RowIx> {
        if let Some((found, _)) = &self.found {
            return found.get(place).copied();
        }
        let at = history.len().checked_sub(place + 1)?;
        history.rows_at(at..at + 1).next()
    }

    /// The row that is selected.
    pub fn selected(&self, history: &History) -> Option<RowIx> {
        self.row(history, self.cursor)
    }

    /// Selects a place of the list, or its last.
    pub fn select(&mut self, history: &History, place: usize) {
        self.cursor = place.min(self.len(history).saturating_sub(1));
        // Who is at the top stays there as rows come.
        let selected = self.selected(history).filter(|_| self.cursor > 0);
        self.selected = selected.map(|at| history.id(at));
    }

    /// Selects a row, or the next older one that is listed.
    pub fn go_to(&mut self, history: &History, revision: Revision) {
        self.selected = Some(revision);
        self.cursor = self.place_of(history, revision);
    }

    fn place_of(&self, history: &History, revision: Revision) -> usize {
        let place = match &self.found {
            Some((found, _)) => found.partition_point(|&at| history.id(at) > revision),
            None => history.len() - history.position_after(revision),
        };
        place.min(self.len(history).saturating_sub(1))
    }

    /// The letters that are looked for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// What rows are listed for, if not for all.
    pub const fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// Lists the rows of keys that have some letters.
    pub fn look_for(&mut self, letters: &str, history: &History) {
        letters.clone_into(&mut self.query);
        self.find(history);
    }

    /// Lists what was written for one thing; `None` for all.
    pub fn only(&mut self, kind: Option<Kind>, history: &History) {
        self.kind = kind;
        self.find(history);
    }

    /// The next kind.
    pub fn next_kind(&self) -> Option<Kind> {
        let at = KINDS.iter().position(|&kind| kind == self.kind).unwrap_or_default();
        KINDS[(at + 1) % KINDS.len()]
    }

    /// Follows the rows that came.
    pub fn follow(&mut self, history: &History, is_all: bool) {
        let is_wanted = self.kind.is_some() || !self.query.is_empty();
        if self.found.is_none() && is_wanted && is_all {
            self.find(history);
        } else if let Some((_, rows)) = self.found
            && (history.len() / 2 >= rows.max(1) || is_all && history.len() != rows)
        {
            self.find(history);
        } else if let Some(revision) = self.selected {
            self.cursor = self.place_of(history, revision);
        }
    }

    /// What is listed, and what is selected in it.
    pub fn place(&self) -> Place {
        Place { query: self.query.clone(), kind: self.kind, selected: self.selected }
    }

    /// Lists what was listed before, and selects what was selected.
    pub fn go(&mut self, history: &History, place: Place) {
        if self.place() != place {
            self.query = place.query;
            self.kind = place.kind;
            self.selected = place.selected;
            self.find(history);
        }
    }

    /// Finds the rows that are wanted. A name is looked at once, however many rows have it.
    fn find(&mut self, history: &History) {
        self.found = None;
        if self.kind.is_some() || !self.query.is_empty() {
            let mut keys = vec![self.query.is_empty(); history.key_bound()];
            if !self.query.is_empty() {
                for (key, _) in history.keys() {
                    keys[key.index()] = has(history.name(key), &self.query);
                }
            }
            let is_found = |&at: &RowIx| {
                self.kind.is_none_or(|kind| history.kind(at) == kind)
                    && history.key_at(at).map_or(self.query.is_empty(), |key| keys[key.index()])
            };
            self.found = Some((history.iter().rev().filter(is_found).collect(), history.len()));
        }
        self.cursor = self.selected.map_or(0, |revision| self.place_of(history, revision));
    }
}
