//! What k3s' files say of its datastore. Later words win over earlier ones.

use std::path::Path;

use serde_json::Value;

use super::quoting;
use crate::source::Error;

/// What is looked for: the option, which is also the key in k3s' configuration, and the variable.
const NAMES: [(&str, &str); 5] = [
    ("datastore-endpoint", "K3S_DATASTORE_ENDPOINT"),
    ("datastore-cafile", "K3S_DATASTORE_CAFILE"),
    ("datastore-certfile", "K3S_DATASTORE_CERTFILE"),
    ("datastore-keyfile", "K3S_DATASTORE_KEYFILE"),
    ("config", "K3S_CONFIG_FILE"),
];

pub(super) const ENDPOINT: usize = 0;
pub(super) const CA: usize = 1;
pub(super) const CERTIFICATE: usize = 2;
pub(super) const KEY: usize = 3;
pub(super) const CONFIG: usize = 4;

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

    /// Takes a line `NAME=value` of an environment file, or a word of a unit's `Environment=`.
    fn variable(&mut self, line: &str, unquote: fn(&str) -> String, file: &Path) {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        if let Some((name, value)) = line.split_once('=')
            && let Some(at) = NAMES.iter().position(|(_, variable)| *variable == name.trim())
        {
            self.set(at, unquote(value), NAMES[at].1, file);
        }
    }

    /// Takes an environment file.
    pub(super) fn environment(&mut self, text: &str, file: &Path) {
        for line in text.lines() {
            self.variable(line, quoting::value, file);
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
            with_snippet: false,
        };
        let keys: Option<serde_json::Map<String, Value>> =
            serde_saphyr::from_str_with_options(text, options).map_err(|why| {
                let shown = file.display();
                let line = why.location().map(|at| format!(" (line {})", at.line()));
                let line = line.unwrap_or_default();
                Error::new(format!("{shown} is not the YAML of k3s' configuration{line}")).hint(
                    "k3s does not read it either. Write key: value, and put what holds : or # in \
                     quotes.",
                )
            })?;
        for (key, value) in keys.unwrap_or_default() {
            // With a + k3s takes the value as one more, and of several the last.
            let name = key.strip_suffix('+').unwrap_or(&key);
            if let Some(at) = NAMES.iter().position(|(option, _)| *option == name) {
                let value = match value {
                    Value::Array(values) => values.into_iter().next_back().unwrap_or_default(),
                    one => one,
                };
                let value = match value {
                    Value::String(text) => text,
                    Value::Null => String::new(),
                    other => other.to_string(),
                };
                self.set(at, value, NAMES[at].0, file);
            }
        }
        Ok(())
    }
}

/// What a systemd unit says: its variables, and the options of its command.
#[derive(Default)]
pub(super) struct Unit {
    pub(super) environment: Settings,
    pub(super) options: Settings,
}

impl Unit {
    /// Takes a unit's file, or one that adds to it.
    pub(super) fn take(&mut self, text: &str, file: &Path) {
        for line in joined(text) {
            match line.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
                Some(("Environment", "")) => self.environment = Settings::default(),
                Some(("Environment", value)) => {
                    for word in quoting::words(&value.replace("%%", "%")) {
                        self.environment.variable(&word, str::to_owned, file);
                    }
                }
                // Empty, it takes back what stood before; and with another the unit would be none.
                Some(("ExecStart", value)) => {
                    self.options = Settings::default();
                    self.command(value, file);
                }
                _ => {}
            }
        }
    }

    fn command(&mut self, command: &str, file: &Path) {
        // systemd's own signs are doubled where they mean themselves.
        let command = command.replace("%%", "%").replace("$$", "$");
        let mut words = quoting::words(&command).into_iter();
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
                self.options.set(at, value, &format!("--{name}"), file);
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
