//! What is quoted for SQL: comments, identifiers, bytes.

use std::io::{self, Write};

use textwrap::{Options, wrap};

use crate::history::{Dialect, History, RowIx};
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

/// A name as an identifier: on MySQL in backticks, which hold under every `sql_mode`. `None` where it has
/// characters that must not reach a terminal: there is no way to write those in an identifier but raw.
pub(super) fn identifier(dialect: Dialect, name: &str) -> Option<String> {
    let quote = if dialect == Dialect::MySql { "`" } else { "\"" };
    let quoted = || format!("{quote}{}{quote}", name.replace(quote, &quote.repeat(2)));
    (printable(name) == name).then(quoted)
}

/// What quotes a body of PostgreSQL's in dollars, where nothing in it ends that: names stand there.
pub(super) fn tag(body: &str) -> String {
    let tags = std::iter::once("$kinescope$".to_owned())
        .chain((1_u64..).map(|nth| format!("$kinescope{nth}$")));
    let mut tags = tags.skip_while(|tag| body.contains(&**tag));
    tags.next().unwrap_or_default()
}

/// The ids of rows, in lines.
pub(super) fn ids(
    out: &mut dyn Write,
    history: &History,
    rows: &[RowIx],
    indent: &str,
) -> io::Result<()> {
    let ids: Vec<String> = rows.iter().map(|&at| history.id(at).to_string()).collect();
    let indented = Options::new(WIDTH).initial_indent(indent).subsequent_indent(indent);
    wrap(&ids.join(", "), indented).iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Bytes as a literal, which means the same under every `sql_mode` and character set.
pub(super) fn literal(bytes: &[u8]) -> String {
    format!("X'{}'", hex(bytes))
}

/// The bytes of a column that holds names, as they were read. A server stores them in the column's
/// character set; a text has them in UTF-8.
pub(super) fn bytes_of_name(history: &History, column: &str) -> String {
    let of_server = history.profile().database.is_some();
    match (history.profile().dialect, of_server) {
        (Dialect::MySql, true) => format!("CAST({column} AS BINARY)"),
        (Dialect::MySql, false) => format!("CAST(CONVERT({column} USING utf8mb4) AS BINARY)"),
        (Dialect::Postgres, true) => format!("convert_to({column}::text, getdatabaseencoding())"),
        (Dialect::Postgres, false) => format!("convert_to({column}::text, 'UTF8')"),
        (Dialect::Sqlite, _) => format!("CAST(CAST({column} AS TEXT) AS BLOB)"),
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
            assert_eq!(identifier(Dialect::MySql, name).as_deref(), expected, "{name:?}");
        }
        let name = "a\"; DROP TABLE kine; -- `";
        let quoted = identifier(Dialect::Sqlite, name);
        assert_eq!(quoted.as_deref(), Some("\"a\"\"; DROP TABLE kine; -- `\""));
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
