//! What a rule looks at.

use std::rc::Rc;

use super::IdStatistics;
use super::branch::{Branches, Recent};
use crate::display::words;
use crate::history::compaction::{Compactor, Policy, Verdict};
use crate::history::{Cells, Database, Edge, Flag, History, Horizon, KeyId, Revision, RowIx};

/// A table, and what is known of it as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The rows.
    pub history: &'a History,
    /// What was counted on the way over the rows; complete when keys and the table are looked at.
    pub ids: &'a IdStatistics,
    /// Whether these are surely all rows of the table: elsewhere a row that is missing may lead from
    /// one row to another.
    pub is_all: bool,
    /// The settings that kine is taken to have.
    pub policy: Policy,
    /// What becomes of keys in the end, once that is known.
    pub verdict: Option<&'a Verdict>,
    pub(super) recent: &'a Recent,
}

impl<'a> Subject<'a> {
    /// What a server says, where one was asked.
    pub fn database(&self) -> Option<&'a Database> {
        self.history.profile().database.as_deref()
    }

    /// The current revision.
    pub fn current(&self) -> Revision {
        self.history.current().unwrap_or_default()
    }

    /// Who compacts the table.
    pub(super) fn compactor(&self) -> Compactor {
        Compactor::of(self.history, self.policy)
    }

    /// How far the table has been compacted.
    pub const fn horizon(&self) -> Horizon {
        self.history.horizon()
    }

    /// The branches of a key.
    pub(super) fn branches(&self, key: KeyId) -> Rc<Branches> {
        self.recent.branches(self.history, key)
    }

    /// The rows of keys of which only the newest is left, if a clean-up by hand left them so.
    pub(super) fn newest_only(&self) -> Rc<[RowIx]> {
        self.recent.newest_only(self.history)
    }

    /// A row's revision.
    pub(super) fn id(&self, at: RowIx) -> Revision {
        self.history.id(at)
    }

    /// `5300, 5247 and 5122`.
    pub(super) fn list(&self, rows: &[RowIx]) -> String {
        words::revisions(rows.iter().map(|&at| self.history.id(at)))
    }

    /// `Revisions 5300 and 5247`, at the beginning of a sentence.
    pub(super) fn these(&self, rows: &[RowIx]) -> String {
        let noun = if rows.len() == 1 { "Revision" } else { "Revisions" };
        format!("{noun} {}", self.list(rows))
    }
}

/// A row and the row that it points at, looked up once for all rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) at: RowIx,
    pub(super) row: Cells,
    /// Whether its prev revision is a pointer: it is no mark's, not 0 and not NULL.
    pub(super) points: bool,
    /// The row that it points at, if that is in the table.
    pub(super) prev: Option<Prev>,
}

/// The row that a row points at, as far as rules look at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prev {
    pub(super) id: Revision,
    pub(super) created: Flag,
    pub(super) deleted: Flag,
    pub(super) create_revision: Option<Revision>,
    pub(super) edge: Edge,
    /// Whether it is of the same key.
    pub(super) same_key: bool,
}

impl Seen {
    pub(super) fn new(history: &History, at: RowIx) -> Self {
        let edge = history.edge(at);
        let row = history.cells(at, edge.and_then(|(_, prev)| prev));
        let points = !row.is_mark && row.prev_revision.is_some_and(|prev| prev != 0);
        let prev = match edge {
            Some((edge, Some(prev))) if points => Some(Prev {
                id: history.id(prev),
                created: history.created(prev),
                deleted: history.deleted(prev),
                create_revision: history.create_revision(prev),
                edge,
                same_key: history.is_same_key(at, prev),
            }),
            _ => None,
        };
        Self { at, row, points, prev }
    }

    /// The older row of the same key that it points at.
    pub(super) fn predecessor(&self) -> Option<Prev> {
        self.prev.filter(|prev| prev.edge == Edge::Present && prev.same_key)
    }

    /// Whether it is a row of a key's history: it has a name, and that is not `compact_rev_key`.
    pub(super) const fn is_of_key(&self) -> bool {
        self.row.has_name && !self.row.is_mark
    }
}
