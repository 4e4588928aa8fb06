//! Bytes from the table, made safe for a terminal and for a reader.
//!
//! A name is [escaped](escape): names that differ are texts that differ. A sentence that holds such
//! a name, or what a server said, is made [printable], and stays as it is if it is printable.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text of a name, with everything that could move a cursor, hide, or turn the direction of
/// writing replaced by an escape: `\x1b`, `\u{202e}`. Bytes that are no UTF-8 become `\xff`, and
/// spaces at either end, which nobody would see, `\x20`. A backslash is doubled only where it could
/// be taken for such an escape, or for one that is doubled. The empty name is `""`.
///
/// Of different bytes the texts are different; so what is escaped twice is not what it was.
pub fn escape(name: &[u8]) -> Cow<'_, str> {
    // Nearly every name. Without a way out of it the loop takes many bytes at once.
    let is_simple =
        name.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'[' | b']'..=b'~'));
    match (std::str::from_utf8(name), name) {
        (_, []) => Cow::Borrowed("\"\""),
        (_, b"\"\"") => Cow::Borrowed("\\x22\\x22"),
        (_, [b' ', ..] | [.., b' ']) | (Err(_), _) => Cow::Owned(escaped(name)),
        (Ok(text), _) if is_simple => Cow::Borrowed(text),
        _ => Cow::Owned(escaped(name)),
    }
}

/// A sentence with everything replaced that [`escape`] replaces in a name because it could fool a
/// terminal. Its backslashes and spaces are its own.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut line = Line::default();
    for char in text.chars() {
        line.push(char);
    }
    Cow::Owned(line.text)
}

/// The bytes of which [`escape`] made a text, also where what is not ASCII in it is escaped as well.
/// What is no escape stays as it is.
pub fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = if text == b"\"\"" { b"" } else { text };
    while let [first, after @ ..] = rest {
        rest = match after {
            _ if *first != b'\\' => None,
            [b'\\', after @ ..] => {
                bytes.push(b'\\');
                Some(after)
            }
            [b'x', high, low, after @ ..] => number(&[*high, *low]).map(|byte| {
                bytes.extend(u8::try_from(byte));
                after
            }),
            [b'u', b'{', after @ ..] => character(after).map(|(char, after)| {
                bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                after
            }),
            _ => None,
        }
        .unwrap_or_else(|| {
            bytes.push(*first);
            after
        });
    }
    bytes
}

/// The character that is written as hexadecimal digits and a brace, and what comes after it.
fn character(text: &[u8]) -> Option<(char, &[u8])> {
    let end = text.iter().position(|&byte| byte == b'}')?;
    let char = number(&text[..end]).and_then(char::from_u32)?;
    Some((char, &text[end + 1..]))
}

/// A number of hexadecimal digits.
fn number(digits: &[u8]) -> Option<u32> {
    let is_number = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = str::from_utf8(digits).ok().filter(|_| is_number)?;
    u32::from_str_radix(digits, 16).ok()
}

fn escaped(name: &[u8]) -> String {
    let spaces = |name: &mut dyn Iterator<Item = &u8>| name.take_while(|&&it| it == b' ').count();
    let before = spaces(&mut name.iter());
    let after = spaces(&mut name[before..].iter().rev());
    let inner = &name[before..name.len() - after];
    let mut line = Line { text: "\\x20".repeat(before) };
    for chunk in inner.utf8_chunks() {
        let mut chars = chunk.valid().chars().peekable();
        while let Some(char) = chars.next() {
            let next = chars.peek().copied();
            // What follows is an escape, or looks like one.
            let is_taken = match next {
                // Beyond ASCII it may be escaped where only ASCII is wanted.
                Some(next) => matches!(next, '\\' | 'x' | 'u') || !matches!(next, ' '..='~'),
                None => !chunk.invalid().is_empty() || after > 0,
            };
            if char == '\\' && is_taken {
                line.text.push('\\');
            }
            line.push(char);
        }
        for byte in chunk.invalid() {
            line.hex(u32::from(*byte));
        }
    }
    line.text.push_str(&"\\x20".repeat(after));
    line.text
}

/// A text as it grows.
#[derive(Default)]
struct Line {
    text: String,
}

impl Line {
    fn push(&mut self, char: char) {
        if is_plain(char) && !self.text.chars().next_back().is_some_and(|last| joins(last, char)) {
            self.text.push(char);
        } else if char.is_ascii() {
            self.hex(char as u32);
        } else {
            // Writing to a String does not fail.
            let _ = write!(self.text, "\\u{{{:x}}}", char as u32);
        }
    }

    fn hex(&mut self, byte: u32) {
        let _ = write!(self.text, "\\x{byte:02x}");
    }
}

/// Whether a character and the one before it become one, as an emoji and its colour do: then nobody
/// can tell how many cells they have.
fn joins(last: char, char: char) -> bool {
    if char.is_ascii() {
        return false;
    }
    let mut bytes = [0; 8];
    let end = last.encode_utf8(&mut bytes).len();
    let end = end + char.encode_utf8(&mut bytes[end..]).len();
    let both = str::from_utf8(&bytes[..end]).map(UnicodeWidthStr::width);
    both != Ok(last.width().unwrap_or_default() + char.width().unwrap_or_default())
}

/// Whether a character shows as itself, in cells that can be counted, and not as a space that it is
/// not.
pub fn is_plain(char: char) -> bool {
    matches!(char, ' '..='~')
        || !(char.is_control()
            || char.is_whitespace()
            || char.width().is_none_or(|width| width == 0)
            || is_format(char)
            || is_blank(char))
}

/// The characters of Unicode's category Cf: they are not seen, and change what is seen.
const fn is_format(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that are letters or signs, and are empty.
const fn is_blank(char: char) -> bool {
    matches!(char, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    #[test]
    fn what_could_fool_a_terminal_is_escaped() {
        let cases: [(&[u8], &str); 21] = [
            (b"/registry/pods/default/a", "/registry/pods/default/a"),
            ("/registry/\u{e9}".as_bytes(), "/registry/\u{e9}"),
            (b"a\x1b[2Jb", "a\\x1b[2Jb"),
            (b"a\nb\tc\r\0\x7f", "a\\x0ab\\x09c\\x0d\\x00\\x7f"),
            ("a\u{202e}b".as_bytes(), "a\\u{202e}b"),
            ("a\u{200b}e\u{301}".as_bytes(), "a\\u{200b}e\\u{301}"),
            (b"caf\xe9", "caf\\xe9"),
            (b"a\\x1b", "a\\\\x1b"),
            (b"a\\x1b\x1b", "a\\\\x1b\\x1b"),
            (b"a\\b\\", "a\\b\\"),
            (b"a\\\\b", "a\\\\\\b"),
            (b"a\\\x1b", "a\\\\\\x1b"),
            (b"", "\"\""),
            (b"\"\"", "\\x22\\x22"),
            (b" a b  ", "\\x20a b\\x20\\x20"),
            (b"  ", "\\x20\\x20"),
            (b"a\\ ", "a\\\\\\x20"),
            (b"a\n ", "a\\x0a\\x20"),
            ("a\u{a0}\u{3000}b".as_bytes(), "a\\u{a0}\\u{3000}b"),
            ("\u{1f44d}\u{1f3fb}".as_bytes(), "\u{1f44d}\\u{1f3fb}"),
            ("\u{644}\u{627}".as_bytes(), "\u{644}\\u{627}"),
        ];
        for (bytes, text) in cases {
            assert_eq!(escape(bytes), text);
        }
    }

    #[test]
    fn a_sentence_keeps_what_was_escaped_in_it() {
        let name = escape(b" a\\x1b\x1b");
        let text = format!("It is \"{name}\". ");
        assert_eq!(printable(&text), text);
        assert_eq!(printable("a\u{1b}\\ b"), "a\\x1b\\ b");
    }

    /// What joins, hides or is doubled, and anything else.
    fn name() -> impl Strategy<Value = Vec<u8>> {
        let pieces: [&[u8]; 30] = [
            b"\\",
            b"\\",
            b"x",
            b"u",
            b"{",
            b"}",
            b"1b",
            b"\x1b",
            b" ",
            b"\"",
            b"\n",
            b"\xff",
            b"\xc3",
            b"a",
            b"20",
            "\u{1f44d}".as_bytes(),
            "\u{1f3fb}".as_bytes(),
            "\u{1f1e9}".as_bytes(),
            "\u{644}".as_bytes(),
            "\u{627}".as_bytes(),
            "\u{200d}".as_bytes(),
            "\u{fe0f}".as_bytes(),
            "\u{301}".as_bytes(),
            "\u{4e00}".as_bytes(),
            "\u{a4fa}".as_bytes(),
            "\u{a4fc}".as_bytes(),
            "\u{1100}".as_bytes(),
            "\u{1161}".as_bytes(),
            "\u{9b}".as_bytes(),
            "\u{16d63}".as_bytes(),
        ];
        let piece = prop_oneof![
            6 => select(pieces.to_vec()).prop_map(<[u8]>::to_vec),
            2 => any::<char>().prop_map(|char| char.to_string().into_bytes()),
            1 => any::<u8>().prop_map(|byte| vec![byte]),
        ];
        vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn names_that_differ_are_texts_that_differ(name in name()) {
            let shown = escape(&name);
            prop_assert_eq!(&unescape(shown.as_bytes()), &name);
            let in_ascii = crate::display::Glyphs::Ascii.name(&shown);
            prop_assert_eq!(&unescape(in_ascii.as_bytes()), &name);
        }

        #[test]
        fn what_was_made_safe_is_as_wide_as_its_characters(name in name()) {
            let text = escape(&name);
            let printed = printable(&String::from_utf8_lossy(&name)).into_owned();
            for text in [&*text, &printed] {
                let widths = text.chars().map(|char| char.width().unwrap_or_default());
                prop_assert_eq!(text.width(), widths.sum::<usize>());
                prop_assert!(text.chars().all(is_plain));
                prop_assert_eq!(printable(text), text);
            }
        }
    }
}
