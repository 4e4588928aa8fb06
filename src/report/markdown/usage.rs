//! What fills a table.

use std::io::{self, Write};

use super::{cell, facts, gaps, in_cell, pairs, prose, who_compacts};
use crate::history::usage::{Amount, Kind};
use crate::report::Usage;
use crate::text::{bytes, grouped, share};

/// Writes what fills the table.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn usage(out: &mut dyn Write, usage: &Usage<'_>) -> io::Result<()> {
    let table = &usage.table;
    writeln!(out, "# What fills a kine table\n")?;
    gaps(out, table)?;
    let held = usage.held().map(|held| ("bytes", held));
    let compaction = ("compaction", usage.compaction());
    pairs(out, facts(table, usage.plan.compacted).into_iter().chain(held).chain([compaction]))?;
    for said in usage.stop().into_iter().chain(usage.unknown()) {
        writeln!(out, "{}\n", prose(&said))?;
    }
    let (lines, cut_short) = usage.lines();
    let measured = usage.held().is_some();
    heading(out, "what", measured)?;
    for line in &lines {
        let indent = "&nbsp;&nbsp;".repeat(line.depth);
        let label = match line.kind {
            Some(Kind::Prefix | Kind::Key) => in_cell(&line.label),
            _ => prose(&line.label),
        };
        row(out, &format!("{indent}{label}"), &line.amount, table.history.len() as u64)?;
    }
    let keys = usage.busiest();
    if !keys.is_empty() {
        writeln!(out, "\nThe keys with {}:\n", usage.most())?;
        heading(out, "key", measured)?;
    }
    for node in keys {
        let name = usage.usage.name(table.history, node).unwrap_or_default();
        row(out, &cell(name), &usage.usage.amount(node), table.history.len() as u64)?;
    }
    if cut_short {
        writeln!(out, "\nLong lists are cut short: `--all` lists everything.")?;
    }
    writeln!(out)?;
    who_compacts(out, table, usage.plan, usage.plan.policy)?;
    for note in table.notes {
        writeln!(out, "\n{}", prose(note))?;
    }
    Ok(())
}

fn heading(out: &mut dyn Write, what: &str, measured: bool) -> io::Result<()> {
    let (bytes, line) = if measured { (" bytes | freed |", " --: | --: |") } else { ("", "") };
    writeln!(out, "| {what} | rows | share | freed |{bytes} keys | live | tombstones |")?;
    writeln!(out, "| --- | --: | --: | --: |{line} --: | --: | --: |")
}

fn row(out: &mut dyn Write, name: &str, amount: &Amount, all: u64) -> io::Result<()> {
    let Amount { rows, keys, live, tombstones, freed, .. } = *amount;
    let freed = grouped(freed.unwrap_or_default());
    write!(out, "| {name} | {} | {} | {freed} |", grouped(rows), share(rows, all))?;
    if let (Some(held), Some(freed)) = (amount.bytes, amount.freed_bytes) {
        write!(out, " {} | {} |", bytes(held), bytes(freed))?;
    }
    writeln!(out, " {} | {} | {} |", grouped(keys), grouped(live), grouped(tombstones))
}
