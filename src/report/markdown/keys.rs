//! The keys of a table at a moment.

use std::io::{self, Write};

use super::{cell, facts, gaps, pairs, prose};
use crate::display::words;
use crate::history::Then;
use crate::report::Keys;
use crate::report::keys::UNSEEN;
use crate::text::{count, grouped};

/// Writes the keys.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn keys(out: &mut dyn Write, keys: &Keys<'_>) -> io::Result<()> {
    let history = keys.table.history;
    writeln!(out, "# The keys of a kine table at {}\n", keys.as_of.revision())?;
    if !keys.table.is_understood() {
        gaps(out, &keys.table)?;
    }
    let live = ("keys", count(keys.live as u64, "live key") + &prose(&words::under(keys.under)));
    pairs(out, facts(&keys.table, history.compacted()).into_iter().chain([live]))?;
    for said in keys.lacks() {
        writeln!(out, "{}\n", prose(&said))?;
    }
    if keys.has_unseen() {
        writeln!(out, "{UNSEEN}\n")?;
    }
    if !keys.listed.is_empty() {
        writeln!(out, "| key | revision | created | rows |\n| --- | --: | --: | --: |")?;
    }
    for key in &keys.listed {
        let created = match key.then {
            Then::Live(version) => version.create_revision(history).map(|id| id.to_string()),
            Then::LiveUnseen { since, .. } => Some(since.to_string()),
            _ => None,
        };
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell(history.name(key.key)),
            words::then(history, key.then),
            created.unwrap_or_default(),
            grouped(key.rows.into())
        )?;
    }
    for note in keys.table.notes {
        writeln!(out, "\n{}", prose(note))?;
    }
    Ok(())
}
