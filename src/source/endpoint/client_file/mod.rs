//! The `[client]` group of an option file, `~/.my.cnf` for one: what MySQL's own programs read.
//!
//! It fills in what an endpoint leaves out, and changes nothing that the endpoint says. The host, the
//! port and the socket are one part: a port alone would make another server of a host that was named
//! without one. A password goes to no other user than the one that it stands beside.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Address, Endpoint, Error, KINE_SOCKET, Origin, PORT, Password, TlsMode, parameters};

/// What a `[client]` group says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ClientFile {
    place: String,
    user: Option<String>,
    password: Option<Password>,
    host: Option<String>,
    port: Option<u16>,
    socket: Option<PathBuf>,
    mode: Option<TlsMode>,
    ca: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    notes: Vec<String>,
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
            return Err(Error::new(format!("{shown} is not read: everybody may write to it"))
                .hint(format!("chmod 600 {shown}")));
        }
        let bytes = std::fs::read(path).map_err(cannot)?;
        let mut file = Self { place: format!("[client] in {shown}"), ..Self::default() };
        file.take(&String::from_utf8_lossy(&bytes))
            .map_err(|error| error.in_place(&shown.to_string()))?;
        if file.password.is_some() && mode & 0o004 != 0 {
            file.notes.push(format!(
                "{shown} holds a password, and everybody may read it: chmod 600 {shown}"
            ));
        }
        Ok(file)
    }

    fn take(&mut self, text: &str) -> Result<(), Error> {
        let mut is_client = false;
        for line in text.lines().map(|line| without_comment(line).trim()) {
            if let Some(group) = line.strip_prefix('[') {
                is_client = group.strip_suffix(']').is_some_and(|group| group.trim() == "client");
            } else if line.starts_with("!include") {
                self.notes.push(format!("What {} includes was not read.", self.place));
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
        match (name.strip_prefix("loose-").unwrap_or(&name), value) {
            ("skip-ssl", _) if is_on() => self.mode = Some(TlsMode::Disabled),
            ("ssl", Some(_)) if !is_on() => self.mode = Some(TlsMode::Disabled),
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
            ("socket", Some(path)) => self.socket = Some(path.into()),
            ("ssl-mode", Some(mode)) => {
                self.mode = Some(parameters::ssl_mode(mode).ok_or_else(|| {
                    Error::usage(format!("ssl-mode in [client] is not {}", parameters::SSL_MODES))
                })?);
            }
            ("ssl-ca", Some(path)) => self.ca = Some(path.into()),
            ("ssl-cert", Some(path)) => self.certificate = Some(path.into()),
            ("ssl-key", Some(path)) => self.key = Some(path.into()),
            _ => {}
        }
        Ok(())
    }

    /// Where the server is, as MySQL's programs understand it.
    fn address(&self) -> Option<Address> {
        match (self.host.as_deref(), &self.socket) {
            (Some(host), _) if host != "localhost" => {
                Some(Address::Tcp { host: host.to_owned(), port: self.port.unwrap_or(PORT) })
            }
            (_, Some(path)) => Some(Address::Unix(path.clone())),
            (Some(_), None) => Some(Address::Unix(KINE_SOCKET.into())),
            (None, None) => None,
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
        let place = file.place.clone();
        let mut filled = Vec::new();
        let address = file.address();
        let ClientFile { user, password, mode, ca, certificate, key, .. } = file;
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
        let has_files = self.tls.ca.is_some() || self.tls.certificate.is_some();
        let has_ca = ca.is_some();
        for (given, path, origin, part) in [
            (ca, &mut self.tls.ca, &mut origins.ca, "ssl-ca"),
            (certificate, &mut self.tls.certificate, &mut origins.certificate, "ssl-cert"),
            (key, &mut self.tls.key, &mut origins.key, "ssl-key"),
        ] {
            if let Some(given) = given.filter(|_| fill(origin, part)) {
                *path = Some(given);
            }
        }
        // To MySQL's programs a file of authorities says who must have signed, not for which name.
        let mode = mode.or(has_ca.then_some(TlsMode::VerifyCa));
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
