//! When rows were written, as far as what was written tells.
//!
//! A row has no time, and its revision tells only what came before and after. But many values hold
//! times: a node renews its Lease every ten seconds, and writes down when; an API server notes when an
//! object was created, and when who changed which of its fields. From a few of them follow bounds for
//! every row between.
//!
//! ```text
//!   revision                                  what follows
//!      40   lease of a, renewed 02:09:58      40 was written at 02:09:58 or later
//!      52   node-02 deleted                   52 as well
//!      55   lease of b, renewed 02:10:03
//!      75   lease of b, renewed 02:10:08,     b knew of 55 when it wrote this: 55 was written
//!           prev revision 55                  at 02:10:08 or earlier, and so was 52
//! ```
//!
//! What is given is two bounds, never a guess between them. They are right where the machines' clocks
//! are, to within [`SKEW`]. A clock that contradicts more of the others than they do among themselves
//! is not believed ([`Clock::disagreeing`]); nothing is averaged.

mod bound;
mod sample;
#[cfg(test)]
mod tests;

use super::{History, KeyId, Revision, RowIx};
use bound::{Bound, Side, disagreeing};
pub use bound::{LATENCY, SKEW, Witness};
pub use sample::{around, between, spread};

/// A moment: milliseconds since 1970 in UTC.
pub type Millis = i64;

/// The times that a value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamps {
    /// When the object was created: `metadata.creationTimestamp`, in whole seconds.
    pub created: Option<Millis>,
    /// When a Lease was renewed, which is why it was written: `spec.renewTime`.
    pub renewed: Option<Millis>,
    /// The latest of the other times that were past when the value was written: of `managedFields`, of an
    /// Event, of a deletion that was asked for.
    pub latest: Option<Millis>,
}

/// When a row was written: at `earliest` or later, at `latest` or earlier. `None` where nothing tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Not before this.
    pub earliest: Option<Millis>,
    /// Not after this.
    pub latest: Option<Millis>,
}

impl Written {
    /// Both bounds, where both are known.
    pub fn between(self) -> Option<(Millis, Millis)> {
        Some((self.earliest?, self.latest?))
    }
}

/// What is known of when rows were written.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    bounds: Vec<Bound>,
    /// What the rows say of one another, without those that are not believed: revisions and times both
    /// rise.
    earliest: Vec<(Revision, Millis)>,
    latest: Vec<(Revision, Millis)>,
    disagreeing: Vec<Witness>,
}

impl Clock {
    /// A clock of a table whose newest rows were read `now`, if that is known.
    pub fn new(history: &History, now: Option<Millis>) -> Self {
        let mut clock = Self::default();
        if let (Some(time), Some(revision)) = (now, history.current()) {
            clock.bounds.push(Bound {
                revision,
                time,
                side: Side::Latest,
                witness: Witness::Reader,
            });
        }
        clock.settle();
        clock
    }

    /// Takes what the values of some rows tell.
    pub fn extend(&mut self, history: &History, stamps: &[(RowIx, Stamps)]) {
        for &(at, stamps) in stamps {
            self.bounds.extend(bound::of(history, at, stamps));
        }
        self.settle();
    }

    /// When the row of a revision was written.
    pub fn at(&self, revision: Revision) -> Written {
        let before = self.earliest.partition_point(|&(known, _)| known <= revision);
        let after = self.latest.partition_point(|&(known, _)| known < revision);
        Written {
            earliest: before.checked_sub(1).map(|at| self.earliest[at].1 - SKEW),
            latest: self.latest.get(after).map(|&(_, time)| time + SKEW),
        }
    }

    /// The revisions that are known to have been written before a moment, and those that are known to have
    /// been written after it: all up to the first, all from the second on. What lies between may be either.
    pub fn revisions(&self, time: Millis) -> (Option<Revision>, Option<Revision>) {
        let before = self.latest.partition_point(|&(_, latest)| latest + SKEW < time);
        let after = self.earliest.partition_point(|&(_, earliest)| earliest - SKEW <= time);
        let before = before.checked_sub(1).map(|at| self.latest[at].0);
        (before, self.earliest.get(after).map(|&(revision, _)| revision))
    }

    /// The oldest revision that is known to have been written at some time or later.
    pub fn oldest(&self) -> Option<Revision> {
        self.earliest.first().map(|&(revision, _)| revision)
    }

    /// Whose clocks are not believed.
    pub fn disagreeing(&self) -> &[Witness] {
        &self.disagreeing
    }

    /// Whether nothing tells when anything was written.
    pub fn is_empty(&self) -> bool {
        self.earliest.is_empty()
    }

    /// Finds out whom to believe, and what follows.
    fn settle(&mut self) {
        self.bounds.sort_unstable();
        self.bounds.dedup();
        self.disagreeing = disagreeing(&self.bounds);
        self.earliest.clear();
        self.latest.clear();
        let believed = |bound: &&Bound| self.disagreeing.binary_search(&bound.witness).is_err();
        for bound in self.bounds.iter().filter(believed).filter(|it| it.side == Side::Earliest) {
            if self.earliest.last().is_none_or(|&(_, time)| time < bound.time) {
                self.earliest.push((bound.revision, bound.time));
            }
        }
        for bound in self.bounds.iter().filter(believed).filter(|it| it.side == Side::Latest).rev()
        {
            if self.latest.last().is_none_or(|&(_, time)| time > bound.time) {
                self.latest.push((bound.revision, bound.time));
            }
        }
        self.latest.reverse();
    }
}

/// Whether a key's values are Leases: `leases` is a segment of its name.
fn is_lease(history: &History, key: KeyId) -> bool {
    history.name(key).split(|&byte| byte == b'/').any(|segment| segment == b"leases")
}
