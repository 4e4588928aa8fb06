//! Whether the table is kine's, and what is to be known of it before its rows.

use std::collections::BTreeMap;

use super::{Session, number, statement, text};
use crate::history::{Collation, Columns, Dialect, Index, Profile};
use crate::source::{Error, Options};
use crate::text::grouped;

/// The columns that are read.
const NEEDED: [&str; 7] =
    ["id", "name", "created", "deleted", "create_revision", "prev_revision", "lease"];

/// What is known of the table before its first row.
pub(super) struct Layout {
    pub(super) profile: Profile,
    /// Whether names of digits are stored as numbers.
    pub(super) has_numeric_names: bool,
    /// Whether it has the column `value`.
    pub(super) has_values: bool,
    pub(super) is_view: bool,
    pub(super) notes: Vec<String>,
}

impl Session {
    /// Which SQLite reads the database.
    pub(super) async fn version(&mut self) -> Result<String, Error> {
        let rows = self.fetch(statement::VERSION, &[]).await?;
        let version = rows.first().and_then(|row| text(row, 0)).unwrap_or_default();
        Ok(format!("SQLite {version}"))
    }

    /// Looks at the table.
    ///
    /// # Errors
    ///
    /// When there is none, or it is not kine's.
    pub(super) async fn layout(&mut self, options: &Options) -> Result<Layout, Error> {
        let place = self.place.clone();
        let Some(kind) = &self.kind else {
            return Err(Error::new(format!("there is no table kine in {place}"))
                .hint("Name the database that kine uses: state.db in k3s' server/db directory."));
        };
        let is_view = kind == "view";
        let rows = self.fetch(statement::COLUMNS, &[]).await?;
        let columns: Vec<(String, String)> = rows
            .iter()
            .map(|row| (text(row, 0).unwrap_or_default(), text(row, 1).unwrap_or_default()))
            .collect();
        let column = |name: &str| columns.iter().find(|(known, _)| known == name);
        let missing: Vec<&str> = NEEDED.into_iter().filter(|name| column(name).is_none()).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            return Err(Error::new(format!("the table kine in {place} is not kine's"))
                .because(format!("it lacks {missing}")));
        }
        let indexes = self.indexes().await?;
        let has_unique_index = indexes.iter().any(Index::forbids_forks);
        let mut notes = Vec::new();
        if is_view {
            notes.push("kine is a view here, and no table: its indexes are not known.".to_owned());
        } else if !has_unique_index {
            notes.push(
                "The unique index on name and prev_revision is missing. kine makes it anew when it \
                 starts, and does not start while the table has forks."
                    .to_owned(),
            );
        }
        let newest = self.one(statement::NEWEST).await?;
        if !is_view {
            self.note_on_sequence(newest, &mut notes).await?;
        }
        // SQLite's rule: what has INT in its type turns digits into a number.
        let has_numeric_names = column("name").is_some_and(|(_, kind)| kind.contains("int"));
        let numeric =
            if has_numeric_names { self.one(statement::NUMERIC_NAMES).await? } else { None };
        if let Some(numeric @ 1..) = numeric {
            notes.push(format!(
                "{} stored as numbers: the name column is an INTEGER, as kine v0.16.2 and earlier made \
                 it, so zeros before a number are lost.",
                if numeric == 1 { "1 name is".to_owned() } else { format!("{} names are", grouped(numeric)) }
            ));
        }
        let profile = Profile {
            // Whatever kine asks, SQLite compares names byte by byte.
            collation: Collation::binary(),
            is_assumed: false,
            columns: Columns::ALL,
            excerpt: false,
            part: options.part.clone(),
            current: newest.filter(|_| options.part.is_some()),
            unique_index: (!is_view).then_some(has_unique_index),
            dialect: Dialect::Sqlite,
            database: None,
        };
        let has_values = column("value").is_some();
        Ok(Layout { profile, has_numeric_names, has_values, is_view, notes })
    }

    /// The indexes of the table. One that is partial leaves rows out, and so forbids nothing.
    async fn indexes(&mut self) -> Result<Vec<Index>, Error> {
        let rows = self.fetch(statement::INDEXES, &[]).await?;
        let mut indexes: BTreeMap<String, (bool, Vec<String>)> = BTreeMap::new();
        for row in &rows {
            let name = text(row, 0).unwrap_or_default();
            let is_unique = number(row, 1) == Some(1) && number(row, 2) == Some(0);
            let entry = indexes.entry(name).or_insert((is_unique, Vec::new()));
            entry.1.push(text(row, 3).unwrap_or_default());
        }
        let index = |(name, (is_unique, columns)): (String, (bool, Vec<String>))| {
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            Index::new(&name, is_unique, &columns)
        };
        Ok(indexes.into_iter().map(index).collect())
    }

    /// AUTOINCREMENT hands out what follows the greater of both, so one that is behind only shows
    /// that somebody changed it.
    async fn note_on_sequence(
        &mut self,
        newest: Option<u64>,
        notes: &mut Vec<String>,
    ) -> Result<(), Error> {
        if self.one(statement::HAS_SEQUENCE).await? != Some(1) {
            notes.push(
                "The table has no AUTOINCREMENT: if the newest row is removed, SQLite gives out its \
                 revision again."
                    .to_owned(),
            );
            return Ok(());
        }
        let sequence = self.one(statement::SEQUENCE).await?;
        if let Some(newest) = newest
            && sequence.unwrap_or_default() < newest
        {
            let says = sequence.map_or("has no row for kine".to_owned(), |it| format!("says {it}"));
            notes.push(format!(
                "sqlite_sequence {says}, and the newest revision is {newest}: somebody put rows in by \
                 hand, or moved the table."
            ));
        }
        Ok(())
    }
}
