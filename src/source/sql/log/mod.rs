//! Every statement that goes to a server: kept for whoever looks, and written to a file where that
//! is asked for.
//!
//! A statement is logged before it is sent, and again when it is answered. One that cannot be logged
//! is not sent.

mod file;
mod record;

pub use record::{Entry, Outcome, Record};

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::source::Error;
use crate::text::count;
use file::LogFile;

/// The log of a run of the program: all sessions on servers write to it, and others read along
/// without keeping them waiting. A clone is the same log.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    record: watch::Sender<Record>,
    file: Option<LogFile>,
    sessions: AtomicU64,
}

impl Log {
    /// A log that is also written to a file, a line for each statement when it is sent and one when
    /// it is answered. A new file may be read and written by its owner only (mode 0600); an old one
    /// is appended to.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, is no regular file, or may be read or written by others.
    pub fn to_file(path: &Path) -> Result<Self, Error> {
        let file = Some(LogFile::open(path)?);
        Ok(Self(Arc::new(Shared { file, ..Shared::default() })))
    }

    /// What was sent so far.
    pub fn record(&self) -> Record {
        self.0.record.borrow().clone()
    }

    /// Follows what is sent.
    pub fn follow(&self) -> watch::Receiver<Record> {
        self.0.record.subscribe()
    }

    /// Begins a session, on a server that is called so. The name must hold no password.
    pub(in crate::source) fn session(&self, server: &str) -> Result<Session, Error> {
        let session = Session {
            log: self.clone(),
            number: self.0.sessions.fetch_add(1, Relaxed) + 1,
            sent: 0,
        };
        session.write("connecting", server)?;
        Ok(session)
    }
}

/// What one session writes to the log.
#[derive(Debug)]
pub(in crate::source) struct Session {
    log: Log,
    /// Which of the log's sessions it is, from 1.
    number: u64,
    /// How many statements it has sent.
    sent: u64,
}

impl Session {
    /// Logs a statement that is about to be sent, with the values for its question marks.
    pub(in crate::source) fn send(
        &mut self,
        sql: &'static str,
        given: &[String],
    ) -> Result<Statement, Error> {
        self.sent += 1;
        let Self { log, number, sent } = self;
        let session = Self { log: log.clone(), number: *number, sent: *sent };
        let given = given.join(", ");
        let with = if given.is_empty() { String::new() } else { format!("\tgiven {given}") };
        session.write("sent", &format!("{sql}{with}"))?;
        self.log.0.record.send_modify(|record| record.begin(self.number, sql, given));
        let took = Duration::ZERO;
        Ok(Statement { session, rows: 0, took, waiting: None, is_ended: false })
    }

    fn write(&self, event: &str, text: &str) -> Result<(), Error> {
        let Some(file) = &self.log.0.file else { return Ok(()) };
        file.write(&format!("{}.{}\t{event}", self.number, self.sent), text)
    }
}

/// A statement that was sent and is not yet answered in full. One that is dropped before its end is
/// logged as left.
#[derive(Debug)]
pub(in crate::source) struct Statement {
    session: Session,
    /// How many rows have come.
    pub(in crate::source) rows: u64,
    /// How long they were waited for.
    pub(in crate::source) took: Duration,
    waiting: Option<Instant>,
    is_ended: bool,
}

impl Statement {
    /// The server is waited for from now on.
    pub(in crate::source) fn wait(&mut self) {
        self.waiting = Some(Instant::now());
    }

    /// The server is no longer waited for.
    pub(in crate::source) fn pause(&mut self) {
        self.took += self.waiting.take().map(|since| since.elapsed()).unwrap_or_default();
    }

    /// Logs how it ended.
    pub(in crate::source) fn end(&mut self, outcome: Outcome) -> Result<(), Error> {
        self.pause();
        self.is_ended = true;
        let rows = count(self.rows, "row");
        let rows = format!("{rows} in {:.6} s", self.took.as_secs_f64());
        let written = match &outcome {
            Outcome::UnderWay => Ok(()),
            Outcome::Answered => self.session.write("answered", &rows),
            Outcome::Left => self.session.write("left", &rows),
            Outcome::Failed(why) => self.session.write("failed", &format!("{rows}\t{why}")),
        };
        let Self { session, rows, took, .. } = self;
        session.log.0.record.send_modify(|it| it.end(session.number, *rows, *took, outcome));
        written
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        if !self.is_ended {
            // Nobody is left to be told that the log cannot be written.
            drop(self.end(Outcome::Left));
        }
    }
}
