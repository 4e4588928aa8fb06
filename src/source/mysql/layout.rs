//! Whether the server has kine's table, and what it looks like.

use std::collections::BTreeMap;

use sqlx::{Executor, Row as _};
use tokio::time::timeout;

use super::{Session, Version, failure, statement, text};
use crate::history::{Collation, Columns, Profile};
use crate::source::Error;

/// The columns that are read, and whether each holds a number.
const NEEDED: [(&str, bool); 7] = [
    ("id", true),
    ("name", false),
    ("created", true),
    ("deleted", true),
    ("create_revision", true),
    ("prev_revision", true),
    ("lease", true),
];

/// The types of integers, as `information_schema` names them.
const INTEGERS: [&str; 5] = ["tinyint", "smallint", "mediumint", "int", "bigint"];

/// The types of texts: v0.1.0 had TEXT, and a table that was moved may have bytes.
const TEXTS: [&str; 12] = [
    "varchar",
    "char",
    "tinytext",
    "text",
    "mediumtext",
    "longtext",
    "varbinary",
    "binary",
    "tinyblob",
    "blob",
    "mediumblob",
    "longblob",
];

/// What is known of the table before its first row.
pub(super) struct Layout {
    pub(super) profile: Profile,
    /// The server's estimate of the rows.
    pub(super) expected: Option<u64>,
    /// Whether no two rows can have one id.
    pub(super) unique: bool,
}

/// A column as the server declares it.
struct Column {
    name: String,
    data_type: String,
    key: String,
    collation: Option<String>,
}

impl Session<'_> {
    /// Looks at the table.
    ///
    /// # Errors
    ///
    /// When there is no table, when columns are missing or of another kind, or when the server does
    /// not answer.
    pub(super) async fn layout(
        &mut self,
        version: &Version,
        notes: &mut Vec<String>,
    ) -> Result<Layout, Error> {
        let columns = self.columns().await?;
        self.check(&columns)?;
        let name = columns.iter().find(|column| column.name == "name");
        let collation = match name.and_then(|column| column.collation.as_deref()) {
            Some(name) if !version.mariadb => {
                Collation::named(name, self.padding(name).await?.as_deref())
            }
            Some(name) => Collation::named(name, None),
            // Bytes have none.
            None => Collation::binary(),
        };
        let unique = is_unique(&columns);
        if !unique {
            notes.push(
                "The table's id has no unique index, which kine's always has: it is read in one \
                 piece, and rows that share an id are left out."
                    .to_owned(),
            );
        }
        let unique_index = Some(self.has_unique_index().await?);
        let expected = self.expected(notes).await?;
        let profile = Profile {
            collation,
            columns: Columns::ALL,
            excerpt: false,
            unique_index,
            database: None,
        };
        Ok(Layout { profile, expected, unique })
    }

    async fn columns(&mut self) -> Result<Vec<Column>, Error> {
        let rows = self.fetch(statement::COLUMNS).await?;
        let column = |row| Column {
            name: text(row, 0).unwrap_or_default().to_lowercase(),
            data_type: text(row, 1).unwrap_or_default().to_lowercase(),
            key: text(row, 2).unwrap_or_default(),
            collation: text(row, 3),
        };
        Ok(rows.iter().map(column).collect())
    }

    /// Whether an index keeps chains from forking. One over the beginning of the name only, as
    /// kine v0.2.0 made it, does so too.
    async fn has_unique_index(&mut self) -> Result<bool, Error> {
        let rows = self.fetch(statement::INDEXES).await?;
        let mut indexes: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
        for row in &rows {
            let column = text(row, 1).unwrap_or_default().to_lowercase();
            indexes.entry(text(row, 0)).or_default().push(column);
        }
        Ok(indexes.into_values().any(|mut columns| {
            columns.sort_unstable();
            columns == ["name", "prev_revision"]
        }))
    }

    fn check(&self, columns: &[Column]) -> Result<(), Error> {
        let endpoint = self.endpoint;
        if columns.is_empty() {
            return Err(failure::no_table(endpoint));
        }
        let mut missing = Vec::new();
        let mut other = Vec::new();
        for (name, integer) in NEEDED {
            let Some(column) = columns.iter().find(|column| column.name == name) else {
                missing.push(name);
                continue;
            };
            let kind = column.data_type.as_str();
            if integer && !INTEGERS.contains(&kind) {
                other.push(format!("{name} is {kind}, not an integer"));
            } else if !integer && !TEXTS.contains(&kind) {
                other.push(format!("{name} is {kind}, not a text"));
            }
        }
        let what = match (missing.as_slice(), other.as_slice()) {
            ([], []) => return Ok(()),
            ([], other) => other.join(", and "),
            ([one], []) => format!("it has no column {one}"),
            (missing, []) => format!("it has no columns {}", missing.join(", ")),
            (missing, other) => {
                format!("it has no {}, and {}", missing.join(", "), other.join(", and "))
            }
        };
        Err(Error::new(format!("the table kine at {endpoint} is not kine's: {what}")).hint(
            "Name the database that kine uses. An account with rights to single columns sees only \
             those: give it SELECT on the whole table.",
        ))
    }

    /// What MySQL says of the collation's trailing spaces.
    async fn padding(&mut self, collation: &str) -> Result<Option<String>, Error> {
        let query = sqlx::query(statement::PADDING).bind(collation.to_owned());
        match timeout(self.patience, self.connection.fetch_optional(query)).await {
            Ok(Ok(row)) => Ok(row.and_then(|row| text(&row, 0))),
            // MySQL 5.7 and older do not have the column.
            Ok(Err(error)) if failure::number(&error) == Some(failure::UNKNOWN_COLUMN) => Ok(None),
            Ok(Err(error)) => Err(failure::reading(self.endpoint, error)),
            Err(_elapsed) => Err(failure::silent(self.endpoint, self.patience)),
        }
    }

    async fn expected(&mut self, notes: &mut Vec<String>) -> Result<Option<u64>, Error> {
        let rows = self.fetch(statement::TABLE).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        if let Some(engine) = text(row, 0).filter(|engine| !engine.eq_ignore_ascii_case("InnoDB")) {
            notes.push(format!(
                "The table's engine, {engine}, has no snapshots: what is written while the table is \
                 read may be seen in part."
            ));
        }
        // 0 is also what MySQL says of a table that it has not looked at yet.
        Ok(row.try_get_unchecked::<Option<u64>, _>(1).ok().flatten().filter(|&rows| rows > 0))
    }
}

/// Whether the id alone is the primary key, or has a unique index of its own.
fn is_unique(columns: &[Column]) -> bool {
    let primary = columns.iter().filter(|column| column.key == "PRI").count();
    columns
        .iter()
        .filter(|column| column.name == "id")
        .any(|id| id.key == "UNI" || (id.key == "PRI" && primary == 1))
}
