//! The rows of a key that its newest row does not go back to, and those that no compaction removes.

use rustc_hash::FxHashSet;

use super::{Edge, History, KeyId, Revision, RowIx};

impl History {
    /// The row that a row follows: the one that it points at, where that is an older one of its key.
    pub fn predecessor(&self, at: RowIx) -> Option<RowIx> {
        match self.edge(at) {
            Some((Edge::Present, Some(prev))) if self.is_same_key(at, prev) => Some(prev),
            _ => None,
        }
    }

    /// A key's line: its newest row, the row that this one follows, and so on, as far as they point
    /// back themselves.
    pub fn line_of(&self, key: KeyId) -> impl Iterator<Item = RowIx> + '_ {
        let points_back =
            |at: RowIx| !matches!(self.edge(at), Some((Edge::Forward | Edge::Itself, _)));
        std::iter::successors(self.key(key).newest, move |&at| {
            self.predecessor(at).filter(|&prev| points_back(prev))
        })
    }

    /// A key's stray rows, those that are not on its line, in the order of their ids: the branches
    /// of a fork that lost, and what compactions left of such branches. A key that was written as
    /// kine writes has none.
    ///
    /// ```text
    ///   2 ◀── 3 ◀── 5                3 and 5 are stray; the line is 7, 6, 4 and 2
    ///     ◀── 4 ◀── 6 ◀── 7
    /// ```
    ///
    /// Without them the key's value is what it is, no two rows of the key have the same prev
    /// revision, and no row is left that the key could come back at: each that is older than the
    /// newest is pointed at by the one after it.
    pub fn strays(&self, key: KeyId) -> Vec<RowIx> {
        if key == KeyId::MARK || !self.key(key).tangled {
            return Vec::new();
        }
        let line: FxHashSet<RowIx> = self.line_of(key).collect();
        let mut strays: Vec<RowIx> = self.rows_of(key).filter(|at| !line.contains(at)).collect();
        strays.reverse();
        strays
    }

    /// Whether no compaction will ever remove the row as the table is: it is not its key's newest,
    /// no tombstone, and nobody points at it whose pointer counts. A row whose name is NULL has none
    /// that does.
    pub fn is_forgotten(&self, at: RowIx) -> bool {
        let is_newest = self.key_at(at).is_none_or(|key| self.key(key).newest == Some(at));
        !is_newest
            && !self.is_mark(at)
            && !self.deleted(at).is_set()
            && !self.successors(at).any(|by| self.is_pointer(by))
    }

    /// Whether a key looks as if it had been deleted and had come back, in a table that was compacted
    /// to a revision: it is live at or under that, where compaction leaves one row of a live key, and
    /// an older row is forgotten. A fork of a key that was never deleted, and not written since, looks
    /// the same.
    pub fn may_have_returned(&self, key: KeyId, compacted: Revision) -> bool {
        let newest = self.key(key).newest.filter(|_| key != KeyId::MARK && self.key(key).tangled);
        newest.is_some_and(|at| self.is_live(at) && self.id(at) <= compacted)
            && self.rows_of(key).any(|at| self.is_forgotten(at))
    }
}
