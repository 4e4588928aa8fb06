//! The settings of kine's compaction.

use super::{Algorithm, Version};
use crate::history::Revision;

/// What kine's compactor is told by its flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// `--compact-min-retain`: how many of the newest revisions are never compacted.
    pub min_retain: u64,
    /// `--compact-batch-size`: how many revisions one transaction advances at most; at least 1.
    pub batch_size: u64,
    /// Which kine's compaction it is.
    pub algorithm: Algorithm,
    /// Which version of kine runs, where that was said; `None` for today's.
    pub kine: Option<Version>,
}

impl Policy {
    /// kine's defaults.
    pub const DEFAULT: Self =
        Self { min_retain: 1000, batch_size: 1000, algorithm: Algorithm::Batches, kine: None };

    /// The same, but nothing is retained: what becomes of the table as it is once enough other
    /// writes have followed.
    #[must_use]
    pub const fn without_retain(self) -> Self {
        Self { min_retain: 0, ..self }
    }

    /// What the same kine does by itself, whatever a Compact request makes it do: the versions whose
    /// request runs at once go in batches by their own clock.
    #[must_use]
    pub const fn by_itself(self) -> Self {
        match self.algorithm {
            Algorithm::Request => Self { algorithm: Algorithm::Batches, ..self },
            _ => self,
        }
    }

    /// The highest revision that a table with that current revision is compacted to
    /// (`safeCompactRev` in kine's `sqllog.go`). A Compact request of the versions that ran it at
    /// once retained nothing.
    pub const fn reach(self, current: Revision) -> Revision {
        match self.algorithm {
            Algorithm::Request => current,
            _ => current.saturating_sub(self.min_retain),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::DEFAULT
    }
}
