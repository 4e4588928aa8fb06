//! What was typed, as the server it means: a URL as libpq has it, which kine takes as well.
//!
//! ```text
//! postgres://kine:p%40ss@db1:5432/kubernetes?sslmode=verify-full&sslrootcert=/ca.pem
//! postgres://kine@/kubernetes?host=/run/postgresql
//! ```
//!
//! Every part is one of libpq's keywords. What the URL leaves out is filled in, in this order: by a
//! service of `pg_service.conf`, by the variables of libpq, by kine's defaults. The variables and files
//! are those that kine's own driver asks.
//!
//! Nothing here connects, and no error or text made here repeats what was typed: it may be, or be
//! mistaken for, a password.

mod libpq;
mod mode;
#[cfg(test)]
mod tests;
mod url;

pub use mode::SslMode;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::source::Error;
use crate::source::locate::foreign;
use crate::source::locate::placeholder;
use crate::source::locate::scheme::split_scheme;
use crate::source::sql::endpoint::{self, Origin, Password, TlsFiles, said};

/// The database that kine makes when its endpoint names none.
const KINE_DATABASE: &str = "kubernetes";
/// Whom kine logs in as, and with which password, where its endpoint is nothing but a scheme.
const KINE_USER: &str = "postgres";
const PORT: u16 = 5432;

/// Where distributions have a server's socket.
const SOCKETS: [&str; 3] = ["/run/postgresql", "/var/run/postgresql", "/tmp"];

/// A PostgreSQL server, and how to reach kine's table there.
///
/// [`Display`](fmt::Display) writes it as a URL, the password hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// What was said, by libpq's keywords.
    settings: BTreeMap<&'static str, Setting>,
    /// Its own entry, for it must not show.
    password: Option<(Password, Origin)>,
    /// Whether it was nothing but a scheme: then kine's own defaults stand for what nobody says.
    is_bare: bool,
    /// Whether the server may be anybody, although an authority is named.
    skips_verifying: bool,
    /// What the reader should know, each a sentence: parameters that were ignored.
    pub notes: Vec<String>,
}

/// A part of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Setting {
    value: String,
    /// Who said it.
    origin: Origin,
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
    /// The directory of a socket, and the port that is in its name.
    Unix {
        /// The directory.
        directory: PathBuf,
        /// The port.
        port: u16,
    },
}

/// Whether an endpoint is one of PostgreSQL.
pub(in crate::source) fn is_one(text: &str) -> bool {
    let scheme = split_scheme(text.trim()).0.unwrap_or_default();
    ["postgres", "postgresql"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

impl Endpoint {
    /// Understands a `postgres://` URL as libpq and kine do. Space around it is dropped, and so is a byte
    /// order mark.
    ///
    /// # Errors
    ///
    /// All are [usage](Error::usage): something that is no URL, several hosts, a parameter whose value
    /// makes no sense or asks for what kinescope does not do.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim().trim_start_matches('\u{feff}').trim_start();
        if let Some(error) = foreign::quoted(text) {
            return Err(error);
        }
        let (_, rest) = split_scheme(text);
        let endpoint = if rest.is_empty() { Self::kine_default() } else { url::endpoint(rest)? };
        endpoint.without_control_characters()
    }

    /// Where kine looks for a server when it is told no more than `postgres://`.
    fn kine_default() -> Self {
        Self { is_bare: true, ..Self::nothing() }
    }

    const fn nothing() -> Self {
        Self {
            settings: BTreeMap::new(),
            password: None,
            is_bare: false,
            skips_verifying: false,
            notes: Vec::new(),
        }
    }

    /// What was said of a keyword.
    fn get(&self, keyword: &str) -> Option<&str> {
        self.settings.get(keyword).map(|setting| setting.value.as_str())
    }

    /// Who said it.
    pub(super) fn origin(&self, keyword: &str) -> Origin {
        self.settings.get(keyword).and_then(|setting| setting.origin.clone())
    }

    /// Who said the password.
    pub(super) fn password_origin(&self) -> Origin {
        self.password.as_ref().and_then(|(_, origin)| origin.clone())
    }

    fn set(&mut self, keyword: &'static str, value: &str, origin: Origin) {
        self.settings.insert(keyword, Setting { value: value.to_owned(), origin });
    }

    /// Whom to log in as: without a word the user of the system, as libpq has it.
    pub fn user(&self) -> String {
        match self.get("user") {
            Some(user) => user.to_owned(),
            None if self.is_bare => KINE_USER.to_owned(),
            None => {
                sqlx::postgres::PgConnectOptions::new_without_pgpass().get_username().to_owned()
            }
        }
    }

    /// The password, for the connection and nothing else.
    pub fn password(&self) -> Option<&str> {
        let is_default = self.is_bare && self.get("user").is_none() && self.get("host").is_none();
        match &self.password {
            Some((Password(password), _)) => Some(password),
            None => is_default.then_some(KINE_USER),
        }
    }

    /// Whether somebody gave one. kine's own default is no secret.
    pub fn gives_password(&self) -> bool {
        self.password.is_some()
    }

    /// The database that holds the table.
    pub fn database(&self) -> &str {
        self.get("dbname").unwrap_or(KINE_DATABASE)
    }

    /// Where the server listens. Without a word it is a socket of this machine, where there is one, and
    /// `localhost` elsewhere; kine's own default is `localhost`. A host is named here though another address
    /// is to be [reached](Self::reached_at).
    pub fn address(&self) -> Address {
        let port = self.get("port").and_then(|port| port.parse().ok()).unwrap_or(PORT);
        let host = match self.get("host").or_else(|| self.get("hostaddr")) {
            Some(host) => host,
            None if self.is_bare => "localhost",
            None => {
                let socket = |directory: &&str| {
                    Path::new(directory).join(format!(".s.PGSQL.{port}")).exists()
                };
                SOCKETS.into_iter().find(socket).unwrap_or("localhost")
            }
        };
        if host.starts_with('/') && self.get("hostaddr").is_none() {
            Address::Unix { directory: host.into(), port }
        } else {
            Address::Tcp { host: host.to_owned(), port }
        }
    }

    /// The address to connect to, where one is named beside a host: the host is then what the server's
    /// certificate has to name, and what a password is found by.
    pub fn reached_at(&self) -> Option<&str> {
        self.get("host").and(self.get("hostaddr"))
    }

    /// How the connection is encrypted: over a socket it is not, whatever was said.
    ///
    /// As in libpq, `require` means `verify-ca` where an authority is named.
    pub fn mode(&self) -> SslMode {
        if matches!(self.address(), Address::Unix { .. }) {
            return SslMode::Disable;
        }
        match self.get("sslmode").and_then(SslMode::of) {
            Some(SslMode::Require) if self.ca().is_some() && !self.skips_verifying => {
                SslMode::VerifyCa
            }
            mode => mode.unwrap_or_default(),
        }
    }

    fn file(&self, keyword: &str) -> Option<&Path> {
        self.get(keyword).map(Path::new)
    }

    /// The authorities to trust beside the system's, as PEM.
    pub fn ca(&self) -> Option<&Path> {
        self.file("sslrootcert")
    }

    /// The client's certificate, as PEM.
    pub fn certificate(&self) -> Option<&Path> {
        self.file("sslcert")
    }

    /// The client's key, as PEM.
    pub fn key(&self) -> Option<&Path> {
        self.file("sslkey")
    }

    /// The schemas in which tables are looked for, where that was said.
    pub fn search_path(&self) -> Option<&str> {
        self.get("search_path")
    }

    /// What else the session is started with: `-c name=value`.
    pub fn options(&self) -> Option<&str> {
        self.get("options")
    }

    /// The same, each setting by itself. What `PGOPTIONS` says is left out: the driver asks that itself.
    pub(super) fn session_settings(&self) -> Vec<(String, String)> {
        let is_own = self.origin("options").as_deref() != Some("PGOPTIONS");
        self.options().filter(|_| is_own).and_then(url::options).unwrap_or_default()
    }

    /// What the session is called in the server's own lists.
    pub fn application_name(&self) -> &str {
        self.get("application_name").unwrap_or("kinescope")
    }

    /// How long connecting may take, where that was said.
    pub fn connect_timeout(&self) -> Option<Duration> {
        let seconds = self.get("connect_timeout")?.parse::<u32>().ok()?;
        // As in libpq: 0 is no limit, and one second may be none at all.
        (seconds > 0).then(|| Duration::from_secs(seconds.max(2).into()))
    }

    /// Gives the endpoint a password that was found, or asked for, beside it.
    #[must_use]
    pub fn with_password_from(mut self, password: &str, origin: &str) -> Self {
        self.password = Password::new(password).map(|it| (it, Some(origin.to_owned())));
        // Without one, kine's own is no longer meant either.
        if self.password.is_none() && self.is_bare {
            let (user, address) = (self.user(), self.address());
            self.is_bare = false;
            self.settings.entry("user").or_insert(Setting { value: user, origin: None });
            if let Address::Tcp { host, .. } = address {
                self.settings.entry("host").or_insert(Setting { value: host, origin: None });
            }
        }
        self
    }

    /// Says where the endpoint was found, for all that it says itself.
    #[must_use]
    pub fn found_in(mut self, place: &str) -> Self {
        let password = self.password.as_mut().map(|(_, origin)| origin);
        let settings = self.settings.values_mut().map(|setting| &mut setting.origin);
        endpoint::name(settings.chain(password), place);
        self
    }

    /// Adds TLS files that were given beside the endpoint, as kine's and k3s' variables and options do.
    /// What is there already is kept. Without an `sslmode` kine then verifies who the server is.
    #[must_use]
    pub fn with_tls_files(self, files: TlsFiles) -> Self {
        self.with_files(files, false)
    }

    /// As [`with_tls_files`](Self::with_tls_files), where what is given now wins.
    #[must_use]
    pub fn with_other_tls_files(self, files: TlsFiles) -> Self {
        self.with_files(files, true)
    }

    fn with_files(mut self, files: TlsFiles, wins: bool) -> Self {
        let TlsFiles { ca, certificate, key } = files;
        let mut any = false;
        for (keyword, file) in [("sslrootcert", ca), ("sslcert", certificate), ("sslkey", key)] {
            let Some((path, origin)) = file else { continue };
            if wins || !self.settings.contains_key(keyword) {
                self.set(keyword, &path.to_string_lossy(), Some(origin));
                any = true;
            }
        }
        if any && !self.settings.contains_key("sslmode") {
            self.set("sslmode", "verify-full", None);
        }
        self
    }

    /// Does without looking at who the server is, as kine's `--skip-verify` says, unless the
    /// endpoint says in words how it is encrypted.
    #[must_use]
    pub fn with_skip_verify(mut self, origin: &str) -> Self {
        if self.origin("sslmode").is_none() {
            self.set("sslmode", "require", Some(origin.to_owned()));
            self.skips_verifying = true;
        }
        self
    }

    /// Takes the files that an endpoint names, and its socket, from under a root.
    #[must_use]
    pub(in crate::source) fn under(mut self, root: impl Fn(&Path) -> PathBuf) -> Self {
        for keyword in ["sslrootcert", "sslcert", "sslkey", "passfile", "host"] {
            if let Some(setting) = self.settings.get_mut(keyword)
                && setting.value.starts_with('/')
            {
                setting.value = root(Path::new(&setting.value)).to_string_lossy().into_owned();
            }
        }
        self
    }

    /// Notes what is odd once all is said of the endpoint: a part that looks like a variable, and an
    /// authority that nobody asks.
    #[must_use]
    pub fn noted_if_odd(mut self) -> Self {
        let user = self.user();
        let parts = [
            ("user", Some(&*user)),
            ("password", self.password()),
            ("database", Some(self.database())),
        ];
        let odd = parts.into_iter().filter(|(_, part)| part.is_some_and(placeholder::is_one));
        let notes: Vec<String> = odd
            .map(|(part, _)| {
                format!(
                    "The {part} looks like a variable that nothing expanded. kinescope takes it as it \
                     is, as k3s and kine do."
                )
            })
            .collect();
        self.notes.extend(notes);
        // A file that is there for every server is not missed.
        let is_named = self.origin("sslrootcert").is_some();
        if is_named && !self.mode().verifies() && !self.skips_verifying {
            self.notes.push(format!(
                "sslrootcert is not used with sslmode={}: sslmode=verify-full verifies who the server \
                 is.",
                self.mode()
            ));
        }
        self
    }

    /// A name for headers: the host, its port unless it is PostgreSQL's, and the database.
    pub fn short(&self) -> String {
        let database = self.database();
        match self.address() {
            Address::Tcp { host, port: PORT } => format!("{host}/{database}"),
            Address::Tcp { host, port } if host.contains(':') => {
                format!("[{host}]:{port}/{database}")
            }
            Address::Tcp { host, port } => format!("{host}:{port}/{database}"),
            Address::Unix { .. } => format!("localhost/{database}"),
        }
    }

    /// What is shown must not steer a terminal; only the password is never shown.
    pub(in crate::source) fn without_control_characters(self) -> Result<Self, Error> {
        if self.settings.values().any(|setting| setting.value.contains(char::is_control)) {
            return Err(Error::usage("the endpoint holds a control character"));
        }
        Ok(self)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// What may stand in a URL as it is.
        const KEPT: &AsciiSet =
            &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
        let encoded = |text: &str| utf8_percent_encode(text, KEPT).to_string();
        let password = if self.password().is_some() { ":***" } else { "" };
        write!(f, "postgres://{}{password}@", encoded(&self.user()).replace('/', "%2F"))?;
        let database = encoded(self.database()).replace('/', "%2F");
        let mut query = Vec::new();
        match self.address() {
            Address::Tcp { host, port } if host.contains(':') => {
                write!(f, "[{host}]:{port}/{database}")?;
            }
            Address::Tcp { host, port } => write!(f, "{host}:{port}/{database}")?,
            Address::Unix { directory, port } => {
                write!(f, "/{database}")?;
                query.push(format!("host={}", encoded(&directory.to_string_lossy())));
                if port != PORT {
                    query.push(format!("port={port}"));
                }
            }
        }
        query.extend(self.reached_at().map(|address| format!("hostaddr={}", encoded(address))));
        // It says which table is meant.
        query.extend(self.search_path().map(|path| format!("search_path={}", encoded(path))));
        if query.is_empty() { Ok(()) } else { write!(f, "?{}", query.join("&")) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix { directory, port } => {
                write!(
                    f,
                    "{}/.s.PGSQL.{port}",
                    directory.display().to_string().trim_end_matches('/')
                )
            }
        }
    }
}
