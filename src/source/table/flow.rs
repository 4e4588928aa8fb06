//! Rows on their way out while the text is still being read.

use super::record::Builder;
use crate::source::{BATCH, Event, Opened};

/// Where rows go that are gathered: on, as soon as they are a batch, or nowhere before the text ends.
#[derive(Default)]
pub(super) struct Flow<'s> {
    send: Option<&'s mut dyn FnMut(Event) -> bool>,
    /// How many bytes the text has.
    length: u64,
    /// What has to be sent before the first row.
    opened: Option<Opened>,
    state: State,
}

/// How far a flow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum State {
    /// Nothing is sent before the text ends.
    #[default]
    Whole,
    /// Nothing has been sent yet.
    Waiting,
    /// Rows have been sent.
    Flowing,
    /// Rows have been sent, and then one came that belongs before them.
    Disordered,
    /// Nobody wants more.
    Unwanted,
}

impl<'s> Flow<'s> {
    /// To `send`, which is false when nobody wants more, from a text of so many bytes.
    pub(super) fn new(send: &'s mut dyn FnMut(Event) -> bool, length: u64) -> Self {
        Self { send: Some(send), length, opened: None, state: State::Waiting }
    }

    /// How far it is.
    pub(super) const fn state(&self) -> State {
        self.state
    }

    /// Takes what is to be sent before the first row.
    pub(super) fn open(&mut self, opened: Opened) {
        self.opened = Some(opened);
    }

    /// Sends what was gathered, once that is a batch; so many bytes of the text have been read. False
    /// when it is no use to read on.
    pub(super) fn pass(&mut self, builder: &mut Builder, kind: &str, bytes: u64) -> bool {
        match self.state {
            State::Whole => return true,
            State::Disordered | State::Unwanted => return false,
            State::Waiting if !builder.ascends() => {
                self.state = State::Whole;
                return true;
            }
            State::Flowing if !builder.ascends() => {
                self.state = State::Disordered;
                return false;
            }
            State::Waiting | State::Flowing => {}
        }
        let rows = builder.gathered();
        // What is not understood is held no longer than rows are: of a text that is no table it is every
        // line.
        if rows + builder.refused() < BATCH {
            return true;
        }
        if let Some(mut opened) = self.opened.take() {
            // As long as those that came are, all are.
            let all = u128::from(self.length) * rows as u128 / u128::from(bytes.max(1));
            opened.expected = u64::try_from(all).ok();
            kind.clone_into(&mut opened.kind);
            self.send(Event::Opened(opened));
        }
        self.drain(builder)
    }

    /// Sends what was gathered, if rows are sent at all before the text ends.
    pub(super) fn drain(&mut self, builder: &mut Builder) -> bool {
        if !matches!(self.state, State::Flowing) {
            return self.state == State::Whole;
        }
        let (rows, unread) = builder.drain();
        if !rows.is_empty() {
            self.send(Event::Rows(rows));
        }
        for row in unread {
            self.send(Event::Unread(row));
        }
        self.state == State::Flowing
    }

    fn send(&mut self, event: Event) {
        let wanted =
            self.state != State::Unwanted && self.send.as_mut().is_some_and(|send| send(event));
        self.state = if wanted { State::Flowing } else { State::Unwanted };
    }
}
