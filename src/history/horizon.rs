//! How far a table has been compacted, as far as its rows tell, and what that explains.

use super::{Absence, Flag, History, KeyId, Revision, RowIx, Unknown};

/// How far a table has been compacted: what `compact_rev_key` says, or further, if the rows show a
/// compaction that it does not tell of.
///
/// Not every compaction is recorded: the Compact request of kine v0.11.9 to v0.13.15 and the SQL
/// that maintainers gave for compacting by hand leave `compact_rev_key` alone, and where it was lost,
/// kine begins again at 0. What such a compaction to E leaves is unmistakable: up to E no tombstone,
/// and no row that a row up to E points at.
///
/// ```text
///   recorded 0   ids  1   2   9   14   17   20   21
///                     ●   ●   ●   ●    ●    ●───▶●      every row up to 17 stands alone, and 14
///                         ◁── prev missing ──┘          and 17 point at rows that are gone:
///                                E = 17                 the table was compacted to 17
/// ```
///
/// It is known as rows are pushed, and provisional until all are there: `compact_rev_key` is a row
/// like any other, and may be the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Horizon {
    /// The compact revision that `compact_rev_key` holds.
    pub recorded: Option<Revision>,
    /// The highest revision to which the rows show a compaction; 0 for none. What lies at or under
    /// the recorded one does not matter.
    shown: Revision,
    /// The first row above the recorded revision that a compaction to its own would have changed: no
    /// row after it shows anything.
    untouched: Option<Revision>,
}

impl Horizon {
    /// The revision up to which the table has been compacted.
    pub fn compacted(self) -> Revision {
        self.recorded.unwrap_or(0).max(self.shown)
    }

    /// The revision of a compaction that `compact_rev_key` does not tell of.
    pub fn unrecorded(self) -> Option<Revision> {
        (self.shown > self.recorded.unwrap_or(0)).then_some(self.shown)
    }
}

impl History {
    /// How far the table has been compacted.
    pub const fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// The compact revision: the highest prev revision of the rows named `compact_rev_key`. `None`
    /// when there is no such row, or only NULL.
    pub const fn compacted(&self) -> Option<Revision> {
        self.horizon.recorded
    }

    /// The lowest revision at which a compaction explains that the row before this one is missing;
    /// `None` where none is, or it may have been left out, or compaction does not follow the pointer.
    ///
    /// Compaction to R removes what rows up to R point at, and tombstones up to R, which only creates
    /// point at (`CompactSQL`). Without a `created` column the row may be a create: what is not known
    /// to be damage is not called damage.
    pub fn explained_at(&self, at: RowIx) -> Option<Revision> {
        let id = self.id(at);
        if !self.is_pointer(at) || self.prev(at).is_some() {
            return None;
        }
        let prev = self.prev_revision(at).filter(|&prev| prev != 0 && prev < id)?;
        if self.profile.may_leave_out(prev) {
            return None;
        }
        Some(match self.created(at) {
            Flag::Yes | Flag::Odd | Flag::Unknown => prev,
            Flag::No | Flag::Null => id,
        })
    }

    /// What explains that the older row which a row points at is missing.
    pub(super) fn absence(&self, at: RowIx, prev: Revision) -> Absence {
        if self.profile.may_leave_out(prev) {
            return Absence::Unexplained(Unknown::Part);
        }
        let Some(needed) = self.explained_at(at) else {
            return Absence::Unexplained(Unknown::Name);
        };
        let compacted = self.horizon.compacted();
        if self.may_be_a_part() {
            Absence::Unexplained(Unknown::CompactRevision)
        } else if needed > compacted {
            Absence::Broken
        } else if Some(needed) > self.horizon.recorded && self.profile.part.is_some() {
            Absence::Unexplained(Unknown::FirstRows)
        } else if self.id(at) > compacted && self.created(at) == Flag::Unknown {
            Absence::Unexplained(Unknown::Created)
        } else {
            Absence::Compacted
        }
    }

    /// Whether a predecessor of this key is missing that no compaction explains.
    pub fn is_broken(&self, key: KeyId) -> bool {
        self.key(key).missing_up_to > self.horizon.compacted() && !self.may_be_a_part()
    }

    /// Takes the compact revision that the row `mark`, named `compact_rev_key`, holds. Rows after it are
    /// watched in their turn.
    #[cold]
    pub(super) fn record(&mut self, compacted: Revision, mark: RowIx) {
        self.horizon.recorded = self.horizon.recorded.max(Some(compacted));
        if self.horizon.untouched.is_none_or(|untouched| Some(untouched) > self.horizon.recorded) {
            return;
        }
        // The rows up to the new revision prove nothing; those after it, which were passed over, may.
        // No row is looked at twice in this way.
        self.horizon.untouched = None;
        let after = self.position_after(compacted);
        for at in (after..mark.index()).map(RowIx::at) {
            self.watch(at);
        }
    }

    /// Looks for traces of a compaction at a row that has been linked.
    #[inline]
    pub(super) fn watch(&mut self, at: RowIx) {
        // Nearly every row comes after the first that no compaction has touched.
        if self.horizon.untouched.is_none() {
            self.look_for_traces(at);
        }
    }

    #[cold]
    fn look_for_traces(&mut self, at: RowIx) {
        let id = self.id(at);
        if Some(id) <= self.horizon.recorded {
            return;
        }
        if self.is_untouched(at) {
            self.horizon.untouched = Some(id);
        } else if let Some(needed) = self.explained_at(at) {
            self.horizon.shown = self.horizon.shown.max(needed);
        }
    }

    /// Whether a compaction to the row's revision would have removed a row that is still there: this
    /// one, as a tombstone or because an older row points forward at it; or the one that it points at.
    fn is_untouched(&self, at: RowIx) -> bool {
        let points_back = |prev| prev <= at && self.is_pointer(at);
        self.deleted(at).is_set()
            || self.prev(at).is_some_and(points_back)
            || self.successors(at).any(|by| by < at && self.is_pointer(by))
    }

    /// Takes what is known of another table of which this one will hold some rows, as a compaction to
    /// a revision leaves them: those rows alone would show too much.
    pub(super) fn follow_horizon_of(&mut self, whole: &Self, reached: Option<Revision>) {
        let shown = whole.horizon.shown.max(reached.unwrap_or_default());
        self.horizon = Horizon { recorded: None, shown, untouched: Some(Revision::MAX) };
    }
}
