//! The table at a revision that moves, write by write.
//!
//! A step costs what it changes, and a jump what lies between; only where to begin costs a look at all rows.
//!
//! ```text
//!   a   3 ◀── 5 ◀──────── 9          at 6 the first row of a after that is 9, of b none:
//!   b         4 ◀── 6                so a was 5, and b was 6
//!                 ▲
//!                 a step back over 6 makes 6 the first of b; a step over 9 takes 9 off a
//! ```
//!
//! Keys turn at rows, and at revisions that are gone but that a row which is left names: the one that a key's
//! oldest row follows, and the one that created it. Those are writes, too, and steps stop at them.

use std::collections::BTreeMap;

use super::{AsOf, Doubt, History, KeyId, Kind, Link, Revision, RowIx, Then};

/// How many writes are passed key by key. Where more are, all keys are judged anew.
const FEW: usize = 64;

/// The table at a revision that moves.
#[derive(Debug, Clone)]
pub struct Replay {
    revision: Revision,
    /// How many rows are up to it.
    end: usize,
    /// The next newer row of the same key, for each row.
    newer: Vec<Place>,
    /// The first row of each key after the revision.
    next: Vec<Place>,
    /// Revisions without a row at which a key turned, as the key's oldest row tells.
    gone: Vec<(Revision, KeyId)>,
    live: usize,
    doubts: BTreeMap<Doubt, usize>,
}

/// A row, or none, in four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(u32);

impl Place {
    const NONE: Self = Self(u32::MAX);

    fn row(self) -> Option<RowIx> {
        (self != Self::NONE).then_some(RowIx(self.0))
    }
}

impl From<RowIx> for Place {
    fn from(at: RowIx) -> Self {
        Self(at.0)
    }
}

impl Replay {
    /// The table at a revision.
    pub fn new(history: &History, revision: Revision) -> Self {
        let mut next = vec![Place::NONE; history.key_bound()];
        let mut newer = vec![Place::NONE; history.len()];
        for at in history.iter().rev() {
            if let Some(key) = history.key_at(at) {
                newer[at.index()] = std::mem::replace(&mut next[key.index()], at.into());
            }
        }
        // Now each key's next row is its oldest: this is the table before anything was written.
        let oldest = history.keys().filter_map(|(key, _)| Some((key, next[key.index()].row()?)));
        let gone = oldest.flat_map(|(key, at)| named(history, at).map(move |id| (id, key)));
        let mut gone: Vec<(Revision, KeyId)> = gone.collect();
        gone.sort_unstable();
        let doubts = BTreeMap::new();
        let mut replay = Self { revision: 0, end: 0, newer, next, gone, live: 0, doubts };
        replay.pass(history, history.position_after(revision));
        replay.revision = revision;
        replay.count(history);
        replay
    }

    /// The revision.
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// The table there.
    pub fn as_of<'h>(&self, history: &'h History) -> AsOf<'h> {
        history.as_of(self.revision)
    }

    /// What is known of a key there: see [`AsOf::state`].
    pub fn state(&self, history: &History, key: KeyId) -> Then {
        self.as_of(history).judge(key, self.next[key.index()].row())
    }

    /// The newest row of a key up to there, of those that are left.
    pub fn row(&self, history: &History, key: KeyId) -> Option<RowIx> {
        match self.next[key.index()].row() {
            Some(next) => history.older(next),
            None => history.key(key).newest,
        }
    }

    /// How many keys of the cluster were live, as far as that can be told.
    pub const fn live(&self) -> usize {
        self.live
    }

    /// Of how many keys of the cluster it cannot be told what they were, by why.
    pub const fn doubts(&self) -> &BTreeMap<Doubt, usize> {
        &self.doubts
    }

    /// The row that was written at the revision, if it is left.
    pub fn written(&self, history: &History) -> Option<RowIx> {
        history.find(self.revision)
    }

    /// The keys that were written at the revision, as far as rows tell: one, or none where no row tells of it.
    pub fn changed(&self, history: &History) -> Vec<KeyId> {
        let row = self.written(history).and_then(|at| history.key_at(at));
        let first = self.gone.partition_point(|&(id, _)| id < self.revision);
        let here = self.gone[first..].iter().take_while(|(id, _)| *id == self.revision);
        let mut keys: Vec<KeyId> = row.into_iter().chain(here.map(|&(_, key)| key)).collect();
        keys.dedup();
        keys
    }

    /// The revision of the next write of the table that is known, or of the one before.
    pub fn near(&self, history: &History, forward: bool) -> Option<Revision> {
        let id = |at: usize| history.id(RowIx::at(at));
        if forward {
            let row = (self.end < history.len()).then(|| id(self.end));
            let at = self.gone.partition_point(|&(id, _)| id <= self.revision);
            let gone = self.gone.get(at).map(|&(id, _)| id);
            row.into_iter().chain(gone).min()
        } else {
            let row = history.position_before(self.revision).checked_sub(1).map(id);
            let at = self.gone.partition_point(|&(id, _)| id < self.revision);
            let gone = at.checked_sub(1).map(|at| self.gone[at].0);
            row.into_iter().chain(gone).max()
        }
    }

    /// The same of a key.
    pub fn near_of(&self, history: &History, key: KeyId, forward: bool) -> Option<Revision> {
        let (row, next) = (self.row(history, key), self.next[key.index()].row());
        let near = match row {
            _ if forward => next,
            Some(at) if history.id(at) == self.revision => history.older(at),
            row => row,
        };
        // Beyond the oldest row are the revisions that it names.
        let oldest = if forward { next.filter(|_| row.is_none()) } else { row.or(next) };
        let oldest = oldest.filter(|_| forward || near.is_none());
        let is_beyond =
            |&id: &Revision| if forward { id > self.revision } else { id < self.revision };
        let gone = oldest.into_iter().flat_map(|at| named(history, at)).filter(is_beyond);
        let all = near.map(|at| history.id(at)).into_iter().chain(gone);
        if forward { all.min() } else { all.max() }
    }

    /// Moves to a revision.
    pub fn go(&mut self, history: &History, revision: Revision) {
        let end = history.position_after(revision);
        let (from, to) = (self.revision.min(revision), self.revision.max(revision));
        let passed = self.end.min(end)..self.end.max(end);
        let gone = |than: Revision| self.gone.partition_point(|&(id, _)| id <= than);
        let gone = gone(from)..gone(to);
        let flips = self.as_of(history).is_exact() != history.as_of(revision).is_exact();
        if flips || passed.len() + gone.len() > FEW {
            self.pass(history, end);
            self.revision = revision;
            self.count(history);
            return;
        }
        let rows = history.rows_at(passed).filter_map(|at| history.key_at(at));
        let mut keys: Vec<KeyId> =
            rows.chain(self.gone[gone].iter().map(|&(_, key)| key)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|&key| history.is_of_cluster(key));
        for &key in &keys {
            let then = self.state(history, key);
            self.tally(then, false);
        }
        self.pass(history, end);
        self.revision = revision;
        for &key in &keys {
            let then = self.state(history, key);
            self.tally(then, true);
        }
    }

    /// Goes over rows, up or down, so that so many are before.
    fn pass(&mut self, history: &History, end: usize) {
        let rows = history.rows_at(self.end.min(end)..self.end.max(end));
        if self.end < end {
            for at in rows {
                if let Some(key) = history.key_at(at) {
                    self.next[key.index()] = self.newer[at.index()];
                }
            }
        } else {
            for at in rows.rev() {
                if let Some(key) = history.key_at(at) {
                    self.next[key.index()] = at.into();
                }
            }
        }
        self.end = end;
    }

    /// Counts all keys anew.
    fn count(&mut self, history: &History) {
        self.live = 0;
        self.doubts.clear();
        for (key, _) in history.keys() {
            if history.is_of_cluster(key) {
                let then = self.state(history, key);
                self.tally(then, true);
            }
        }
    }

    /// Counts a key, or counts it no more.
    fn tally(&mut self, then: Then, comes: bool) {
        let count = match then {
            Then::Live(_) | Then::LiveUnseen { .. } => &mut self.live,
            Then::Unknown(doubt) => self.doubts.entry(doubt).or_default(),
            Then::Absent | Then::Deleted(_) => return,
        };
        *count = if comes { *count + 1 } else { *count - 1 };
        self.doubts.retain(|_, keys| *keys > 0);
    }
}

/// The revisions that are gone and that a key's oldest row names: the one that it follows, and the one that
/// created it.
fn named(history: &History, oldest: RowIx) -> impl Iterator<Item = Revision> {
    let prev = match history.link(oldest) {
        Link::Missing(prev, _) => Some(prev),
        _ => None,
    };
    let create = prev.and_then(|prev| {
        let create = history.create_revision(oldest)?;
        let is_older = create != 0 && create < prev && history.kind(oldest) != Kind::Create;
        is_older.then_some(create)
    });
    prev.into_iter().chain(create)
}
