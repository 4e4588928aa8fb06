//! Bytes from the table, made safe for a terminal and for a reader.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// The text of a name, with everything that could move a cursor, hide, or turn the direction of
/// writing replaced by an escape: `\x1b`, `\u{202e}`. Bytes that are no UTF-8 become `\xff`. A
/// backslash is doubled only where it could be taken for such an escape.
pub fn escape(bytes: &[u8]) -> Cow<'_, str> {
    // Nearly every name. Without a way out of it the loop takes many bytes at once.
    let is_simple = bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    match std::str::from_utf8(bytes) {
        Ok(text) if is_simple => Cow::Borrowed(text),
        Ok(text) if text.chars().all(is_plain) => Cow::Borrowed(text),
        _ => Cow::Owned(escaped(bytes)),
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\\' => text.push_str("\\\\"),
                char if is_plain(char) => text.push(char),
                '\0'..='\x7f' => push(&mut text, format_args!("\\x{:02x}", char as u32)),
                char => push(&mut text, format_args!("\\u{{{:x}}}", char as u32)),
            }
        }
        for byte in chunk.invalid() {
            push(&mut text, format_args!("\\x{byte:02x}"));
        }
    }
    text
}

fn push(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String does not fail.
    let _ = text.write_fmt(what);
}

/// Whether a character shows as itself, in cells that can be counted.
fn is_plain(char: char) -> bool {
    !char.is_control()
        && char.width().is_some_and(|width| width > 0)
        && !matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_fool_a_terminal_is_escaped() {
        let cases: [(&[u8], &str); 9] = [
            (b"/registry/pods/default/a", "/registry/pods/default/a"),
            ("/registry/\u{e9}".as_bytes(), "/registry/\u{e9}"),
            (b"a\x1b[2Jb", "a\\x1b[2Jb"),
            (b"a\nb\tc\r\0\x7f", "a\\x0ab\\x09c\\x0d\\x00\\x7f"),
            ("a\u{202e}b".as_bytes(), "a\\u{202e}b"),
            ("a\u{200b}e\u{301}".as_bytes(), "a\\u{200b}e\\u{301}"),
            (b"caf\xe9", "caf\\xe9"),
            (b"a\\x1b", "a\\x1b"),
            (b"a\\x1b\x1b", "a\\\\x1b\\x1b"),
        ];
        for (bytes, text) in cases {
            assert_eq!(escape(bytes), text);
        }
    }
}
