//! How many bytes a value has, where what was printed of it tells that for certain.
//!
//! A size that is wrong is worse than none. Programs that take bytes for text cut a value at its first
//! NUL (what is left of a protobuf is `k8s`), escape it, replace it by a word, or print its beginning.

use super::cell::{Cell, hex};

/// How many bytes a value has; none, where it is NULL.
///
/// # Errors
///
/// Why that cannot be told, as the rest of a sentence.
pub(super) fn size(cell: &Cell<'_>) -> Result<u64, &'static str> {
    let text: &[u8] = match cell {
        Cell::Null | Cell::Blank => return Ok(0),
        Cell::Exact(bytes) => return Ok(bytes.len() as u64),
        Cell::Text(text) => text,
    };
    match hex(text) {
        Some(pairs) => Ok(pairs.len() as u64),
        None => what_is_lost(text).map_or(Ok(text.len() as u64), Err),
    }
}

/// What protobuf's envelope begins with.
const PROTOBUF: &[u8] = b"k8s";

/// What is lost of a value that was printed in another form than it is stored in.
fn what_is_lost(text: &[u8]) -> Option<&'static str> {
    const REPLACED: &[u8] = "\u{fffd}".as_bytes();
    if let Some(rest) = text.strip_prefix(PROTOBUF) {
        return match rest {
            // `k8s`, NUL, and three digits of an octal number, once the backslashes are undone.
            [0, b'0', b'0', ..] | [b'\\', ..] => Some("values in this text are escaped"),
            [0, ..] if has(text, REPLACED) => Some(
                "bytes of values in this text were replaced, as by a program that takes them for \
                 UTF-8",
            ),
            [0 | b':', ..] => None,
            [] => Some(
                "values in this text were cut at their first NUL byte: only `k8s` is left of an \
                 object in protobuf",
            ),
            _ => Some("values in this text lost their NUL bytes"),
        };
    }
    if is_placeholder(text) {
        return Some("this text holds a word in place of each value");
    }
    let trimmed = text.trim_ascii_end();
    let is_open = trimmed.starts_with(b"{\"") && !trimmed.ends_with(b"}");
    if is_open || text.ends_with(b"...") || text.ends_with("\u{2026}".as_bytes()) {
        return Some("values in this text are cut off");
    }
    let is_python = (text.starts_with(b"b'") || text.starts_with(b"b\"")) && text.len() > 2;
    (is_python && text.last() == text.get(1))
        .then_some("values in this text are written as b'…', with escapes")
}

/// Whether a program printed that there is a value, and not the value: `BLOB`, `(BLOB - 12 KB)`,
/// `[binary data]`.
fn is_placeholder(text: &[u8]) -> bool {
    const LONGEST: usize = 60;
    const WORDS: [&str; 9] = [
        "blob",
        "tinyblob",
        "mediumblob",
        "longblob",
        "binary",
        "bytea",
        "bytes",
        "memoryview",
        "object",
    ];
    let Ok(text) = str::from_utf8(&text[..text.len().min(LONGEST)]) else { return false };
    let inner = text.trim().trim_start_matches(['(', '[', '<', '{', '.', ' ']);
    let is_marked = inner.len() < text.trim().len();
    let word = inner.split(|char: char| !char.is_ascii_alphanumeric()).next().unwrap_or_default();
    let is_word = WORDS.iter().any(|it| it.eq_ignore_ascii_case(word));
    is_word && (is_marked || word.len() == inner.len())
}

fn has(text: &[u8], part: &[u8]) -> bool {
    // Most values do not even have its first byte, which is found faster.
    text.contains(&part[0]) && text.windows(part.len()).any(|it| it == part)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn sized(text: &[u8]) -> Result<u64, &'static str> {
        size(&Cell::Text(Cow::Borrowed(text)))
    }

    #[test]
    fn a_value_that_is_whole_has_its_size() {
        let cases: [(&[u8], u64); 15] = [
            (b"", 0),
            (b"k8s\0\n\x0c", 6),
            (b"k8s:enc:aescbc:v1:key1:\x01\x02", 25),
            (b"{\"health\":\"true\"}", 17),
            (b"{}\n", 3),
            (b"4|3005", 6),
            (b"0x6B3873", 3),
            (b"\\x6b387300", 4),
            (b"X'6b3873'", 3),
            (b"0x", 0),
            (b"\\x", 0),
            (b"X''", 0),
            (b"0x6", 3),
            (b"blobs are stored here", 21),
            (b"b", 1),
        ];
        for (text, size) in cases {
            assert_eq!(sized(text), Ok(size), "{}", text.escape_ascii());
        }
        assert_eq!((size(&Cell::Null), size(&Cell::Blank)), (Ok(0), Ok(0)));
    }

    #[test]
    fn a_value_that_is_not_has_none() {
        let cases: [(&[u8], &str); 17] = [
            (b"k8s", "cut at their first NUL"),
            (b"k8s\n\x0c", "lost their NUL bytes"),
            (b"k8s ", "lost their NUL bytes"),
            (b"k8s\\0\\n", "escaped"),
            (b"k8s\\x00\\n", "escaped"),
            (b"k8s\x0000\x0012", "escaped"),
            (b"k8s\0\n\xef\xbf\xbd\x01", "replaced"),
            (b"BLOB", "a word"),
            (b"(BLOB - 12 KB)", "a word"),
            (b"[BLOB - 1.2 KiB]", "a word"),
            (b"[binary data]", "a word"),
            (b"<Binary>", "a word"),
            (b"... (bytes)", "a word"),
            (b"{\"kind\":\"Po", "cut off"),
            (b"k8s...", "lost their NUL bytes"),
            (b"apiVersion: v1...", "cut off"),
            (b"b'k8s\\x00\\n'", "written as b'"),
        ];
        for (text, why) in cases {
            let said = sized(text).expect_err(why);
            assert!(said.contains(why), "{}: {said}", text.escape_ascii());
        }
    }
}
