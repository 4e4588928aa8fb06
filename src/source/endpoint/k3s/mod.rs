//! Where k3s on this machine, or on one whose files are under some directory, has its datastore.
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

use super::typed::shown_path;
use super::{Address, Endpoint, Error, TlsFiles, foreign, may_be_endpoint, split_scheme};
use settings::{CA, CERTIFICATE, CONFIG, ENDPOINT, KEY, Setting, Settings, Unit};

/// Where the service is: as the installer writes it, and as packages do.
const UNITS: [&str; 3] = [
    "etc/systemd/system/k3s.service",
    "usr/local/lib/systemd/system/k3s.service",
    "usr/lib/systemd/system/k3s.service",
];
/// The service of a node that is no server.
const AGENT: &str = "etc/systemd/system/k3s-agent.service";
/// What adds to the service, by name.
const DROP_INS: &str = "etc/systemd/system/k3s.service.d";
/// The service's environment, weakest first; the last is what the installer writes for `OpenRC`.
const ENVIRONMENTS: [&str; 4] = [
    "etc/default/k3s",
    "etc/sysconfig/k3s",
    "etc/systemd/system/k3s.service.env",
    "etc/rancher/k3s/k3s.env",
];
const CONFIGURATION: &str = "etc/rancher/k3s/config.yaml";

impl Endpoint {
    /// The endpoint of the k3s whose files are under `root`.
    ///
    /// Files that its settings name are taken from under `root`, too, and so is a socket.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or understood, when k3s has no datastore that is MySQL or MariaDB,
    /// and when there is no k3s. None repeats what a file says.
    pub fn from_k3s(root: &Path) -> Result<Self, Error> {
        let mut files = Files { root, found: false, is_agent: false, unclear: Vec::new() };
        let mut settings = files.settings()?;
        let Some(Setting { value, place }) = settings.take(ENDPOINT) else {
            return Err(files.nothing());
        };
        if split_scheme(value.trim()).0.is_none() {
            // Not even a bare DSN, which kinescope itself would take.
            return Err(foreign::refuse("sqlite")
                .in_place(&format!("{place}: k3s takes what has no scheme for SQLite")));
        }
        let unclear = files.unclear;
        let endpoint = Self::parse(&value).map_err(|error| error.in_place(&place))?;
        let mut file =
            |at| match settings.take(at) {
                Some(Setting { value, place }) if may_be_endpoint(&value) => {
                    Err(Error::usage(format!("{place} is an endpoint, it seems, and no file")))
                }
                found => Ok(found
                    .map(|Setting { value, place }| (under(root, Path::new(value.trim())), place))),
            };
        let files = TlsFiles { ca: file(CA)?, certificate: file(CERTIFICATE)?, key: file(KEY)? };
        let mut endpoint = endpoint.found_in(&place);
        if let Address::Unix(path) = &mut endpoint.address {
            *path = under(root, path);
        }
        let tls = &mut endpoint.tls;
        for path in [&mut tls.ca, &mut tls.certificate, &mut tls.key].into_iter().flatten() {
            *path = under(root, path);
        }
        endpoint.notes.extend(unclear.iter().map(|why| format!("Not taken into account: {why}.")));
        endpoint.with_tls_files(files).without_control_characters()
    }
}

/// A path of the machine whose files are under `root`.
fn under(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix("/").map_or_else(|_relative| path.to_owned(), |path| root.join(path))
}

struct Files<'a> {
    root: &'a Path,
    /// Whether there was any.
    found: bool,
    /// Whether the service is an agent.
    is_agent: bool,
    /// What is said there that cannot be followed, each as a clause.
    unclear: Vec<String>,
}

impl Files<'_> {
    fn settings(&mut self) -> Result<Settings, Error> {
        let mut unit = Unit::default();
        for path in UNITS {
            let path = self.root.join(path);
            if let Some(text) = self.read(&path)? {
                unit.take(&text, &path);
                break;
            }
        }
        for path in list(&self.root.join(DROP_INS), &["conf"])? {
            if let Some(text) = self.read(&path)? {
                unit.take(&text, &path);
            }
        }
        let mut settings = unit.environment;
        for path in ENVIRONMENTS {
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
            None => self.root.join(CONFIGURATION),
            Some(Setting { value, place }) if may_be_endpoint(&value) => {
                return Err(Error::new(format!("{place} names no file, and only files are read"))
                    .hint("Give the endpoint that is in it: --endpoint-file FILE."));
            }
            Some(Setting { value, .. }) => under(self.root, Path::new(value.trim())),
        };
        if let Some(place) = named.filter(|_| !path.exists()) {
            let name = shown_path(&path);
            return Err(Error::new(format!("{place} names {name}, which is not there")).hint(
                "k3s does not start like that. If the file is elsewhere, name the directory \
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

    fn has_service(&self) -> bool {
        UNITS.iter().any(|path| self.root.join(path).exists())
    }

    /// Why there is no endpoint.
    fn nothing(&self) -> Error {
        let root = self.root.display();
        let is_agent = self.is_agent || (!self.has_service() && self.root.join(AGENT).exists());
        if is_agent {
            return Error::new(format!("k3s under {root} is an agent, which has no datastore"))
                .hint("Run it on a server node of k3s.");
        }
        if !self.unclear.is_empty() {
            let why = self.unclear.join("; ");
            return Error::new(format!(
                "k3s under {root} may be told its datastore-endpoint where kinescope cannot read it"
            ))
            .because(why)
            .hint("Give the endpoint itself: --endpoint-file FILE.");
        }
        if self.found {
            return foreign::refuse("sqlite").in_place(&format!(
                "k3s under {root} is told no datastore-endpoint, and without one it has SQLite, or \
                 etcd in the cluster"
            ));
        }
        Error::new(format!("there is nothing of k3s under {root}")).hint(
            "Run it on a server node of k3s, or name the directory under which the node's files \
             are: --from-k3s=/host.",
        )
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
