//! Colours, characters and width: what the terminal and the environment say of them.

#![expect(clippy::doc_markdown, reason = "clap prints these comments as they are")]

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anstream::ColorChoice;
use clap::{ArgAction, Args as Group, ValueEnum};
use kinescope::display::{Background, Change, Glyphs, Palette, Role, Theme};
use kinescope::report::Page;
use kinescope::text::Zone;
use kinescope::tui::NamedTheme;

/// How things look, and how names compare.
#[derive(Debug, Clone, Copy, Group)]
#[command(next_help_heading = "Appearance")]
pub(super) struct Look {
    /// Draw with ASCII characters only, as in a locale that is not UTF-8
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", default_value_t, action = ArgAction::Set,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) ascii: bool,
    /// Choose the colours
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(super) theme: ThemeName,
    /// What the settings choose for single roles.
    #[arg(skip)]
    pub(super) roles: &'static [(Role, Change)],
    /// Choose when to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(super) color: When,
    /// Show and read times in this machine's time zone, instead of UTC
    #[arg(long, global = true)]
    pub(super) local: bool,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal
    #[default]
    Auto,
    Always,
    Never,
}

/// What a theme is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ThemeName {
    /// In the explorer dark or light, as the terminal's background is; else as default
    #[default]
    Auto,
    /// The terminal's own 16 colours
    Default,
    /// For a dark background
    Dark,
    /// For a light background
    Light,
    /// Blue and yellow instead of green and red, on a dark or a light background
    #[value(alias = "colorblind", alias = "color-blind", alias = "colourblind")]
    ColourBlind,
    /// No colours: bold, dim, underlined and reversed
    Mono,
    /// Nothing dim, and the strongest colours on a dark or a light background
    HighContrast,
}

impl ThemeName {
    const fn palette(self) -> Palette {
        match self {
            Self::Auto | Self::Default => Palette::Own,
            Self::Dark => Palette::Dark,
            Self::Light => Palette::Light,
            Self::ColourBlind => Palette::ColourBlind,
            Self::Mono => Palette::Mono,
            Self::HighContrast => Palette::HighContrast,
        }
    }

    /// Whether its colours hang on the background.
    const fn asks_background(self) -> bool {
        matches!(self, Self::Auto | Self::ColourBlind | Self::HighContrast)
    }
}

/// Makes the choices that hold for every stream of the program.
pub(super) fn choose(look: Look) {
    ASCII.store(look.ascii, Relaxed);
    match look.color {
        When::Auto => ColorChoice::Auto,
        When::Always => ColorChoice::AlwaysAnsi,
        When::Never => ColorChoice::Never,
    }
    .write_global();
}

/// The characters to draw with.
pub(super) fn glyphs(look: Look) -> Glyphs {
    if look.ascii || !is_utf8(|name| std::env::var(name).ok()) {
        Glyphs::Ascii
    } else {
        Glyphs::Unicode
    }
}

/// Where times are shown.
pub(super) fn zone(look: Look) -> Zone {
    if look.local { Zone::local() } else { Zone::UTC }
}

/// Writes a text that is the same on every page, in the characters that this one has.
pub(super) fn spelled(
    look: Look,
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut text = Vec::new();
    write(&mut text)?;
    out.write_all(glyphs(look).text(&String::from_utf8_lossy(&text)).as_bytes())
}

/// Whether everything is to be ASCII, whatever the locale has.
static ASCII: AtomicBool = AtomicBool::new(false);

/// What is said to whoever runs the program, in the characters of the locale, or in ASCII.
pub(super) fn said(text: &str) -> String {
    let is_utf8 = !ASCII.load(Relaxed) && is_utf8(|name| std::env::var(name).ok());
    if is_utf8 { Glyphs::Unicode } else { Glyphs::Ascii }.text(text)
}

/// The colours of the explorer, which does without any where `page` does; and whether they hang on the
/// background, so that the terminal is to be asked.
pub(super) fn theme(look: Look) -> (Theme, bool) {
    if anstream::AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        return (Theme::MONO, false);
    }
    named(look, look.theme)
}

/// The themes that the explorer has to choose from.
pub(super) fn themes(look: Look) -> Vec<NamedTheme> {
    if anstream::AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        return Vec::new();
    }
    let names = ThemeName::value_variants().iter().filter_map(|&name| {
        let value = name.to_possible_value()?;
        let (theme, asks_background) = named(look, name);
        let help = value.get_help().map(ToString::to_string).unwrap_or_default();
        Some(NamedTheme { name: value.get_name().to_owned(), help, theme, asks_background })
    });
    names.collect()
}

/// A theme on the background that the environment tells of, and whether the terminal is to be asked.
fn named(look: Look, name: ThemeName) -> (Theme, bool) {
    let theme = Theme::of(name.palette()).with(look.roles);
    if !name.asks_background() {
        return (theme, false);
    }
    let said = std::env::var("COLORFGBG").ok().and_then(|colours| background(&colours));
    // Linux's own console shows the question.
    let is_console = std::env::var_os("TERM").is_some_and(|term| term == "linux" || term == "dumb");
    (said.map_or(theme, |background| theme.on(background)), !is_console)
}

/// What `COLORFGBG` says of the background, such as `15;0` or `0;default;15`: the last of the numbers is
/// one of the 16 colours.
fn background(colours: &str) -> Option<Background> {
    match colours.rsplit_once(';')?.1.parse().ok()? {
        0..=6 | 8 => Some(Background::Dark),
        7 | 9..=15 => Some(Background::Light),
        _ => None,
    }
}

/// Whether the locale's characters are UTF-8: the first variable that says anything decides, as
/// POSIX has it, and without one the locale is C.
fn is_utf8(lookup: impl Fn(&str) -> Option<String>) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| lookup(name).filter(|value| !value.is_empty()))
        .is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
}

/// The page that standard output is.
pub(super) fn page(look: Look) -> Page {
    let stdout = io::stdout();
    let width = if stdout.is_terminal() {
        terminal_size::terminal_size_of(&stdout).map(|(width, _)| usize::from(width.0))
    } else {
        None
    };
    Page {
        width: width.filter(|&width| width > 0),
        glyphs: glyphs(look),
        theme: Theme::of(look.theme.palette()).with(look.roles),
        color: anstream::AutoStream::choice(&stdout) != ColorChoice::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_of_colorfgbg_is_the_background() {
        for (colours, expected) in [
            ("15;0", Some(Background::Dark)),
            ("0;15", Some(Background::Light)),
            ("0;default;7", Some(Background::Light)),
            ("12;8", Some(Background::Dark)),
            ("0;default", None),
            ("15", None),
            ("0;16", None),
            ("0;-1", None),
            ("", None),
        ] {
            assert_eq!(background(colours), expected, "{colours}");
        }
    }

    #[test]
    fn the_first_locale_variable_decides() {
        let cases: [(&[(&str, &str)], bool); 6] = [
            (&[], false),
            (&[("LANG", "C.UTF-8")], true),
            (&[("LANG", "de_DE.utf8")], true),
            (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")], false),
            (&[("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8"), ("LC_ALL", "")], true),
            (&[("LANG", "en_US.ISO-8859-1")], false),
        ];
        for (set, utf8) in cases {
            let lookup = |name: &str| {
                set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(is_utf8(lookup), utf8, "{set:?}");
        }
    }
}
