//! The lines of a text, counted, without their ends and without quote marks.

use std::io::{self, BufRead};

/// The lines after the heading.
pub(super) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    /// Where the current line's text ends in the buffer.
    end: usize,
    number: u64,
    bytes: u64,
    /// Whether the text is a quotation, as in a mail: then `>` before a line is not of the line.
    quoted: bool,
    /// Whether the heading ended as Windows ends lines. Only then is a carriage return an end.
    crlf: bool,
}

impl<R: BufRead> Lines<R> {
    /// `before` is how many lines came before.
    pub(super) const fn new(input: R, before: u64, quoted: bool, crlf: bool) -> Self {
        Self { input, buffer: Vec::new(), end: 0, number: before, bytes: 0, quoted, crlf }
    }

    /// Goes to the next line; false at the end of the text.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        self.append()
    }

    /// Takes the next line as a part of the current one, as a quoted field of CSV wants.
    pub(super) fn append(&mut self) -> io::Result<bool> {
        let start = self.buffer.len();
        let read = self.input.read_until(b'\n', &mut self.buffer)?;
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        self.bytes += read as u64;
        if self.quoted {
            let marks = quote_marks(&self.buffer[start..]);
            self.buffer.drain(start..start + marks);
        }
        self.end = without_end(&self.buffer, self.crlf).len();
        Ok(true)
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

    /// What has not been read yet.
    pub(super) fn into_rest(mut self, rest: &mut Vec<u8>) -> io::Result<usize> {
        self.input.read_to_end(rest)
    }
}

/// A line without its line end.
pub(super) fn without_end(line: &[u8], crlf: bool) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    if crlf { line.strip_suffix(b"\r").unwrap_or(line) } else { line }
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
