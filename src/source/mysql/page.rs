//! One page of the table, as its rows come.

use std::time::Duration;

use sqlx::mysql::MySqlRow;

use super::decode::Number;
use super::wire::{Answer, Query};
use super::{Session, failure};
use crate::source::Error;
use crate::source::endpoint::Endpoint;

/// Binds an id as the kind of number that it is in its column.
pub(super) fn bind_id(query: Query, id: Number) -> Query {
    match (u64::try_from(id), i64::try_from(id)) {
        (Ok(id), _) => query.bind(id),
        (_, Ok(id)) => query.bind(id),
        // No column holds such a number.
        _ => query.bind(u64::MAX),
    }
}

/// One page of the table, as its rows come.
pub(super) struct Page<'s> {
    endpoint: &'s Endpoint,
    answer: Answer<'s>,
    /// The last id that came, which tells how far a reading got that failed.
    last: Option<Number>,
}

impl Session<'_> {
    /// Asks for rows; those up to an id have come before, where they come by id.
    pub(super) fn page(&mut self, query: Query, last: Option<Number>) -> Result<Page<'_>, Error> {
        Ok(Page { endpoint: self.endpoint, answer: self.wire.send(query)?, last })
    }
}

impl Page<'_> {
    /// Gives up to [`BATCH`](crate::source::BATCH) rows to `take`, which says at which id it is;
    /// false when the page has ended.
    ///
    /// # Errors
    ///
    /// When the server fails or is silent. What came before has been taken.
    pub(super) async fn batch(
        &mut self,
        mut take: impl FnMut(&MySqlRow) -> Option<Number>,
    ) -> Result<bool, Error> {
        let Self { endpoint, answer, last } = self;
        let outcome = answer.batch(|row| *last = take(&row)).await?;
        outcome.map_err(|error| failure::after(endpoint, *last, error))
    }

    /// How many rows have come.
    pub(super) const fn received(&self) -> u64 {
        self.answer.so_far().0
    }

    /// How long they were waited for.
    pub(super) const fn took(&self) -> Duration {
        self.answer.so_far().1
    }
}
