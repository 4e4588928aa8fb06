//! An endpoint of any server, and what may be said of it beside its own text.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::source::sql::endpoint::TlsFiles;
use crate::source::{Error, Source, mysql, postgres};

/// An endpoint of a server: which one its scheme says.
///
/// [`Display`](fmt::Display) writes it as it may be shown and typed again, without a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// MySQL or MariaDB.
    MySql(Box<mysql::endpoint::Endpoint>),
    /// PostgreSQL.
    Postgres(postgres::endpoint::Endpoint),
}

/// Does the same to whichever it is.
macro_rules! either {
    ($endpoint:expr, $it:ident => $done:expr) => {
        match $endpoint {
            Self::MySql(boxed) => {
                let $it = *boxed;
                Self::MySql(Box::new($done))
            }
            Self::Postgres($it) => Self::Postgres($done),
        }
    };
}

impl Endpoint {
    /// Understands an endpoint as kine, k3s, libpq or sqlx would.
    ///
    /// # Errors
    ///
    /// All are [usage](Error::usage): those of [MySQL's](mysql::endpoint::Endpoint::parse), which names
    /// what an endpoint of no server is, and those of
    /// [PostgreSQL's](postgres::endpoint::Endpoint::parse).
    pub fn parse(text: &str) -> Result<Self, Error> {
        if postgres::endpoint::is_one(text) {
            return postgres::endpoint::Endpoint::parse(text).map(Self::Postgres);
        }
        mysql::endpoint::Endpoint::parse(text).map(Self::from)
    }

    /// Whether a password was given: one that everybody knows is none.
    pub fn has_password(&self) -> bool {
        match self {
            Self::MySql(it) => it.password().is_some(),
            Self::Postgres(it) => it.gives_password(),
        }
    }

    /// A name for headers: the host and the database.
    pub fn short(&self) -> String {
        match self {
            Self::MySql(it) => it.short(),
            Self::Postgres(it) => it.short(),
        }
    }

    /// Adds what the reader should know, a sentence.
    pub fn note(&mut self, note: String) {
        match self {
            Self::MySql(it) => it.notes.push(note),
            Self::Postgres(it) => it.notes.push(note),
        }
    }

    /// Says where the endpoint was found, for all that it says itself.
    #[must_use]
    pub fn found_in(self, place: &str) -> Self {
        either!(self, it => it.found_in(place))
    }

    /// Gives the endpoint a password that was found, or asked for, beside it.
    #[must_use]
    pub fn with_password_from(self, password: &str, origin: &str) -> Self {
        either!(self, it => it.with_password_from(password, origin))
    }

    /// Adds TLS files that kine's and k3s' variables and options name.
    #[must_use]
    pub fn with_tls_files(self, files: TlsFiles) -> Self {
        either!(self, it => it.with_tls_files(files))
    }

    /// The same, where what is given now wins.
    #[must_use]
    pub fn with_other_tls_files(self, files: TlsFiles) -> Self {
        either!(self, it => it.with_other_tls_files(files))
    }

    /// Does without looking at who the server is.
    #[must_use]
    pub fn with_skip_verify(self, origin: &str) -> Self {
        either!(self, it => it.with_skip_verify(origin))
    }

    /// The same, where the variable is kine's own.
    #[must_use]
    pub fn with_skip_verify_of_kine(self, variable: &str) -> Self {
        match self {
            Self::MySql(it) => it.with_skip_verify_of_kine(variable).into(),
            Self::Postgres(it) => Self::Postgres(it.with_skip_verify(variable)),
        }
    }

    /// Fills in what PostgreSQL's own programs find beside an endpoint: of their servers only.
    ///
    /// # Errors
    ///
    /// Those of [`with_libpq`](postgres::endpoint::Endpoint::with_libpq).
    pub fn with_libpq(self, variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        match self {
            Self::Postgres(it) => it.with_libpq(variable).map(Self::Postgres),
            Self::MySql(_) => Ok(self),
        }
    }

    /// Takes the files that it names, and its socket, from under a root.
    #[must_use]
    pub(in crate::source) fn under(self, root: impl Fn(&Path) -> PathBuf) -> Self {
        either!(self, it => it.under(root))
    }

    /// Says of the endpoint why k3s or kine cannot use it, if they cannot.
    pub(in crate::source) fn note_if_unlike_kine(&mut self, program: &str) {
        if let Self::MySql(it) = self
            && let Some(why) = it.unlike_go.take()
        {
            it.notes.push(format!("{program} itself cannot use this endpoint: {why}."));
        }
    }

    /// What is shown must not steer a terminal.
    pub(in crate::source) fn without_control_characters(self) -> Result<Self, Error> {
        Ok(either!(self, it => it.without_control_characters()?))
    }

    /// Notes what is odd once all is said of the endpoint.
    #[must_use]
    pub fn noted_if_odd(self) -> Self {
        either!(self, it => it.noted_if_odd())
    }
}

#[cfg(test)]
impl Endpoint {
    /// What it is, if it is one of MySQL's.
    pub(in crate::source) fn my_sql(self) -> mysql::endpoint::Endpoint {
        match self {
            Self::MySql(it) => *it,
            Self::Postgres(it) => panic!("{it} is PostgreSQL's"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MySql(it) => it.fmt(f),
            Self::Postgres(it) => it.fmt(f),
        }
    }
}

impl From<mysql::endpoint::Endpoint> for Endpoint {
    fn from(endpoint: mysql::endpoint::Endpoint) -> Self {
        Self::MySql(Box::new(endpoint))
    }
}

impl From<postgres::endpoint::Endpoint> for Endpoint {
    fn from(endpoint: postgres::endpoint::Endpoint) -> Self {
        Self::Postgres(endpoint)
    }
}

impl From<Endpoint> for Source {
    fn from(endpoint: Endpoint) -> Self {
        match endpoint {
            Endpoint::MySql(it) => Self::of(*it),
            Endpoint::Postgres(it) => Self::of(it),
        }
    }
}
