//! Which table is meant: what was typed, what the environment says, what k3s was told.
//!
//! Nothing here connects, and nothing that is not certainly free of a password is repeated.

#[cfg(feature = "mysql")]
mod endpoint;
#[cfg(feature = "mysql")]
mod environment;
#[cfg(feature = "mysql")]
pub(in crate::source) mod foreign;
#[cfg(feature = "mysql")]
pub(in crate::source) mod k3s;
#[cfg(feature = "mysql")]
pub(in crate::source) mod placeholder;
#[cfg(feature = "mysql")]
pub(in crate::source) mod scheme;
#[cfg(feature = "mysql")]
pub(in crate::source) mod secrets;

#[cfg(feature = "mysql")]
pub use endpoint::Endpoint;
#[cfg(feature = "mysql")]
pub use environment::from_env;
#[cfg(feature = "mysql")]
pub use secrets::{holds_password, may_be_endpoint, redacted};

use std::fmt;
use std::ops::Deref;
#[cfg(feature = "mysql")]
use std::path::PathBuf;
use std::sync::Arc;

#[cfg(feature = "mysql")]
use super::Error;
#[cfg(feature = "mysql")]
use super::mysql::endpoint::is_bare_dsn;
#[cfg(feature = "mysql")]
use super::sqlite::Sqlite;
use super::store::{Database, Store};
use super::text::{Input, Text};

/// A table: where it is, and how it is read.
#[derive(Debug, Clone)]
pub struct Source(Arc<dyn Store>);

impl Deref for Source {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl From<Input> for Source {
    fn from(text: Input) -> Self {
        Self::of(Text::from(text))
    }
}

impl From<Arc<dyn Database>> for Source {
    fn from(database: Arc<dyn Database>) -> Self {
        Self(database)
    }
}

impl Source {
    /// What holds a table.
    fn of(store: impl Store + 'static) -> Self {
        Self(Arc::new(store))
    }
}

/// As it may be shown, without a password.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What was named.
#[cfg(feature = "mysql")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A server, which more may be said of beside its endpoint.
    Endpoint(Endpoint),
    /// A database of SQLite.
    Sqlite(Sqlite),
    /// A text.
    Text(Input),
}

#[cfg(feature = "mysql")]
impl Named {
    /// Understands a SOURCE argument: `-`, an endpoint, or the path of a file.
    ///
    /// An endpoint has a scheme or the look of Go's form (`kine:secret@tcp(db1:3306)/`); a file of
    /// that very name wins over the look.
    ///
    /// # Errors
    ///
    /// Those of [`Endpoint::parse`]; and a text that could be an endpoint
    /// without its scheme, since as the name of a file its password would be shown; and nothing.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text == "-" {
            return Ok(Self::Text(Input::Stdin));
        }
        if text.trim().is_empty() {
            // A variable of a script that is not set, most likely.
            return Err(Error::usage("the source is empty")
                .hint("Name an endpoint, a file, or - for standard input."));
        }
        let endpoint = || Ok(Self::Endpoint(Endpoint::parse(text)?));
        let path = PathBuf::from(text);
        match scheme::split_scheme(text.trim()) {
            (Some(_), rest) if is_sqlite_endpoint(text) => {
                return Ok(Self::Sqlite(Sqlite::of_endpoint(rest)?));
            }
            (Some(_), _) => return endpoint(),
            (None, _) => {}
        }
        if path.exists() {
            return Ok(Self::of_path(path));
        }
        if is_bare_dsn(text) || text.contains("://") {
            return endpoint();
        }
        if may_be_endpoint(text) {
            return Err(Error::usage("the source is neither a file nor an endpoint with a scheme")
                .hint("Put mysql:// before it, if it is an endpoint."));
        }
        Ok(Self::Text(Input::File(path)))
    }

    /// What a path names: a database of SQLite, or a directory of k3s with one, or a text.
    pub fn of_path(path: PathBuf) -> Self {
        Sqlite::at(&path).map_or_else(|| Self::Text(Input::File(path)), Self::Sqlite)
    }
}

/// Whether an endpoint names a database of SQLite. Litestream copies one.
#[cfg(feature = "mysql")]
pub fn is_sqlite_endpoint(text: &str) -> bool {
    let scheme = scheme::split_scheme(text.trim()).0.unwrap_or_default();
    ["sqlite", "litestream"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

#[cfg(feature = "mysql")]
impl From<Named> for Source {
    fn from(named: Named) -> Self {
        match named {
            Named::Endpoint(endpoint) => endpoint.into(),
            Named::Sqlite(database) => Self::of(database),
            Named::Text(text) => text.into(),
        }
    }
}

#[cfg(feature = "mysql")]
impl Source {
    /// What a SOURCE argument names, with nothing said beside it.
    ///
    /// # Errors
    ///
    /// Those of [`Named::parse`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Named::parse(text).map(Self::from)
    }
}

#[cfg(all(test, feature = "mysql"))]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_an_endpoint_or_a_file() {
        let existing = tempfile::tempdir().expect("a directory").keep();
        let odd = existing.join("u:pw@");
        std::fs::create_dir(&odd).expect("a directory");
        std::fs::write(odd.join("kine"), "").expect("a file");
        let odd = odd.join("kine").to_string_lossy().into_owned();
        let files = ["table.tsv", "./a/b", "/var/x@y/z", "db1", "db1/kubernetes", "a@/b", &odd];
        for file in files {
            let source = Named::parse(file).expect(file);
            assert_eq!(source, Named::Text(Input::File(file.into())), "{file}");
        }
        let endpoints = [
            "mysql://",
            "mysql://db1/k",
            "u@tcp(h)/",
            "u@unix(/s)/",
            "u:pw@/db",
            "postgres://",
            "PostgreSQL://u:pw@h/db",
        ];
        for endpoint in endpoints {
            let source = Named::parse(endpoint).expect(endpoint);
            let expected = Endpoint::parse(endpoint).expect("as above");
            assert_eq!(source, Named::Endpoint(expected));
        }
        assert_eq!(Named::parse("-").expect("it is standard input"), Named::Text(Input::Stdin));
        let error = Named::parse("root:sesame@db1:3306/kine").expect_err("it has no scheme");
        assert!(error.is_usage() && !format!("{error:?}").contains("sesame"), "{error:?}");
        assert!(Named::parse(" ").expect_err("there is nothing").is_usage());
        assert!(Named::parse("nats://h").expect_err("no table").is_usage());
        std::fs::remove_dir_all(existing).expect("the directory is ours");
    }
}
