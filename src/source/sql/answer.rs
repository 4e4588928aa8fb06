//! One statement's rows, as they come from a server.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt};
use tokio::time::{Instant, sleep};

use super::log::{self, Outcome};
use super::panics::contained;
use crate::source::Error;

/// How many rows a batch holds at most: few enough that they are still in the cache when they are linked.
pub(in crate::source) const BATCH_ROWS: u64 = 1024;

/// How many rows are taken at once at most, where so many are there.
const RUN: usize = 64;

/// How long a batch waits for more rows, once it has one: where rows come slowly, whoever takes them
/// sees that they do.
const BATCH_TIME: Duration = Duration::from_millis(100);

/// A server that is waited for.
pub(in crate::source) trait Peer {
    /// It sent nothing for so long, and is given up.
    fn silent(&self, limit: Duration) -> Error;

    /// The server's words for an error, or the system's.
    fn words(error: &sqlx::Error) -> String;
}

/// One statement's rows, as they come.
pub(in crate::source) struct Answer<'w, P, R> {
    /// Who answers.
    pub(in crate::source) peer: &'w P,
    /// What has not been taken yet.
    pub(in crate::source) rows: BoxStream<'w, Result<R, sqlx::Error>>,
    /// How long the server may be silent.
    pub(in crate::source) patience: Duration,
    /// What is logged of it.
    pub(in crate::source) statement: log::Statement,
}

impl<P: Peer, R> Answer<'_, P, R> {
    /// Gives up to [`BATCH_ROWS`] rows to `take`, fewer where they come slowly; false when the answer has
    /// ended.
    ///
    /// # Errors
    ///
    /// The server's in the inner result; in the outer one that it is silent, or that the log cannot
    /// be written. What came before has been taken.
    pub(in crate::source) async fn batch(
        &mut self,
        mut take: impl FnMut(R),
    ) -> Result<Result<bool, sqlx::Error>, Error> {
        let take = |row| {
            take(row);
            true
        };
        self.taken(RUN, take).await
    }

    /// The same of rows that may be large, until `take` is false: no other is held meanwhile.
    ///
    /// # Errors
    ///
    /// As [`batch`](Self::batch).
    pub(in crate::source) async fn large(
        &mut self,
        take: impl FnMut(R) -> bool,
    ) -> Result<Result<bool, sqlx::Error>, Error> {
        self.taken(1, take).await
    }

    async fn taken(
        &mut self,
        run_of: usize,
        mut take: impl FnMut(R) -> bool,
    ) -> Result<Result<bool, sqlx::Error>, Error> {
        let Self { peer, rows, patience, statement } = self;
        statement.wait();
        let before = statement.rows;
        let mut limit = pin!(sleep(*patience));
        let mut run = Vec::with_capacity(run_of);
        let outcome = loop {
            let came = statement.rows - before;
            let most = usize::try_from(BATCH_ROWS - came).map_or(run_of, |left| left.min(run_of));
            let ended = tokio::select! {
                biased;
                ended = contained(next_run(rows, &mut run, most)) => ended,
                () = &mut limit => break if came > 0 { Ok(true) } else {
                    let silent = peer.silent(*patience);
                    statement.end(Outcome::Failed(silent.to_string()))?;
                    return Err(silent);
                },
            };
            statement.rows += run.len() as u64;
            // Also those before a failure.
            let mut goes_on = true;
            for row in run.drain(..) {
                goes_on &= take(row);
            }
            match ended {
                Ok(false) => {}
                Ok(true) => break Ok(false),
                Err(error) => break Err(error),
            }
            if !goes_on || statement.rows - before == BATCH_ROWS {
                break Ok(true);
            }
            if came == 0 {
                limit.as_mut().reset(Instant::now() + BATCH_TIME.min(*patience));
            }
        };
        match &outcome {
            Ok(true) => statement.pause(),
            Ok(false) => statement.end(Outcome::Answered)?,
            Err(error) => statement.end(Outcome::Failed(P::words(error)))?,
        }
        Ok(outcome)
    }

    /// Takes all rows of the answer, unless the server refuses it.
    pub(in crate::source) async fn all(mut self) -> Result<Result<Vec<R>, sqlx::Error>, Error> {
        let mut rows = Vec::new();
        loop {
            match self.batch(|row| rows.push(row)).await? {
                Ok(true) => {}
                Ok(false) => return Ok(Ok(rows)),
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    /// How many rows have come, and how long they were waited for.
    pub(in crate::source) const fn so_far(&self) -> (u64, Duration) {
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
async fn next_run<R>(
    rows: &mut BoxStream<'_, Result<R, sqlx::Error>>,
    run: &mut Vec<R>,
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
