//! Tables as HTML: `mysql -H`, `psql -H`, `sqlite3 -html`, what a page shows.

use std::borrow::Cow;
use std::io::{self, BufRead};

use super::cell::Cell;
use super::column::{Heading, missing};
use super::form::{Fields, Form, Step};
use super::lines::{LONGEST, Place, TOO_LONG};
use super::row_builder::Builder;
use super::{EXPORT, form};
use crate::source::{Error, Why};

/// What it is called.
const HTML: &str = "an HTML table";

/// Tags that only say how a text looks.
const LOOKS: [&str; 10] = ["a", "b", "div", "font", "i", "nobr", "p", "pre", "span", "tt"];

/// A text that is HTML.
pub(super) struct Html<R> {
    input: R,
    line: u64,
    bytes: u64,
    /// The fields of the row that is open, and where it began.
    row: Option<(u64, Vec<Vec<u8>>)>,
    /// The field that is open.
    field: Option<Vec<u8>>,
    heading: Option<Heading>,
    /// The heading that is most like one.
    partial: Option<Heading>,
    is_too_long: bool,
}

impl<R: BufRead> Html<R> {
    /// A text of which so many lines were passed over.
    pub(super) const fn new(input: R, before: u64) -> Self {
        Self {
            input,
            line: before + 1,
            bytes: 0,
            row: None,
            field: None,
            heading: None,
            partial: None,
            is_too_long: false,
        }
    }

    /// Reads up to a byte, that included; false at the end of the text.
    fn up_to(&mut self, end: u8, text: &mut Vec<u8>) -> io::Result<bool> {
        let start = text.len();
        loop {
            let room = LONGEST.saturating_sub(text.len() - start).max(1);
            let mut input = io::Read::take(&mut self.input, room as u64);
            let from = text.len();
            let read = input.read_until(end, text)?;
            self.bytes += read as u64;
            self.line += text[from..].iter().map(|&byte| u64::from(byte == b'\n')).sum::<u64>();
            if text.ends_with(&[end]) {
                return Ok(true);
            }
            if read < room {
                return Ok(false);
            }
            self.is_too_long = true;
            text.truncate(start);
        }
    }

    fn end_field(&mut self) {
        let held: usize = self.row.iter().flat_map(|(_, fields)| fields).map(Vec::len).sum();
        if let (Some(field), Some((_, fields))) = (self.field.take(), &mut self.row) {
            self.is_too_long |= held + field.len() > LONGEST;
            fields.push(if self.is_too_long { Vec::new() } else { decoded(&field) });
        }
    }

    /// Takes the row that ends.
    fn end_row(&mut self, builder: &mut Builder) -> Option<Step> {
        self.end_field();
        let (first, fields) = self.row.take()?;
        let place = Place { first, last: self.line };
        if std::mem::take(&mut self.is_too_long) {
            builder.refuse(place, TOO_LONG);
            return Some(Step::Row);
        }
        if fields.is_empty() {
            return None;
        }
        let names = Heading::new(b"", fields.iter().map(Vec::as_slice));
        let is_heading = missing(names.present()).is_empty() && names.twice.is_none();
        match &self.heading {
            None if is_heading => {
                self.heading = Some(names.clone());
                return Some(Step::Begun(names));
            }
            None => {
                if names.known() > self.partial.as_ref().map_or(0, Heading::known) {
                    self.partial = Some(names);
                }
                return None;
            }
            Some(heading) if *heading == names => {
                builder.begin_section(first);
                return None;
            }
            Some(_) => {}
        }
        let heading = self.heading.as_ref()?;
        let (found, width) = (fields.len(), heading.width);
        if found != width {
            let noun = if found == 1 { "field" } else { "fields" };
            let why = Why::new("it has {} {}, the heading {}", &[&found, &noun, &width]);
            builder.refuse(place, why);
            return Some(Step::Row);
        }
        let cells: Vec<Cell<'_>> = fields.iter().map(|field| cell(field)).collect();
        let fields = Fields { heading, fields: &cells };
        builder.take_with(place, &fields.cells(), &fields);
        Some(Step::Row)
    }

    /// Takes a tag, which is without its brackets.
    fn tag(&mut self, tag: &[u8], builder: &mut Builder) -> io::Result<Option<Step>> {
        let name: Vec<u8> = tag
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"/!-".contains(byte))
            .map(u8::to_ascii_lowercase)
            .collect();
        let name = String::from_utf8_lossy(&name).trim_end_matches('/').to_owned();
        let bare = name.trim_start_matches('/');
        match name.as_str() {
            "tr" => {
                let step = self.end_row(builder);
                self.row = Some((self.line, Vec::new()));
                return Ok(step);
            }
            "/tr" | "/table" => return Ok(self.end_row(builder)),
            "td" | "th" => {
                self.end_field();
                self.field = Some(Vec::new());
            }
            "/td" | "/th" => self.end_field(),
            _ if name.starts_with("!--") => {
                let mut comment = tag.to_vec();
                while !comment.ends_with(b"--") {
                    comment.clear();
                    if !self.up_to(b'>', &mut comment)? {
                        break;
                    }
                    comment.pop();
                }
            }
            "br" => self.field.iter_mut().for_each(|field| field.push(b'\n')),
            _ if LOOKS.contains(&bare) => {}
            _ => {
                if let Some(field) = &mut self.field {
                    field.extend([b"<", tag, b">"].concat());
                }
            }
        }
        Ok(None)
    }
}

impl<R: BufRead> Form for Html<R> {
    fn advance(&mut self, builder: &mut Builder) -> io::Result<Step> {
        loop {
            let mut text = Vec::new();
            let is_tag = self.up_to(b'<', &mut text)?;
            text.truncate(text.len() - usize::from(is_tag));
            if let Some(field) = &mut self.field {
                field.extend(text);
            }
            let mut tag = Vec::new();
            if !is_tag || !self.up_to(b'>', &mut tag)? {
                if self.heading.is_some() && self.row.take().is_some() {
                    builder.refuse(
                        "end of file",
                        "its last row is not closed: the text may have been cut",
                    );
                    return Ok(Step::Row);
                }
                return Ok(Step::Over);
            }
            tag.pop();
            if let Some(step) = self.tag(&tag, builder)? {
                return Ok(step);
            }
        }
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn kind(&self) -> &'static str {
        HTML
    }

    fn nothing(&self, place: &str) -> Option<Error> {
        if self.heading.is_some() {
            return None;
        }
        let lacks = self.partial.as_ref().and_then(|heading| form::lacks(place, heading));
        Some(lacks.unwrap_or_else(|| {
            Error::new(format!("there is no kine table in {place}"))
                .because(
                    "it is HTML, and no row of it names the columns id, name and prev_revision",
                )
                .hint(format!("Copy the table with its headings, or export it as text: {EXPORT}"))
        }))
    }
}

/// What a field holds. A blank that does not break is what an empty one has.
fn cell(field: &[u8]) -> Cell<'_> {
    match field {
        b"" => Cell::Blank,
        b"NULL" => Cell::Null,
        field => Cell::Text(Cow::Borrowed(field)),
    }
}

/// A text without blanks around it, and with the characters that entities stand for.
fn decoded(text: &[u8]) -> Vec<u8> {
    const LONGEST_NAME: usize = 8;
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.trim_ascii();
    while let Some(at) = rest.iter().position(|&byte| byte == b'&') {
        plain.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let end = rest.iter().take(LONGEST_NAME + 2).position(|&byte| byte == b';');
        let char = end.and_then(|end| entity(&rest[1..end]));
        let (Some(char), Some(end)) = (char, end) else {
            plain.push(b'&');
            rest = &rest[1..];
            continue;
        };
        plain.extend(char.to_string().bytes());
        rest = &rest[end + 1..];
    }
    plain.extend_from_slice(rest);
    match plain.as_slice() {
        [0xc2, 0xa0] => Vec::new(),
        _ => plain,
    }
}

/// The character that an entity stands for.
fn entity(name: &[u8]) -> Option<char> {
    let name = str::from_utf8(name).ok()?;
    let number = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    match (name, name.strip_prefix('#')) {
        ("lt", _) => Some('<'),
        ("gt", _) => Some('>'),
        ("amp", _) => Some('&'),
        ("quot", _) => Some('"'),
        ("apos", _) => Some('\''),
        ("nbsp", _) => Some('\u{a0}'),
        (_, Some(digits)) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16),
            None => number(digits, 10),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_characters() {
        for (text, expected) in [
            (" a&lt;b&gt;&amp;amp; ", "a<b>&amp;"),
            ("&#39;&#x2F;&quot;&apos;", "'/\"'"),
            ("&nbsp; ", ""),
            ("a & b &unknown; &#xd800;", "a & b &unknown; &#xd800;"),
        ] {
            assert_eq!(String::from_utf8_lossy(&decoded(text.as_bytes())), expected);
        }
    }
}
