//! The lines of a text, counted, without their ends and without quote marks.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Read};

use super::drawing::in_ascii;

/// How many bytes a line, or several that are one row, may have. Of kine's columns two are MEDIUMBLOB,
/// of 16 MiB each, and where they are printed a byte may become two; the rest is for the others.
pub(super) const LONGEST: usize = (64 << 20) + (64 << 10);

/// What is said of what is longer.
pub(super) const TOO_LONG: &str = "it is longer than 64 MiB, as no row of kine's is";

/// How lines between fields and rows are drawn.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Drawing {
    /// Whether with Unicode's characters.
    pub(super) is_unicode: bool,
    /// Whether one after each row.
    pub(super) is_ruled: bool,
}

/// What the text up to the first row tells of its lines.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    /// How many lines come before the first row.
    pub(super) before: u64,
    /// Whether the text is a quotation, as in a mail: then `>` before a line is not of the line.
    pub(super) quoted: bool,
    /// Whether the heading ended as Windows ends lines. Only then is a carriage return an end.
    pub(super) crlf: bool,
    /// How lines between fields and rows are drawn.
    pub(super) drawing: Drawing,
    /// Whether a fence was opened before the table, as in a chat. Only then does a fence end it.
    pub(super) fenced: bool,
}

/// The lines that a row is on, more than one where CSV has a line end in a field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) first: u64,
    pub(super) last: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self { first, last } if first < last => write!(f, "lines {first} to {last}"),
            Self { first, .. } => write!(f, "line {first}"),
        }
    }
}

/// The lines after the heading.
pub(super) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    /// Where the current line's text ends in the buffer.
    end: usize,
    number: u64,
    bytes: u64,
    /// Whether the current line is longer than is held.
    too_long: bool,
    around: Around,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R, around: Around) -> Self {
        let number = around.before;
        Self { input, buffer: Vec::new(), end: 0, number, bytes: 0, too_long: false, around }
    }

    /// Whether a fence was opened before the first of them.
    pub(super) const fn are_fenced(&self) -> bool {
        self.around.fenced
    }

    /// Whether a line is drawn after each row.
    pub(super) const fn are_ruled(&self) -> bool {
        self.around.drawing.is_ruled
    }

    /// Goes to the next line; false at the end of the text.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        self.too_long = false;
        self.append()
    }

    /// Takes the next line as a part of the current one, as a quoted field of CSV wants.
    pub(super) fn append(&mut self) -> io::Result<bool> {
        let start = self.buffer.len();
        let before = self.bytes;
        loop {
            let room = LONGEST + 1 - self.buffer.len();
            let mut input = self.input.by_ref().take(room as u64);
            let read = input.read_until(b'\n', &mut self.buffer)?;
            self.bytes += read as u64;
            if read < room || self.buffer.ends_with(b"\n") {
                break;
            }
            // The rest of the line is read for its end only.
            self.too_long = true;
            self.buffer.clear();
        }
        if self.bytes == before {
            return Ok(false);
        }
        self.number += 1;
        if self.too_long {
            self.end = 0;
            return Ok(true);
        }
        if self.around.quoted {
            let marks = quote_marks(&self.buffer[start..]);
            self.buffer.drain(start..start + marks);
        }
        if self.around.drawing.is_unicode
            && let Cow::Owned(line) = in_ascii(&self.buffer[start..])
        {
            self.buffer.truncate(start);
            self.buffer.extend(line);
        }
        self.end = without_end(&self.buffer, self.around.crlf).len();
        Ok(true)
    }

    /// Whether the current line is too long to be held. Then it has no text.
    pub(super) const fn is_too_long(&self) -> bool {
        self.too_long
    }

    /// The current line.
    pub(super) fn text(&self) -> &[u8] {
        &self.buffer[..self.end]
    }

    /// Its number, counted from 1; of several that were joined the last one's.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// How many bytes of the text have been read.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the current line ends as lines do, and not because the text does.
    pub(super) fn is_ended(&self) -> bool {
        self.buffer.ends_with(b"\n")
    }
}

/// A line without its line end.
pub(super) fn without_end(line: &[u8], crlf: bool) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    if crlf { line.strip_suffix(b"\r").unwrap_or(line) } else { line }
}

/// Whether a line opens or closes a fence, as chats and Markdown have them.
pub(super) fn is_fence(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.starts_with(b"```") || line.starts_with(b"~~~")
}

/// How many bytes of quote marks (`> `, `>> `) a line begins with.
pub(super) fn quote_marks(line: &[u8]) -> usize {
    let mut marks = 0;
    loop {
        let rest = &line[marks..];
        let spaces = rest.iter().take_while(|&&byte| byte == b' ').count();
        if rest.get(spaces) != Some(&b'>') {
            return marks;
        }
        marks += spaces + 1 + usize::from(rest.get(spaces + 1) == Some(&b' '));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, BufReader};

    use super::*;

    /// The length of each line, or that it is too long; and whether it is ended.
    fn lengths(input: impl Read) -> Vec<(Option<usize>, bool)> {
        let mut lines =
            Lines::new(BufReader::new(input), Around { before: 1, ..Around::default() });
        let mut lengths = Vec::new();
        while lines.advance().expect("nothing fails here") {
            let length = (!lines.is_too_long()).then(|| lines.text().len());
            lengths.push((length, lines.is_ended()));
            assert!(lines.buffer.capacity() <= 4 * LONGEST && lines.text().len() <= LONGEST);
        }
        assert_eq!(lines.number(), 1 + lengths.len() as u64);
        lengths
    }

    #[test]
    fn what_is_too_long_is_read_for_its_end_only() {
        let long = |length: usize| io::repeat(b'x').take(length as u64);
        let end = || io::Cursor::new(b"\n");
        assert_eq!(lengths(long(LONGEST).chain(end())), [(Some(LONGEST), true)]);
        assert_eq!(lengths(long(LONGEST)), [(Some(LONGEST), false)]);
        assert_eq!(lengths(long(LONGEST + 1)), [(None, false)]);
        for length in [LONGEST + 1, LONGEST + 2, 2 * LONGEST + 2, 2 * LONGEST + 3] {
            let text = long(length).chain(end()).chain(&b"short\nlast"[..]);
            let expected = [(None, true), (Some(5), true), (Some(4), false)];
            assert_eq!(lengths(text), expected, "{length}");
        }
    }
}
