//! `kinescope.connect/v1`: what a source leads to, who said each part of it, and what answers there.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::Gaps;
use super::compaction::Revisions;
use crate::report::Table;
use crate::source;
use crate::source::{Database, Error};

const SCHEMA: &str = "kinescope.connect/v1";

/// Of a server.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    /// The endpoint, its password left out.
    source: String,
    /// Whether the table can be read.
    readable: bool,
    /// Each part by its name, as `ssl_mode`; null where none is named.
    #[serde(flatten, serialize_with = "in_order")]
    parts: Vec<(String, Option<Part<'a>>)>,
    notes: &'a [String],
    /// Null when there is no session.
    answer: Option<Answer<'a>>,
    /// Why there is no session, or why the table cannot be read.
    error: Option<Failure>,
}

/// Parts as fields, in the order in which a reader expects them.
fn in_order<S: Serializer>(
    parts: &[(String, Option<Part<'_>>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(parts.iter().map(|(name, part)| (name, part)))
}

/// A part of the way.
#[derive(Serialize)]
struct Part<'a> {
    #[serde(flatten)]
    told: Told<'a>,
    /// Who said it; null when nobody did, and it is the default.
    from: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Told<'a> {
    Value(&'a str),
    /// Of a password.
    Set(bool),
}

#[derive(Serialize)]
struct Answer<'a> {
    server: &'a str,
    /// The protocol and the cipher; null when the session is not encrypted.
    encrypted: Option<&'a str>,
    /// Null when the server does not tell.
    account: Option<&'a str>,
    /// A session that is not gives no answer.
    read_only: bool,
    /// Null when it cannot be read.
    table: Option<Answered<'a>>,
    grants: &'a [String],
    /// Whether the account may do more than read, as far as the grants tell.
    may_write: bool,
    /// What else is to be known, in words.
    facts: Vec<&'a str>,
}

#[derive(Serialize)]
struct Answered<'a> {
    /// Whether it is a view.
    view: bool,
    engine: Option<&'a str>,
    /// By the server's estimate.
    rows: Option<u64>,
}

#[derive(Serialize)]
struct Failure {
    what: String,
    /// From the nearest cause to the first.
    why: Vec<String>,
    hint: Option<String>,
}

impl<'a> Part<'a> {
    fn of(part: &'a source::Part) -> Option<Self> {
        let told = match &part.told {
            source::Told::Text(text) | source::Told::Meaning(text, _) => Told::Value(text),
            source::Told::Password(is_set) => Told::Set(*is_set),
            source::Told::Nothing => return None,
        };
        Some(Self { told, from: part.origin.as_deref() })
    }
}

impl Failure {
    fn of(error: &Error) -> Self {
        let mut why = Vec::new();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            why.push(error.to_string());
            cause = error.source();
        }
        Self { what: error.to_string(), why, hint: error.what_to_do().map(str::to_owned) }
    }
}

/// Writes what a server answers, or why it does not; never a password.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn connect(
    out: &mut dyn Write,
    database: &dyn Database,
    answer: Result<&source::Answer, &Error>,
) -> io::Result<()> {
    let way = database.way();
    let table = answer.and_then(|answer| answer.table.as_ref());
    let name = |part: &source::Part| part.name.replace(['-', ' '], "_");
    let document = Document {
        schema: SCHEMA,
        source: database.to_string(),
        readable: table.is_ok(),
        parts: way.parts.iter().map(|part| (name(part), Part::of(part))).collect(),
        notes: &way.notes,
        answer: answer.ok().map(|answer| {
            let account = answer.account.as_ref();
            Answer {
                server: &answer.server,
                encrypted: account.and_then(|account| account.cipher.as_deref()),
                account: account.and_then(|account| account.name.as_deref()),
                read_only: true,
                table: answer.table.as_ref().ok().map(|table| Answered {
                    view: table.is_view,
                    engine: table.engine.as_deref(),
                    rows: table.rows,
                }),
                grants: account.map_or(&[], |account| &account.grants),
                may_write: account.is_some_and(|account| account.may_write),
                facts: answer.facts.iter().map(|(_, fact)| fact.as_str()).collect(),
            }
        }),
        error: table.err().map(Failure::of),
    };
    super::write(out, &document)
}

/// Of a table as text, which was read to know it.
#[derive(Serialize)]
struct TextDocument<'a> {
    schema: &'static str,
    source: &'a str,
    /// Whether all of it was read and understood.
    readable: bool,
    format: &'a str,
    revisions: Revisions,
    rows: usize,
    keys: usize,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

/// Writes what a table as text is.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn connect_text(out: &mut dyn Write, table: &Table<'_>) -> io::Result<()> {
    let document = TextDocument {
        schema: SCHEMA,
        source: table.source,
        readable: table.is_whole(),
        format: table.kind,
        revisions: Revisions::of(table.history),
        rows: table.history.len(),
        keys: table.history.key_count(),
        gaps: Gaps::of(table),
    };
    super::write(out, &document)
}
