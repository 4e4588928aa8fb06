//! One statement's rows, as they come.

use std::time::{Duration, Instant};

use futures_util::stream::{BoxStream, TryStreamExt};
use sqlx::mysql::{MySqlArguments, MySqlRow};
use tokio::time::timeout;

use super::decode::Number;
use super::{Session, failure};
use crate::source::{BATCH, Error};

/// A statement with its values.
pub(super) type Query = sqlx::query::Query<'static, sqlx::MySql, MySqlArguments>;

/// Binds an id as the kind of number that it is in its column.
pub(super) fn bind_id(query: Query, id: Number) -> Query {
    match (u64::try_from(id), i64::try_from(id)) {
        (Ok(id), _) => query.bind(id),
        (_, Ok(id)) => query.bind(id),
        // No column holds such a number.
        _ => query.bind(u64::MAX),
    }
}

/// One statement's rows, as they come.
pub(super) struct Page<'s> {
    endpoint: &'s crate::source::endpoint::Endpoint,
    rows: BoxStream<'s, Result<MySqlRow, sqlx::Error>>,
    patience: Duration,
    /// The last id that came, which tells how far a reading got that failed.
    last: Option<Number>,
    /// How many rows have come.
    pub(super) received: u64,
    /// How long they were waited for.
    pub(super) took: Duration,
}

impl Session<'_> {
    /// Asks for rows; those up to an id have come before, where they come by id.
    pub(super) fn page(&mut self, query: Query, last: Option<Number>) -> Page<'_> {
        Page {
            endpoint: self.endpoint,
            rows: query.fetch(&mut self.connection),
            patience: self.patience,
            last,
            received: 0,
            took: Duration::ZERO,
        }
    }
}

impl Page<'_> {
    /// Gives up to [`BATCH`] rows to `take`, which says at which id it is; false when the page has
    /// ended.
    ///
    /// # Errors
    ///
    /// When the server fails or is silent. What came before has been taken.
    pub(super) async fn batch(
        &mut self,
        mut take: impl FnMut(&MySqlRow) -> Option<Number>,
    ) -> Result<bool, Error> {
        let start = Instant::now();
        let mut received = 0;
        let Self { rows, last, .. } = self;
        let outcome = timeout(self.patience, async {
            while received < BATCH {
                let Some(row) = rows.try_next().await? else { break };
                received += 1;
                *last = take(&row);
            }
            Ok(received == BATCH)
        });
        let outcome = outcome.await;
        self.received += received as u64;
        self.took += start.elapsed();
        outcome
            .map_err(|_elapsed| failure::silent(self.endpoint, self.patience))?
            .map_err(|error| failure::after(self.endpoint, self.last, error))
    }
}
