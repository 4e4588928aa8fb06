//! A source read to its end: as a stream of events, and into a history.

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{Error, Event, Intake, Log, Options, Source};

/// How many batches wait at most for whoever takes them.
pub(super) const WAITING: usize = 8;

/// Reads a source to its end, or until the receiver is dropped: see [`Store::read`](super::Store::read).
pub async fn stream(source: Source, options: Options, log: Log, events: Sender<Event>) {
    source.read(&options, &log, events).await;
}

/// A table, as far as it could be read.
#[derive(Debug)]
pub struct Loaded {
    /// What came.
    pub table: Intake,
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
    let loaded = gather(&mut events, progress).await;
    reading.abort();
    loaded
}

/// Takes what a source sends, until it has ended.
pub(super) async fn gather(
    events: &mut Receiver<Event>,
    progress: impl Fn(Progress),
) -> Result<Loaded, Error> {
    let mut table: Option<Intake> = None;
    let ended = loop {
        match (events.recv().await, &mut table) {
            (Some(Event::Opened(opened)), _) => table = Some(Intake::new(opened)),
            (Some(Event::Ended(ended)), _) => break ended,
            (Some(event), Some(table)) => {
                if let Err(error) = take(table, event) {
                    break Err(error);
                }
                progress(match table.history.len() {
                    0 if table.entries > 0 => Progress::Entries(table.entries),
                    rows => Progress::Rows(rows, table.opened.expected),
                });
            }
            (Some(_), None) | (None, _) => {
                break Err(Error::new("the reading broke off").because("the source went silent"));
            }
        }
    };
    match (table, ended) {
        (Some(table), ended) => Ok(Loaded { table, error: ended.err() }),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(Error::new("the source ended before it was opened")),
    }
}

/// Takes what came; late rows at once.
fn take(table: &mut Intake, event: Event) -> Result<(), Error> {
    table.take(event)?;
    if let Some(history) = table.merged(usize::MAX)? {
        table.history = history;
    }
    Ok(())
}
