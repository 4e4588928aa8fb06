//! Bytes as `xxd` prints them.

use std::fmt::Write as _;

/// How many bytes there is room for in a line of that many columns: 16, 8 or 4.
pub const fn per_row(columns: usize) -> usize {
    match columns {
        64.. => 16,
        36..64 => 8,
        _ => 4,
    }
}

/// A line for so many bytes each, all in ASCII: the offset, the bytes, and the characters that they
/// are, `.` for those that do not show.
pub fn dump(bytes: &[u8], per_row: usize) -> impl Iterator<Item = String> {
    let per_row = per_row.max(2);
    bytes.chunks(per_row).enumerate().map(move |(row, bytes)| {
        let mut line = format!("{:05x}:", row * per_row);
        for pair in 0..per_row.div_ceil(2) {
            line.push(' ');
            for at in [pair * 2, pair * 2 + 1] {
                // Writing to a String does not fail.
                let _ = match bytes.get(at) {
                    Some(byte) => write!(line, "{byte:02x}"),
                    None => write!(line, "  "),
                };
            }
        }
        line.push_str("  ");
        let shown = |byte: &u8| matches!(byte, b' '..=b'~');
        line.extend(bytes.iter().map(|byte| if shown(byte) { char::from(*byte) } else { '.' }));
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_printed_in_the_room_there_is() {
        let bytes = b"k8s\0\x0a\x0c\x0a\x02v1\x12\x03Pod\x1b[2J";
        for (columns, expected) in [
            (
                78,
                &[
                    "00000: 6b38 7300 0a0c 0a02 7631 1203 506f 641b  k8s.....v1..Pod.",
                    "00010: 5b32 4a                                  [2J",
                ][..],
            ),
            (
                38,
                &[
                    "00000: 6b38 7300 0a0c 0a02  k8s.....",
                    "00008: 7631 1203 506f 641b  v1..Pod.",
                    "00010: 5b32 4a              [2J",
                ],
            ),
        ] {
            let lines: Vec<String> = dump(bytes, per_row(columns)).collect();
            assert_eq!(lines, expected);
            assert!(lines.iter().all(|line| line.len() <= columns));
        }
    }
}
