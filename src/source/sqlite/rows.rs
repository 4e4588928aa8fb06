//! The rows, read at full speed: as long as they are read, kine's checkpoint waits.

use std::collections::VecDeque;
use std::time::SystemTime;

use tokio::sync::mpsc::Sender;

use super::{Cell, Session, Sqlite, cell, decode, statement};
use crate::history::{Revision, Rows, is_requests_name};
use crate::source::requests::{LONGEST, Newest};
use crate::source::{BATCH, Error, Event, Log, Moment, Opened, Options, Rejects};

/// Reads the table and sends it, as [`Event`] describes. Ends early, without a word, when the receiver
/// is dropped.
///
/// All errors are sent.
pub(super) async fn read(database: &Sqlite, options: &Options, log: &Log, events: Sender<Event>) {
    let outcome = tokio::select! {
        biased;
        () = events.closed() => return,
        outcome = send_table(database, options, log, &events) => outcome,
    };
    // Nobody is left to tell that there is nobody left.
    drop(events.send(Event::Ended(outcome)).await);
}

async fn send_table(
    database: &Sqlite,
    options: &Options,
    log: &Log,
    events: &Sender<Event>,
) -> Result<(), Error> {
    let mut session = Session::open(database, log).await?;
    let moment = Moment { at: Some(SystemTime::now()), ..Moment::default() };
    let kind = session.version().await?.to_string();
    let layout = session.layout(options).await?;
    let profile = layout.profile.clone();
    let space = session.note_on_space().await?;
    let notes = layout.notes.iter().cloned().chain(space).chain(session.opening.note()).collect();
    let opened = Opened { profile: profile.clone(), kind, moment, expected: None, notes };
    if events.send(Event::Opened(opened)).await.is_err() {
        return Ok(());
    }
    let mut waiting = VecDeque::new();
    let mut asking = Newest::default();
    let mut rejects = Rejects::default();
    let (mut last, mut batch) = (None, Rows::new());
    let sql = if layout.has_numeric_names { statement::ROWS_CAST } else { statement::ROWS };
    session
        .each(sql, &[], |row| {
            match decode::row(&row, &mut last) {
                Ok(row) if profile.takes(row.id, row.name) => {
                    if row.name.is_some_and(|name| is_requests_name(name, &profile.collation)) {
                        asking.put(row.id, ());
                    }
                    batch.push(row);
                }
                Ok(_left_out) => {}
                Err(reject) => rejects.push(|| reject),
            }
            if batch.len() >= BATCH {
                waiting.push_back(std::mem::take(&mut batch));
                send_ready(&mut waiting, events);
            }
        })
        .await?;
    waiting.push_back(batch);
    let requests = session.requests(asking.take(), layout.has_values).await?;
    session.end().await?;
    for rows in waiting {
        if events.send(Event::Rows(rows)).await.is_err() {
            return Ok(());
        }
    }
    // Who dropped the receiver wants to hear no more.
    if !rejects.is_empty() {
        drop(events.send(Event::Rejects(rejects)).await);
    }
    if !requests.is_empty() {
        drop(events.send(Event::Requests(requests)).await);
    }
    Ok(())
}

/// Sends what the receiver has room for, and waits for nothing.
fn send_ready(waiting: &mut VecDeque<Rows>, events: &Sender<Event>) {
    while let Ok(room) = events.try_reserve() {
        let Some(rows) = waiting.pop_front() else { return };
        room.send(Event::Rows(rows));
    }
}

impl Session {
    /// The values of the newest rows of `compact_rev_key_apiserver`.
    async fn requests(
        &mut self,
        ids: Vec<(Revision, ())>,
        has_values: bool,
    ) -> Result<Vec<(Revision, Vec<u8>)>, Error> {
        let mut values = Vec::new();
        for (id, ()) in ids.into_iter().filter(|_| has_values) {
            let Ok(given) = i64::try_from(id) else { continue };
            let rows = self.fetch(statement::REQUEST, &[given]).await?;
            if let Some(row) = rows.first()
                && let Cell::Bytes(value) = cell(row, 0)
                && value.len() as u64 <= LONGEST
            {
                values.push((id, value.to_vec()));
            }
        }
        Ok(values)
    }
}
