//! What is counted on the way over the rows.

use super::subject::Seen;
use crate::history::{Flag, History, Kind, Revision};

/// How many distances between writes are looked at, the newest ones: a step that has changed since
/// is no step of today's.
const WINDOW: usize = 1024;

/// Fewer distances between writes than this are no sign of a step.
const ENOUGH: usize = 8;

/// How many ranges are kept of the ids that are missing.
const RANGES: usize = 5;

/// What is counted on the way over the rows. Ids are looked at above the compact revision only:
/// below it, compaction makes holes.
#[derive(Debug, Clone, Default)]
pub struct IdStatistics {
    /// Gap rows in the whole table.
    pub gaps: u64,
    /// Gap rows at or under the compact revision.
    pub stale_gaps: u64,
    /// The first and the last gap row.
    pub gap_range: Option<(Revision, Revision)>,
    /// Gap rows above the compact revision.
    pub recent_gaps: u64,
    /// Other rows above the compact revision.
    pub recent_writes: u64,
    /// Ids that no row has.
    pub holes: u64,
    /// The first ranges of those.
    pub hole_ranges: Vec<(Revision, Revision)>,
    /// The row before.
    last: Option<Revision>,
    /// The write before, gap rows left out.
    last_write: Option<Revision>,
    /// The newest distances between writes, in a ring.
    distances: Vec<Revision>,
    distance_at: usize,
}

impl IdStatistics {
    /// Takes the next row, in the order of ids.
    pub(super) fn see(&mut self, history: &History, seen: &Seen) {
        let is_gap = seen.row.deleted.is_set()
            && seen.row.created != Flag::Yes
            && history.kind(seen.at) == Kind::Gap;
        self.count(history, seen.row.id, is_gap);
    }

    /// Takes the next row, as an id and whether it is a gap row.
    pub(super) fn count(&mut self, history: &History, id: Revision, is_gap: bool) {
        if is_gap {
            self.gaps += 1;
            self.gap_range = Some((self.gap_range.map_or(id, |(first, _)| first), id));
        }
        let compacted = history.horizon().compacted();
        if id <= compacted {
            self.stale_gaps += u64::from(is_gap);
            // Rows may come meanwhile, and only they show that those before were compacted.
            self.recent_gaps = 0;
            self.recent_writes = 0;
            self.holes = 0;
            self.hole_ranges.clear();
            self.last = None;
            self.last_write = None;
            self.distances.clear();
            return;
        }
        // The mark is no write: its id tells nothing of what came after it.
        let after = self.last.map_or(compacted, |last| last.max(compacted));
        if id > after + 1 && !(self.last.is_none() && compacted == 0) {
            self.hole(after + 1, id - 1);
        }
        self.last = Some(id);
        if is_gap {
            self.recent_gaps += 1;
        } else {
            self.recent_writes += 1;
            if let Some(last) = self.last_write {
                self.distance(id - last);
            }
            self.last_write = Some(id);
        }
    }

    fn hole(&mut self, first: Revision, last: Revision) {
        self.holes += last - first + 1;
        if self.hole_ranges.len() < RANGES {
            self.hole_ranges.push((first, last));
        }
    }

    fn distance(&mut self, distance: Revision) {
        if self.distances.len() < WINDOW {
            self.distances.push(distance);
        } else {
            self.distances[self.distance_at] = distance;
            self.distance_at = (self.distance_at + 1) % WINDOW;
        }
    }

    /// The step in which revisions go up, when every write of late is a multiple of it after the
    /// write before; `None` when it is 1, as kine needs it, or cannot be told.
    pub fn step(&self) -> Option<Revision> {
        let step = self.distances.iter().copied().reduce(greatest_common_divisor)?;
        (self.distances.len() >= ENOUGH && step > 1).then_some(step)
    }
}

fn greatest_common_divisor(one: Revision, other: Revision) -> Revision {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}
