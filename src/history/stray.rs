//! The rows of a key that its newest row does not go back to, and those that no compaction removes.

use rustc_hash::FxHashSet;

use super::{Edge, History, KeyId, RowIx};

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
        self.line_from(self.key(key).newest)
    }

    /// The same from another row of a key on: its line, were it the newest.
    pub fn line_from(&self, first: Option<RowIx>) -> impl Iterator<Item = RowIx> + '_ {
        let points_back =
            |at: RowIx| !matches!(self.edge(at), Some((Edge::Forward | Edge::Itself, _)));
        std::iter::successors(first, move |&at| {
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

    /// Whether no compaction of kine v0.5.1 and later will ever remove the row as the table is: it is
    /// not its key's newest, no tombstone, and [nobody points at it whose pointer
    /// counts](Self::pointers_at).
    ///
    /// Of the rows of keys these are what one DELETE up to the current revision leaves beside the
    /// newest of each key (`CompactSQL`). Compaction in batches leaves others as well, but only where
    /// [a row points forward](Self::points_forward).
    pub fn is_forgotten(&self, at: RowIx) -> bool {
        let is_newest = self.key_at(at).is_none_or(|key| self.key(key).newest == Some(at));
        !is_newest
            && !self.is_mark(at)
            && !self.deleted(at).is_set()
            && self.pointers_at(at).next().is_none()
    }

    /// The rows that point at a row so that compaction removes it, itself included if it does. One
    /// whose name is NULL is none of them: `name != 'compact_rev_key'` is unknown for it.
    pub fn pointers_at(&self, at: RowIx) -> impl Iterator<Item = RowIx> + '_ {
        self.successors(at).filter(|&by| self.is_pointer(by))
    }

    /// The forgotten rows of a key, the newest first.
    pub fn forgotten(&self, key: KeyId) -> impl Iterator<Item = RowIx> + '_ {
        // Each row of a healthy chain is pointed at by the one after it.
        let newest = self.key(key).newest.filter(|_| self.key(key).tangled);
        std::iter::successors(newest, |&at| self.older(at)).filter(|&at| self.is_forgotten(at))
    }

    /// Whether a key looks as if it had been deleted and had come back: it is live no further up than
    /// the table [has been compacted](Self::horizon), where compaction leaves one row of a live key,
    /// and an older row is forgotten. A fork of a key that was never deleted, and not written since,
    /// looks the same.
    ///
    /// Of a part of a table that cannot be told.
    pub fn may_have_returned(&self, key: KeyId) -> bool {
        let compacted = self.horizon().compacted();
        let is_known =
            self.profile.columns.deleted && self.profile.part.is_none() && !self.may_be_a_part();
        let newest = self.key(key).newest.filter(|_| is_known && key != KeyId::MARK);
        newest.is_some_and(|at| self.is_live(at) && self.id(at) <= compacted)
            && self.forgotten(key).next().is_some()
    }
}
