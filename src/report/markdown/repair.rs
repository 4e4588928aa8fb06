//! What mends a table.

use std::io::{self, Write};

use super::{code, facts, pairs, prose, verdict};
use crate::repair::{Step, Unique};
use crate::report::Repair;

/// Writes what mends a table.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn repair(out: &mut dyn Write, report: &Repair<'_>) -> io::Result<()> {
    let history = report.table.history;
    writeln!(out, "# What mends a kine table\n")?;
    verdict(out, &report.table, report.verdict)?;
    pairs(out, facts(&report.table, history.compacted()))?;
    body(out, report)?;
    for note in report.table.notes {
        writeln!(out, "\n{}", prose(note))?;
    }
    Ok(())
}

/// The steps, what is left, and how it would be then.
pub(super) fn body(out: &mut dyn Write, report: &Repair<'_>) -> io::Result<()> {
    let history = report.table.history;
    if report.repair.steps.is_empty() {
        writeln!(out, "Nothing has to be done that can be done safely.\n")?;
    }
    for (number, of_step) in (1..).zip(&report.repair.steps) {
        step(out, report, number, of_step)?;
    }
    let obstacle = match &report.repair.unique {
        Unique::Obstructed(obstacle) | Unique::Unknown(Some(obstacle)) => Some(obstacle.said()),
        _ => None,
    };
    let left = report.repair.left.iter().map(|left| left.said(history));
    let left: Vec<String> = left.chain(obstacle).collect();
    if !left.is_empty() {
        writeln!(out, "## Left as it is\n")?;
    }
    for said in &left {
        writeln!(out, "- {}", prose(said))?;
    }
    if let Some(said) = report.returned() {
        writeln!(out, "\n{said}")?;
    }
    if report.repair.rows().is_some() {
        let outcome = prose(&report.repair.outcome(history));
        writeln!(out, "\nTried on the rows that were read: {outcome}")?;
    }
    if let Some(said) = report.next() {
        writeln!(out, "\n{said}")?;
    }
    Ok(())
}

fn step(out: &mut dyn Write, report: &Repair<'_>, number: usize, step: &Step) -> io::Result<()> {
    let history = report.table.history;
    writeln!(out, "## {number}. {}\n", prose(&step.what()))?;
    let (deleted, more) = report.deleted(step);
    for deletion in deleted {
        writeln!(out, "- {}: {}", code(history.name(deletion.key)), deletion.fate(history))?;
    }
    if let Some(more) = more {
        writeln!(out, "- {more}: `--all` lists them.")?;
    }
    if !deleted.is_empty() {
        writeln!(out)?;
    }
    for (name, said) in [
        ("why", step.why(history)),
        ("locks", step.locks(history.profile().dialect).to_owned()),
        ("takes", step.takes(history)),
        ("undo", report.undo(step)),
    ] {
        writeln!(out, "- **{name}**: {}", prose(&said))?;
    }
    let (query, gives) = report.check(step);
    writeln!(out, "- **check**: {} gives {gives}\n", code(query.as_bytes()))
}
