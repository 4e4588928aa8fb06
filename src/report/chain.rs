//! One key's chain, for every format.

use super::{Table, Times};
use crate::history::compaction::{Plan, Verdict};
use crate::history::lanes::{Folding, Line, lanes};
use crate::history::{History, KeyId};

/// What is shown of a key.
#[derive(Debug, Clone, Copy)]
pub struct Chain<'a> {
    /// The table.
    pub table: Table<'a>,
    /// The key.
    pub key: KeyId,
    /// The compaction whose fates are shown, if any.
    pub plan: Option<&'a Plan>,
    /// What becomes of it in the end.
    pub verdict: &'a Verdict,
    /// Whether runs of plain updates are shown row by row, and lists are given whole.
    pub all: bool,
    /// When its rows were written, if that is shown.
    pub times: Option<Times<'a>>,
}

/// The lines of the picture, runs folded unless all rows are asked for.
pub(super) fn lines(history: &History, key: KeyId, plan: Option<&Plan>, all: bool) -> Vec<Line> {
    let folding = Folding {
        keep: &|_| false,
        class: &|at| u8::from(plan.is_none_or(|plan| plan.survives(at))),
    };
    lanes(history, key, (!all).then_some(&folding))
}
