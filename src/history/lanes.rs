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
pub const SHORTEST_FOLD: usize = 3;

/// The most lanes that chains are followed in. Branches beyond that share the lane after them, and
/// what they lead to is not drawn: a row that thousands of rows point at must not make every line
/// that long.
pub const MOST_LANES: usize = 48;

/// Draws a key's chain, the newest row first. Without `folding` every row has a line.
pub fn lanes(history: &History, key: KeyId, folding: Option<&Folding<'_>>) -> Vec<Line> {
    let mut drawing = Drawing::new(history, key);
    while !drawing.advance(history, folding, usize::MAX) {}
    drawing.finish().lines
}

/// A chain, drawn.
#[derive(Debug, Default)]
pub struct Picture {
    /// Its lines, the newest row first.
    pub lines: Vec<Line>,
    /// The first row of each generation, the newest first.
    lives: Vec<RowIx>,
}

impl Picture {
    /// The generation that a row belongs to, counted from 1, and how many there are.
    pub fn generation_of(&self, at: RowIx) -> Option<(usize, usize)> {
        let all = self.lives.len();
        let number = all - self.lives.partition_point(|&first| first > at);
        (number > 0).then_some((number, all))
    }
}

/// A chain that is being drawn, a step at a time: first all of its rows are looked at, since the oldest
/// may lead to what stands above the newest; then they are drawn from the newest down.
///
/// ```text
///   rows     9 ─▶ 8 ─▶ 7 ─▶ 4 ┤          what each leads to, and whether it is plain
///   lines                     ├ 9  8  7  ├─╯  4  2
/// ```
#[derive(Debug)]
pub struct Drawing {
    key: KeyId,
    /// The next row to look at.
    next: Option<RowIx>,
    /// Those that were, the newest first.
    seen: Vec<Seen>,
    foreign: BTreeSet<RowIx>,
    absent: BTreeMap<Revision, Absence>,
    /// How many of the rows are on their way into lines.
    taken: usize,
    /// What comes after the next line, and whether it may be hidden.
    ahead: Option<(Next, bool)>,
    /// Whether what was before it may be hidden.
    after_plain: bool,
    run: Option<Run>,
    layout: Layout,
    lives: Vec<RowIx>,
}

/// A row of the key, and what its line needs to know.
#[derive(Debug, Clone, Copy)]
struct Seen {
    at: RowIx,
    id: Revision,
    below: Option<Revision>,
    plain: bool,
    /// Whether a generation begins with it, whatever is before.
    creates: bool,
}

/// Something that has a line.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// A row of the key, by its place among those that were looked at.
    Row(usize),
    Foreign(RowIx),
    Absent(Revision, Absence),
}

/// Rows that will be folded if there are enough: a stretch of those that were looked at.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
    class: u8,
}

impl Drawing {
    /// Nothing looked at yet.
    pub fn new(history: &History, key: KeyId) -> Self {
        Self {
            key,
            next: history.key(key).newest,
            seen: Vec::with_capacity(history.key(key).rows as usize),
            foreign: BTreeSet::new(),
            absent: BTreeMap::new(),
            taken: 0,
            ahead: None,
            after_plain: false,
            run: None,
            layout: Layout::default(),
            lives: Vec::new(),
        }
    }

    /// Goes on for so many rows; gives whether the picture is complete. The folding is the same each
    /// time.
    pub fn advance(
        &mut self,
        history: &History,
        folding: Option<&Folding<'_>>,
        most: usize,
    ) -> bool {
        let mut left = most;
        while let Some(at) = self.next {
            if left == 0 {
                return false;
            }
            left -= 1;
            self.look(history, at);
            self.next = history.older(at);
            if self.next.is_none() {
                self.lives.push(at);
                self.ahead = self.take(history, folding);
            }
        }
        while let Some((next, plain)) = self.ahead {
            if left == 0 {
                return false;
            }
            left -= 1;
            self.ahead = self.take(history, folding);
            let hidden = self.after_plain && plain && self.ahead.is_some_and(|(_, plain)| plain);
            self.after_plain = plain;
            match (next, folding) {
                (Next::Row(place), Some(folding)) if hidden => self.hide(place, folding),
                _ => self.draw(history, next),
            }
        }
        self.end_run();
        true
    }

    /// The picture, once it is complete.
    pub fn finish(self) -> Picture {
        Picture { lines: self.layout.lines, lives: self.lives }
    }

    /// Looks at a row.
    fn look(&mut self, history: &History, at: RowIx) {
        let id = history.id(at);
        let link = history.link(at);
        let elsewhere = |at: RowIx| history.key_at(at) != Some(self.key);
        let (mut by, mut pointers) = (None, 0);
        for pointer in history.successors(at) {
            (by, pointers) = (Some(pointer), pointers + 1);
            if elsewhere(pointer) {
                self.foreign.insert(pointer);
            }
        }
        match link {
            Link::Missing(prev, why) => {
                // Rows that share an absent predecessor may differ in why: the worst is said.
                let known = self.absent.entry(prev).or_insert(why);
                if why == Absence::Broken {
                    *known = why;
                }
            }
            _ => self.foreign.extend(history.prev(at).filter(|&at| elsewhere(at))),
        }
        let kind = history.kind(at);
        // It says nothing that its neighbours do not: an update between two rows of its own key.
        let plain = kind == Kind::Update
            && pointers == 1
            && by.is_some_and(|by| by > at && !elsewhere(by))
            && matches!(link, Link::Present(prev) if !elsewhere(prev))
            && history.standing(at) == Standing::Superseded;
        if let Some(after) = self.seen.last()
            && (after.creates || kind == Kind::Delete)
        {
            self.lives.push(after.at);
        }
        let creates = kind == Kind::Create;
        self.seen.push(Seen { at, id, below: below(history, at), plain, creates });
    }

    /// The next of everything that has a line, from the highest id down, and whether it may be hidden.
    fn take(&mut self, history: &History, folding: Option<&Folding<'_>>) -> Option<(Next, bool)> {
        let row = self.seen.get(self.taken);
        let foreign = self.foreign.last().map(|&at| (history.id(at), at));
        let absent = self.absent.last_key_value().map(|(&id, &why)| (id, why));
        let ids = [row.map(|row| row.id), foreign.map(|it| it.0), absent.map(|it| it.0)];
        let highest = ids.into_iter().max().flatten()?;
        if let Some(row) = row.filter(|row| row.id == highest) {
            let plain = row.plain && folding.is_some_and(|folding| !(folding.keep)(row.at));
            self.taken += 1;
            return Some((Next::Row(self.taken - 1), plain));
        }
        if let Some((_, at)) = foreign.filter(|&(id, _)| id == highest) {
            self.foreign.pop_last();
            return Some((Next::Foreign(at), false));
        }
        self.absent.pop_last();
        absent.map(|(id, why)| (Next::Absent(id, why), false))
    }

    fn draw(&mut self, history: &History, next: Next) {
        self.end_run();
        match next {
            Next::Row(place) => self.row(place),
            // Where another key's row leads is that key's picture, unless it leads here.
            Next::Foreign(at) => {
                let here = |&prev: &RowIx| history.key_at(prev) == Some(self.key);
                let leads_here = history.prev(at).as_ref().is_some_and(here);
                let below = below(history, at).filter(|_| leads_here);
                self.layout.node(Item::Foreign(at), history.id(at), below);
            }
            Next::Absent(id, why) => self.layout.node(Item::Absent(id, why), id, None),
        }
    }

    /// Puts a row with those that will be folded.
    fn hide(&mut self, place: usize, folding: &Folding<'_>) {
        let class = (folding.class)(self.seen[place].at);
        match &mut self.run {
            Some(run) if run.class == class => run.end = place + 1,
            _ => {
                self.end_run();
                self.run = Some(Run { start: place, end: place + 1, class });
            }
        }
    }

    fn row(&mut self, place: usize) {
        let Seen { at, id, below, .. } = self.seen[place];
        self.layout.node(Item::Row(at), id, below);
    }

    /// Draws the rows that were to be folded, as a fold if they are worth one.
    fn end_run(&mut self) {
        let Some(Run { start, end, .. }) = self.run.take() else { return };
        if end - start >= SHORTEST_FOLD {
            self.layout.fold(&self.seen[start..end]);
        } else {
            (start..end).for_each(|place| self.row(place));
        }
    }
}

/// The row or absent row that a row's lane leads down to: its predecessor, when that is older.
fn below(history: &History, at: RowIx) -> Option<Revision> {
    match history.link(at) {
        Link::Present(prev) => Some(history.id(prev)),
        Link::Missing(prev, _) => Some(prev),
        Link::None | Link::Forward(_) | Link::Ahead(_) | Link::Itself => None,
    }
}

#[derive(Debug, Default)]
struct Layout {
    /// For each lane the id that it waits for.
    waits: Vec<Option<Revision>>,
    lines: Vec<Line>,
}

impl Layout {
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
    fn fold(&mut self, rows: &[Seen]) {
        let [newest, .., oldest] = rows else { return };
        let item = Item::Fold { newest: newest.at, oldest: oldest.at, rows: rows.len() };
        let mut lanes = self.passing();
        for row in rows {
            for (wait, shape) in self.waits.iter_mut().zip(&mut lanes) {
                if *wait == Some(row.id) {
                    *wait = row.below;
                    *shape = Shape::Folded;
                }
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
