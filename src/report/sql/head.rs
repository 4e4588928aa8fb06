//! What the statements are, what they do and what they leave: the comments before them.

use std::io::{self, Write};

use super::quote::comment;
use crate::display::words;
use crate::history::compaction::Verdict;
use crate::history::{Dialect, Product};
use crate::repair::{Fate, Obstacle, Repair, Rows, Step, Unique};
use crate::report::Table;
use crate::text::{count, escape, printable};

/// What this is, and what to do with it. Of a text nobody knows whether the table is indexed.
pub(super) fn head(
    out: &mut dyn Write,
    table: &Table<'_>,
    verdict: &Verdict,
    repair: &Repair,
) -> io::Result<()> {
    let current = table.history.current().unwrap_or_default();
    let place = escape(table.place().as_bytes());
    let is_text = matches!(repair.unique, Unique::Unknown(_));
    let first = if is_text {
        format!(
            "MADE FROM TEXT: {place}, at revision {current}. It does not say when, or from which \
             table, it was exported: check that it is recent, and from the table that you run \
             this on."
        )
    } else {
        format!("Table: {place}, at revision {current}.")
    };
    comment(out, &first)?;
    if let Some(made) = table.made {
        comment(out, &format!("Read {}, from {}.", made.words(), printable(table.kind)))?;
    }
    comment(out, "Written by kinescope, which has run none of it.")?;
    let is_said_below = repair.deleted().is_empty() && repair.after.remains.is_some();
    if !is_said_below {
        comment(out, &format!("As it is: {}", words::verdict(table.history, verdict, true)))?;
    }
    match repair.rows() {
        Some(rows) => comment(out, &going(rows, repair))?,
        None => comment(out, &staying(repair))?,
    }
    for step in repair.steps.iter().filter(|step| !matches!(step, Step::Rows(_))) {
        comment(out, &format!("{}.", step.what()))?;
    }
    remains(out, table, repair)?;
    if repair.steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "--")?;
    comment(out, "1. Stop every kine. 2. Make a backup. 3. Read this. 4. Run it:")?;
    writeln!(out, "--   {}", how_to_run(table))?;
    let Some(rows) = repair.rows() else { return Ok(()) };
    if rows.deleted.is_empty() {
        return Ok(());
    }
    comment(
        out,
        "It deletes all of these rows or none: it locks the table, and deletes nothing if any row \
         is not as it was read. Then it says so: make this file again, with every kine stopped.",
    )?;
    if is_text {
        let rows = count(table.history.len() as u64, "row");
        comment(
            out,
            &format!(
                "The text has {rows}. If the table has more, it was not exported \
                 whole:"
            ),
        )?;
        writeln!(out, "--   SELECT COUNT(*), MAX(id) FROM kine;")?;
    }
    Ok(())
}

/// How a file of these is run.
fn how_to_run(table: &Table<'_>) -> String {
    let database = table.history.profile().database.as_deref();
    match table.history.profile().dialect {
        Dialect::Postgres => "psql -v ON_ERROR_STOP=1 ENDPOINT < FILE".to_owned(),
        // Its name is where the table was read.
        Dialect::Sqlite => "sqlite3 state.db < FILE".to_owned(),
        Dialect::MySql => {
            let is_mysql = database.is_some_and(|it| it.server.product == Product::MySql);
            let client = if is_mysql { "mysql" } else { "mariadb" };
            format!("{client} -vv DATABASE < FILE")
        }
    }
}

/// What goes, and why that is safe.
fn going(rows: &Rows, repair: &Repair) -> String {
    let added = match rows.added.len() {
        0 => String::new(),
        some => format!(" {} to add, after the current revision.", count(some as u64, "row")),
    };
    if rows.deleted.is_empty() {
        return format!("No row is stray.{added}");
    }
    let them = if rows.count() == 1 { "it" } else { "them" };
    let is_stray = rows.deleted.iter().all(|deletion| deletion.fate == Fate::Stray);
    let end = match repair.after.remains {
        None if is_stray => ", and no row is left that it could come back at",
        _ => "",
    };
    let named = rows.named();
    if is_stray {
        return format!(
            "{named} to delete: no key's newest row leads back to {them}. Without {them}, each key \
             keeps its value{end}.{added}"
        );
    }
    let is_chosen = rows.deleted.iter().any(|deletion| deletion.fate == Fate::Unchosen);
    let value = if is_chosen {
        "each key keeps its value, but for those for which another row was chosen"
    } else {
        "each key keeps its value"
    };
    format!("{named} to delete. Without {them}, {value}.{added}")
}

/// That no row goes, and what is known of the unique index.
fn staying(repair: &Repair) -> String {
    let is_stray = repair.left.iter().any(|left| left.rows.is_some());
    let none = if is_stray { "No row is to be deleted" } else { "No row is stray" };
    match repair.unique {
        Unique::Stands => format!("{none}, and the unique index is there."),
        Unique::Made => format!("{none}; the unique index is to be made."),
        Unique::Obstructed(_) => {
            format!("{none}; the unique index is missing, and cannot be made yet.")
        }
        Unique::Unknown(_) => format!("{none}."),
    }
}

/// What the statements do not mend.
fn remains(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    for left in &repair.left {
        let said = left.said(table.history);
        let not = if left.rows.is_some() { "Not among them" } else { "Not mended" };
        comment(out, &format!("{not}: {said}"))?;
    }
    if let Some(remains) = &repair.after.remains {
        let when = if repair.deleted().is_empty() {
            "of the table as it is"
        } else {
            "once these rows are gone"
        };
        comment(out, &format!("What remains, {when}: {remains}"))?;
    }
    if let Unique::Obstructed(Obstacle::Marks) | Unique::Unknown(Some(Obstacle::Marks)) =
        repair.unique
    {
        comment(out, &Obstacle::Marks.said())?;
    }
    Ok(())
}
