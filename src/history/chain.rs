//! One key's rows: how each is linked to the one before, its forks, and its generations.

use super::{Edge, Flag, History, KeyId, Kind, Revision, RowIx};

/// Why a predecessor is not in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Absence {
    /// A compaction up to the compact revision removes it: nothing is wrong.
    Compacted,
    /// No compaction up to the compact revision would have removed it: a broken link.
    Broken,
    /// Either may be true: the compact revision is not known, or whether the row is a create. Or
    /// the row may be there, outside the part of the table that was read.
    Unexplained,
}

/// Where a row's prev revision leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// 0 or NULL: the row is the first of its key, or all before it was compacted. Also the row
    /// of `compact_rev_key`, whose prev revision is no link.
    None,
    /// An older row.
    Present(RowIx),
    /// A newer row, which kine never writes.
    Forward(RowIx),
    /// The row itself, which kine never writes.
    Itself,
    /// No row has that id.
    Missing(Revision, Absence),
}

/// Rows of one key with the same prev revision: what the unique index on name and prev revision
/// forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// The prev revision that they share.
    pub prev: Revision,
    /// The rows, in the order of their ids.
    pub rows: Vec<RowIx>,
}

/// A key's life from a create to its tombstone, in the order of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation {
    /// The oldest row.
    pub first: RowIx,
    /// The newest row; a tombstone unless the key is live or its chain is damaged.
    pub last: RowIx,
    /// How many rows.
    pub rows: usize,
}

impl History {
    /// Where a row's prev revision leads.
    pub fn link(&self, at: RowIx) -> Link {
        let row = self.row(at);
        match self.edge(at) {
            Some((Edge::Present, Some(prev))) => Link::Present(prev),
            Some((Edge::Forward, Some(prev))) => Link::Forward(prev),
            Some((Edge::Itself, _)) => Link::Itself,
            // A pointer forward to an id that is not there has no edge.
            _ => match row.prev_revision {
                Some(prev) if prev != 0 && !self.is_mark(at) => {
                    Link::Missing(prev, self.absence(row.id, row.created, prev))
                }
                _ => Link::None,
            },
        }
    }

    /// What explains that the predecessor of a row is missing.
    ///
    /// Compaction up to C removes every row that a row up to C points at, and every tombstone up to
    /// C. So a row up to C has lost its predecessor for good reason, and so has a re-create above C
    /// whose tombstone is not above C.
    fn absence(&self, id: Revision, created: Flag, prev: Revision) -> Absence {
        if self.profile.may_leave_out(prev) {
            return Absence::Unexplained;
        }
        let Some(compacted) = self.compacted() else { return Absence::Unexplained };
        match created {
            _ if id <= compacted => Absence::Compacted,
            _ if prev > compacted => Absence::Broken,
            Flag::Unknown => Absence::Unexplained,
            Flag::Yes | Flag::Odd => Absence::Compacted,
            Flag::No | Flag::Null => Absence::Broken,
        }
    }

    /// The forks of a key, by prev revision.
    pub fn forks_of(&self, key: KeyId) -> Vec<Fork> {
        if self.key(key).forks == 0 {
            return Vec::new();
        }
        let mut rows: Vec<(Revision, RowIx)> = self
            .rows_of(key)
            .filter_map(|at| self.row(at).prev_revision.map(|prev| (prev, at)))
            .collect();
        rows.sort_unstable();
        rows.chunk_by(|a, b| a.0 == b.0)
            .filter(|group| group.len() > 1)
            .map(|group| Fork { prev: group[0].0, rows: group.iter().map(|&(_, at)| at).collect() })
            .collect()
    }

    /// The rows of a key with one prev revision, if they are a fork.
    pub fn fork_of(&self, key: KeyId, prev: Revision) -> Option<Fork> {
        if self.key(key).forks == 0 {
            return None;
        }
        let of_key = |at: &RowIx| self.key_at(*at) == Some(key);
        let mut rows: Vec<RowIx> = match self.find(prev) {
            // All that point there are linked with it, but marks.
            Some(prev) if key != KeyId::MARK => self.successors(prev).filter(of_key).collect(),
            _ => {
                let has_it = |at: &RowIx| self.row(*at).prev_revision == Some(prev);
                self.rows_of(key).filter(has_it).collect()
            }
        };
        rows.sort_unstable();
        (rows.len() > 1).then_some(Fork { prev, rows })
    }

    /// A key's generations, the oldest first: each ends with a tombstone or begins the next one
    /// with a create.
    pub fn generations(&self, key: KeyId) -> Vec<Generation> {
        let mut rows: Vec<RowIx> = self.rows_of(key).collect();
        rows.reverse();
        rows.chunk_by(|&before, &after| {
            self.kind(before) != Kind::Delete && self.kind(after) != Kind::Create
        })
        .map(|rows| Generation { first: rows[0], last: rows[rows.len() - 1], rows: rows.len() })
        .collect()
    }
}
