//! Finding something in what is shown: `/` chooses of a list what has the letters that are typed, and in
//! a chain or a text goes to them, from one place to the next.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod view;

use super::layout::Pane;
use super::overlays::Sheet;
use super::panes::Listing;

/// What is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// The list on the left.
    List(Listing),
    /// The chain.
    Chain,
    /// The help, of which what has the letters is listed.
    Help,
    /// Another text over everything.
    Text,
}

impl Within {
    /// What is shown where the keyboard is.
    pub fn shown(sheet: Option<Sheet>, focus: Pane, listing: Listing) -> Self {
        match (sheet, focus) {
            (Some(Sheet::Help), _) => Self::Help,
            (Some(_), _) => Self::Text,
            (None, Pane::Chain) => Self::Chain,
            (None, Pane::List | Pane::Detail) => Self::List(listing),
        }
    }

    /// What is typed, for the line that it is typed on.
    pub const fn label(self) -> &'static str {
        match self {
            Self::List(Listing::Keys) => " find keys: ",
            Self::List(Listing::Findings) => " find findings: ",
            Self::List(Listing::Usage) => " find prefixes: ",
            Self::List(Listing::Log) => " find writes: ",
            Self::Chain => " find in the chain: ",
            Self::Help | Self::Text => " find: ",
        }
    }
}

/// Whether a text has some letters next to each other, in either case.
pub(in crate::tui) fn has(text: &[u8], letters: &str) -> bool {
    let letters = letters.as_bytes();
    letters.is_empty() || text.windows(letters.len()).any(|it| it.eq_ignore_ascii_case(letters))
}
