//! Forgotten rows in words: the only place that says of a row that nobody points at it.

use super::list;
use crate::history::{History, KeyId, RowIx};

/// That no pointer at rows counts, as a clause: `nobody points at 5 and 6`. `what` is how they are
/// called: a list, `it`, `this row`.
pub fn nobody_points_at(history: &History, rows: &[RowIx], what: &str) -> String {
    let mut by: Vec<RowIx> = rows.iter().flat_map(|&at| history.successors(at)).collect();
    by.retain(|&by| !history.is_pointer(by));
    by.sort_unstable();
    by.dedup();
    let names = if by.len() == 1 { "its name is" } else { "their names are" };
    let except = match by.len() {
        0 => String::new(),
        _ => {
            format!(" except {}, which compaction ignores because {names} NULL", list(history, by))
        }
    };
    format!("nobody points at {what}{except}")
}

/// Why no compaction removes forgotten rows, and what comes of that: `Nobody points at 5 and 6, so no
/// compaction removes them: if the key is deleted, it comes back.` `last` is the newest forgotten row
/// of the key.
pub fn forgotten(history: &History, key: KeyId, rows: &[RowIx], last: RowIx) -> String {
    let what = list(history, rows.iter().copied());
    format!(
        "{}, so no compaction removes {}: {}.",
        capitalized(&nobody_points_at(history, rows, &what)),
        if rows.len() == 1 { "it" } else { "them" },
        comes_back(history, key, last)
    )
}

/// What becomes of a key whose newest forgotten row is `last`, as a clause.
pub(super) fn comes_back(history: &History, key: KeyId, last: RowIx) -> String {
    let newest = history.key(key).newest.filter(|&at| history.deleted(at).is_set());
    let once = match newest {
        Some(tombstone) => format!("once the tombstone {} is compacted", history.id(tombstone)),
        None => "if the key is deleted".to_owned(),
    };
    match newest {
        _ if !history.is_live(last) => format!(
            "{once}, what is left of it is {}, whose deleted column is NULL",
            history.id(last)
        ),
        Some(_) => format!("{once}, the deleted key is live again"),
        None => format!("{once}, it comes back"),
    }
}

/// With a capital, as a sentence begins.
pub fn capitalized(clause: &str) -> String {
    let mut chars = clause.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
