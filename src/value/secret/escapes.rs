//! Escapes of JSON, YAML, C, addresses and HTML, undone; and the bytes that characters stand for.

/// How many bytes the longest escape has, and what was cut off of one that was escaped itself.
pub(super) const LONGEST: usize = 16;

/// A text with its escapes undone, one time; `None` where it has none. What no language has for an
/// escape stays. Of several kinds one is undone: what looks like another may be a part of what was
/// written, as in the bytes of something compressed.
pub(super) fn undone(text: &[u8]) -> Option<Vec<u8>> {
    [b'\\', b'%', b'&'].into_iter().find_map(|lead| undone_of(lead, text))
}

/// The same of a string of JSON, whose escapes are those with a backslash.
pub(super) fn of_a_string(text: &[u8]) -> Option<Vec<u8>> {
    undone_of(b'\\', text)
}

/// A text with the escapes undone that begin so.
fn undone_of(lead: u8, text: &[u8]) -> Option<Vec<u8>> {
    if !text.contains(&lead) {
        return None;
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut is_other = false;
    while let Some((&first, after)) = rest.split_first() {
        let taken = match lead {
            _ if first != lead => None,
            b'%' => number(after, 2, 16).map(|byte| put(byte, &mut plain, 2)),
            b'&' => entity(after, &mut plain),
            _ => escape(after, &mut plain),
        };
        if let Some(taken) = taken {
            is_other = true;
            rest = &after[taken..];
        } else {
            plain.push(first);
            rest = after;
        }
    }
    is_other.then_some(plain)
}

/// The bytes that a text stands for each of whose characters is one: what an escape puts for a byte is
/// such a character, and so is each byte of a text that was read as Latin-1. `None` where they are a text
/// that somebody reads, and where it has no such character.
pub(super) fn bytes(text: &[u8]) -> Option<Vec<u8>> {
    let text = match str::from_utf8(text) {
        Ok(text) => text,
        Err(why) if why.error_len().is_none() => str::from_utf8(&text[..why.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    if !text.contains(|char: char| char.is_control() && !"\t\n\r\x1b".contains(char)) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for char in text.chars() {
        match u8::try_from(u32::from(char)) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend(char.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    Some(bytes)
}

/// Undoes what follows an ampersand; gives how many bytes that were.
fn entity(after: &[u8], plain: &mut Vec<u8>) -> Option<usize> {
    const NAMES: [(&[u8], u32); 5] =
        [(b"quot", 34), (b"amp", 38), (b"apos", 39), (b"lt", 60), (b"gt", 62)];
    /// `#1114111` has no more.
    const LETTERS: usize = 8;
    let length = after.iter().take(LETTERS + 1).position(|&byte| byte == b';')?;
    let name = &after[..length];
    let char = match name {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, length - 2, 16),
        [b'#', digits @ ..] => number(digits, length - 1, 10),
        name => NAMES.iter().find(|(it, _)| *it == name).map(|&(_, char)| char),
    };
    Some(put(char?, plain, length + 1))
}

/// Undoes what follows a backslash; gives how many bytes that were.
fn escape(after: &[u8], plain: &mut Vec<u8>) -> Option<usize> {
    let char = match *after.first()? {
        same @ (b'"' | b'\'' | b'\\' | b'/') => same,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'a' => 7,
        b'b' => 8,
        b'v' => 11,
        b'f' => 12,
        b'e' => 27,
        b'u' => return unicode(&after[1..], plain).map(|taken| taken + 1),
        b'U' => return number(&after[1..], 8, 16).map(|char| put(char, plain, 9)),
        b'x' => return number(&after[1..], 2, 16).map(|byte| put(byte, plain, 3)),
        // YAML goes on in the next line, and leaves out its indent.
        b'\n' => return Some(1 + spaces(&after[1..])),
        b'\r' if after.get(1) == Some(&b'\n') => return Some(2 + spaces(&after[2..])),
        b'0'..=b'7' => {
            let digits = after.iter().take(3).take_while(|it| (b'0'..=b'7').contains(it)).count();
            return number(after, digits, 8).map(|byte| put(byte, plain, digits));
        }
        _ => return None,
    };
    plain.push(char);
    Some(1)
}

/// `u` and four digits, or twice that for what is beyond 16 bits.
fn unicode(after: &[u8], plain: &mut Vec<u8>) -> Option<usize> {
    let first = number(after, 4, 16)?;
    let second = after.get(4..).and_then(|rest| rest.strip_prefix(b"\\u"));
    let second = second.and_then(|rest| number(rest, 4, 16));
    match (first, second) {
        (0xd800..=0xdbff, Some(second @ 0xdc00..=0xdfff)) => {
            Some(put(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00), plain, 10))
        }
        _ => Some(put(first, plain, 4)),
    }
}

/// Puts a character, which so many bytes stood for.
fn put(char: u32, plain: &mut Vec<u8>, taken: usize) -> usize {
    let char = char::from_u32(char).unwrap_or(char::REPLACEMENT_CHARACTER);
    plain.extend(char.encode_utf8(&mut [0; 4]).bytes());
    taken
}

fn number(text: &[u8], digits: usize, base: u32) -> Option<u32> {
    let digits = text.get(..digits).filter(|it| !it.is_empty())?.iter();
    digits
        .map(|&digit| char::from(digit).to_digit(base))
        .try_fold(0_u32, |number, digit| number.checked_mul(base)?.checked_add(digit?))
}

fn spaces(text: &[u8]) -> usize {
    text.iter().take_while(|byte| b" \t".contains(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_undone_once() {
        for (text, expected) in [
            (r#"\"kind\""#, Some("\"kind\"")),
            (r"\u0053ecret", Some("Secret")),
            (r"\x53ecret", Some("Secret")),
            (r"\123ecret", Some("Secret")),
            (r"\U00000053ecret", Some("Secret")),
            (r"%53ecret", Some("Secret")),
            (r"\\u0053ecret", Some(r"\u0053ecret")),
            (r"\ud83d\ude00 \ud83d!", Some("😀 \u{fffd}!")),
            ("Sec\\\n   ret", Some("Secret")),
            ("Sec\\\r\nret", Some("Secret")),
            (r"a\nb\/", Some("a\nb/")),
            ("&#83;ecret &amp;&lt;&#x1F600;", Some("Secret &<😀")),
            (r"%53 is \x53", Some("%53 is S")),
            (r"\0\33[1m\e", Some("\0\x1b[1m\x1b")),
            (r"\d+ 100% \u12 & &; &# &#x; &#12 &amp", None),
            ("plain", None),
            ("\\", None),
        ] {
            let plain = undone(text.as_bytes());
            let plain = plain.as_deref().map(|it| std::str::from_utf8(it).expect("a text"));
            assert_eq!(plain, expected, "{text}");
        }
    }

    #[test]
    fn characters_stand_for_bytes_where_they_are_no_text() {
        for (text, expected) in [
            ("\u{1f}\u{8b}\u{8}", Some(&b"\x1f\x8b\x08"[..])),
            ("b'\0\u{ff}日'", Some(b"b'\0\xff\xe6\x97\xa5'")),
            ("caf\u{e9}\n", None),
            ("\u{1b}[1m", None),
        ] {
            assert_eq!(bytes(text.as_bytes()).as_deref(), expected, "{text:?}");
        }
        assert_eq!(bytes(b"\x01\xff"), None);
        assert_eq!(bytes(b"\x01\xc3").as_deref(), Some(&b"\x01"[..]));
    }
}
