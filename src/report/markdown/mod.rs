//! Markdown to paste into a ticket.
//!
//! Whatever comes from the table stands in code, where it is no markup.

mod audit;
mod by_hand;
mod compare;
mod diff;
mod handover;
mod keys;
mod preview;
mod repair;
mod usage;
mod verification;

pub use audit::audit;
pub use compare::compare;
pub use diff::diff;
pub use handover::handover;
pub use keys::keys;
pub use preview::preview;
pub use repair::repair;
pub use usage::usage;
pub use verification::verification;

use std::io::{self, Write};

use super::Table;
use super::verdict::{MOST, changes, more, passing, waiting};
use crate::display::words;
use crate::history::Revision;
use crate::history::compaction::{Outlook, Plan, Policy, Verdict};
use crate::text::{count, escape, grouped, printable};

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
            prose(first.why.as_str())
        )?;
    }
    writeln!(out)
}

/// The verdict, and every key that changes.
fn verdict(out: &mut dyn Write, table: &Table<'_>, of: &Verdict) -> io::Result<()> {
    verdict_with(out, table, of, MOST)
}

/// The same, with so many of the keys that wait.
fn verdict_with(
    out: &mut dyn Write,
    table: &Table<'_>,
    verdict: &Verdict,
    most: usize,
) -> io::Result<()> {
    let history = table.history;
    let said = prose(&words::verdict(history, verdict, table.is_whole()));
    writeln!(out, "{}\n", said.trim())?;
    let changes = changes(history, verdict);
    if !changes.is_empty() {
        writeln!(out, "| key | in the end | from, to |\n| --- | --- | --- |")?;
    }
    for change in &changes {
        let (key, what) = (cell(history.name(change.key)), words::effect_word(change.effect));
        writeln!(
            out,
            "| {key} | **{what}** | {} |",
            words::path(history, verdict.whole(), change)
        )?;
    }
    if !changes.is_empty() {
        writeln!(out)?;
    }
    let passing = passing(history, verdict);
    for (key, turns) in &passing {
        let turns = words::revisions(turns.iter().copied());
        writeln!(out, "- {} changes at {turns}", code(history.name(*key)))?;
    }
    let waiting = waiting(history, verdict);
    for waits in waiting.iter().take(most) {
        let (key, when) = (code(history.name(waits.key)), words::would_return(waits));
        writeln!(out, "- {key} {when}")?;
    }
    if let Some(more) = more(&waiting).filter(|_| waiting.len() > most) {
        writeln!(out, "- {more}")?;
    }
    if !passing.is_empty() || !waiting.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// Who compacts, and where the next round ends.
fn who_compacts(
    out: &mut dyn Write,
    table: &Table<'_>,
    plan: &Plan,
    policy: Policy,
) -> io::Result<()> {
    writeln!(out, "## Who compacts\n")?;
    let outlook = Outlook::of(table.history, plan.removals(), policy);
    for said in words::compactor(table.history, &outlook) {
        writeln!(out, "{}\n", prose(&said))?;
    }
    Ok(())
}

/// What table it is, how large, and how far it was compacted: names and values.
fn facts(table: &Table<'_>, compacted: Option<Revision>) -> Vec<(&'static str, String)> {
    let history = table.history;
    let current = history.current().unwrap_or_default();
    let rows = count(history.len() as u64, "row");
    let keys = count(history.key_count() as u64, "key");
    let backlog = grouped(current.saturating_sub(compacted.unwrap_or_default()));
    let compacted = compacted.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
    let mut facts = vec![
        ("table", format!("{} ({})", in_cell(&printable(table.place())), prose(table.kind))),
        ("size", format!("{rows}, {keys}")),
        ("revisions", format!("current {current}, compacted to {compacted}, backlog {backlog}")),
    ];
    facts.extend(table.made.map(|made| ("read", prose(&made.words()))));
    facts
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

/// A name from the table as code, whatever backticks it holds.
fn code(name: &[u8]) -> String {
    in_code(&escape(name))
}

/// Text that is escaped already, as code.
fn in_code(text: &str) -> String {
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A name in a cell of a table.
fn cell(name: &[u8]) -> String {
    in_cell(&escape(name))
}

/// Text that is escaped already, in a cell of a table, where a bar ends it even in code. After a
/// backslash it would end it however it is written in code.
fn in_cell(text: &str) -> String {
    if text.contains("\\|") { prose(text) } else { in_code(text).replace('|', "\\|") }
}

/// A sentence of ours that may hold a name from the table: whatever could be markup is escaped, and
/// so is what would be a link, a formula or somebody's name on a page for tickets.
fn prose(text: &str) -> String {
    let text = printable(text.trim_start());
    let mut safe = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        let is_markup = match char {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' | '$'
            | '@' => true,
            ':' => at == 0 || text[at..].starts_with("://"),
            '-' | '+' | '=' => at == 0,
            ')' => begins_item(&text[..at]),
            '.' if begins_item(&text[..at]) => true,
            '.' => text[..at].to_ascii_lowercase().ends_with("www"),
            _ => false,
        };
        if is_markup {
            safe.push('\\');
        }
        safe.push(char);
    }
    safe
}

/// Words of ours, without anything from the table: what is in backticks is code.
fn ours(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(nth, part)| if nth % 2 == 1 { code(part.as_bytes()) } else { spaced(part) })
        .collect()
}

/// As [`prose`], with the space that it begins with.
fn spaced(text: &str) -> String {
    let space = if text.starts_with(' ') { " " } else { "" };
    format!("{space}{}", prose(text))
}

/// Whether a full stop after that makes a line an item of a numbered list.
fn begins_item(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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
        assert_eq!(cell(b"a\\|b"), "a\\\\\\|b");
        assert_eq!(prose("of <b>*x*_y_|z"), "of \\<b\\>\\*x\\*\\_y\\_\\|z");
        assert_eq!(prose(" - a"), "\\- a");
        assert_eq!(prose("12. a"), "12\\. a");
        assert_eq!(prose("see http://a, www.b"), "see http\\://a, www\\.b");
    }
}
