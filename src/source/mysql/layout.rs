//! Whether the server's table is kine's, and how its rows are to be read.

use super::access_path::Way;
use super::database::About;
use super::wire::Query;
use super::{Session, failure, statement, text};
use crate::history::{Collation, Column, Database, Dialect, Profile, Server};
use crate::source::{Error, Options};

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

/// What is to be known of a view.
const VIEW: &str = "kine is a view here, not a table. What it shows is read in one piece; the \
                    engine and the indexes of what is behind it are not known.";

/// How the types of texts end: v0.1.0 had TEXT, and a table that was moved may have bytes.
const TEXTS: [&str; 4] = ["char", "text", "binary", "blob"];

/// What is known of the table before its first row.
pub(super) struct Layout {
    pub(super) profile: Profile,
    /// The server's estimate of the rows.
    pub(super) expected: Option<u64>,
    /// Whether no two rows can have one id.
    pub(super) unique: bool,
    /// Which way the rows are read.
    pub(super) way: Way,
}

impl Layout {
    /// Whether rows may have no id.
    pub(super) fn may_lack_id(&self) -> bool {
        let database = self.profile.database.as_ref();
        let id = database.and_then(|database| database.column("id"));
        id.is_some_and(|id| id.nullable)
    }

    /// Whether the table's engine has snapshots.
    pub(super) fn has_snapshots(&self) -> bool {
        let database = self.profile.database.as_ref();
        let engine = database.and_then(|database| database.engine.as_deref());
        engine.is_some_and(|engine| engine.eq_ignore_ascii_case("InnoDB"))
    }
}

impl Session<'_> {
    /// Holds the table as it is: what the catalog tells of it is compared, and must be of one moment.
    /// Why it cannot be read, if it cannot, shows when it is looked at.
    ///
    /// # Errors
    ///
    /// When the server is lost, or does not answer.
    pub(super) async fn hold(&mut self) -> Result<(), Error> {
        let unreadable = |error: &sqlx::Error| {
            failure::number(error).is_some_and(|number| failure::NOT_TO_BE_READ.contains(&number))
        };
        match self.try_fetch(statement::HOLD).await? {
            Err(error) if !unreadable(&error) => Err(failure::reading(self.endpoint, error)),
            _ => Ok(()),
        }
    }

    /// Looks at the table.
    ///
    /// # Errors
    ///
    /// When there is no table, when columns are missing or of another kind, or when the server does
    /// not answer.
    pub(super) async fn layout(
        &mut self,
        server: Server,
        options: &Options,
        notes: &mut Vec<String>,
    ) -> Result<Layout, Error> {
        let about = self.about().await?;
        let columns = self.columns(about.columns).await?;
        self.check(&columns).await?;
        let indexes = self.indexes(about.index_parts).await?;
        let variables = self.variables().await?;
        let About { is_view, engine, rows: expected, bytes, .. } = about;
        let database = Database { server, is_view, engine, columns, indexes, variables };

        let unique = database.has_unique_id();
        if database.is_view {
            notes.push(VIEW.to_owned());
        } else if !unique {
            notes.push(
                "The table's id has no unique index, as kine's always has. The table is read in \
                 one piece, and rows that share an id are left out."
                    .to_owned(),
            );
        }
        let engine = database.engine.as_deref();
        if let Some(engine) = engine.filter(|engine| !engine.eq_ignore_ascii_case("InnoDB")) {
            notes.push(format!(
                "The table's engine, {engine}, has no snapshots: what is written during the \
                 reading may show up only in part."
            ));
        }
        let way = self.way(options, &database, (expected, bytes), notes).await?;
        let profile = Profile {
            collation: self.collation(&database).await?,
            is_assumed: false,
            columns: way.columns(),
            excerpt: false,
            part: options.part.clone(),
            current: None,
            unique_index: (!database.is_view).then(|| database.unique_index().is_some()),
            dialect: Dialect::MySql,
            database: Some(Box::new(database)),
        };
        Ok(Layout { profile, expected, unique, way })
    }

    /// How the names compare.
    async fn collation(&mut self, database: &Database) -> Result<Collation, Error> {
        let name = database.column("name").and_then(|name| name.collation.as_deref());
        Ok(match name {
            Some(name) if database.server.is_mariadb() => Collation::named(name, None),
            Some(name) => Collation::named(name, self.padding(name).await?.as_deref()),
            // Bytes have none.
            None => Collation::binary(),
        })
    }

    /// Whether kine's columns are there, are what they are called, and may be read.
    pub(super) async fn check(&mut self, columns: &[Column]) -> Result<(), Error> {
        self.check_types(columns)?;
        // Any right lets an account see the columns; only SELECT gives it a row, or none.
        let none = Query::prepared(statement::FIRST_PAGE).bind(0_u64);
        match self.wire.all(none).await? {
            Ok(_) => Ok(()),
            Err(error) => Err(failure::reading(self.endpoint, error)),
        }
    }

    fn check_types(&self, columns: &[Column]) -> Result<(), Error> {
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
            let kind = column.type_name();
            if integer && column.greatest().is_none() {
                other.push(format!("{name} is {kind}, not an integer"));
            } else if !integer && !TEXTS.iter().any(|text| kind.ends_with(text)) {
                other.push(format!("{name} is {kind}, not text"));
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
             those: grant it SELECT on the whole table.",
        ))
    }

    /// What MySQL says of the collation's trailing spaces.
    async fn padding(&mut self, collation: &str) -> Result<Option<String>, Error> {
        let query = Query::prepared(statement::PADDING).bind(collation.to_owned());
        match self.wire.all(query).await? {
            Ok(rows) => Ok(rows.first().and_then(|row| text(row, 0))),
            // MySQL 5.7 and older do not have the column; the collation's name tells as much.
            Err(error) if failure::number(&error).is_some() => Ok(None),
            Err(error) => Err(failure::reading(self.endpoint, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_that_came_prove_that_the_variables_did() {
        let asked = statement::VARIABLES.matches('\'').count() / 2;
        assert!(asked <= NEEDED.len(), "{asked} rows may be cut where {} were not", NEEDED.len());
    }
}
