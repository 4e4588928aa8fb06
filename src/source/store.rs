//! What every place that a kine table may be in gives: a database, or a text.
//!
//! A new database is a folder with something that implements [`Store`] and [`Database`], and a line in
//! `locate` that says which endpoints are its own. Nobody else asks which kind a source is: they ask
//! what it can do.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use super::{
    Answer, Demand, Error, Event, Found, Log, Measured, Options, Sample, Untold, Wanted, Way,
};
use crate::history::Revision;

/// What is being done, until it is awaited to its end.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a table is, and how it is read.
///
/// [`Display`](fmt::Display) writes it as it may be shown and typed again, without a password. What is
/// sent to a server is written to the log.
pub trait Store: fmt::Debug + fmt::Display + Send + Sync {
    /// A name for headers: host and database of a server, and the last part of a file's path.
    fn short(&self) -> String;

    /// What it is called when it can be read only once: what has come through a pipe is gone.
    fn once(&self) -> Option<&'static str> {
        None
    }

    /// The same as a database, if it is one: it has an account, a session, and a log.
    fn database(&self) -> Option<&dyn Database> {
        None
    }

    /// Reads the table to its end, or until the receiver is dropped.
    fn read<'a>(
        &'a self,
        options: &'a Options,
        log: &'a Log,
        events: Sender<Event>,
    ) -> Doing<'a, ()>;

    /// Reads the table as [`read`](Self::read) does, and then, once that is [demanded](Demand), each of its
    /// rows with its values, of the same moment and in any order. Ends early, without a word, when a receiver is
    /// dropped.
    fn contents<'a>(
        &'a self,
        options: &'a Options,
        log: &'a Log,
        events: Sender<Event>,
        demand: Demand,
    ) -> Doing<'a, ()>;

    /// Reads the values of rows, as they are now, and sends what came of each, in their order; stops when
    /// the receiver is dropped, and after [`Found::Failed`]. The table may be another one than was read, or
    /// none.
    fn values<'a>(
        &'a self,
        wanted: Vec<Wanted>,
        log: &'a Log,
        found: Sender<Found>,
    ) -> Doing<'a, ()>;

    /// The same of one row.
    fn value<'a>(&'a self, wanted: Wanted, log: &'a Log, found: Sender<Found>) -> Doing<'a, ()> {
        self.values(vec![wanted], log, found)
    }

    /// Reads the starts of the values of some rows, none of which is [masked](crate::value::Mask), as they are
    /// now. What is gone, or is called what is masked, does not come.
    fn sample<'a>(
        &'a self,
        ids: &'a [Revision],
        log: &'a Log,
    ) -> Doing<'a, Result<Vec<Sample>, Untold>>;

    /// Measures the values of the rows from one id up to another, until all are or the receiver is
    /// dropped. What was written or deleted since the table was read shows as a size without a row, or
    /// as a row without a size.
    fn measure<'a>(
        &'a self,
        range: (Revision, Revision),
        log: &'a Log,
        sizes: Sender<Measured>,
    ) -> Doing<'a, ()>;
}

/// A database that is asked, rather than a text that is read.
pub trait Database: Store {
    /// The server, as `host:port` or the path of a socket, and the database on it; `None` of a file.
    fn place(&self) -> Option<(String, String)>;

    /// Each part of the way to it, with who said it, in the order in which they are shown.
    fn way(&self) -> Way;

    /// Whether it can look for damage in its file: [`Options::quick_check`].
    fn has_quick_check(&self) -> bool {
        false
    }

    /// The same with a password that was asked for.
    fn with_password(&self, password: &str, origin: &str) -> Arc<dyn Database>;

    /// Connects, asks what the server says of itself, the account and the table, and hangs up.
    ///
    /// Fails when there is no session, or it is lost. No error holds a password.
    fn ask<'a>(&'a self, log: &'a Log) -> Doing<'a, Result<Answer, Error>>;
}
