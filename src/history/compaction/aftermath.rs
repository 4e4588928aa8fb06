//! The table as a compaction would leave it, for one key.

use super::Plan;
use crate::history::{History, KeyId, Row, RowIx};

/// What a compaction leaves of a key, as a history of its own: the rows of the key that survive,
/// those of other keys that they are linked with, and `compact_rev_key` with the revision that it
/// then holds.
///
/// # Panics
///
/// Never: the rows are some of a history's, in its order.
pub fn aftermath(history: &History, plan: &Plan, key: KeyId) -> History {
    let mut rows: Vec<RowIx> = Vec::new();
    for at in history.rows_of(key) {
        rows.push(at);
        rows.extend(history.successors(at));
        rows.extend(history.prev(at));
    }
    rows.extend(history.rows_of(KeyId::MARK));
    rows.sort_unstable();
    rows.dedup();
    let mut after = History::new(history.profile().clone());
    after.follow_horizon_of(history, (plan.transactions > 0).then_some(plan.reached));
    for at in rows.into_iter().filter(|&at| plan.survives(at)) {
        let row = Row { prev_revision: plan.prev_after(history, at), ..history.row(at) };
        after.push(row).expect("rows of a history, in its order");
    }
    after
}
