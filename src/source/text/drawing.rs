//! Lines that are drawn with Unicode's box characters, as ones that are drawn with `+`, `-` and `|`.

use std::borrow::Cow;

/// The characters that lines are drawn with.
const BOX: std::ops::RangeInclusive<char> = '\u{2500}'..='\u{257f}';

/// How any of them begins in UTF-8.
const BOX_START: u8 = 0xe2;

const HORIZONTAL: [char; 9] = ['─', '━', '┄', '┅', '┈', '┉', '╌', '╍', '═'];

const VERTICAL: [char; 9] = ['│', '┃', '┆', '┇', '┊', '┋', '╎', '╏', '║'];

/// The line in ASCII: all of one that is drawn, and of a row the bars between its fields.
pub(super) fn in_ascii(line: &[u8]) -> Cow<'_, [u8]> {
    if !line.contains(&BOX_START) {
        return Cow::Borrowed(line);
    }
    let chars = || line.utf8_chunks().flat_map(|chunk| chunk.valid().chars());
    let is_rule = chars().all(|char| BOX.contains(&char) || char.is_ascii_whitespace())
        && chars().any(|char| HORIZONTAL.contains(&char));
    let mut ascii = Vec::with_capacity(line.len());
    for chunk in line.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                _ if char.is_ascii() => ascii.extend(char.to_string().bytes()),
                _ if is_rule => ascii.push(if HORIZONTAL.contains(&char) { b'-' } else { b'+' }),
                _ if VERTICAL.contains(&char) => ascii.push(b'|'),
                _ => ascii.extend(char.to_string().bytes()),
            }
        }
        ascii.extend(chunk.invalid());
    }
    Cow::Owned(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_becomes_ascii() {
        for (line, expected) in [
            ("┌────┬──────┐", "+----+------+"),
            ("╠═══╬═══╣", "+---+---+"),
            (" ──┼── ", " --+-- "),
            ("│ 1 ║ /a─b ┃", "| 1 | /a─b |"),
            ("| 1 | /é |", "| 1 | /é |"),
        ] {
            assert_eq!(String::from_utf8_lossy(&in_ascii(line.as_bytes())), expected);
        }
        assert_eq!(&*in_ascii(b"\xff\xe2\x94\x82\xff"), b"\xff|\xff");
    }
}
