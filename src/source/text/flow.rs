//! Rows on their way out while the text is still being read.

use super::row_builder::Builder;
use crate::history::Profile;
use crate::source::{BATCH, Event, Opened};

/// Where rows go that are gathered: on, as soon as they are a batch, or nowhere before the text ends.
#[derive(Default)]
pub(super) struct Flow<'s> {
    send: Option<&'s mut dyn FnMut(Event) -> bool>,
    /// How many bytes the text has, where that is known.
    length: Option<u64>,
    /// What has to be sent before the first row.
    opened: Option<Opened>,
    /// What was noted with it.
    notes: Vec<String>,
    state: State,
    /// How many late rows there were when rows were sent last.
    late: usize,
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
    /// Nobody wants more.
    Unwanted,
}

impl<'s> Flow<'s> {
    /// To `send`, which is false when nobody wants more, from a text of so many bytes.
    pub(super) fn new(send: &'s mut dyn FnMut(Event) -> bool, length: Option<u64>) -> Self {
        Self { send: Some(send), length, state: State::Waiting, ..Self::default() }
    }

    /// How far it is.
    pub(super) const fn state(&self) -> State {
        self.state
    }

    /// Takes what is to be sent before the first row. Before that nothing is.
    pub(super) fn open(&mut self, opened: Opened) {
        self.notes.clone_from(&opened.notes);
        self.opened = Some(opened);
    }

    /// What was noted before the first row.
    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Sends what was gathered, once that is a batch; so many bytes of the text have been read. False
    /// when it is no use to read on.
    ///
    /// A text that is out of order before its first batch has to be sorted, and waits for its end. One
    /// that is so later goes on, and only its late rows wait.
    pub(super) fn pass(&mut self, builder: &mut Builder, kind: &str, bytes: u64) -> bool {
        match self.state {
            State::Whole => return true,
            State::Unwanted => return false,
            State::Waiting if !builder.ascends() => {
                self.state = State::Whole;
                return true;
            }
            State::Waiting | State::Flowing => {}
        }
        let rows = builder.gathered();
        // Whoever gets nothing else learns of the late ones too, or could not say that it wants no more.
        let late = builder.late() - self.late;
        if ((rows + late) as u64 + builder.refused()) < BATCH as u64 {
            return true;
        }
        if self.state == State::Waiting {
            let Some(mut opened) = self.opened.take() else { return true };
            // As long as those that came are, all are.
            let all = |length| u128::from(length) * rows as u128 / u128::from(bytes.max(1));
            opened.expected = self.length.and_then(|length| u64::try_from(all(length)).ok());
            kind.clone_into(&mut opened.kind);
            self.send(Event::Opened(opened));
            builder.keep_late();
        }
        self.drain(builder, late > 0);
        self.state == State::Flowing
    }

    /// Sends what became known of the table after its rows.
    pub(super) fn learn(&mut self, profile: &Profile) {
        if self.state == State::Flowing {
            self.send(Event::Learned(Box::new(profile.clone())));
        }
    }

    /// Sends what is left, late rows and values at last, if rows were sent at all before the text ended.
    pub(super) fn finish(&mut self, builder: &mut Builder) {
        if self.state != State::Flowing {
            return;
        }
        self.drain(builder, false);
        let late = builder.drain_late();
        if !late.is_empty() {
            self.send(Event::Late(late));
        }
        let requests = builder.drain_requests();
        if !requests.is_empty() {
            self.send(Event::Requests(requests));
        }
    }

    /// Sends what was gathered; no rows, too, where it has to be known whether anybody wants more.
    fn drain(&mut self, builder: &mut Builder, ask: bool) {
        self.late = builder.late();
        let (rows, unread) = builder.drain();
        if ask || !rows.is_empty() {
            self.send(Event::Rows(rows));
        }
        if !unread.is_empty() {
            self.send(Event::Rejects(unread));
        }
    }

    fn send(&mut self, event: Event) {
        let wanted =
            self.state != State::Unwanted && self.send.as_mut().is_some_and(|send| send(event));
        self.state = if wanted { State::Flowing } else { State::Unwanted };
    }
}
