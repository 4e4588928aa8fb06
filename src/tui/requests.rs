//! What the source is asked for, and its answers as they come.

use std::time::{Duration, Instant};

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{App, Command, Message};
use crate::history::Revision;
use crate::source::{Error, Event, Found, Looked, Measured, Sample, Untold, Wanted};

/// How many batches may wait for the screen. More would only be memory.
const WAITING: usize = 8;

/// What starts something that sends its answers, until nobody takes them.
#[derive(Debug)]
pub struct Asking<R, M, V, S, L> {
    /// Reads the source, each time from its start, and sends what it reads.
    pub read: R,
    /// Measures the values of the rows from one id up to another.
    pub measure: M,
    /// Reads the values of one row.
    pub value: V,
    /// Reads the starts of the values of some rows.
    pub sample: S,
    /// Reads what is after a revision, once a while has passed.
    pub look: L,
}

/// What was asked for, and what came of it.
pub type Sampled = (Vec<Revision>, Result<Vec<Sample>, Untold>);

/// The answers that are awaited.
pub(super) struct Answers<R, M, V, S, L> {
    asking: Asking<R, M, V, S, L>,
    rows: Option<Receiver<Event>>,
    sizes: Option<Receiver<Measured>>,
    found: Option<Receiver<Found>>,
    sampled: Option<Receiver<Sampled>>,
    looked: Option<Receiver<Looked>>,
    began: Instant,
}

impl<R, M, V, S, L> Answers<R, M, V, S, L>
where
    R: Fn(Sender<Event>),
    M: Fn((Revision, Revision), Sender<Measured>),
    V: Fn(Wanted, Sender<Found>),
    S: Fn(Vec<Revision>, Sender<Sampled>),
    L: Fn((Revision, Duration), Sender<Looked>),
{
    /// Starts the reading.
    pub(super) fn new(asking: Asking<R, M, V, S, L>) -> Self {
        let rows = Some(open(&asking.read));
        let (sizes, found, sampled, looked) = Default::default();
        Self { asking, rows, sizes, found, sampled, looked, began: Instant::now() }
    }

    /// How long the reading or the measuring has gone on.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Asks for what a command wants, or for it no longer. Those that want nothing of the source are
    /// not for here.
    pub(super) fn ask(&mut self, command: Command) {
        let Self { asking, rows, sizes, found, sampled, looked, began } = self;
        match command {
            Command::StopReading => *rows = None,
            Command::Reload => {
                *rows = Some(open(&asking.read));
                *sizes = None;
                *looked = None;
                *began = Instant::now();
            }
            Command::Measure(range) => {
                *sizes = Some(open(|sender| (asking.measure)(range, sender)));
                *began = Instant::now();
            }
            Command::StopMeasuring => *sizes = None,
            Command::Value(wanted) => {
                *found = Some(open(|sender| (asking.value)(wanted, sender)));
            }
            Command::StopValue => *found = None,
            Command::Sample(ids) => {
                *sampled = Some(open(|sender| (asking.sample)(ids, sender)));
            }
            Command::Look(after, pause) => {
                *looked = Some(open(|sender| (asking.look)((after, pause), sender)));
            }
            Command::StopLooking => *looked = None,
            Command::Quit
            | Command::Interrupt
            | Command::Suspend
            | Command::Copy(..)
            | Command::Save(_)
            | Command::AskBackground
            | Command::Mouse(_)
            | Command::Show(..)
            | Command::Fail(_) => {}
        }
    }

    /// The next answer, of rows not before late ones are in their places; a source that went away without a word has failed.
    pub(super) async fn next(&mut self, app: &App) -> Option<Message> {
        let (reading, measuring) = (app.is_reading(), app.is_measuring());
        tokio::select! {
            biased;
            // One message, and not after all rows.
            what = receive(&mut self.found) => what.map(Message::Found),
            what = receive(&mut self.sampled) => {
                what.map(|(asked, came)| Message::Sampled(asked, came))
            }
            looked = receive(&mut self.looked) => looked.map(Message::Looked),
            event = receive(&mut self.rows), if !app.is_merging() => event.map(Message::Source).or_else(|| {
                reading.then(|| Message::Source(Event::Ended(Err(broke_off("reading")))))
            }),
            measured = receive(&mut self.sizes) => measured.map(Message::Measured).or_else(|| {
                measuring.then(|| Message::Measured(Measured::Ended(Err(broke_off("measuring")))))
            }),
        }
    }

    /// An answer that is there already.
    pub(super) fn waiting(&mut self, app: &App) -> Option<Message> {
        let rows = self.rows.as_mut().filter(|_| !app.is_merging());
        let event = rows.and_then(|rows| rows.try_recv().ok());
        event.map(Message::Source).or_else(|| {
            let measured = self.sizes.as_mut().and_then(|sizes| sizes.try_recv().ok());
            measured.map(Message::Measured)
        })
    }
}

fn open<T>(ask: impl FnOnce(Sender<T>)) -> Receiver<T> {
    let (sender, receiver) = channel(WAITING);
    ask(sender);
    receiver
}

/// The next thing that is sent; once nothing, where the sender has gone away; then waits for ever.
async fn receive<T>(sent: &mut Option<Receiver<T>>) -> Option<T> {
    let Some(receiver) = sent else { return std::future::pending().await };
    let next = receiver.recv().await;
    if next.is_none() {
        *sent = None;
    }
    next
}

/// A source that went away without a word.
fn broke_off(what: &str) -> Error {
    Error::new(format!("the {what} broke off")).because("the source went silent")
}
