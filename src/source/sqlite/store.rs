//! The database as a source of the program.

use std::fmt;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use super::{Session, Sqlite, contents, rows, statement, text, value, wal};
use crate::history::Revision;
use crate::source::store::{Database, Doing, Store};
use crate::source::{
    Answer, AnsweredTable, Demand, Error, Event, Found, Log, Measured, Options, Part, Sample, Told,
    Untold, Wanted, Way,
};
use crate::text::bytes;

/// As its path: that can be typed again.
impl fmt::Display for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}

impl Store for Sqlite {
    fn short(&self) -> String {
        let name = self.path.file_name();
        name.map_or_else(|| self.to_string(), |name| name.display().to_string())
    }

    fn database(&self) -> Option<&dyn Database> {
        Some(self)
    }

    fn read<'a>(
        &'a self,
        options: &'a Options,
        log: &'a Log,
        events: Sender<Event>,
    ) -> Doing<'a, ()> {
        Box::pin(rows::read(self, options, log, events))
    }

    fn contents<'a>(
        &'a self,
        options: &'a Options,
        log: &'a Log,
        events: Sender<Event>,
        demand: Demand,
    ) -> Doing<'a, ()> {
        Box::pin(contents::read(self, options, log, events, demand))
    }

    fn values<'a>(
        &'a self,
        wanted: Vec<Wanted>,
        log: &'a Log,
        found: Sender<Found>,
    ) -> Doing<'a, ()> {
        Box::pin(value::send(self, wanted, log, found))
    }

    fn sample<'a>(
        &'a self,
        ids: &'a [Revision],
        log: &'a Log,
    ) -> Doing<'a, Result<Vec<Sample>, Untold>> {
        Box::pin(value::sample(self, ids, log))
    }

    fn measure<'a>(
        &'a self,
        range: (Revision, Revision),
        log: &'a Log,
        sizes: Sender<Measured>,
    ) -> Doing<'a, ()> {
        Box::pin(value::measure(self, range, log, sizes))
    }
}

impl Database for Sqlite {
    fn place(&self) -> Option<(String, String)> {
        None
    }

    fn has_quick_check(&self) -> bool {
        true
    }

    fn with_password(&self, _password: &str, _origin: &str) -> Arc<dyn Database> {
        Arc::new(self.clone())
    }

    fn way(&self) -> Way {
        let size = wal::size(&self.path);
        let part = |name, text: String| Part {
            name,
            told: Told::Text(text),
            origin: self.origin.clone().filter(|_| name == "file"),
            without: "",
        };
        let parts = vec![
            part("file", self.to_string()),
            part("size", bytes(size)),
            part("wal", wal::told(&self.path)),
        ];
        Way { parts, notes: Vec::new() }
    }

    fn ask<'a>(&'a self, log: &'a Log) -> Doing<'a, Result<Answer, Error>> {
        Box::pin(ask(self, log))
    }
}

async fn ask(database: &Sqlite, log: &Log) -> Result<Answer, Error> {
    let mut session = Session::open(database, log).await?;
    let server = session.version().await?.to_string();
    let (free, all) = session.space().await?;
    let journal = session.fetch(statement::JOURNAL, &[]).await?;
    let journal = journal.first().and_then(|row| text(row, 0)).unwrap_or_default();
    let layout = session.layout(&Options::default()).await;
    let free = format!(
        "{} of {}: VACUUM gives that back, and compaction does not",
        bytes(free),
        bytes(all)
    );
    let auto_vacuum = match session.one(statement::AUTO_VACUUM).await? {
        Some(1) => "auto_vacuum is full: a transaction gives free pages back when it ends",
        Some(2) => "auto_vacuum is incremental: kine never runs what gives free pages back",
        _ => "auto_vacuum is none, as kine leaves it",
    };
    let mut facts = vec![
        ("journal", journal),
        ("free pages", free),
        ("vacuum", auto_vacuum.to_owned()),
        ("opened", session.opening.told()),
    ];
    facts.extend(session.opening.flaw().map(|flaw| ("", flaw)));
    let table = match layout {
        Ok(layout) => {
            facts.extend(layout.notes.into_iter().map(|note| ("", note)));
            Ok(AnsweredTable { is_view: layout.is_view, engine: None, rows: None })
        }
        Err(error) => Err(error),
    };
    session.end().await?;
    Ok(Answer { server, account: None, facts, table })
}
