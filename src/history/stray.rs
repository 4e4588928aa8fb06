//! The rows of a key that its newest row does not go back to.

use rustc_hash::FxHashSet;

use super::{Edge, History, KeyId, RowIx, Standing};

impl History {
    /// A key's line: its newest row, the row that this one follows, and so on, as far as they are
    /// older rows of the same key, and point back themselves.
    pub fn line_of(&self, key: KeyId) -> impl Iterator<Item = RowIx> + '_ {
        let before = move |&at: &RowIx| match self.edge(at) {
            Some((Edge::Present, Some(prev)))
                if self.is_same_key(at, prev)
                    && !matches!(self.edge(prev), Some((Edge::Forward | Edge::Itself, _))) =>
            {
                Some(prev)
            }
            _ => None,
        };
        std::iter::successors(self.key(key).newest, before)
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

    /// Whether a key looks as if it had been deleted and had come back: it is live at or under the
    /// compact revision, where compaction leaves one row of a live key, and an older row is forgotten.
    /// A fork of a key that was never deleted, and not written since, looks the same.
    pub fn may_have_returned(&self, key: KeyId) -> bool {
        let newest = self.key(key).newest.filter(|_| key != KeyId::MARK && self.key(key).tangled);
        let is_forgotten =
            |at: RowIx| self.standing(at) == Standing::Orphaned && !self.deleted(at).is_set();
        newest.is_some_and(|at| self.is_live(at) && Some(self.id(at)) <= self.compacted())
            && self.rows_of(key).any(is_forgotten)
    }
}
