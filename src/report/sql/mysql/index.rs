//! The statement that makes the unique index, or why it cannot be made.
//!
//! An index that is in its way is dropped by the very statement that makes the new one, which every
//! engine runs as a whole: where the new one cannot be made, the old one stays.

use std::io::{self, Write};

use super::super::quote::{comment, identifier};
use crate::history::{Dialect, History, Index, UNIQUE_INDEX};
use crate::repair::{KINES_NAME, NewIndex, Obstacle, Repair, collation_for, misfit};
use crate::report::Table;
use crate::text::escape;

/// What it means when the index cannot be made after all.
fn if_it_fails(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    let current = table.history.current().unwrap_or_default();
    let so = if repair.rows().is_none() { "" } else { ", so the DELETEs found nothing" };
    comment(
        out,
        &format!(
            "If this fails with 1062, the table was written to after revision {current}{so}: make \
             this file again."
        ),
    )
}

/// Says how to see whether the unique index is there, and how to make it.
pub(super) fn unknown(
    out: &mut dyn Write,
    table: &Table<'_>,
    repair: &Repair,
    obstacle: Option<&Obstacle>,
) -> io::Result<()> {
    writeln!(out)?;
    comment(out, "The text does not say whether the table has its unique index. Check:")?;
    writeln!(out, "--   SHOW INDEX FROM kine;")?;
    if let Some(obstacle) = obstacle {
        return comment(out, &obstacle.said());
    }
    comment(
        out,
        "If no index has Non_unique 0 over name and prev_revision, both whole (Sub_part NULL), \
         make it:",
    )?;
    writeln!(out, "--   CREATE UNIQUE INDEX {UNIQUE_INDEX} ON kine (name, prev_revision);")?;
    comment(
        out,
        "If an index of that name is there but not unique, or not whole, drop it in the same \
         statement: then it stays if the new one cannot be made:",
    )?;
    writeln!(
        out,
        "--   ALTER TABLE kine DROP INDEX {UNIQUE_INDEX}, ADD UNIQUE INDEX {UNIQUE_INDEX} (name, prev_revision);"
    )?;
    if_it_fails(out, table, repair)
}

/// Makes the unique index.
pub(super) fn make(
    out: &mut dyn Write,
    table: &Table<'_>,
    repair: &Repair,
    index: &NewIndex,
) -> io::Result<()> {
    writeln!(out)?;
    let named = |index: &Index| identifier(Dialect::MySql, &index.name);
    for index in index.drops.iter().filter(|index| named(index).is_none()) {
        comment(
            out,
            &format!(
                "The index {} is unique over the beginning of the name only, so names that begin \
                 alike keep each other out. Its name has characters that are not written here: \
                 drop it by hand once the new one is there.",
                escape(index.name.as_bytes())
            ),
        )?;
    }
    if_it_fails(out, table, repair)?;
    if index.may_be_too_long {
        comment(
            out,
            "If it fails with 1071 or 1709, the table's ROW_FORMAT indexes no more than 767 bytes \
             of a column: run ALTER TABLE kine ROW_FORMAT = DYNAMIC first, and try that on a \
             copy.",
        )?;
    }
    let drops: Vec<String> = index
        .drops
        .iter()
        .filter_map(named)
        .map(|name| format!("DROP INDEX {name},\n  "))
        .collect();
    if drops.is_empty() {
        return writeln!(out, "CREATE UNIQUE INDEX {UNIQUE_INDEX} ON kine (name, prev_revision);");
    }
    comment(
        out,
        "It succeeds or fails as a whole: no other index is dropped unless the new one is made.",
    )?;
    writeln!(
        out,
        "ALTER TABLE kine\n  {}ADD UNIQUE INDEX {UNIQUE_INDEX} (name, prev_revision);",
        drops.concat()
    )
}

/// Says why the index cannot be made, and what to do first.
pub(super) fn obstructed(
    out: &mut dyn Write,
    history: &History,
    obstacle: &Obstacle,
) -> io::Result<()> {
    writeln!(out)?;
    match obstacle {
        Obstacle::Column(why) => change_first(out, history, why),
        Obstacle::Marks | Obstacle::Forks => comment(out, &obstacle.said()),
    }
}

/// Says what to change of the column before the index can be made.
fn change_first(out: &mut dyn Write, history: &History, why: &str) -> io::Result<()> {
    comment(
        out,
        &format!(
            "The unique index cannot be made over the column name as it is: {why}. (MariaDB makes one \
             by hash instead, which finds no names.) No index is dropped here."
        ),
    )?;
    if let Some(name) = misfit(history) {
        return comment(
            out,
            &format!(
                "kine's own column is {KINES_NAME}. Not every name fits into it as it is: {} does not. \
                 Find a type that holds them all and is short enough for an index, on a copy of \
                 the table; then make this file again.",
                escape(name)
            ),
        );
    }
    let collation = collation_for(history);
    comment(
        out,
        &format!(
            "kine's own column is {KINES_NAME}, and every name of the table fits. Change it first: that \
             rewrites the whole table, so try it on a copy, then do it with every kine stopped \
             and a backup made. After that, make this file again."
        ),
    )?;
    writeln!(out, "--   SET SESSION sql_mode = 'STRICT_ALL_TABLES';")?;
    writeln!(out, "--   ALTER TABLE kine MODIFY name {KINES_NAME}{collation};")
}
