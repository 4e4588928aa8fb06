//! The bytes of values on the screen: measured when somebody asks, after the rows.

use crate::display::words;
use crate::history::usage::Sizes;
use crate::source::{self, Measured};
use crate::tui::app::{App, Listing};
use crate::tui::intake::words_of;
use crate::tui::message::Command;

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

    fn end(&mut self, cut: Option<String>) {
        if let Self::Coming(sizes) = std::mem::take(self) {
            *self = Self::Measured(sizes, cut);
        }
    }
}

/// Asks for the bytes of all values; said where that cannot be.
pub(in crate::tui) fn ask(app: &mut App) -> Vec<Command> {
    if app.listing != Listing::Usage {
        app.refuse("u shows what fills the table, by prefix.");
    } else if app.is_reading() {
        app.refuse("Bytes are measured once the rows have been read.");
    } else if app.usage.bytes.is_coming() {
        app.tell("Bytes are being measured. Esc stops that.");
    } else if let Some(range) = source::range(&app.history) {
        app.usage.forget_bytes(&app.history);
        app.usage.bytes = Bytes::Coming(Sizes::new(&app.history));
        app.reading_for = std::time::Duration::ZERO;
        return vec![Command::Measure(range)];
    } else {
        app.refuse("The table has no rows.");
    }
    Vec::new()
}

/// Takes what a source measured.
pub(in crate::tui) fn take(app: &mut App, measured: Measured) {
    let Bytes::Coming(sizes) = &mut app.usage.bytes else { return };
    match measured {
        Measured::Sizes(some) => sizes.extend(&app.history, &some),
        Measured::Unknown(why) => {
            app.usage.bytes = Bytes::NotAsked;
            app.refuse(words::bytes_unknown(&why));
        }
        Measured::Ended(ended) => {
            app.usage.bytes.end(ended.err().map(|error| words::failed(&words_of(&error))));
        }
    }
}

/// Ends the measuring; what was measured stays. False where nothing is being measured.
pub(in crate::tui) fn stop(app: &mut App) -> bool {
    let is_coming = app.usage.bytes.is_coming();
    if is_coming {
        app.usage.bytes.end(Some(words::STOPPED.to_owned()));
    }
    is_coming
}
