//! The values of a row as SQL writes them.

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::ops::Range;

use super::super::cell::{Cell, byte};
use super::scan::{Scanner, Token};

/// What is said of a value that is not written out.
const EXPRESSION: &str = "it is worked out by SQL that is not understood here";

/// What is said of a string that may be read in two ways.
const UNCLEAR: &str = "it has a backslash, and the text does not say whose SQL it is";

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Null,
    /// What is in the buffer there.
    Text(Range<usize>),
    /// Bytes whose digits are in the buffer there.
    Hex(Range<usize>),
    /// Nobody knows: why.
    Unknown(&'static str),
}

/// What a value begins with.
enum Literal {
    /// A value that is written out.
    Is(Field),
    /// Something else: this sign.
    Sign(u8),
}

/// Why a row is not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// The text ends in it.
    Cut,
    /// A string of it has no end that is sure.
    Endless,
}

/// The values of a row.
#[derive(Debug, Default)]
pub(super) struct Values {
    buffer: Vec<u8>,
    pub(super) fields: Vec<Field>,
}

impl Values {
    /// Reads values up to the closing parenthesis.
    pub(super) fn read<R: BufRead>(
        &mut self,
        scanner: &mut Scanner<R>,
    ) -> io::Result<Result<(), Broken>> {
        self.buffer.clear();
        self.fields.clear();
        let mut depth = 0;
        loop {
            let (field, next) = match self.field(scanner, &mut depth)? {
                Ok(found) => found,
                Err(broken) => return Ok(Err(broken)),
            };
            self.fields.push(field);
            if next == Token::Sign(b')') {
                return Ok(Ok(()));
            }
        }
    }

    /// Reads a value, and the comma or parenthesis after it.
    fn field<R: BufRead>(
        &mut self,
        scanner: &mut Scanner<R>,
        depth: &mut u32,
    ) -> io::Result<Result<(Field, Token), Broken>> {
        let (mut field, mut open) = match self.literal(scanner, depth)? {
            Ok(Literal::Is(field)) => (field, 0_u32),
            Ok(Literal::Sign(sign @ (b',' | b')'))) => {
                return Ok(Ok((Field::Unknown(EXPRESSION), Token::Sign(sign))));
            }
            Ok(Literal::Sign(sign)) => (Field::Unknown(EXPRESSION), u32::from(sign == b'(')),
            Err(broken) => return Ok(Err(broken)),
        };
        // What stands between the value and the comma makes another value of it.
        loop {
            let start = self.buffer.len();
            let token = scanner.next(&mut self.buffer)?;
            self.buffer.truncate(start);
            match token {
                Token::End | Token::Open => return Ok(Err(Broken::Cut)),
                Token::Endless => return Ok(Err(Broken::Endless)),
                Token::Sign(b',' | b')') if open == 0 => return Ok(Ok((field, token))),
                Token::Sign(b'(') => open += 1,
                Token::Sign(b')') => open -= 1,
                _ => {}
            }
            field = Field::Unknown(EXPRESSION);
        }
    }

    fn literal<R: BufRead>(
        &mut self,
        scanner: &mut Scanner<R>,
        depth: &mut u32,
    ) -> io::Result<Result<Literal, Broken>> {
        loop {
            let start = self.buffer.len();
            let token = scanner.next(&mut self.buffer)?;
            let here = start.min(self.buffer.len())..self.buffer.len();
            return Ok(Ok(Literal::Is(match token {
                Token::End | Token::Open => return Ok(Err(Broken::Cut)),
                Token::Endless => return Ok(Err(Broken::Endless)),
                Token::Sign(b'-') => {
                    self.buffer.push(b'-');
                    match scanner.next(&mut self.buffer)? {
                        Token::Number => Field::Text(start..self.buffer.len()),
                        Token::Sign(sign) => return Ok(Ok(Literal::Sign(sign))),
                        Token::End | Token::Open => return Ok(Err(Broken::Cut)),
                        Token::Endless => return Ok(Err(Broken::Endless)),
                        _ => Field::Unknown(EXPRESSION),
                    }
                }
                Token::Sign(sign) => return Ok(Ok(Literal::Sign(sign))),
                Token::String | Token::Quoted | Token::Number => Field::Text(here),
                Token::Unclear => Field::Unknown(UNCLEAR),
                Token::Hex => Field::Hex(here),
                Token::Word => {
                    let word = self.buffer[here].to_ascii_lowercase();
                    self.buffer.truncate(start);
                    match word.as_slice() {
                        b"null" => Field::Null,
                        b"true" | b"false" => {
                            self.buffer.push(if word == b"true" { b'1' } else { b'0' });
                            Field::Text(start..start + 1)
                        }
                        // `_binary '…'`: which characters it is written in.
                        [b'_', ..] => continue,
                        _ if scanner.skip_blanks()? && scanner.peek()? == Some(b'(') => {
                            scanner.bump()?;
                            return Ok(self.call(&word, scanner, depth)?.map(Literal::Is));
                        }
                        _ => Field::Unknown(EXPRESSION),
                    }
                }
            })));
        }
    }

    /// Reads the call of a function with which sqlite3 writes what has line ends.
    fn call<R: BufRead>(
        &mut self,
        name: &[u8],
        scanner: &mut Scanner<R>,
        depth: &mut u32,
    ) -> io::Result<Result<Field, Broken>> {
        const DEEPEST: u32 = 32;
        if *depth == DEEPEST {
            return Ok(Err(Broken::Endless));
        }
        *depth += 1;
        let start = self.buffer.len();
        let mut fields = Vec::new();
        loop {
            let (field, next) = match self.field(scanner, depth)? {
                Ok(found) => found,
                Err(broken) => return Ok(Err(broken)),
            };
            fields.push(field);
            if next == Token::Sign(b')') {
                break;
            }
        }
        *depth -= 1;
        let bytes = |at: usize| match fields.get(at) {
            Some(Field::Text(range)) => self.buffer.get(range.clone()),
            _ => None,
        };
        let result = match (name, fields.len()) {
            (b"replace", 3) => replaced(bytes(0), bytes(1), bytes(2)),
            (b"char", 1) => character(bytes(0)),
            (b"unistr", 1) => bytes(0).and_then(unistr),
            _ => None,
        };
        self.buffer.truncate(start);
        let Some(result) = result else { return Ok(Ok(Field::Unknown(EXPRESSION))) };
        self.buffer.extend_from_slice(&result);
        Ok(Ok(Field::Text(start..self.buffer.len())))
    }

    /// What a field holds; `None` where there is no such field.
    pub(super) fn cell(&self, at: usize) -> Option<Result<Cell<'_>, &'static str>> {
        Some(Ok(match self.fields.get(at)? {
            Field::Null => Cell::Null,
            Field::Text(range) => Cell::Exact(Cow::Borrowed(&self.buffer[range.clone()])),
            Field::Hex(range) => match self.buffer[range.clone()].as_chunks() {
                (pairs, []) if pairs.as_flattened().iter().all(u8::is_ascii_hexdigit) => {
                    Cell::Exact(Cow::Owned(pairs.iter().map(|&pair| byte(pair)).collect()))
                }
                _ => return Some(Err("it has digits that are not in hex")),
            },
            Field::Unknown(why) => return Some(Err(why)),
        }))
    }

    /// Takes fields that came in another way: those of a line of `COPY`.
    pub(super) fn refill(&mut self, fill: impl FnOnce(&mut Vec<u8>, &mut Vec<Field>)) {
        self.buffer.clear();
        self.fields.clear();
        fill(&mut self.buffer, &mut self.fields);
    }
}

fn replaced(text: Option<&[u8]>, from: Option<&[u8]>, to: Option<&[u8]>) -> Option<Vec<u8>> {
    let (mut rest, from, to) = (text?, from.filter(|from| !from.is_empty())?, to?);
    let mut result = Vec::with_capacity(rest.len());
    while let Some(at) = rest.windows(from.len()).position(|part| part == from) {
        result.extend_from_slice(&rest[..at]);
        result.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    result.extend_from_slice(rest);
    Some(result)
}

fn character(number: Option<&[u8]>) -> Option<Vec<u8>> {
    let number: u32 = str::from_utf8(number?).ok()?.parse().ok()?;
    Some(char::from_u32(number)?.to_string().into_bytes())
}

/// What `unistr('\000a')` is, with four digits, `\u` and four, `\+` and six, or `\U` and eight.
fn unistr(text: &[u8]) -> Option<Vec<u8>> {
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        result.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        let (skip, digits) = match rest.first()? {
            b'\\' => {
                result.push(b'\\');
                rest = &rest[1..];
                continue;
            }
            b'u' => (1, 4),
            b'U' => (1, 8),
            b'+' => (1, 6),
            _ => (0, 4),
        };
        let code = str::from_utf8(rest.get(skip..skip + digits)?).ok()?;
        let char = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
        result.extend_from_slice(char.to_string().as_bytes());
        rest = &rest[skip + digits..];
    }
    result.extend_from_slice(rest);
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::super::scan::Backslash;
    use super::*;

    fn read(sql: &str, backslash: Backslash) -> Result<Vec<String>, Broken> {
        let mut scanner = Scanner::new(sql.as_bytes(), 0, backslash);
        let mut values = Values::default();
        values.read(&mut scanner).expect("memory can be read")?;
        let cell = |at| match values.cell(at).expect("it is there") {
            Ok(Cell::Exact(text)) => text.escape_ascii().to_string(),
            Ok(_) => "NULL".to_owned(),
            Err(why) => why.to_owned(),
        };
        Ok((0..values.fields.len()).map(cell).collect())
    }

    #[test]
    fn values_are_what_they_stand_for() {
        use Backslash::{Escapes, Plain, Unclear};
        for (sql, backslash, expected) in [
            ("1, -2,NULL,'a')", Plain, &["1", "-2", "NULL", "a"][..]),
            (
                "'it''s',_binary 'k8s\\0\\'x',_binary'\\\\')",
                Escapes,
                &["it\\'s", "k8s\\x00\\'x", "\\\\"],
            ),
            ("'a\\b',E'a\\tb')", Plain, &["a\\\\b", "a\\tb"]),
            ("'a\\b','c')", Unclear, &[UNCLEAR, "c"]),
            ("0x6B38,X'6b38',x'',0x)", Plain, &["k8", "k8", "", ""]),
            ("X'6',0x6)", Plain, &["it has digits that are not in hex"; 2]),
            (
                "replace('a\\nb','\\n',char(10)),unistr('a\\000ab\\u00e9\\\\'))",
                Plain,
                &["a\\nb", "a\\nb\\xc3\\xa9\\\\"],
            ),
            ("replace(replace('a\\nb\\r','\\n',char(10)),'\\r',char(13)))", Plain, &["a\\nb\\r"]),
            (
                "a+1,now(),now(1,(2)),'a'||'b',(1),1)",
                Plain,
                &[EXPRESSION, EXPRESSION, EXPRESSION, EXPRESSION, EXPRESSION, "1"],
            ),
            ("/* ) */ 1 -- )\n,2)", Plain, &["1", "2"]),
            ("\"a\",1.5e+3)", Plain, &["a", "1.5e+3"]),
        ] {
            assert_eq!(read(sql, backslash).expect("it is whole"), expected, "{sql}");
        }
        for (sql, backslash, expected) in [
            ("1,'a", Plain, Broken::Cut),
            ("1", Plain, Broken::Cut),
            ("1,/* ", Plain, Broken::Cut),
            ("'a\\','b')", Unclear, Broken::Endless),
        ] {
            assert_eq!(read(sql, backslash), Err(expected), "{sql}");
        }
    }
}
