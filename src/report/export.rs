//! What a new table has that was written from another.

use super::Table;
use crate::history::{Dialect, Revision};
use crate::source::Sums;
use crate::text::{bytes, count, grouped};

/// What a new table has.
#[derive(Debug, Clone)]
pub struct Export<'a> {
    /// The table that it was written from.
    pub table: Table<'a>,
    /// The new file.
    pub file: &'a str,
    /// For which database it is.
    pub dialect: Dialect,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many of these are its values', as they are stored.
    pub value_bytes: u64,
    /// The longest statement, where a server may find it too long.
    pub longest_statement: Option<u64>,
    /// The hashes of its rows.
    pub sums: Sums,
    /// The stray rows that were left out; `None` where none were to be.
    pub left_out: Option<Vec<Revision>>,
    /// What has changed on the way, each a sentence or more.
    pub changes: Vec<String>,
}

/// What every server takes as one statement, unless somebody has made it less.
const USUAL_PACKET: u64 = 16 << 20;

/// How many of many revisions are named.
const NAMED: usize = 8;

impl Export<'_> {
    /// How many rows the new table has.
    pub(in crate::report) fn rows(&self) -> u64 {
        self.sums.all().rows
    }

    /// The revision that is compacted to, as `compact_rev_key` holds it; and the newest.
    pub(in crate::report) fn revisions(&self) -> (Option<Revision>, Revision) {
        let history = self.table.history;
        (history.compacted(), history.current().unwrap_or_default())
    }

    /// Names and values.
    pub(in crate::report) fn facts(&self) -> Vec<(&'static str, String)> {
        let (compacted, current) = self.revisions();
        let compacted = compacted.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
        let rows = count(self.rows(), "row");
        let keys = count(self.table.history.key_count() as u64, "key");
        let all = self.sums.all();
        let mut facts = vec![
            ("from", format!("{} ({})", self.table.place(), self.table.kind)),
            ("to", format!("{}, for {}", self.file, self.dialect)),
            ("table", format!("{rows}, {keys}")),
            ("revisions", format!("current {current}, compacted {compacted}")),
            ("size", format!("{}, values {}", bytes(self.bytes), bytes(self.value_bytes))),
            ("hash", format!("{:032x} of all rows; JSON has one for every 1,000 ids", all.hash)),
        ];
        if let Some(left_out) = &self.left_out {
            facts.push(("left out", left(left_out)));
        }
        facts
    }

    /// What to know, and what to do next, each a sentence or more.
    pub(in crate::report) fn words(&self) -> Vec<String> {
        let mut words = self.changes.clone();
        if let Some(longest) = self.longest_statement.filter(|&it| it > USUAL_PACKET / 2) {
            words.push(format!(
                "The longest statement has {} bytes, for a row with long values: give both the server and \
                 the client that loads the file a higher max_allowed_packet.",
                grouped(longest)
            ));
        }
        words.push(match self.dialect {
            Dialect::MySql => format!(
                "Load it into a new, empty database: mysql DATABASE < {}",
                self.file
            ),
            Dialect::Postgres => format!(
                "Load it into a new, empty database, as kine's own role: psql --file {} DATABASE",
                self.file
            ),
            Dialect::Sqlite => {
                "Put it in the place of state.db while kine is stopped, without the -wal and -shm of \
                 the old one."
                    .to_owned()
            }
        });
        words
    }
}

/// `3 stray rows: 5, 7, 9`.
fn left(rows: &[Revision]) -> String {
    let named: Vec<String> = rows.iter().take(NAMED).map(Revision::to_string).collect();
    let more = match rows.len() - named.len() {
        0 => String::new(),
        more => format!(" and {} more", grouped(more as u64)),
    };
    match rows {
        [] => "nothing: no row is stray".to_owned(),
        _ => format!("{}: {}{more}", count(rows.len() as u64, "stray row"), named.join(", ")),
    }
}
