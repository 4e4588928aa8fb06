//! Which rows' values to read, so that few tell much.

use super::is_lease;
use crate::history::{Flag, History, KeyId, Revision, RowIx};

/// How many rows before and after are looked at for those whose values tell something.
const LOOK: usize = 1024;
/// How many Leases before, and how many after: of a clock that is wrong, two others can tell.
const LEASES: usize = 3;

/// Rows whose values may tell when the row of a revision was written: the row itself; the Leases that were
/// renewed last before it, and first after it by somebody who knew of it; what was created last before it,
/// and first after it. Only rows that `may` be read. In no order.
///
/// ```text
///   … a ─ b ─ x ─ c ─ R ─ b ─ y ─ a ─ c …     a, b, c: renewals; x, y: creates
///     ▲   ▲   ▲   ▲   ▲       ▲   ▲   ▲       b's next points at a row before R: that it was
///                                             written after R says nothing of R's time
/// ```
pub fn around(history: &History, revision: Revision, may: impl Fn(RowIx) -> bool) -> Vec<RowIx> {
    let after = history.position_after(revision);
    let is_told = |&at: &RowIx| !history.deleted(at).is_set() && may(at);
    let before = history.rows_at(after.saturating_sub(LOOK)..after).rev();
    let behind = history.rows_at(after..after + LOOK);
    let knows = |at: RowIx| history.prev_revision(at).is_some_and(|prev| prev >= revision);
    let mut found: Vec<RowIx> = history.find(revision).into_iter().filter(is_told).collect();
    pick(history, before.filter(is_told), |_| true, &mut found);
    pick(history, behind.filter(is_told), knows, &mut found);
    found
}

/// Takes the first of some rows that tell something: Leases of different keys, where they are of use, and
/// a row that creates.
fn pick(
    history: &History,
    rows: impl Iterator<Item = RowIx>,
    is_of_use: impl Fn(RowIx) -> bool,
    found: &mut Vec<RowIx>,
) {
    let mut leases: Vec<KeyId> = Vec::new();
    let mut has_created = false;
    for at in rows {
        let Some(key) = history.key_at(at) else { continue };
        if is_lease(history, key) {
            if leases.len() < LEASES && !leases.contains(&key) && is_of_use(at) {
                leases.push(key);
                found.push(at);
            }
        } else if !has_created && history.created(at) == Flag::Yes {
            has_created = true;
            found.push(at);
        }
        if leases.len() == LEASES && has_created {
            break;
        }
    }
}

/// The rows [around] so many revisions of a table, evenly spread, in order.
pub fn spread(history: &History, many: usize, may: impl Fn(RowIx) -> bool) -> Vec<RowIx> {
    between(history, (0, history.len()), many, may)
}

/// The same of the rows from one position up to, and without, another.
pub fn between(
    history: &History,
    (first, end): (usize, usize),
    many: usize,
    may: impl Fn(RowIx) -> bool,
) -> Vec<RowIx> {
    let rows = end.saturating_sub(first);
    let many = many.min(rows);
    let mut found: Vec<RowIx> = (0..many)
        // The last is the last row: of all there is about it, its time is asked for most.
        .map(|at| first + (rows - 1) * at / many.saturating_sub(1).max(1))
        .filter_map(|at| history.rows_at(at..at + 1).next())
        .flat_map(|at| around(history, history.id(at), &may))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
