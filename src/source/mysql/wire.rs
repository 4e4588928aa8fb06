//! The connection to a server. All that is sent goes through here, and into the log: nothing else
//! has the connection.

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt};
use sqlx::mysql::{MySqlArguments, MySqlRow};
use sqlx::{Connection, Encode, Executor, MySql, MySqlConnection, Type};
use tokio::time::{Instant, sleep, timeout};

use super::certificates::Certificates;
use super::endpoint::Endpoint;
use super::panics::{contained, silence};
use super::{failure, gate};
use crate::source::Error;
use crate::source::sql::log;
use crate::source::sql::log::{Log, Outcome};

/// How many rows a batch holds at most: few enough that they are still in the cache when they are linked.
pub(super) const BATCH_ROWS: u64 = 1024;

/// How many rows are taken at once at most, where so many are there.
const RUN: usize = 64;

/// How long a batch waits for more rows, once it has one: where rows come slowly, whoever takes them
/// sees that they do.
const BATCH_TIME: Duration = Duration::from_millis(100);

/// How long connecting may take, unless the endpoint says otherwise.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A statement with its values.
pub(super) struct Query {
    sql: &'static str,
    /// As they are logged.
    given: Vec<String>,
    prepared: Option<sqlx::query::Query<'static, MySql, MySqlArguments>>,
}

impl Query {
    /// A statement that is sent as text.
    pub(super) const fn text(sql: &'static str) -> Self {
        Self { sql, given: Vec::new(), prepared: None }
    }

    /// A statement that is prepared first, and whose answer is not text.
    pub(super) fn prepared(sql: &'static str) -> Self {
        Self { sql, given: Vec::new(), prepared: Some(sqlx::query(sql)) }
    }

    /// Gives the value for the next question mark. It is logged, and must be no secret.
    pub(super) fn bind<T>(mut self, value: T) -> Self
    where
        T: Display + Encode<'static, MySql> + Type<MySql> + 'static,
    {
        self.given.push(value.to_string());
        let query = self.prepared.unwrap_or_else(|| sqlx::query(self.sql));
        Self { prepared: Some(query.bind(value)), ..self }
    }
}

/// A connection to a server.
pub(super) struct Wire<'a> {
    endpoint: &'a Endpoint,
    connection: MySqlConnection,
    /// How long the server may be silent.
    patience: Duration,
    log: log::Session,
}

impl<'a> Wire<'a> {
    pub(super) async fn connect(
        endpoint: &'a Endpoint,
        log: &Log,
        silence_limit: Duration,
    ) -> Result<Self, Error> {
        let log = log.session(&endpoint.to_string())?;
        let limit = endpoint.connect_timeout.unwrap_or(CONNECT_LIMIT);
        let certificates = Certificates::read(endpoint)?;
        silence();
        let connection = timeout(limit, gate::connect(endpoint, &certificates))
            .await
            .map_err(|_elapsed| failure::no_answer(endpoint, limit))??;
        let patience = endpoint.read_timeout.unwrap_or(silence_limit);
        Ok(Self { endpoint, connection, patience, log })
    }

    /// Sends a statement; its rows are taken from the answer. Fails when it cannot be logged.
    pub(super) fn send(&mut self, query: Query) -> Result<Answer<'_>, Error> {
        let Self { endpoint, connection, patience, log } = self;
        let statement = log.send(query.sql, &query.given)?;
        let rows = match query.prepared {
            Some(query) => query.fetch(connection),
            None => connection.fetch(query.sql),
        };
        Ok(Answer { endpoint, rows, patience: *patience, statement })
    }

    /// Sends a statement and takes all rows of its answer, unless the server refuses it.
    pub(super) async fn all(
        &mut self,
        query: Query,
    ) -> Result<Result<Vec<MySqlRow>, sqlx::Error>, Error> {
        let mut rows = Vec::new();
        let mut answer = self.send(query)?;
        loop {
            match answer.batch(|row| rows.push(row)).await? {
                Ok(true) => {}
                Ok(false) => return Ok(Ok(rows)),
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    /// Says goodbye. The answers are all here; a server that fails to say it too takes nothing away
    /// from them.
    pub(super) async fn close(self) {
        drop(timeout(Duration::from_secs(1), self.connection.close()).await);
    }
}

/// One statement's rows, as they come.
pub(super) struct Answer<'w> {
    endpoint: &'w Endpoint,
    rows: BoxStream<'w, Result<MySqlRow, sqlx::Error>>,
    patience: Duration,
    statement: log::Statement,
}

impl Answer<'_> {
    /// Gives up to [`BATCH_ROWS`] rows to `take`, fewer where they come slowly; false when the answer has
    /// ended.
    ///
    /// # Errors
    ///
    /// The server's in the inner result; in the outer one that it is silent, or that the log cannot
    /// be written. What came before has been taken.
    pub(super) async fn batch(
        &mut self,
        mut take: impl FnMut(MySqlRow),
    ) -> Result<Result<bool, sqlx::Error>, Error> {
        let Self { endpoint, rows, patience, statement } = self;
        statement.wait();
        let before = statement.rows;
        let mut limit = pin!(sleep(*patience));
        let mut run = Vec::with_capacity(RUN);
        let outcome = loop {
            let came = statement.rows - before;
            let most = usize::try_from(BATCH_ROWS - came).map_or(RUN, |left| left.min(RUN));
            let ended = tokio::select! {
                biased;
                ended = contained(next_run(rows, &mut run, most)) => ended,
                () = &mut limit => break if came > 0 { Ok(true) } else {
                    let silent = failure::silent(endpoint, *patience);
                    statement.end(Outcome::Failed(silent.to_string()))?;
                    return Err(silent);
                },
            };
            statement.rows += run.len() as u64;
            // Also those before a failure.
            run.drain(..).for_each(&mut take);
            match ended {
                Ok(false) => {}
                Ok(true) => break Ok(false),
                Err(error) => break Err(error),
            }
            if statement.rows - before == BATCH_ROWS {
                break Ok(true);
            }
            if came == 0 {
                limit.as_mut().reset(Instant::now() + BATCH_TIME.min(*patience));
            }
        };
        match &outcome {
            Ok(true) => statement.pause(),
            Ok(false) => statement.end(Outcome::Answered)?,
            Err(error) => statement.end(Outcome::Failed(failure::words(error)))?,
        }
        Ok(outcome)
    }

    /// How many rows have come, and how long they were waited for.
    pub(super) const fn so_far(&self) -> (u64, Duration) {
        (self.statement.rows, self.statement.took)
    }
}

/// Waits for a row, and takes those that are there with it, up to so many; true when there are no more.
/// To be called, to be waited for and to be contained costs as much as a row does: so it is done once for
/// many.
///
/// # Errors
///
/// The server's; what came before has been taken.
async fn next_run(
    rows: &mut BoxStream<'_, Result<MySqlRow, sqlx::Error>>,
    run: &mut Vec<MySqlRow>,
    most: usize,
) -> Result<bool, sqlx::Error> {
    poll_fn(|context| {
        while run.len() < most {
            match rows.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(row))) => run.push(row),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(None) => return Poll::Ready(Ok(true)),
                Poll::Pending if run.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        Poll::Ready(Ok(false))
    })
    .await
}
