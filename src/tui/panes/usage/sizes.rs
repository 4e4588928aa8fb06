//! The bytes of values on the screen: measured when somebody asks, after the rows.

use crate::display::words;
use crate::history::usage::Sizes;

/// What is known of bytes.
#[derive(Debug, Default)]
pub enum Bytes {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// They are being measured.
    Coming(Sizes),
    /// They were measured, to the end or until something happened.
    Measured(Sizes, Option<String>),
}

impl Bytes {
    /// Whether they are being measured.
    pub const fn is_coming(&self) -> bool {
        matches!(self, Self::Coming(_))
    }

    /// How many rows have been measured, while that goes on.
    pub const fn progress(&self) -> Option<usize> {
        match self {
            Self::Coming(sizes) => Some(sizes.measured()),
            Self::NotAsked | Self::Measured(..) => None,
        }
    }

    /// What was measured, once that is over.
    pub const fn sizes(&self) -> Option<&Sizes> {
        match self {
            Self::Measured(sizes, _) => Some(sizes),
            Self::NotAsked | Self::Coming(_) => None,
        }
    }

    /// Whether they were measured in part only.
    pub const fn is_partial(&self) -> bool {
        matches!(self, Self::Measured(_, Some(_)))
    }

    /// Which rows have no size, and why.
    pub fn gaps(&self) -> Vec<String> {
        match self {
            Self::Measured(sizes, cut) => words::without_size(sizes, cut.as_deref()),
            Self::NotAsked | Self::Coming(_) => Vec::new(),
        }
    }

    pub(in crate::tui) fn end(&mut self, cut: Option<String>) {
        if let Self::Coming(sizes) = std::mem::take(self) {
            *self = Self::Measured(sizes, cut);
        }
    }
}
