//! The branches of a key that no compaction ever clears away.

use std::collections::BTreeSet;

use super::Subject;
use crate::history::{Edge, History, KeyId, RowIx};

/// The end of a branch: a row that is not its key's newest, no tombstone, and that nobody points
/// at. Compaction removes the rest of the branch and leaves this row for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// The last row of the branch.
    pub(super) at: RowIx,
    /// The row of a fork that the branch begins with, as far as the table still shows it.
    pub(super) begins: Option<RowIx>,
}

/// The ends of a key's branches, in the order of their ids.
///
/// ```text
///   2 ◀── 3 ◀── 5          3 and 4 are a fork; 5 is forgotten, on the branch that begins with 3
///     ◀── 4 ◀── 6 ◀── 7    7 is the key's newest row
/// ```
pub(super) fn ends(subject: &Subject<'_>, key: KeyId) -> Vec<End> {
    let history = subject.history;
    let mut ends: Vec<RowIx> =
        history.rows_of(key).filter(|&at| subject.is_forgotten(at)).collect();
    ends.sort_unstable();
    if ends.is_empty() {
        return Vec::new();
    }
    let forked: BTreeSet<RowIx> =
        history.forks_of(key).into_iter().flat_map(|fork| fork.rows).collect();
    let before = |&at: &RowIx| match history.edge(at) {
        Some((Edge::Present, Some(prev))) if history.is_same_key(at, prev) => Some(prev),
        _ => None,
    };
    let begins = |at| std::iter::successors(Some(at), before).find(|at| forked.contains(at));
    ends.into_iter().map(|at| End { at, begins: begins(at) }).collect()
}

/// The stray rows of a fork: those of its rows that the key's newest row does not go back to, and all
/// that follow these, in the order of their ids.
///
/// ```text
///   2 ◀── 3 ◀── 5          3 and 5
///     ◀── 4 ◀── 6 ◀── 7
/// ```
pub(super) fn strays(history: &History, key: KeyId, fork: &[RowIx]) -> Vec<RowIx> {
    let line: BTreeSet<RowIx> = history.line_of(key).collect();
    let mut found: BTreeSet<RowIx> = BTreeSet::new();
    let mut next: Vec<RowIx> = fork.to_vec();
    while let Some(at) = next.pop() {
        if line.contains(&at) || history.key_at(at) != Some(key) || !found.insert(at) {
            continue;
        }
        next.extend(history.successors(at));
    }
    found.into_iter().collect()
}
