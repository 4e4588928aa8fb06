//! What every command is given, and the table that most of them begin with.

use kinescope::display::words;
use kinescope::history::compaction::Version;
use kinescope::report::{Made, Table};
use kinescope::source::{Database, Error, Loaded, Log, Options, Source};
use kinescope::tui::Preferences;

use super::appearance::Look;
use super::progress;
use super::server::Server;

/// What was typed beside the command.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) server: Server,
    pub(super) options: Options,
    pub(super) kine: Option<Version>,
    pub(super) look: Look,
    /// How somebody wants the explorer.
    pub(super) preferences: Preferences,
}

impl Context {
    /// Reads all of a source, with a line of progress on a terminal.
    pub(super) async fn read(&self, source: Source) -> Result<Read, Error> {
        let log = self.server.log(&source)?;
        self.read_logged(source, log).await
    }

    /// The same, with a log that it may share with another source.
    pub(super) async fn read_logged(&self, mut source: Source, log: Log) -> Result<Read, Error> {
        let mut loaded = progress::read(&mut source, self.options.clone(), &log).await?;
        let history = &loaded.table.history;
        let doubt = words::taken_as_one(history, history.keys().map(|(key, _)| key));
        loaded.table.opened.notes.extend(doubt);
        Ok(Read {
            shown: source.to_string(),
            server: source.database().and_then(Database::place),
            source,
            log,
            loaded,
        })
    }
}

/// A table that was read, and what it was read from.
pub(super) struct Read {
    pub(super) source: Source,
    pub(super) log: Log,
    loaded: Loaded,
    /// What the source is called in a report.
    shown: String,
    server: Option<(String, String)>,
}

impl Read {
    /// The table, for a report.
    pub(super) fn table(&self) -> Table<'_> {
        let server = self.server.as_ref();
        let table = &self.loaded.table;
        Table {
            source: &self.shown,
            kind: &table.opened.kind,
            history: &table.history,
            notes: &table.opened.notes,
            unread: table.rejects.first(),
            unread_rows: table.rejects.count(),
            partial: self.loaded.error.as_ref(),
            made: Some(Made {
                version: env!("CARGO_PKG_VERSION"),
                moment: &table.opened.moment,
                server: server.map(|(server, database)| (server.as_str(), database.as_str())),
            }),
        }
    }
}
