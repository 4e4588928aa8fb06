//! The palette: every command by its name, and the way to a revision or a key, on one line.
//!
//! ```text
//!   ┌ 3 commands, 12 keys ─────────────────────────────────────────┐
//!   │ usage            u      what fills the table, or the keys …  │  what fits what is typed, the
//!   │ unfold           z      show every row, or fold plain up…    │  best first; Tab completes it
//!   │ /registry/minions/uganda                                     │
//!   └──────────────────────────────────────────────────────────────┘
//!    : u▏                                                             what is typed stays until it is run
//! ```

pub(in crate::tui) mod actions;
pub mod command;
pub(in crate::tui) mod run;
pub(in crate::tui) mod view;

use super::panes::keys::search::Search;
use crate::history::{History, KeyId, RowIx};
use command::Command;

/// How many lines that were run are remembered.
const REMEMBERED: usize = 50;
/// How many keys are offered at most.
const KEYS: usize = 100;

/// Something that what is typed may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// A command, which may want a word after it.
    Command(&'static Command),
    /// A word after a command, and what it stands for.
    Word(&'static Command, String, String),
    /// A row.
    Row(RowIx),
    /// A key.
    Key(KeyId),
}

/// What is offered, and what was typed before.
#[derive(Debug, Default)]
pub struct Palette {
    /// What the offers are for.
    typed: String,
    offers: Vec<Offer>,
    /// The keys come after these offers.
    before_keys: usize,
    search: Option<Search>,
    /// The offer that is chosen.
    cursor: usize,
    /// The lines that were run, the newest last.
    run: Vec<String>,
    /// Which of them was recalled.
    recalled: Option<usize>,
    /// Why the line cannot be run as it is.
    refused: Option<String>,
}

impl Palette {
    /// Begins anew, with no line typed.
    fn begin(&mut self, offers: Vec<Offer>) {
        *self = Self { run: std::mem::take(&mut self.run), ..Self::default() };
        self.offers = offers;
    }

    /// Offers what fits a line: these, and of some keys those that have its letters.
    fn offer(&mut self, history: &History, typed: &str, offers: Vec<Offer>, keys: Vec<KeyId>) {
        typed.clone_into(&mut self.typed);
        self.before_keys = offers.len();
        self.offers = offers;
        self.cursor = 0;
        self.refused = None;
        self.search = (!keys.is_empty()).then(|| Search::new(typed, keys));
        self.search_on(history);
    }

    /// Whether keys are being looked for.
    pub fn is_searching(&self) -> bool {
        self.search.as_ref().is_some_and(|search| !search.is_done())
    }

    /// Goes on looking for keys, by a step.
    pub fn search_on(&mut self, history: &History) {
        let Some(search) = self.search.as_mut().filter(|search| !search.is_done()) else { return };
        let Some(found) = search.step(history) else { return };
        let before = &self.offers[..self.before_keys];
        let is_new = |key: &KeyId| !before.contains(&Offer::Key(*key));
        let keys: Vec<Offer> =
            found.into_iter().filter(is_new).take(KEYS).map(Offer::Key).collect();
        self.offers.truncate(self.before_keys);
        self.offers.extend(keys);
        self.cursor = self.cursor.min(self.offers.len().saturating_sub(1));
    }

    /// The offer that is chosen.
    fn chosen(&self) -> Option<&Offer> {
        self.offers.get(self.cursor)
    }

    /// Chooses another offer.
    fn step(&mut self, lines: isize) {
        let last = self.offers.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(lines).min(last);
    }

    /// Remembers a line that was run.
    fn remember(&mut self, line: &str) {
        self.run.retain(|run| run != line);
        if self.run.len() == REMEMBERED {
            self.run.remove(0);
        }
        self.run.push(line.to_owned());
    }

    /// A line that was run before the one that is recalled, or after it.
    fn recall(&mut self, older: bool) -> Option<&str> {
        let at = match (self.recalled, older) {
            (None, true) => self.run.len().checked_sub(1)?,
            (Some(at), true) => at.saturating_sub(1),
            (Some(at), false) => (at + 1).min(self.run.len().saturating_sub(1)),
            (None, false) => return None,
        };
        self.recalled = Some(at);
        self.run.get(at).map(String::as_str)
    }
}
