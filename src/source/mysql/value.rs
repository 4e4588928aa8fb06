//! The values of one row: read on request, by a connection of its own.

use sqlx::Row as _;
use sqlx::mysql::MySqlRow;
use tokio::sync::mpsc::Sender;

use super::endpoint::Endpoint;
use super::wire::Query;
use super::{Session, failure, statement};
use crate::history::Revision;
use crate::source::samples::{self, Sample, Untold};
use crate::source::sql::value::{self, Answered, Asked, Named, Starts};
use crate::source::{Error, Found, Log, Wanted};
use crate::value::Stored;

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
    let server = session.server().await?;
    session.limit_statements(&server, &mut Vec::new()).await?;
    session.fetch(statement::SNAPSHOT).await?;
    let answered = value::answers(&mut session, wanted).await?;
    session.wire.close().await;
    Ok(answered)
}

/// Reads the starts of the values of some rows.
pub(super) async fn sample(
    endpoint: &Endpoint,
    ids: &[Revision],
    log: &Log,
) -> Result<Vec<Sample>, Untold> {
    let mut session = Session::open(endpoint, log).await?;
    let server = session.server().await?;
    session.limit_statements(&server, &mut Vec::new()).await?;
    session.fetch(statement::SNAPSHOT).await?;
    let mut samples = Vec::new();
    for ids in ids.chunks(samples::AT_ONCE) {
        let query = samples::padded(ids).fold(Query::prepared(statement::SAMPLES), Query::bind);
        let rows = match session.wire.all(query).await? {
            Ok(rows) => rows,
            Err(error) if failure::number(&error) == Some(failure::UNKNOWN_COLUMN) => {
                return Err(Untold::Unknown("the table lacks the column value".to_owned()));
            }
            Err(error) => return Err(failure::reading(endpoint, error).into()),
        };
        for row in &rows {
            let Some(id) = session.cell(row, 0)? else { continue };
            let length = session.cell::<u64>(row, 2)?;
            let value = Stored::of(session.cell(row, 3)?, length);
            samples.push(Sample { id, name: session.cell(row, 1)?, value });
        }
    }
    session.wire.close().await;
    Ok(samples)
}

impl Asked for Session<'_> {
    const LOST: &'static str =
        "its values are longer than the server can handle (max_allowed_packet)";

    async fn named(&mut self, id: Revision) -> Result<Named, Error> {
        let rows = match self.wire.all(Query::prepared(statement::LENGTHS).bind(id)).await? {
            Ok(rows) => rows,
            Err(error) if failure::number(&error) == Some(failure::UNKNOWN_COLUMN) => {
                return Ok(Named::Unknown("the table lacks the column value or old_value"));
            }
            Err(error) => return Err(failure::reading(self.endpoint, error)),
        };
        let row = rows.first();
        let row = row.ok_or_else(|| failure::cut(self.endpoint, "not even a count came"))?;
        match self.cell::<u64>(row, 0)? {
            Some(1) => {}
            Some(0) => return Ok(Named::Gone),
            _ => return Ok(Named::Unknown("another row has the same revision")),
        }
        let lengths = [self.cell(row, 2)?, self.cell(row, 3)?];
        Ok(Named::One { name: self.cell(row, 1)?, lengths })
    }

    async fn starts(&mut self, id: Revision, most: u64) -> Result<Starts, Error> {
        let value = Query::prepared(statement::VALUE).bind(most).bind(most).bind(id);
        let rows = self.wire.all(value).await?;
        let rows = rows.map_err(|error| failure::reading(self.endpoint, error))?;
        // An engine without snapshots may have lost it in between, and a proxy may hold it back.
        let Some(row) = rows.first() else {
            return Ok(Err("the row was there, but its values did not come"));
        };
        Ok(Ok([self.cell(row, 0)?, self.cell(row, 1)?]))
    }
}

impl Session<'_> {
    /// A cell of one of these answers, whichever type the column has.
    pub(super) fn cell<'r, T>(&self, row: &'r MySqlRow, at: usize) -> Result<Option<T>, Error>
    where
        T: sqlx::Decode<'r, sqlx::MySql>,
    {
        row.try_get_unchecked(at).map_err(|why| {
            Error::new(format!("a value at {} cannot be understood", self.endpoint)).because(why)
        })
    }
}
