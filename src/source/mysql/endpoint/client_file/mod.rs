//! The `[client]` group of an option file, `~/.my.cnf` for one: what MySQL's own programs read. All
//! of `MariaDB`'s read two groups more. Capitals in a group's name make no difference to them.
//!
//! It fills in what an endpoint leaves out, and changes nothing that the endpoint says. The host, the
//! port and the socket are one part: a port alone would make another server of a host that was named
//! without one. A password goes to no other user than the one that it stands beside.

use std::io::Read as _;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Address, Endpoint, Error, KINE_SOCKET, Origin, PORT, Password, TlsMode, parameters};

/// The groups that every program of the server's reads.
const GROUPS: [&str; 3] = ["client", "client-server", "client-mariadb"];

/// No option file is longer; what follows is not read.
const LONGEST: u64 = 1024 * 1024;

/// What a `[client]` group says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ClientFile {
    /// The file, and which of its groups were there.
    path: String,
    groups: Vec<&'static str>,
    user: Option<String>,
    password: Option<Password>,
    host: Option<String>,
    port: Option<u16>,
    socket: Option<PathBuf>,
    protocol: Option<Protocol>,
    database: Option<String>,
    mode: Option<TlsMode>,
    ssl: bool,
    ca: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    public_key: Option<PathBuf>,
    notes: Vec<String>,
}

/// How the server is to be reached, where that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Tcp,
    Socket,
}

impl ClientFile {
    /// Reads an option file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, when everybody may write to it, and when a value makes no sense; no
    /// error repeats a line of it.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let shown = path.display();
        let cannot = |why| Error::new(format!("cannot read {shown}")).because(why);
        let mode = path.metadata().map_err(cannot)?.mode();
        // MySQL's programs pass over such a file: anybody may have named a server in it.
        if mode & 0o002 != 0 {
            return Err(Error::new(format!("{shown} is not read: everybody can write to it"))
                .hint(format!("chmod 600 {shown}")));
        }
        let mut bytes = Vec::new();
        let opened = std::fs::File::open(path).map_err(cannot)?;
        opened.take(LONGEST).read_to_end(&mut bytes).map_err(cannot)?;
        let mut file = Self { path: shown.to_string(), ..Self::default() };
        file.take(&String::from_utf8_lossy(&bytes))
            .map_err(|error| error.in_place(&shown.to_string()))?;
        if file.password.is_some() && mode & 0o004 != 0 {
            file.notes.push(format!(
                "{shown} holds a password, and everybody can read it: chmod 600 {shown}"
            ));
        }
        Ok(file)
    }

    /// Notes that nothing was said to clients, if so: for a file that was asked for.
    #[must_use]
    pub fn noted_if_silent(mut self) -> Self {
        if self.groups.is_empty() {
            self.notes.push(format!(
                "Nothing was taken from {}: it has no group [client], [client-server] or \
                 [client-mariadb].",
                self.path
            ));
        }
        self
    }

    /// Its groups, and the file.
    fn place(&self) -> String {
        let groups: Vec<String> = self.groups.iter().map(|group| format!("[{group}]")).collect();
        format!("{} in {}", groups.join(", "), self.path)
    }

    fn take(&mut self, text: &str) -> Result<(), Error> {
        let mut is_client = false;
        let text = text.trim_start_matches('\u{feff}');
        for line in text.lines().map(|line| without_comment(line).trim()) {
            if let Some(group) = line.strip_prefix('[') {
                let group = group.strip_suffix(']').unwrap_or_default().trim();
                let known = GROUPS.into_iter().find(|known| group.eq_ignore_ascii_case(known));
                is_client = known.is_some();
                self.groups.extend(known.filter(|known| !self.groups.contains(known)));
            } else if line.starts_with("!include") {
                self.notes.push(format!("What {} includes was not read.", self.path));
            } else if is_client {
                let (name, value) = match line.split_once('=') {
                    Some((name, value)) => (name.trim_end(), Some(unquoted(value.trim_start()))),
                    None => (line, None),
                };
                self.option(name, value.as_deref())?;
            }
        }
        Ok(())
    }

    fn option(&mut self, name: &str, value: Option<&str>) -> Result<(), Error> {
        let name = name.replace('_', "-");
        let is_on = || !matches!(value, Some("0" | "off" | "OFF" | "false" | "FALSE"));
        match (in_full(name.strip_prefix("loose-").unwrap_or(&name)), value) {
            ("skip-ssl", _) if is_on() => self.mode = Some(TlsMode::Disabled),
            ("ssl", Some(_)) if !is_on() => self.mode = Some(TlsMode::Disabled),
            ("ssl", _) => self.ssl = true,
            ("ssl-verify-server-cert", _) if is_on() => self.mode = Some(TlsMode::VerifyIdentity),
            ("user", Some(user)) => self.user = Some(user.to_owned()),
            ("password", Some(password)) => self.password = Password::new(password),
            ("host", Some(host)) => self.host = Some(host.to_owned()),
            ("port", Some(port)) => {
                let port = port.parse().map_err(|_not_a_number| {
                    Error::usage("the port in [client] is not a number").hint("Write port=3306.")
                })?;
                self.port = Some(port);
            }
            ("database", Some(database)) => self.database = Some(database.to_owned()),
            ("protocol", Some(protocol)) => {
                self.protocol = match protocol.to_ascii_lowercase().as_str() {
                    "tcp" => Some(Protocol::Tcp),
                    "socket" => Some(Protocol::Socket),
                    _ => None,
                };
            }
            ("socket", Some(path)) => self.socket = Some(path.into()),
            ("ssl-mode", Some(mode)) => {
                self.mode = Some(parameters::ssl_mode(mode).ok_or_else(|| {
                    Error::usage(format!("ssl-mode in [client] is not {}", parameters::SSL_MODES))
                })?);
            }
            ("ssl-ca", Some(path)) => self.ca = Some(path.into()),
            ("ssl-cert", Some(path)) => self.certificate = Some(path.into()),
            ("ssl-key", Some(path)) => self.key = Some(path.into()),
            ("server-public-key-path", Some(path)) => self.public_key = Some(path.into()),
            (name, _) if name.starts_with("ssl") || name.starts_with("tls") => {
                let name = name.chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '-');
                let name: String = name.collect();
                self.notes.push(format!("{name} in {} was ignored.", self.path));
            }
            _ => {}
        }
        Ok(())
    }

    /// Where the server is, as MySQL's programs understand it.
    fn address(&self) -> Option<Address> {
        let tcp = |host: &str| {
            Some(Address::Tcp { host: host.to_owned(), port: self.port.unwrap_or(PORT) })
        };
        let host = self.host.as_deref();
        match (host, &self.socket) {
            _ if self.protocol == Some(Protocol::Tcp) => tcp(host.unwrap_or("localhost")),
            (Some(host), _) if self.protocol.is_none() && host != "localhost" => tcp(host),
            (_, Some(path)) => Some(Address::Unix(path.clone())),
            (Some(_), None) => Some(Address::Unix(KINE_SOCKET.into())),
            (None, None) => self.protocol.is_some().then(|| Address::Unix(KINE_SOCKET.into())),
        }
    }
}

impl Endpoint {
    /// Fills in what the endpoint leaves out, and notes what that was.
    ///
    /// # Errors
    ///
    /// When the file's words hold a control character; the error names the file.
    pub fn with_client_file(mut self, file: ClientFile) -> Result<Self, Error> {
        let place = file.place();
        let mut filled = Vec::new();
        let address = file.address();
        let ClientFile {
            user,
            password,
            database,
            mode,
            ssl,
            ca,
            certificate,
            key,
            public_key,
            ..
        } = file;
        let same_user = match &user {
            Some(user) => self.origins.user.is_none() || *user == self.user,
            None => true,
        };
        let mut fill = |origin: &mut Origin, part| {
            let is_free = origin.is_none();
            if is_free {
                *origin = Some(place.clone());
                filled.push(part);
            }
            is_free
        };
        let origins = &mut self.origins;
        if let Some(user) = user.filter(|_| fill(&mut origins.user, "user")) {
            self.user = user;
        }
        let password = password.filter(|_| same_user);
        if let Some(password) = password.filter(|_| fill(&mut origins.password, "password")) {
            self.password = Some(password);
        }
        if let Some(address) = address.filter(|_| fill(&mut origins.address, "address")) {
            self.address = address;
        }
        let database = database.filter(|database| !database.is_empty());
        if let Some(database) = database.filter(|_| fill(&mut origins.database, "database")) {
            self.database = database;
        }
        let has_files = self.tls.ca.is_some() || self.tls.certificate.is_some();
        let has_ca = ca.is_some();
        for (given, path, origin, part) in [
            (ca, &mut self.tls.ca, &mut origins.ca, "ssl-ca"),
            (certificate, &mut self.tls.certificate, &mut origins.certificate, "ssl-cert"),
            (key, &mut self.tls.key, &mut origins.key, "ssl-key"),
            (public_key, &mut self.public_key, &mut origins.public_key, "server-public-key-path"),
        ] {
            if let Some(given) = given.filter(|_| fill(origin, part)) {
                *path = Some(given);
            }
        }
        // To MySQL's programs a file of authorities says who must have signed, not for which name.
        let mode = mode.or(has_ca.then_some(TlsMode::VerifyCa));
        let mode = mode.or(ssl.then_some(TlsMode::Required));
        if let Some(mode) = mode.filter(|_| !has_files && fill(&mut origins.tls, "ssl-mode")) {
            self.tls.mode = mode;
        }
        self.notes.extend(file.notes);
        if !filled.is_empty() {
            self.notes.push(format!("Taken from {place}: {}.", filled.join(", ")));
        }
        self.without_control_characters().map_err(|error| error.in_place(&place))
    }
}

/// An option's name in full: MySQL's programs take the beginning of one as well.
fn in_full(name: &str) -> &str {
    let long = ["password", "socket", "database", "protocol"];
    let long = long.into_iter().find(|long| name.len() >= 4 && long.starts_with(name));
    long.unwrap_or(name)
}

/// A line up to a `#` that stands in no quotes.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with(';') {
        return "";
    }
    let mut quote = None;
    let mut is_escaped = false;
    for (at, char) in line.char_indices() {
        match (char, quote) {
            _ if is_escaped => is_escaped = false,
            ('\\', _) => is_escaped = true,
            ('#', None) => return &line[..at],
            ('\'' | '"', None) => quote = Some(char),
            (char, Some(open)) if char == open => quote = None,
            _ => {}
        }
    }
    line
}

/// A value without the quotes around it, its escapes undone.
fn unquoted(value: &str) -> String {
    let inner = ['\'', '"']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote)));
    let mut text = String::new();
    let mut chars = inner.unwrap_or(value).chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            text.push(char);
            continue;
        }
        match chars.next() {
            Some('b') => text.push('\u{8}'),
            Some('t') => text.push('\t'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('s') => text.push(' '),
            Some(same @ ('\\' | '\'' | '"')) => text.push(same),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}

#[cfg(test)]
mod tests;
