//! Which keys are listed, and in which order.

use std::borrow::Cow;

use crate::audit::Rule;

/// The order of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By name, byte by byte.
    #[default]
    Name,
    /// The keys with the most rows first.
    Rows,
    /// Keys that a compaction changes first, then those with findings.
    Trouble,
}

impl Sort {
    /// The next one.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Name => Self::Rows,
            Self::Rows => Self::Trouble,
            Self::Trouble => Self::Name,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Rows => "rows",
            Self::Trouble => "trouble",
        }
    }
}

/// Which keys are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// Every key.
    #[default]
    All,
    /// Keys with a finding of the audit that is a warning or an error.
    Findings,
    /// Keys that the compaction that is looked at changes.
    Affected,
    /// Keys with a finding of one rule.
    Rule(&'static Rule),
}

impl Filter {
    /// The next one; affected keys exist only with a preview.
    #[must_use]
    pub const fn next(self, preview: bool) -> Self {
        match self {
            Self::All => Self::Findings,
            Self::Findings if preview => Self::Affected,
            Self::Findings | Self::Affected | Self::Rule(_) => Self::All,
        }
    }

    /// What its keys are called above the list.
    pub fn title(self) -> Cow<'static, str> {
        match self {
            Self::All => "all".into(),
            Self::Affected => "affected".into(),
            Self::Findings => "with findings".into(),
            Self::Rule(rule) => format!("with {}", rule.name).into(),
        }
    }

    /// Which keys they are.
    pub fn words(self) -> Cow<'static, str> {
        let words = match self {
            Self::All => "in all",
            Self::Affected => "that this compaction changes",
            Self::Findings => "with an error or a warning",
            Self::Rule(rule) => return format!("with a finding of {}", rule.name).into(),
        };
        words.into()
    }
}
