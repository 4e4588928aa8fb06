//! What changed between two moments of a table.

use std::io::{self, Write};

use super::{cell, facts, gaps, pairs, prose};
use crate::display::words;
use crate::history::Change;
use crate::report::Diff;
use crate::report::keys::UNSEEN;
use crate::text::{count, grouped};

/// Writes the changes.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn diff(out: &mut dyn Write, diff: &Diff<'_>) -> io::Result<()> {
    let history = diff.table.history;
    writeln!(out, "# What changed in a kine table\n")?;
    if !diff.is_whole() {
        gaps(out, &diff.table)?;
    }
    let changes = [("moments", diff.moments()), ("keys", diff.counts())];
    pairs(out, facts(&diff.table, history.compacted()).into_iter().chain(changes))?;
    for said in diff.lacks() {
        writeln!(out, "{}\n", prose(&said))?;
    }
    if diff.has_unseen() {
        writeln!(out, "{UNSEEN}\n")?;
    }
    let tallies = diff.by_prefix();
    if !tallies.is_empty() {
        writeln!(
            out,
            "| prefix | created | changed | deleted | returned | passed | unknown | rows |\n\
             | --- | --: | --: | --: | --: | --: | --: | --: |"
        )?;
    }
    for tally in &tallies {
        let counts = tally.counts.map(|some| grouped(some as u64)).join(" | ");
        writeln!(out, "| {} | {counts} | {} |", cell(tally.prefix), grouped(tally.writes))?;
    }
    for change in Change::KNOWN {
        let (keys, more) = diff.with(change);
        if keys.is_empty() {
            continue;
        }
        let all = count((keys.len() + more) as u64, "key");
        writeln!(
            out,
            "\n## {all} {}\n\n{}.\n",
            words::change_word(change),
            words::capitalized(&diff.meaning(change))
        )?;
        writeln!(out, "| key | from, to |\n| --- | --- |")?;
        for key in keys {
            writeln!(out, "| {} | {} |", cell(history.name(key.key)), diff.story(key))?;
        }
        if more > 0 {
            writeln!(out, "\nAnd {} more: `--all` lists them.", grouped(more as u64))?;
        }
    }
    for note in diff.table.notes {
        writeln!(out, "\n{}", prose(note))?;
    }
    Ok(())
}
