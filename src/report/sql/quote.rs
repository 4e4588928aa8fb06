//! What is quoted for SQL: comments, identifiers, bytes.

use std::io::{self, Write};

use textwrap::wrap;

use crate::history::History;
use crate::text::printable;

/// How long a line gets.
pub(super) const WIDTH: usize = 100;

/// Writes a sentence as lines of comments. No character in it ends such a line: a comment ends where
/// the line does.
pub(super) fn comment(out: &mut dyn Write, text: &str) -> io::Result<()> {
    for line in wrap(&printable(text), WIDTH - 3) {
        writeln!(out, "-- {line}")?;
    }
    Ok(())
}

/// A name as an identifier, in backticks, which hold under every `sql_mode`. `None` where it has
/// characters that must not reach a terminal: there is no way to write those in an identifier but raw.
pub(super) fn identifier(name: &str) -> Option<String> {
    (printable(name) == name).then(|| format!("`{}`", name.replace('`', "``")))
}

/// Bytes as a literal, which means the same under every `sql_mode` and character set.
pub(super) fn literal(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("X'{digits}'")
}

/// The bytes of a column that holds names, as they were read. A server stores them in the column's
/// character set; a text has them in UTF-8.
pub(super) fn bytes_of_name(history: &History, column: &str) -> String {
    match history.profile().database {
        Some(_) => format!("CAST({column} AS BINARY)"),
        None => format!("CAST(CONVERT({column} USING utf8mb4) AS BINARY)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_one_whatever_it_is_called() {
        let cases = [
            ("kine_name_index", Some("`kine_name_index`")),
            ("a`; DROP TABLE kine; -- ", Some("`a``; DROP TABLE kine; -- `")),
            ("*/ '\"\\", Some("`*/ '\"\\`")),
            ("caf\u{e9}", Some("`caf\u{e9}`")),
            ("a\nb", None),
            ("a\u{1b}[2Jb", None),
            ("a\u{2028}b", None),
            ("a\u{202e}b", None),
        ];
        for (name, expected) in cases {
            assert_eq!(identifier(name).as_deref(), expected, "{name:?}");
        }
    }

    #[test]
    fn a_comment_ends_where_it_is_written() {
        let mut out = Vec::new();
        let text = "a\nDROP TABLE kine;\r\u{1b}[2J\u{2028}\u{202e}\u{85}\0 */ -- b";
        comment(&mut out, text).expect("memory");
        let expected =
            "-- a\\x0aDROP TABLE kine;\\x0d\\x1b[2J\\u{2028}\\u{202e}\\u{85}\\x00 */ -- b\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn bytes_are_digits() {
        assert_eq!(literal(b"/a'\\\xff\0"), "X'2F61275CFF00'");
        assert_eq!(literal(b""), "X''");
    }
}
