//! What programs read: `kinescope.audit/v1`, `kinescope.preview/v1`, `kinescope.usage/v1`,
//! `kinescope.chain/v1`, `kinescope.keys/v1`, `kinescope.diff/v1`, `kinescope.compare/v1`, `kinescope.log/v1`,
//! `kinescope.repair/v1`, `kinescope.watch/v1`, `kinescope.certificate/v1`, `kinescope.verification/v1`,
//! `kinescope.export/v1` and `kinescope.connect/v1`.
//!
//! Within v1 fields are only added. Revisions are JSON integers, which may be greater than 2^53.
//! The text is ASCII whatever the names hold, so that it can be shown on any terminal. A name that
//! is not UTF-8 is given escaped, and in base64 beside it.

mod audit;
mod certificate;
mod chain;
mod compaction;
mod compare;
#[cfg(feature = "mysql")]
mod connect;
mod diff;
#[cfg(feature = "mysql")]
mod export;
mod keys;
mod layout;
mod log;
mod moment;
mod origin;
mod preview;
mod repair;
mod times;
mod usage;
mod verdict;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod watch;
mod when;

pub use audit::{NoBaseline, audit, baseline};
pub use certificate::{NoCertificate, certificate, read_certificate, verification};
pub use chain::chain;
pub use compare::compare;
#[cfg(feature = "mysql")]
pub use connect::{connect, connect_text};
pub use diff::diff;
#[cfg(feature = "mysql")]
pub use export::export;
pub use keys::keys;
pub use log::log;
pub use preview::preview;
pub use repair::repair;
pub use usage::usage;
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use watch::news;

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::Table;
use crate::display::words;
use crate::text::escape;

/// A name. NULL is null.
#[derive(Serialize)]
struct Name {
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_base64: Option<String>,
}

impl Name {
    fn new(bytes: Option<&[u8]>) -> Self {
        let text = bytes.map(std::str::from_utf8);
        let (name, name_base64) = match (text, bytes) {
            (Some(Ok(text)), _) => (Some(text.to_owned()), None),
            (_, Some(bytes)) => (Some(escape(bytes).into_owned()), Some(STANDARD.encode(bytes))),
            _ => (None, None),
        };
        Self { name, name_base64 }
    }
}

/// What is not known of the table.
#[derive(Serialize)]
struct Gaps<'a> {
    notes: &'a [String],
    /// Rows that could not be understood; of very many the first ones.
    unread: Vec<Reject<'a>>,
    unread_rows: u64,
    /// Why not all of the table was read: it was not asked for, or the reading ended early.
    partial: Option<String>,
}

#[derive(Serialize)]
struct Reject<'a> {
    place: &'a str,
    why: &'a str,
}

impl<'a> Gaps<'a> {
    fn of(table: &Table<'a>) -> Self {
        let unread = table.unread.iter();
        Self {
            notes: table.notes,
            unread: unread.map(|row| Reject { place: &row.place, why: row.why.as_str() }).collect(),
            unread_rows: table.unread_rows,
            partial: table
                .partial
                .map(ToString::to_string)
                .or_else(|| words::asked_for(table.history.profile())),
        }
    }
}

/// What a document says that it is.
fn schema(text: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Schema {
        schema: String,
    }
    serde_json::from_slice(text).ok().map(|Schema { schema }| schema)
}

fn write(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, layout::Layout::new());
    document.serialize(&mut serializer)?;
    writeln!(out)
}

/// A document in one line.
fn compact(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, layout::OneLine);
    document.serialize(&mut serializer)?;
    writeln!(out)
}
