//! When a document was made, by what, and what exactly was read for it.

use serde::Serialize;

use crate::history::Revision;
use crate::report::Table;
use crate::text::rfc3339;

/// What lets a document stand by itself. Without it, as where nobody says, both are left out.
#[derive(Serialize)]
pub(super) struct Origin<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<Made<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<Read<'a>>,
}

#[derive(Serialize)]
struct Made<'a> {
    /// Of which moment the rows are, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// The version of kinescope.
    kinescope: &'a str,
}

#[derive(Serialize)]
struct Read<'a> {
    kind: &'a str,
    /// Left out of a table as text, as is the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'a str>,
    /// The newest revision; null when the table is empty.
    newest: Option<Revision>,
    /// Where the binary log was in the moment of the snapshot: exact, or left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    binlog: Option<Binlog<'a>>,
    /// What had been executed just before the snapshot; left out where nothing is known to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    gtid: Option<&'a str>,
}

#[derive(Serialize)]
struct Binlog<'a> {
    file: &'a str,
    position: u64,
}

impl<'a> Origin<'a> {
    pub(super) fn of(table: &Table<'a>) -> Self {
        let made = table
            .made
            .map(|made| Made { at: made.moment.at.map(rfc3339), kinescope: made.version });
        let read = table.made.map(|made| Read {
            kind: table.kind,
            server: made.server.map(|(server, _)| server),
            database: made.server.map(|(_, database)| database),
            newest: table.history.current(),
            binlog: made
                .moment
                .binlog
                .as_ref()
                .map(|at| Binlog { file: &at.file, position: at.position }),
            gtid: made.moment.gtid.as_deref(),
        });
        Self { made, read }
    }
}
