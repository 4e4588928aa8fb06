//! The one place where a meaning gets its colour.

use anstyle::{AnsiColor, Color, Effects, Style};

use crate::audit::Severity;

/// What a piece of text means, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Text of less weight: labels, what is folded, history that is gone as it should be.
    Dim,
    /// A heading.
    Title,
    /// A live row or key.
    Live,
    /// A row that a later one replaced.
    Superseded,
    /// A tombstone.
    Tombstone,
    /// A forgotten row, and the fork it comes from.
    Fork,
    /// Something that is wrong: a broken link, a pointer that kine never writes.
    Broken,
    /// A gap row, or kine's own row.
    Internal,
    /// A row that compaction removes.
    Removed,
    /// A row that survives.
    Survives,
    /// A deleted key that comes back, and the row that brings it.
    Resurrected,
    /// A live key that is put back to an older revision.
    Reverted,
    /// A live key of which nothing is left.
    Lost,
    /// A finding of an audit, by how much it matters.
    Severity(Severity),
    /// A line that a write added to a value.
    Added,
    /// A line that a write took from a value.
    Dropped,
    /// Letters that a search found.
    Match,
    /// The line that is selected, in the pane that has the keyboard.
    Selected,
    /// The line that is selected in another pane.
    Remembered,
    /// A key on the keyboard.
    Key,
    /// The border of the pane that has the keyboard.
    Focus,
    /// The border of the others.
    Border,
}

/// A set of colours: the terminal's own 16, so that they fit its background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Theme {
    /// Red, green and yellow as people expect them.
    #[default]
    Default,
    /// Blue and yellow instead of green and red, for eyes that cannot tell those apart.
    Colorblind,
    /// No colours: bold, dim, underlined and reversed.
    Mono,
}

impl Theme {
    /// How text of a role looks.
    pub const fn style(self, role: Role) -> Style {
        use AnsiColor as C;
        let (good, bad) = match self {
            Self::Default => (C::Green, C::Red),
            Self::Colorblind => (C::BrightBlue, C::Yellow),
            Self::Mono => return mono(role),
        };
        let plain = Style::new();
        match role {
            Role::Text | Role::Superseded => plain,
            Role::Dim | Role::Removed | Role::Border => fg(C::BrightBlack),
            Role::Title | Role::Remembered => plain.effects(Effects::BOLD),
            Role::Live | Role::Survives | Role::Added => fg(good),
            Role::Tombstone => fg(C::Magenta),
            Role::Fork => fg(C::Yellow),
            Role::Broken | Role::Lost | Role::Dropped => fg(bad),
            Role::Internal | Role::Focus => fg(C::Cyan),
            Role::Resurrected | Role::Severity(Severity::Error) => fg(bad).effects(Effects::BOLD),
            Role::Severity(Severity::Warning) => fg(C::Yellow),
            Role::Severity(Severity::Info) => fg(C::Cyan),
            Role::Reverted => fg(C::Yellow).effects(Effects::BOLD),
            Role::Match => fg(C::Cyan).effects(Effects::BOLD.insert(Effects::UNDERLINE)),
            Role::Selected => plain.effects(Effects::INVERT),
            Role::Key => fg(C::Cyan).effects(Effects::BOLD),
        }
    }
}

const fn fg(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
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
