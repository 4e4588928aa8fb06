//! What mends a table.
//!
//! ```text
//! 1. Delete 3 stray rows of 1 key
//!    /registry/a: 3, 4, 5 deleted; its newest, 9, stays
//!    why    No key's newest row leads back to a stray row …
//!    locks  Nobody else reads or writes the table meanwhile.
//! ```

use std::io::{self, Write};

use super::pen::Pen;
use super::verdict;
use crate::display::Role;
use crate::repair::{Step, Unique};
use crate::report::{Page, Repair};
use crate::text::{escape, printable};

/// Writes what mends a table.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn repair(out: &mut dyn Write, page: Page, report: &Repair<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    let history = report.table.history;
    verdict::text(&mut pen, &report.table, report.verdict)?;
    pen.facts(&report.table, history.compacted())?;
    for (number, of_step) in (1..).zip(&report.repair.steps) {
        step(&mut pen, report, number, of_step)?;
    }
    if report.repair.steps.is_empty() {
        pen.paragraph("Nothing has to be done that can be done safely.")?;
    }
    let obstacle = match &report.repair.unique {
        Unique::Obstructed(obstacle) | Unique::Unknown(Some(obstacle)) => Some(obstacle.said()),
        _ => None,
    };
    let left = report.repair.left.iter().map(|left| left.said(history));
    let left: Vec<String> = left.chain(obstacle).collect();
    if !left.is_empty() {
        pen.paragraph("Left as it is:")?;
    }
    for said in left {
        pen.entry(Role::Text, &said)?;
    }
    if let Some(said) = report.returned() {
        pen.paragraph(&said)?;
    }
    if report.repair.rows().is_some() {
        let outcome = report.repair.outcome(history);
        pen.paragraph(&format!("Tried on the rows that were read: {outcome}"))?;
    }
    if let Some(said) = report.next() {
        pen.paragraph(said)?;
    }
    for note in report.table.notes {
        pen.paragraph(&printable(note))?;
    }
    Ok(())
}

fn step(pen: &mut Pen<'_>, report: &Repair<'_>, number: usize, step: &Step) -> io::Result<()> {
    let history = report.table.history;
    pen.blank()?;
    pen.wrapped(Role::Title, &format!("{number}. "), "   ", &step.what())?;
    let mut pen = pen.set_in(3);
    let (deleted, more) = report.deleted(step);
    for deletion in deleted {
        let name = escape(history.name(deletion.key));
        pen.wrapped(Role::Text, "", "  ", &format!("{name}: {}", deletion.fate(history)))?;
    }
    if let Some(more) = more {
        pen.wrapped(Role::Dim, "", "  ", &format!("{more} (--all lists them)"))?;
    }
    let locks = step.locks(history.profile().dialect);
    let (query, gives) = report.check(step);
    for (name, said) in [
        ("why", step.why(history)),
        ("locks", locks.to_owned()),
        ("takes", step.takes(history)),
        ("undo", report.undo(step)),
        ("check", format!("{query} gives {gives}")),
    ] {
        pen.wrapped(Role::Text, &format!("{name:<6} "), "       ", &said)?;
    }
    Ok(())
}
