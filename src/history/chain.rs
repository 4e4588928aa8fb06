//! One key's rows: how each is linked to the one before, its forks, and its generations.

use super::{Edge, History, KeyId, Kind, Revision, RowIx};

/// Why a predecessor is not in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Absence {
    /// A compaction as far as the table's [horizon](super::Horizon) removes it: nothing is wrong.
    Compacted,
    /// No compaction as far as that would have removed it: a broken link.
    Broken,
    /// Either may be true, or the row may be there.
    Unexplained(Unknown),
}

/// What would have to be known to tell why a row is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// The rest of the table: the row may be outside the part that was read.
    Part,
    /// The compact revision: the rows may be some of a table's.
    CompactRevision,
    /// The column `created`: the row that follows it may be a create.
    Created,
    /// The first rows of the table: only they can show a compaction that was not recorded.
    FirstRows,
    /// The name of the row that points there, which is NULL: compaction does not follow its pointer.
    Name,
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
    /// An older row that is not there.
    Missing(Revision, Absence),
    /// A higher id that no row has, which kine never writes.
    Ahead(Revision),
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
                Some(prev) if prev == 0 || self.is_mark(at) => Link::None,
                Some(prev) if prev > row.id => Link::Ahead(prev),
                Some(prev) => Link::Missing(prev, self.absence(at, prev)),
                None => Link::None,
            },
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
