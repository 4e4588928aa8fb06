//! Headless: a history in, text out.
//!
//! [`Preview`] is what a compaction would do, [`Audit`] what is broken, [`Usage`] what fills the table,
//! [`Chain`] one key, [`Log`] all keys by revision, [`Keys`] those of a moment, [`Diff`] what changed between
//! two of them, [`Compare`] how two tables differ, [`Repair`] what mends one, `Export` what a new one has,
//! [`Verification`] what became of a certificate, and [`Handover`] the most of it in one document: models that
//! say what there is to say. Each format is a
//! folder that writes them:
//! [`text`] to read, [`markdown`] for a ticket, [`json`] and [`dot`] for programs, [`metrics`] for
//! Prometheus, [`sql`] the statements of a repair. Every writer takes any
//! [`io::Write`](std::io::Write), and the same input gives the same bytes: width, glyphs and colours
//! come in with the [`Page`], the time and the version with what was [`Made`].

mod audit;
mod chain;
mod compare;
mod diff;
#[cfg(feature = "mysql")]
pub mod dot;
#[cfg(feature = "mysql")]
mod export;
pub mod handover;
pub mod json;
mod keys;
mod log;
pub mod markdown;
pub mod metrics;
pub mod object;
mod preview;
mod repair;
pub mod sql;
mod stamp;
pub mod text;
mod times;
pub mod usage;
mod verdict;
mod verification;
mod when;

pub use crate::report::stamp::Made;
pub use audit::Audit;
pub use chain::Chain;
pub use compare::Compare;
pub use diff::Diff;
#[cfg(feature = "mysql")]
pub use export::Export;
pub use handover::Handover;
pub use keys::Keys;
pub use log::Log;
pub use preview::Preview;
pub use repair::Repair;
pub use sql::Unwritable;
pub use times::Times;
pub use usage::Usage;
pub use verification::Verification;
pub use when::{KeyTimes, When};

use crate::display::{Glyphs, Theme};
use crate::history::History;
use crate::source::{Error, Reject};

/// What text is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many cells a line has. Without a width, as in a pipe, nothing is cut and only sentences
    /// are wrapped.
    pub width: Option<usize>,
    /// The characters to draw with.
    pub glyphs: Glyphs,
    /// The colours.
    pub theme: Theme,
    /// Whether colours are shown at all.
    pub color: bool,
}

/// A table as it was read, and how completely.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// Where it came from, without a password.
    pub source: &'a str,
    /// What answered: `MariaDB 10.11.6`, `tab-separated text`.
    pub kind: &'a str,
    /// The rows.
    pub history: &'a History,
    /// What the source said of itself, each a sentence.
    pub notes: &'a [String],
    /// Rows that could not be understood; of very many the first ones.
    pub unread: &'a [Reject],
    /// How many those are in all.
    pub unread_rows: u64,
    /// Why the reading ended before the end of the table, if it did.
    pub partial: Option<&'a Error>,
    /// What a report says of itself: when it was made and of what; `None` to say nothing.
    pub made: Option<Made<'a>>,
}

impl<'a> Table<'a> {
    /// Where it came from, in words: `-` is standard input.
    const fn place(&self) -> &'a str {
        match self.source.as_bytes() {
            b"-" => "standard input",
            _ => self.source,
        }
    }

    /// Whether every row that was asked for was read and understood.
    pub const fn is_understood(&self) -> bool {
        self.partial.is_none() && self.unread_rows == 0
    }

    /// Whether every row of the table is in the history.
    pub const fn is_whole(&self) -> bool {
        self.is_understood() && self.history.profile().part.is_none()
    }
}
