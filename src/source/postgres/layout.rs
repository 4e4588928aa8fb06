//! Whether the server's table is kine's, and what is to be known of it before its rows.

use super::database::{About, Declared};
use super::decode::{Number, number};
use super::{Query, Session, failure, statement};
use crate::history::{Collation, Columns, Database, Dialect, Profile};
use crate::source::{ColumnChoice, Error, Options};

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
const VIEW: &str = "kine is a view here, not a table. What it shows is read; the indexes of what is \
                    behind it are not known.";

/// What is known of the table before its first row.
pub(super) struct Layout {
    pub(super) profile: Profile,
    /// The server's estimate of the rows.
    pub(super) expected: Option<u64>,
    /// Whether a row is found by its id without a look at all others.
    pub(super) finds_id: bool,
    /// The newest row.
    pub(super) newest: Option<Number>,
    pub(super) notes: Vec<String>,
}

impl Session<'_> {
    /// Looks at the table, and holds it as it is.
    ///
    /// # Errors
    ///
    /// When there is no table, when columns are missing, of another kind or not to be read, or when the
    /// server does not answer.
    pub(super) async fn layout(&mut self, options: &Options) -> Result<Layout, Error> {
        let about = self.about().await?;
        let declared = self.columns().await?;
        self.check(&about, &declared)?;
        // Only now: a statement that the server refuses ends the transaction.
        self.fetch(Query::text(statement::HOLD)).await?;
        let indexes = self.indexes().await?;
        let name = declared.iter().map(|it| &it.column).find(|column| column.name == "name");
        let variables = Some(self.variables(name).await?);
        let newest = self.fetch(Query::text(statement::CURRENT)).await?;
        let newest = newest.first().and_then(|row| number(row, 0).ok().flatten());
        let folds = declared.iter().any(|it| it.column.name == "name" && it.folds);
        let About { is_view, rows: expected, .. } = about;
        let columns = declared.into_iter().map(|it| it.column).collect();
        let server = self.server.clone();
        let engine = None;
        let database = Database { server, is_view, engine, columns, indexes, variables };
        let mut notes = Vec::new();
        if options.columns == ColumnChoice::Index {
            notes.push(
                "--columns index is for MySQL and MariaDB: all columns were read, from the rows."
                    .to_owned(),
            );
        }
        if is_view {
            notes.push(VIEW.to_owned());
        } else if !database.has_unique_id() {
            notes.push(
                "The table's id has no unique index, as kine's always has. Rows that share an id are \
                 left out."
                    .to_owned(),
            );
        }
        if folds {
            notes.push(
                "The collation of name is nondeterministic: it may treat different names as equal. \
                 kinescope compares them byte by byte."
                    .to_owned(),
            );
        }
        let begins_with_id = |index: &crate::history::Index| {
            index.flaw.is_none() && index.columns.first().is_some_and(|part| part.column == "id")
        };
        let finds_id = database.indexes.iter().any(begins_with_id);
        let profile = Profile {
            // Whatever the collation sorts by, names are equal if their bytes are.
            collation: Collation::binary(),
            is_assumed: false,
            columns: Columns::ALL,
            excerpt: false,
            part: options.part.clone(),
            current: newest.and_then(|id| id.try_into().ok()).filter(|_| options.part.is_some()),
            unique_index: (!is_view).then(|| database.unique_index().is_some()),
            dialect: Dialect::Postgres,
            database: Some(Box::new(database)),
        };
        Ok(Layout { profile, expected, finds_id, newest, notes })
    }

    /// Whether kine's columns are there, are what they are called, and may be read.
    pub(super) fn check(&self, about: &About, declared: &[Declared]) -> Result<(), Error> {
        let mut missing = Vec::new();
        let mut other = Vec::new();
        let mut secret = false;
        for (name, is_number) in NEEDED {
            let Some(Declared { column, is_readable, .. }) =
                declared.iter().find(|it| it.column.name == name)
            else {
                missing.push(name);
                continue;
            };
            let kind = column.full_type.as_str();
            if is_number && column.greatest().is_none() && column.type_name() != "numeric" {
                other.push(format!("{name} is {kind}, not an integer"));
            } else if !is_number && !is_text(kind) {
                other.push(format!("{name} is {kind}, not text"));
            }
            secret |= !is_readable;
        }
        let what = match (missing.as_slice(), other.as_slice()) {
            ([], []) if secret => return Err(failure::denied_table(self.endpoint, &about.schema)),
            ([], []) => return Ok(()),
            ([], other) => other.join(", and "),
            ([one], []) => format!("it has no column {one}"),
            (missing, []) => format!("it has no columns {}", missing.join(", ")),
            (missing, other) => {
                format!("it has no {}, and {}", missing.join(", "), other.join(", and "))
            }
        };
        Err(Error::new(format!(
            "the table {}.kine at {} is not kine's: {what}",
            about.schema, self.endpoint
        ))
        .hint("Name the database that kine uses, and with search_path=SCHEMA the schema, if it is not public."))
    }
}

/// Whether a type has its letters as they were given: `character(630)` adds spaces to them.
fn is_text(kind: &str) -> bool {
    kind == "text" || kind == "citext" || kind.starts_with("character varying")
}
