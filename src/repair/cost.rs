//! How much a step reads and writes, and so for how long about.

use std::time::Duration;

use super::Step;
use crate::history::History;

/// How much a step reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// How many rows are looked at.
    pub rows: u64,
    /// How many bytes the indexes have about that are made; 0 where none is.
    pub index_bytes: u64,
}

/// How long a server takes about for a row that it looks at: measured at 1 to 4 µs on two cores, without
/// the time to read it from a disk.
const A_ROW: Duration = Duration::from_micros(5);
/// How many bytes of an index it makes in a second about.
const BYTES_A_SECOND: u64 = 20 << 20;
/// What an entry of an index has beside its columns, about.
const AN_ENTRY: u64 = 16;

impl Cost {
    /// Of a step on a table.
    pub fn of(history: &History, step: &Step) -> Self {
        let rows = history.len() as u64;
        let (rows, index_bytes) = match step {
            Step::Rows(_) | Step::PrimaryKey | Step::Number { .. } => (rows, 0),
            Step::MakeIndex(index) => (rows, entries(history, index.columns)),
            // The three indexes of kine's that begin with the name, and the unique one.
            Step::SortByBytes { .. } => (rows, 4 * entries(history, &["name", "id"])),
            Step::DropIndexes { .. }
            | Step::ByDefault
            | Step::Sequence { .. }
            | Step::SnapshotIsolation => (0, 0),
        };
        Self { rows, index_bytes }
    }

    /// For how long about, on a machine that has the table in memory.
    pub fn about(self) -> Duration {
        let rows = A_ROW.saturating_mul(u32::try_from(self.rows).unwrap_or(u32::MAX));
        rows + Duration::from_secs(self.index_bytes / BYTES_A_SECOND)
    }
}

/// How many bytes an index over these columns has about.
fn entries(history: &History, columns: &[&str]) -> u64 {
    let named = |at| history.row(at).name.map_or(0, |name| name.len() as u64);
    let names = if columns.contains(&"name") { history.iter().map(named).sum() } else { 0 };
    let others = columns.iter().filter(|column| **column != "name").count() as u64;
    names + history.len() as u64 * (others * 8 + AN_ENTRY)
}
