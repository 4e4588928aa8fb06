//! Texts whose columns are not named in a line before the rows: SQL, HTML, JSON, rows printed vertically.

use serde_json::Map;
use serde_json::Value;

use super::column::{self, Heading};
use super::flow::Flow;
use super::format::{Beginning, Format, Sniffed};
use super::lines::{Around, Drawing};
use super::nest;
use super::no_table::is_html;
use super::row_builder::Builder;
use super::sql::{self, Begins};
use super::unquoted::unquoted;
use super::vertical::{self, Layout};
use crate::history::Collation;
use crate::source::Opened;

/// What was seen of such texts.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    /// SQL that says what a table is.
    schema: Option<Beginning>,
    json: Option<Beginning>,
    html: Option<Beginning>,
}

/// A line that is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'l> {
    /// What it holds, without marks of a quotation and drawn in ASCII.
    pub(super) text: &'l [u8],
    /// Where it begins, and how many bytes of such marks it has.
    pub(super) start: usize,
    pub(super) marks: usize,
    /// How many lines come before it.
    pub(super) before: u64,
    /// Whether these are blank.
    pub(super) is_first: bool,
    /// Whether a fence is open.
    pub(super) fenced: bool,
}

impl Elsewhere {
    /// Looks at the next line: whether such a text surely begins there.
    pub(super) fn see(&mut self, head: &[u8], line: Line<'_>) -> Option<Sniffed> {
        let Line { text, start, marks, before, is_first, fenced } = line;
        let here = Beginning { start, before, quoted: marks > 0 };
        let begins = sql::begins(text);
        if begins.is_some() {
            let schema = *self.schema.get_or_insert(here);
            // A statement in a quotation is not of the text around it.
            let beginning = if schema.quoted == here.quoted { schema } else { here };
            if begins == Some(Begins::Rows) {
                return Some(in_sql(head, beginning));
            }
        }
        if vertical::begins(text)
            && let Some(layout) = Layout::of(&head[start..])
        {
            let heading = layout.heading();
            let drawing = Drawing { is_unicode: true, is_ruled: false };
            let around = Around { before, quoted: marks > 0, fenced, drawing, ..Around::default() };
            return Some(Sniffed { format: Format::Vertical(layout), start, around, heading });
        }
        if is_html(text) {
            self.html.get_or_insert(here);
        }
        let begins = text.trim_ascii_start().first();
        // All of a quotation is taken out of its marks for this: not at every line.
        let is_tried = marks == 0 || self.json.is_none();
        if matches!(begins, Some(b'{' | b'[')) {
            self.json.get_or_insert(here);
        }
        if begins == Some(&b'[') && is_tried {
            let json = unquoted(&head[start..], here.quoted);
            if opens_array(&json, is_first) {
                let is_plain = opens_array(&json, false);
                let nested = self.json.filter(|&place| !is_plain && has_nested_rows(head, place));
                let format = if nested.is_some() { Format::Json } else { Format::JsonArray };
                return Some(Sniffed::elsewhere(format, here));
            }
        }
        None
    }

    /// What the text is if no line of it is a heading.
    pub(super) fn end(self, head: &[u8]) -> Option<Sniffed> {
        if let Some(beginning) = self.html {
            return Some(Sniffed::elsewhere(Format::Html, beginning));
        }
        if let Some(beginning) = self.json.filter(|&it| has_nested_rows(head, it)) {
            return Some(Sniffed::elsewhere(Format::Json, beginning));
        }
        self.schema.map(|beginning| in_sql(head, beginning))
    }
}

/// A text that is SQL from there on.
fn in_sql(head: &[u8], beginning: Beginning) -> Sniffed {
    let text = unquoted(&head[beginning.start..], beginning.quoted);
    Sniffed::elsewhere(Format::Sql(sql::dialect(&text)), beginning)
}

/// Whether JSON that begins there has rows somewhere inside, and none where an array has them.
fn has_nested_rows(head: &[u8], beginning: Beginning) -> bool {
    let text = &*unquoted(&head[beginning.start..], beginning.quoted);
    let is_plain = text.trim_ascii_start().starts_with(b"[") && opens_array(text, false);
    let mut builder = Builder::new(Collation::kine_default()).scouting();
    let flow = &mut Flow::default();
    let read = nest::read_nested(text, beginning.before, |_| Opened::nothing(), &mut builder, flow);
    !is_plain && matches!(read, Ok(Some(_)))
}

/// Whether a text begins an array of rows: its first object has the needed columns.
///
/// Without them it must be all of the text, whole or cut short, or else it is what stands before a
/// table.
fn opens_array(text: &[u8], all: bool) -> bool {
    type Object = Map<String, Value>;
    let Some(rest) = text.trim_ascii_start().strip_prefix(b"[") else { return false };
    let first = serde_json::Deserializer::from_slice(rest).into_iter::<Object>().next();
    if let Some(Ok(object)) = first {
        let heading = Heading::new(b"", object.keys().map(String::as_bytes));
        if column::missing(heading.present()).is_empty() {
            return true;
        }
    }
    all && serde_json::from_slice::<Vec<Object>>(text).map_or_else(|why| why.is_eof(), |_| true)
}
