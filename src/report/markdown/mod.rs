//! Markdown to paste into a ticket.
//!
//! Whatever comes from the table stands in code, where it is no markup.

mod audit;
mod preview;
mod usage;

pub use audit::audit;
pub use preview::preview;
pub use usage::usage;

use std::io::{self, Write};

use super::Table;
use crate::face::{count, escape, grouped, printable, words};
use crate::history::Revision;

/// What is not known of the table, before anything that depends on it.
fn gaps(out: &mut dyn Write, table: &Table<'_>) -> io::Result<()> {
    if table.is_whole() {
        return Ok(());
    }
    writeln!(out, "> **This is a part of the table, and may be wrong.**")?;
    if let Some(part) = words::asked_for(table.history.profile()) {
        writeln!(out, ">\n> As asked for, {}", prose(&part))?;
    }
    if let Some(error) = table.partial {
        writeln!(out, ">\n> The reading ended early: {}.", prose(&error.in_full()))?;
    }
    if let Some(first) = table.unread.first() {
        writeln!(
            out,
            ">\n> Not understood in {}, the first {}: {}.",
            count(table.unread_rows, "place"),
            prose(&first.place),
            prose(&first.why)
        )?;
    }
    writeln!(out)
}

/// What table it is, how large, and how far it was compacted: names and values.
fn facts(table: &Table<'_>, compacted: Option<Revision>) -> [(&'static str, String); 3] {
    let history = table.history;
    let current = history.current().unwrap_or_default();
    let rows = count(history.len() as u64, "row");
    let keys = count(history.key_count() as u64, "key");
    let backlog = grouped(current.saturating_sub(compacted.unwrap_or_default()));
    let compacted = compacted.map_or_else(|| "unknown".to_owned(), grouped);
    [
        ("table", format!("{} ({})", cell(table.source.as_bytes()), prose(table.kind))),
        ("size", format!("{rows}, {keys}")),
        (
            "revisions",
            format!("current {}, compacted to {compacted}, backlog {backlog}", grouped(current)),
        ),
    ]
}

/// A table of two columns: names and values.
fn pairs(
    out: &mut dyn Write,
    pairs: impl IntoIterator<Item = (&'static str, String)>,
) -> io::Result<()> {
    writeln!(out, "| | |\n| --- | --- |")?;
    for (name, value) in pairs {
        writeln!(out, "| {name} | {value} |")?;
    }
    writeln!(out)
}

/// Bytes from the table as code, whatever backticks they hold.
fn code(bytes: &[u8]) -> String {
    let text = escape(bytes);
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad =
        if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The same in a cell of a table, where a bar ends it even in code.
fn cell(bytes: &[u8]) -> String {
    code(bytes).replace('|', "\\|")
}

/// A sentence of ours that may hold a name from the table: whatever could be markup is escaped.
fn prose(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in printable(text).chars() {
        if matches!(
            char,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!'
        ) {
            safe.push('\\');
        }
        safe.push(char);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_the_table_is_markup() {
        assert_eq!(code(b"/registry/a"), "`/registry/a`");
        assert_eq!(code(b"a`b``c"), "```a`b``c```");
        assert_eq!(code(b"`"), "`` ` ``");
        assert_eq!(code(b"a\nb"), "`a\\x0ab`");
        assert_eq!(cell(b"a|b"), "`a\\|b`");
        assert_eq!(prose("of <b>*x*_y_|z"), "of \\<b\\>\\*x\\*\\_y\\_\\|z");
    }
}
