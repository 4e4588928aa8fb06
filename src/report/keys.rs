//! The keys of a table at a moment.

use super::Table;
use crate::display::words;
use crate::history::{AsOf, Doubt, KeyThen, Then};

/// The keys of a table as they were at a revision.
#[derive(Debug, Clone)]
pub struct Keys<'a> {
    /// The table.
    pub table: Table<'a>,
    /// The moment.
    pub as_of: AsOf<'a>,
    /// What is listed, in the order of the names' bytes: the keys that were live, or all of them.
    pub listed: Vec<KeyThen>,
    /// How many keys were live.
    pub live: usize,
    /// Why others cannot be told, a doubt for each.
    pub doubts: Vec<Doubt>,
    /// Whether all keys are listed.
    pub all: bool,
    /// What the names of the keys begin with that are looked at; nothing for all.
    pub under: &'a [u8],
}

impl<'a> Keys<'a> {
    /// Finds what each key was; of those that were not live, only `all` lists them.
    pub fn new(table: Table<'a>, at: u64, all: bool, under: &'a [u8]) -> Self {
        let as_of = table.history.as_of(at);
        let mut listed = as_of.keys();
        listed.retain(|key| table.history.begins(key.key, under));
        let live = listed.iter().filter(|key| key.then.is_live() == Some(true)).count();
        let doubt = |key: &KeyThen| match key.then {
            Then::Unknown(doubt) => Some(doubt),
            _ => None,
        };
        let doubts = listed.iter().filter_map(doubt).collect();
        listed.retain(|key| all && key.then != Then::Absent || key.then.is_live() == Some(true));
        let listed = table.history.in_order_of_names(&listed, |key| key.key);
        Self { table, as_of, listed, live, doubts, all, under }
    }

    /// Whether every key that was live is listed: no other reason counts, so that a prefix that was asked
    /// for is no gap.
    pub fn is_whole(&self) -> bool {
        self.table.is_understood() && self.as_of.has_every_key() && self.doubts.is_empty()
    }

    /// What the list may lack, each a sentence.
    pub(in crate::report) fn lacks(&self) -> Vec<String> {
        let what = format!("whether they were live at {}", self.as_of.revision());
        let doubts = words::doubts(&what, self.doubts.iter().copied())
            .map(|said| if self.all { said } else { format!("{said} --all lists them.") });
        words::unlisted(self.table.history, &self.as_of).into_iter().chain(doubts).collect()
    }

    /// Whether a version is listed that is gone and that nobody names.
    pub(in crate::report) fn has_unseen(&self) -> bool {
        self.listed.iter().any(|key| matches!(key.then, Then::LiveUnseen { .. }))
    }
}

/// What `before 3250` means where a revision stands.
pub(in crate::report) const UNSEEN: &str =
    "Where a revision follows the word before, the live one was older, and is gone.";
