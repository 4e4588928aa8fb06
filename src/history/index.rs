//! The ids of all rows, and which row has a given one.

use super::column::{Column, Exceptions, PART_BITS};
use super::{Revision, RowIx};

/// The ids of rows, in ascending order: by position, and back.
///
/// An id is kept as its distance from the first of its part: 4 bytes a row, and 12 more where that is
/// no 32 bits. Back it goes by pages of 28,672 ids. One that has many rows has a bit for each id, in 64
/// blocks of one cache line each, which also says how many rows come before: a look is two loads. One
/// that has few, as compaction leaves it, is searched:
///
/// ```text
///   ids      1 … 28,672      28,673 … 57,344               57,345 …
///   pages    │ 3 rows        │ 28,010 rows                 │ the last one, still growing
///            ▼               ▼
///            a binary        block │ row 3     0110111…  448 ids │
///            search          block │ row 448   1111101…          │
///                            …
/// ```
///
/// So the way back costs a seventh of a byte a row where kine wrote a row for each id, at most 9 on a
/// page that has just enough rows, and 16 where each row has a page to itself.
#[derive(Debug, Default)]
pub(super) struct Ids {
    offsets: Column<u32>,
    /// What the offsets of each part are counted from.
    bases: Vec<Revision>,
    far: Exceptions<Revision>,
    last: Option<Revision>,
    pages: Column<Page>,
    blocks: Column<Block>,
}

/// The offset of an id that is kept as an exception.
const FAR: u32 = u32::MAX;

/// A stretch of ids that has rows.
#[derive(Debug, Clone, Copy)]
struct Page {
    /// Which one, counted from the lowest id.
    number: u64,
    /// The position of its first row.
    start: u32,
    /// Its first block; [`SPARSE`] where it has none.
    blocks: u32,
}

const SPARSE: u32 = u32::MAX;

/// 448 ids: a bit for each that has a row.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Block {
    bits: [u64; 7],
    /// How many rows come before them.
    before: u32,
}

const IDS_A_BLOCK: usize = 7 * 64;
const BLOCKS_A_PAGE: usize = 64;
const IDS_A_PAGE: u64 = (BLOCKS_A_PAGE * IDS_A_BLOCK) as u64;
/// How many rows a page has at least that has blocks: one in 64 ids.
const DENSE: u32 = 448;

impl Block {
    const fn has(&self, at: usize) -> bool {
        self.bits[at / 64] >> (at % 64) & 1 != 0
    }

    /// How many rows come before an id of the block.
    fn rank(&self, at: usize) -> usize {
        let (word, bit) = (at / 64, at % 64);
        let whole: u32 = self.bits[..word].iter().map(|bits| bits.count_ones()).sum();
        let part = self.bits[word] & ((1 << bit) - 1);
        (self.before + whole + part.count_ones()) as usize
    }
}

impl Ids {
    pub(super) const fn len(&self) -> usize {
        self.offsets.len()
    }

    /// The highest one.
    pub(super) const fn last(&self) -> Option<Revision> {
        self.last
    }

    /// The id at a position.
    #[inline]
    pub(super) fn get(&self, at: RowIx) -> Revision {
        let base = self.bases[at.index() >> PART_BITS];
        match self.offsets[at.index()] {
            FAR => self.far.get(at).unwrap_or(base),
            offset => base + u64::from(offset),
        }
    }

    /// Adds an id that is higher than all before.
    pub(super) fn push(&mut self, id: Revision) {
        let at = RowIx::at(self.len());
        if at.index() >> PART_BITS == self.bases.len() {
            self.bases.push(id);
        }
        let base = self.bases[self.bases.len() - 1];
        let offset = u32::try_from(id - base).unwrap_or(FAR);
        if offset == FAR {
            self.far.push(at, id);
        }
        self.offsets.push(offset);
        self.last = Some(id);
        self.enter(at, id);
    }

    /// Makes an id one that is found.
    fn enter(&mut self, at: RowIx, id: Revision) {
        let (number, place) = self.place(id).unwrap_or_default();
        match self.pages.last_mut() {
            Some(page) if page.number == number && page.blocks != SPARSE => self.mark(place, at),
            Some(page) if page.number == number => {
                if at.0 - page.start + 1 == DENSE {
                    let start = page.start;
                    page.blocks = u32::try_from(self.blocks.len()).unwrap_or(SPARSE);
                    self.mark_all(start, at);
                }
            }
            _ => self.begin_page(number, at),
        }
    }

    #[cold]
    fn begin_page(&mut self, number: u64, at: RowIx) {
        if self.pages.last().is_some_and(|page| page.blocks != SPARSE) {
            self.fill_up_to(BLOCKS_A_PAGE, at);
        }
        self.pages.push(Page { number, start: at.0, blocks: SPARSE });
    }

    /// Notes the rows of the last page, which has become dense.
    #[cold]
    fn mark_all(&mut self, start: u32, last: RowIx) {
        for at in (start..=last.0).map(RowIx) {
            if let Some((_, place)) = self.place(self.get(at)) {
                self.mark(place, at);
            }
        }
    }

    /// Notes that a row has an id of the last page.
    fn mark(&mut self, place: usize, at: RowIx) {
        self.fill_up_to(place / IDS_A_BLOCK + 1, at);
        let bit = place % IDS_A_BLOCK;
        if let Some(block) = self.blocks.last_mut() {
            block.bits[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Gives the last page so many blocks; those that are new come before a row.
    fn fill_up_to(&mut self, blocks: usize, at: RowIx) {
        let first = self.pages.last().map_or(0, |page| page.blocks as usize);
        while self.blocks.len() < first + blocks {
            self.blocks.push(Block { bits: [0; 7], before: at.0 });
        }
    }

    /// The number of an id's page, and its place on that; `None` for one that is lower than all.
    fn place(&self, id: Revision) -> Option<(u64, usize)> {
        let distance = id.checked_sub(*self.bases.first()?)?;
        // It is lower than a page.
        Some((distance / IDS_A_PAGE, (distance % IDS_A_PAGE) as usize))
    }

    /// A page, or the one after where it would be.
    fn page(&self, number: u64) -> Result<usize, usize> {
        let is_it = |&at: &usize| self.pages.get(at).is_some_and(|page| page.number == number);
        let pages = self.pages.len();
        // Where no page is missing, or where those that are come first, as compaction leaves a table.
        let from_start = usize::try_from(number).ok();
        let from_end = self.pages.last().and_then(|last| last.number.checked_sub(number));
        let from_end = from_end.and_then(|it| (pages - 1).checked_sub(usize::try_from(it).ok()?));
        if let Some(at) = from_start.filter(is_it).or(from_end.filter(is_it)) {
            return Ok(at);
        }
        let at = self.pages.partition_point((0, pages), |page| page.number < number);
        if is_it(&at) { Ok(at) } else { Err(at) }
    }

    /// The positions of a page's rows.
    fn rows_of(&self, page: usize) -> (usize, usize) {
        let start = |page: &Page| page.start as usize;
        let [start, end] = [page, page + 1].map(|at| self.pages.get(at).map_or(self.len(), start));
        (start, end)
    }

    /// The first of a page's rows whose id is not lower, as a position.
    fn search(&self, page: usize, id: Revision) -> usize {
        let (mut start, mut end) = self.rows_of(page);
        while start < end {
            let middle = start.midpoint(end);
            if self.get(RowIx::at(middle)) < id { start = middle + 1 } else { end = middle }
        }
        start
    }

    /// The row with that id.
    #[inline]
    pub(super) fn find(&self, id: Revision) -> Option<RowIx> {
        let (number, place) = self.place(id)?;
        let page = self.page(number).ok()?;
        let found = match self.pages[page].blocks {
            SPARSE => {
                let at = self.search(page, id);
                (at < self.rows_of(page).1 && self.get(RowIx::at(at)) == id).then_some(at)
            }
            first => {
                let block = self.blocks.get(first as usize + place / IDS_A_BLOCK)?;
                let at = place % IDS_A_BLOCK;
                block.has(at).then(|| block.rank(at))
            }
        };
        found.map(RowIx::at)
    }

    /// How many rows have a lower id.
    pub(super) fn rank(&self, id: Revision) -> usize {
        let Some((number, place)) = self.place(id) else { return 0 };
        let page = match self.page(number) {
            Ok(page) => page,
            Err(next) => return self.rows_of(next).0,
        };
        match self.pages[page].blocks {
            SPARSE => self.search(page, id),
            first => match self.blocks.get(first as usize + place / IDS_A_BLOCK) {
                Some(block) => block.rank(place % IDS_A_BLOCK),
                // After all rows.
                None => self.len(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Stretches of ids: how far from the one before, how many, and with which steps.
    fn stretches() -> impl Strategy<Value = Vec<(u64, usize, u64)>> {
        let gap = prop_oneof![
            4 => 1..1_000_u64,
            2 => 1..IDS_A_PAGE * 5,
            1 => Just(u64::from(u32::MAX)),
            1 => 1..u64::MAX / 8,
        ];
        let step = prop_oneof![4 => Just(1_u64), 2 => 1..5_u64, 1 => 50..80_u64, 1 => 1..2_000_u64];
        prop::collection::vec((gap, 1..1_000_usize, step), 1..6)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn finds_exactly_the_ids_that_are_there(
            first in prop_oneof![Just(0), Just(1), 0..u64::MAX / 2],
            stretches in stretches(),
        ) {
            let mut ids = Ids::default();
            let mut all = BTreeMap::new();
            let mut add = |id: u64| {
                all.insert(id, RowIx::at(ids.len()));
                ids.push(id);
            };
            add(first);
            let mut id = first;
            for (gap, rows, step) in stretches {
                id = id.saturating_add(gap).min(u64::MAX - 1);
                for _ in 0..rows {
                    if id < u64::MAX - step && id > first {
                        add(id);
                        id += step;
                    }
                }
            }
            let all = BTreeMap::from_iter(all);
            prop_assert_eq!(ids.last(), all.keys().next_back().copied());
            for (&id, &at) in &all {
                prop_assert_eq!(ids.get(at), id);
                for near in [id.saturating_sub(1), id, id.saturating_add(1), id ^ 1 << 40] {
                    prop_assert_eq!(ids.find(near), all.get(&near).copied(), "{}", near);
                }
                prop_assert_eq!(ids.rank(id), at.index());
                prop_assert_eq!(ids.rank(id + 1), at.index() + 1);
            }
            for far in [0, id, id.saturating_add(IDS_A_PAGE), u64::MAX] {
                prop_assert_eq!(ids.rank(far), all.range(..far).count(), "{}", far);
                prop_assert_eq!(ids.find(far), all.get(&far).copied(), "{}", far);
            }
            let index = ids.pages.len() * size_of::<Page>() + ids.blocks.len() * size_of::<Block>();
            prop_assert!(index <= ids.len() * 16 + BLOCKS_A_PAGE * size_of::<Block>());
        }
    }
}
