//! `kinescope.connect/v1`: what a source leads to, who said each part of it, and what answers there.

use std::io::{self, Write};

use serde::Serialize;

use super::Gaps;
use super::compaction::Revisions;
use crate::report::{Table, connect};
use crate::source::Error;
use crate::source::mysql;
use crate::source::mysql::endpoint::{Endpoint, Origin};

const SCHEMA: &str = "kinescope.connect/v1";

/// Of a server.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    /// The endpoint, its password left out.
    source: String,
    /// Whether the table can be read.
    readable: bool,
    server: Part<'a>,
    user: Part<'a>,
    password: Password<'a>,
    database: Part<'a>,
    ssl_mode: Part<'a>,
    /// Null where none is named; so with the other files.
    ssl_ca: Option<Part<'a>>,
    ssl_cert: Option<Part<'a>>,
    ssl_key: Option<Part<'a>>,
    public_key: Option<Part<'a>>,
    notes: Vec<String>,
    /// Null when there is no session.
    answer: Option<Answer<'a>>,
    /// Why there is no session, or why the table cannot be read.
    error: Option<Failure>,
}

/// A part of the endpoint.
#[derive(Serialize)]
struct Part<'a> {
    value: String,
    /// Who said it; null when nobody did, and it is the default.
    from: Option<&'a str>,
}

#[derive(Serialize)]
struct Password<'a> {
    set: bool,
    from: Option<&'a str>,
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
    fn new(value: impl Into<String>, from: &'a Origin) -> Self {
        Self { value: value.into(), from: from.as_deref() }
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
    endpoint: &Endpoint,
    answer: Result<&mysql::Answer, &Error>,
) -> io::Result<()> {
    let Endpoint { tls, origins, .. } = endpoint;
    let table = answer.and_then(|answer| answer.table.as_ref());
    let file = |path: &Option<std::path::PathBuf>, from| {
        path.as_ref().map(|path| Part { value: path.display().to_string(), from })
    };
    let document = Document {
        schema: SCHEMA,
        source: endpoint.to_string(),
        readable: table.is_ok(),
        server: Part::new(endpoint.address.to_string(), &origins.address),
        user: Part::new(&endpoint.user, &origins.user),
        password: Password {
            set: endpoint.password().is_some(),
            from: origins.password.as_deref(),
        },
        database: Part::new(&endpoint.database, &origins.database),
        ssl_mode: Part::new(tls.mode.to_string(), &origins.tls),
        ssl_ca: file(&tls.ca, origins.ca.as_deref()),
        ssl_cert: file(&tls.certificate, origins.certificate.as_deref()),
        ssl_key: file(&tls.key, origins.key.as_deref()),
        public_key: file(&endpoint.public_key, origins.public_key.as_deref()),
        notes: connect::notes(endpoint),
        answer: answer.ok().map(|answer| Answer {
            server: &answer.server,
            encrypted: answer.cipher.as_deref(),
            account: answer.account.as_deref(),
            read_only: true,
            table: answer.table.as_ref().ok().map(|table| Answered {
                view: table.is_view,
                engine: table.engine.as_deref(),
                rows: table.rows,
            }),
            grants: &answer.grants,
            may_write: answer.may_write(),
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
