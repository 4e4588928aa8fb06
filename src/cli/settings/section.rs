//! A table of the settings: what it says, where, and what it must not say.

use std::collections::BTreeMap;
use std::ops::Range;

use kinescope::source::Error;
use kinescope::text::escape;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Given;
use crate::cli::suggest;

/// The text of the settings, to say on which line something stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    /// The file, as it may be shown.
    pub(super) file: &'t str,
    pub(super) text: &'t str,
}

impl Place<'_> {
    pub(super) fn line(self, span: Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    /// Something on a line that makes no sense.
    pub(super) fn error(self, line: usize, what: impl std::fmt::Display) -> Error {
        Error::usage(format!("{}:{line}: {what}", self.file))
    }

    /// Says first where an error was found.
    pub(super) fn around(self, line: usize, error: Error) -> Error {
        error.in_place(&format!("{}:{line}", self.file))
    }
}

/// A value, and where it stands.
pub(super) struct Value<'t> {
    pub(super) place: Place<'t>,
    /// What is given this value: `theme`, `source.prod.endpoint`.
    pub(super) name: String,
    pub(super) line: usize,
    is: &'t DeValue<'t>,
}

/// A table, of which each entry is taken once.
pub(super) struct Section<'t> {
    place: Place<'t>,
    /// What its entries are called, in errors: `setting`, `role`.
    noun: &'static str,
    prefix: String,
    entries: BTreeMap<&'t str, (usize, &'t DeValue<'t>)>,
}

impl<'t> Section<'t> {
    pub(super) fn new(
        place: Place<'t>,
        noun: &'static str,
        prefix: &str,
        table: &'t DeTable<'t>,
    ) -> Self {
        let entry = |(key, value): (&'t Spanned<_>, &'t Spanned<DeValue<'t>>)| {
            let name: &'t std::borrow::Cow<'t, str> = key.get_ref();
            (&**name, (place.line(key.span()), value.get_ref()))
        };
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}.") };
        Self { place, noun, prefix, entries: table.iter().map(entry).collect() }
    }

    /// What is said of that name.
    pub(super) fn take(&mut self, name: &str) -> Option<Value<'t>> {
        let (key, (line, value)) = self.entries.remove_entry(name)?;
        Some(self.value(key, line, value))
    }

    /// All that is left.
    pub(super) fn rest(mut self) -> Vec<(&'t str, Value<'t>)> {
        let entries = std::mem::take(&mut self.entries).into_iter();
        entries.map(|(key, (line, value))| (key, self.value(key, line, value))).collect()
    }

    fn value(&self, key: &str, line: usize, value: &'t DeValue<'t>) -> Value<'t> {
        Value { place: self.place, name: format!("{}{key}", self.prefix), line, is: value }
    }

    /// Refuses whatever is called otherwise than that.
    pub(super) fn only(self, known: &[&str]) -> Result<Self, Error> {
        let others = self.entries.iter().filter(|(name, _)| !known.contains(name));
        match others.min_by_key(|(_, (line, _))| *line) {
            Some((name, (line, _))) => Err(unknown(self.place, *line, self.noun, name, known)),
            None => Ok(self),
        }
    }
}

/// Says that there is no such name, and which is the nearest.
pub(super) fn unknown(
    place: Place<'_>,
    line: usize,
    noun: &str,
    name: &str,
    known: &[&str],
) -> Error {
    let error = place.error(line, format!("there is no {noun} {}", escape(name.as_bytes())));
    error.hint(match suggest::nearest(name, known.iter().copied()) {
        Some(nearest) => format!("Did you mean {nearest}?"),
        None => format!("Expected {}.", known.join(", ")),
    })
}

impl<'t> Value<'t> {
    /// An error about it.
    pub(super) fn error(&self, what: impl std::fmt::Display) -> Error {
        self.place.error(self.line, format!("{} {what}", self.name))
    }

    pub(super) fn given<T>(&self, value: T) -> Given<T> {
        Given { value, line: self.line }
    }

    pub(super) fn text(&self) -> Result<&'t str, Error> {
        let text = self.is.as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| self.error("needs a text in quotes"))
    }

    pub(super) fn flag(&self) -> Result<bool, Error> {
        self.is.as_bool().ok_or_else(|| self.error("is true or false, without quotes"))
    }

    pub(super) fn number(&self) -> Result<u64, Error> {
        let number = self.is.as_integer();
        let number = number.and_then(|it| u64::from_str_radix(it.as_str(), it.radix()).ok());
        number.ok_or_else(|| self.error("is a number, without quotes"))
    }

    /// Texts, or one by itself.
    pub(super) fn texts(&self) -> Result<Vec<&'t str>, Error> {
        if let Some(one) = self.is.as_str() {
            return Ok(vec![one]);
        }
        let texts = self.is.as_array().and_then(|array| {
            array.iter().map(|value| value.get_ref().as_str()).collect::<Option<Vec<_>>>()
        });
        texts.ok_or_else(|| self.error("is a list of texts in quotes"))
    }

    pub(super) fn section(&self, noun: &'static str) -> Result<Section<'t>, Error> {
        let table = self.is.as_table();
        let table = table.ok_or_else(|| self.error(format!("is a table: [{}]", self.name)))?;
        Ok(Section::new(self.place, noun, &self.name, table))
    }
}
