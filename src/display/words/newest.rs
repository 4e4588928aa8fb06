//! What was written last.

use super::super::label::kind;
use super::verdict::short_names;
use crate::history::{History, KeyId, RowIx};

/// So many of the newest rows, the newest first: `7293 update node-22`. Rows without a name, and the one
/// that holds the compact revision, are no writes of anybody's.
pub fn newest(history: &History, most: usize) -> Vec<String> {
    let rows = (0..history.len()).rev().map(RowIx::at).filter(|&at| !history.is_mark(at));
    let rows: Vec<(RowIx, KeyId)> =
        rows.filter_map(|at| Some((at, history.key_at(at)?))).take(most).collect();
    let mut keys: Vec<KeyId> = rows.iter().map(|&(_, key)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    let names = short_names(history, &keys);
    let written = rows.iter().map(|(at, key)| {
        let name = keys.binary_search(key).map_or("", |place| &names[place]);
        format!("{} {} {name}", history.id(*at), kind(history.kind(*at)))
    });
    written.collect()
}
