//! The values of the rows in which API servers keep account of what they asked for. They are short, and
//! the only ones that are read with the rows.

use crate::history::Revision;

/// How many of those rows have their values read: the newest. An API server writes one every five
/// minutes, and a compaction takes the older ones.
pub(super) const MOST: usize = 16;

/// How many bytes such a value may have. `N|V` has two numbers; what is longer is something else.
pub(super) const LONGEST: u64 = 63;

/// Something of each of the newest rows, in the order of their ids.
pub(super) struct Newest<T>(Vec<(Revision, T)>);

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Newest<T> {
    /// Takes what belongs to a row. Rows may come in any order, each once.
    pub(super) fn put(&mut self, id: Revision, what: T) {
        let at = self.0.partition_point(|&(before, _)| before < id);
        self.0.insert(at, (id, what));
        if self.0.len() > MOST {
            self.0.remove(0);
        }
    }

    /// Gives them away.
    pub(super) fn take(&mut self) -> Vec<(Revision, T)> {
        std::mem::take(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_are_kept() {
        let mut newest = Newest::default();
        let all: u64 = 3 * MOST as u64;
        // 7 has no divisor in common with how many there are.
        for at in 0..all {
            newest.put(at * 7 % all, "");
        }
        let expected: Vec<_> = (all - MOST as u64..all).map(|id| (id, "")).collect();
        assert_eq!(newest.take(), expected);
        assert_eq!(newest.take(), []);
    }
}
