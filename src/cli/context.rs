//! What every command is given, and the table that most of them begin with.

use std::time::UNIX_EPOCH;

use kinescope::display::words;
use kinescope::history::Revision;
use kinescope::history::clock::Millis;
use kinescope::history::compaction::Version;
use kinescope::report::{Made, Table};
use kinescope::source::{Contents, Database, Error, Loaded, Log, Options, Source, TableClock};
use kinescope::text::Zone;
use kinescope::tui::Preferences;

use super::appearance::Look;
use super::at::{self, At, Which};
use super::server::Server;
use super::trial::Tried;
use super::{progress, say};

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
        let loaded = progress::read(&mut source, self.options.clone(), &log).await?;
        Ok(Self::noted(source, log, loaded))
    }

    /// Reads all of a source, which keeps its snapshot for the values.
    pub(super) async fn read_with_contents(
        &self,
        source: Source,
    ) -> Result<(Read, Contents), Error> {
        let log = self.server.log(&source)?;
        self.read_with_contents_logged(source, log).await
    }

    /// The same, with a log that it may share with another source.
    pub(super) async fn read_with_contents_logged(
        &self,
        mut source: Source,
        log: Log,
    ) -> Result<(Read, Contents), Error> {
        if self.options.part.is_some() {
            return Err(Error::usage("only a whole table is read with its values")
                .hint("Leave out --since and --prefix."));
        }
        if let Some(what) = source.once() {
            let what = format!("{what} can be read only once, and this reads it twice");
            return Err(Error::usage(what).hint("Write it to a file first, and name that."));
        }
        let options = self.options.clone();
        let (loaded, contents) = progress::read_contents(&mut source, options, &log).await?;
        let missing = loaded.table.history.profile().columns.missing();
        if !missing.is_empty() {
            return Err(Error::new(format!("{source} cannot be read with its values"))
                .because(format!(
                    "{} of its columns were not read: {}",
                    missing.len(),
                    missing.join(", ")
                ))
                .hint("Leave out --columns index. A text must have all columns: dump the table."));
        }
        Ok((Self::noted(source, log, loaded), contents))
    }

    /// What was read, with a note where keys may have been mistaken.
    fn noted(source: Source, log: Log, mut loaded: Loaded) -> Read {
        let history = &loaded.table.history;
        let doubt = words::taken_as_one(history, history.keys().map(|(key, _)| key));
        loaded.table.opened.notes.extend(doubt);
        Read {
            shown: source.to_string(),
            server: source.database().and_then(Database::place),
            source,
            log,
            loaded,
        }
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
    /// A clock of the table, which knows nothing yet but when it was read.
    pub(super) fn clock(&self) -> TableClock {
        let history = &self.loaded.table.history;
        TableClock::new(self.source.clone(), self.log.clone(), history, self.now())
    }

    /// When the table was read, if that is known.
    pub(super) fn now(&self) -> Option<Millis> {
        let at = self.loaded.table.opened.moment.at?;
        at.duration_since(UNIX_EPOCH).ok()?.as_millis().try_into().ok()
    }

    /// The revision that was named, by a number or by a time; what a time was taken for is a note.
    pub(super) async fn revision(
        &mut self,
        named: Option<&At>,
        which: Which,
        zone: &Zone,
    ) -> Result<Option<Revision>, Error> {
        let Some(named) = named else { return Ok(None) };
        let mut clock = self.clock();
        let table = &mut self.loaded.table;
        let (revision, said) = at::one(named, which, &table.history, &mut clock, zone).await?;
        if let Some(said) = said {
            // Before all that it holds for.
            say(&format!("kinescope: {said}\n"));
            table.opened.notes.push(said);
        }
        Ok(Some(revision))
    }

    /// Goes on with the table as it would be. Every report says so, where it says what it is of.
    pub(super) async fn attempt(&mut self, tried: &Tried) -> Result<(), Error> {
        if tried.is_something() {
            let (history, said) = tried.of(&self.loaded.table.history).await?;
            self.loaded.table.history = history;
            self.shown = format!("{}, a trial: {said}", self.shown);
        }
        Ok(())
    }

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
