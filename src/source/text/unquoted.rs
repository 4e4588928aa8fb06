//! A quotation, as in a mail or a ticket, without the marks that stand before its lines.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use super::lines::quote_marks;

/// A text whose lines may begin with quote marks (`> `, `>> `).
pub(super) struct Unquoted<R> {
    input: R,
    /// Whether it is a quotation. Otherwise `>` is of the line.
    is_quoted: bool,
    begins_line: bool,
    /// How many spaces of the line's own were read on the way to a mark that was not there.
    spaces: usize,
}

const SPACES: &[u8] = &[b' '; 64];

impl<R: BufRead> Unquoted<R> {
    pub(super) const fn new(input: R, is_quoted: bool) -> Self {
        Self { input, is_quoted, begins_line: true, spaces: 0 }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Ok(bytes) => return Ok(bytes.first().copied()),
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
    }

    /// Goes beyond the marks of a line, as [`quote_marks`] counts them.
    fn pass_marks(&mut self) -> io::Result<()> {
        loop {
            match self.peek()? {
                Some(b' ') => self.spaces += 1,
                Some(b'>') => {
                    self.spaces = 0;
                    self.input.consume(1);
                    if self.peek()? != Some(b' ') {
                        continue;
                    }
                }
                _ => break,
            }
            self.input.consume(1);
        }
        self.begins_line = false;
        Ok(())
    }
}

impl<R: BufRead> BufRead for Unquoted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.is_quoted {
            return self.input.fill_buf();
        }
        if self.begins_line {
            self.pass_marks()?;
        }
        if self.spaces > 0 {
            return Ok(&SPACES[..self.spaces.min(SPACES.len())]);
        }
        let bytes = self.input.fill_buf()?;
        let end = bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| at + 1);
        Ok(&bytes[..end])
    }

    fn consume(&mut self, count: usize) {
        if self.spaces > 0 {
            self.spaces -= count;
            return;
        }
        if self.is_quoted
            && let Some(last) = count.checked_sub(1)
        {
            // What is consumed was filled in, so nothing is read here.
            let bytes = self.input.fill_buf().unwrap_or_default();
            self.begins_line = bytes.get(last) == Some(&b'\n');
        }
        self.input.consume(count);
    }
}

impl<R: BufRead> Read for Unquoted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

/// The same of a text that is in memory.
pub(super) fn unquoted(text: &[u8], is_quoted: bool) -> Cow<'_, [u8]> {
    if !is_quoted {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive(|&byte| byte == b'\n');
    Cow::Owned(lines.flat_map(|line| &line[quote_marks(line)..]).copied().collect())
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn marks_before_lines_are_taken_off_and_nothing_else() {
        let deep = format!(">{}x\n", " ".repeat(200));
        let texts =
            ["> a > b\n> c\n", ">> a\n> > b\n >c", "a\n  b\n\n>\n> \n>  d", "", ">", "   ", &deep];
        for text in texts {
            let expected = unquoted(text.as_bytes(), true);
            assert!(!expected.starts_with(b">"), "{text:?}");
            for room in [1, 2, 3, 1000] {
                for (is_quoted, expected) in [(true, &*expected), (false, text.as_bytes())] {
                    let input = BufReader::with_capacity(room, text.as_bytes());
                    let mut read = Vec::new();
                    Unquoted::new(input, is_quoted).read_to_end(&mut read).expect("from memory");
                    assert_eq!(read, expected, "{text:?}, {room} bytes at once");
                }
            }
        }
        assert_eq!(&*unquoted(b"> a > b\n>> c\n  d\n>  e", true), b"a > b\nc\n  d\n e");
    }
}
