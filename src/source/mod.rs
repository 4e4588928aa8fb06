//! Where rows come from: a server, or a table as text.
//!
//! A source is opened and then read as a stream of [`Event`]s over a bounded channel: what is known
//! of the table, its rows in the order of their ids, and how it ended. Whoever drops the receiver
//! stops the reading.

#[cfg(feature = "mysql")]
pub mod endpoint;
mod error;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod load;
#[cfg(any(feature = "mysql", feature = "tui"))]
#[cfg_attr(not(feature = "mysql"), expect(unused, reason = "something is sent to servers only"))]
pub mod log;
mod moment;
#[cfg(feature = "mysql")]
pub mod mysql;
mod options;
mod refused;
mod requests;
pub mod scenario;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod sizes;
pub mod table;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod value;

pub use error::Error;
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use load::{Loaded, Progress, load, stream};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use log::Log;
pub use moment::{Moment, Position};
pub use options::{ColumnChoice, Options};
pub use refused::{Refused, Unread, Why};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use sizes::{Measured, measure, range, sizes};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use value::{Found, Wanted, value};

#[cfg(feature = "mysql")]
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

#[cfg(feature = "mysql")]
use endpoint::{Endpoint, TlsFiles};
use scenario::Scenario;

use crate::history::{History, Profile, Revision, Rows};

/// How many rows a batch holds at most.
pub const BATCH: usize = 4096;

/// What a source tells before its first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What a [`History`] must know.
    pub profile: Profile,
    /// What answered, for the header: `MariaDB 10.11.6`, `tab-separated text`.
    pub kind: String,
    /// Of which moment the rows are.
    pub moment: Moment,
    /// How many rows to expect, where that is known. An estimate, on a server.
    pub expected: Option<u64>,
    /// What the reader should know, each a sentence: columns that are missing, a parameter that
    /// was ignored.
    pub notes: Vec<String>,
}

/// A server's estimate may be far off: no more room than for so many rows is made beforehand.
const MOST_EXPECTED: u64 = 10_000_000;

impl Opened {
    /// A history for the rows, with room for as many as are expected.
    pub fn history(&self) -> History {
        let mut history = History::new(self.profile.clone());
        let expected = self.expected.unwrap_or_default().min(MOST_EXPECTED);
        history.reserve(usize::try_from(expected).unwrap_or_default());
        history
    }
}

/// What a source sends, in this order: one `Opened`, any number of `Progress`, `Rows`, `Unread` and
/// `Note`, at most one `Late`, at most one `Requests`, one `Ended`. Only a `Note` may come between the
/// last three. A source that cannot be opened sends `Ended` alone.
#[derive(Debug)]
pub enum Event {
    /// The source is open.
    Opened(Opened),
    /// How many entries of indexes have been read, where they come before the rows.
    Progress(usize),
    /// The next rows; every id is higher than all before.
    Rows(Rows),
    /// Rows that belong among those that came, in the order of their ids, each of which is new. None
    /// come after them.
    Late(Rows),
    /// The values of the newest rows named `compact_rev_key_apiserver`, with their ids: what API servers
    /// asked for ([`History::note_request`]). No other values are read with the rows. They are missing
    /// where the source has no column `value`, or where they cannot be read.
    Requests(Vec<(Revision, Vec<u8>)>),
    /// Rows that are missing from `Rows`.
    Unread(Refused),
    /// What should be known beside what `Opened` says, a sentence; it shows while rows are read.
    Note(String),
    /// Everything was read, or the reading failed after what was sent before.
    Ended(Result<(), Error>),
}

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

/// Where an endpoint is looked for when no source is named, in this order: the variable, and those
/// of the TLS files that go with it (authorities, certificate, key), and the one that skips looking
/// at the server's certificate. kine and k3s read the same; k3s has none of the last.
#[cfg(feature = "mysql")]
const VARIABLES: [(&str, [&str; 3], &str); 3] = [
    (
        "KINESCOPE_ENDPOINT",
        ["KINESCOPE_CA_FILE", "KINESCOPE_CERT_FILE", "KINESCOPE_KEY_FILE"],
        "KINESCOPE_SKIP_VERIFY",
    ),
    ("KINE_ENDPOINT", ["KINE_CA_FILE", "KINE_CERT_FILE", "KINE_KEY_FILE"], "KINE_SKIP_VERIFY"),
    (
        "K3S_DATASTORE_ENDPOINT",
        ["K3S_DATASTORE_CAFILE", "K3S_DATASTORE_CERTFILE", "K3S_DATASTORE_KEYFILE"],
        "",
    ),
];

impl Source {
    /// Understands a SOURCE argument: `-`, an endpoint, or the path of a file.
    ///
    /// An endpoint has a scheme or the look of Go's form (`kine:secret@tcp(db1:3306)/`); a file of
    /// that very name wins over the look.
    ///
    /// # Errors
    ///
    /// Those of [`Endpoint::parse`](endpoint::Endpoint::parse); and a text that could be an endpoint
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
        if endpoint::split_scheme(text.trim()).0.is_some() {
            return Self::server(text);
        }
        if path.exists() {
            return Ok(Self::File(path));
        }
        if endpoint::is_bare_dsn(text) || text.contains("://") {
            return Self::server(text);
        }
        if endpoint::may_be_endpoint(text) {
            return Err(Error::usage("the source is neither a file nor an endpoint with a scheme")
                .hint("Put mysql:// before it, if it is an endpoint."));
        }
        Ok(Self::File(path))
    }

    #[cfg(feature = "mysql")]
    fn server(text: &str) -> Result<Self, Error> {
        Ok(Self::Server(Box::new(Endpoint::parse(text)?)))
    }

    /// What the environment says when no SOURCE is given, and the variable that says it. An empty
    /// variable counts as not set.
    ///
    /// # Errors
    ///
    /// Those of [`Endpoint::parse`](endpoint::Endpoint::parse), and a value that is not UTF-8; each
    /// names the variable.
    #[cfg(feature = "mysql")]
    pub fn from_env(
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<(&'static str, Self)>, Error> {
        let lookup =
            |name: &str| lookup(name).filter(|value| !value.to_string_lossy().trim().is_empty());
        for (variable, files, skip) in VARIABLES {
            if let Some(text) = lookup(variable) {
                // What it holds is not said: it may be a password in another encoding.
                let endpoint = text
                    .to_str()
                    .ok_or_else(|| Error::usage("the endpoint is not UTF-8"))
                    .and_then(Endpoint::parse)
                    .map_err(|error| error.in_place(variable))?;
                let file = |name: &str| {
                    let Some(path) = lookup(name) else { return Ok(None) };
                    if endpoint::may_be_endpoint(&path.to_string_lossy()) {
                        return Err(Error::usage(format!("{name} is an endpoint, it seems"))
                            .hint("Give the path of a file there."));
                    }
                    Ok(Some((PathBuf::from(path), name.to_owned())))
                };
                let [ca, certificate, key] = files.map(file);
                let (ca, certificate, key) = (ca?, certificate?, key?);
                let mut endpoint =
                    endpoint.found_in(variable).with_tls_files(TlsFiles { ca, certificate, key });
                // As Go understands it.
                let is_true = |value: OsString| {
                    ["1", "t", "T", "true", "TRUE", "True"].iter().any(|known| value == *known)
                };
                if !skip.is_empty() && lookup(skip).is_some_and(is_true) {
                    endpoint = if variable == "KINE_ENDPOINT" {
                        endpoint.with_skip_verify_of_kine(skip)
                    } else {
                        endpoint.with_skip_verify(skip)
                    };
                }
                return Ok(Some((variable, Self::Server(Box::new(endpoint)))));
            }
        }
        Ok(None)
    }
}

impl Source {
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
}

impl Source {
    /// The server, as `host:port` or the path of a socket, and the database on it; `None` for text.
    pub fn server_and_database(&self) -> Option<(String, String)> {
        match self {
            #[cfg(feature = "mysql")]
            Self::Server(endpoint) => Some((endpoint.address.bare(), endpoint.database.clone())),
            Self::File(_) | Self::Stdin | Self::Scenario(_) => None,
        }
    }
}

impl Source {
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

    #[test]
    fn the_environment_is_asked_in_order() {
        let ask = |set: &[(&str, &str)]| {
            Source::from_env(|name| {
                set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).into())
            })
        };
        let all = [
            ("K3S_DATASTORE_ENDPOINT", "mysql://u@tcp(k3s)/"),
            ("K3S_DATASTORE_CAFILE", "/ca.pem"),
            ("KINE_ENDPOINT", "mysql://u@tcp(kine)/"),
            ("KINESCOPE_ENDPOINT", "mysql://u@tcp(kinescope)/"),
        ];
        for (set, variable, host) in [
            (&all[..], "KINESCOPE_ENDPOINT", "kinescope"),
            (&all[..3], "KINE_ENDPOINT", "kine"),
            (&all[..2], "K3S_DATASTORE_ENDPOINT", "k3s"),
        ] {
            let (found, source) = ask(set).expect("an endpoint").expect("a variable is set");
            assert_eq!(found, variable);
            let Source::Server(endpoint) = source else { panic!("{source:?} is no server") };
            assert_eq!(endpoint.short(), format!("{host}/kubernetes"));
            assert_eq!(endpoint.tls.ca.is_some(), host == "k3s", "only its own files");
        }
        let set = [("KINE_ENDPOINT", "mysql://u@/"), ("KINE_SKIP_VERIFY", "true")];
        let (_, source) = ask(&set).expect("an endpoint").expect("a variable is set");
        let Source::Server(endpoint) = source else { panic!("{source:?} is no server") };
        assert_eq!(endpoint.origins.tls.as_deref(), Some("KINE_SKIP_VERIFY"));
        assert_eq!(endpoint.origins.user.as_deref(), Some("KINE_ENDPOINT"));
        // Each file is the one that its variable names.
        for (variable, [ca, certificate, key], _) in VARIABLES {
            let set =
                [(variable, "mysql://u@/"), (ca, "/ca"), (certificate, "/cert"), (key, "/key")];
            let (_, source) = ask(&set).expect("an endpoint").expect("a variable is set");
            let Source::Server(endpoint) = source else { panic!("{source:?} is no server") };
            let tls = &endpoint.tls;
            let files = [&tls.ca, &tls.certificate, &tls.key].map(Option::as_deref);
            let expected = ["/ca", "/cert", "/key"].map(|path| Some(std::path::Path::new(path)));
            assert_eq!(files, expected, "{variable}");
            let origins = &endpoint.origins;
            let who = [&origins.ca, &origins.certificate, &origins.key].map(Option::as_deref);
            assert_eq!(who, [ca, certificate, key].map(Some));
            assert!(ca.contains("CA") && certificate.contains("CERT") && key.contains("KEY"));
            let set = [(variable, "mysql://u@/"), (key, "mysql://u:sesame@h/")];
            let error = ask(&set).expect_err("that is no file");
            assert!(!format!("{error:?}").contains("sesame"), "{error:?}");
        }
        // With files kine's variable counts, whatever tls says; without it does not look.
        for (tls, file, mode) in [
            ("true", "KINE_CA_FILE", endpoint::TlsMode::Required),
            ("false", "KINE_CA_FILE", endpoint::TlsMode::Required),
            ("true", "", endpoint::TlsMode::VerifyIdentity),
        ] {
            let typed = format!("mysql://u@tcp(h)/?tls={tls}");
            let set = [("KINE_ENDPOINT", &*typed), ("KINE_SKIP_VERIFY", "1"), (file, "/ca")];
            let (_, source) = ask(&set).expect("an endpoint").expect("a variable is set");
            let Source::Server(endpoint) = source else { panic!("{source:?} is no server") };
            assert_eq!(endpoint.tls.mode, mode, "{set:?}");
        }
        assert_eq!(ask(&[("KINE_ENDPOINT", " ")]).expect("nothing to parse"), None);
        let error = ask(&[("KINE_ENDPOINT", "https://etcd:2379")]).expect_err("it is etcd's");
        assert!(error.to_string().starts_with("KINE_ENDPOINT: "), "{error}");
    }
}
