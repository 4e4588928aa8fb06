//! A source read to its end: as a stream of events, and into a history.

use std::io;
use std::time::SystemTime;

use tokio::sync::mpsc::{Sender, channel};

#[cfg(feature = "mysql")]
use super::mysql;
use super::text;
use super::{Error, Event, Log, Opened, Options, Reject, Rejects, Source, Why};
use crate::display::words;
use crate::history::{History, PushError, Revision, Rows};

/// How many batches wait at most for whoever takes them.
const WAITING: usize = 8;

/// Reads a source to its end, or until the receiver is dropped. What is sent to a server is logged.
#[cfg_attr(not(feature = "mysql"), expect(unused, reason = "something is sent to servers only"))]
pub async fn stream(source: Source, options: Options, log: Log, events: Sender<Event>) {
    match source {
        #[cfg(feature = "mysql")]
        Source::Server(endpoint) => mysql::read(&endpoint, &options, &log, events).await,
        Source::File(path) => {
            text(events, move |send| text::open_and_stream(&path, &options, send)).await;
        }
        Source::Stdin => {
            let read = move |send: &mut dyn FnMut(Event) -> bool| {
                text::stream(io::stdin().lock(), "standard input", None, &options, send);
            };
            text(events, read).await;
        }
        Source::Scenario(scenario) => {
            let read = move || text::read(scenario.text, scenario.name, &options);
            text(events, move |send| text::send_whole(read(), send)).await;
        }
    }
}

/// Reads text where waiting for it stops nothing else, and notes when it began to come.
async fn text(
    events: Sender<Event>,
    read: impl FnOnce(&mut dyn FnMut(Event) -> bool) + Send + 'static,
) {
    let read = tokio::task::spawn_blocking(move || {
        read(&mut |mut event| {
            if let Event::Opened(opened) = &mut event {
                opened.moment.at = Some(SystemTime::now());
            }
            events.blocking_send(event).is_ok()
        });
    });
    // A panic has been printed already, and the channel is closed without an end.
    drop(read.await);
}

/// A table, as far as it could be read.
#[derive(Debug)]
pub struct Loaded {
    /// What the source told before its rows.
    pub opened: Opened,
    /// The rows.
    pub history: History,
    /// The rows that could not be understood.
    pub unread: Rejects,
    /// Why the reading ended before the end of the table, if it did.
    pub error: Option<Error>,
}

/// How far a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many entries of indexes have been read, and no rows yet.
    Entries(usize),
    /// So many rows have come, of so many that are expected, where that is known.
    Rows(usize, Option<u64>),
}

/// Reads a source into a history. What is sent to a server is logged, and `progress` is told how
/// far the reading is.
///
/// # Errors
///
/// When the source cannot be opened. A source that fails later is [`Loaded`] as far as it was read,
/// with its error.
pub async fn load(
    source: Source,
    options: Options,
    log: &Log,
    progress: impl Fn(Progress),
) -> Result<Loaded, Error> {
    let (sender, mut events) = channel(WAITING);
    let reading = tokio::spawn(stream(source, options, log.clone(), sender));
    let mut loaded: Option<Loaded> = None;
    let ended = loop {
        match (events.recv().await, &mut loaded) {
            (Some(Event::Opened(opened)), _) => loaded = Some(Loaded::new(opened)),
            (Some(Event::Rows(rows)), Some(loaded)) => {
                if let Err(error) = loaded.take(&rows) {
                    break Err(error);
                }
                progress(Progress::Rows(loaded.history.len(), loaded.opened.expected));
            }
            (Some(Event::Late(rows)), Some(loaded)) => {
                if let Err(why) = loaded.history.merge(rows) {
                    break Err(Error::new("the rows make no table").because(why));
                }
            }
            (Some(Event::Requests(values)), Some(loaded)) => {
                for (id, value) in values {
                    loaded.history.note_request(id, &value);
                }
            }
            (Some(Event::Progress(entries)), Some(_)) => progress(Progress::Entries(entries)),
            (Some(Event::Note(note)), Some(loaded)) => loaded.opened.notes.push(note),
            (Some(Event::Rejects(rows)), Some(loaded)) => loaded.unread.extend(rows),
            (Some(Event::Ended(ended)), _) => break ended,
            (Some(_), None) | (None, _) => {
                break Err(Error::new("the reading broke off").because("the source went silent"));
            }
        }
    };
    reading.abort();
    match (loaded, ended) {
        (Some(mut loaded), ended) => {
            let history = &loaded.history;
            let doubt = words::taken_as_one(history, history.keys().map(|(key, _)| key));
            loaded.opened.notes.extend(doubt);
            Ok(Loaded { error: ended.err(), ..loaded })
        }
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(Error::new("the source ended before it was opened")),
    }
}

impl Loaded {
    fn new(opened: Opened) -> Self {
        let history = opened.history();
        Self { opened, history, unread: Rejects::default(), error: None }
    }

    /// Adds rows; one that the history does not take is left out, but none is left out in silence.
    fn take(&mut self, rows: &Rows) -> Result<(), Error> {
        for row in rows.iter() {
            match self.history.push(row) {
                Ok(()) => {}
                Err(why @ PushError::TooMany) => {
                    return Err(Error::new("the table is too large").because(why));
                }
                Err(PushError::Twice(_)) => self.leave_out(row.id, "it occurs twice".into()),
                Err(PushError::Order { after, .. }) => {
                    let words = "it comes after revision {}: rows must come in the order of their \
                                 ids";
                    self.leave_out(row.id, Why::new(words, &[&after]));
                }
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, id: Revision, why: Why) {
        self.unread.push(|| Reject { place: format!("revision {id}"), why });
    }
}
