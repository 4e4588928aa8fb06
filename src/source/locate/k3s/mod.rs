//! Where k3s on this machine, or on one whose files are under some directory, has its datastore; or
//! rke2, which has k3s within it and keeps the same files under its own name.
//!
//! ```text
//!   Environment= of the service                                      weakest
//!   /etc/default/k3s, /etc/sysconfig/k3s, k3s.service.env, k3s.env
//!   what else the service has as EnvironmentFile=
//!   /etc/rancher/k3s/config.yaml, then config.yaml.d/*.yaml by name
//!   options of the service's ExecStart=                              strongest
//! ```
//!
//! k3s puts what its configuration says before the options it was started with, and both win over
//! variables. Each of the four parts (endpoint, authorities, certificate, key) is looked up by
//! itself.

mod quoting;
mod settings;
mod yaml;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::scheme::split_scheme;
use super::secrets::shown_path;
use super::{
    Endpoint, Named, foreign, is_sqlite_endpoint as is_sqlite, may_be_endpoint, placeholder,
};
use crate::source::Error;
use crate::source::sql::endpoint::TlsFiles;
use crate::source::sqlite::Sqlite;
use settings::{CA, CERTIFICATE, CONFIG, DATA_DIR, ENDPOINT, KEY, Setting, Settings, Unit};

/// Whose files they are. All paths are relative to a root.
struct Distribution {
    /// The program.
    name: &'static str,
    /// The service of a server.
    service: &'static str,
    /// The service of a node that is no server.
    agent: &'static str,
    /// The service's environment, weakest first, beside what the service names.
    environments: &'static [&'static str],
    configuration: &'static str,
}

const DISTRIBUTIONS: [Distribution; 2] = [
    Distribution {
        name: "k3s",
        service: "k3s",
        agent: "k3s-agent",
        // The last is what the installer writes for `OpenRC`.
        environments: &[
            "etc/default/k3s",
            "etc/sysconfig/k3s",
            "etc/systemd/system/k3s.service.env",
            "etc/rancher/k3s/k3s.env",
        ],
        configuration: "etc/rancher/k3s/config.yaml",
    },
    Distribution {
        name: "rke2",
        service: "rke2-server",
        agent: "rke2-agent",
        environments: &[
            "etc/default/rke2-server",
            "etc/sysconfig/rke2-server",
            "usr/lib/systemd/system/rke2-server.env",
            "usr/local/lib/systemd/system/rke2-server.env",
        ],
        configuration: "etc/rancher/rke2/config.yaml",
    },
];

/// Where services are: as k3s' installer writes its own, and as packages do.
const UNITS: [&str; 3] =
    ["etc/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system"];

impl Named {
    /// The datastore of the k3s whose files are under `root`, or of the rke2 where k3s has none: the
    /// endpoint that is set, or the SQLite database that k3s has without one.
    ///
    /// Files that its settings name are taken from under `root`, too, and so is a socket.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or understood, when k3s has no datastore that kinescope reads, and
    /// when there is no k3s. None repeats what a file says.
    pub fn from_k3s(root: &Path) -> Result<Self, Error> {
        let mut nothing = None;
        for distribution in &DISTRIBUTIONS {
            let mut files =
                Files { root, distribution, found: false, is_agent: false, unclear: Vec::new() };
            let mut settings = files.settings()?;
            match settings.take(ENDPOINT) {
                Some(setting) if is_sqlite(setting.value.trim()) => {
                    return files.sqlite(&setting.value, &mut settings);
                }
                Some(setting) => {
                    let endpoint = files.endpoint(setting, settings)?;
                    return Ok(Self::Endpoint(endpoint));
                }
                None => {
                    let own = files.data_dir(&mut settings);
                    if let Some(database) = Sqlite::at(&own.join("server/db/state.db")) {
                        return Ok(Self::Sqlite(database.found_in(distribution.name)));
                    }
                    // The first that is there says why it has none.
                    if files.found || files.has(distribution.agent) {
                        nothing.get_or_insert_with(|| files.nothing());
                    }
                }
            }
        }
        let root = root.display();
        Err(nothing.unwrap_or_else(|| {
            Error::new(format!("there is no k3s and no rke2 under {root}")).hint(
                "Run it on a server node of k3s, or name the directory under which the node's files \
                 are: --from-k3s=/host.",
            )
        }))
    }
}

impl Files<'_> {
    /// Where k3s keeps its own files.
    fn data_dir(&self, settings: &mut Settings) -> PathBuf {
        let default = format!("/var/lib/rancher/{}", self.distribution.name);
        let said = settings.take(DATA_DIR).map(|setting| setting.value);
        under(self.root, Path::new(said.as_deref().unwrap_or(&default).trim()))
    }

    /// The SQLite database that an endpoint names. A path that is not absolute begins where k3s runs.
    fn sqlite(&self, endpoint: &str, settings: &mut Settings) -> Result<Named, Error> {
        let (_, rest) = split_scheme(endpoint.trim());
        let path = Sqlite::path_of_endpoint(rest);
        let path = if path.is_absolute() {
            under(self.root, &path)
        } else {
            self.data_dir(settings).join("server").join(path)
        };
        let database = Sqlite::at(&path).ok_or_else(|| Sqlite::not_at(&path))?;
        Ok(Named::Sqlite(database.found_in(self.distribution.name)))
    }

    /// The endpoint that was found, with what else is set.
    fn endpoint(self, setting: Setting, mut settings: Settings) -> Result<Endpoint, Error> {
        let Self { root, distribution: Distribution { name, .. }, unclear, .. } = self;
        let Setting { value, place } = setting;
        let text = value.trim();
        let is_quoted = text.starts_with(foreign::QUOTES) || text.ends_with(foreign::QUOTES);
        let is_damaged =
            is_quoted || placeholder::is_all(text) || foreign::one_slash(text).is_some();
        if !is_damaged && split_scheme(text).0.is_none() && !text.contains("://") {
            // Not even a bare DSN, which kinescope itself would take.
            return Err(Error::usage(format!(
                "{place}: the endpoint has no scheme, so {name} takes it for the path of a SQLite \
                 database"
            ))
            .hint("If it is a path, name that file. If it is MySQL, put mysql:// before it, there too."));
        }
        let endpoint = Endpoint::parse(&value).map_err(|error| {
            let is_of_a_shell = is_quoted || ["\\(", "\\)"].iter().any(|it| text.contains(it));
            let place = if is_of_a_shell {
                format!("{place}, which {name} cannot use either")
            } else {
                place.clone()
            };
            error.in_place(&place)
        })?;
        let mut file =
            |at| match settings.take(at) {
                Some(Setting { value, place }) if may_be_endpoint(&value) => {
                    Err(Error::usage(format!("{place} seems to be an endpoint, not a file")))
                }
                found => Ok(found
                    .map(|Setting { value, place }| (under(root, Path::new(value.trim())), place))),
            };
        let files = TlsFiles { ca: file(CA)?, certificate: file(CERTIFICATE)?, key: file(KEY)? };
        let mut endpoint = endpoint.found_in(&place).under(|path| under(root, path));
        endpoint.note_if_unlike_kine(name);
        for why in &unclear {
            endpoint.note(format!("Ignored: {why}."));
        }
        endpoint.with_tls_files(files).without_control_characters()
    }
}

/// A path of the machine whose files are under `root`.
fn under(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix("/").map_or_else(|_relative| path.to_owned(), |path| root.join(path))
}

struct Files<'a> {
    root: &'a Path,
    distribution: &'static Distribution,
    /// Whether there was any.
    found: bool,
    /// Whether the service is an agent.
    is_agent: bool,
    /// What is said there that cannot be followed, each as a clause.
    unclear: Vec<String>,
}

impl Files<'_> {
    fn settings(&mut self) -> Result<Settings, Error> {
        let Distribution { service, environments, .. } = self.distribution;
        let mut unit = Unit::of(service);
        for directory in UNITS {
            let path = self.root.join(directory).join(format!("{service}.service"));
            if let Some(text) = self.read(&path)? {
                unit.take(&text, &path);
                break;
            }
        }
        let drop_ins = self.root.join(UNITS[0]).join(format!("{service}.service.d"));
        for path in list(&drop_ins, &["conf"])? {
            if let Some(text) = self.read(&path)? {
                unit.take(&text, &path);
            }
        }
        let mut settings = unit.environment;
        for path in *environments {
            let path = self.root.join(path);
            if let Some(text) = self.read(&path)? {
                settings.environment(&text, &path);
            }
        }
        for named in std::mem::take(&mut unit.files) {
            let path = under(self.root, &named.path);
            match self.read(&path)? {
                Some(text) => settings.environment(&text, &path),
                None if named.is_optional => {}
                None => self.unclear.push(format!(
                    "{}, the EnvironmentFile= of {}, is not there",
                    shown_path(&path),
                    named.named_in.display()
                )),
            }
        }
        self.is_agent = unit.is_agent;
        self.unclear.append(&mut unit.unclear);
        let place = settings.take(CONFIG).or_else(|| unit.options.take(CONFIG));
        settings.replaced_by(self.configuration(place)?);
        settings.replaced_by(unit.options);
        Ok(settings)
    }

    /// What the configuration says, wherever it was put.
    fn configuration(&mut self, place: Option<Setting>) -> Result<Settings, Error> {
        let named = place.as_ref().map(|setting| setting.place.clone());
        let path = match place {
            None => self.root.join(self.distribution.configuration),
            Some(Setting { value, place }) if may_be_endpoint(&value) => {
                return Err(Error::new(format!(
                    "{place} does not name a file, and only files are read"
                ))
                .hint("Give the endpoint that is in it: --endpoint-file FILE."));
            }
            Some(Setting { value, .. }) => under(self.root, Path::new(value.trim())),
        };
        if let Some(place) = named.filter(|_| !path.exists()) {
            let name = shown_path(&path);
            return Err(Error::new(format!("{place} names {name}, which is not there")).hint(
                "The service does not start like that. If the file is elsewhere, name the directory \
                 under which all are, --from-k3s=/host, or give the endpoint itself.",
            ));
        }
        let mut directory = path.clone().into_os_string();
        directory.push(".d");
        let mut settings = Settings::default();
        let more = list(Path::new(&directory), &["yaml", "yml"])?;
        for path in std::iter::once(path).chain(more) {
            if let Some(text) = self.read(&path)? {
                settings.configuration(&text, &path)?;
            }
        }
        Ok(settings)
    }

    /// A file's text; `None` where there is none.
    fn read(&mut self, path: &Path) -> Result<Option<String>, Error> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(why) if is_missing(why.kind()) => return Ok(None),
            Err(why) => return Err(cannot_read(path, why)),
        };
        self.found = true;
        // What it holds is not said: it may be a password in another encoding.
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|_bytes| Error::new(format!("{} is not UTF-8", shown_path(path))))
    }

    fn has(&self, service: &str) -> bool {
        let unit = format!("{service}.service");
        UNITS.iter().any(|directory| self.root.join(directory).join(&unit).exists())
    }

    /// Why there is no endpoint.
    fn nothing(&self) -> Error {
        let (root, Distribution { name, service, agent, .. }) =
            (self.root.display(), self.distribution);
        if self.is_agent || (!self.has(service) && self.has(agent)) {
            return Error::new(format!("{name} under {root} is an agent, which has no datastore"))
                .hint(format!("Run it on a server node of {name}."));
        }
        if !self.unclear.is_empty() {
            let why = self.unclear.join("; ");
            return Error::new(format!(
                "{name} under {root} may get its datastore-endpoint from a place that kinescope \
                 cannot read"
            ))
            .because(why)
            .hint("Give the endpoint itself: --endpoint-file FILE.");
        }
        let home = format!("/var/lib/rancher/{name}/server/db");
        Error::new(format!(
            "{name} under {root} has no datastore-endpoint set, and there is no SQLite database in \
             {home} that can be read"
        ))
        .hint(format!(
            "{name} uses etcd there, or it has another --data-dir, or only root may look: run \
             kinescope with sudo, or name the file state.db."
        ))
    }
}

/// The files of a directory that end so, by name.
fn list(directory: &Path, ends: &[&str]) -> Result<Vec<PathBuf>, Error> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(why) if is_missing(why.kind()) => return Ok(Vec::new()),
        Err(why) => return Err(cannot_read(directory, why)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|why| cannot_read(directory, why))?.path();
        let end = path.extension().unwrap_or_default().to_ascii_lowercase();
        if ends.iter().any(|known| end == *known) && !path.is_dir() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn is_missing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn cannot_read(path: &Path, why: std::io::Error) -> Error {
    let error = Error::new(format!("cannot read {}", shown_path(path)));
    let error = match why.kind() {
        ErrorKind::PermissionDenied => {
            error.hint("k3s keeps its settings for root: run kinescope with sudo.")
        }
        _ => error,
    };
    error.because(why)
}

#[cfg(test)]
mod tests;
