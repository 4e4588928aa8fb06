//! SQL as it is read: its words, strings and signs, one after the other.

use std::io::{self, BufRead};

use super::super::lines::LONGEST;

/// How comments begin that tell which program wrote a dump, and whether it came to its end.
const REMARKS: [&[u8]; 2] = [b"Server version", b"PostgreSQL database dump"];

/// What a backslash in a string is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backslash {
    /// It escapes what follows it, as in MySQL and MariaDB.
    Escapes,
    /// A character like any other, as in SQLite and PostgreSQL.
    Plain,
    /// Nobody knows whose SQL it is.
    Unclear,
}

/// A piece of SQL. Its text, where it has one, was put behind what the caller's buffer held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Token {
    /// The text is over.
    End,
    /// A name or a word of SQL.
    Word,
    /// A name between backticks, quotes or brackets.
    Quoted,
    /// A string between single quotes, without its escapes.
    String,
    /// A string with a backslash of which nobody knows what it is.
    Unclear,
    /// The digits of bytes in hex: of `0x6B`, `X'6b'`.
    Hex,
    /// A number as it is written, without a sign.
    Number,
    /// Any other character.
    Sign(u8),
    /// A string or a comment that is not closed.
    Open,
    /// A string of which nobody knows where it ends.
    Endless,
}

/// A text that is read for its SQL.
pub(super) struct Scanner<R> {
    input: R,
    line: u64,
    bytes: u64,
    /// Whether nothing but blanks came in this line.
    begins_line: bool,
    /// Whether a text was longer than a row of kine's can be, so that it was not kept.
    is_too_long: bool,
    pub(super) backslash: Backslash,
    /// Whether a comment of MySQL that is carried out is open.
    in_special: bool,
    /// What comments say of the program that wrote this.
    remarks: Vec<Vec<u8>>,
}

impl<R: BufRead> Scanner<R> {
    /// A text of which so many lines were passed over.
    pub(super) const fn new(input: R, before: u64, backslash: Backslash) -> Self {
        Self {
            input,
            line: before + 1,
            bytes: 0,
            begins_line: true,
            is_too_long: false,
            backslash,
            in_special: false,
            remarks: Vec::new(),
        }
    }

    /// The line, counted from 1.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes have been read.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the next piece is the first of its line.
    pub(super) const fn begins_line(&self) -> bool {
        self.begins_line
    }

    /// Whether something was too long since this was asked last.
    pub(super) fn was_too_long(&mut self) -> bool {
        std::mem::take(&mut self.is_too_long)
    }

    /// Gives away what comments say of the program that wrote this.
    pub(super) fn remarks(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.remarks)
    }

    /// The next byte, which stays.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Ok(bytes) => return Ok(bytes.first().copied()),
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
    }

    /// Goes beyond the next byte, which was looked at.
    pub(super) fn bump(&mut self) -> io::Result<()> {
        if let Some(byte) = self.peek()? {
            self.input.consume(1);
            self.bytes += 1;
            if byte == b'\n' {
                self.line += 1;
                self.begins_line = true;
            } else if !byte.is_ascii_whitespace() {
                self.begins_line = false;
            }
        }
        Ok(())
    }

    /// Goes beyond the next byte if it is that one.
    fn bump_if(&mut self, wanted: u8) -> io::Result<bool> {
        let is_it = self.peek()? == Some(wanted);
        if is_it {
            self.bump()?;
        }
        Ok(is_it)
    }

    /// Puts all bytes up to the first that is not such a one into `text`.
    pub(super) fn take_while(
        &mut self,
        is_wanted: impl Fn(u8) -> bool,
        text: &mut Vec<u8>,
    ) -> io::Result<()> {
        while self.peek()?.is_some() {
            let bytes = self.input.fill_buf()?;
            let end = bytes.iter().position(|&byte| !is_wanted(byte));
            let taken = &bytes[..end.unwrap_or(bytes.len())];
            self.line += taken.iter().map(|&byte| u64::from(byte == b'\n')).sum::<u64>();
            let last = taken.iter().rposition(|&byte| byte == b'\n');
            let rest = &taken[last.map_or(0, |at| at + 1)..];
            self.begins_line =
                (self.begins_line || last.is_some()) && rest.iter().all(u8::is_ascii_whitespace);
            if text.len() + taken.len() > LONGEST {
                self.is_too_long = true;
                text.clear();
            } else if !self.is_too_long {
                text.extend_from_slice(taken);
            }
            let taken = taken.len();
            self.bytes += taken as u64;
            self.input.consume(taken);
            if end.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Puts the rest of the line into `text`, without its end; false if the text is over before that.
    pub(super) fn rest_of_line(&mut self, text: &mut Vec<u8>) -> io::Result<bool> {
        self.take_while(|byte| byte != b'\n', text)?;
        self.bump_if(b'\n')
    }

    /// Goes beyond blanks and comments; false where a comment is not closed.
    pub(super) fn skip_blanks(&mut self) -> io::Result<bool> {
        loop {
            match self.peek()? {
                Some(byte) if byte.is_ascii_whitespace() => {
                    let mut blanks = Vec::new();
                    self.take_while(|byte| byte.is_ascii_whitespace(), &mut blanks)?;
                }
                Some(b'#') if self.backslash != Backslash::Plain => self.line_comment()?,
                _ => return Ok(true),
            }
        }
    }

    /// Passes over a comment that goes to the end of its line, and keeps one that tells something.
    fn line_comment(&mut self) -> io::Result<()> {
        const MOST: usize = 16;
        let mut comment = Vec::new();
        self.rest_of_line(&mut comment)?;
        let remark = comment.trim_ascii();
        if self.remarks.len() < MOST && REMARKS.iter().any(|known| remark.starts_with(known)) {
            self.remarks.push(remark.to_vec());
        }
        Ok(())
    }

    /// The next piece. Its text is put behind what is in `text`.
    pub(super) fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Token> {
        loop {
            self.skip_blanks()?;
            let Some(byte) = self.peek()? else {
                return Ok(if self.in_special { Token::Open } else { Token::End });
            };
            match byte {
                b'\'' => return self.string(self.backslash, text),
                b'"' | b'`' => return self.quoted(byte, text),
                b'0'..=b'9' => return self.number(text),
                b'-' => {
                    self.bump()?;
                    if !self.bump_if(b'-')? {
                        return Ok(Token::Sign(b'-'));
                    }
                    self.line_comment()?;
                }
                b'/' => {
                    self.bump()?;
                    if !self.bump_if(b'*')? {
                        return Ok(Token::Sign(b'/'));
                    }
                    if !self.comment_in_stars()? {
                        return Ok(Token::Open);
                    }
                }
                b'*' if self.in_special => {
                    self.bump()?;
                    if !self.bump_if(b'/')? {
                        return Ok(Token::Sign(b'*'));
                    }
                    self.in_special = false;
                }
                b'$' if self.backslash == Backslash::Plain => return self.dollars(text),
                _ if is_word(byte) => return self.word(text),
                _ => {
                    self.bump()?;
                    return Ok(Token::Sign(byte));
                }
            }
        }
    }

    /// Passes over `/* … */`, or goes into `/*!40101 … */`, which MySQL carries out; false where it is not
    /// closed.
    fn comment_in_stars(&mut self) -> io::Result<bool> {
        if self.bump_if(b'!')? {
            self.take_while(|byte| byte.is_ascii_digit(), &mut Vec::new())?;
            self.in_special = true;
            return Ok(true);
        }
        loop {
            self.take_while(|byte| byte != b'*', &mut Vec::new())?;
            if !self.bump_if(b'*')? {
                return Ok(false);
            }
            if self.bump_if(b'/')? {
                return Ok(true);
            }
        }
    }

    fn word(&mut self, text: &mut Vec<u8>) -> io::Result<Token> {
        let start = text.len();
        self.take_while(is_word, text)?;
        if self.peek()? != Some(b'\'') {
            return Ok(Token::Word);
        }
        let prefix = text.split_off(start.min(text.len()));
        match prefix.as_slice() {
            b"x" | b"X" => match self.string(Backslash::Plain, text)? {
                Token::String => Ok(Token::Hex),
                other => Ok(other),
            },
            b"n" | b"N" => self.string(self.backslash, text),
            b"e" | b"E" => self.string(Backslash::Escapes, text),
            // `_binary'…'`, without a blank.
            [b'_', ..] => self.string(self.backslash, text),
            _ => {
                text.extend_from_slice(&prefix);
                Ok(Token::Word)
            }
        }
    }

    fn number(&mut self, text: &mut Vec<u8>) -> io::Result<Token> {
        let start = text.len();
        self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'.', text)?;
        let number = text.get(start..).unwrap_or_default();
        if let [b'0', b'x' | b'X', digits @ ..] = number
            && digits.iter().all(u8::is_ascii_hexdigit)
        {
            text.drain(start..start + 2);
            return Ok(Token::Hex);
        }
        if number.last().is_some_and(|last| last.eq_ignore_ascii_case(&b'e'))
            && let Some(sign @ (b'+' | b'-')) = self.peek()?
        {
            self.bump()?;
            text.push(sign);
            self.take_while(|byte| byte.is_ascii_digit(), text)?;
        }
        Ok(Token::Number)
    }

    fn quoted(&mut self, quote: u8, text: &mut Vec<u8>) -> io::Result<Token> {
        self.bump()?;
        loop {
            self.take_while(|byte| byte != quote, text)?;
            if !self.bump_if(quote)? {
                return Ok(Token::Open);
            }
            if !self.bump_if(quote)? {
                return Ok(Token::Quoted);
            }
            text.push(quote);
        }
    }

    fn string(&mut self, backslash: Backslash, text: &mut Vec<u8>) -> io::Result<Token> {
        self.bump()?;
        let mut is_unclear = false;
        loop {
            self.take_while(|byte| byte != b'\'' && byte != b'\\', text)?;
            match self.peek()? {
                None => return Ok(Token::Open),
                Some(b'\'') => {
                    self.bump()?;
                    if !self.bump_if(b'\'')? {
                        return Ok(if is_unclear { Token::Unclear } else { Token::String });
                    }
                    text.push(b'\'');
                }
                Some(_) => {
                    self.bump()?;
                    match (backslash, self.peek()?) {
                        (_, None) => return Ok(Token::Open),
                        (Backslash::Plain, _) => text.push(b'\\'),
                        (Backslash::Unclear, Some(b'\'')) => return Ok(Token::Endless),
                        (Backslash::Unclear, _) => {
                            is_unclear = true;
                            text.push(b'\\');
                        }
                        // They mean something in a pattern, and are left for it.
                        (Backslash::Escapes, Some(b'%' | b'_')) => text.push(b'\\'),
                        (Backslash::Escapes, Some(escaped)) => {
                            self.bump()?;
                            text.push(unescaped(escaped));
                        }
                    }
                }
            }
        }
    }

    /// A string of PostgreSQL between `$$` or `$name$`, as functions are written.
    fn dollars(&mut self, text: &mut Vec<u8>) -> io::Result<Token> {
        self.bump()?;
        let mut name = b"$".to_vec();
        self.take_while(is_word, &mut name)?;
        if !self.bump_if(b'$')? {
            return Ok(Token::Sign(b'$'));
        }
        name.push(b'$');
        let start = text.len();
        loop {
            self.take_while(|byte| byte != b'$', text)?;
            if !self.bump_if(b'$')? {
                return Ok(Token::Open);
            }
            text.push(b'$');
            if text.get(start..).is_some_and(|text| text.ends_with(&name)) {
                return Ok(Token::String);
            }
        }
    }
}

/// Whether a byte is of a word.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 || byte == b'@'
}

/// What MySQL means by a backslash and that character.
const fn unescaped(escaped: u8) -> u8 {
    match escaped {
        b'0' => 0,
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'Z' => 26,
        other => other,
    }
}
