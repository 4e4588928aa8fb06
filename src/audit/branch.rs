//! The branches of a key that no compaction ever clears away.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::history::{History, KeyId, RowIx};

/// The branches of a key: found once, and asked about each of its forks.
///
/// ```text
///   2 ◀── 3 ◀── 5          3 and 4 are a fork; 5 is forgotten, on the branch that begins with 3
///     ◀── 4 ◀── 6 ◀── 7    7 is the key's newest row: 4, 6 and 7 are its line, and 3 and 5 stray
/// ```
#[derive(Debug)]
pub(super) struct Branches {
    key: KeyId,
    line: OnceCell<FxHashSet<RowIx>>,
    /// The rows that are forgotten, by the row of a fork that their branch begins with, as far as the
    /// table still shows it.
    ends: FxHashMap<Option<RowIx>, Vec<RowIx>>,
    /// The newest of those.
    pub(super) last: Option<RowIx>,
}

impl Branches {
    /// Those of a key.
    pub(super) fn of(history: &History, key: KeyId) -> Self {
        let forgotten: Vec<RowIx> = history.forgotten(key).collect();
        let last = forgotten.first().copied();
        let forks = if forgotten.is_empty() { Vec::new() } else { history.forks_of(key) };
        let forked: FxHashSet<RowIx> = forks.into_iter().flat_map(|fork| fork.rows).collect();
        let mut ends: FxHashMap<_, Vec<RowIx>> = FxHashMap::default();
        for end in forgotten {
            let mut back = std::iter::successors(Some(end), |&at| history.predecessor(at));
            ends.entry(back.find(|at| forked.contains(at))).or_default().push(end);
        }
        Self { key, line: OnceCell::new(), ends, last }
    }

    /// The forgotten rows whose branch begins with one of these, in the order of their ids; with `None`
    /// for those of which no fork is left.
    pub(super) fn ends(&self, begin: impl IntoIterator<Item = Option<RowIx>>) -> Vec<RowIx> {
        let ends = begin.into_iter().filter_map(|begin| self.ends.get(&begin));
        let mut ends: Vec<RowIx> = ends.flatten().copied().collect();
        ends.sort_unstable();
        ends
    }

    /// The stray rows of a fork: those of its rows that the key's newest row does not go back to, and
    /// all that follow these, in the order of their ids.
    pub(super) fn strays(&self, history: &History, fork: &[RowIx]) -> Vec<RowIx> {
        let line = self.line.get_or_init(|| history.line_of(self.key).collect());
        let mut strays: Vec<RowIx> = Vec::new();
        let mut next: Vec<RowIx> = fork.to_vec();
        while let Some(at) = next.pop() {
            if !line.contains(&at) {
                strays.push(at);
                next.extend(
                    history.successors(at).filter(|&by| history.predecessor(by) == Some(at)),
                );
            }
        }
        strays.sort_unstable();
        // One that points at itself is a row of the fork that it begins.
        strays.dedup();
        strays
    }
}

/// The branches of the key that was asked about last: findings are told key by key, and a key can have
/// very many forks.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent(RefCell<Option<(KeyId, usize, Rc<Branches>)>>);

impl Recent {
    pub(super) fn branches(&self, history: &History, key: KeyId) -> Rc<Branches> {
        let mut recent = self.0.borrow_mut();
        match &*recent {
            // The history may have grown.
            Some((of, rows, branches)) if (*of, *rows) == (key, history.len()) => {
                Rc::clone(branches)
            }
            _ => {
                let branches = Rc::new(Branches::of(history, key));
                *recent = Some((key, history.len(), Rc::clone(&branches)));
                branches
            }
        }
    }
}
