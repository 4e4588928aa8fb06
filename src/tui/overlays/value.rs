//! The values of the row that is looked at, and the lines that show them.

use crate::display::{Glyph, Glyphs, Role, words};
use crate::history::{Kind, Revision};
use crate::source::{Found, Wanted};
use crate::text::{count, fold, printable, wrap};
use crate::value::kubernetes::{Who, yaml};
use crate::value::{Body, Change, Changed, Difference, Value, Values, dump, per_row};

/// Which of the values is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// The one that was written.
    #[default]
    Value,
    /// What changed in it.
    Difference,
    /// The one before.
    Old,
    /// Both by the numbers of their fields, and their bytes.
    Stored,
}

impl Side {
    /// The one that Tab shows next.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Value => Self::Difference,
            Self::Difference => Self::Old,
            Self::Old => Self::Stored,
            Self::Stored => Self::Value,
        }
    }

    /// The one that Shift-Tab shows next.
    #[must_use]
    pub const fn previous(self) -> Self {
        self.next().next().next()
    }

    /// Its name, of a row that is compared with another one by the revision of that.
    pub fn name(self, against: Option<Revision>) -> String {
        match (self, against) {
            (Self::Value, _) => "value".to_owned(),
            (Self::Difference, None) => "what changed".to_owned(),
            (Self::Difference, Some(against)) => format!("what differs from {against}"),
            (Self::Old, None) => "old value".to_owned(),
            (Self::Old, Some(against)) => format!("value of {against}"),
            (Self::Stored, _) => "as stored".to_owned(),
        }
    }
}

/// How far it is.
#[derive(Debug)]
pub enum State {
    /// It is being read.
    Coming,
    /// That was stopped.
    Stopped,
    /// It was read, or cannot be.
    Found(Found),
}

/// A row whose values are looked at.
#[derive(Debug)]
pub struct Asked {
    /// Its revision.
    pub id: Revision,
    /// The key, safe to print.
    pub key: String,
    /// What it was written for.
    pub kind: Kind,
    /// How far it is.
    pub state: State,
    /// The row that it is compared with, instead of with its own old value.
    pub against: Option<Against>,
}

impl Asked {
    /// The revision of the row that is compared with.
    pub fn compared(&self) -> Option<Revision> {
        self.against.as_ref().map(|against| against.id)
    }

    /// The revision whose values are asked for.
    fn asked_for(&self) -> Revision {
        let first = self.against.as_ref().filter(|against| against.then.is_some());
        first.map_or(self.id, |against| against.id)
    }
}

/// A row that another one is compared with. Its values are asked for first.
#[derive(Debug)]
pub struct Against {
    /// Its revision.
    pub id: Revision,
    /// Its key, safe to print.
    pub key: String,
    /// What it was written for.
    pub kind: Kind,
    /// Its value, once that is here.
    pub(in crate::tui) value: Option<Value>,
    /// What is asked for once it is.
    pub(in crate::tui) then: Option<Wanted>,
    /// The side that was shown before; it is shown for the next row again.
    pub(in crate::tui) side: Side,
}

/// The sheet with the values of a row.
#[derive(Debug, Default)]
pub struct ValueSheet {
    /// The row.
    pub asked: Option<Asked>,
    /// Which of its values is shown; it stays for the next row.
    pub side: Side,
    /// Whether what changes with every write is shown, too.
    pub shows_noise: bool,
    /// The lines, as they were made for a width.
    pub lines: Vec<(String, Role)>,
    /// For what they were made, if they still are to be shown.
    pub(in crate::tui) laid: Option<(u16, Side)>,
}

impl ValueSheet {
    /// The values, if they are here.
    pub const fn values(&self) -> Option<&Values> {
        match &self.asked {
            Some(Asked { state: State::Found(Found::Values(values)), .. }) => Some(values),
            _ => None,
        }
    }

    /// How many bytes what is shown has, where one value is, and it is known.
    pub fn length(&self) -> Option<u64> {
        let which = match self.side {
            Side::Value => 0,
            Side::Old => 1,
            Side::Difference | Side::Stored => return None,
        };
        match &self.asked.as_ref()?.state {
            State::Found(Found::Values(values)) => {
                [&values.value, &values.old_value][which].as_ref().map(|value| value.length)
            }
            State::Found(Found::Masked { lengths, .. }) => lengths[which],
            _ => None,
        }
    }

    pub(in crate::tui) const fn is_coming(&self) -> bool {
        matches!(self.asked, Some(Asked { state: State::Coming, .. }))
    }
}

/// Lines as they are made.
pub(in crate::tui) struct Page {
    pub(in crate::tui) width: usize,
    pub(in crate::tui) glyphs: Glyphs,
    pub(in crate::tui) lines: Vec<(String, Role)>,
    pub(in crate::tui) shows_noise: bool,
}

impl Page {
    pub(in crate::tui) fn state(&mut self, asked: &Asked, side: Side) {
        let id = asked.asked_for();
        match &asked.state {
            State::Coming => self.say("The value is being read. Esc stops that.", Role::Internal),
            State::Stopped => self.say("The reading of the value was stopped.", Role::Internal),
            State::Found(Found::Values(values)) => self.values(values, asked, side),
            State::Found(Found::Masked { mask, lengths }) => {
                for sentence in words::masked(*mask, *lengths) {
                    self.say(&sentence, Role::Text);
                }
            }
            State::Found(Found::Gone) => self.say(&words::value_gone(id), Role::Lost),
            State::Found(Found::Another(name)) => {
                self.say(&words::value_of_another(id, name.as_deref()), Role::Lost);
            }
            State::Found(Found::Unknown(why)) => {
                self.say(&words::value_unknown(&printable(why)), Role::Text);
            }
            State::Found(Found::Failed(error)) => {
                self.say(&printable(&error.in_a_line()), Role::Lost);
            }
        }
    }

    fn values(&mut self, values: &Values, asked: &Asked, side: Side) {
        let between = asked.against.as_ref().map(|against| (against.id, asked.id));
        let kinds = (asked.kind, asked.against.as_ref().map(|against| against.kind));
        let kind = if side == Side::Old { kinds.1.unwrap_or(kinds.0) } else { kinds.0 };
        let is_old = side == Side::Old && between.is_none();
        let value = match side {
            Side::Value => &values.value,
            Side::Old => &values.old_value,
            Side::Difference => {
                self.say(&words::about_difference(values, between), Role::Dim);
                return self.difference(&values.difference);
            }
            Side::Stored => return self.as_stored(values, asked),
        };
        self.say(&words::about_value(value.as_ref(), kind, is_old), Role::Dim);
        if kind == Kind::Delete && !is_old {
            self.say(words::WHO_DELETED, Role::Dim);
        }
        let Some(value) = value else { return };
        for who in value.tree().iter().flat_map(Who::of) {
            self.say(&words::about_who(&who), Role::Dim);
        }
        self.stored(value.body.lines());
        if matches!(value.body, Body::Protobuf { object: None, .. }) {
            self.bytes(&value.bytes);
        }
    }

    /// Both values as they are in the table.
    fn as_stored(&mut self, values: &Values, asked: &Asked) {
        let against = asked.against.as_ref();
        for (value, side) in [(&values.value, Side::Value), (&values.old_value, Side::Old)] {
            if side == Side::Old {
                self.blank();
            }
            self.exact(&side.name(asked.compared()), Role::Title);
            let Some(value) = value else {
                let kind = match (side, against) {
                    (Side::Old, Some(against)) => against.kind,
                    _ => asked.kind,
                };
                let is_old = side == Side::Old && against.is_none();
                self.say(&words::about_value(None, kind, is_old), Role::Dim);
                continue;
            };
            self.say(&words::about_stored(value), Role::Dim);
            if let Body::Protobuf { fields, .. } = &value.body {
                self.stored(fields);
            }
            if !value.bytes.is_empty() {
                self.bytes(&value.bytes);
            }
        }
    }

    fn difference(&mut self, difference: &Difference) {
        let changes = match difference {
            Difference::Lines(changes) => changes,
            Difference::Fields(places) => return self.places(places),
            _ => return,
        };
        self.blank();
        for change in changes {
            let (sign, line, role) = match change {
                Change::Same(line) => (' ', line, Role::Text),
                Change::Removed(line) => ('-', line, Role::Dropped),
                Change::Added(line) => ('+', line, Role::Added),
                Change::Skipped { lines, then } => {
                    let lines = count(*lines as u64, "line");
                    let mark = self.glyphs.of(Glyph::Ellipsis);
                    let then = match then.as_str() {
                        "" => String::new(),
                        then => format!(", then {}", printable(then)),
                    };
                    let line = format!("{mark} {lines} that did not change{then}");
                    self.exact(&line, Role::Dim);
                    continue;
                }
            };
            self.signed(&format!("{sign} "), line, role);
        }
    }

    /// Places that are not the same, each with what stood there and what stands there now.
    fn places(&mut self, places: &[Changed]) {
        self.blank();
        let noise = places.iter().filter(|place| place.is_noise).count();
        let shows_noise = self.shows_noise;
        for place in places.iter().filter(|place| shows_noise || !place.is_noise) {
            let path = if place.path.is_empty() { "." } else { &place.path };
            self.exact(&printable(path), Role::Text);
            let sides =
                [("  - ", &place.before, Role::Dropped), ("  + ", &place.after, Role::Added)];
            for (sign, value, role) in sides {
                for line in value.iter().flat_map(yaml) {
                    self.signed(sign, &line, role);
                }
            }
        }
        if noise > 0 {
            self.say(&words::about_noise(noise, places.len(), self.shows_noise), Role::Dim);
        }
    }

    /// A line as it was stored, made safe. Each line of the screen has the sign.
    fn signed(&mut self, sign: &str, line: &str, role: Role) {
        let text = printable(line);
        let lines = fold(&self.glyphs.name(&text), self.width.saturating_sub(sign.len()));
        self.lines.extend(lines.into_iter().map(|line| (format!("{sign}{line}"), role)));
    }

    /// Lines as they were stored, made safe.
    fn stored(&mut self, lines: &[String]) {
        if !lines.is_empty() {
            self.blank();
        }
        for line in lines {
            self.exact(&printable(line), Role::Text);
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.blank();
        self.lines.extend(dump(bytes, per_row(self.width)).map(|line| (line, Role::Text)));
    }

    /// A sentence.
    pub(in crate::tui) fn say(&mut self, sentence: &str, role: Role) {
        let sentence = self.glyphs.text(sentence);
        let lines = wrap(&sentence, self.width, true);
        self.lines.extend(lines.into_iter().map(|line| (line.into_owned(), role)));
    }

    /// Text with all its spaces.
    pub(in crate::tui) fn exact(&mut self, text: &str, role: Role) {
        let text = self.glyphs.name(text);
        self.lines.extend(fold(&text, self.width).into_iter().map(|line| (line, role)));
    }

    pub(in crate::tui) fn blank(&mut self) {
        self.lines.push((String::new(), Role::Text));
    }
}
