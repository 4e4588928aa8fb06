//! Which rows go, and which stay, and why.

use rustc_hash::FxHashSet;

use crate::display::words;
use crate::history::compaction::{KeyEffect, Plan, Prospect, Reason, Verdict};
use crate::history::{History, KeyId, RowIx};
use crate::report::Table;
use crate::text::escape;

/// A key and its stray rows.
pub(super) type Strays = (KeyId, Vec<RowIx>);

/// Why a key is left alone.
const DOUBTFUL: &str =
    "whose names may be those of several objects (kinescope explain equal-names).";

/// What the statements do, and what they leave.
pub(super) struct Repair {
    /// The keys and their rows that are deleted.
    pub(super) deleted: Vec<Strays>,
    /// The keys whose stray rows stay, and why.
    pub(super) left: Vec<(Strays, String)>,
    /// What is so of keys afterwards, where a key still changes, or would come back.
    pub(super) remains: Option<String>,
    /// Whether two rows of a key have one prev revision even then.
    pub(super) forks: bool,
}

impl Repair {
    /// What to delete of a table.
    pub(super) fn of(table: &Table<'_>, verdict: &Verdict) -> Self {
        let history = table.history;
        let strays = history.keys().map(|(key, _)| (key, history.strays(key)));
        let mut strays: Vec<Strays> = strays.filter(|(_, rows)| !rows.is_empty()).collect();
        strays.sort_unstable_by_key(|&(key, _)| history.name(key));
        let is_beheaded = |key: KeyId| beheaded(history, verdict, key).is_some();
        let is_sure = |&(key, _): &Strays| !is_beheaded(key) && is_one_key(history, key);
        let (deleted, left): (Vec<_>, Vec<_>) = strays.into_iter().partition(is_sure);
        let gone: FxHashSet<RowIx> = deleted.iter().flat_map(|(_, rows)| rows).copied().collect();
        let why = |key| match beheaded(history, verdict, key) {
            None => DOUBTFUL.to_owned(),
            Some(change) => beheading(history, verdict.whole(), change, &gone),
        };
        let reasons: Vec<String> = left.iter().map(|&(key, _)| key).map(why).collect();
        let left = left.into_iter().zip(reasons).collect();
        let after = (!deleted.is_empty()).then(|| without(history, &gone));
        let verdict_after = after.as_ref().map(|after| Verdict::of(after, verdict.policy));
        let after = after.as_ref().unwrap_or(history);
        let verdict = verdict_after.as_ref().unwrap_or(verdict);
        let is_sound = verdict.worst() == Prospect::Stays;
        let is_mended =
            !verdict.changes.iter().any(|change| beheaded(after, verdict, change.key).is_some());
        let pointers = if is_mended {
            ""
        } else {
            " This does not correct pointers (kinescope explain foreign-pointer, \
             forward-pointer)."
        };
        let remains = (!is_sound).then(|| words::verdict(after, verdict, true) + pointers);
        let forks = after.keys().any(|(key, of)| key != KeyId::MARK && of.forks > 0);
        Self { deleted, left, remains, forks }
    }
}

/// What happens to a key whose newest row compaction removes although it is no tombstone: its value is
/// gone then, and a stray row may be all that is left of it.
pub(super) fn beheaded<'a>(
    history: &History,
    verdict: &'a Verdict,
    key: KeyId,
) -> Option<&'a KeyEffect> {
    verdict.change_of(key).filter(|change| !history.deleted(change.before.row).is_set())
}

/// Why such a key is left alone, where some rows go.
fn beheading(
    history: &History,
    whole: &Plan,
    change: &KeyEffect,
    gone: &FxHashSet<RowIx>,
) -> String {
    let newest = change.before.revision;
    let Reason::PointedAt(by) = whole.reason(history, change.before.row) else {
        return format!("whose newest row, {newest}, compaction removes: it would be lost.");
    };
    let (whose, rule) = match history.key_at(by) {
        Some(key) if key == change.key => ("the key".to_owned(), "forward-pointer"),
        Some(key) => (escape(history.name(key)).into_owned(), "foreign-pointer"),
        None => ("a row whose name is NULL".to_owned(), "foreign-pointer"),
    };
    let then = if gone.contains(&by) {
        "That row is stray, and is deleted here: make this file again afterwards."
    } else {
        "Correct that pointer first: without its stray rows, nothing would be left of the key."
    };
    format!(
        "whose newest row, {newest}, compaction removes, since revision {} of {whose} points at it \
         (kinescope explain {rule}). {then}",
        history.id(by)
    )
}

/// The history once these rows are deleted.
fn without(history: &History, gone: &FxHashSet<RowIx>) -> History {
    let mut left = History::new(history.profile().clone());
    for at in history.iter().filter(|at| !gone.contains(at)) {
        // The rows are in order, as they were.
        let _ = left.push(history.row(at));
    }
    left
}

/// Whether all rows of a key are surely one key, and of one object: names that differ may stand for
/// two objects that kine takes for one, and those beyond ASCII kinescope may take for one by mistake.
pub(super) fn is_one_key(history: &History, key: KeyId) -> bool {
    !history.key(key).respelled && history.profile().collation.is_sure_of(history.name(key))
}
