//! Things on their way into an order, a step at a time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Stretches that are in order by themselves, which are merged as they are taken:
///
/// ```text
///   add    ├──────┼──────┼──────┤        each stretch is sorted by itself
///   take                         ├───▶   the first ones come first, and stay where they are
/// ```
#[derive(Debug)]
pub(crate) struct Runs<K, T> {
    /// The last of its order first.
    runs: Vec<Vec<(K, T)>>,
    /// The next one of each stretch.
    heads: BinaryHeap<Reverse<(K, usize)>>,
}

impl<K, T> Default for Runs<K, T>
where
    K: Ord,
{
    fn default() -> Self {
        Self { runs: Vec::new(), heads: BinaryHeap::new() }
    }
}

impl<K: Ord + Copy, T> Runs<K, T> {
    /// Adds a stretch, and sorts it.
    pub(crate) fn add(&mut self, mut run: Vec<(K, T)>) {
        run.sort_unstable_by_key(|&(key, _)| Reverse(key));
        self.heads.extend(run.last().map(|&(key, _)| Reverse((key, self.runs.len()))));
        self.runs.push(run);
    }

    /// How many stretches there are.
    pub(crate) const fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether everything was taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Takes so many things, as long as there are any, in their order.
    pub(crate) fn take(&mut self, most: usize, to: &mut Vec<T>) {
        for _ in 0..most {
            let Some(Reverse((_, at))) = self.heads.pop() else { break };
            let run = &mut self.runs[at];
            to.extend(run.pop().map(|(_, thing)| thing));
            self.heads.extend(run.last().map(|&(key, _)| Reverse((key, at))));
        }
    }
}
