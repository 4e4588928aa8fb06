//! The rows, read at full speed: as long as they are read, kine's checkpoint waits.

use std::collections::VecDeque;
use std::time::SystemTime;

use sqlx::sqlite::SqliteRow;
use tokio::sync::mpsc::Sender;

use super::layout::Layout;
use super::{Cell, Session, Sqlite, cell, decode, statement, wal};
use crate::history::{Profile, Revision, Row, Rows, is_requests_name};
use crate::source::requests::{LONGEST, Newest};
use crate::source::{BATCH, Error, Event, Log, Moment, Opened, Options, Rejects};

/// How many rows SQLite packs into one text: a batch.
const PAGE: i64 = 4096;

/// What SQLite says of a file that it finds no damage in.
const SOUND: &str = "ok";
const NO_DAMAGE: &str = "SQLite's quick check finds no damage in the file.";

/// Reads the table and sends it, as [`Event`] describes. Ends early, without a word, when the receiver
/// is dropped.
///
/// All errors are sent.
pub(super) async fn read(database: &Sqlite, options: &Options, log: &Log, events: Sender<Event>) {
    let outcome = tokio::select! {
        biased;
        () = events.closed() => return,
        outcome = send_table(database, options, log, &events, false) => outcome.map(|_ended| ()),
    };
    // Nobody is left to tell that there is nobody left.
    drop(events.send(Event::Ended(outcome)).await);
}

/// Gives the session once all has been sent, its transaction still open if it is to be kept; `None` where
/// nobody listens.
pub(super) async fn send_table(
    database: &Sqlite,
    options: &Options,
    log: &Log,
    events: &Sender<Event>,
    keeps: bool,
) -> Result<Option<Session>, Error> {
    let mut session = Session::open(database, log).await?;
    let moment = Moment { at: Some(SystemTime::now()), ..Moment::default() };
    let kind = session.version().await?.to_string();
    let layout = session.layout(options).await?;
    let profile = layout.profile.clone();
    let mut notes = layout.notes.clone();
    notes.extend(session.note_on_space().await?);
    notes.extend(wal::note_on_size(&database.path));
    notes.extend(session.opening.note());
    notes.extend(session.opening.flaw());
    let opened = Opened { profile: profile.clone(), kind, moment, notes, ..Opened::nothing() };
    if events.send(Event::Opened(opened)).await.is_err() {
        return Ok(None);
    }
    let mut taken = Taken::new(&profile, events);
    session.rows(&layout, &mut taken).await?;
    let Taken { batch, mut waiting, mut asking, rejects, .. } = taken;
    waiting.push_back(batch);
    let requests = session.requests(asking.take(), layout.has_values).await?;
    if !keeps {
        session.end().await?;
    }
    for rows in waiting {
        if events.send(Event::Rows(rows)).await.is_err() {
            return Ok(None);
        }
    }
    // Who dropped the receiver wants to hear no more.
    if !rejects.is_empty() {
        drop(events.send(Event::Rejects(rejects)).await);
    }
    if options.quick_check {
        let said = session.quick_check().await?;
        if said == SOUND {
            drop(events.send(Event::Note(NO_DAMAGE.to_owned())).await);
        }
        let mut profile = Box::new(profile);
        if let Some(database) = &mut profile.database {
            database.set_variable("quick_check", &said);
        }
        drop(events.send(Event::Learned(profile)).await);
    }
    if !requests.is_empty() {
        drop(events.send(Event::Requests(requests)).await);
    }
    Ok(Some(session))
}

/// Where rows go, in the order of their ids.
struct Taken<'t> {
    profile: &'t Profile,
    events: &'t Sender<Event>,
    batch: Rows,
    /// Batches that the receiver had no room for.
    waiting: VecDeque<Rows>,
    asking: Newest<()>,
    rejects: Rejects,
    /// The id of the row before, if it had one.
    last: Option<i64>,
}

impl<'t> Taken<'t> {
    fn new(profile: &'t Profile, events: &'t Sender<Event>) -> Self {
        Self {
            profile,
            events,
            batch: Rows::new(),
            waiting: VecDeque::new(),
            asking: Newest::default(),
            rejects: Rejects::default(),
            last: None,
        }
    }

    fn put(&mut self, row: Row<'_>) {
        if !self.profile.takes(row.id, row.name) {
            return;
        }
        if row.name.is_some_and(|name| is_requests_name(name, &self.profile.collation)) {
            self.asking.put(row.id, ());
        }
        self.batch.push(row);
        if self.batch.len() >= BATCH {
            self.waiting.push_back(std::mem::take(&mut self.batch));
            self.send_ready();
        }
    }

    fn put_cells(&mut self, cells: &SqliteRow) {
        match decode::row(cells, &mut self.last) {
            Ok(row) => self.put(row),
            Err(reject) => self.rejects.push(|| reject),
        }
    }

    /// Sends what the receiver has room for, and waits for nothing.
    fn send_ready(&mut self) {
        while let Ok(room) = self.events.try_reserve() {
            let Some(rows) = self.waiting.pop_front() else { return };
            room.send(Event::Rows(rows));
        }
    }
}

impl Session {
    /// Reads all rows, page by page where SQLite can go on from an id.
    async fn rows(&mut self, layout: &Layout, taken: &mut Taken<'_>) -> Result<(), Error> {
        let Some(page) = layout.page else {
            return Ok(self.each(layout.rows, &[], |row| taken.put_cells(&row)).await?);
        };
        let mut next = Some(i64::MIN);
        while let Some(first) = next {
            let given = [first, PAGE];
            let packed = self.fetch(statement::PACKED, &given).await?;
            let Some(Cell::Integer(last)) = packed.first().map(|row| cell(row, 1)) else { break };
            match packed.first().and_then(decode::unpacked) {
                Some(rows) => rows.into_iter().for_each(|row| taken.put(row)),
                // What is wrong with one of them, its cells tell.
                None => self.each(page, &given, |row| taken.put_cells(&row)).await?,
            }
            next = last.checked_add(1);
        }
        Ok(())
    }

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
