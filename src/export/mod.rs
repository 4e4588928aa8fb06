//! A new, complete table of kine's: the rows of any source, written for any of kine's databases.
//!
//! ```text
//!   Contents ──rows──▶ left out? ──▶ Writer ──▶ a file beside, which the caller moves to its place
//!   History  ──▶ fit: what the new database would refuse or change, told before anything is written
//! ```
//!
//! Schema and indexes are those of kine's newest version ([`schema`]); ids and revisions are kept, and so is
//! what `compact_rev_key` holds. Rows pass through one by one: memory does not grow with values.

mod fit;
mod mysql;
mod postgres;
pub mod schema;
mod sqlite;

pub use fit::{Fit, Misfit, fit};

use std::io;
use std::path::Path;

use crate::history::{Dialect, History, RowIx};
use crate::source::{Contents, Doing, Error, Sums, WholeRow};

/// What is written of a table beside its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// What the file says of itself, a line each, without anything secret.
    pub comments: Vec<String>,
    /// The revision that the new database gives out next.
    pub next: u64,
}

/// Writes a table for one database.
trait Writer: Send {
    /// Takes the next rows.
    fn rows<'a>(&'a mut self, rows: &'a [WholeRow]) -> Doing<'a, io::Result<()>>;

    /// Writes what follows the last row; gives how many bytes the longest statement has, where there are
    /// statements that a server may find too long.
    fn finish(self: Box<Self>) -> Doing<'static, io::Result<Option<u64>>>;
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The rows.
    pub sums: Sums,
    /// How many bytes their values have.
    pub value_bytes: u64,
    /// How many bytes the longest statement has, where a server may find one too long.
    pub longest_statement: Option<u64>,
}

/// Which database a file is for, by the end of its name; `None` where that does not say.
pub fn dialect_of(path: &Path) -> Option<Dialect> {
    let name = path.file_name()?.to_str()?;
    [(".pg.sql", Dialect::Postgres), (".sql", Dialect::MySql), (".db", Dialect::Sqlite)]
        .into_iter()
        .find_map(|(end, dialect)| {
            (name.len() > end.len() && name.ends_with(end)).then_some(dialect)
        })
}

/// The most bytes that a value may have in a database: a `MEDIUMBLOB`; half of what PostgreSQL takes as a
/// line of `COPY`, where each byte is two digits; and SQLite's limit for a row.
pub const fn longest_value(dialect: Dialect) -> u64 {
    match dialect {
        Dialect::MySql => (1 << 24) - 1,
        Dialect::Postgres => 500_000_000,
        Dialect::Sqlite => 1_000_000_000,
    }
}

/// Writes all rows but those that are left out, in the order of their ids, to a file that is there and empty. `progress` is told how many
/// have come.
///
/// # Errors
///
/// When the source fails or has changed, when a value is too long for the database, and when the file cannot
/// be written. What was written is of no use then.
pub async fn write(
    (history, contents): (&History, &mut Contents),
    dialect: Dialect,
    path: &Path,
    head: &Head,
    left_out: &[RowIx],
    progress: impl Fn(usize),
) -> Result<Written, Error> {
    let unwritable = |why: io::Error| {
        Error::new("the new table cannot be written")
            .because(why)
            .hint("Check that the directory is writable and that its disk has free space.")
    };
    let writer: io::Result<Box<dyn Writer>> = match dialect {
        Dialect::MySql => mysql::Dump::begin(path, head).map(|it| Box::new(it) as _),
        Dialect::Postgres => postgres::Dump::begin(path, head).map(|it| Box::new(it) as _),
        Dialect::Sqlite => sqlite::Database::begin(path, head).await.map(|it| Box::new(it) as _),
    };
    let mut writer = writer.map_err(unwritable)?;
    let (mut written, mut came) = (Written::default(), 0);
    while let Some(rows) = contents.next(history).await? {
        came += rows.len();
        let kept = rows.into_iter().filter(|(at, _)| !holds(left_out, *at));
        let kept: Vec<WholeRow> = kept.map(|(_, row)| row).collect();
        for row in &kept {
            check(row, dialect)?;
            written.sums.add(row);
            written.value_bytes += row.value_bytes();
        }
        writer.rows(&kept).await.map_err(unwritable)?;
        progress(came);
    }
    written.longest_statement = writer.finish().await.map_err(unwritable)?;
    Ok(written)
}

/// Whether a row is among some, which are in the order of their ids.
fn holds(rows: &[RowIx], at: RowIx) -> bool {
    rows.binary_search_by_key(&at.index(), |row| row.index()).is_ok()
}

/// Whether the database takes a row's values and flags. The rest has been looked at before.
fn check(row: &WholeRow, dialect: Dialect) -> Result<(), Error> {
    let does_not_fit = |why: String| {
        Error::new(format!("revision {} does not fit into {dialect}", row.id)).because(why)
    };
    let most = longest_value(dialect);
    for (column, value) in [("value", &row.value), ("old_value", &row.old_value)] {
        let length = value.as_ref().map_or(0, Vec::len) as u64;
        if length > most {
            return Err(does_not_fit(format!(
                "its {column} has {length} bytes, and {most} are the most"
            )));
        }
    }
    for (column, flag) in [("created", row.created), ("deleted", row.deleted)] {
        if flag.is_some_and(|flag| i32::try_from(flag).is_err()) {
            return Err(does_not_fit(format!("its {column} is out of the range of an INTEGER")));
        }
    }
    Ok(())
}

/// Writes bytes as hex digits.
fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.reserve(2 * bytes.len());
    for &byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// Writes comments of SQL, each line of which has no end but its own.
fn comments(out: &mut dyn io::Write, head: &Head) -> io::Result<()> {
    head.comments.iter().try_for_each(|line| writeln!(out, "-- {}", crate::text::printable(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_which_database_it_is_for() {
        let of = |name: &str| dialect_of(Path::new(name));
        assert_eq!(of("a/kine.sql"), Some(Dialect::MySql));
        assert_eq!(of("kine.pg.sql"), Some(Dialect::Postgres));
        assert_eq!(of("state.db"), Some(Dialect::Sqlite));
        for name in ["kine", ".sql", ".db", "kine.sql.gz", "kine.SQL", "/", "kine.db/.."] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
