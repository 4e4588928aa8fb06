//! Forgotten rows in words: the only place that says of a row that nobody points at it.

use super::{list, one_by_one};
use crate::history::compaction::{Effect, Verdict};
use crate::history::{Flag, History, KeyId, Revision, RowIx};

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

/// The newest forgotten row of a key, and the newest whose deleted column is NULL: what is told of any
/// of them depends on these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest {
    any: RowIx,
    null: Option<RowIx>,
}

impl Newest {
    /// Those of a key's forgotten rows, the newest of which comes first; `None` where there is none.
    pub fn of(history: &History, forgotten: &[RowIx]) -> Option<Self> {
        let is_null = |at: &&RowIx| history.deleted(**at) == Flag::Null;
        Some(Self { any: *forgotten.first()?, null: forgotten.iter().find(is_null).copied() })
    }
}

/// That rows are forgotten, and what comes of that: `Revisions 5 and 6 are forgotten: if the key is
/// deleted, it comes back at 6, and each time it is deleted again, at 5.` Without a verdict nothing is
/// said of what comes of it.
pub fn forgotten(
    history: &History,
    verdict: Option<&Verdict>,
    key: KeyId,
    rows: &[RowIx],
    newest: Newest,
) -> String {
    let (noun, is, them) =
        if rows.len() == 1 { ("Revision", "is", "it") } else { ("Revisions", "are", "them") };
    let who = format!("{noun} {} {is} forgotten", list(history, rows.iter().copied()));
    let then = verdict.and_then(|verdict| comes_back(history, verdict, key, rows, newest));
    // The word says why, but where a row points at them all the same, that has to be said.
    match then {
        Some(then) if !is_ignored_by_any(history, rows) => format!("{who}: {then}."),
        then => {
            let nobody = nobody_points_at(history, rows, them);
            let then = then.map_or_else(String::new, |then| format!(" {}.", capitalized(&then)));
            format!("{who}: {nobody}, so no compaction removes {them}.{then}")
        }
    }
}

/// Whether a pointer at rows is one that compaction ignores.
fn is_ignored_by_any(history: &History, rows: &[RowIx]) -> bool {
    rows.iter().flat_map(|&at| history.successors(at)).any(|by| !history.is_pointer(by))
}

/// What becomes of a key that these rows of it are forgotten, as a clause: what the verdict says, as
/// far as it is about them.
fn comes_back(
    history: &History,
    verdict: &Verdict,
    key: KeyId,
    rows: &[RowIx],
    newest_forgotten: Newest,
) -> Option<String> {
    let change = verdict.change_of(key);
    let layers = verdict.layers(history, key);
    // Layers go down; a key can have thousands of both.
    let place = |&at: &RowIx| layers.binary_search_by(|layer| history.id(at).cmp(layer)).ok();
    let mut own: Vec<usize> = rows.iter().filter_map(place).collect();
    own.sort_unstable();
    let Some((&first, more)) = own.split_first() else {
        return unseen(history, verdict, key, rows, newest_forgotten);
    };
    let at = layers[first];
    let more = again(more.iter().map(|&place| layers[place]));
    let before = first.checked_sub(1).map(|before| layers[before]);
    Some(match (change.map(|change| (change.effect, change.before.row)), before) {
        (Some((Effect::Resurrected, newest)), None) => {
            let id = history.id(newest);
            // One whose deleted column is NULL is no tombstone, and its key not deleted.
            if history.deleted(newest).is_set() {
                format!(
                    "once the tombstone {id} is compacted, the deleted key is live again at \
                     {at}{more}"
                )
            } else {
                format!("once {id} is removed, the key is live again at {at}{more}")
            }
        }
        (Some((Effect::Resurrected, _)), Some(before)) => format!(
            "once the key has come back at {before} and is deleted again, it comes back at {at}{more}"
        ),
        (Some(_), None) if rows.len() == 1 => "the key goes back to it".to_owned(),
        (Some(_), None) => format!("the key goes back to {at}{more}"),
        (Some(_), Some(before)) => format!(
            "once the key has gone back to {before} and is deleted, it comes back at {at}{more}"
        ),
        (None, None) => format!("if the key is deleted, it comes back at {at}{more}"),
        (None, Some(before)) => format!(
            "if the key is deleted, comes back at {before} and is deleted again, it comes back at \
             {at}{more}"
        ),
    })
}

/// The older rows that a key comes back at later.
fn again(layers: impl ExactSizeIterator<Item = Revision>) -> String {
    match layers.len() {
        0 => String::new(),
        _ => format!(", and each time it is deleted again, at {}", one_by_one(layers)),
    }
}

/// Why a key does not go back to forgotten rows, as a clause: kine cannot read one of them, or one
/// above them.
fn unseen(
    history: &History,
    verdict: &Verdict,
    key: KeyId,
    rows: &[RowIx],
    newest_forgotten: Newest,
) -> Option<String> {
    const NULL: &str = "whose deleted column is NULL";
    let is_null = |at: RowIx| history.deleted(at) == Flag::Null;
    let Newest { any: last, null } = newest_forgotten;
    let newest = history.key(key).newest?;
    let it = if rows.len() == 1 { "it" } else { "them" };
    if is_null(newest) {
        let id = history.id(newest);
        return Some(format!("kine never sees {it} behind the key's newest row, {id}, {NULL}"));
    }
    let is_last = rows.contains(&last) && is_null(last);
    let change = verdict.change_of(key);
    if is_last && change.is_none_or(|change| change.after.is_some_and(|after| after.row == last)) {
        let left = history.id(last);
        return Some(match change {
            Some(_) => format!("what is left of the key is {left}, {NULL}"),
            None if history.deleted(newest).is_set() => format!(
                "once the tombstone {} is compacted, what is left of the key is {left}, {NULL}",
                history.id(newest)
            ),
            None => format!("if the key is deleted, what is left of the key is {left}, {NULL}"),
        });
    }
    let highest = rows.iter().copied().max()?;
    let null = null.filter(|&null| null >= highest)?;
    Some(if null == highest && rows.len() == 1 {
        "kine does not list the key there, because the row's deleted column is NULL".to_owned()
    } else {
        format!("kine never sees {it} behind {}, {NULL}", history.id(null))
    })
}

/// Without a capital, as within a sentence.
pub(super) fn uncapitalized(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// With a capital, as a sentence begins.
pub fn capitalized(clause: &str) -> String {
    let mut chars = clause.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
