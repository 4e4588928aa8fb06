//! What libpq asks beside the URL: variables, `pg_service.conf`, `.pgpass` and the TLS files in
//! `~/.postgresql`.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::{Address, Endpoint, Error, Password, Setting, url};
use crate::place::read_at_most;

/// libpq's variables, and the keyword of each.
const VARIABLES: [(&str, &str); 13] = [
    ("PGAPPNAME", "application_name"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGDATABASE", "dbname"),
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGOPTIONS", "options"),
    ("PGPASSFILE", "passfile"),
    ("PGPORT", "port"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGUSER", "user"),
];

/// No such file is longer; what follows is not read.
const LONGEST: u64 = 1024 * 1024;

/// Where distributions have the services of everybody, beside `PGSYSCONFDIR`.
const SERVICES: [&str; 2] = ["/etc/pg_service.conf", "/etc/postgresql-common/pg_service.conf"];

impl Endpoint {
    /// Fills in what the endpoint leaves out, as libpq does: from a service, from variables, the TLS
    /// files from the user's own directory, and the password from a file of passwords.
    ///
    /// # Errors
    ///
    /// When a service is named and is nowhere, or something there or in a variable makes no sense. No
    /// error repeats what a file says.
    pub fn with_libpq(
        mut self,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Error> {
        let text = |name: &str| -> Result<Option<String>, Error> {
            let Some(value) = variable(name).filter(|value| !value.is_empty()) else {
                return Ok(None);
            };
            let value = value.into_string();
            value.map(Some).map_err(|_bytes| Error::usage(format!("{name} is not UTF-8")))
        };
        let home = variable("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let named = self.get("service").map(str::to_owned);
        if let Some(service) = named.map_or_else(|| text("PGSERVICE"), |name| Ok(Some(name)))? {
            let own = text("PGSERVICEFILE")?.map(PathBuf::from);
            let own = own.or_else(|| Some(home.as_ref()?.join(".pg_service.conf")));
            let system = text("PGSYSCONFDIR")?;
            let system = system.map(|it| Path::new(&it).join("pg_service.conf"));
            let files = own.into_iter().chain(system).chain(SERVICES.map(PathBuf::from));
            self.fill_from_service(&service, files)?;
        }
        let has_host = self.has_host();
        for (name, keyword) in VARIABLES {
            if let Some(value) = text(name)? {
                let value = url::checked(keyword, &value).map_err(|why| why.in_place(name))?;
                self.fill(keyword, value, name, has_host);
            }
        }
        if let Some(home) = &home {
            self.fill_tls_files(&home.join(".postgresql"));
        }
        if self.password.is_none() {
            if let Some(password) = text("PGPASSWORD")? {
                self.password = Password::new(&password).map(|it| (it, Some("PGPASSWORD".into())));
            } else {
                let file = self.get("passfile").map(PathBuf::from);
                let file = file.or_else(|| Some(home?.join(".pgpass")));
                self.fill_password(&file.unwrap_or_default());
            }
        }
        self.without_control_characters()
    }

    fn has_host(&self) -> bool {
        self.settings.contains_key("host") || self.settings.contains_key("hostaddr")
    }

    /// Sets what nobody has said. Where a host was named in another place, this one does not give its
    /// address.
    fn fill(&mut self, keyword: &'static str, value: &str, origin: &str, has_host: bool) {
        if !(has_host && ["host", "hostaddr"].contains(&keyword)) {
            let (value, origin) = (value.to_owned(), Some(origin.to_owned()));
            self.settings.entry(keyword).or_insert(Setting { value, origin });
        }
    }

    fn fill_from_service(
        &mut self,
        service: &str,
        files: impl Iterator<Item = PathBuf>,
    ) -> Result<(), Error> {
        for file in files {
            let Ok(bytes) = read_at_most(&file, LONGEST) else { continue };
            let text = String::from_utf8_lossy(&bytes);
            let Some(lines) = section(&text, service) else { continue };
            let place = format!("[{service}] in {}", file.display());
            let mut found = Self::nothing();
            for (name, value) in lines {
                url::parameter(&mut found, name, value).map_err(|why| why.in_place(&place))?;
            }
            let found = found.found_in(&place);
            self.notes.extend(found.notes);
            let has_host = self.has_host();
            for (keyword, Setting { value, .. }) in found.settings {
                self.fill(keyword, &value, &place, has_host);
            }
            if self.password.is_none() {
                self.password = found.password;
            }
            return Ok(());
        }
        Err(Error::usage("the service that the endpoint or PGSERVICE names was not found").hint(
            "libpq looks for it in PGSERVICEFILE or ~/.pg_service.conf, then in pg_service.conf of the \
             system.",
        ))
    }

    /// Names the files of TLS that are there, where nobody named others. As in kine's driver, a client's
    /// certificate without its key is passed over, for others than this server may want it.
    fn fill_tls_files(&mut self, directory: &Path) {
        let client = [("sslcert", "postgresql.crt"), ("sslkey", "postgresql.key")];
        for files in [&client[..], &[("sslrootcert", "root.crt")]] {
            let unsaid = files.iter().filter(|(keyword, _)| !self.settings.contains_key(keyword));
            let unsaid: Vec<_> =
                unsaid.map(|(keyword, name)| (*keyword, directory.join(name))).collect();
            if unsaid.iter().all(|(_, file)| file.exists()) {
                for (keyword, file) in unsaid {
                    self.set(keyword, &file.to_string_lossy(), None);
                }
            }
        }
    }

    /// The password that a file of passwords has for this very place and user.
    fn fill_password(&mut self, file: &Path) {
        let Ok(metadata) = file.metadata() else { return };
        let host = match self.address() {
            Address::Tcp { host, .. } => host,
            Address::Unix { .. } => "localhost".to_owned(),
        };
        let (Address::Tcp { port, .. } | Address::Unix { port, .. }) = self.address();
        let Ok(bytes) = read_at_most(file, LONGEST) else { return };
        let text = String::from_utf8_lossy(&bytes);
        let (port, user) = (port.to_string(), self.user());
        let wanted = [&*host, &port, self.database(), &user];
        let Some(password) = text.lines().find_map(|line| password_for(line, wanted)) else {
            return;
        };
        let place = file.display().to_string();
        // libpq passes over such a file, too.
        if metadata.mode() & 0o077 != 0 {
            self.notes.push(format!(
                "Ignored: {place} has the password, and others may use the file: chmod 600 {place}."
            ));
            return;
        }
        self.password = Password::new(&password).map(|it| (it, Some(place)));
    }
}

/// What a section of a file says, if it is there.
fn section<'t>(text: &'t str, name: &str) -> Option<Vec<(&'t str, &'t str)>> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| {
        line.strip_prefix('[').and_then(|it| it.strip_suffix(']')).is_some_and(|it| it == name)
    })?;
    let own = lines.take_while(|line| !line.starts_with('['));
    let said = own.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Some(
        said.filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.trim(), value.trim()))
            .collect(),
    )
}

/// The password of a line, `host:port:database:user:password`, if the line is for that place. A part
/// may be `*`; `\:` and `\\` stand for themselves.
fn password_for(line: &str, wanted: [&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut rest = line;
    for part in wanted {
        let (said, after) = field(rest)?;
        if said != "*" && said != part {
            return None;
        }
        rest = after?;
    }
    // A colon in the password need not be escaped.
    let mut password = String::new();
    let mut letters = rest.chars();
    while let Some(letter) = letters.next() {
        password.push(if letter == '\\' { letters.next().unwrap_or(letter) } else { letter });
    }
    Some(password)
}

/// The first part of a line, and what follows its colon, if there is one.
fn field(line: &str) -> Option<(String, Option<&str>)> {
    let mut said = String::new();
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            ':' => return Some((said, Some(&line[at + 1..]))),
            '\\' => said.push(letters.next()?.1),
            _ => said.push(letter),
        }
    }
    Some((said, None))
}
