//! Which way the rows are read: by the table itself, or by its indexes.

use std::ops::RangeInclusive;

use super::statement::{ID_DELETED, NAME_ID, PREV, PROBE_ALL, PROBE_NAMES};
use super::{Session, failure};
use crate::history::{Columns, Database};
use crate::source::{ColumnChoice, Error, Options};

/// How many bytes a row has on average where the indexes are read and not the rows: with shorter ones
/// the three indexes cost no less, and what is longer than half a page lies outside the row, where
/// neither way reads it (`benches/READING.md`).
const LONG: RangeInclusive<u64> = 1_500..=8_000;

/// A table with fewer bytes is read soon in either way, and then better as a whole.
const LARGE: u64 = 64 << 20;

/// The bytes of a row on average, where they make the indexes the cheaper way. The server's numbers
/// are estimates, and may be a day old.
fn long(rows: Option<u64>, bytes: u64) -> Option<u64> {
    let average = bytes / rows.filter(|&rows| rows > 0)?;
    (bytes >= LARGE && LONG.contains(&average)).then_some(average)
}

/// Which way the rows are read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By id, all columns.
    Rows,
    /// Those under a prefix, found by an index over the names; all columns.
    Named(String),
    /// By three indexes, only what they hold.
    Covered,
}

impl Way {
    pub(super) const fn columns(&self) -> Columns {
        match self {
            Self::Rows | Self::Named(_) => Columns::ALL,
            Self::Covered => {
                Columns { created: false, create_revision: false, lease: false, ..Columns::ALL }
            }
        }
    }
}

impl Session<'_> {
    /// Chooses the way for a table of about so many rows and bytes.
    pub(super) async fn way(
        &mut self,
        options: &Options,
        database: &Database,
        (rows, bytes): (Option<u64>, u64),
        notes: &mut Vec<String>,
    ) -> Result<Way, Error> {
        if let Some(part) = &options.part {
            // Of rows that share a name and an id, no page could begin after the first.
            let finds = database.has_index(NAME_ID) && finds_all(database);
            let finds = finds && database.has_unique_id();
            let prefix = part.prefix.clone().filter(|_| finds);
            return Ok(match prefix {
                Some(prefix) if self.uses(PROBE_NAMES).await? => Way::Named(prefix),
                _ => Way::Rows,
            });
        }
        let why = match (options.columns, long(rows, bytes)) {
            (ColumnChoice::All, _) | (ColumnChoice::Auto, None) => return Ok(Way::Rows),
            (ColumnChoice::Auto, Some(average)) => {
                format!(", because the rows are long ({average} bytes on average)")
            }
            (ColumnChoice::Index, _) => String::new(),
        };
        let why_not = match unfit(database) {
            None if self.uses(PROBE_ALL).await? => None,
            None => Some("the server was told not to use one of its indexes".to_owned()),
            why_not => why_not,
        };
        let Some(why_not) = why_not else {
            notes.push(format!(
                "Only indexes were read{why}, so created, create_revision and lease are unknown. \
                 --columns all reads them."
            ));
            return Ok(Way::Covered);
        };
        if options.columns == ColumnChoice::Index {
            notes.push(format!("The indexes alone were not enough: {why_not}."));
        }
        Ok(Way::Rows)
    }

    /// Whether the server uses indexes when it is told to.
    async fn uses(&mut self, probe: &'static str) -> Result<bool, Error> {
        match self.try_fetch(probe).await? {
            Ok(_) => Ok(true),
            Err(error) if failure::number(&error) == Some(failure::NO_INDEX) => Ok(false),
            Err(error) => Err(failure::reading(self.endpoint, error)),
        }
    }
}

/// Whether names that begin alike are found by an index over them.
///
/// Where they are compared by their codes, and as if spaces followed, MariaDB and MySQL look from the
/// prefix and its spaces on: what goes on with a control character comes before that, and they miss it,
/// though it matches. Where a character has two bytes or four, what begins with the bytes of a prefix
/// need not begin with its characters.
fn finds_all(database: &Database) -> bool {
    let name = database.column("name").and_then(|name| name.collation.as_deref());
    let is_wide =
        |collation: &str| ["utf16", "utf32", "ucs2"].iter().any(|it| collation.starts_with(it));
    !name.is_some_and(|collation| collation.ends_with("_bin") || is_wide(collation))
}

/// Why the indexes do not tell what compaction needs. That an index has kine's name says nothing: it
/// must be over the right columns, and over all of each.
fn unfit(database: &Database) -> Option<String> {
    let is_innodb =
        database.engine.as_deref().is_some_and(|engine| engine.eq_ignore_ascii_case("InnoDB"));
    if !is_innodb || !database.has_index(("PRIMARY", &["id"])) {
        return Some("they do not end in the id".to_owned());
    }
    let index = [NAME_ID, PREV, ID_DELETED].into_iter().find(|&index| !database.has_index(index));
    index.map(|(name, columns)| format!("there is no {name} over {}", columns.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Index;

    #[test]
    fn only_large_tables_of_long_rows_are_read_by_their_indexes() {
        assert_eq!(long(Some(1_000_000), 250_000_000), None);
        assert_eq!(long(Some(1_000_000), 2_800_000_000), Some(2800));
        assert_eq!(long(Some(1_000_000), 16_000_000_000), None);
        assert_eq!(long(Some(2), 16_384), None, "a table has at least one page");
        assert_eq!(long(Some(0), 1 << 30), None);
        assert_eq!(long(None, 1 << 30), None);
    }

    #[test]
    fn an_index_must_be_what_its_name_says() {
        let kine = Database::kine_default();
        assert_eq!(unfit(&kine), None);
        let with = |index: Index| {
            let mut database = kine.clone();
            database.indexes.retain(|other| other.name != index.name);
            database.indexes.push(index);
            unfit(&database)
        };
        let why = Some("there is no kine_name_id_index over name and id".to_owned());
        for columns in [&["id", "name"][..], &["name"], &["name", "id", "deleted"]] {
            assert_eq!(with(Index::new("kine_name_id_index", false, columns)), why);
        }
        let mut half = Index::new("kine_name_id_index", false, &["name", "id"]);
        half.columns[0].prefix = Some(100);
        assert_eq!(with(half), why);
        let why = Some("they do not end in the id".to_owned());
        assert_eq!(with(Index::new("PRIMARY", true, &["id", "created"])), why);
        let engine = Some("MyISAM".to_owned());
        assert_eq!(unfit(&Database { engine, ..kine.clone() }), why);
        let mut without_unique = kine.clone();
        without_unique.indexes.retain(|index| !index.unique || index.name == "PRIMARY");
        assert_eq!(unfit(&without_unique), None, "in an incident it is missing");
    }
}
