//! What the server tells of the table and of itself, apart from the rows.

use std::collections::BTreeMap;

use super::{Session, failure, number, statement, text};
use crate::history::{Column, Index, IndexPart, Server};
use crate::source::Error;

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

    /// The table's engine, and the server's estimate of its rows.
    pub(super) async fn engine(&mut self) -> Result<(Option<String>, Option<u64>), Error> {
        let rows = self.fetch(statement::TABLE).await?;
        let Some(row) = rows.first() else { return Ok((None, None)) };
        // 0 is also what MySQL says of a table that it has not looked at yet.
        Ok((text(row, 0), number(row, 1).filter(|&rows| rows > 0)))
    }

    /// The variables; none where the server, or what stands before it, refuses to tell: the rows can
    /// be read all the same.
    pub(super) async fn variables(&mut self) -> Result<Option<Vec<(String, String)>>, Error> {
        let rows = match self.try_fetch(statement::VARIABLES).await? {
            Ok(rows) => rows,
            Err(error) if failure::number(&error).is_some() => return Ok(None),
            Err(error) => return Err(failure::reading(self.endpoint, error)),
        };
        let variable = |row| {
            let name = text(row, 0).unwrap_or_default().to_lowercase();
            (name, text(row, 1).unwrap_or_default())
        };
        Ok(Some(rows.iter().map(variable).collect()))
    }
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
