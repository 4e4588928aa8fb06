//! Which table is meant: what was typed, a file, k3s' settings or the environment, and what is known
//! of the server beside its endpoint.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use clap::Args as Group;
use kinescope::source::locate::{Endpoint, Named, from_env, is_sqlite_endpoint, may_be_endpoint};
use kinescope::source::mysql::endpoint::ClientFile;
use kinescope::source::sql::endpoint::TlsFiles;
use kinescope::source::sqlite::Sqlite;
use kinescope::source::{Error, Log, Source, mysql, postgres};

use super::settings::NamedSource;
use super::{password, secrets, suggest};

/// Longer than any endpoint.
const LONGEST: u64 = 64 * 1024;

/// Which server, and what is to be known of it beside its endpoint.
#[derive(Debug, Group)]
#[command(next_help_heading = "Server")]
pub(super) struct Server {
    /// Read this endpoint, instead of SOURCE
    ///
    /// Others on this machine can see a password in it.
    #[arg(long, global = true, value_name = "ENDPOINT", visible_alias = "datastore-endpoint")]
    endpoint: Option<OsString>,
    /// Take the endpoint from the first line of a file; - is standard input
    #[arg(long, global = true, value_name = "FILE")]
    endpoint_file: Option<PathBuf>,
    /// Take the endpoint of the k3s on this machine, or of the one whose files are under ROOT
    ///
    /// It comes from the service and the configuration of k3s.
    #[arg(long, global = true, value_name = "ROOT", num_args = 0..=1, require_equals = true,
          default_missing_value = "/")]
    from_k3s: Option<PathBuf>,
    /// Take what the endpoint leaves out from [client] in this file, instead of ~/.my.cnf
    ///
    /// That is the user, password, address, database and TLS files.
    #[arg(long, global = true, value_name = "FILE")]
    defaults_file: Option<PathBuf>,
    /// Ask for the password on the terminal
    #[arg(long, short = 'p', global = true)]
    ask_password: bool,
    /// Trust these authorities to sign the server's certificate (PEM)
    #[arg(long, global = true, value_name = "FILE", visible_alias = "datastore-cafile")]
    ca_file: Option<PathBuf>,
    /// Show this certificate to the server (PEM)
    #[arg(long, global = true, value_name = "FILE", visible_alias = "datastore-certfile")]
    cert_file: Option<PathBuf>,
    /// Use this key for that certificate (PEM)
    #[arg(long, global = true, value_name = "FILE", visible_alias = "datastore-keyfile")]
    key_file: Option<PathBuf>,
    /// Encrypt the password with this public key of the server (PEM)
    ///
    /// If a session is not encrypted, MySQL wants the password encrypted with its own public key. For a
    /// server on another machine, kinescope takes no other key than this. MySQL keeps the key in its
    /// data directory.
    #[arg(
        long = "server-public-key",
        global = true,
        value_name = "FILE",
        visible_alias = "server-public-key-path"
    )]
    public_key: Option<PathBuf>,
    /// Encrypt without checking who the server is
    #[arg(long, global = true)]
    skip_verify: bool,
    /// Log every statement that is sent to the server to this file
    ///
    /// Each has its time, its rows and its errors. Only the owner may read the file; an existing one is
    /// appended to.
    #[arg(long, global = true, value_name = "FILE")]
    log: Option<PathBuf>,
    /// The sources that have a name.
    #[arg(skip)]
    pub(super) sources: Vec<NamedSource>,
}

/// A table that is meant.
struct Found {
    source: Source,
    is_server: bool,
}

impl Found {
    fn file(named: Named) -> Self {
        Self { source: named.into(), is_server: false }
    }
}

impl Server {
    /// The table that is meant.
    pub(super) fn source(&self, typed: Option<OsString>) -> Result<Source, Error> {
        self.found(typed)?.ok_or_else(|| {
            Error::usage("no table was given").hint(
                "Name a SOURCE (an endpoint, a file, or -), set KINESCOPE_ENDPOINT, or try \
                 `kinescope demo`.",
            )
        })
    }

    /// The two tables that are meant: the first by what stands in the place of SOURCE, if it is not typed.
    /// What is said beside an endpoint is said of each of them that is a server.
    pub(super) fn pair(
        &self,
        first: Option<OsString>,
        second: OsString,
    ) -> Result<[Source; 2], Error> {
        self.only_one(first.is_some())?;
        let first = self.find(first)?.ok_or_else(|| {
            Error::usage("compare needs two tables, and got one")
                .hint("Name both, or set KINESCOPE_ENDPOINT to the first.")
        })?;
        let second = self.find(Some(second))?.ok_or_else(|| Error::usage("no table was given"))?;
        if !first.is_server && !second.is_server {
            self.no_server()?;
        }
        let sources = [first.source, second.source];
        if sources.iter().all(|source| source.to_string() == "-") {
            return Err(Error::usage("standard input cannot be two tables")
                .hint("Write one of them to a file."));
        }
        Ok(sources)
    }

    /// The log of what is sent there.
    pub(super) fn log(&self, source: &Source) -> Result<Log, Error> {
        self.log_of(&[source])
    }

    /// The log of what is sent to any of some sources.
    pub(super) fn log_of(&self, sources: &[&Source]) -> Result<Log, Error> {
        match (&self.log, sources.iter().find_map(|source| source.database())) {
            (None, _) => Ok(Log::default()),
            (Some(path), Some(_)) => Log::to_file(path),
            (Some(_), None) => {
                Err(Error::usage("--log is for a server, and this source is not one")
                    .hint("Leave it out, or name an endpoint: mysql://USER@tcp(HOST)/DATABASE or postgres://USER@HOST/DATABASE."))
            }
        }
    }

    /// The table that is meant, if any is: by SOURCE, by a flag in its place, or by the environment.
    pub(super) fn found(&self, typed: Option<OsString>) -> Result<Option<Source>, Error> {
        self.only_one(typed.is_some())?;
        let is_named = typed.is_some() || self.endpoint.is_some() || self.from_k3s.is_some();
        match self.find(typed)? {
            Some(found) if !found.is_server && is_named => {
                self.no_server().map(|()| Some(found.source))
            }
            found => Ok(found.map(|found| found.source)),
        }
    }

    fn find(&self, typed: Option<OsString>) -> Result<Option<Found>, Error> {
        let mut is_ours = true;
        let endpoint = if let Some(typed) = typed {
            let named = match self.named(&typed)? {
                Some(source) => source.open()?,
                None => match argument(typed)? {
                    Named::Endpoint(endpoint) => Named::Endpoint(endpoint.found_in("SOURCE")),
                    other => other,
                },
            };
            match named {
                Named::Endpoint(endpoint) => endpoint,
                other => return Ok(Some(Found::file(other))),
            }
        } else if let Some(text) = &self.endpoint {
            if let Some(text) = text.to_str().filter(|text| is_sqlite_endpoint(text)) {
                return Named::parse(text).map(|named| Some(Found::file(named)));
            }
            flag(text)?
        } else if let Some(path) = &self.endpoint_file {
            from_file(path)?
        } else if let Some(root) = &self.from_k3s {
            is_ours = false;
            match Named::from_k3s(root)? {
                Named::Endpoint(endpoint) => endpoint,
                other => return Ok(Some(Found::file(other))),
            }
        } else if let Some((variable, found)) = from_env(|name| std::env::var_os(name))? {
            is_ours = variable == "KINESCOPE_ENDPOINT";
            found
        } else if self.defaults_file.is_some() {
            // It may name all that is needed.
            Endpoint::parse("mysql://")?
        } else {
            return Ok(Sqlite::of_k3s().map(|database| Found::file(Named::Sqlite(database))));
        };
        let source = self.complete(endpoint, is_ours)?.noted_if_odd().into();
        Ok(Some(Found { source, is_server: true }))
    }

    /// The source of that name, if it is one: `@prod`. A file that is called so is named as `./@prod`.
    fn named(&self, typed: &OsStr) -> Result<Option<&NamedSource>, Error> {
        let Some(name) = typed.to_str().and_then(|typed| typed.strip_prefix('@')) else {
            return Ok(None);
        };
        let found = self.sources.iter().find(|source| source.name == name);
        if found.is_some() || Path::new(typed).exists() || may_be_endpoint(name) {
            return Ok(found);
        }
        let names = || self.sources.iter().map(|source| &*source.name);
        let shown = secrets::shown(typed);
        Err(Error::usage(format!("the settings name no source {shown}")).hint(
            match (suggest::nearest(name, names()), names().next()) {
                (Some(nearest), _) => format!("Did you mean @{nearest}?"),
                (None, Some(_)) => {
                    format!("Expected @{}.", names().collect::<Vec<_>>().join(", @"))
                }
                (None, None) => {
                    "Add it to ~/.config/kinescope/config.toml: see kinescope help settings."
                        .to_owned()
                }
            },
        ))
    }

    fn only_one(&self, is_typed: bool) -> Result<(), Error> {
        let named = [
            ("SOURCE", is_typed),
            ("--endpoint", self.endpoint.is_some()),
            ("--endpoint-file", self.endpoint_file.is_some()),
            ("--from-k3s", self.from_k3s.is_some()),
        ];
        let named: Vec<&str> = named.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        match named.len() {
            0 | 1 => Ok(()),
            _ => Err(Error::usage(format!("{} each name a table", named.join(" and ")))
                .hint("Leave out all but one.")),
        }
    }

    /// Refuses what means nothing to a table as text.
    fn no_server(&self) -> Result<(), Error> {
        let flags = [
            ("--defaults-file", self.defaults_file.is_some()),
            ("--ask-password", self.ask_password),
            ("--ca-file", self.ca_file.is_some()),
            ("--cert-file", self.cert_file.is_some()),
            ("--key-file", self.key_file.is_some()),
            ("--server-public-key", self.public_key.is_some()),
            ("--skip-verify", self.skip_verify),
        ];
        match flags.iter().find(|(_, is_given)| *is_given) {
            None => Ok(()),
            Some((flag, _)) => Err(Error::usage(format!("{flag} is for a server, not for a file"))
                .hint("Leave it out, or name an endpoint: mysql://USER@tcp(HOST)/DATABASE or postgres://USER@HOST/DATABASE.")),
        }
    }

    /// Adds what is said beside the endpoint: by flags, in files, by variables, by the user.
    fn complete(&self, endpoint: Endpoint, is_ours: bool) -> Result<Endpoint, Error> {
        let file = |path: &Option<PathBuf>, flag: &str| Some((path.clone()?, flag.to_owned()));
        let mut endpoint = endpoint.with_other_tls_files(TlsFiles {
            ca: file(&self.ca_file, "--ca-file"),
            certificate: file(&self.cert_file, "--cert-file"),
            key: file(&self.key_file, "--key-file"),
        });
        if self.skip_verify {
            endpoint = endpoint.with_skip_verify("--skip-verify");
        }
        let endpoint: Endpoint = match endpoint {
            Endpoint::MySql(endpoint) => self.complete_my_sql(*endpoint, is_ours)?.into(),
            Endpoint::Postgres(endpoint) => self.complete_postgres(endpoint)?.into(),
        };
        if self.ask_password {
            let server = endpoint.clone().with_password_from("", "").to_string();
            let password = password::ask(&server)?;
            return Ok(endpoint.with_password_from(&password, "the terminal"));
        }
        Ok(endpoint)
    }

    /// kine and k3s read no option file, so what was given for them is not filled in from
    /// `~/.my.cnf` unasked: kinescope would look at another server than they do.
    fn complete_my_sql(
        &self,
        mut endpoint: mysql::endpoint::Endpoint,
        is_ours: bool,
    ) -> Result<mysql::endpoint::Endpoint, Error> {
        if let Some(path) = &self.public_key {
            endpoint = endpoint.with_public_key(path.clone(), "--server-public-key");
        }
        if let Some(path) = &self.defaults_file {
            endpoint = endpoint.with_client_file(ClientFile::read(path)?.noted_if_silent())?;
        } else if is_ours && let Some(path) = home_file().filter(|path| path.exists()) {
            let filled = |file| endpoint.clone().with_client_file(file);
            // Opening a pipe would wait for whoever writes to it; one that was asked for may.
            let file = if path.is_file() {
                ClientFile::read(&path)
            } else {
                Err(Error::new(format!("{} is not a regular file", path.display())))
            };
            match file.and_then(filled) {
                Ok(filled) => endpoint = filled,
                // Nobody asked for it, so nothing fails for it.
                Err(why) => endpoint.notes.push(format!("Ignored: {why}.")),
            }
        }
        let variable = std::env::var("MYSQL_PWD").unwrap_or_default();
        let is_wanted = is_ours && endpoint.password().is_none() && !self.ask_password;
        if is_wanted && !variable.is_empty() {
            endpoint = endpoint.with_password_from(&variable, "MYSQL_PWD");
        }
        Ok(endpoint)
    }

    /// kine's own driver asks libpq's variables and files, so they fill in any endpoint.
    fn complete_postgres(
        &self,
        endpoint: postgres::endpoint::Endpoint,
    ) -> Result<postgres::endpoint::Endpoint, Error> {
        let flags = [
            ("--defaults-file", self.defaults_file.is_some()),
            ("--server-public-key", self.public_key.is_some()),
        ];
        if let Some((flag, _)) = flags.iter().find(|(_, is_given)| *is_given) {
            let what = format!("{flag} is for MySQL and MariaDB, and this is PostgreSQL");
            return Err(Error::usage(what).hint(
                "Leave it out. A service of ~/.pg_service.conf (PGSERVICE), PG variables and ~/.pgpass \
                 fill in what the endpoint leaves out.",
            ));
        }
        endpoint.with_libpq(|name| std::env::var_os(name))
    }
}

/// The SOURCE that was typed.
fn argument(typed: OsString) -> Result<Named, Error> {
    match typed.to_str() {
        Some(text) => Named::parse(text),
        // No endpoint, unless a password is in another encoding.
        None if may_be_endpoint(&typed.to_string_lossy()) && !Path::new(&typed).exists() => {
            Err(Error::usage("the source looks like an endpoint, but is not UTF-8")
                .hint("In a mysql:// URL, write such a password as percent-encoded UTF-8."))
        }
        None => Ok(Named::of_path(typed.into())),
    }
}

/// The endpoint that was typed after --endpoint.
fn flag(text: &OsStr) -> Result<Endpoint, Error> {
    if text == "-" {
        return from_file(Path::new("-"));
    }
    let text = text.to_str().ok_or_else(|| Error::usage("--endpoint is not UTF-8"))?;
    let endpoint = Endpoint::parse(text).map_err(|error| error.in_place("--endpoint"))?;
    Ok(endpoint.found_in("--endpoint"))
}

/// The endpoint in the first line of a file.
fn from_file(path: &Path) -> Result<Endpoint, Error> {
    let mut is_open = false;
    let (place, line) = if path == Path::new("-") {
        ("standard input".to_owned(), first_line(io::stdin().lock()))
    } else {
        let line = std::fs::File::open(path).and_then(|file| {
            is_open = file.metadata()?.mode() & 0o004 != 0;
            first_line(file)
        });
        (path.display().to_string(), line)
    };
    let line = line.map_err(|why| Error::new(format!("cannot read {place}")).because(why))?;
    // What it holds is not said: it may be a password in another encoding.
    let line = String::from_utf8(line)
        .map_err(|_bytes| Error::usage(format!("{place}: the endpoint is not UTF-8")))?;
    if line.trim().is_empty() {
        return Err(Error::usage(format!("{place}: the first line is empty")).hint(
            "Put the endpoint there: mysql://user:password@tcp(host:3306)/database, or a \
                   postgres:// URL.",
        ));
    }
    let endpoint = Endpoint::parse(&line).map_err(|error| error.in_place(&place))?;
    let mut endpoint = endpoint.found_in(&place);
    if is_open && endpoint.has_password() {
        let note =
            format!("{place} holds a password, and everybody can read it: chmod 600 {place}");
        endpoint.note(note);
    }
    Ok(endpoint)
}

fn first_line(input: impl Read) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    io::BufReader::new(input.take(LONGEST + 1)).read_until(b'\n', &mut line)?;
    if line.len() as u64 > LONGEST {
        return Err(io::Error::other("its first line is longer than any endpoint"));
    }
    Ok(line)
}

/// Where MySQL's own programs look, too.
fn home_file() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty())?;
    Some(Path::new(&home).join(".my.cnf"))
}
