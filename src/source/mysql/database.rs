//! What the server tells of the table and of itself, apart from the rows.

use std::collections::BTreeMap;

use sqlx::mysql::MySqlRow;

use super::{Session, failure, number, statement, text};
use crate::history::{Column, Index, IndexPart, Product, Server};
use crate::source::{Error, Position};

/// Which server gives that as its version: `10.11.6-MariaDB-1:10.11.6+maria~deb12`, with a `5.5.5-`
/// before it where the server pretends to be that old for the sake of replication; or `9.7.4`.
pub(super) fn server(version: &str) -> Server {
    match version.split_once("-MariaDB") {
        Some((number, _)) => {
            let version = number.trim_start_matches("5.5.5-").to_owned();
            Server { product: Product::MariaDb, version }
        }
        None => Server { product: Product::MySql, version: version.to_owned() },
    }
}

/// What the catalog tells of the table in one row.
pub(super) struct About {
    pub(super) is_view: bool,
    pub(super) engine: Option<String>,
    /// The server's estimates of its rows and of its bytes without indexes.
    pub(super) rows: Option<u64>,
    pub(super) bytes: u64,
    /// How many columns it has, and how many parts its indexes have together.
    pub(super) columns: u64,
    pub(super) index_parts: u64,
}

impl Session<'_> {
    pub(super) async fn server(&mut self) -> Result<Server, Error> {
        let rows = self.fetch(statement::VERSION).await?;
        let version = rows.first().and_then(|row| text(row, 0));
        match version {
            Some(version) => Ok(server(&version)),
            None => Err(failure::cut(self.endpoint, "its version did not come")),
        }
    }

    /// The table's columns, of which there are so many.
    pub(super) async fn columns(&mut self, all: u64) -> Result<Vec<Column>, Error> {
        let rows = self.fetch(statement::COLUMNS).await?;
        self.compare("columns", &rows, all)?;
        let column = |row| Column {
            name: text(row, 0).unwrap_or_default().to_lowercase(),
            full_type: text(row, 1).unwrap_or_default().to_lowercase(),
            character_set: text(row, 2),
            collation: text(row, 3),
            nullable: text(row, 4).as_deref() != Some("NO"),
            default: text(row, 5),
            extra: text(row, 6).unwrap_or_default().to_lowercase(),
        };
        Ok(rows.iter().map(column).collect())
    }

    /// The catalog's answers have no end of their own that a cut would take away.
    fn compare(&self, what: &str, rows: &[MySqlRow], all: u64) -> Result<(), Error> {
        let came = rows.len() as u64;
        if came < all { Err(failure::fewer(self.endpoint, what, came, all)) } else { Ok(()) }
    }

    /// The table's indexes, which have so many parts together.
    pub(super) async fn indexes(&mut self, all: u64) -> Result<Vec<Index>, Error> {
        let rows = self.fetch(statement::INDEXES).await?;
        self.compare("parts of indexes", &rows, all)?;
        let mut indexes: BTreeMap<String, Index> = BTreeMap::new();
        for row in &rows {
            let name = text(row, 0).unwrap_or_default();
            let index = indexes
                .entry(name)
                .or_insert_with_key(|name| Index::new(name, number(row, 1) == Some(0), &[]));
            // An expression has no column.
            let column = text(row, 2).unwrap_or_default().to_lowercase();
            index.columns.push(IndexPart { column, prefix: number(row, 3) });
        }
        Ok(indexes.into_values().collect())
    }

    /// What is known of the table before its columns.
    ///
    /// # Errors
    ///
    /// When there is no table, or the account does not see it.
    pub(super) async fn about(&mut self) -> Result<About, Error> {
        let rows = self.fetch(statement::TABLE).await?;
        let Some(row) = rows.first() else { return Err(failure::no_table(self.endpoint)) };
        let (Some(columns), Some(index_parts)) = (number(row, 4), number(row, 5)) else {
            return Err(failure::cut(self.endpoint, "a count did not come"));
        };
        Ok(About {
            is_view: text(row, 0).is_some_and(|kind| kind.eq_ignore_ascii_case("VIEW")),
            engine: text(row, 1),
            // 0 is also what MySQL says of a table that it has not looked at yet.
            rows: number(row, 2).filter(|&rows| rows > 0),
            bytes: number(row, 3).unwrap_or_default(),
            columns,
            index_parts,
        })
    }

    /// The variables; none where the server, or what stands before it, refuses to tell: the rows can
    /// be read all the same.
    pub(super) async fn variables(&mut self) -> Result<Option<Vec<(String, String)>>, Error> {
        Ok(self.if_told(statement::VARIABLES).await?.as_deref().map(named))
    }

    /// The GTIDs that the server has executed; `None` where it has none, or does not tell.
    pub(super) async fn gtid(&mut self, server: &Server) -> Result<Option<String>, Error> {
        let sql = if server.is_mariadb() { statement::GTID_MARIADB } else { statement::GTID_MYSQL };
        let rows = self.if_told(sql).await?.unwrap_or_default();
        let gtid = rows.first().and_then(|row| text(row, 0)).unwrap_or_default();
        // MySQL begins a line for each server.
        let gtid: String = gtid.split_whitespace().collect();
        Ok((!gtid.is_empty()).then_some(gtid))
    }

    /// Where the binary log was when the snapshot was taken; `None` where there is no log, or the
    /// server does not keep that.
    pub(super) async fn binlog(&mut self) -> Result<Option<Position>, Error> {
        let rows = self.if_told(statement::BINLOG).await?.unwrap_or_default();
        let told = named(&rows);
        let of = |wanted: &str| told.iter().find(|(name, _)| name == wanted).map(|(_, it)| it);
        let file = of("binlog_snapshot_file").filter(|file| !file.is_empty()).cloned();
        let position = of("binlog_snapshot_position").and_then(|it| it.parse().ok());
        Ok(file.zip(position).map(|(file, position)| Position { file, position }))
    }

    /// What the server, or what stands before it, may refuse to tell.
    async fn if_told(&mut self, sql: &'static str) -> Result<Option<Vec<MySqlRow>>, Error> {
        match self.try_fetch(sql).await? {
            Ok(rows) => Ok(Some(rows)),
            Err(error) if failure::number(&error).is_some() => Ok(None),
            Err(error) => Err(failure::reading(self.endpoint, error)),
        }
    }
}

/// What comes as a name and a value, the names in lower case.
fn named(rows: &[MySqlRow]) -> Vec<(String, String)> {
    let name = |row| text(row, 0).unwrap_or_default().to_lowercase();
    rows.iter().map(|row| (name(row), text(row, 1).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_known_by_its_version() {
        // (what it gives, what the header names)
        let cases = [
            ("10.11.6-MariaDB-1:10.11.6+maria~deb12", "MariaDB 10.11.6"),
            ("5.5.5-10.4.34-MariaDB-log", "MariaDB 10.4.34"),
            ("9.7.4", "MySQL 9.7.4"),
            ("8.0.mysql_aurora.3.05.2", "MySQL 8.0.mysql_aurora.3.05.2"),
        ];
        for (version, name) in cases {
            assert_eq!(server(version).to_string(), name);
        }
    }
}
