//! What is typed, as much of it at once as is there.

use std::io;
use std::time::Duration;

use crossterm::event::{self, Event, EventStream, KeyEvent, KeyEventKind, MouseEvent};
use futures_util::StreamExt;

use super::background::Question;
use crate::display::Background;

/// How many keys are taken before the screen is drawn.
const MOST: usize = 4096;
/// How long a key is waited for that comes together with others. The stream by itself gives nothing that
/// it has not waited for, even where the terminal has sent more.
const TOGETHER: Duration = Duration::from_millis(1);

/// What came from the terminal.
pub(super) enum Heard {
    /// Keys, one after the other.
    Keys(Vec<KeyEvent>),
    /// Text that was pasted.
    Text(String),
    /// The mouse.
    Mouse(MouseEvent),
    /// The size changed.
    Size,
    /// The terminal says what its background is.
    Background(Background),
    /// What nobody waits for.
    Nothing,
    /// The terminal is gone.
    End,
}

/// The keyboard. A terminal that does not say what is pasted sends a key for each letter: those that
/// are there are taken together, so that they are not answered one by one.
#[derive(Default)]
pub(super) struct Keyboard {
    events: Option<EventStream>,
    /// What came after keys, and is no key.
    after: Option<io::Result<Heard>>,
    /// What the terminal was asked, and what it has said among the keys.
    question: Question,
    background: Option<Background>,
}

impl Keyboard {
    /// Asks the terminal whether its background is dark or light. It answers when it likes, or never.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub(super) fn ask_background(&mut self) -> io::Result<()> {
        self.question.ask()
    }

    /// Waits for an answer that may be on its way, as the last thing that is read: whoever has the
    /// terminal next did not ask.
    pub(super) fn settle(&mut self) {
        while let Some(patience) = self.question.patience()
            && event::poll(patience).unwrap_or(false)
            && let Ok(event) = event::read()
        {
            if let Event::Key(key) = event {
                self.question.take(vec![key]);
            }
        }
    }

    /// Leaves what is typed to another program, until something is waited for again.
    pub(super) fn rest(&mut self) {
        self.events = None;
    }

    /// The next thing that comes.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be read.
    pub(super) async fn next(&mut self) -> io::Result<Heard> {
        if let Some(background) = self.background.take() {
            return Ok(Heard::Background(background));
        }
        let mut heard = match self.after.take() {
            Some(heard) => heard?,
            None => heard(self.events.get_or_insert_default().next().await)?,
        };
        while let Heard::Keys(keys) = &mut heard
            && keys.len() < MOST
            && event::poll(TOGETHER)?
        {
            match event::read()? {
                Event::Key(key) => keys.extend(pressed(key)),
                other => {
                    self.after = Some(self::heard(Some(Ok(other))));
                    break;
                }
            }
        }
        let Heard::Keys(keys) = heard else { return Ok(heard) };
        let (keys, background) = self.question.take(keys);
        if keys.is_empty() {
            return Ok(background.map_or(Heard::Nothing, Heard::Background));
        }
        self.background = background;
        Ok(Heard::Keys(keys))
    }
}

fn heard(event: Option<io::Result<Event>>) -> io::Result<Heard> {
    Ok(match event.transpose()? {
        Some(Event::Key(key)) => Heard::Keys(pressed(key).into_iter().collect()),
        Some(Event::Paste(text)) => Heard::Text(text),
        Some(Event::Resize(..)) => Heard::Size,
        Some(Event::Mouse(event)) => Heard::Mouse(event),
        Some(_) => Heard::Nothing,
        None => Heard::End,
    })
}

/// A key, unless it was let go.
fn pressed(key: KeyEvent) -> Option<KeyEvent> {
    (key.kind != KeyEventKind::Release).then_some(key)
}
