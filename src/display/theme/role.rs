//! What a piece of text means, for its colour.

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
    /// The bar: the line that is selected, in the pane that has the keyboard.
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

impl Role {
    /// Every role.
    pub const ALL: [Self; 25] = [
        Self::Text,
        Self::Dim,
        Self::Title,
        Self::Live,
        Self::Superseded,
        Self::Tombstone,
        Self::Fork,
        Self::Broken,
        Self::Internal,
        Self::Removed,
        Self::Survives,
        Self::Resurrected,
        Self::Reverted,
        Self::Lost,
        Self::Severity(Severity::Error),
        Self::Severity(Severity::Warning),
        Self::Severity(Severity::Info),
        Self::Added,
        Self::Dropped,
        Self::Match,
        Self::Selected,
        Self::Remembered,
        Self::Key,
        Self::Focus,
        Self::Border,
    ];

    /// What the settings call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Dim => "dim",
            Self::Title => "title",
            Self::Live => "live",
            Self::Superseded => "superseded",
            Self::Tombstone => "tombstone",
            Self::Fork => "fork",
            Self::Broken => "broken",
            Self::Internal => "internal",
            Self::Removed => "removed",
            Self::Survives => "survives",
            Self::Resurrected => "resurrected",
            Self::Reverted => "reverted",
            Self::Lost => "lost",
            Self::Severity(Severity::Error) => "error",
            Self::Severity(Severity::Warning) => "warning",
            Self::Severity(Severity::Info) => "info",
            Self::Added => "added",
            Self::Dropped => "dropped",
            Self::Match => "match",
            Self::Selected => "bar",
            Self::Remembered => "bar-elsewhere",
            Self::Key => "key",
            Self::Focus => "focus",
            Self::Border => "border",
        }
    }

    /// What it is for, in words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Text => "ordinary text",
            Self::Dim => "text of less weight",
            Self::Title => "a heading",
            Self::Live => "a live row or key",
            Self::Superseded => "a row that a later one replaced",
            Self::Tombstone => "a tombstone",
            Self::Fork => "a fork, and a forgotten row",
            Self::Broken => "a broken link",
            Self::Internal => "a gap row, or kine's own row",
            Self::Removed => "a row that compaction removes",
            Self::Survives => "a row that survives",
            Self::Resurrected => "a deleted key that comes back",
            Self::Reverted => "a live key that goes back to an old value",
            Self::Lost => "a live key of which nothing is left",
            Self::Severity(Severity::Error) => "an error that the audit found",
            Self::Severity(Severity::Warning) => "a warning of the audit",
            Self::Severity(Severity::Info) => "what the audit finds worth knowing",
            Self::Added => "a line that a write added to a value",
            Self::Dropped => "a line that a write took from a value",
            Self::Match => "letters that a search found",
            Self::Selected => "the selected line, in the pane that has the keyboard",
            Self::Remembered => "the selected line of another pane",
            Self::Key => "a key on the keyboard",
            Self::Focus => "the border of the pane that has the keyboard",
            Self::Border => "the border of the others",
        }
    }
}
