//! What a compaction would do. The SQL at the end only reads, and finds the same numbers without
//! kinescope.

use std::io::{self, Write};

use super::by_hand::by_hand;
use super::{cell, code, facts, gaps, pairs, prose, verdict, who_compacts};
use crate::display::words;
use crate::history::compaction::{Effect, KeyEffect, Plan, State};
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
    body(out, preview, facts(table, plan.compacted))?;
    who_compacts(out, table, plan, plan.policy)?;
    for note in table.notes {
        writeln!(out, "{}\n", prose(note))?;
    }
    let first = preview.effects.first().map(|effect| effect.key);
    by_hand(out, preview, first.as_slice())
}

/// The target, after these facts, and what it changes.
pub(super) fn body(
    out: &mut dyn Write,
    preview: &Preview<'_>,
    facts: Vec<(&'static str, String)>,
) -> io::Result<()> {
    state(out, preview, facts)?;
    changes(out, preview)?;
    if let Some(of) = &preview.when {
        when(out, preview.table.history, of)?;
    }
    match preview.danger() {
        Some(danger) => writeln!(out, "{danger}\n"),
        None => Ok(()),
    }
}

fn state(
    out: &mut dyn Write,
    preview: &Preview<'_>,
    facts: Vec<(&'static str, String)>,
) -> io::Result<()> {
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
    pairs(out, facts.into_iter().chain(lines))?;
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
