//! All rows with their values, in the transaction that the rows were read in.

use tokio::sync::mpsc::Sender;

use super::rows::send_table;
use super::value::narrow;
use super::{Session, Sqlite, decode, statement};
use crate::source::contents::Outbox;
use crate::source::sql::contents::{Came, Paged, after_rows};
use crate::source::{Content, Demand, Error, Event, Log, Options};

/// Reads the table, and then its rows with their values: see [`Store::contents`](crate::source::Store::contents).
/// As long as that lasts, kine's checkpoint waits.
pub(super) async fn read(
    database: &Sqlite,
    options: &Options,
    log: &Log,
    events: Sender<Event>,
    demand: Demand,
) {
    let read = tokio::select! {
        biased;
        () = events.closed() => return,
        read = send_table(database, options, log, &events, true) => read,
    };
    let Some((mut session, rows, mut ended)) = after_rows(read, events, demand).await else {
        return;
    };
    if ended.is_ok() {
        ended = session.end().await;
    }
    drop(rows.send(Content::Ended(ended)).await);
}

impl Paged for Session {
    /// A page waits in memory between SQLite's thread and this one.
    const MOST: u64 = 64;

    async fn page(&mut self, first: u64, limit: u64, out: &mut Outbox<'_>) -> Result<Came, Error> {
        let mut came = Came::default();
        for row in self.fetch(statement::CONTENTS, &[narrow(first), narrow(limit)]).await? {
            let row = decode::whole(&row).map_err(|why| {
                Error::new(format!("a row of {} cannot be read with its values", self.place))
                    .because(why.as_str().to_owned())
            })?;
            came.count(row.id, row.bytes());
            if out.put(row) && !out.send().await {
                return Ok(Came { is_unwanted: true, ..came });
            }
        }
        Ok(came)
    }
}
