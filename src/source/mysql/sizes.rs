//! How many bytes values have: read on request, after the rows.

use sqlx::Row as _;
use sqlx::mysql::MySqlRow;

use super::wire::Query;
use super::{Session, failure, statement};
use crate::history::usage::Sizes;
use crate::history::{History, Revision};
use crate::source::endpoint::Endpoint;
use crate::source::{Error, Log};

/// How many rows one statement asks for: each may have values of a megabyte, which are all read.
const PAGE: u64 = 5_000;

/// Measures the values of the rows of a history: page by page, in one snapshot, which is a later one
/// than that of the rows. `progress` is told how many were measured.
///
/// # Errors
///
/// When the server cannot be reached, refuses, or is lost; what was measured before is kept.
pub async fn sizes(
    endpoint: &Endpoint,
    history: &History,
    sizes: &mut Sizes,
    log: &Log,
    progress: impl Fn(usize),
) -> Result<(), Error> {
    let Some((mut first, last)) = range(history) else { return Ok(()) };
    let mut session = Session::open(endpoint, log).await?;
    let server = session.server().await?;
    session.limit_statements(&server, &mut Vec::new()).await?;
    session.fetch(statement::SNAPSHOT).await?;
    let mut measured = 0;
    loop {
        let received = session.measure(history, first, last, sizes).await?;
        measured += received.rows;
        progress(measured);
        match received.last.and_then(|last| last.checked_add(1)) {
            Some(next) if received.rows as u64 == PAGE && next <= last => first = next,
            _ => break,
        }
    }
    session.wire.close().await;
    Ok(())
}

/// The ids of the first and the last row.
fn range(history: &History) -> Option<(Revision, Revision)> {
    let first = history.iter().next()?;
    Some((history.id(first), history.id(history.iter().next_back()?)))
}

/// A page that was received.
struct Received {
    rows: usize,
    last: Option<Revision>,
}

impl Session<'_> {
    async fn measure(
        &mut self,
        history: &History,
        first: Revision,
        last: Revision,
        sizes: &mut Sizes,
    ) -> Result<Received, Error> {
        let endpoint = self.endpoint;
        let query = Query::prepared(statement::SIZES).bind(first).bind(last).bind(PAGE);
        let mut page = self.wire.send(query)?;
        let mut received = Received { rows: 0, last: None };
        loop {
            let mut row = None;
            // One by one: as long as rows come, they may be slow.
            let goes_on = page.take(1, |it| row = Some(it)).await?;
            goes_on.map_err(|error| failure::reading(endpoint, error))?;
            let Some(row) = row else { return Ok(received) };
            let [id, value, old_value] = numbers(&row).map_err(|why| {
                Error::new(format!("a size at {endpoint} cannot be understood")).because(why)
            })?;
            sizes.add(history, id, value, old_value);
            received.rows += 1;
            received.last = Some(id);
        }
    }
}

/// The columns. None is negative: the ids are those of a history, and the others lengths. The length
/// of NULL is NULL.
fn numbers(row: &MySqlRow) -> Result<[u64; 3], sqlx::Error> {
    let number =
        |at: usize| row.try_get_unchecked::<Option<u64>, _>(at).map(Option::unwrap_or_default);
    Ok([number(0)?, number(1)?, number(2)?])
}
