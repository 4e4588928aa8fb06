//! How many bytes the values of rows have.

use crate::history::{History, Revision, RowIx};

/// How many bytes the values of one row have; NULL has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// The row's id.
    pub id: Revision,
    /// The length of its value.
    pub value: u64,
    /// The length of its old value.
    pub old_value: u64,
}

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
    /// How many sizes belong to no row, as far as all rows were asked for.
    pub strangers: u64,
}

/// No value is that long.
const UNKNOWN: u64 = u64::MAX;

impl Sizes {
    /// No size is known yet.
    pub fn new(history: &History) -> Self {
        Self { by_row: vec![UNKNOWN; history.len()], ..Self::default() }
    }

    /// Takes the sizes of rows.
    pub fn extend(&mut self, history: &History, sizes: &[Size]) {
        for &size in sizes {
            self.add(history, size);
        }
    }

    /// Takes the size of a row.
    pub fn add(&mut self, history: &History, size: Size) {
        let Size { id, value, old_value } = size;
        let at = history.find(id).and_then(|at| self.by_row.get_mut(at.index()));
        let Some(size) = at.filter(|size| **size == UNKNOWN) else {
            // A row that was not asked for may well be there.
            self.strangers += u64::from(!history.profile().may_leave_out(id));
            return;
        };
        *size = value.saturating_add(old_value).min(UNKNOWN - 1);
        self.measured += 1;
        self.values = self.values.saturating_add(value);
        self.old_values = self.old_values.saturating_add(old_value);
    }

    /// How many bytes the values of a row have, where that is known.
    pub fn of(&self, at: RowIx) -> Option<u64> {
        self.by_row.get(at.index()).copied().filter(|&size| size != UNKNOWN)
    }

    /// How many rows have a size.
    pub const fn measured(&self) -> usize {
        self.measured
    }

    /// How many rows have no size.
    pub const fn missing(&self) -> usize {
        self.by_row.len() - self.measured
    }
}
