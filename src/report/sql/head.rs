//! What the statements are, what they do and what they leave: the comments before them.

use std::io::{self, Write};

use super::Unique;
use super::index::MARK_DUPLICATED;
use super::plan::Repair;
use super::quote::comment;
use crate::display::words;
use crate::history::compaction::Verdict;
use crate::report::Table;
use crate::text::{count, escape, printable};

/// What this is, and what to do with it. Of a text nobody knows whether the table is indexed.
pub(super) fn head(
    out: &mut dyn Write,
    table: &Table<'_>,
    verdict: &Verdict,
    repair: &Repair,
    unique: Unique,
) -> io::Result<()> {
    let current = table.history.current().unwrap_or_default();
    let place = escape(table.place().as_bytes());
    let first = if unique == Unique::Unknown {
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
    let is_said_below = repair.deleted.is_empty() && repair.remains.is_some();
    if !is_said_below {
        comment(out, &format!("As it is: {}", words::verdict(table.history, verdict, true)))?;
    }
    let rows: u64 = repair.deleted.iter().map(|(_, rows)| rows.len() as u64).sum();
    let none = if repair.left.is_empty() { "No row is stray" } else { "No row is to be deleted" };
    match (rows, unique) {
        (0, Unique::Stands) => comment(out, &format!("{none}, and the unique index is there."))?,
        (0, Unique::Made) => comment(out, &format!("{none}; the unique index is to be made."))?,
        (0, Unique::Obstructed) => {
            comment(out, &format!("{none}; the unique index is missing, and cannot be made yet."))?;
        }
        (0, Unique::Unknown) => comment(out, &format!("{none}."))?,
        (rows, _) => {
            let them = if rows == 1 { "it" } else { "them" };
            let end = match repair.remains {
                None => ", and no row is left that it could come back at",
                Some(_) => "",
            };
            comment(
                out,
                &format!(
                    "{} of {} to delete: no key's newest row leads back to {them}. Without \
                     {them}, each key keeps its value{end}.",
                    count(rows, "stray row"),
                    count(repair.deleted.len() as u64, "key")
                ),
            )?;
        }
    }
    remains(out, table, repair, rows > 0)?;
    if rows == 0 && unique != Unique::Made {
        return Ok(());
    }
    writeln!(out, "--")?;
    let client = match table.history.profile().database.as_deref() {
        Some(database) if !database.server.is_mariadb() => "mysql",
        _ => "mariadb",
    };
    comment(out, "1. Stop every kine. 2. Make a backup. 3. Read this. 4. Run it:")?;
    writeln!(out, "--   {client} -vv DATABASE < FILE")?;
    if rows == 0 {
        return Ok(());
    }
    comment(
        out,
        "It deletes all of these rows or none: it locks the table, and deletes nothing if any row \
         is not as it was read. Then it says so: make this file again, with every kine stopped.",
    )?;
    if unique == Unique::Unknown {
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

/// What the statements do not mend.
fn remains(
    out: &mut dyn Write,
    table: &Table<'_>,
    repair: &Repair,
    deletes: bool,
) -> io::Result<()> {
    for ((key, rows), why) in &repair.left {
        let name = escape(table.history.name(*key));
        let rows = count(rows.len() as u64, "stray row");
        comment(out, &format!("Not among them: {rows} of {name}, {why}"))?;
    }
    if let Some(remains) = &repair.remains {
        let when = if deletes { "once these rows are gone" } else { "of the table as it is" };
        comment(out, &format!("What remains, {when}: {remains}"))?;
    }
    if table.history.is_mark_duplicated() {
        comment(out, MARK_DUPLICATED)?;
    }
    Ok(())
}
