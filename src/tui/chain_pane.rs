//! The chain that is on the screen: its lines, which of them is selected, what is folded.

use std::collections::BTreeSet;

use super::preview::Preview;
use crate::audit;
use crate::history::compaction::{Rule, aftermath};
use crate::history::lanes::{Folding, Item, Line, lanes};
use crate::history::{History, KeyId, RowIx};

/// What the lines were drawn from; when it changes, they are drawn again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Drawn {
    key: Option<KeyId>,
    rows: usize,
    target: Option<(u64, Rule)>,
    compares: bool,
    unfolded: bool,
    opened: usize,
}

/// One key's chain on the screen.
#[derive(Debug, Default)]
pub struct ChainPane {
    /// The key.
    pub key: Option<KeyId>,
    /// The picture, line by line.
    pub lines: Vec<Line>,
    /// How many rows the lists were made of: while rows come, the picture follows as they do.
    pub listed: usize,
    /// The line that is selected; one that shows something.
    pub cursor: usize,
    /// Whether the chain is shown as it is and as it will be.
    pub compares: bool,
    /// The finding whose rows were looked for last: its rule, and the first of them.
    pub evidence: Option<(&'static audit::Rule, RowIx)>,
    /// What a compaction leaves of the key, and its picture.
    pub after: Option<(History, Vec<Line>)>,
    /// Whether no row is folded.
    pub unfolded: bool,
    /// Rows that must be seen: those of folds that were opened, and those that were jumped to.
    opened: BTreeSet<RowIx>,
    drawn: Drawn,
}

impl ChainPane {
    /// Forgets the chain; whether rows are folded stays.
    pub fn forget(&mut self) {
        *self = Self {
            unfolded: self.unfolded,
            compares: self.compares,
            listed: self.listed,
            ..Self::default()
        };
    }

    /// Shows a key: its newest row is selected, or the one that a compaction brings back.
    pub fn show(&mut self, key: Option<KeyId>) {
        if self.key != key {
            self.forget();
            self.key = key;
        }
    }

    /// Draws the lines anew if what they show has changed.
    pub fn refresh(&mut self, history: &History, preview: Option<&Preview>) {
        let foreseen = preview.filter(|preview| preview.is_ready());
        let target = foreseen.map(|preview| (preview.target, preview.policy.rule));
        let drawn = Drawn {
            key: self.key,
            rows: self.listed,
            // While a target is being worked out, the folds stay as they are.
            target: if preview.is_some() { target.or(self.drawn.target) } else { None },
            compares: self.compares,
            unfolded: self.unfolded,
            opened: self.opened.len(),
        };
        if drawn == self.drawn {
            return;
        }
        let selected = self.lines.get(self.cursor).and_then(|line| line.item);
        let fresh = self.drawn.key != drawn.key;
        self.drawn = drawn;
        let Some(key) = self.key else {
            self.lines.clear();
            self.cursor = 0;
            return;
        };
        let survives = |at: RowIx| foreseen.is_none_or(|preview| preview.plan().survives(at));
        let brought_back =
            foreseen.and_then(|preview| preview.effect_on(key)?.after).map(|after| after.row);
        let folding = Folding {
            keep: &|at| self.opened.contains(&at) || brought_back == Some(at),
            class: &|at| u8::from(survives(at)),
        };
        self.lines = lanes(history, key, (!self.unfolded).then_some(&folding));
        self.after = foreseen
            .filter(|_| self.compares)
            .map(|preview| after(history, preview, key, self.unfolded));
        let newest = history.key(key).newest;
        let wanted = if fresh { brought_back.or(newest).map(Item::Row) } else { selected };
        self.cursor = wanted.and_then(|item| self.place_of(item)).unwrap_or(0);
        self.settle(true);
    }

    /// What is selected.
    pub fn selected(&self) -> Option<Item> {
        self.lines.get(self.cursor).and_then(|line| line.item)
    }

    /// Moves that many lines that show something; lines where lanes only join are passed.
    pub fn step(&mut self, lines: isize) {
        let last = self.lines.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(lines).min(last);
        self.settle(lines >= 0);
    }

    /// Selects a row, opening the fold that hides it. False when the chain does not show it.
    pub fn select(&mut self, history: &History, preview: Option<&Preview>, row: RowIx) -> bool {
        if self.find(row).is_none() {
            self.opened.insert(row);
            self.refresh(history, preview);
        }
        let place = self.find(row);
        self.cursor = place.unwrap_or(self.cursor);
        place.is_some()
    }

    /// Opens the fold that is selected. False when it is none.
    pub fn open(&mut self, history: &History, preview: Option<&Preview>) -> bool {
        let Some(Item::Fold { newest, oldest, .. }) = self.selected() else { return false };
        let Some(key) = self.key else { return false };
        let inside = history.rows_of(key).filter(|at| (oldest..=newest).contains(at));
        self.opened.extend(inside);
        self.refresh(history, preview);
        self.select(history, preview, newest)
    }

    /// Shows every row, or folds them again.
    pub fn toggle_folds(&mut self, history: &History, preview: Option<&Preview>) {
        let at = match self.selected() {
            Some(Item::Fold { newest, .. }) => Some(newest),
            other => other.and_then(Item::row),
        };
        let opened = !self.opened.is_empty();
        self.unfolded = !self.unfolded && !opened;
        self.opened.clear();
        self.refresh(history, preview);
        if let Some(place) = at.and_then(|row| self.find(row)) {
            self.cursor = place;
        }
    }

    fn find(&self, row: RowIx) -> Option<usize> {
        self.lines.iter().position(|line| line.item.and_then(Item::row) == Some(row))
    }

    /// Where an item is now: the item itself, or the fold that it went into.
    fn place_of(&self, item: Item) -> Option<usize> {
        let row = match item {
            Item::Row(at) | Item::Foreign(at) | Item::Fold { newest: at, .. } => at,
            Item::Absent(..) => {
                return self.lines.iter().position(|line| line.item == Some(item));
            }
        };
        self.find(row).or_else(|| {
            self.lines.iter().position(|line| match line.item {
                Some(Item::Fold { newest, oldest, .. }) => (oldest..=newest).contains(&row),
                _ => false,
            })
        })
    }

    /// Leaves a line that shows nothing.
    fn settle(&mut self, down: bool) {
        while self.lines.get(self.cursor).is_some_and(|line| line.item.is_none()) {
            self.cursor = if down { self.cursor + 1 } else { self.cursor.saturating_sub(1) };
        }
    }
}

/// What a compaction leaves of a key, drawn.
fn after(history: &History, preview: &Preview, key: KeyId, unfolded: bool) -> (History, Vec<Line>) {
    let after = aftermath(history, preview.plan(), key);
    let folding = Folding { keep: &|_| false, class: &|_| 0 };
    let lines = after
        .find_key(history.name(key))
        .map(|key| lanes(&after, key, (!unfolded).then_some(&folding)))
        .unwrap_or_default();
    (after, lines)
}
