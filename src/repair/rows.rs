//! Which rows go, which stay and which come, and why.

use rustc_hash::FxHashSet;

use super::Left;
use crate::history::compaction::{KeyEffect, Plan, Reason, Verdict};
use crate::history::{Flag, History, KeyId, Revision, RowIx};
use crate::text::escape;

/// What somebody chose where there is a choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Of keys the row that is to be the newest; of all others it is the one that is.
    pub keep: Vec<(KeyId, RowIx)>,
    /// What to do with the keys that have probably come back.
    pub returned: Returned,
}

/// What to do with keys that have probably come back after a deletion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Returned {
    /// They stay live.
    #[default]
    Keep,
    /// They are deleted once more, by a tombstone.
    Delete,
}

/// Why a row cannot be made the newest of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unkept {
    /// It leads where the newest leads.
    #[error("it is on the key's line already: the rows after it are no other branch of a fork")]
    OnLine,
    /// kine takes the highest id for the current revision, which must not go back.
    #[error(
        "the row with the current revision, {0}, would have to go, and revisions must not go back"
    )]
    Current(Revision),
    /// The names of the key may be those of several objects.
    #[error("the names of the key may be those of several objects (kinescope explain equal-names)")]
    Doubtful,
}

/// The rows that go and come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// The keys that lose rows, in the order of their names.
    pub deleted: Vec<Deletion>,
    /// The rows that are added, after the current revision.
    pub added: Vec<Addition>,
}

/// Rows of a key that go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The key.
    pub key: KeyId,
    /// The row of the key that must be there, or none of these goes: its newest, in the end.
    pub kept: RowIx,
    /// Those that go, in the order of their ids.
    pub rows: Vec<RowIx>,
    /// Why.
    pub fate: Fate,
}

/// Why rows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The key's newest row does not go back to them.
    Stray,
    /// The row that was chosen does not go back to them.
    Unchosen,
    /// Another `compact_rev_key` holds the compact revision.
    Mark,
}

/// A row that is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addition {
    /// Its id.
    pub id: Revision,
    /// What it is.
    pub what: Added,
}

impl Addition {
    /// Whether it deletes a key.
    pub const fn is_tombstone(&self) -> bool {
        matches!(self.what, Added::Tombstone(..))
    }
}

/// What is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// A tombstone of a key, after this row.
    Tombstone(KeyId, RowIx),
    /// `compact_rev_key`, with this compact revision.
    Mark(Revision),
}

impl Rows {
    /// Whether nothing goes and nothing comes.
    pub const fn is_empty(&self) -> bool {
        self.deleted.is_empty() && self.added.is_empty()
    }

    /// How many rows go.
    pub fn count(&self) -> usize {
        self.deleted.iter().map(|deletion| deletion.rows.len()).sum()
    }

    /// The rows that go.
    pub fn gone(&self) -> FxHashSet<RowIx> {
        self.deleted.iter().flat_map(|deletion| &deletion.rows).copied().collect()
    }
}

/// The rows of a table, sorted by what becomes of them.
pub(super) struct Sorted {
    pub(super) rows: Rows,
    pub(super) left: Vec<Left>,
    pub(super) returned: Vec<KeyId>,
}

impl Choices {
    /// Chooses a row of a key to be its newest.
    ///
    /// # Errors
    ///
    /// When that is no other branch, or cannot be.
    pub fn keep(&mut self, history: &History, key: KeyId, row: RowIx) -> Result<(), Unkept> {
        if !is_one_key(history, key) {
            return Err(Unkept::Doubtful);
        }
        if history.line_of(key).any(|at| at == row) {
            return Err(Unkept::OnLine);
        }
        let current = history.current().unwrap_or_default();
        let newest = history.key(key).newest.map(|at| history.id(at));
        if newest == Some(current) {
            return Err(Unkept::Current(current));
        }
        self.keep.retain(|(known, _)| *known != key);
        self.keep.push((key, row));
        Ok(())
    }

    /// The row that is to be a key's newest, where that is another than it is.
    fn kept(&self, key: KeyId) -> Option<RowIx> {
        self.keep.iter().find(|(known, _)| *known == key).map(|(_, row)| *row)
    }
}

/// The rows of a key that a repair deletes if nothing else was chosen; none where it leaves the key alone.
pub fn strays_of(history: &History, verdict: &Verdict, key: KeyId) -> Vec<RowIx> {
    let strays = history.strays(key);
    let is_left = || beheaded(history, verdict, key).is_some() || !is_one_key(history, key);
    if strays.is_empty() || is_left() { Vec::new() } else { strays }
}

/// Sorts the rows of a table.
pub(super) fn sort(history: &History, verdict: &Verdict, choices: &Choices) -> Sorted {
    let mut keys: Vec<KeyId> = history.keys().map(|(key, _)| key).collect();
    keys.sort_unstable_by_key(|&key| history.name(key));
    let mut rows = Rows::default();
    let mut left_rows = Vec::new();
    let mut returned = Vec::new();
    for key in keys {
        let newest = history.key(key).newest;
        if let Some(kept) = choices.kept(key) {
            rows.deleted.extend(without(history, key, kept, Fate::Unchosen));
        } else if let strays @ [_, ..] = &history.strays(key)[..]
            && let Some(kept) = newest
        {
            if strays_of(history, verdict, key).is_empty() {
                left_rows.push((key, strays.to_vec()));
            } else {
                let fate = Fate::Stray;
                rows.deleted.push(Deletion { key, kept, rows: strays.to_vec(), fate });
            }
        }
        if history.may_have_returned(key) && choices.kept(key).is_none() {
            returned.push(key);
        }
    }
    let mut left = Vec::new();
    marks(history, &mut rows, &mut left);
    if choices.returned == Returned::Delete {
        let is_sure =
            |key: &KeyId| beheaded(history, verdict, *key).is_none() && is_one_key(history, *key);
        let (sure, unsure): (Vec<_>, Vec<_>) = returned.into_iter().partition(is_sure);
        returned = unsure;
        let newest = |key| Some(Added::Tombstone(key, history.key(key).newest?));
        let added: Vec<Added> = sure.into_iter().filter_map(newest).collect();
        rows.add(history, added);
    }
    let gone = rows.gone();
    left.extend(left_rows.into_iter().map(|(key, strays)| {
        let why = match beheaded(history, verdict, key) {
            None => DOUBTFUL.to_owned(),
            Some(change) => beheading(history, verdict.whole(), change, &gone),
        };
        Left { rows: Some((key, strays)), why }
    }));
    Sorted { rows, left, returned }
}

impl Rows {
    /// Adds rows after the current revision, and after those that are added already.
    fn add(&mut self, history: &History, all: impl IntoIterator<Item = Added>) {
        let current = history.current().unwrap_or_default();
        let mut last = self.added.last().map_or(current, |added| added.id);
        for what in all {
            last = last.saturating_add(1);
            self.added.push(Addition { id: last, what });
        }
    }
}

/// The rows of a key that a row does not go back to.
fn without(history: &History, key: KeyId, kept: RowIx, fate: Fate) -> Option<Deletion> {
    let line: FxHashSet<RowIx> = history.line_from(Some(kept)).collect();
    let mut rows: Vec<RowIx> = history.rows_of(key).filter(|at| !line.contains(at)).collect();
    rows.reverse();
    (!rows.is_empty()).then_some(Deletion { key, kept, rows, fate })
}

/// What is to be done about the rows named `compact_rev_key`, of which there is one in a sound table.
fn marks(history: &History, rows: &mut Rows, left: &mut Vec<Left>) {
    let mut marks: Vec<RowIx> = history.rows_of(KeyId::MARK).collect();
    marks.reverse();
    let current = history.current().unwrap_or_default();
    let held = |at: RowIx| history.row(at).prev_revision;
    let is_fit = |at: RowIx| {
        let row = history.row(at);
        let is_create = !matches!(row.created, Flag::No | Flag::Null);
        is_create && row.deleted.is_live() && held(at).is_some_and(|held| held <= current)
    };
    match &marks[..] {
        // kine makes one in an empty table.
        [] if history.is_empty() || history.profile().excerpt => {}
        [] => rows.add(history, [Added::Mark(history.horizon().compacted())]),
        [one] if is_fit(*one) => {}
        [_] => left.push(Left::table(
            "compact_rev_key is not as kine writes it (kinescope explain compact-rev-key): which \
             revision belongs into it cannot be told from the rows.",
        )),
        _ if history.key(KeyId::MARK).respelled => left.push(Left::table(
            "Several rows are named compact_rev_key, in several spellings: delete all but the one \
             with the highest prev_revision by hand.",
        )),
        all => {
            match all.iter().copied().filter(|&at| is_fit(at)).max_by_key(|&at| (held(at), at)) {
                Some(kept) => {
                    let others = all.iter().copied().filter(|&at| at != kept).collect();
                    let (key, fate) = (KeyId::MARK, Fate::Mark);
                    rows.deleted.push(Deletion { key, kept, rows: others, fate });
                }
                None => left.push(Left::table(
                    "Several rows are named compact_rev_key, and none of them is as kine writes it \
                 (kinescope explain compact-rev-key).",
                )),
            }
        }
    }
}

/// Why a key is left alone.
const DOUBTFUL: &str =
    "whose names may be those of several objects (kinescope explain equal-names).";

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

/// Whether all rows of a key are surely one key, and of one object: names that differ may stand for
/// two objects that kine takes for one, and those beyond ASCII kinescope may take for one by mistake.
fn is_one_key(history: &History, key: KeyId) -> bool {
    !history.key(key).respelled && history.profile().collation.is_sure_of(history.name(key))
}
