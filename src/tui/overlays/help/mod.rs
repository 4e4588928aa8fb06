//! Help: the keys and signs, and the words, of which letters choose some.

pub(in crate::tui) mod actions;
pub mod view;

/// What of the help is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Help {
    /// The page.
    pub page: Page,
    /// Only what has these letters is listed; all is when there are none.
    pub query: String,
}

/// A page of the help.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Page {
    /// The keys on the keyboard, and the signs on the screen.
    #[default]
    Keys,
    /// The glossary.
    Words,
}

impl Page {
    /// The other page.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Keys => Self::Words,
            Self::Words => Self::Keys,
        }
    }
}

impl Help {
    /// Whether what is listed as some texts has the letters that were typed, in either case.
    fn lists(&self, texts: &[&str]) -> bool {
        let query = self.query.trim().to_lowercase();
        texts.iter().any(|text| text.to_lowercase().contains(&query))
    }
}
