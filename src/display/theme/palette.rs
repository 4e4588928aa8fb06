//! The sets of colours.
//!
//! Those for a dark or a light background are numbers from 16 on: terminals let people choose what the
//! first 16 look like, and agree on all others. So their contrast can be measured, and is. A bar has a
//! background of its own there, and everything on it keeps its colour.

use anstyle::{Ansi256Color, AnsiColor, Color, Effects, Style};

use super::Role;
use crate::audit::Severity;

/// A set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// Red, green and yellow as people expect them, of the terminal's own 16 colours.
    #[default]
    Own,
    /// The same for a dark background.
    Dark,
    /// The same for a light background.
    Light,
    /// Blue and yellow instead of green and red, for eyes that cannot tell those apart, of the
    /// terminal's own 16 colours.
    ColourBlind,
    /// The same for a dark background.
    ColourBlindDark,
    /// The same for a light background.
    ColourBlindLight,
    /// No colours: bold, dim, underlined and reversed.
    Mono,
    /// No colours, and nothing that is dim: where the background is not known.
    HighContrast,
    /// Bright colours for a dark background.
    HighContrastDark,
    /// Deep colours for a light background.
    HighContrastLight,
}

impl Palette {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Own,
        Self::Dark,
        Self::Light,
        Self::ColourBlind,
        Self::ColourBlindDark,
        Self::ColourBlindLight,
        Self::Mono,
        Self::HighContrast,
        Self::HighContrastDark,
        Self::HighContrastLight,
    ];
}

/// Whether a terminal's background is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Dark: text is light.
    Dark,
    /// Light: text is dark.
    Light,
}

/// The colours of a palette, by what they mean.
struct Colours {
    text: Option<Color>,
    muted: Color,
    good: Color,
    warning: Color,
    danger: Color,
    accent: Color,
    tombstone: Color,
    /// What sets danger apart beside its colour.
    danger_effects: Effects,
    bar: Style,
    bar_elsewhere: Style,
    border: Color,
}

impl Palette {
    /// The palette of the same kind for a background, if it has one for each.
    #[must_use]
    pub const fn on(self, background: Background) -> Self {
        let (dark, light) = match self {
            Self::Own | Self::Dark | Self::Light => (Self::Dark, Self::Light),
            Self::ColourBlind | Self::ColourBlindDark | Self::ColourBlindLight => {
                (Self::ColourBlindDark, Self::ColourBlindLight)
            }
            Self::HighContrast | Self::HighContrastDark | Self::HighContrastLight => {
                (Self::HighContrastDark, Self::HighContrastLight)
            }
            Self::Mono => (Self::Mono, Self::Mono),
        };
        match background {
            Background::Dark => dark,
            Background::Light => light,
        }
    }

    /// How text of a role looks.
    pub(super) const fn style(self, role: Role) -> Style {
        let colours = match self {
            Self::Own => named(AnsiColor::Green, AnsiColor::Red, Effects::new()),
            Self::ColourBlind => {
                // Both are yellow: nothing else in the 16 stands out for every such eye.
                named(AnsiColor::BrightBlue, AnsiColor::Yellow, Effects::UNDERLINE)
            }
            Self::Dark => numbered([253, 248, 114, 221, 210, 80, 177, 243], [237, 236]),
            Self::Light => numbered([235, 240, 22, 58, 124, 24, 90, 243], [189, 255]),
            Self::ColourBlindDark => numbered([253, 248, 117, 227, 209, 79, 182, 243], [237, 236]),
            Self::ColourBlindLight => numbered([235, 240, 25, 94, 52, 23, 90, 243], [254, 255]),
            Self::HighContrastDark => numbered([231, 252, 120, 227, 217, 123, 219, 250], [18, 17]),
            Self::HighContrastLight => numbered([16, 236, 22, 52, 88, 17, 53, 238], [189, 254]),
            Self::Mono => return mono(role),
            Self::HighContrast => return strong(role),
        };
        coloured(role, &colours)
    }
}

/// Some of the terminal's own 16 colours.
const fn named(good: AnsiColor, danger: AnsiColor, danger_effects: Effects) -> Colours {
    use AnsiColor as C;
    Colours {
        text: None,
        muted: Color::Ansi(C::BrightBlack),
        good: Color::Ansi(good),
        warning: Color::Ansi(C::Yellow),
        danger: Color::Ansi(danger),
        accent: Color::Ansi(C::Cyan),
        tombstone: Color::Ansi(C::Magenta),
        danger_effects,
        // No background of the 16 leaves all of them readable.
        bar: Style::new().effects(Effects::INVERT),
        bar_elsewhere: Style::new().effects(Effects::BOLD),
        border: Color::Ansi(C::BrightBlack),
    }
}

/// Colours by number.
const fn numbered(
    [text, muted, good, warning, danger, accent, tombstone, border]: [u8; 8],
    [bar, bar_elsewhere]: [u8; 2],
) -> Colours {
    const fn number(number: u8) -> Color {
        Color::Ansi256(Ansi256Color(number))
    }
    Colours {
        text: Some(number(text)),
        muted: number(muted),
        good: number(good),
        warning: number(warning),
        danger: number(danger),
        accent: number(accent),
        tombstone: number(tombstone),
        danger_effects: Effects::new(),
        bar: Style::new().bg_color(Some(number(bar))),
        bar_elsewhere: Style::new().bg_color(Some(number(bar_elsewhere))),
        border: number(border),
    }
}

const fn coloured(role: Role, colours: &Colours) -> Style {
    let plain = Style::new().fg_color(colours.text);
    match role {
        Role::Text | Role::Superseded => plain,
        Role::Dim | Role::Removed => fg(colours.muted),
        Role::Border => fg(colours.border),
        Role::Title => plain.effects(Effects::BOLD),
        Role::Live | Role::Survives | Role::Added => fg(colours.good),
        Role::Tombstone => fg(colours.tombstone),
        Role::Fork | Role::Severity(Severity::Warning) => fg(colours.warning),
        Role::Reverted => fg(colours.warning).effects(Effects::BOLD),
        Role::Broken | Role::Lost | Role::Dropped => {
            fg(colours.danger).effects(colours.danger_effects)
        }
        Role::Resurrected | Role::Severity(Severity::Error) => {
            fg(colours.danger).effects(colours.danger_effects.insert(Effects::BOLD))
        }
        Role::Internal | Role::Focus | Role::Severity(Severity::Info) => fg(colours.accent),
        Role::Match => fg(colours.accent).effects(Effects::BOLD.insert(Effects::UNDERLINE)),
        Role::Key => fg(colours.accent).effects(Effects::BOLD),
        Role::Selected => colours.bar,
        Role::Remembered => colours.bar_elsewhere,
    }
}

const fn fg(color: Color) -> Style {
    Style::new().fg_color(Some(color))
}

const fn mono(role: Role) -> Style {
    let effects = match role {
        Role::Title
        | Role::Live
        | Role::Survives
        | Role::Fork
        | Role::Added
        | Role::Reverted
        | Role::Severity(Severity::Warning)
        | Role::Key
        | Role::Remembered
        | Role::Focus => Effects::BOLD,
        Role::Resurrected | Role::Lost | Role::Broken | Role::Severity(Severity::Error) => {
            Effects::BOLD.insert(Effects::UNDERLINE)
        }
        Role::Match => Effects::UNDERLINE,
        Role::Selected => Effects::INVERT,
        Role::Dim | Role::Removed => Effects::DIMMED,
        Role::Text
        | Role::Dropped
        | Role::Superseded
        | Role::Tombstone
        | Role::Internal
        | Role::Severity(Severity::Info)
        | Role::Border => Effects::new(),
    };
    Style::new().effects(effects)
}

const fn strong(role: Role) -> Style {
    Style::new().effects(mono(role).get_effects().remove(Effects::DIMMED))
}
