//! What the server tells of the table and of itself, apart from the rows.

use std::collections::BTreeMap;

use sqlx::mysql::MySqlRow;

use super::{Session, failure, number, statement, text};
use crate::history::{Column, Index, IndexPart, Server};
use crate::source::{Error, Position};

/// Which server gives that as its version: `10.11.6-MariaDB-1:10.11.6+maria~deb12`, with a `5.5.5-`
/// before it where the server pretends to be that old for the sake of replication; or `9.7.4`.
pub(super) fn server(version: &str) -> Server {
    match version.split_once("-MariaDB") {
        Some((number, _)) => {
            let version = number.trim_start_matches("5.5.5-").to_owned();
            Server { mariadb: true, version }
        }
        None => Server { mariadb: false, version: version.to_owned() },
    }
}

impl Session<'_> {
    pub(super) async fn server(&mut self) -> Result<Server, Error> {
        let rows = self.fetch(statement::VERSION).await?;
        let version = rows.first().and_then(|row| text(row, 0)).unwrap_or_default();
        Ok(server(&version))
    }

    /// The table's columns; none when there is no table, or the account does not see it.
    pub(super) async fn columns(&mut self) -> Result<Vec<Column>, Error> {
        let rows = self.fetch(statement::COLUMNS).await?;
        let column = |row| Column {
            name: text(row, 0).unwrap_or_default().to_lowercase(),
            full_type: text(row, 1).unwrap_or_default().to_lowercase(),
            character_set: text(row, 2),
            collation: text(row, 3),
        };
        Ok(rows.iter().map(column).collect())
    }

    pub(super) async fn indexes(&mut self) -> Result<Vec<Index>, Error> {
        let rows = self.fetch(statement::INDEXES).await?;
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

    /// The table's engine, and the server's estimates of its rows and of its bytes without indexes.
    pub(super) async fn engine(&mut self) -> Result<(Option<String>, Option<u64>, u64), Error> {
        let rows = self.fetch(statement::TABLE).await?;
        let Some(row) = rows.first() else { return Ok((None, None, 0)) };
        // 0 is also what MySQL says of a table that it has not looked at yet.
        let rows = number(row, 1).filter(|&rows| rows > 0);
        Ok((text(row, 0), rows, number(row, 2).unwrap_or_default()))
    }

    /// The variables; none where the server, or what stands before it, refuses to tell: the rows can
    /// be read all the same.
    pub(super) async fn variables(&mut self) -> Result<Option<Vec<(String, String)>>, Error> {
        Ok(self.if_told(statement::VARIABLES).await?.as_deref().map(named))
    }

    /// The GTIDs that the server has executed; `None` where it has none, or does not tell.
    pub(super) async fn gtid(&mut self, server: &Server) -> Result<Option<String>, Error> {
        let sql = if server.mariadb { statement::GTID_MARIADB } else { statement::GTID_MYSQL };
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
