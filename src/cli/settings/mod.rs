//! The settings: a file that somebody writes, and the program only reads.
//!
//! What it says of an option is that option's default: what is typed wins, and so does the environment.

mod colour;
mod file;
pub(super) mod option;
mod owner;
mod section;
mod source;

use std::path::{Path, PathBuf};

use kinescope::display::{Change, Role};
use kinescope::place::read_at_most;
use kinescope::source::Error;
use kinescope::text::escape;
use kinescope::tui::keymap::Action;
use kinescope::tui::keyname::{Key, Keymap};

pub(super) use colour::shown as shown_change;
pub(super) use source::{FIELDS, NamedSource, Secret, home};

/// No file of settings is longer.
const LONGEST: u64 = 1024 * 1024;

/// What the settings say.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The file that was read, if any was.
    pub(super) path: Option<PathBuf>,
    /// What was typed of these options.
    pub(super) typed: Vec<(&'static str, String)>,
    /// Options by their long name.
    pub(super) options: Vec<(&'static str, Given<String>)>,
    pub(super) mouse: Option<Given<bool>>,
    pub(super) clipboard: Option<Given<String>>,
    pub(super) roles: Vec<Chosen>,
    pub(super) keys: Vec<Bound>,
    /// The map that these keys make.
    pub(super) keymap: Keymap,
    pub(super) sources: Vec<NamedSource>,
}

/// What is chosen for a role.
type Chosen = (Role, Given<Change>);

/// The keys of an action.
type Bound = (Action, Given<Vec<Key>>);

/// Something that is said, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given<T> {
    pub(super) value: T,
    pub(super) line: usize,
}

/// Where the settings are looked for where nothing else is said, whether or not they are there.
pub(super) fn default_path() -> Option<PathBuf> {
    let directory = |name| std::env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let parent =
        directory("XDG_CONFIG_HOME").or_else(|| Some(directory("HOME")?.join(".config")))?;
    Some(parent.join("kinescope/config.toml"))
}

impl Settings {
    /// Reads the settings: the file that was typed, the one that `KINESCOPE_CONFIG` names, or the one
    /// where it belongs, if it is there. An empty variable says that none is read.
    ///
    /// # Errors
    ///
    /// When a file that was named cannot be read; when others may write to it; and when something in it
    /// makes no sense.
    pub(super) fn load(typed: Option<&Path>) -> Result<Self, Error> {
        let (path, origin) = match (typed, std::env::var_os("KINESCOPE_CONFIG")) {
            (Some(path), _) => (path.to_owned(), Some("--config")),
            (None, Some(path)) if path.is_empty() => return Ok(Self::default()),
            (None, Some(path)) => (path.into(), Some("KINESCOPE_CONFIG")),
            (None, None) => match default_path().filter(|path| path.exists()) {
                Some(path) => (path, None),
                None => return Ok(Self::default()),
            },
        };
        let shown = escape(path.as_os_str().as_encoded_bytes()).into_owned();
        let cannot = |why| {
            let error = Error::usage(format!("cannot read the settings in {shown}")).because(why);
            match origin {
                Some(origin) => error.hint(format!("{origin} names it.")),
                None => error,
            }
        };
        owner::check(&path.metadata().map_err(cannot)?, &shown)?;
        let bytes = read_at_most(&path, LONGEST).map_err(cannot)?;
        let text = String::from_utf8(bytes)
            .map_err(|_bytes| Error::usage(format!("{shown}: the settings are not UTF-8")))?;
        Ok(Self { path: Some(path), ..Self::parse(&shown, &text)? })
    }

    /// What is chosen for single roles, for as long as the program runs.
    pub(super) fn roles(&self) -> &'static [(Role, Change)] {
        let roles: Vec<_> = self.roles.iter().map(|(role, given)| (*role, given.value)).collect();
        // It is asked once.
        Vec::leak(roles)
    }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    // What JSON escapes, TOML does in the same way.
    serde_json::Value::from(text).to_string()
}
