//! Copying: what is selected, as something to paste elsewhere. The terminal takes it, or a command of the
//! settings.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod clipboard;
pub(in crate::tui) mod sql;
pub(in crate::tui) mod view;

/// What can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The revision of the selected row.
    Revision,
    /// The name of its key.
    Key,
    /// The row, its columns with tabs between them.
    Row,
    /// The chain as it is drawn.
    Chain,
    /// A SELECT that finds the rows of the key.
    Sql,
    /// The value that is shown.
    Value,
    /// The text of what has the keyboard.
    Shown,
}

impl What {
    /// All of it.
    pub const ALL: [Self; 7] =
        [Self::Revision, Self::Key, Self::Row, Self::Chain, Self::Sql, Self::Value, Self::Shown];

    /// Its name after `copy`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Revision => "revision",
            Self::Key => "key",
            Self::Row => "row",
            Self::Chain => "chain",
            Self::Sql => "sql",
            Self::Value => "value",
            Self::Shown => "pane",
        }
    }

    /// The letter that chooses it after `y`.
    pub const fn letter(self) -> char {
        match self {
            Self::Revision => 'i',
            Self::Key => 'k',
            Self::Row => 'r',
            Self::Chain => 'c',
            Self::Sql => 's',
            Self::Value => 'v',
            Self::Shown => 'p',
        }
    }

    /// What it is, in words.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Revision => "the revision",
            Self::Key => "the key's name",
            Self::Row => "the row, with tabs between its columns",
            Self::Chain => "the chain, as text",
            Self::Sql => "the SQL that finds the key's rows",
            Self::Value => "the value that is shown",
            Self::Shown => "the text of this pane",
        }
    }
}
