//! What a source sends of the table that it reads.

use super::{Error, Moment, Rejects};
use crate::history::{History, Profile, Revision, Rows};

/// What a source tells before its first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What a [`History`] must know.
    pub profile: Profile,
    /// What answered, for the header: `MariaDB 10.11.6`, `tab-separated text`.
    pub kind: String,
    /// Of which moment the rows are.
    pub moment: Moment,
    /// How many rows to expect, where that is known. An estimate, on a server.
    pub expected: Option<u64>,
    /// Whether rows have values that can be looked at: a text may have none, or not as they were.
    pub has_values: bool,
    /// What the reader should know, each a sentence: columns that are missing, a parameter that
    /// was ignored.
    pub notes: Vec<String>,
}

/// A server's estimate may be far off: no more room than for so many rows is made beforehand.
const MOST_EXPECTED: u64 = 10_000_000;

impl Opened {
    /// What is known before a source has told anything.
    pub fn nothing() -> Self {
        Self {
            profile: Profile::kine_default(),
            kind: String::new(),
            moment: Moment::default(),
            expected: None,
            has_values: true,
            notes: Vec::new(),
        }
    }

    /// A history for the rows, with room for as many as are expected.
    pub fn history(&self) -> History {
        let mut history = History::new(self.profile.clone());
        let expected = self.expected.unwrap_or_default().min(MOST_EXPECTED);
        history.reserve(usize::try_from(expected).unwrap_or_default());
        history
    }
}

/// What a source sends, in this order: one `Opened`, any number of `Progress`, `Rows`, `Rejects` and
/// `Note`, at most one `Learned`, at most one `Late`, at most one `Requests`, one `Ended`. Only a `Note` may
/// come between the last four. A source that cannot be opened sends `Ended` alone.
#[derive(Debug)]
pub enum Event {
    /// The source is open.
    Opened(Opened),
    /// How many entries of indexes have been read, where they come before the rows.
    Progress(usize),
    /// The next rows; every id is higher than all before.
    Rows(Rows),
    /// What became known of the table after its rows, as [`History::learn`] takes it: a dump names indexes
    /// at its end.
    Learned(Box<Profile>),
    /// Rows that belong among those that came, in the order of their ids, each of which is new. None
    /// come after them.
    Late(Rows),
    /// The values of the newest rows named `compact_rev_key_apiserver`, with their ids: what API servers
    /// asked for ([`History::note_request`]). No other values are read with the rows. They are missing
    /// where the source has no column `value`, or where they cannot be read.
    Requests(Vec<(Revision, Vec<u8>)>),
    /// Rows that are missing from `Rows`.
    Rejects(Rejects),
    /// What should be known beside what `Opened` says, a sentence; it shows while rows are read.
    Note(String),
    /// Everything was read, or the reading failed after what was sent before.
    Ended(Result<(), Error>),
}
