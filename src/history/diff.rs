//! What changed between two moments of the table.

use super::{AsOf, Doubt, History, KeyId, Revision, RowIx, Then};

/// What became of a key from one moment to another.
///
/// The states at the two moments decide, and not which of them came first: a moment may be compared with
/// an earlier one, and then what was created since is deleted.
///
/// ```text
///              A                     B
///   created    not there             ●
///   changed    ● 5                   ● 9
///   deleted    ●                     ✗ or not there
///   returned   ✗                     ●
///   passed     ✗ or not there   ●    ✗ or not there
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Not there at the first moment, live at the second.
    Created,
    /// Live at both, at different revisions.
    Changed,
    /// Live at the first moment, not at the second.
    Deleted,
    /// Deleted at the first moment, where a tombstone tells of it, and live at the second.
    Returned,
    /// Live at neither, but written in between: it was created and deleted.
    Passed,
    /// It cannot be told: at one of the moments, or whether it is the same at both.
    Unknown(Doubt),
}

impl Change {
    /// Those that can be told.
    pub const KNOWN: [Self; 5] =
        [Self::Created, Self::Changed, Self::Deleted, Self::Returned, Self::Passed];

    /// Whether the key is another at the second moment than at the first.
    pub const fn is_difference(self) -> bool {
        matches!(self, Self::Created | Self::Changed | Self::Deleted | Self::Returned)
    }
}

/// A key that is not, or may not be, as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyDiff {
    /// The key.
    pub key: KeyId,
    /// What became of it.
    pub change: Change,
    /// What it was at the first moment.
    pub before: Then,
    /// What it was at the second.
    pub after: Then,
    /// How many of its rows are left that were written in between.
    pub writes: u32,
}

/// What changed between two moments of a table.
#[derive(Debug, Clone)]
pub struct Diff<'h> {
    /// The first moment.
    pub from: AsOf<'h>,
    /// The second, which may be an earlier one.
    pub to: AsOf<'h>,
    /// The keys that are not, or may not be, the same at both, in the order in which they first came.
    pub keys: Vec<KeyDiff>,
    /// How many rows are left that were written in between, those of no key of the cluster included.
    pub writes: usize,
}

/// What the rows of a key say that are newer than the earlier moment.
#[derive(Clone, Copy, Default)]
struct Since {
    /// The first of them.
    first: Option<RowIx>,
    /// The first that is newer than the later moment as well.
    beyond: Option<RowIx>,
    writes: u32,
}

/// Finds what changed from one revision to another, which may be an earlier one.
///
/// One pass over the rows that are newer than the earlier of the two: of a key that has none of those
/// nothing can have changed, unless the earlier moment has been compacted.
pub fn diff(history: &History, from: Revision, to: Revision) -> Diff<'_> {
    let (early, late) = (history.as_of(from.min(to)), history.as_of(from.max(to)));
    let (start, end) =
        (history.position_after(early.revision()), history.position_after(late.revision()));
    let mut since = vec![Since::default(); history.key_bound()];
    for at in (start..history.len()).map(RowIx::at) {
        let Some(key) = history.key_at(at) else { continue };
        let since = &mut since[key.index()];
        since.first = since.first.or(Some(at));
        if at.index() < end {
            since.writes += 1;
        } else {
            since.beyond = since.beyond.or(Some(at));
        }
    }
    let difference = |key: KeyId| {
        let Since { first, beyond, writes } = since[key.index()];
        if (early.is_exact() && first.is_none()) || !history.is_of_cluster(key) {
            return None;
        }
        let (was, is) = (early.judge(key, first), late.judge(key, beyond));
        let (before, after) = if from <= to { (was, is) } else { (is, was) };
        let change = change(history, (before, after), writes)?;
        Some(KeyDiff { key, change, before, after, writes })
    };
    let keys = history.keys().filter_map(|(key, _)| difference(key)).collect();
    let (from, to) = if from <= to { (early, late) } else { (late, early) };
    Diff { from, to, keys, writes: end - start }
}

/// What became of a key; `None` when it is as it was.
fn change(history: &History, states: (Then, Then), writes: u32) -> Option<Change> {
    let revision = |then: Then| match then {
        Then::Live(version) | Then::Deleted(version) => Some(version.revision(history)),
        Then::Absent | Then::LiveUnseen { .. } | Then::Unknown(_) => None,
    };
    let (before, after) = states;
    Some(match (before, after) {
        // The same row, however little it says.
        (Then::Unknown(Doubt::Unreadable), _) if before == after && writes == 0 => return None,
        (Then::Unknown(doubt), _) | (_, Then::Unknown(doubt)) => Change::Unknown(doubt),
        // Both are before the same row that is gone, and others may have been between them.
        (Then::LiveUnseen { .. }, Then::LiveUnseen { .. }) => Change::Unknown(Doubt::Compacted),
        _ => match (before.is_live(), after.is_live()) {
            (Some(true), Some(true)) if revision(before) == revision(after) => return None,
            (Some(true), Some(true)) => Change::Changed,
            (Some(true), _) => Change::Deleted,
            (_, Some(true)) if matches!(before, Then::Deleted(_)) => Change::Returned,
            (_, Some(true)) => Change::Created,
            _ if writes > 0 && revision(before) != revision(after) => Change::Passed,
            _ => return None,
        },
    })
}

impl Diff<'_> {
    /// How many keys something became of.
    pub fn count(&self, change: Change) -> usize {
        self.keys.iter().filter(|key| key.change == change).count()
    }

    /// Of how many keys it cannot be told.
    pub fn unknown(&self) -> usize {
        self.keys.iter().filter(|key| matches!(key.change, Change::Unknown(_))).count()
    }

    /// Whether any key is another at the second moment.
    pub fn differs(&self) -> bool {
        self.keys.iter().any(|key| key.change.is_difference())
    }

    /// Whether every key that was live at one of the moments has a row that tells of it.
    pub fn has_every_key(&self) -> bool {
        self.from.has_every_key() && self.to.has_every_key()
    }
}

/// The beginning of a name that stands for its kind: up to the second `/` after the first character, as
/// the [usage](super::usage) of a table begins; all of a name that has fewer.
///
/// ```text
///   /registry/pods/default/web    /registry/pods/
///   /registry/health              /registry/health
/// ```
pub fn resource_prefix(name: &[u8]) -> &[u8] {
    let slashes = name.iter().enumerate().skip(1).filter(|&(_, &byte)| byte == b'/');
    slashes.map(|(at, _)| at + 1).nth(1).map_or(name, |end| &name[..end])
}
