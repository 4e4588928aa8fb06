//! The values of the row that is looked at, and the lines that show them.

use crate::display::{Glyph, Glyphs, Role, words};
use crate::history::{Kind, Revision};
use crate::source::Found;
use crate::text::{count, fold, printable, wrap};
use crate::value::kubernetes::Who;
use crate::value::{Body, Change, Difference, Values, dump, per_row};

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

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Difference => "what changed",
            Self::Old => "old value",
            Self::Stored => "as stored",
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
}

/// The sheet with the values of a row.
#[derive(Debug, Default)]
pub struct ValueSheet {
    /// The row.
    pub asked: Option<Asked>,
    /// Which of its values is shown; it stays for the next row.
    pub side: Side,
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
}

impl Page {
    pub(in crate::tui) fn state(&mut self, asked: &Asked, side: Side) {
        match &asked.state {
            State::Coming => self.say("The value is being read. Esc stops that.", Role::Internal),
            State::Stopped => self.say("The reading of the value was stopped.", Role::Internal),
            State::Found(Found::Values(values)) => self.values(values, asked.kind, side),
            State::Found(Found::Masked { mask, lengths }) => {
                for sentence in words::masked(*mask, *lengths) {
                    self.say(&sentence, Role::Text);
                }
            }
            State::Found(Found::Gone) => self.say(&words::value_gone(asked.id), Role::Lost),
            State::Found(Found::Another(name)) => {
                self.say(&words::value_of_another(asked.id, name.as_deref()), Role::Lost);
            }
            State::Found(Found::Unknown(why)) => {
                self.say(&words::value_unknown(&printable(why)), Role::Text);
            }
            State::Found(Found::Failed(error)) => {
                self.say(&printable(&error.in_a_line()), Role::Lost);
            }
        }
    }

    fn values(&mut self, values: &Values, kind: Kind, side: Side) {
        let value = match side {
            Side::Value => &values.value,
            Side::Old => &values.old_value,
            Side::Difference => {
                self.say(&words::about_difference(values), Role::Dim);
                return self.difference(&values.difference);
            }
            Side::Stored => return self.as_stored(values, kind),
        };
        self.say(&words::about_value(value.as_ref(), kind, side == Side::Old), Role::Dim);
        if kind == Kind::Delete && side == Side::Value {
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
    fn as_stored(&mut self, values: &Values, kind: Kind) {
        for (value, side) in [(&values.value, Side::Value), (&values.old_value, Side::Old)] {
            if side == Side::Old {
                self.blank();
            }
            self.exact(side.name(), Role::Title);
            let Some(value) = value else {
                self.say(&words::about_value(None, kind, side == Side::Old), Role::Dim);
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
        let Difference::Lines(changes) = difference else { return };
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
            // Each line of the screen has the sign.
            let text = printable(line);
            let lines = fold(&self.glyphs.name(&text), self.width.saturating_sub(2));
            self.lines.extend(lines.into_iter().map(|line| (format!("{sign} {line}"), role)));
        }
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
