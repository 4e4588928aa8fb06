//! The chain that is on the screen: its lines, which of them is selected, what is folded.
//!
//! A chain of very many rows is drawn a step at a time, while the screen answers. Where it is another
//! key's, nothing is shown of it until it is complete, but the row that will be selected; where it is
//! the same key's, the old picture stays so long.

pub(in crate::tui) mod view;

use std::ops::RangeInclusive;

use super::preview::Preview;
use crate::audit;
use crate::display::Past;
use crate::history::compaction::{Algorithm, Plan, aftermath};
use crate::history::lanes::{Drawing, Folding, Item, Line, Picture, lanes};
use crate::history::{History, KeyId, Revision, RowIx};

/// How many rows one step looks at or draws: a few milliseconds.
const STEP: usize = 1 << 12;

/// What the lines were drawn from; when it changes, they are drawn again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Drawn {
    key: Option<KeyId>,
    rows: usize,
    target: Option<(u64, Algorithm)>,
    compares: bool,
    /// Whether it is of a moment that is not the present, and the newest row up to there.
    past: (bool, Option<RowIx>),
    unfolded: bool,
    opened: Vec<RangeInclusive<RowIx>>,
    jumped: Vec<RowIx>,
}

/// What is folded of a chain, by revisions.
#[derive(Debug, Clone, Default)]
pub struct Folds {
    /// Whether nothing is.
    unfolded: bool,
    /// The folds that were opened, from the oldest row of each to the newest.
    opened: Vec<(Revision, Revision)>,
    /// Rows that are seen because somebody jumped to them.
    jumped: Vec<Revision>,
}

/// To be led to a row is not to fold: by what was jumped to, two do not differ.
impl PartialEq for Folds {
    fn eq(&self, other: &Self) -> bool {
        self.unfolded == other.unfolded && self.opened == other.opened
    }
}

impl Eq for Folds {}

/// One key's chain on the screen.
#[derive(Debug, Default)]
pub struct ChainPane {
    /// The key.
    pub key: Option<KeyId>,
    /// The picture, line by line.
    pub picture: Picture,
    /// How many rows the lists were made of: while rows come, the picture follows as they do.
    pub listed: usize,
    /// What the key was at the moment that is looked at, if that is not the present.
    pub past: Option<Past>,
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
    /// The rows of folds that were opened.
    opened: Vec<RangeInclusive<RowIx>>,
    /// Rows that must be seen, too, because somebody jumped to them.
    jumped: Vec<RowIx>,
    /// Whether the cursor was moved: until then it is on the newest row, also once there is a newer one.
    moved: bool,
    drawn: Drawn,
    /// How many rows the key had when it was drawn.
    own: u32,
    /// The picture that is being made.
    drawing: Option<Drawing>,
    /// What will be selected in it.
    wanted: Option<Item>,
}

impl ChainPane {
    /// Forgets the chain; whether rows are folded stays.
    pub fn forget(&mut self) {
        *self = Self {
            unfolded: self.unfolded,
            compares: self.compares,
            listed: self.listed,
            past: self.past,
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

    /// Whether the cursor was moved: otherwise it is on the newest row, whichever that is.
    pub const fn is_moved(&self) -> bool {
        self.moved
    }

    /// As if the cursor had been moved, or not.
    pub const fn set_moved(&mut self, is_moved: bool) {
        self.moved = is_moved;
    }

    /// Whether a picture is being made. The one that is shown may be of another target.
    pub const fn is_drawing(&self) -> bool {
        self.drawing.is_some()
    }

    /// Draws the lines anew if what they show has changed.
    pub fn refresh(&mut self, history: &History, preview: Option<&Preview>) {
        let foreseen = preview.and_then(Preview::foreseen);
        let target = foreseen.map(|it| (it.plan().requested, it.plan().policy.algorithm));
        let drawn = Drawn {
            key: self.key,
            rows: self.listed,
            // While a target is being worked out, the folds stay as they are.
            target: if preview.is_some() { target.or(self.drawn.target) } else { None },
            compares: self.compares,
            past: (self.past.is_some(), self.past.and_then(|past| past.row)),
            unfolded: self.unfolded,
            opened: self.opened.clone(),
            jumped: self.jumped.clone(),
        };
        if drawn == self.drawn {
            return;
        }
        let own = self.key.map_or(0, |key| history.key(key).rows);
        let has_grown = std::mem::replace(&mut self.own, own) != own;
        let is_other = self.drawn.key != drawn.key || self.drawn.past != drawn.past;
        if is_other && self.past.is_some() {
            self.wanted = self.in_force(history);
        } else if is_other || has_grown && !self.moved {
            let newest = self.key.and_then(|key| history.key(key).newest);
            self.wanted = self.brought_back(history, preview).or(newest).map(Item::Row);
        } else if self.drawing.is_none() {
            self.wanted = self.selected();
        }
        self.drawn = drawn;
        self.after = None;
        self.drawing = self.key.map(|key| Drawing::new(history, key));
        if self.key.is_none() {
            self.picture = Picture::default();
            self.cursor = 0;
        }
        self.advance(history, preview);
    }

    /// Goes on drawing, by a step.
    pub fn advance(&mut self, history: &History, preview: Option<&Preview>) {
        let (Some(mut drawing), Some(key)) = (self.drawing.take(), self.key) else { return };
        let foreseen = preview.and_then(Preview::foreseen);
        let survives = |at: RowIx| foreseen.is_none_or(|foreseen| foreseen.plan().survives(at));
        let brought_back = self.brought_back(history, preview);
        let was_written = |at: RowIx| self.past.is_none_or(|past| Some(at) <= past.row);
        let folding = Folding {
            keep: &|at| {
                brought_back == Some(at)
                    || self.past.is_some_and(|past| past.row == Some(at))
                    || self.jumped.contains(&at)
                    || self.opened.iter().any(|rows| rows.contains(&at))
            },
            class: &|at| u8::from(survives(at)) | u8::from(was_written(at)) << 1,
        };
        if !drawing.advance(history, (!self.unfolded).then_some(&folding), STEP) {
            self.drawing = Some(drawing);
            return;
        }
        self.picture = drawing.finish();
        self.after = foreseen
            .filter(|_| self.compares)
            .map(|foreseen| after(history, foreseen.plan(), key, &self.folds(history)));
        self.cursor = self.wanted.take().and_then(|item| self.place_of(item)).unwrap_or(0);
        self.settle(true);
    }

    /// What shows the key at the moment that is looked at: its newest row up to there, or where there is none,
    /// its oldest.
    fn in_force(&self, history: &History) -> Option<Item> {
        let past = self.past?;
        let row = past.row.or_else(|| history.rows_of(past.key).last());
        row.map(Item::Row)
    }

    /// The row of the key that a compaction makes its newest.
    fn brought_back(&self, history: &History, preview: Option<&Preview>) -> Option<RowIx> {
        let foreseen = preview.and_then(Preview::foreseen)?;
        Some(foreseen.effect_on(history, self.key?)?.after?.row)
    }

    /// What is selected.
    pub fn selected(&self) -> Option<Item> {
        if self.picture.lines.is_empty() {
            return self.wanted;
        }
        self.picture.lines.get(self.cursor).and_then(|line| line.item)
    }

    /// Moves that many lines that show something; lines where lanes only join are passed.
    pub fn step(&mut self, lines: isize) {
        self.moved = true;
        let last = self.picture.lines.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(lines).min(last);
        self.settle(lines >= 0);
        if self.is_drawing() {
            self.wanted = self.selected();
        }
    }

    /// Selects a row, opening the fold that hides it.
    pub fn select(&mut self, history: &History, preview: Option<&Preview>, row: RowIx) {
        self.moved = true;
        if self.is_drawing() || self.find(row).is_none() {
            self.jumped.push(row);
            self.refresh(history, preview);
        }
        if self.is_drawing() {
            self.wanted = Some(Item::Row(row));
        } else if let Some(place) = self.find(row) {
            self.cursor = place;
        }
    }

    /// Selects a row that was selected before, or the fold that it was the newest row of.
    pub fn go_back(
        &mut self,
        history: &History,
        preview: Option<&Preview>,
        row: RowIx,
        is_fold: bool,
    ) {
        self.moved = true;
        if !is_fold {
            self.select(history, preview, row);
        } else if self.is_drawing() {
            self.wanted = Some(Item::Row(row));
        } else if let Some(place) = self.place_of(Item::Row(row)) {
            self.cursor = place;
        }
    }

    /// Selects a line.
    pub fn point_at(&mut self, line: usize) {
        self.moved = true;
        self.cursor = line;
    }

    /// Which lines of the chain as it is and as it will be stand beside each other.
    pub fn beside(&self, history: &History) -> Vec<(Option<usize>, Option<usize>)> {
        let Some((after, then)) = &self.after else { return Vec::new() };
        aligned(history, &self.picture.lines, after, then)
    }

    /// Moves that many lines of those that are on both sides.
    pub fn step_beside(&mut self, history: &History, lines: isize) {
        let has_item = |&at: &usize| self.picture.lines[at].item.is_some();
        let both = self.beside(history).into_iter().filter_map(|(now, then)| then.and(now));
        let both: Vec<usize> = both.filter(has_item).collect();
        let at = both.partition_point(|&line| line < self.cursor);
        // From a row that is gone, the next one is one step away.
        let is_on = both.get(at) == Some(&self.cursor);
        let at = at.saturating_add_signed(lines - isize::from(!is_on && lines > 0));
        if let Some(&line) = both.get(at.min(both.len().saturating_sub(1))) {
            self.point_at(line);
        }
    }

    /// Opens the fold that is selected, if it is one.
    pub fn open(&mut self, history: &History, preview: Option<&Preview>) {
        if let Some(Item::Fold { newest, oldest, .. }) = self.selected() {
            self.opened.push(oldest..=newest);
            self.refresh(history, preview);
        }
    }

    /// Shows every row, or folds them again.
    pub fn toggle_folds(&mut self, history: &History, preview: Option<&Preview>) {
        self.unfolded = !self.unfolded && self.opened.is_empty();
        self.opened.clear();
        self.jumped.clear();
        self.refresh(history, preview);
    }

    /// What is folded.
    pub fn folds(&self, history: &History) -> Folds {
        let ends =
            |rows: &RangeInclusive<RowIx>| (history.id(*rows.start()), history.id(*rows.end()));
        Folds {
            unfolded: self.unfolded,
            opened: self.opened.iter().map(ends).collect(),
            jumped: self.jumped.iter().map(|&at| history.id(at)).collect(),
        }
    }

    /// Folds what was folded before, as far as those rows are there.
    pub fn fold(&mut self, history: &History, folds: &Folds) {
        self.unfolded = folds.unfolded;
        let rows = |&(oldest, newest): &(Revision, Revision)| {
            Some(history.find(oldest)?..=history.find(newest)?)
        };
        self.opened = folds.opened.iter().filter_map(rows).collect();
        self.jumped = folds.jumped.iter().filter_map(|&id| history.find(id)).collect();
    }

    fn find(&self, row: RowIx) -> Option<usize> {
        self.picture.lines.iter().position(|line| line.item.and_then(Item::row) == Some(row))
    }

    /// Where an item is now: the item itself, or the fold that it went into.
    fn place_of(&self, item: Item) -> Option<usize> {
        let row = match item {
            Item::Row(at) | Item::Foreign(at) | Item::Fold { newest: at, .. } => at,
            Item::Absent(..) => {
                return self.picture.lines.iter().position(|line| line.item == Some(item));
            }
        };
        self.find(row).or_else(|| {
            self.picture.lines.iter().position(|line| match line.item {
                Some(Item::Fold { newest, oldest, .. }) => (oldest..=newest).contains(&row),
                _ => false,
            })
        })
    }

    /// Leaves a line that shows nothing.
    fn settle(&mut self, down: bool) {
        while self.picture.lines.get(self.cursor).is_some_and(|line| line.item.is_none()) {
            self.cursor = if down { self.cursor + 1 } else { self.cursor.saturating_sub(1) };
        }
    }
}

/// What a compaction leaves of a key, drawn.
fn after(history: &History, plan: &Plan, key: KeyId, folds: &Folds) -> (History, Vec<Line>) {
    let after = aftermath(history, plan, key);
    let is_opened =
        |id| folds.opened.iter().any(|&(oldest, newest)| (oldest..=newest).contains(&id));
    let folding = Folding { keep: &|at| is_opened(after.id(at)), class: &|_| 0 };
    let lines = after
        .find_key(history.name(key))
        .map(|key| lanes(&after, key, (!folds.unfolded).then_some(&folding)))
        .unwrap_or_default();
    (after, lines)
}

/// Which lines of two pictures stand beside each other: those of the same row.
///
/// ```text
///   ✗ 5890        (gone)
///   ○ 5889        (gone)
///   ☠ 5466    ●   5466
/// ```
fn aligned(
    history: &History,
    now: &[Line],
    after: &History,
    then: &[Line],
) -> Vec<(Option<usize>, Option<usize>)> {
    let id = |history: &History, line: Option<&Line>| match line?.item? {
        Item::Row(at) | Item::Foreign(at) | Item::Fold { newest: at, .. } => Some(history.id(at)),
        Item::Absent(id, _) => Some(id),
    };
    let (mut left, mut right) = (0, 0);
    let mut rows = Vec::with_capacity(now.len());
    while left < now.len() || right < then.len() {
        // Newer rows stand above. What is no row goes with the one above it.
        let (takes_left, takes_right) =
            match (id(history, now.get(left)), id(after, then.get(right))) {
                (Some(one), Some(other)) => (one >= other, one <= other),
                (Some(_), None) => (right >= then.len(), right < then.len()),
                (None, Some(_)) => (left < now.len(), left >= now.len()),
                (None, None) => (left < now.len(), right < then.len()),
            };
        rows.push((takes_left.then_some(left), takes_right.then_some(right)));
        left += usize::from(takes_left);
        right += usize::from(takes_right);
    }
    rows
}
