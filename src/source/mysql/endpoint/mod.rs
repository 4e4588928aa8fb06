//! What was typed, as the server it means.
//!
//! Two forms are understood. k3s and kine take the one of go-sql-driver, whose password is raw and
//! which is therefore read from the right; other tools take a URL, whose password is
//! percent-encoded. Nothing clashes: what stands where Go expects a network (`h:3306`) is none.
//!
//! ```text
//! mysql://kine:p@ss:w/rd@tcp([::1]:3307)/kubernetes?tls=skip-verify
//! mysql://kine:p%40ss:w%2Frd@[::1]:3307/kubernetes?ssl-mode=REQUIRED
//! ```
//!
//! Nothing here connects, and no error or text made here repeats what was typed: it may be, or be
//! mistaken for, a password.

mod client_file;
mod go;
mod origins;
mod parameters;
mod tls;
mod url;

pub use client_file::ClientFile;
pub use origins::Origins;
pub use tls::{Tls, TlsMode};

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::source::Error;
use crate::source::locate::scheme::split_scheme;
use crate::source::locate::{foreign, placeholder};
use crate::source::sql::endpoint::{Origin, Password, said};

/// The database that kine makes when its endpoint names none.
const KINE_DATABASE: &str = "kubernetes";
/// Where kine looks for a server on this machine.
const KINE_SOCKET: &str = "/var/run/mysqld/mysqld.sock";
const PORT: u16 = 3306;

/// Whether a text without a scheme is an endpoint in Go's form rather than a file:
/// `kine@tcp(db1:3306)/kubernetes`, `kine:secret@/kubernetes`.
pub(in crate::source) fn is_bare_dsn(text: &str) -> bool {
    go::split(text.trim()).is_some_and(|parts| parts.is_certain())
}

/// A MySQL or MariaDB server, and how to reach kine's table there.
///
/// [`Display`](fmt::Display) writes it in kine's own form, the password hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whom to log in as. Go's form may leave it empty, and then it is.
    pub user: String,
    password: Option<Password>,
    /// Where the server listens.
    pub address: Address,
    /// The database that holds the table.
    pub database: String,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// How long connecting may take, where that was said.
    pub connect_timeout: Option<Duration>,
    /// How long the server may say nothing, where that was said.
    pub read_timeout: Option<Duration>,
    /// The server's public key as PEM, with which a password may be encrypted where nothing else is.
    pub public_key: Option<PathBuf>,
    /// Whether the password may be sent as it is, which PAM and LDAP accounts need.
    pub cleartext_password: bool,
    /// What the reader should know, each a sentence: parameters that were ignored.
    pub notes: Vec<String>,
    /// Who said each part.
    pub origins: Origins,
    /// Why k3s and kine could not use it as it is, as a clause.
    pub(in crate::source) unlike_go: Option<String>,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A host, without the brackets of IPv6, and a port.
    Tcp {
        /// A name or an address.
        host: String,
        /// The port.
        port: u16,
    },
    /// A socket in the file system.
    Unix(PathBuf),
}

impl Endpoint {
    /// Understands an endpoint as kine, k3s or sqlx would. Space around it is dropped, and so is a
    /// byte order mark: secrets often end in a newline, and editors begin files with the mark.
    ///
    /// # Errors
    ///
    /// All are [usage](Error::usage): an endpoint of a kind that has no MySQL table, a form that is
    /// neither Go's nor a URL, something before the scheme, a parameter whose value makes no sense.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim().trim_start_matches('\u{feff}').trim_start();
        if placeholder::is_all(text) {
            return Err(placeholder::refuse("endpoint"));
        }
        if let Some(error) = foreign::one_slash(text).or_else(|| foreign::quoted(text)) {
            return Err(error);
        }
        let (scheme, rest) = split_scheme(text);
        match scheme.map(str::to_ascii_lowercase).as_deref() {
            None if text.contains("://") => return Err(url::not_a_scheme(text)),
            None | Some("mysql" | "mariadb") => {}
            Some(other) => return Err(foreign::refuse(other)),
        }
        let parts = go::split(rest);
        let mut endpoint = match (scheme, parts) {
            (Some(_), _) if rest.is_empty() => Self::kine_default(),
            (Some(_), None) => url::endpoint(rest)?,
            (Some(_), Some(parts)) => parts.endpoint()?,
            // One bare word may be a password: it is no host, no port and no database.
            (None, Some(parts)) if parts.is_more_than_a_word() => parts.endpoint()?,
            (None, _) => return Err(url::no_scheme(rest)),
        };
        if scheme.is_some_and(|scheme| scheme != "mysql") {
            endpoint.unlike_go("kine wants the scheme in lower case: mysql://");
        }
        endpoint.without_control_characters()
    }

    /// Notes why k3s and kine could not use the endpoint; the first reason counts.
    fn unlike_go(&mut self, why: &str) {
        self.unlike_go.get_or_insert_with(|| why.to_owned());
    }

    /// The parts that look like variables that nobody expanded.
    pub(in crate::source) fn unexpanded(&self) -> Vec<&'static str> {
        let parts = [
            ("user", Some(self.user.as_str())),
            ("password", self.password()),
            ("database", Some(self.database.as_str())),
        ];
        let is_one = |part: &str| placeholder::is_one(part);
        parts.iter().filter(|(_, part)| part.is_some_and(is_one)).map(|(name, _)| *name).collect()
    }

    /// Where kine looks for a server when it is told no more than `mysql://`.
    fn kine_default() -> Self {
        Self::new("root", Address::Unix(KINE_SOCKET.into()))
    }

    fn new(user: &str, address: Address) -> Self {
        Self {
            user: user.to_owned(),
            password: None,
            address,
            database: KINE_DATABASE.to_owned(),
            tls: Tls::default(),
            connect_timeout: None,
            read_timeout: None,
            public_key: None,
            cleartext_password: false,
            notes: Vec::new(),
            origins: Origins::default(),
            unlike_go: None,
        }
    }

    /// Sets the password; an empty one is none.
    fn with_password(mut self, password: Option<&str>) -> Self {
        self.password = password.and_then(Password::new);
        self.origins.password = said(self.password.is_some());
        self
    }

    /// Sets the database, unless it is empty.
    fn with_database(mut self, database: String) -> Self {
        if !database.is_empty() {
            self.database = database;
            self.origins.database = said(true);
        }
        self
    }

    /// Gives the endpoint a password that was found, or asked for, beside it.
    #[must_use]
    pub fn with_password_from(mut self, password: &str, origin: &str) -> Self {
        self.password = Password::new(password);
        self.origins.password = self.password.is_some().then(|| origin.to_owned());
        self
    }

    /// Gives the endpoint the server's public key, with who names the file.
    #[must_use]
    pub fn with_public_key(mut self, path: PathBuf, origin: &str) -> Self {
        (self.public_key, self.origins.public_key) = (Some(path), Some(origin.to_owned()));
        self
    }

    /// Says where the endpoint was found, for all that it says itself.
    #[must_use]
    pub fn found_in(mut self, place: &str) -> Self {
        self.origins.name(place);
        self
    }

    /// Takes the files that the endpoint names, and its socket, from under a root.
    #[must_use]
    pub(in crate::source) fn under(mut self, root: impl Fn(&Path) -> PathBuf) -> Self {
        if let Address::Unix(path) = &mut self.address {
            *path = root(path);
        }
        let tls = &mut self.tls;
        for path in [&mut tls.ca, &mut tls.certificate, &mut tls.key].into_iter().flatten() {
            *path = root(path);
        }
        self
    }

    /// The password, for the connection and nothing else.
    pub fn password(&self) -> Option<&str> {
        self.password.as_ref().map(|Password(password)| password.as_str())
    }

    /// A name for headers: the host, its port unless it is MySQL's, and the database.
    pub fn short(&self) -> String {
        match &self.address {
            Address::Tcp { host, port: PORT } => format!("{host}/{}", self.database),
            Address::Tcp { host, port } if host.contains(':') => {
                format!("[{host}]:{port}/{}", self.database)
            }
            Address::Tcp { host, port } => format!("{host}:{port}/{}", self.database),
            Address::Unix(_) => format!("localhost/{}", self.database),
        }
    }

    /// What is shown must not steer a terminal; only the password is never shown.
    pub(in crate::source) fn without_control_characters(self) -> Result<Self, Error> {
        if self.to_string().contains(char::is_control) {
            return Err(Error::usage("the endpoint holds a control character"));
        }
        Ok(self)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mysql://")?;
        if !self.user.is_empty() || self.password.is_some() {
            let password = if self.password.is_some() { ":***" } else { "" };
            write!(f, "{}{password}@", self.user)?;
        }
        write!(f, "{}/{}", self.address, self.database)
    }
}

impl Address {
    /// Without Go's words around it: `host:port`, or the path of a socket.
    pub fn bare(&self) -> String {
        match self {
            Self::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
            Self::Tcp { host, port } => format!("{host}:{port}"),
            Self::Unix(path) => path.display().to_string(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "tcp([{host}]:{port})"),
            Self::Tcp { host, port } => write!(f, "tcp({host}:{port})"),
            Self::Unix(path) => write!(f, "unix({})", path.display()),
        }
    }
}

fn percent_decoded(text: &str) -> Result<String, Error> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|source| {
        Error::usage("a part of the endpoint is not UTF-8 once its % signs are decoded")
            .because(source)
    })
}

fn file(text: &str) -> PathBuf {
    Path::new(text).to_owned()
}

#[cfg(test)]
mod tests;
