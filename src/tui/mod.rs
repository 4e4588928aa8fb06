//! The explorer: keys, their chains, and what compaction would do, on a terminal.
//!
//! One model, [`App`]; one [`update`] that a [`Message`] changes it by; one [`view`] that borrows it
//! and draws. What the model cannot do itself, it asks for with a [`Command`]. The loop in this file
//! owns the terminal, the source and time, and is the only part that waits.

mod act;
pub mod again;
pub mod app;
mod background;
pub mod copy;
pub mod external;
pub mod find;
mod follow;
mod footer;
mod header;
mod intake;
mod keyboard;
pub mod keymap;
pub mod keyname;
mod layout;
pub mod live;
mod mark;
pub mod message;
pub mod moment;
mod mouse;
mod navigate;
pub mod overlays;
pub mod palette;
pub mod panes;
mod preferences;
mod prompt;
mod reload;
mod requests;
pub mod save;
mod screen;
mod style;
mod terminal;
pub mod trail;
pub mod trial;
mod typing;
mod update;
mod view;

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use ratatui::DefaultTerminal;
use tokio::sync::mpsc::Sender;
use tokio::time::{MissedTickBehavior, interval};

pub use app::{App, Start};
use keyboard::{Heard, Keyboard};
pub use live::Following;
pub use message::{Command, Message};
pub use preferences::{NamedTheme, Preferences};
use requests::Answers;
pub use requests::{Asking, Sampled};
use save::Saving;
pub use style::Look;
use terminal::{Asked, HANGUP, INTERRUPT, Signals};
pub use update::update;
pub use view::view;

use crate::history::Revision;
use crate::source::{self, Event, Found, Log, Looked, Measured, Wanted};

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

/// Runs the explorer until it is left. `asking` starts what is asked of the source. What is sent to a server is in the log. `save` writes a report of what is shown to a new file, and gives
/// how many bytes it has, or says why it could not.
pub async fn run(
    start: Start,
    log: &Log,
    asking: Asking<
        impl Fn(Sender<Event>),
        impl Fn((Revision, Revision), Sender<Measured>),
        impl Fn(Wanted, Sender<Found>),
        impl Fn(Vec<Revision>, Sender<Sampled>),
        impl Fn((Revision, Duration), Sender<Looked>),
    >,
    save: impl Fn(&App, &Saving) -> Result<u64, String>,
) -> Leave {
    if !io::stdout().is_terminal() {
        return Leave::Terminal(io::Error::other("standard output is not a terminal"));
    }
    // First: a signal that comes in between must not leave the terminal as it is drawn on.
    let (mut signals, _watch) = match Signals::listen().and_then(|it| Ok((it, terminal::watch()?)))
    {
        Ok(listening) => listening,
        Err(error) => return Leave::Terminal(error),
    };
    // It is given back by ratatui's hook where something panics, before that is reported.
    terminal::give_mouse_back_in_a_panic();
    let mut screen = match ratatui::try_init() {
        Ok(screen) => screen,
        Err(error) => return Leave::Terminal(error),
    };
    let answers = Answers::new(asking);
    let mut keyboard = Keyboard::default();
    let mut devices =
        Devices { screen: &mut screen, signals: &mut signals, keyboard: &mut keyboard };
    let leave = explore(&mut devices, start, log, answers, save).await;
    keyboard.settle();
    terminal::give_back(screen);
    match leave {
        Ok(leave) => leave,
        Err(_) if terminal::is_gone() => Leave::Signal(HANGUP),
        Err(error) => Leave::Terminal(error),
    }
}

/// What somebody looks at and types on, and the signals of whoever has it.
struct Devices<'d> {
    screen: &'d mut DefaultTerminal,
    signals: &'d mut Signals,
    keyboard: &'d mut Keyboard,
}

async fn explore(
    devices: &mut Devices<'_>,
    start: Start,
    log: &Log,
    mut answers: Answers<
        impl Fn(Sender<Event>),
        impl Fn((Revision, Revision), Sender<Measured>),
        impl Fn(Wanted, Sender<Found>),
        impl Fn(Vec<Revision>, Sender<Sampled>),
        impl Fn((Revision, Duration), Sender<Looked>),
    >,
    save: impl Fn(&App, &Saving) -> Result<u64, String>,
) -> io::Result<Leave> {
    let mut app = App::new(start, devices.screen.size()?);
    terminal::take_mouse(app.start.preferences.mouse)?;
    let mut sent = log.follow();
    if app.start.preferences.asks_background {
        devices.keyboard.ask_background()?;
    }
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watch = interval(WATCH);
    watch.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if app.shows_statements() && sent.has_changed().unwrap_or(false) {
            update(&mut app, Message::Sent(sent.borrow_and_update().clone()));
        }
        devices.screen.draw(|frame| view(&app, frame))?;
        let message = tokio::select! {
            biased;
            asked = devices.signals.next() => match asked {
                Asked::End(number) => return Ok(Leave::Signal(number)),
                Asked::GoOn => {
                    terminal::resume(devices.screen)?;
                    Some(sized(devices.screen)?)
                }
            },
            heard = devices.keyboard.next() => match heard? {
                Heard::Keys(keys) => Some(Message::Keys(keys)),
                Heard::Text(text) => Some(Message::Paste(text)),
                Heard::Mouse(event) => Some(Message::Mouse(event)),
                // What it says may be old: the size changes while it waits to be heard.
                Heard::Size => Some(sized(devices.screen)?),
                Heard::Background(background) => Some(Message::Background(background)),
                Heard::Nothing => None,
                // As after a hangup.
                Heard::End => return Ok(Leave::Signal(HANGUP)),
            },
            _ = tick.tick(), if app.is_waiting()
                || app.is_reading()
                || app.is_measuring()
                || app.is_playing() => {
                let passed = Message::Clock(answers.elapsed());
                for command in update(&mut app, passed) {
                    answers.ask(command);
                }
                Some(Message::Tick)
            }
            Ok(()) = sent.changed(), if app.shows_statements() => {
                Some(Message::Sent(sent.borrow().clone()))
            }
            answer = answers.next(&app) => answer,
            _ = watch.tick() => {
                if terminal::is_gone() {
                    return Ok(Leave::Signal(HANGUP));
                }
                None
            }
            () = std::future::ready(()), if app.is_merging() => Some(Message::Merge),
            () = std::future::ready(()), if app.is_searching() => Some(Message::Tick),
            () = std::future::ready(()),
                if app.is_planning()
                    || app.is_listing()
                    || app.is_drawing()
                    || app.is_auditing()
                    || app.is_counting()
                    || app.live.is_judging() => None,
        };
        let started = Instant::now();
        let mut next = message;
        while let Some(message) = next.take() {
            for command in update(&mut app, message) {
                match obey(command, &mut app, devices, &save).await? {
                    Obeyed::Leave(leave) => return Ok(leave),
                    Obeyed::Next(message) => next = message.or(next),
                    Obeyed::Asked(command) => answers.ask(command),
                }
            }
            if started.elapsed() < SLICE {
                next = next.or_else(|| answers.waiting(&app));
            }
        }
        for command in work(&mut app) {
            answers.ask(command);
        }
    }
}

/// Goes on with what the model has to do, by a slice of each; what that asks for is for the source.
fn work(app: &mut App) -> Vec<Command> {
    let mut commands = Vec::new();
    if app.is_planning() {
        commands.extend(update(app, Message::Plan));
    }
    if app.is_listing() {
        commands.extend(update(app, Message::List));
    }
    if app.is_drawing() {
        commands.extend(update(app, Message::Draw));
    }
    if app.is_auditing() {
        commands.extend(update(app, Message::Audit));
    }
    if app.is_counting() {
        commands.extend(update(app, Message::Count));
    }
    if app.live.is_judging() {
        commands.extend(update(app, Message::Judge));
    }
    commands
}

/// What came of a command.
enum Obeyed {
    /// The explorer is left.
    Leave(Leave),
    /// It was done, and this follows.
    Next(Option<Message>),
    /// It is for the source.
    Asked(Command),
}

/// Does what the model cannot do itself.
async fn obey(
    command: Command,
    app: &mut App,
    Devices { screen, signals, keyboard }: &mut Devices<'_>,
    save: impl Fn(&App, &Saving) -> Result<u64, String>,
) -> io::Result<Obeyed> {
    match command {
        Command::Quit => {
            let partial = app.is_partial() || app.reading.is_on();
            return Ok(Obeyed::Leave(Leave::Quit { partial }));
        }
        Command::Interrupt => return Ok(Obeyed::Leave(Leave::Signal(INTERRUPT))),
        Command::Fail(error) => return Ok(Obeyed::Leave(Leave::Source(error))),
        Command::Suspend => {
            if !terminal::suspend(screen, signals).await? {
                app.refuse("kinescope cannot be suspended: there is no shell to bring it back.");
            }
            return Ok(Obeyed::Next(Some(sized(screen)?)));
        }
        Command::Show(external, texts) => {
            // Otherwise it would read what is typed there.
            keyboard.rest();
            let shown =
                terminal::lend(screen, signals, || external::program::show(external, &texts))?;
            if let Err(why) = shown {
                app.refuse(why);
            }
            return Ok(Obeyed::Next(Some(sized(screen)?)));
        }
        Command::Mouse(is_ours) => terminal::take_mouse(is_ours)?,
        Command::AskBackground => keyboard.ask_background()?,
        Command::Save(saving) => {
            let done = save(app, &saving);
            palette::run::saved(app, &saving, done);
        }
        Command::Copy(what, text) => {
            let done = copy::clipboard::copy(&text, app.start.preferences.clipboard.as_deref());
            copy::actions::said(app, what, text.len(), done);
        }
        command => return Ok(Obeyed::Asked(command)),
    }
    Ok(Obeyed::Next(None))
}

fn sized(screen: &DefaultTerminal) -> io::Result<Message> {
    let size = screen.size()?;
    Ok(Message::Resize(size.width, size.height))
}
