//! What is typed, as much of it at once as is there.

use std::io;
use std::time::Duration;

use crossterm::event::{self, Event, EventStream, KeyEvent, KeyEventKind};
use futures_util::StreamExt;

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
    /// The size changed.
    Size,
    /// What nobody waits for.
    Nothing,
    /// The terminal is gone.
    End,
}

/// The keyboard. A terminal that does not say what is pasted sends a key for each letter: those that
/// are there are taken together, so that they are not answered one by one.
#[derive(Default)]
pub(super) struct Keyboard {
    events: EventStream,
    /// What came after keys, and is no key.
    after: Option<io::Result<Heard>>,
}

impl Keyboard {
    /// The next thing that comes.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be read.
    pub(super) async fn next(&mut self) -> io::Result<Heard> {
        let mut heard = match self.after.take() {
            Some(heard) => heard?,
            None => heard(self.events.next().await)?,
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
        Ok(heard)
    }
}

fn heard(event: Option<io::Result<Event>>) -> io::Result<Heard> {
    Ok(match event.transpose()? {
        Some(Event::Key(key)) => Heard::Keys(pressed(key).into_iter().collect()),
        Some(Event::Paste(text)) => Heard::Text(text),
        Some(Event::Resize(..)) => Heard::Size,
        Some(_) => Heard::Nothing,
        None => Heard::End,
    })
}

/// A key, unless it was let go.
fn pressed(key: KeyEvent) -> Option<KeyEvent> {
    (key.kind != KeyEventKind::Release).then_some(key)
}
