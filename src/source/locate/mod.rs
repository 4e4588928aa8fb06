//! Which table is meant: what was typed, what the environment says, what k3s was told.
//!
//! Nothing here connects, and nothing that is not certainly free of a password is repeated.

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
pub use secrets::{holds_password, may_be_endpoint, redacted};

use std::fmt;
use std::path::PathBuf;

#[cfg(feature = "mysql")]
use super::Error;
#[cfg(feature = "mysql")]
use super::mysql::endpoint::{Endpoint, is_bare_dsn};
use super::scenario::Scenario;

/// Where to read from, as an argument or a variable says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A MySQL or MariaDB server.
    #[cfg(feature = "mysql")]
    Server(Box<Endpoint>),
    /// A file that holds a table as text.
    File(PathBuf),
    /// A table as text on standard input.
    Stdin,
    /// A table that comes with the program.
    Scenario(&'static Scenario),
}

impl Source {
    /// Understands a SOURCE argument: `-`, an endpoint, or the path of a file.
    ///
    /// An endpoint has a scheme or the look of Go's form (`kine:secret@tcp(db1:3306)/`); a file of
    /// that very name wins over the look.
    ///
    /// # Errors
    ///
    /// Those of [`Endpoint::parse`]; and a text that could be an endpoint
    /// without its scheme, since as the name of a file its password would be shown; and nothing.
    #[cfg(feature = "mysql")]
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text == "-" {
            return Ok(Self::Stdin);
        }
        if text.trim().is_empty() {
            // A variable of a script that is not set, most likely.
            return Err(Error::usage("the source is empty")
                .hint("Name an endpoint, a file, or - for standard input."));
        }
        let path = PathBuf::from(text);
        if scheme::split_scheme(text.trim()).0.is_some() {
            return Self::server(text);
        }
        if path.exists() {
            return Ok(Self::File(path));
        }
        if is_bare_dsn(text) || text.contains("://") {
            return Self::server(text);
        }
        if may_be_endpoint(text) {
            return Err(Error::usage("the source is neither a file nor an endpoint with a scheme")
                .hint("Put mysql:// before it, if it is an endpoint."));
        }
        Ok(Self::File(path))
    }

    #[cfg(feature = "mysql")]
    fn server(text: &str) -> Result<Self, Error> {
        Ok(Self::Server(Box::new(Endpoint::parse(text)?)))
    }

    /// A name for headers: host and database of a server, and the last part of a file's path.
    pub fn short(&self) -> String {
        match self {
            #[cfg(feature = "mysql")]
            Self::Server(endpoint) => endpoint.short(),
            Self::File(path) => match path.file_name() {
                Some(name) => name.display().to_string(),
                None => path.display().to_string(),
            },
            Self::Stdin => "standard input".to_owned(),
            Self::Scenario(scenario) => scenario.name.to_owned(),
        }
    }

    /// The server, as `host:port` or the path of a socket, and the database on it; `None` for text.
    pub fn server_and_database(&self) -> Option<(String, String)> {
        match self {
            #[cfg(feature = "mysql")]
            Self::Server(endpoint) => Some((endpoint.address.bare(), endpoint.database.clone())),
            Self::File(_) | Self::Stdin | Self::Scenario(_) => None,
        }
    }

    /// What it is called when it can be read only once: what has come through a pipe is gone.
    pub fn once(&self) -> Option<&'static str> {
        match self {
            Self::File(path) => {
                let is_pipe = path.metadata().is_ok_and(|it| !it.is_file() && !it.is_dir());
                is_pipe.then_some("a pipe")
            }
            Self::Stdin => Some("standard input"),
            #[cfg(feature = "mysql")]
            Self::Server(_) => None,
            Self::Scenario(_) => None,
        }
    }
}

/// As it may be shown, without a password. Standard input is `-`, as it was typed.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(feature = "mysql")]
            Self::Server(endpoint) => endpoint.fmt(f),
            Self::File(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("-"),
            Self::Scenario(scenario) => f.write_str(scenario.name),
        }
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
            let source = Source::parse(file).expect(file);
            assert_eq!(source, Source::File(file.into()), "{file}");
        }
        let endpoints = ["mysql://", "mysql://db1/k", "u@tcp(h)/", "u@unix(/s)/", "u:pw@/db"];
        for endpoint in endpoints {
            let source = Source::parse(endpoint).expect(endpoint);
            let expected = Endpoint::parse(endpoint).expect("as above");
            assert_eq!(source, Source::Server(Box::new(expected)));
        }
        assert_eq!(Source::parse("-").expect("it is standard input"), Source::Stdin);
        let error = Source::parse("root:sesame@db1:3306/kine").expect_err("it has no scheme");
        assert!(error.is_usage() && !format!("{error:?}").contains("sesame"), "{error:?}");
        assert!(Source::parse(" ").expect_err("there is nothing").is_usage());
        assert!(Source::parse("postgres://h").expect_err("no MySQL").is_usage());
        std::fs::remove_dir_all(existing).expect("the directory is ours");
    }
}
