//! Which row has a given id, in constant time for the tables that exist and in few bytes for all.

use super::Revision;

/// Finds the position of an id among ascending ids.
///
/// The ids are cut into blocks of `2^shift`; for each block the position of its first row is kept.
/// Ids that follow one another closely, as kine writes them, need `shift` 0 and one look; the
/// sparser they are, the larger the blocks, so that there are never more blocks than rows (and a
/// few):
///
/// ```text
/// ids      3   4   6       11  12        base 3, shift 1
/// blocks  [3 4 | 5 6 | 7 8 | 9 10 | 11 12]
/// starts   0     2     3     3      3
/// ```
#[derive(Debug, Default)]
pub(super) struct IdIndex {
    base: Revision,
    shift: u32,
    starts: Vec<u32>,
}

/// Blocks that a table may have beyond its rows.
const SPARE: u64 = 1024;

impl IdIndex {
    /// Notes that the row at `position` has this id. Ids come in ascending order, and positions
    /// one after the other.
    pub(super) fn push(&mut self, id: Revision, position: u32) {
        if position == 0 {
            self.base = id;
        }
        let limit = u64::from(position) + SPARE;
        while (id - self.base) >> self.shift > limit {
            self.coarsen();
        }
        let block = (id - self.base) >> self.shift;
        while (self.starts.len() as u64) <= block {
            self.starts.push(position);
        }
    }

    /// The positions among which a row with this id would be.
    pub(super) fn candidates(&self, id: Revision, rows: u32) -> std::ops::Range<usize> {
        let Some(block) = id.checked_sub(self.base).map(|offset| offset >> self.shift) else {
            return 0..0;
        };
        let Some(block) = usize::try_from(block).ok().filter(|&at| at < self.starts.len()) else {
            return rows as usize..rows as usize;
        };
        let end = self.starts.get(block + 1).copied().unwrap_or(rows);
        self.starts[block] as usize..end as usize
    }

    /// Doubles the blocks.
    fn coarsen(&mut self) {
        self.shift += 1;
        let mut block = 0;
        self.starts.retain(|_| {
            block += 1;
            block % 2 == 1
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find(ids: &[u64], index: &IdIndex, id: u64) -> Option<usize> {
        let range = index.candidates(id, u32::try_from(ids.len()).unwrap());
        ids[range.clone()].binary_search(&id).ok().map(|at| range.start + at)
    }

    proptest! {
        #[test]
        fn finds_exactly_the_ids_that_are_there(
            steps in prop::collection::vec(prop_oneof![
                20 => 1..4_u64, 3 => 1..5_000_u64, 1 => 1..u64::MAX / 64,
            ], 1..60),
            start in prop_oneof![Just(0), Just(1), 0..u64::MAX / 2],
        ) {
            let mut ids = vec![start];
            for step in steps {
                let Some(next) = ids[ids.len() - 1].checked_add(step) else { break };
                ids.push(next);
            }
            let mut index = IdIndex::default();
            for (at, &id) in (0..).zip(&ids) {
                index.push(id, at);
            }
            prop_assert!(index.starts.len() as u64 <= ids.len() as u64 + SPARE + 1);
            for (at, &id) in ids.iter().enumerate() {
                prop_assert_eq!(find(&ids, &index, id), Some(at));
                for near in [id.wrapping_sub(1), id.wrapping_add(1), u64::MAX, 0] {
                    prop_assert_eq!(find(&ids, &index, near), ids.binary_search(&near).ok());
                }
            }
        }
    }
}
