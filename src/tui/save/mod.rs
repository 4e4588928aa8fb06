//! Saving what is shown, as a report in a new file. The screen says which report is wanted, and in which
//! format; whoever runs the explorer writes it, since the screen asks no report.

pub(in crate::tui) mod actions;

use crate::history::KeyId;

/// What is wanted in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saving {
    /// What.
    pub report: Report,
    /// In which format.
    pub format: Format,
    /// The file's path, as it was typed.
    pub path: String,
}

/// Something that can be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// What the compaction does that is previewed.
    Preview,
    /// What the audit found.
    Audit,
    /// What fills the table, or the prefix that is listed.
    Usage,
    /// The chain of a key.
    Chain(KeyId),
    /// A text as it is on the screen: what it is, and its lines.
    Text(&'static str, Vec<String>),
}

impl Report {
    /// What it is, in words.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Preview => "the preview",
            Self::Audit => "the audit",
            Self::Usage => "what fills the table",
            Self::Chain(_) => "the chain",
            Self::Text(what, _) => what,
        }
    }

    /// The name of its file, before the dot.
    const fn stem(&self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Audit => "audit",
            Self::Usage => "usage",
            Self::Chain(_) => "chain",
            Self::Text(..) => "kinescope",
        }
    }

    /// The formats that it has.
    pub const fn formats(&self) -> &'static [Format] {
        match self {
            Self::Preview | Self::Audit | Self::Usage => {
                &[Format::Text, Format::Markdown, Format::Json]
            }
            Self::Chain(_) => &[Format::Text, Format::Json, Format::Dot],
            Self::Text(..) => &[Format::Text],
        }
    }
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// To read.
    Text,
    /// For a ticket.
    Markdown,
    /// For programs.
    Json,
    /// For Graphviz.
    Dot,
}

impl Format {
    /// The one that a path asks for by its end: text, unless that names another.
    pub fn of(path: &str) -> Self {
        let end = path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        match end.as_deref() {
            Some("md" | "markdown") => Self::Markdown,
            Some("json") => Self::Json,
            Some("dot" | "gv") => Self::Dot,
            _ => Self::Text,
        }
    }

    /// How the names of its files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Dot => "dot",
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::Json => "JSON",
            Self::Dot => "dot for Graphviz",
        }
    }
}
