//! What k3s' files say of its datastore. Later words win over earlier ones.

use std::path::{Path, PathBuf};

use super::quoting;
use super::yaml::{Yaml, first_document};
use crate::source::Error;

/// What is looked for: the option, which is also the key in the configuration, and the variable, which
/// begins with the program's name.
const NAMES: [(&str, &str); 6] = [
    ("datastore-endpoint", "_DATASTORE_ENDPOINT"),
    ("datastore-cafile", "_DATASTORE_CAFILE"),
    ("datastore-certfile", "_DATASTORE_CERTFILE"),
    ("datastore-keyfile", "_DATASTORE_KEYFILE"),
    ("config", "_CONFIG_FILE"),
    ("data-dir", "_DATA_DIR"),
];

const PROGRAMS: [&str; 2] = ["k3s", "rke2"];

pub(super) const ENDPOINT: usize = 0;
pub(super) const CA: usize = 1;
pub(super) const CERTIFICATE: usize = 2;
pub(super) const KEY: usize = 3;
pub(super) const CONFIG: usize = 4;
pub(super) const DATA_DIR: usize = 5;

/// A value, and where it stands. It may be a password, so it has no `Debug`.
pub(super) struct Setting {
    pub(super) value: String,
    pub(super) place: String,
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Settings([Option<Setting>; NAMES.len()]);

impl Settings {
    /// What is said, and is not empty: to k3s an empty value is none.
    pub(super) fn take(&mut self, at: usize) -> Option<Setting> {
        self.0[at].take().filter(|setting| !setting.value.trim().is_empty())
    }

    /// What others say wins over this.
    pub(super) fn replaced_by(&mut self, others: Self) {
        for (mine, other) in self.0.iter_mut().zip(others.0) {
            if other.is_some() {
                *mine = other;
            }
        }
    }

    fn set(&mut self, at: usize, value: String, named: &str, file: &Path) {
        let place = format!("{named} in {}", file.display());
        self.0[at] = Some(Setting { value, place });
    }

    /// Takes a variable.
    fn variable(&mut self, name: &str, value: String, file: &Path) {
        let name = name.strip_prefix("export ").unwrap_or(name).trim();
        let end = name.strip_prefix("K3S").or_else(|| name.strip_prefix("RKE2"));
        if let Some(at) = NAMES.iter().position(|(_, variable)| Some(*variable) == end) {
            self.set(at, value, name, file);
        }
    }

    /// Takes an environment file.
    pub(super) fn environment(&mut self, text: &str, file: &Path) {
        for (name, value) in quoting::variables(text) {
            self.variable(&name, value, file);
        }
    }

    /// Takes a file of k3s' configuration.
    ///
    /// # Errors
    ///
    /// When it is not YAML. The cause is left out: it may repeat a line of the file.
    pub(super) fn configuration(&mut self, text: &str, file: &Path) -> Result<(), Error> {
        let options = serde_saphyr::options! {
            duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
            non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::AsString,
            with_snippet: false,
        };
        let keys: Yaml = serde_saphyr::from_str_with_options(first_document(text), options)
            .map_err(|why| {
                let line = why.location().map(|at| format!(" (line {})", at.line()));
                no_configuration(file, &line.unwrap_or_default())
            })?;
        let keys = match keys {
            Yaml::Map(keys) => keys,
            Yaml::Text(text) if text.is_empty() => Vec::new(),
            _ => return Err(no_configuration(file, "")),
        };
        for (key, value) in keys {
            // With a + k3s takes the value as one more, and of several the last.
            let name = key.strip_suffix('+').unwrap_or(&key);
            if let Some(at) = NAMES.iter().position(|(option, _)| *option == name) {
                self.set(at, value.last(), NAMES[at].0, file);
            }
        }
        Ok(())
    }
}

fn no_configuration(file: &Path, line: &str) -> Error {
    Error::new(format!("{} is not the YAML of k3s' configuration{line}", file.display()))
        .hint("Write key: value, and quote what holds : or #.")
}

/// What a systemd unit says: its variables, and the options of its command.
#[derive(Default)]
pub(super) struct Unit {
    /// The unit's name, without what it is.
    name: &'static str,
    pub(super) environment: Settings,
    /// The files with variables, in order; all win over `environment`.
    pub(super) files: Vec<EnvironmentFile>,
    pub(super) options: Settings,
    /// Whether it runs an agent, which has no datastore.
    pub(super) is_agent: bool,
    /// What it says that cannot be followed, each as a clause.
    pub(super) unclear: Vec<String>,
}

/// A file that a unit names.
pub(super) struct EnvironmentFile {
    pub(super) path: PathBuf,
    /// Whether the unit starts without it.
    pub(super) is_optional: bool,
    /// The unit.
    pub(super) named_in: PathBuf,
}

/// Stands for `$$` while variables are looked for; no unit holds it.
const DOLLAR: char = '\u{1}';

impl Unit {
    /// A unit of that name that says nothing yet.
    pub(super) fn of(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// Takes a unit's file, or one that adds to it.
    pub(super) fn take(&mut self, text: &str, file: &Path) {
        for line in joined(text) {
            match line.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
                Some(("Environment", "")) => self.environment = Settings::default(),
                Some(("Environment", value)) => {
                    for word in quoting::words(&value.replace("%%", "%")) {
                        if let Some((name, value)) = word.split_once('=') {
                            self.environment.variable(name, value.to_owned(), file);
                        }
                    }
                }
                Some(("EnvironmentFile", "")) => self.files.clear(),
                Some(("EnvironmentFile", value)) => self.file(value, file),
                // Empty, it takes back what stood before; and with another the unit would be none.
                Some(("ExecStart", value)) => {
                    self.options = Settings::default();
                    self.is_agent = false;
                    self.unclear.retain(|why| !why.contains("ExecStart"));
                    if !value.is_empty() {
                        self.command(value, file);
                    }
                }
                _ => {}
            }
        }
    }

    fn file(&mut self, value: &str, file: &Path) {
        let optional = value.strip_prefix('-');
        let path = optional.unwrap_or(value).replace("%N", self.name).replace("%p", self.name);
        let path = path.replace("%n", &format!("{}.service", self.name));
        if path.replace("%%", "").contains(['%', '*', '?', '[']) {
            self.unclear.push(format!("EnvironmentFile= in {} is a pattern", file.display()));
            return;
        }
        self.files.push(EnvironmentFile {
            path: path.replace("%%", "%").into(),
            is_optional: optional.is_some(),
            named_in: file.to_owned(),
        });
    }

    fn command(&mut self, command: &str, file: &Path) {
        // systemd's own signs are doubled where they mean themselves.
        let command = command.replace("%%", "%").replace("$$", &DOLLAR.to_string());
        let words = quoting::words(&command);
        // Something may start it, such as nice or env; a script may do anything.
        let is_k3s = |word: &String| {
            let word = word.trim_start_matches(['@', '-', ':', '+', '!', '|']);
            let name = Path::new(word).file_name();
            name.is_some_and(|name| PROGRAMS.iter().any(|program| name == *program))
        };
        let Some(at) = words.iter().position(is_k3s) else {
            self.unclear
                .push(format!("ExecStart= in {} is not a k3s or rke2 command", file.display()));
            return;
        };
        let mut words = words.into_iter().skip(at + 1).peekable();
        self.is_agent = words.peek().is_some_and(|word| word == "agent");
        while let Some(word) = words.next() {
            let Some(option) = word.strip_prefix('-') else { continue };
            let option = option.strip_prefix('-').unwrap_or(option);
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (option, None),
            };
            let name = if name == "c" { "config" } else { name };
            if let Some(at) = NAMES.iter().position(|(known, _)| *known == name)
                && let Some(value) = value.or_else(|| words.next())
            {
                if value.starts_with('$') || value.contains("${") {
                    let file = file.display();
                    self.unclear.push(format!("--{name} of ExecStart= in {file} is a variable"));
                } else {
                    let value = value.replace(DOLLAR, "$");
                    self.options.set(at, value, &format!("--{name}"), file);
                }
            }
        }
    }
}

/// The lines of a unit: one that ends in a backslash goes on in the next, and comments are none.
fn joined(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for part in text.lines() {
        if part.trim_start().starts_with(['#', ';']) {
            continue;
        }
        if let Some(part) = part.strip_suffix('\\') {
            line.extend([part, " "]);
        } else {
            line.push_str(part);
            lines.push(std::mem::take(&mut line));
        }
    }
    lines.push(line);
    lines
}
