//! The picture of one key's chain: which row stands in which lane, and what joins the lanes.
//!
//! The newest row is on top. A row takes the lane that waits for it; rows that nobody points at
//! open a lane of their own, and lanes that wait for the same row join above it:
//!
//! ```text
//! ✗      9  delete          lanes after it:  [7]
//! │ ○    8  update                           [7, 4]
//! ○ │    7  update                           [4, 4]
//! ├─╯                                        [4]
//! ○      4  update                           [2]
//! ~      2  compacted away                   []
//! ```
//!
//! A predecessor that is not in the table is an item of its own, for two rows may share it; so is a
//! row of another key that points here or is pointed at. Long runs of plain updates are folded
//! into one line. Nothing here knows a glyph or a colour.

use std::collections::{BTreeMap, BTreeSet};

use super::{Absence, History, KeyId, Kind, Link, Revision, RowIx, Standing};

/// What a line of the picture stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A row of the key.
    Row(RowIx),
    /// A row of another key that points at one of this key, or is pointed at.
    Foreign(RowIx),
    /// A predecessor that is not in the table.
    Absent(Revision, Absence),
    /// That many plain updates, one after the other in the order of ids.
    Fold {
        /// The newest of them.
        newest: RowIx,
        /// The oldest of them.
        oldest: RowIx,
        /// How many.
        rows: usize,
    },
}

impl Item {
    /// The row that the line shows, if it shows one.
    pub const fn row(self) -> Option<RowIx> {
        match self {
            Self::Row(at) | Self::Foreign(at) => Some(at),
            Self::Absent(..) | Self::Fold { .. } => None,
        }
    }
}

/// The shape in one lane of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Blank,
    /// The line's item.
    Node,
    /// `│`: a chain passes by.
    Through,
    /// `┆`: rows of this chain are folded here.
    Folded,
    /// `├`: lanes from the right join this one.
    Trunk,
    /// `┴`: this lane joins one further left, and so does one further right.
    Joins,
    /// `╯`: the last lane that joins one further left.
    Ends,
    /// `─`: a joining lane runs through an empty one.
    Across,
    /// `┼`: a joining lane crosses a chain that passes by.
    Crosses,
}

impl Shape {
    /// Whether a horizontal line leaves the shape to the right.
    pub const fn joins_right(self) -> bool {
        matches!(self, Self::Trunk | Self::Joins | Self::Across | Self::Crosses)
    }
}

/// One line of the picture: a shape for each lane, from the left. Blank lanes on the right are left
/// out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What the line shows; `None` where lanes only join.
    pub item: Option<Item>,
    /// The shapes by lane.
    pub lanes: Vec<Shape>,
}

/// Which rows may be folded.
pub struct Folding<'a> {
    /// Rows that must be seen whatever they are.
    pub keep: &'a dyn Fn(RowIx) -> bool,
    /// A fold holds only rows of which this says the same: their fate, for example.
    pub class: &'a dyn Fn(RowIx) -> u8,
}

/// The fewest rows that are worth a fold.
const SHORTEST_FOLD: usize = 3;

/// The most lanes that chains are followed in. Branches beyond that share the lane after them, and
/// what they lead to is not drawn: a row that thousands of rows point at must not make every line
/// that long.
pub const MOST_LANES: usize = 48;

/// Draws a key's chain, the newest row first. Without `folding` every row has a line.
pub fn lanes(history: &History, key: KeyId, folding: Option<&Folding<'_>>) -> Vec<Line> {
    let mut items = items(history, key);
    if let Some(folding) = folding {
        items = fold(history, &items, folding);
    }
    let mut layout = Layout { history, key, waits: Vec::new(), lines: Vec::new() };
    for item in items {
        layout.place(item);
    }
    layout.lines
}

/// The row or absent row that a row's lane leads down to: its predecessor, when that is older.
fn below(history: &History, at: RowIx) -> Option<Revision> {
    match history.link(at) {
        Link::Present(prev) => Some(history.id(prev)),
        Link::Missing(prev, _) if prev < history.id(at) => Some(prev),
        Link::None | Link::Missing(..) | Link::Forward(_) | Link::Itself => None,
    }
}

/// Everything that has a line, from the highest id down.
fn items(history: &History, key: KeyId) -> Vec<Item> {
    let mut items: Vec<(Revision, Item)> = Vec::new();
    let mut absent: BTreeMap<Revision, Absence> = BTreeMap::new();
    let mut foreign: BTreeSet<RowIx> = BTreeSet::new();
    let elsewhere = |at: &RowIx| history.key_at(*at) != Some(key);
    for at in history.rows_of(key) {
        items.push((history.id(at), Item::Row(at)));
        foreign.extend(history.successors(at).filter(elsewhere));
        match history.link(at) {
            Link::Missing(prev, why) if prev < history.id(at) => {
                // Rows that share an absent predecessor may differ in why: the worst is said.
                let known = absent.entry(prev).or_insert(why);
                if why == Absence::Broken {
                    *known = why;
                }
            }
            _ => foreign.extend(history.prev(at).as_ref().filter(|at| elsewhere(at))),
        }
    }
    items.extend(foreign.into_iter().map(|at| (history.id(at), Item::Foreign(at))));
    items.extend(absent.into_iter().map(|(id, why)| (id, Item::Absent(id, why))));
    items.sort_by_key(|&(id, _)| std::cmp::Reverse(id));
    items.into_iter().map(|(_, item)| item).collect()
}

/// Whether a row says nothing that its neighbours do not: an update between two rows of its own
/// key.
fn is_plain(history: &History, key: KeyId, at: RowIx) -> bool {
    let mut successors = history.successors(at);
    let only = successors.next().filter(|_| successors.next().is_none());
    history.kind(at) == Kind::Update
        && history.standing(at) == Standing::Superseded
        && only.is_some_and(|by| history.key_at(by) == Some(key) && by > at)
        && matches!(history.link(at), Link::Present(prev) if history.key_at(prev) == Some(key))
}

/// Folds runs of plain rows, but leaves one row of context beside each that is not plain.
fn fold(history: &History, items: &[Item], folding: &Folding<'_>) -> Vec<Item> {
    let key = items.iter().find_map(|item| match item {
        Item::Row(at) => history.key_at(*at),
        _ => None,
    });
    let Some(key) = key else { return items.to_vec() };
    let plain: Vec<Option<RowIx>> = items
        .iter()
        .map(|item| match *item {
            Item::Row(at) if is_plain(history, key, at) && !(folding.keep)(at) => Some(at),
            _ => None,
        })
        .collect();
    let hidden = |at: usize| {
        let beside = |at: usize| plain.get(at).is_some_and(Option::is_some);
        plain[at].filter(|_| at > 0 && beside(at - 1) && beside(at + 1))
    };
    let mut folded = Vec::new();
    let mut at = 0;
    while at < items.len() {
        let run = match hidden(at) {
            Some(newest) => (at..items.len())
                .take_while(|&next| {
                    hidden(next).is_some_and(|row| (folding.class)(row) == (folding.class)(newest))
                })
                .count(),
            None => 0,
        };
        match (items[at], items.get(at + run.saturating_sub(1))) {
            (Item::Row(newest), Some(&Item::Row(oldest))) if run >= SHORTEST_FOLD => {
                folded.push(Item::Fold { newest, oldest, rows: run });
            }
            _ => folded.extend_from_slice(&items[at..at + run.max(1)]),
        }
        at += run.max(1);
    }
    folded
}

struct Layout<'h> {
    history: &'h History,
    key: KeyId,
    /// For each lane the id that it waits for.
    waits: Vec<Option<Revision>>,
    lines: Vec<Line>,
}

impl Layout<'_> {
    fn place(&mut self, item: Item) {
        match item {
            Item::Row(at) => self.node(item, self.history.id(at), below(self.history, at)),
            // Where another key's row leads is that key's picture, unless it leads here.
            Item::Foreign(at) => {
                let here = |&prev: &RowIx| self.history.key_at(prev) == Some(self.key);
                let leads_here = self.history.prev(at).as_ref().is_some_and(here);
                let below = below(self.history, at).filter(|_| leads_here);
                self.node(item, self.history.id(at), below);
            }
            Item::Absent(id, _) => self.node(item, id, None),
            Item::Fold { newest, oldest, .. } => self.fold(item, newest, oldest),
        }
    }

    /// A line for one row, in the leftmost lane that waits for it, or else in a free one.
    fn node(&mut self, item: Item, id: Revision, below: Option<Revision>) {
        let waiting: Vec<usize> =
            (0..self.waits.len()).filter(|&lane| self.waits[lane] == Some(id)).collect();
        if let [trunk, .., last] = waiting[..] {
            self.join(trunk, last, id);
        }
        let lane = waiting.first().copied().unwrap_or_else(|| self.free_lane());
        let mut lanes = self.passing();
        lanes[lane] = Shape::Node;
        self.push(Some(item), lanes);
        self.waits[lane] = below.filter(|_| lane < MOST_LANES);
        while self.waits.last() == Some(&None) {
            self.waits.pop();
        }
    }

    /// A line that joins all lanes that wait for `id` with the leftmost of them.
    fn join(&mut self, trunk: usize, last: usize, id: Revision) {
        let mut lanes = self.passing();
        lanes[trunk] = Shape::Trunk;
        let beside = self.waits.iter_mut().zip(&mut lanes).enumerate().skip(trunk + 1);
        for (lane, (wait, shape)) in beside.take(last - trunk) {
            *shape = match *wait {
                Some(waits) if waits == id => {
                    *wait = None;
                    if lane == last { Shape::Ends } else { Shape::Joins }
                }
                Some(_) => Shape::Crosses,
                None => Shape::Across,
            };
        }
        self.push(None, lanes);
    }

    /// A line for folded rows, in every lane that leads through them.
    fn fold(&mut self, item: Item, newest: RowIx, oldest: RowIx) {
        let mut lanes = self.passing();
        for (wait, shape) in self.waits.iter_mut().zip(&mut lanes) {
            let inside = |id: Revision| {
                self.history.find(id).filter(|&at| {
                    (oldest..=newest).contains(&at) && self.history.key_at(at) == Some(self.key)
                })
            };
            while let Some(at) = wait.and_then(inside) {
                *wait = below(self.history, at);
                *shape = Shape::Folded;
            }
        }
        self.push(Some(item), lanes);
    }

    /// The lanes as they pass a line by.
    fn passing(&self) -> Vec<Shape> {
        self.waits
            .iter()
            .map(|wait| if wait.is_some() { Shape::Through } else { Shape::Blank })
            .collect()
    }

    /// The leftmost lane that nothing waits in; the one beyond the last is always such.
    fn free_lane(&mut self) -> usize {
        self.waits.iter().position(Option::is_none).unwrap_or_else(|| {
            self.waits.push(None);
            self.waits.len() - 1
        })
    }

    fn push(&mut self, item: Option<Item>, mut lanes: Vec<Shape>) {
        while lanes.last() == Some(&Shape::Blank) {
            lanes.pop();
        }
        self.lines.push(Line { item, lanes });
    }
}
