//! What a compaction would do, as Markdown to paste into a ticket.
//!
//! Whatever comes from the table stands in code, where it is no markup; the SQL at the end only
//! reads, and finds the same numbers without kinescope.

use std::io::{self, Write};

use super::{Preview, Table};
use crate::face::{count, escape, grouped, words};
use crate::history::compaction::{Effect, KeyEffect, Plan, Rule};
use crate::history::{History, Revision};

/// Writes the preview.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn preview(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, .. } = preview;
    writeln!(out, "# What a compaction to {} would do\n", grouped(plan.requested))?;
    gaps(out, table)?;
    state(out, preview)?;
    changes(out, preview)?;
    writeln!(out, "## What kine does by itself\n")?;
    writeln!(out, "{}\n", words::by_itself(table.history, plan.policy))?;
    for note in table.notes {
        writeln!(out, "{}\n", prose(note))?;
    }
    by_hand(out, preview)
}

/// What is not known of the table, before anything that depends on it.
fn gaps(out: &mut dyn Write, table: &Table<'_>) -> io::Result<()> {
    if table.is_whole() {
        return Ok(());
    }
    writeln!(out, "> **This is a part of the table, and may be wrong.**")?;
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

fn state(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, .. } = preview;
    let history = table.history;
    let current = history.current().unwrap_or_default();
    let compacted = plan.compacted.map_or_else(|| "unknown".to_owned(), grouped);
    let reached = if plan.reached == plan.requested {
        String::new()
    } else {
        format!(", reached {}", grouped(plan.reached))
    };
    let lines = [
        ("table", format!("{} ({})", code(table.source.as_bytes()), prose(table.kind))),
        (
            "size",
            format!(
                "{}, {}",
                count(history.len() as u64, "row"),
                count(history.key_count() as u64, "key")
            ),
        ),
        (
            "revisions",
            format!(
                "current {}, compacted to {compacted}, backlog {}",
                grouped(current),
                grouped(current.saturating_sub(plan.compacted.unwrap_or_default()))
            ),
        ),
        ("forks", grouped(history.forks() as u64)),
        (
            "settings",
            format!(
                "{}, min-retain {}, batch size {}",
                plan.policy.rule.name(),
                grouped(plan.policy.min_retain),
                grouped(plan.policy.batch_size)
            ),
        ),
        ("target", format!("{}{reached}", grouped(plan.requested))),
        (
            "result",
            format!(
                "{} in {}, leaves {}",
                words::counts(plan),
                count(plan.transactions, "transaction"),
                grouped(plan.after() as u64)
            ),
        ),
    ];
    writeln!(out, "| | |\n| --- | --- |")?;
    for (name, value) in lines {
        writeln!(out, "| {name} | {value} |")?;
    }
    writeln!(out)?;
    match preview.stop() {
        Some(stop) => writeln!(out, "{stop}\n"),
        None => Ok(()),
    }
}

/// The keys that change, and the story of each.
fn changes(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, .. } = preview;
    writeln!(out, "## What changes\n")?;
    if preview.effects.is_empty() {
        return writeln!(out, "No key changes state.\n");
    }
    let keys = || {
        [Effect::Resurrected, Effect::Reverted, Effect::Lost]
            .into_iter()
            .flat_map(|effect| preview.with(effect))
    };
    writeln!(out, "| key | effect | now | afterwards |\n| --- | --- | --- | --- |")?;
    for key in keys() {
        writeln!(
            out,
            "| {} | **{}** | {} | {} |",
            cell(table.history.name(key.key)),
            words::effect_word(key.effect),
            state_of(key.before.live, key.before.revision),
            key.after.map_or_else(
                || "no row is left".to_owned(),
                |after| state_of(after.live, after.revision)
            )
        )?;
    }
    writeln!(out)?;
    for key in keys() {
        writeln!(
            out,
            "- {}: {}",
            code(table.history.name(key.key)),
            story(table.history, plan, key)
        )?;
    }
    writeln!(out)
}

fn story(history: &History, plan: &Plan, effect: &KeyEffect) -> String {
    prose(&words::story(history, plan, effect))
}

fn state_of(live: bool, revision: Revision) -> String {
    format!("{} at {}", if live { "live" } else { "deleted" }, grouped(revision))
}

/// Statements that find the same without kinescope.
fn by_hand(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, .. } = preview;
    writeln!(out, "## To check it by hand\n")?;
    writeln!(out, "These statements only read.\n\n```sql")?;
    writeln!(out, "-- The current and the compact revision.")?;
    writeln!(out, "SELECT MAX(id) FROM kine;")?;
    writeln!(out, "SELECT id, prev_revision FROM kine WHERE name = 'compact_rev_key';")?;
    if matches!(plan.policy.rule, Rule::Batches | Rule::Request) && plan.transactions > 0 {
        writeln!(out, "-- How many rows the compaction removes: what kine's DELETE selects.")?;
        if table.history.points_forward() {
            writeln!(
                out,
                "-- (Rows point forward in this table: in batches, kine may leave more than that.)"
            )?;
        }
        let target = plan.reached;
        writeln!(
            out,
            "SELECT COUNT(*) FROM kine AS kv INNER JOIN (\n  \
             SELECT prev_revision AS id FROM kine\n    \
             WHERE name != 'compact_rev_key' AND prev_revision != 0 AND id <= {target}\n  \
             UNION SELECT id FROM kine WHERE deleted != 0 AND id <= {target}\n\
             ) AS ks ON kv.id = ks.id;"
        )?;
    }
    writeln!(out, "-- The forks.")?;
    writeln!(
        out,
        "SELECT name, prev_revision, COUNT(*), MIN(id), MAX(id) FROM kine\n  \
         WHERE name != 'compact_rev_key' AND prev_revision IS NOT NULL\n  \
         GROUP BY name, prev_revision HAVING COUNT(*) > 1;"
    )?;
    if let Some(key) = preview.effects.first() {
        writeln!(out, "-- The rows of a key that changes.")?;
        writeln!(
            out,
            "SELECT id, created, deleted, create_revision, prev_revision FROM kine\n  \
             WHERE name = {} ORDER BY id;",
            literal(table.history.name(key.key))
        )?;
    }
    writeln!(out, "```")
}

/// A name as SQL: in quotes where that is safe, and as bytes elsewhere.
fn literal(name: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'\'' | b'\\' | b'`');
    if name.iter().all(plain) {
        return format!("'{}'", String::from_utf8_lossy(name));
    }
    let bytes: String = name.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("X'{bytes}'")
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
    for char in escape(text.as_bytes()).chars() {
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
        assert_eq!(literal(b"/registry/a"), "'/registry/a'");
        assert_eq!(literal(b"a'; DROP"), "X'61273B2044524F50'");
    }
}
