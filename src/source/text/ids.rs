//! The ids of the rows that came.

use std::collections::HashSet;

use crate::history::Revision;

/// The ids that came.
#[derive(Default)]
pub(super) struct Ids {
    /// Those that were higher than all before, which mostly are all.
    pub(super) ascending: Vec<Revision>,
    pub(super) others: HashSet<Revision>,
}

impl Ids {
    /// Whether an id is higher than all that came.
    pub(super) fn ascends(&self, id: Revision) -> bool {
        self.ascending.last().is_none_or(|&highest| highest < id)
    }

    /// Adds an id; false if it is there already.
    pub(super) fn insert(&mut self, id: Revision) -> bool {
        if self.ascends(id) {
            self.ascending.push(id);
            return true;
        }
        self.ascending.binary_search(&id).is_err() && self.others.insert(id)
    }
}
