//! Tables in numbers: a hash of every 1,000 ids, and one of all.

use std::collections::BTreeMap;

use super::WholeRow;
use crate::history::Revision;

/// How many ids have a hash in common.
pub const BLOCK: u64 = 1000;

/// The rows of [`BLOCK`] ids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Block {
    /// How many there are.
    pub rows: u64,
    /// Their [digests](WholeRow::digest), added up: rows may come in any order.
    pub hash: u128,
}

impl Block {
    const fn add(self, rows: u64, hash: u128) -> Self {
        Self { rows: self.rows + rows, hash: self.hash.wrapping_add(hash) }
    }
}

/// The hashes of a table's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    blocks: BTreeMap<u64, Block>,
}

impl Sums {
    /// Takes a row.
    pub fn add(&mut self, row: &WholeRow) {
        let block = self.blocks.entry(row.id / BLOCK).or_default();
        *block = block.add(1, row.digest());
    }

    /// The blocks that have rows, each with its lowest id.
    pub fn blocks(&self) -> impl Iterator<Item = (Revision, Block)> {
        self.blocks.iter().map(|(&at, &block)| (at * BLOCK, block))
    }

    /// All of them together.
    pub fn all(&self) -> Block {
        let add = |all: Block, block: &Block| all.add(block.rows, block.hash);
        self.blocks.values().fold(Block::default(), add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: Revision, value: Option<&[u8]>, old_value: Option<&[u8]>) -> WholeRow {
        WholeRow {
            id,
            name: Some(b"/a".to_vec()),
            created: Some(1),
            deleted: Some(0),
            create_revision: Some(0),
            prev_revision: Some(0),
            lease: Some(0),
            value: value.map(<[u8]>::to_vec),
            old_value: old_value.map(<[u8]>::to_vec),
        }
    }

    #[test]
    fn every_column_counts_and_the_order_of_rows_does_not() {
        let all = [
            row(1, None, None),
            row(2, None, None),
            row(1, Some(b""), None),
            row(1, None, Some(b"")),
            row(1, Some(b"a"), None),
            row(1, Some(b"a"), Some(b"")),
            row(1, Some(b""), Some(b"a")),
            WholeRow { name: None, ..row(1, None, None) },
            WholeRow { name: Some(Vec::new()), ..row(1, None, None) },
            WholeRow { created: None, ..row(1, None, None) },
            WholeRow { deleted: Some(2), ..row(1, None, None) },
            WholeRow { create_revision: None, ..row(1, None, None) },
            WholeRow { prev_revision: Some(1), ..row(1, None, None) },
            WholeRow { lease: Some(-1), ..row(1, None, None) },
        ];
        let digests: std::collections::BTreeSet<u128> = all.iter().map(WholeRow::digest).collect();
        assert_eq!(digests.len(), all.len());
        let sums = |ids: &[u64]| {
            let mut sums = Sums::default();
            for &id in ids {
                sums.add(&row(id, Some(b"x"), None));
            }
            sums
        };
        assert_eq!(sums(&[1, 999, 1000]), sums(&[1000, 1, 999]));
        assert_ne!(sums(&[1, 999]).all(), sums(&[1, 998]).all());
        let blocks: Vec<_> =
            sums(&[1, 999, 1000, 5001]).blocks().map(|(at, it)| (at, it.rows)).collect();
        assert_eq!(blocks, [(0, 2), (1000, 1), (5000, 1)]);
    }
}
