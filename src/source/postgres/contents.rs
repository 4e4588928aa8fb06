//! All rows with their values, in the snapshot that the rows were read in.

use sqlx::postgres::PgRow;
use tokio::sync::mpsc::Sender;

use super::decode::{self, Number, bytes, fit};
use super::endpoint::Endpoint;
use super::rows::{narrow, send_table};
use super::{Query, Session, failure, statement};
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
    let Some((session, rows, mut ended)) = after_rows(read, events, demand).await else { return };
    if ended.is_ok() {
        ended = session.close().await;
    }
    drop(rows.send(Content::Ended(ended)).await);
}

impl Paged for Session<'_> {
    const MOST: u64 = 1000;

    async fn page(&mut self, first: u64, limit: u64, out: &mut Outbox<'_>) -> Result<Came, Error> {
        let endpoint = self.endpoint;
        let query = Query::text(statement::CONTENTS).bind(narrow(first)).bind(narrow(limit));
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
                Err(error) if failure::has_no_values(&error) => {
                    return Err(Error::new(format!("the table at {endpoint} has no values"))
                        .because("it lacks the column value or old_value"));
                }
                Err(error) => {
                    return Err(failure::after(endpoint, came.last.map(Number::from), error));
                }
            }
        }
    }
}

/// Understands a row.
fn whole(row: &PgRow) -> Result<WholeRow, Why> {
    fn number<T: TryFrom<Number>>(
        row: &PgRow,
        at: usize,
        what: &'static str,
    ) -> Result<Option<T>, Why> {
        decode::number(row, at)?.map(|number| fit(what, number)).transpose()
    }
    let bytes = |at| bytes(row, at).map(<[u8]>::to_vec);
    Ok(WholeRow {
        id: number(row, 0, "id")?.ok_or("its id is NULL")?,
        name: bytes(1),
        created: number(row, 2, "created")?,
        deleted: number(row, 3, "deleted")?,
        create_revision: number(row, 4, "create revision")?,
        prev_revision: number(row, 5, "prev revision")?,
        lease: number(row, 6, "lease")?,
        value: bytes(7),
        old_value: bytes(8),
    })
}
