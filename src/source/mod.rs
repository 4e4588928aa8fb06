//! Where rows come from: a server, or a table as text.
//!
//! A source is opened and then read as a stream of [`Event`]s over a bounded channel: what is known
//! of the table, its rows in the order of their ids, and how it ended. Whoever drops the receiver
//! stops the reading.

#[cfg(feature = "mysql")]
pub mod endpoint;
mod error;
#[cfg(feature = "mysql")]
pub mod mysql;
pub mod scenario;
pub mod table;

pub use error::Error;

use crate::history::{Profile, Rows};

/// How many rows a batch holds at most.
pub const BATCH: usize = 4096;

/// What a source tells before its first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What a [`History`](crate::history::History) must know.
    pub profile: Profile,
    /// What answered, for the header: `MariaDB 10.11.6`, `tab-separated text`.
    pub kind: String,
    /// How many rows to expect, where that is known. An estimate, on a server.
    pub expected: Option<u64>,
    /// What the reader should know, each a sentence: columns that are missing, a parameter that
    /// was ignored.
    pub notes: Vec<String>,
}

/// A row that was there and could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it was: `line 7`, `revision 12`.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
}

/// What a source sends, in this order: one `Opened`, any number of `Rows` and `Unread`, one
/// `Ended`. A source that cannot be opened sends `Ended` alone.
#[derive(Debug)]
pub enum Event {
    /// The source is open.
    Opened(Opened),
    /// The next rows; every id is higher than all before.
    Rows(Rows),
    /// A row that is missing from `Rows`.
    Unread(Unread),
    /// Everything was read, or the reading failed after what was sent before.
    Ended(Result<(), Error>),
}
