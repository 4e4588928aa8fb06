//! What a compaction would do. The SQL at the end only reads, and finds the same numbers without
//! kinescope.

use std::io::{self, Write};

use super::{cell, code, facts, gaps, pairs, prose, verdict, who_compacts};
use crate::display::words;
use crate::history::compaction::{Algorithm, Effect, KeyEffect, Plan, State};
use crate::history::{Flag, History};
use crate::report::{Preview, When};
use crate::text::{count, grouped};

/// Writes the preview.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn preview(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, .. } = preview;
    writeln!(out, "# What a compaction to {} would do\n", plan.requested)?;
    gaps(out, table)?;
    if let Some(of) = &preview.verdict {
        verdict(out, table, of)?;
    }
    state(out, preview)?;
    changes(out, preview)?;
    if let Some(of) = &preview.when {
        when(out, table.history, of)?;
    }
    if let Some(danger) = preview.danger() {
        writeln!(out, "{danger}\n")?;
    }
    who_compacts(out, table, plan, plan.policy)?;
    for note in table.notes {
        writeln!(out, "{}\n", prose(note))?;
    }
    by_hand(out, preview)
}

fn state(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, .. } = preview;
    let history = table.history;
    let reached = if plan.reached == plan.requested {
        String::new()
    } else {
        format!(", reached {}", plan.reached)
    };
    let lines = [
        ("forks", grouped(history.forks() as u64)),
        (
            "settings",
            format!(
                "{}, min-retain {}, batch size {}",
                plan.policy.algorithm.name(),
                grouped(plan.policy.min_retain),
                grouped(plan.policy.batch_size)
            ),
        ),
        ("target", format!("{}{reached}", plan.requested)),
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
    pairs(out, facts(table, plan.compacted).into_iter().chain(lines))?;
    match preview.stop() {
        Some(stop) => writeln!(out, "{stop}\n"),
        None => Ok(()),
    }
}

/// The keys that change, and the story of each.
fn changes(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, .. } = preview;
    writeln!(out, "## What this target changes\n")?;
    if preview.effects.is_empty() {
        return writeln!(out, "{}\n", words::no_effect(table.history, plan));
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
            state_of(table.history, &key.before),
            key.after.as_ref().map_or_else(
                || "no row is left".to_owned(),
                |after| state_of(table.history, after)
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

/// When the rows of those keys were written, and when kine gets to them.
fn when(out: &mut dyn Write, history: &History, when: &When<'_>) -> io::Result<()> {
    writeln!(out, "## When that was written\n")?;
    if when.keys.is_empty() {
        writeln!(out, "{}\n", words::NONE_DATED)?;
    }
    for key in &when.keys {
        let said = key.said(when.times.zone).join(" ");
        writeln!(out, "- {}: {}", code(history.name(key.key)), prose(&said))?;
    }
    if !when.keys.is_empty() {
        writeln!(out)?;
    }
    for said in when.about(history) {
        writeln!(out, "{}\n", prose(&said))?;
    }
    Ok(())
}

fn story(history: &History, plan: &Plan, effect: &KeyEffect) -> String {
    prose(&words::story(history, plan, effect))
}

fn state_of(history: &History, state: &State) -> String {
    let is = match history.deleted(state.row) {
        Flag::Null => "unreadable",
        _ if state.live => "live",
        _ => "deleted",
    };
    format!("{is} at {}", state.revision)
}

/// Statements that find the same without kinescope.
fn by_hand(out: &mut dyn Write, preview: &Preview<'_>) -> io::Result<()> {
    let Preview { table, plan, .. } = preview;
    writeln!(out, "## To check it by hand\n")?;
    writeln!(out, "These statements only read.\n\n```sql")?;
    writeln!(out, "-- The current and the compact revision.")?;
    writeln!(out, "SELECT MAX(id) FROM kine;")?;
    writeln!(out, "SELECT id, prev_revision FROM kine WHERE name = 'compact_rev_key';")?;
    if matches!(plan.policy.algorithm, Algorithm::Batches | Algorithm::Request)
        && plan.transactions > 0
    {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_sql() {
        assert_eq!(literal(b"/registry/a"), "'/registry/a'");
        assert_eq!(literal(b"a'; DROP"), "X'61273B2044524F50'");
    }
}
