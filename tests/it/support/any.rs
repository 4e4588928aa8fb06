//! Databases of every sort, for tests that ask all of them the same: one more is one more variant here.

use kinescope::history::Dialect;
use sqlx::error::DatabaseError;
use sqlx::mysql::{MySqlConnection, MySqlRow};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, Row, TypeInfo as _, ValueRef as _};

use super::server::{Server, servers};
use super::{postgres, server, sqlite};

/// What holds tables.
#[derive(Clone, Copy)]
pub(crate) enum Engine {
    MySql(&'static Server),
    Postgres,
    Sqlite,
}

impl Engine {
    /// Every one on this machine.
    pub(crate) fn all() -> Vec<Self> {
        servers().iter().map(Self::MySql).chain([Self::Postgres, Self::Sqlite]).collect()
    }

    /// What it is, for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::MySql(server) => &server.version,
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }

    /// What it calls itself.
    pub(crate) fn product(self) -> &'static str {
        match self {
            Self::MySql(server) if server.mariadb => "MariaDB",
            Self::MySql(_) => "MySQL",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }

    /// How it writes SQL.
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::MySql(_) => Dialect::MySql,
            Self::Postgres => Dialect::Postgres,
            Self::Sqlite => Dialect::Sqlite,
        }
    }

    /// A database that no other test has.
    pub(crate) fn database(self) -> Database {
        match self {
            Self::MySql(server) => Database::MySql(server.database()),
            Self::Postgres => Database::Postgres(postgres::postgres().database()),
            Self::Sqlite => Database::Sqlite(sqlite::Database::new()),
        }
    }
}

/// One test's database.
pub(crate) enum Database {
    MySql(server::Database<'static>),
    Postgres(postgres::Database<'static>),
    Sqlite(sqlite::Database),
}

impl Database {
    /// What kinescope is given to read it.
    pub(crate) fn endpoint(&self) -> String {
        match self {
            Self::MySql(database) => database.socket_dsn(),
            Self::Postgres(database) => database.socket_url(),
            Self::Sqlite(database) => database.path().display().to_string(),
        }
    }

    /// Runs statements as whoever may run all.
    #[track_caller]
    pub(crate) fn exec(&self, sql: &str) {
        match self {
            Self::MySql(database) => database.exec(sql),
            Self::Postgres(database) => database.exec(sql),
            Self::Sqlite(database) => database.exec(sql),
        }
    }

    /// A table with kine's columns, of these types, without the unique index.
    pub(crate) fn create(&self, integer: &str, name: &str) {
        match self {
            Self::MySql(database) => database.create(integer, name),
            Self::Postgres(database) => database.create(integer, name),
            Self::Sqlite(database) => database.create(name),
        }
    }
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Number(i128),
    Bytes(Vec<u8>),
}

impl Cell {
    /// The integer, if it is one.
    pub(crate) fn number<T: TryFrom<i128>>(&self) -> Option<T> {
        match self {
            Self::Number(number) => {
                Some(T::try_from(*number).unwrap_or_else(|_| panic!("{number} does not fit")))
            }
            Self::Null | Self::Bytes(_) => None,
        }
    }

    /// What is no number and not NULL.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Some(bytes.clone()),
            Self::Null | Self::Number(_) => None,
        }
    }
}

/// A connection, to a database of any sort.
pub(crate) trait Client {
    const DIALECT: Dialect;

    /// Runs statements as they are.
    async fn run(&mut self, sql: &str) -> sqlx::Result<()>;

    /// Runs a statement with a number for each `?`: how many rows it changed.
    async fn execute(&mut self, sql: &str, numbers: &[i64]) -> sqlx::Result<u64>;

    /// All rows that a query gives, with a number for each `?`.
    async fn fetch(&mut self, sql: &str, numbers: &[i64]) -> sqlx::Result<Vec<Vec<Cell>>>;
}

/// The drivers are alike, but each has its own types.
macro_rules! client {
    ($connection:ty, $row:ty, $dialect:expr) => {
        impl Client for $connection {
            const DIALECT: Dialect = $dialect;

            async fn run(&mut self, sql: &str) -> sqlx::Result<()> {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(self).await.map(drop)
            }

            async fn execute(&mut self, sql: &str, numbers: &[i64]) -> sqlx::Result<u64> {
                let sql = placed(Self::DIALECT, sql);
                let query = sqlx::query(AssertSqlSafe(sql));
                let query = numbers.iter().fold(query, |query, &number| query.bind(number));
                Ok(query.execute(self).await?.rows_affected())
            }

            async fn fetch(&mut self, sql: &str, numbers: &[i64]) -> sqlx::Result<Vec<Vec<Cell>>> {
                let sql = placed(Self::DIALECT, sql);
                let query = sqlx::query(AssertSqlSafe(sql));
                let query = numbers.iter().fold(query, |query, &number| query.bind(number));
                let rows: Vec<$row> = query.fetch_all(self).await?;
                rows.iter().map(cells).collect()
            }
        }
    };
}

client!(MySqlConnection, MySqlRow, Dialect::MySql);
client!(PgConnection, PgRow, Dialect::Postgres);
client!(SqliteConnection, SqliteRow, Dialect::Sqlite);

/// The statement with parameters as the database writes them: PostgreSQL counts them.
fn placed(dialect: Dialect, sql: &str) -> String {
    if dialect != Dialect::Postgres {
        return sql.to_owned();
    }
    let mut parts = sql.split('?');
    let first = parts.next().unwrap_or_default().to_owned();
    (1..).zip(parts).fold(first, |sql, (nth, part)| format!("{sql}${nth}{part}"))
}

/// A row of a prepared statement, whose numbers come as bytes.
fn cells<R: Row>(row: &R) -> sqlx::Result<Vec<Cell>>
where
    usize: ColumnIndex<R>,
    for<'r> i64: Decode<'r, R::Database>,
    for<'r> Vec<u8>: Decode<'r, R::Database>,
{
    let cell = |at: usize| {
        let raw = row.try_get_raw(at)?;
        if raw.is_null() {
            return Ok(Cell::Null);
        }
        let kind = raw.type_info().name().to_owned();
        if !kind.contains("INT") {
            return row.try_get_unchecked(at).map(Cell::Bytes);
        }
        let number: i64 = row.try_get_unchecked(at)?;
        Ok(Cell::Number(match kind.as_str() {
            // Eight bytes, whatever they mean.
            "BIGINT UNSIGNED" => number.cast_unsigned().into(),
            _ => number.into(),
        }))
    };
    (0..row.len()).map(cell).collect()
}

/// Whether a unique index refused a row.
pub(crate) fn is_duplicate(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(DatabaseError::is_unique_violation)
}
