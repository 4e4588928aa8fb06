//! All rows with their values, in the snapshot that the rows were read in.

use sqlx::mysql::MySqlRow;
use tokio::sync::mpsc::Sender;

use super::decode::{self, Number, fit};
use super::endpoint::Endpoint;
use super::wire::Query;
use super::{Session, failure, send_table, statement};
use crate::source::contents::Outbox;
use crate::source::sql::contents::{Came, Paged, after_rows};
use crate::source::{Content, Demand, Error, Event, Log, Options, WholeRow, Why};

/// Reads the table, and then its rows with their values: see [`Store::contents`](crate::source::Store::contents).
pub(super) async fn read(
    endpoint: &Endpoint,
    options: &Options,
    log: &Log,
    events: Sender<Event>,
    demand: Demand,
) {
    let read = tokio::select! {
        // Also while the server is silent; and first, or one statement more might be sent.
        biased;
        () = events.closed() => return,
        read = send_table(endpoint, options, log, &events) => read,
    };
    let Some((session, rows, ended)) = after_rows(read, events, demand).await else { return };
    session.wire.close().await;
    drop(rows.send(Content::Ended(ended)).await);
}

impl Paged for Session<'_> {
    const MOST: u64 = 1000;

    async fn page(&mut self, first: u64, limit: u64, out: &mut Outbox<'_>) -> Result<Came, Error> {
        let endpoint = self.endpoint;
        let query = Query::prepared(statement::CONTENTS).bind(first).bind(limit);
        let mut page = self.wire.send(query)?;
        let mut came = Came::default();
        loop {
            let mut odd = None;
            let outcome = page
                .large(|row| match whole(&row) {
                    Ok(row) => {
                        came.count(row.id, row.bytes());
                        !out.put(row)
                    }
                    Err(why) => {
                        odd = Some(why);
                        false
                    }
                })
                .await?;
            if let Some(why) = odd {
                let what = format!("a row at {endpoint} cannot be read with its values");
                return Err(Error::new(what).because(why.as_str().to_owned()));
            }
            match outcome {
                Ok(true) if out.send().await => {}
                Ok(true) => return Ok(Came { is_unwanted: true, ..came }),
                Ok(false) => return Ok(came),
                Err(error) if failure::number(&error) == Some(failure::UNKNOWN_COLUMN) => {
                    return Err(lacks_values(endpoint));
                }
                Err(error) => {
                    return Err(failure::after(endpoint, came.last.map(Number::from), error));
                }
            }
        }
    }
}

fn lacks_values(endpoint: &Endpoint) -> Error {
    Error::new(format!("the table at {endpoint} has no values"))
        .because("it lacks the column value or old_value")
}

/// Understands a row.
fn whole(row: &MySqlRow) -> Result<WholeRow, Why> {
    fn number<T: TryFrom<Number>>(
        row: &MySqlRow,
        at: usize,
        what: &'static str,
    ) -> Result<Option<T>, Why> {
        decode::number(row, at)?.map(|number| fit(what, number)).transpose()
    }
    Ok(WholeRow {
        id: number(row, 0, "id")?.ok_or("its id is NULL")?,
        name: bytes(row, 1)?,
        created: number(row, 2, "created")?,
        deleted: number(row, 3, "deleted")?,
        create_revision: number(row, 4, "create revision")?,
        prev_revision: number(row, 5, "prev revision")?,
        lease: number(row, 6, "lease")?,
        value: value(row, 7, 9)?,
        old_value: value(row, 8, 10)?,
    })
}

fn bytes(row: &MySqlRow, at: usize) -> Result<Option<Vec<u8>>, Why> {
    use sqlx::Row as _;
    row.try_get_unchecked(at).map_err(|_repeats_it_perhaps| "a text of it is not bytes".into())
}

/// A value, if it is as long as the server says that it is.
fn value(row: &MySqlRow, at: usize, length: usize) -> Result<Option<Vec<u8>>, Why> {
    let value = bytes(row, at)?;
    let length = decode::number(row, length)?;
    if value.as_ref().map(|value| value.len() as Number) == length {
        return Ok(value);
    }
    Err("a value of it is longer than the server can handle (max_allowed_packet)".into())
}
