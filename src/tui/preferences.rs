//! How somebody wants the explorer: what the settings say of it.

use super::keyname::Keymap;
use crate::display::Theme;
use crate::text::Zone;

/// How somebody wants the explorer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// What each key does.
    pub keys: Keymap,
    /// Whether the mouse is the explorer's: otherwise it is the terminal's own.
    pub mouse: bool,
    /// The command that takes what is copied, on its standard input, beside the terminal itself.
    pub clipboard: Option<String>,
    /// Whether the terminal is asked for its background, so that the colours fit it.
    pub asks_background: bool,
    /// Where times are shown, and read.
    pub zone: Zone,
    /// The themes to choose from; none where there are no colours.
    pub themes: Vec<NamedTheme>,
}

/// A theme that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTheme {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub help: String,
    /// Its colours.
    pub theme: Theme,
    /// Whether they hang on the background.
    pub asks_background: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            keys: Keymap::default(),
            mouse: true,
            clipboard: None,
            asks_background: false,
            zone: Zone::UTC,
            themes: Vec::new(),
        }
    }
}
