//! Which program printed a table, where the text around it tells.

use super::format::{Format, Sniffed};
use super::split::Split;
use super::vertical::{PSQL, SQLITE};

impl Sniffed {
    /// The client that printed the table, if it is surely one of PostgreSQL's or SQLite's: their
    /// databases compare names byte by byte, MySQL's and MariaDB's do not. `head` is the beginning of the
    /// text.
    ///
    /// psql draws a line of its own under the headings, `----+----`, and counts rows in parentheses.
    /// Both show their prompts where a whole session was copied.
    pub(super) fn teller(&self, head: &[u8]) -> Option<&'static str> {
        let split = match &self.format {
            Format::Text(split) => split,
            Format::Vertical(layout) => return layout.teller,
            _ => return None,
        };
        let lines = |text| <[u8]>::split(text, |&byte| byte == b'\n').map(unquoted);
        let (before, after) = head.split_at(self.start);
        if let Split::Bars { bare, .. } = split {
            let is_psql = *bare && lines(after).next().is_some_and(is_drawn);
            if is_psql || lines(after).any(counts_rows) {
                return Some(PSQL);
            }
        }
        lines(before).rev().find_map(prompt)
    }
}

/// A line without marks of a quotation and blanks around it.
fn unquoted(line: &[u8]) -> &[u8] {
    line[super::lines::quote_marks(line)..].trim_ascii()
}

/// Whether a line is what psql draws under its headings.
fn is_drawn(line: &[u8]) -> bool {
    line.starts_with(b"-")
        && line.windows(3).any(|three| three == b"-+-")
        && line.iter().all(|byte| b"-+".contains(byte))
}

/// Whether psql says here how many rows it printed: `(5 rows)`.
fn counts_rows(line: &[u8]) -> bool {
    let number = line
        .strip_prefix(b"(")
        .and_then(|rest| rest.strip_suffix(b" rows)").or_else(|| rest.strip_suffix(b" row)")));
    number.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// Whose prompt a line begins with: `sqlite> `, `kine=# ` and `kine=> `.
fn prompt(line: &[u8]) -> Option<&'static str> {
    if line.starts_with(b"sqlite> ") {
        return Some(SQLITE);
    }
    let name = line.iter().position(|&byte| !byte.is_ascii_alphanumeric() && byte != b'_')?;
    let is_psql = name > 0 && [b"=# ", b"=> "].iter().any(|it| line[name..].starts_with(*it));
    is_psql.then_some(PSQL)
}
