//! A database of SQLite: the file in which k3s keeps its table where it was told no other place.
//!
//! It is read without harm to a k3s that runs. `opening.rs` says how it is opened: nothing is left beside
//! it that was not there. All rows are of one transaction, which is as short as it can be: as long as
//! it lasts, kine's checkpoint waits, and its writes wait for that. So rows are put aside where whoever
//! takes them is slower, and only links and reports come later.
//!
//! It never writes: the file is opened for reading, the session refuses writes, and [`statement`] has
//! all that it sends.

mod contents;
mod decode;
mod layout;
mod opening;
mod rows;
pub mod statement;
mod store;
mod value;
mod wal;

pub use opening::remove_copies;

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions as _, Connection as _};

use super::sql::log;
use super::{Error, Log};
use decode::{Cell, cell, number, text};
use opening::Opening;

/// How long to wait for a lock. kine itself waits for 30 s.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many rows wait for whoever takes them from the thread that reads them.
const ROWS_AHEAD: usize = 4096;

/// SQLite's numbers for "unable to open", "attempt to write a readonly database", "locked", "corrupt"
/// and "no database".
const CANNOT_OPEN: i32 = 14;
const READ_ONLY: i32 = 8;
const BUSY: i32 = 5;
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;

/// A database of SQLite, and what it was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sqlite {
    /// The file.
    path: PathBuf,
    /// Who named it.
    origin: Option<String>,
}

impl Sqlite {
    /// The database that a path leads to: itself, or a directory of k3s that holds it; `None` where
    /// there is none.
    pub fn at(path: &Path) -> Option<Self> {
        let path = if path.is_dir() { opening::in_directory(path)? } else { path.to_owned() };
        opening::is_database(&path).then(|| Self::new(path))
    }

    /// The database of an endpoint as kine takes it, without its scheme: a path, and parameters for the
    /// driver, which mean nothing here. Without a path it is kine's own, `./db/state.db`.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it is no database of SQLite.
    pub fn of_endpoint(rest: &str) -> Result<Self, Error> {
        let path = Self::path_of_endpoint(rest);
        Self::at(&path).ok_or_else(|| Self::not_at(&path))
    }

    /// The path that an endpoint names.
    pub(super) fn path_of_endpoint(rest: &str) -> PathBuf {
        let path = rest.split('?').next().unwrap_or_default();
        let path = path.strip_prefix("file:").unwrap_or(path);
        Path::new(if path.is_empty() { "db/state.db" } else { path }).to_owned()
    }

    /// The database of the k3s that runs on this machine.
    pub fn of_k3s() -> Option<Self> {
        Self::at(Path::new("/var/lib/rancher/k3s/server/db/state.db"))
    }

    /// Says that a path does not lead to a database of SQLite.
    pub(super) fn not_at(path: &Path) -> Error {
        let error = Error::new(format!("there is no SQLite database at {}", path.display()));
        match std::fs::File::open(path) {
            Err(why) if why.kind() == std::io::ErrorKind::PermissionDenied => {
                error.because(why).hint("k3s keeps its database for root: run kinescope with sudo.")
            }
            Err(why) => error.because(why).hint("Name the file: state.db in k3s' server/db directory."),
            Ok(_) => error.hint(
                "Name the file: state.db in k3s' server/db directory. One that is encrypted, or cut \
                 off at its beginning, cannot be told from any other file.",
            ),
        }
    }

    fn new(path: PathBuf) -> Self {
        Self { path, origin: None }
    }

    /// Says where it was named.
    #[must_use]
    pub fn found_in(mut self, place: &str) -> Self {
        self.origin = Some(place.to_owned());
        self
    }
}

/// A session on a database that can do nothing but read.
struct Session {
    connection: SqliteConnection,
    log: log::Session,
    opening: Opening,
    /// What the database is called.
    place: String,
    /// What is called kine there, if anything is: `table`, `view`.
    kind: Option<String>,
}

impl Session {
    /// Opens the database in its place, or as a copy where that cannot be done.
    async fn open(database: &Sqlite, log: &Log) -> Result<Self, Error> {
        match Self::try_open(database, opening::open(&database.path)?, log).await {
            Err(Failure::CannotOpen(_)) => {
                let opening = opening::copied(&database.path)?;
                Self::try_open(database, opening, log).await.map_err(Failure::into)
            }
            opened => opened.map_err(Failure::into),
        }
    }

    async fn try_open(database: &Sqlite, opening: Opening, log: &Log) -> Result<Self, Failure> {
        let place = database.path.display().to_string();
        let options = SqliteConnectOptions::new()
            .filename(&opening.path)
            .create_if_missing(false)
            // A copy is ours: SQLite may undo in it what did not end.
            .read_only(!matches!(opening.how, opening::How::Copy(_)))
            .immutable(opening.how == opening::How::Unchanging)
            .busy_timeout(PATIENCE)
            .row_buffer_size(ROWS_AHEAD)
            .disable_statement_logging();
        let log = log.session(&place)?;
        let connection = SqliteConnection::connect_with(&options).await;
        let connection = connection.map_err(|error| failed(&place, error))?;
        let mut session = Self { connection, log, opening, place, kind: None };
        session.fetch(statement::READ_ONLY, &[]).await?;
        let answer = session.fetch(statement::IS_READ_ONLY, &[]).await?;
        if answer.first().and_then(|row| number(row, 0)) != Some(1) {
            return Err(
                Error::new(format!("{} cannot be opened for reading only", session.place)).into()
            );
        }
        session.fetch(statement::BEGIN, &[]).await?;
        // Nothing is locked, and nothing shows, before the first look.
        let kinds = session.fetch(statement::TABLE, &[]).await?;
        session.kind = kinds.first().and_then(|row| text(row, 0));
        session.opening.hide();
        Ok(session)
    }

    /// All rows of an answer, which are few.
    async fn fetch(&mut self, sql: &'static str, given: &[i64]) -> Result<Vec<SqliteRow>, Failure> {
        let mut rows = Vec::new();
        self.each(sql, given, |row| rows.push(row)).await?;
        Ok(rows)
    }

    /// Gives away each row of an answer.
    async fn each(
        &mut self,
        sql: &'static str,
        given: &[i64],
        mut take: impl FnMut(SqliteRow),
    ) -> Result<(), Failure> {
        let shown: Vec<String> = given.iter().map(i64::to_string).collect();
        let mut statement = self.log.send(sql, &shown)?;
        let mut query = sqlx::query::<sqlx::Sqlite>(sql);
        for number in given {
            query = query.bind(*number);
        }
        statement.wait();
        let mut rows = query.fetch(&mut self.connection);
        loop {
            match rows.try_next().await {
                Ok(Some(row)) => {
                    statement.rows += 1;
                    take(row);
                }
                Ok(None) => break,
                Err(error) => {
                    statement.end(log::Outcome::Failed(error.to_string()))?;
                    return Err(failed(&self.place, error));
                }
            }
        }
        statement.end(log::Outcome::Answered)?;
        Ok(())
    }

    /// The one number of an answer.
    async fn one(&mut self, sql: &'static str) -> Result<Option<u64>, Error> {
        Ok(self.fetch(sql, &[]).await?.first().and_then(|row| number(row, 0)))
    }

    /// Ends the transaction, and says whether what was read was of one moment.
    async fn end(&mut self) -> Result<(), Error> {
        self.fetch(statement::END, &[]).await?;
        self.opening.check()
    }
}

/// Why a session failed.
enum Failure {
    /// SQLite cannot open the database in its place.
    CannotOpen(Error),
    /// Anything else.
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::CannotOpen(error) | Failure::Other(error) => error,
        }
    }
}

/// What SQLite said, and what to do.
fn failed(place: &str, error: sqlx::Error) -> Failure {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    let code = code.and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff);
    let said = Error::new(format!("cannot read the SQLite database {place}"));
    match code {
        Some(CANNOT_OPEN | READ_ONLY) => Failure::CannotOpen(said.because(error)),
        Some(BUSY) => Failure::Other(
            said.because(error)
                .hint("Another process holds its lock. Wait until that is done, or read a copy."),
        ),
        Some(CORRUPT) => Failure::Other(said.because(error).hint(
            "The file is damaged. Copy it with its -wal, and try sqlite3's .recover on the copy.",
        )),
        Some(NOT_A_DATABASE) => Failure::Other(
            said.because(error).hint("The file is encrypted, or damaged at its beginning."),
        ),
        _ => Failure::Other(said.because(error)),
    }
}
