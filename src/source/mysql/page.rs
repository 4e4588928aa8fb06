//! One page of the table, as its rows come, and what proves that pages have come to the end.

use std::time::Duration;

use sqlx::mysql::MySqlRow;

use super::decode::{self, Number};
use super::endpoint::Endpoint;
use super::wire::{Answer, Query};
use super::{Session, failure, statement};
use crate::source::Error;

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

    /// The current revision: MAX(id), where pages end that go on by id; `None` of no rows.
    pub(super) async fn newest(&mut self) -> Result<Option<Number>, Error> {
        self.one_number(Query::text(statement::CURRENT)).await
    }

    /// The id of the last row, in the order of a statement that asks for no more; `None` of no rows.
    pub(super) async fn last(&mut self, query: Query) -> Result<Option<Number>, Error> {
        let rows = self.wire.all(query).await?;
        let rows = rows.map_err(|error| failure::reading(self.endpoint, error))?;
        Ok(rows.first().and_then(decode::id))
    }

    /// How many rows there are.
    pub(super) async fn count(&mut self, sql: &'static str) -> Result<u64, Error> {
        let count = self.one_number(Query::text(sql)).await?;
        let count = count.and_then(|count| u64::try_from(count).ok());
        count.ok_or_else(|| failure::cut(self.endpoint, "a count did not come"))
    }

    /// The number that is all of an answer, and that comes whatever is counted.
    pub(super) async fn one_number(&mut self, query: Query) -> Result<Option<Number>, Error> {
        let rows = self.wire.all(query).await?;
        let rows = rows.map_err(|error| failure::reading(self.endpoint, error))?;
        match rows.first().map(|row| decode::number(row, 0)) {
            Some(Ok(number)) => Ok(number),
            Some(Err(why)) => Err(failure::cut(self.endpoint, why.as_str())),
            None => Err(failure::cut(self.endpoint, "not even a single number came")),
        }
    }

    /// Fails where fewer rows have come than were counted before. An engine without snapshots may
    /// have lost some since: it is asked again.
    pub(super) async fn check_count(
        &mut self,
        received: u64,
        counted: u64,
        sql: &'static str,
    ) -> Result<(), Error> {
        if received >= counted {
            return Ok(());
        }
        let counted = self.count(sql).await?;
        if received >= counted {
            return Ok(());
        }
        Err(failure::fewer(self.endpoint, "rows", received, counted))
    }
}

impl Page<'_> {
    /// Gives up to [`BATCH_ROWS`](crate::source::sql::answer::BATCH_ROWS) rows to `take`, which says at which id it is;
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

    /// How many rows came, and how long they were waited for.
    pub(super) fn came(self) -> (u64, Duration) {
        self.answer.so_far()
    }
}
