//! The values of one row, and how long those of all rows are: read on request, each in a transaction
//! of its own.

use tokio::sync::mpsc::Sender;

use super::{Cell, Session, Sqlite, cell, number, statement};
use crate::history::Revision;
use crate::history::usage::Size;
use crate::source::samples::{self, Sample, Untold};
use crate::source::sql::value::{self, Answered, Asked, Named, Starts};
use crate::source::{BATCH, Error, Found, Log, Measured, Wanted};
use crate::value::Stored;

/// Reads the values of rows, and sends what came of each; stops when the receiver is dropped.
pub(super) async fn send(
    database: &Sqlite,
    mut wanted: Vec<Wanted>,
    log: &Log,
    found: Sender<Found>,
) {
    for some in wanted.chunks_mut(value::AT_ONCE) {
        let answered = tokio::select! {
            () = found.closed() => return,
            answered = answer(database, some, log) => answered,
        };
        if !value::send(answered, some, &found).await {
            return;
        }
    }
}

async fn answer(
    database: &Sqlite,
    wanted: &mut [Wanted],
    log: &Log,
) -> Result<Vec<Answered>, Error> {
    let mut session = Session::open(database, log).await?;
    let answered = value::answers(&mut session, wanted).await?;
    session.end().await?;
    Ok(answered)
}

/// Reads the starts of the values of some rows.
pub(super) async fn sample(
    database: &Sqlite,
    ids: &[Revision],
    log: &Log,
) -> Result<Vec<Sample>, Untold> {
    let mut session = Session::open(database, log).await?;
    let mut samples = Vec::new();
    for ids in ids.chunks(samples::AT_ONCE) {
        let ids: Vec<i64> = samples::padded(ids).map(narrow).collect();
        let rows = session.fetch(statement::SAMPLES, &ids).await.map_err(Error::from)?;
        samples.extend(rows.iter().filter_map(|row| {
            let bytes = |at| match cell(row, at) {
                Cell::Bytes(bytes) => Some(bytes.to_vec()),
                _ => None,
            };
            let value = Stored::of(bytes(3), number(row, 2));
            Some(Sample { id: number(row, 0)?, name: bytes(1), value })
        }));
    }
    session.end().await?;
    Ok(samples)
}

impl Asked for Session {
    const LOST: &'static str = "its values did not come";

    async fn named(&mut self, id: Revision) -> Result<Named, Error> {
        let rows = self.fetch(statement::LENGTHS, &[narrow(id)]).await?;
        let Some(row) = rows.first() else { return Ok(Named::Gone) };
        match number(row, 0) {
            Some(1) => {}
            Some(0) => return Ok(Named::Gone),
            _ => return Ok(Named::Unknown("another row has the same revision")),
        }
        let name = match cell(row, 1) {
            Cell::Bytes(name) => Some(name.to_vec()),
            _ => None,
        };
        Ok(Named::One { name, lengths: [number(row, 2), number(row, 3)] })
    }

    async fn starts(&mut self, id: Revision, most: u64) -> Result<Starts, Error> {
        let most = narrow(most);
        let rows = self.fetch(statement::VALUE, &[most, most, narrow(id)]).await?;
        let Some(row) = rows.first() else { return Ok(Err(Self::LOST)) };
        let start = |at| match cell(row, at) {
            Cell::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        };
        Ok(Ok([start(0), start(1)]))
    }
}

/// Measures the values of the rows from one id up to another. Ends early, without a word, when the
/// receiver is dropped.
///
/// All errors are sent; what was measured before is kept.
pub(super) async fn measure(
    database: &Sqlite,
    range: (Revision, Revision),
    log: &Log,
    sizes: Sender<Measured>,
) {
    let outcome = tokio::select! {
        () = sizes.closed() => return,
        outcome = send_sizes(database, range, log, &sizes) => outcome,
    };
    // Nobody is left to tell that there is nobody left.
    drop(sizes.send(Measured::Ended(outcome)).await);
}

/// At full speed, as the rows are read: a size takes 24 bytes.
async fn send_sizes(
    database: &Sqlite,
    (first, last): (Revision, Revision),
    log: &Log,
    sizes: &Sender<Measured>,
) -> Result<(), Error> {
    let mut session = Session::open(database, log).await?;
    let mut all = Vec::new();
    let range = [narrow(first), narrow(last)];
    session
        .each(statement::SIZES, &range, |row| {
            let length = |at| number(&row, at).unwrap_or_default();
            if let Some(id) = number(&row, 0) {
                all.push(Size { id, value: length(1), old_value: length(2) });
            }
        })
        .await?;
    session.end().await?;
    for some in all.chunks(BATCH) {
        if sizes.send(Measured::Sizes(some.to_vec())).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// A number as SQLite has them.
pub(super) fn narrow(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
