//! Escapes of JSON, YAML, shells and addresses, undone.

/// A text with its escapes undone, one time; `None` where it has none. What no language has for an
/// escape stays.
pub(super) fn undone(text: &[u8]) -> Option<Vec<u8>> {
    if !text.iter().any(|byte| b"\\%".contains(byte)) {
        return None;
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut is_other = false;
    while let Some((&first, after)) = rest.split_first() {
        let taken = match first {
            b'\\' => escape(after, &mut plain),
            b'%' => number(after, 2, 16).map(|byte| put(byte, &mut plain, 2)),
            _ => None,
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

/// Undoes what follows a backslash; gives how many bytes that were.
fn escape(after: &[u8], plain: &mut Vec<u8>) -> Option<usize> {
    let char = match *after.first()? {
        same @ (b'"' | b'\'' | b'\\' | b'/') => same,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'u' => return unicode(&after[1..], plain).map(|taken| taken + 1),
        b'U' => return number(&after[1..], 8, 16).map(|char| put(char, plain, 9)),
        b'x' => return number(&after[1..], 2, 16).map(|byte| put(byte, plain, 3)),
        // YAML goes on in the next line, and leaves out its indent.
        b'\n' => return Some(1 + spaces(&after[1..])),
        b'\r' if after.get(1) == Some(&b'\n') => return Some(2 + spaces(&after[2..])),
        b'0'..=b'7' => return number(after, 3, 8).map(|byte| put(byte, plain, 3)),
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
    let digits = text.get(..digits)?.iter();
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
            (r"\d+ 100% \u12", None),
            ("plain", None),
            ("\\", None),
        ] {
            let plain = undone(text.as_bytes());
            let plain = plain.as_deref().map(|it| std::str::from_utf8(it).expect("a text"));
            assert_eq!(plain, expected, "{text}");
        }
    }
}
