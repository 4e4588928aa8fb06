//! How many bytes the values of rows have.

use crate::history::{History, Revision};

/// How many bytes the values of each row have, as they were measured after the rows were read.
///
/// In between rows may have come and gone. A size without a row belongs to nothing, and a row
/// without a size is not guessed at: both are counted.
#[derive(Debug, Clone, Default)]
pub struct Sizes {
    /// By a row's position; [`UNKNOWN`] for none.
    by_row: Vec<u64>,
    measured: usize,
    /// What all values have that belong to rows.
    pub values: u64,
    /// What all old values have.
    pub old_values: u64,
    /// How many sizes belong to no row.
    pub strangers: u64,
}

/// No value is that long.
const UNKNOWN: u64 = u64::MAX;

impl Sizes {
    /// No size is known yet.
    pub fn new(history: &History) -> Self {
        Self { by_row: vec![UNKNOWN; history.len()], ..Self::default() }
    }

    /// Takes the lengths of a row's value and old value; NULL has none.
    pub fn add(&mut self, history: &History, id: Revision, value: u64, old_value: u64) {
        let at = history.find(id).and_then(|at| self.by_row.get_mut(at.index()));
        let Some(size) = at.filter(|size| **size == UNKNOWN) else {
            self.strangers += 1;
            return;
        };
        *size = value.saturating_add(old_value).min(UNKNOWN - 1);
        self.measured += 1;
        self.values = self.values.saturating_add(value);
        self.old_values = self.old_values.saturating_add(old_value);
    }

    /// How many bytes the row at a position has.
    pub(super) fn of(&self, at: usize) -> Option<u64> {
        self.by_row.get(at).copied().filter(|&size| size != UNKNOWN)
    }

    /// How many rows have no size.
    pub const fn missing(&self) -> usize {
        self.by_row.len() - self.measured
    }
}
