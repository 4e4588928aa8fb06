//! Lists that grow in parts, and lists of exceptions.

use std::ops::{Index, IndexMut};

use super::RowIx;

/// How many things a part holds, as a power of two.
pub(super) const PART_BITS: u32 = 16;
const PART: usize = 1 << PART_BITS;

/// A list that never moves what it holds: once a part is full the next one is begun.
///
/// ```text
///   parts   [65,536 things][65,536 things][65,536 things][…   ]
///                                                          ▲ push
/// ```
///
/// A `Vec` that is full copies all that it holds, which takes as long as that is long and holds it twice
/// meanwhile. Here no push waits for more than one part, and nothing is held that will not be filled,
/// but for the rest of the last part. A look costs one more load, from a short list that stays in the
/// cache.
#[derive(Debug, Clone)]
pub(super) struct Column<T> {
    parts: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { parts: Vec::new(), len: 0 }
    }
}

impl<T> Column<T> {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, thing: T) {
        if self.len.is_multiple_of(PART) {
            self.begin_part();
        }
        if let Some(part) = self.parts.last_mut() {
            part.push(thing);
        }
        self.len += 1;
    }

    #[cold]
    fn begin_part(&mut self) {
        // The first part grows as a `Vec` does: most histories of a key are small.
        let room = if self.len == 0 { 0 } else { PART };
        self.parts.push(Vec::with_capacity(room));
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.parts.get(at >> PART_BITS)?.get(at % PART)
    }

    pub(super) fn last(&self) -> Option<&T> {
        self.parts.last()?.last()
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut T> {
        self.parts.last_mut()?.last_mut()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.parts.iter().flatten()
    }

    /// The first of the things from `start` to `end` of which `is_before` is not true, where it is true
    /// of those before it and of none after.
    pub(super) fn partition_point(
        &self,
        (mut start, mut end): (usize, usize),
        is_before: impl Fn(&T) -> bool,
    ) -> usize {
        while start < end {
            let middle = start.midpoint(end);
            if is_before(&self[middle]) { start = middle + 1 } else { end = middle }
        }
        start
    }
}

impl<T> Index<usize> for Column<T> {
    type Output = T;

    #[inline]
    fn index(&self, at: usize) -> &T {
        &self.parts[at >> PART_BITS][at % PART]
    }
}

impl<T> IndexMut<usize> for Column<T> {
    #[inline]
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut self.parts[at >> PART_BITS][at % PART]
    }
}

/// What few rows have, by the row: 4 bytes more for each that has it, and none for any other.
///
/// ```text
///   rows     3   9   10
///   values   a   b   c        a look is a binary search, and only for rows with a mark of their own
/// ```
#[derive(Debug, Clone)]
pub(super) struct Exceptions<T> {
    rows: Column<RowIx>,
    values: Column<T>,
}

impl<T> Default for Exceptions<T> {
    fn default() -> Self {
        Self { rows: Column::default(), values: Column::default() }
    }
}

impl<T: Copy> Exceptions<T> {
    /// Notes what a row has. Rows come in their order.
    pub(super) fn push(&mut self, at: RowIx, value: T) {
        self.rows.push(at);
        self.values.push(value);
    }

    pub(super) fn get(&self, at: RowIx) -> Option<T> {
        let place = self.rows.partition_point((0, self.rows.len()), |&row| row < at);
        let is_it = self.rows.get(place) == Some(&at);
        self.values.get(place).copied().filter(|_| is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_a_list() {
        let mut column = Column::default();
        assert_eq!((column.len(), column.get(0), column.last()), (0, None, None));
        let things = PART * 2 + 3;
        for thing in 0..things {
            column.push(thing);
            assert_eq!((column.len(), column.last()), (thing + 1, Some(&thing)));
        }
        assert!(column.iter().copied().eq(0..things));
        for at in [0, 1, PART - 1, PART, things - 1] {
            assert_eq!((column[at], column.get(at)), (at, Some(&at)));
            assert_eq!(column.partition_point((0, things), |&thing| thing < at), at);
        }
        assert_eq!(column.get(things), None);
        column[PART] = 7;
        assert_eq!(column.iter().filter(|&&thing| thing == 7).count(), 2);
    }

    #[test]
    fn an_exception_is_found_by_its_row_and_nothing_else_is() {
        let mut exceptions = Exceptions::default();
        for at in [3, 9, 10] {
            exceptions.push(RowIx(at), at * 10);
        }
        let found: Vec<_> = (0..12).filter_map(|at| exceptions.get(RowIx(at))).collect();
        assert_eq!(found, [30, 90, 100]);
    }
}
