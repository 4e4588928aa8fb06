//! The values of one row, and how long those of all rows are: read on request, each by a connection of
//! its own.

use sqlx::postgres::PgRow;
use tokio::sync::mpsc::Sender;

use super::decode::{bytes, count, number};
use super::endpoint::Endpoint;
use super::rows::narrow;
use super::{Query, Session, failure, statement};
use crate::history::Revision;
use crate::history::usage::Size;
use crate::source::samples::{self, Sample, Untold};
use crate::source::sql::value::{self, Answered, Asked, Named, Starts};
use crate::source::{Error, Found, Log, Measured, Wanted};
use crate::value::Stored;

/// Why values are not told of a table that lacks them, or has something else in their place.
const LACKS: &str = "the table lacks the column value or old_value, or it holds no bytes";

/// Reads the values of rows, and sends what came of each; stops when the receiver is dropped.
pub(super) async fn send(
    endpoint: &Endpoint,
    mut wanted: Vec<Wanted>,
    log: &Log,
    found: Sender<Found>,
) {
    for some in wanted.chunks_mut(value::AT_ONCE) {
        let answered = tokio::select! {
            // Also while the server is silent.
            () = found.closed() => return,
            answered = answer(endpoint, some, log) => answered,
        };
        if !value::send(answered, some, &found).await {
            return;
        }
    }
}

async fn answer(
    endpoint: &Endpoint,
    wanted: &mut [Wanted],
    log: &Log,
) -> Result<Vec<Answered>, Error> {
    let mut session = Session::open(endpoint, log).await?;
    let answered = value::answers(&mut session, wanted).await?;
    session.close().await?;
    Ok(answered)
}

/// Reads the starts of the values of some rows.
pub(super) async fn sample(
    endpoint: &Endpoint,
    ids: &[Revision],
    log: &Log,
) -> Result<Vec<Sample>, Untold> {
    let mut session = Session::open(endpoint, log).await?;
    let mut samples = Vec::new();
    for ids in ids.chunks(samples::AT_ONCE) {
        let bind = |query: Query, id| query.bind(narrow(id));
        let query = samples::padded(ids).fold(Query::text(statement::SAMPLES), bind);
        let rows = match session.try_fetch(query).await? {
            Ok(rows) => rows,
            Err(error) if failure::has_no_values(&error) => {
                return Err(Untold::Unknown(LACKS.to_owned()));
            }
            Err(error) => return Err(failure::reading(endpoint, error).into()),
        };
        samples.extend(rows.iter().filter_map(|row| {
            let id = number(row, 0).ok()??.try_into().ok()?;
            let value = Stored::of(bytes(row, 3).map(<[u8]>::to_vec), count(row, 2));
            Some(Sample { id, name: bytes(row, 1).map(<[u8]>::to_vec), value })
        }));
    }
    session.close().await?;
    Ok(samples)
}

impl Asked for Session<'_> {
    const LOST: &'static str = "its values did not come";

    async fn named(&mut self, id: Revision) -> Result<Named, Error> {
        let rows = match self.try_fetch(Query::text(statement::LENGTHS).bind(narrow(id))).await? {
            Ok(rows) => rows,
            Err(error) if failure::has_no_values(&error) => return Ok(Named::Unknown(LACKS)),
            Err(error) => return Err(failure::reading(self.endpoint, error)),
        };
        Ok(match &rows[..] {
            [] => Named::Gone,
            [row] => Named::One {
                name: bytes(row, 0).map(<[u8]>::to_vec),
                lengths: [count(row, 1), count(row, 2)],
            },
            _ => Named::Unknown("another row has the same revision"),
        })
    }

    async fn starts(&mut self, id: Revision, most: u64) -> Result<Starts, Error> {
        let most = i32::try_from(most).unwrap_or(i32::MAX);
        let query = Query::text(statement::VALUE).bind(narrow(id)).bind(most);
        let rows = self.fetch(query).await?;
        let Some(row) = rows.first() else { return Ok(Err(Self::LOST)) };
        Ok(Ok([0, 1].map(|at| bytes(row, at).map(<[u8]>::to_vec))))
    }
}

/// Measures the values of the rows from one id up to another, in one snapshot, which is a later one than
/// that of the rows. Ends early, without a word, when the receiver is dropped.
///
/// All errors are sent; what was measured before is kept.
pub(super) async fn measure(
    endpoint: &Endpoint,
    range: (Revision, Revision),
    log: &Log,
    sizes: Sender<Measured>,
) {
    let outcome = tokio::select! {
        // Also while the server is silent.
        () = sizes.closed() => return,
        outcome = send_sizes(endpoint, range, log, &sizes) => outcome,
    };
    let last = match outcome {
        Ok(Some(why)) => Measured::Unknown(why.to_owned()),
        Ok(None) => Measured::Ended(Ok(())),
        Err(error) => Measured::Ended(Err(error)),
    };
    // Nobody is left to tell that there is nobody left.
    drop(sizes.send(last).await);
}

/// Gives why there are no sizes, if there are none.
async fn send_sizes(
    endpoint: &Endpoint,
    (first, last): (Revision, Revision),
    log: &Log,
    sizes: &Sender<Measured>,
) -> Result<Option<&'static str>, Error> {
    let mut session = Session::open(endpoint, log).await?;
    let cursor = Query::text(statement::SIZES).bind(narrow(first)).bind(narrow(last));
    match session.try_fetch(cursor).await? {
        Ok(_) => {}
        Err(error) if failure::has_no_values(&error) => return Ok(Some(LACKS)),
        Err(error) => return Err(failure::reading(endpoint, error)),
    }
    loop {
        let mut page = session.next_page()?;
        loop {
            let mut batch = Vec::new();
            let outcome = page.batch(|row| batch.extend(size(&row))).await?;
            if sizes.send(Measured::Sizes(batch)).await.is_err() {
                return Ok(None);
            }
            if !outcome.map_err(|error| failure::reading(endpoint, error))? {
                break;
            }
        }
        if page.so_far().0 == 0 {
            break;
        }
    }
    session.close().await?;
    Ok(None)
}

/// A row of the answer; the length of NULL is NULL. A row whose id is none was not read either.
fn size(row: &PgRow) -> Option<Size> {
    let id = number(row, 0).ok()??.try_into().ok()?;
    let length = |at| count(row, at).unwrap_or_default();
    Some(Size { id, value: length(1), old_value: length(2) })
}
