//! What the server tells of the table, apart from the rows.

use std::collections::BTreeMap;

use super::decode::{count, is_true, text};
use super::{Query, Session, failure, statement};
use crate::history::{Column, Index, IndexPart};
use crate::source::Error;

/// What the catalog tells of the table in one row.
pub(super) struct About {
    /// Whether it is something else than a table: a view, a table of another server.
    pub(super) is_view: bool,
    /// The schema that it was found in.
    pub(super) schema: String,
    /// The server's estimate of its rows.
    pub(super) rows: Option<u64>,
    /// How many bytes it has, with its indexes.
    pub(super) bytes: Option<u64>,
}

/// A column, and what is asked of it beside what it is.
pub(super) struct Declared {
    pub(super) column: Column,
    /// Whether the account may read it.
    pub(super) is_readable: bool,
    /// Whether names that differ in bytes may be one.
    pub(super) folds: bool,
}

impl Session<'_> {
    /// What is known of the table before its columns.
    ///
    /// # Errors
    ///
    /// When there is none where the endpoint looks.
    pub(super) async fn about(&mut self) -> Result<About, Error> {
        let rows = self.fetch(Query::text(statement::TABLE)).await?;
        let Some(row) = rows.first() else {
            let rows = self.fetch(Query::text(statement::ELSEWHERE)).await?;
            let schemas: Vec<String> = rows.iter().filter_map(|row| text(row, 0)).collect();
            return Err(failure::no_table(self.endpoint, &schemas));
        };
        let kind = text(row, 0).unwrap_or_default();
        Ok(About {
            is_view: kind != "r" && kind != "p",
            schema: text(row, 1).unwrap_or_default(),
            // -1 and 0 are also what it says of a table that it has not looked at yet.
            rows: count(row, 2).filter(|&rows| rows > 0),
            bytes: count(row, 3),
        })
    }

    /// The table's columns.
    pub(super) async fn columns(&mut self) -> Result<Vec<Declared>, Error> {
        let rows = self.fetch(Query::text(statement::COLUMNS)).await?;
        let declared = |row| {
            let default = text(row, 4);
            let has_sequence = default.as_ref().is_some_and(|it| it.starts_with("nextval("));
            let is_generated = text(row, 6).is_some_and(|it| !it.is_empty());
            let extra = match text(row, 5).as_deref() {
                _ if is_generated => "stored generated",
                Some("a") => "auto_increment always",
                Some("d") => "auto_increment",
                _ if has_sequence => "auto_increment",
                _ => "",
            };
            Declared {
                column: Column {
                    name: text(row, 0).unwrap_or_default(),
                    full_type: text(row, 1).unwrap_or_default(),
                    character_set: None,
                    collation: text(row, 2),
                    nullable: !is_true(row, 3),
                    default: default.filter(|_| !is_generated),
                    extra: extra.to_owned(),
                },
                is_readable: is_true(row, 7),
                folds: text(row, 8).as_deref() == Some("f"),
            }
        };
        Ok(rows.iter().map(declared).collect())
    }

    /// The table's indexes.
    pub(super) async fn indexes(&mut self) -> Result<Vec<Index>, Error> {
        let rows = self.fetch(Query::text(statement::INDEXES)).await?;
        let mut indexes: BTreeMap<String, Index> = BTreeMap::new();
        for row in &rows {
            let name = text(row, 0).unwrap_or_default();
            let index = indexes.entry(name).or_insert_with_key(|name| {
                let mut index = Index::new(name, is_true(row, 1), &[]);
                index.flaw = match () {
                    () if !is_true(row, 2) => Some("is not valid"),
                    () if is_true(row, 3) => Some("covers only some of the rows"),
                    () => None,
                };
                index
            });
            let column = text(row, 4).unwrap_or_default();
            index.columns.push(IndexPart { column, prefix: None });
        }
        Ok(indexes.into_values().collect())
    }

    /// What is told beside that, where other servers have variables: the id's sequence, and how names
    /// are sorted.
    ///
    /// The sequence is asked after the snapshot was taken, and so cannot be behind it by a write since.
    pub(super) async fn variables(
        &mut self,
        name: Option<&Column>,
    ) -> Result<Vec<(String, String)>, Error> {
        let mut told = Vec::new();
        let mut tell = |name: &str, value: Option<String>| {
            told.extend(value.map(|value| (name.to_owned(), value)));
        };
        let rows = self.fetch(Query::text(statement::ORDER)).await?;
        if let Some(row) = rows.first() {
            let order = match (is_true(row, 0), is_true(row, 1)) {
                (false, _) => "no range",
                (true, false) => "another",
                (true, true) => "bytes",
            };
            tell("name_order", Some(order.to_owned()));
        }
        let own = name.and_then(|name| name.collation.clone()).filter(|it| it != "default");
        let collation = match own {
            Some(own) => Some(own),
            None => self.one(statement::DATABASE_COLLATION).await?,
        };
        tell("name_collation", collation);
        let rows = self.fetch(Query::text(statement::SEQUENCE)).await?;
        if let Some(row) = rows.first() {
            tell("sequence", text(row, 0));
            tell("sequence_increment", text(row, 2));
            tell("sequence_max_value", text(row, 3));
            tell("sequence_cache", text(row, 4));
            // None was given out yet, where the account would see it.
            let none = is_true(row, 5).then(|| "0".to_owned());
            tell("sequence_last_value", text(row, 1).or(none));
        }
        Ok(told)
    }
}
