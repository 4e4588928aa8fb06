//! The explorer: keys, their chains, and what compaction would do, on a terminal.
//!
//! One model, [`App`]; one [`update`] that a [`Message`] changes it by; one [`view`] that borrows it
//! and draws. What the model cannot do itself, it asks for with a [`Command`]. The loop in this file
//! owns the terminal, the source and time, and is the only part that waits.

mod aim;
pub mod app;
mod audit;
pub mod bytes;
mod chain_pane;
mod choice;
mod detail;
mod finding_list;
mod go;
mod intake;
mod key_list;
pub mod keys;
mod layout;
mod lead;
mod manual;
pub mod message;
mod names;
pub mod overlay;
mod paint;
mod prefix;
mod preview;
mod prompt;
mod search;
mod strip;
mod update;
mod usage;
pub mod value;
mod view;

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use crossterm::event::{Event as TerminalEvent, EventStream, KeyEventKind};
use futures_util::StreamExt;
use ratatui::DefaultTerminal;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{MissedTickBehavior, interval};

pub use app::{App, Start};
pub use message::{Command, Message};
pub use update::update;
pub use view::view;

use crate::history::Revision;
use crate::source::{self, Event, Found, Log, Measured, Wanted};

/// How many batches may wait for the screen. More would only be memory.
const WAITING: usize = 8;
/// How long rows are linked before the screen is drawn again and keys are answered.
const SLICE: Duration = Duration::from_millis(8);
/// How often the lists follow the rows that came.
const TICK: Duration = Duration::from_millis(100);

/// How often it is looked whether the terminal is still there.
const WATCH: Duration = Duration::from_secs(1);

/// How the explorer ended.
#[derive(Debug)]
pub enum Leave {
    /// By choice.
    Quit {
        /// Whether what was shown last was a part of the table.
        partial: bool,
    },
    /// By a signal of this number, or by Ctrl-C.
    Signal(u8),
    /// The source could not be opened.
    Source(source::Error),
    /// The terminal could not be used.
    Terminal(io::Error),
}

/// Runs the explorer until it is left. `read` starts the reading of the source, each time from its
/// start, and sends what it reads; `measure` starts to measure the values of the rows from one id up
/// to another; `value` starts to read the values of one row. Each stops when the receiver is gone.
/// What is sent to a server is in the log.
pub async fn run(
    start: Start,
    log: &Log,
    read: impl Fn(Sender<Event>),
    measure: impl Fn((Revision, Revision), Sender<Measured>),
    value: impl Fn(Wanted, Sender<Found>),
) -> Leave {
    if !io::stdout().is_terminal() {
        return Leave::Terminal(io::Error::other("standard output is not a terminal"));
    }
    // First: a signal that comes in between must not leave the terminal as it is drawn on.
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return Leave::Terminal(error),
    };
    // It is given back by ratatui's hook where something panics, before that is reported.
    let mut screen = match ratatui::try_init() {
        Ok(screen) => screen,
        Err(error) => return Leave::Terminal(error),
    };
    let leave = explore(&mut screen, &mut signals, start, log, read, measure, value).await;
    give_back(screen);
    match leave {
        Ok(leave) => leave,
        Err(_) if is_gone() => Leave::Signal(HANGUP),
        Err(error) => Leave::Terminal(error),
    }
}

async fn explore(
    screen: &mut DefaultTerminal,
    signals: &mut Signals,
    start: Start,
    log: &Log,
    read: impl Fn(Sender<Event>),
    measure: impl Fn((Revision, Revision), Sender<Measured>),
    value: impl Fn(Wanted, Sender<Found>),
) -> io::Result<Leave> {
    let mut app = App::new(start, screen.size()?);
    let mut sent = log.follow();
    let mut rows = Some(open(&read));
    let mut sizes = None;
    let mut found = None;
    let mut began = Instant::now();
    let mut keyboard = EventStream::new();
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watch = interval(WATCH);
    watch.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if app.shows_statements() && sent.has_changed().unwrap_or(false) {
            update(&mut app, Message::Sent(sent.borrow_and_update().clone()));
        }
        screen.draw(|frame| view(&app, frame))?;
        let message = tokio::select! {
            biased;
            number = signals.next() => return Ok(Leave::Signal(number)),
            event = keyboard.next() => match event {
                Some(event) => terminal_event(event?),
                // The terminal is gone, as after a hangup.
                None => return Ok(Leave::Signal(HANGUP)),
            },
            _ = tick.tick(), if app.is_waiting() || app.reading.is_on() || app.is_measuring() => {
                update(&mut app, Message::Clock(began.elapsed()));
                Some(Message::Tick)
            }
            Ok(()) = sent.changed(), if app.shows_statements() => {
                Some(Message::Sent(sent.borrow().clone()))
            }
            // One message, and not after all rows.
            what = receive(&mut found) => what.map(Message::Found),
            event = receive(&mut rows) => event.map(Message::Source).or_else(|| {
                let is_on = app.reading.is_on();
                is_on.then(|| Message::Source(Event::Ended(Err(broke_off("reading")))))
            }),
            measured = receive(&mut sizes) => measured.map(Message::Measured).or_else(|| {
                let is_on = app.is_measuring();
                is_on.then(|| Message::Measured(Measured::Ended(Err(broke_off("measuring")))))
            }),
            _ = watch.tick() => {
                if is_gone() {
                    return Ok(Leave::Signal(HANGUP));
                }
                None
            }
            () = std::future::ready(()), if app.is_searching() => Some(Message::Tick),
            () = std::future::ready(()),
                if app.is_planning()
                    || app.is_listing()
                    || app.is_auditing()
                    || app.is_counting() => None,
        };
        let started = Instant::now();
        let mut next = message;
        while let Some(message) = next.take() {
            for command in update(&mut app, message) {
                match command {
                    Command::Quit => {
                        let partial = app.is_partial() || app.reading.is_on();
                        return Ok(Leave::Quit { partial });
                    }
                    Command::Interrupt => return Ok(Leave::Signal(INTERRUPT)),
                    Command::Fail(error) => return Ok(Leave::Source(error)),
                    Command::StopReading => rows = None,
                    Command::Reload => {
                        rows = Some(open(&read));
                        sizes = None;
                        began = Instant::now();
                    }
                    Command::Measure(range) => {
                        sizes = Some(open(|sender| measure(range, sender)));
                        began = Instant::now();
                    }
                    Command::StopMeasuring => sizes = None,
                    Command::Value(wanted) => found = Some(open(|sender| value(wanted, sender))),
                    Command::StopValue => found = None,
                }
            }
            if started.elapsed() < SLICE {
                let more = |rows: &mut Receiver<_>| rows.try_recv().ok().map(Message::Source);
                next = rows.as_mut().and_then(more);
                let more = |sizes: &mut Receiver<_>| sizes.try_recv().ok().map(Message::Measured);
                next = next.or_else(|| sizes.as_mut().and_then(more));
            }
        }
        if app.is_planning() {
            update(&mut app, Message::Plan);
        }
        if app.is_listing() {
            update(&mut app, Message::List);
        }
        if app.is_auditing() {
            update(&mut app, Message::Audit);
        }
        if app.is_counting() {
            update(&mut app, Message::Count);
        }
    }
}

fn open<T>(read: impl FnOnce(Sender<T>)) -> Receiver<T> {
    let (sender, receiver) = channel(WAITING);
    read(sender);
    receiver
}

/// The next thing that the source sends; once nothing, where it has gone away; then waits for ever.
async fn receive<T>(sent: &mut Option<Receiver<T>>) -> Option<T> {
    let Some(receiver) = sent else { return std::future::pending().await };
    let next = receiver.recv().await;
    if next.is_none() {
        *sent = None;
    }
    next
}

/// A source that went away without a word.
fn broke_off(what: &str) -> source::Error {
    source::Error::new(format!("the {what} broke off")).because("the source went silent")
}

/// Whether the terminal is no longer there. Whoever started the program may have kept the signal that
/// says so from it, and the keyboard of such a terminal is silent.
fn is_gone() -> bool {
    rustix::termios::tcgetattr(io::stdout()).is_err()
}

fn terminal_event(event: TerminalEvent) -> Option<Message> {
    match event {
        TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => Some(Message::Key(key)),
        TerminalEvent::Paste(text) => Some(Message::Paste(text)),
        TerminalEvent::Resize(width, height) => Some(Message::Resize(width, height)),
        _ => None,
    }
}

/// Leaves the second screen and raw mode.
fn give_back(mut screen: DefaultTerminal) {
    // A terminal that is gone needs nothing.
    let _ = ratatui::try_restore();
    // A cursor that was hidden for a frame must not stay so.
    if screen.show_cursor().is_err() {
        // When it is dropped it would try again, and panic, since that it failed cannot be said either.
        std::mem::forget(screen);
    }
}

const HANGUP: u8 = 1;
const INTERRUPT: u8 = 2;
const TERMINATE: u8 = 15;

/// The signals that end the explorer with the terminal restored.
struct Signals {
    hangup: Signal,
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.hangup.recv() => HANGUP,
            _ = self.interrupt.recv() => INTERRUPT,
            _ = self.terminate.recv() => TERMINATE,
        }
    }
}
