//! The branches of a key that no compaction ever clears away.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::display::words::Newest;
use crate::history::{Absence, History, KeyId, Link, RowIx, is_requests_name};

/// The branches of a key: found once, and asked about each of its forks.
///
/// ```text
///   2 ◀── 3 ◀── 5          3 and 4 are a fork; 5 is forgotten, on the branch that begins with 3
///     ◀── 4 ◀── 6 ◀── 7    7 is the key's newest row: 4, 6 and 7 are its line, and 3 and 5 stray
/// ```
#[derive(Debug)]
pub(super) struct Branches {
    /// The rows that are forgotten, by the row of a fork that their branch begins with, as far as the
    /// table still shows it.
    ends: FxHashMap<Option<RowIx>, Vec<RowIx>>,
    /// The stray rows, in the same way.
    strays: FxHashMap<Option<RowIx>, Vec<RowIx>>,
    /// The newest of the forgotten rows.
    pub(super) newest: Option<Newest>,
}

impl Branches {
    /// Those of a key.
    pub(super) fn of(history: &History, key: KeyId) -> Self {
        let forgotten: Vec<RowIx> = history.forgotten(key).collect();
        let newest = Newest::of(history, &forgotten);
        let strays = history.strays(key);
        let any = !forgotten.is_empty() || !strays.is_empty();
        let forks = if any { history.forks_of(key) } else { Vec::new() };
        let forked: FxHashSet<RowIx> = forks.into_iter().flat_map(|fork| fork.rows).collect();
        Self {
            ends: by_begin(history, &forked, forgotten),
            strays: by_begin(history, &forked, strays),
            newest,
        }
    }

    /// The forgotten rows whose branch begins with one of these, in the order of their ids; with `None`
    /// for those of which no fork is left.
    pub(super) fn ends(&self, begin: impl IntoIterator<Item = Option<RowIx>>) -> Vec<RowIx> {
        let ends = begin.into_iter().filter_map(|begin| self.ends.get(&begin));
        let mut ends: Vec<RowIx> = ends.flatten().copied().collect();
        ends.sort_unstable();
        ends
    }

    /// The stray rows of a fork, in the order of their ids: those of its rows that the key's newest row
    /// does not go back to, and what follows these as far as the next fork, which has its own.
    pub(super) fn strays(&self, fork: &[RowIx]) -> Vec<RowIx> {
        let strays = fork.iter().filter_map(|&begin| self.strays.get(&Some(begin)));
        let mut strays: Vec<RowIx> = strays.flatten().copied().collect();
        strays.sort_unstable();
        strays
    }
}

/// Rows of a key by the row of a fork that their branch begins with. Each way back is gone once: a row
/// takes over what is known of the one that it follows.
fn by_begin(
    history: &History,
    forked: &FxHashSet<RowIx>,
    rows: Vec<RowIx>,
) -> FxHashMap<Option<RowIx>, Vec<RowIx>> {
    let mut begins: FxHashMap<RowIx, Option<RowIx>> = FxHashMap::default();
    let mut by_begin: FxHashMap<_, Vec<RowIx>> = FxHashMap::default();
    for row in rows {
        let mut way = Vec::new();
        let mut at = Some(row);
        let begin = loop {
            match at {
                Some(at) if forked.contains(&at) => break Some(at),
                Some(known) if begins.contains_key(&known) => break begins[&known],
                Some(next) => {
                    way.push(next);
                    at = history.predecessor(next);
                }
                None => break None,
            }
        };
        begins.extend(way.into_iter().map(|at| (at, begin)));
        by_begin.entry(begin).or_default().push(row);
    }
    by_begin
}

/// The branches of the key that was asked about last: findings are told key by key, and a key can have
/// very many forks. And the keys of which only the newest row is left, which each key's rules ask for.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    branches: RefCell<Option<(KeyId, usize, Rc<Branches>)>>,
    newest_only: RefCell<Option<(usize, Rc<[RowIx]>)>>,
}

impl Recent {
    pub(super) fn branches(&self, history: &History, key: KeyId) -> Rc<Branches> {
        let mut recent = self.branches.borrow_mut();
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

    pub(super) fn newest_only(&self, history: &History) -> Rc<[RowIx]> {
        let mut known = self.newest_only.borrow_mut();
        match &*known {
            Some((rows, newest)) if *rows == history.len() => Rc::clone(newest),
            _ => {
                let newest: Rc<[RowIx]> = newest_only(history).into();
                *known = Some((history.len(), Rc::clone(&newest)));
                newest
            }
        }
    }
}

/// The rows of keys of which only the newest is left although no compaction explains that, in the order
/// of their ids, if most keys are so: what a clean-up by hand leaves. A row or two that lost those before
/// them are damage.
fn newest_only(history: &History) -> Vec<RowIx> {
    const LEAST: usize = 2;
    let (mut rows, mut gone, mut more) = (Vec::new(), 0, 0);
    for (id, key) in history.keys().filter(|(id, _)| *id != KeyId::MARK) {
        let Some(at) = key.newest.filter(|_| key.rows == 1) else {
            more += usize::from(!is_requests_name(history.name(id), &history.profile().collation));
            continue;
        };
        gone += usize::from(history.explained_at(at) > history.horizon().recorded);
        if matches!(history.link(at), Link::Missing(_, Absence::Broken)) {
            rows.push(at);
        }
    }
    if gone < LEAST || rows.len() <= more || history.may_be_a_part() {
        return Vec::new();
    }
    rows.sort_unstable();
    rows
}
