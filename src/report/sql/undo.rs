//! The statements that bring back what a repair deletes, values included.
//!
//! A row comes back only where none has its id, so they may be run twice. They are for a table that was
//! not written to since.

use std::io::{self, Write};

use super::quote::{comment, literal};
use super::{postgres, schema, sqlite};
use crate::history::{Dialect, Flag, History, RowIx};
use crate::repair::{Added, Repair, Step};
use crate::report::Table;
use crate::text::{count, escape, printable};

/// What a row's flag is written as that was neither 0 nor 1: which number it was is not known.
const ODD: &str = "2";

/// Writes what comes before the rows: what undoes the other steps, the last one first.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn begin(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    let dialect = table.history.profile().dialect;
    let rows = repair.rows().map_or(0, crate::repair::Rows::count);
    comment(
        out,
        &format!(
            "Undoes a repair of {}, and brings back {} as they were. Run it on the table that was \
             repaired, before anybody has written to it: stop every kine first.",
            escape(table.source.as_bytes()),
            count(rows as u64, "row"),
        ),
    )?;
    if let Some(made) = table.made {
        comment(out, &format!("Read {}, from {}.", made.words(), printable(table.kind)))?;
    }
    comment(out, "IT HOLDS VALUES, of Secrets too: keep it where only you can read it.")?;
    writeln!(out, "--   {}", how_to_run(table))?;
    match dialect {
        Dialect::MySql => {}
        Dialect::Postgres => writeln!(out, "\nBEGIN;")?,
        Dialect::Sqlite => writeln!(out, "\n.bail on\nBEGIN IMMEDIATE;")?,
    }
    for step in repair.steps.iter().rev() {
        if !matches!(step, Step::Rows(_)) {
            said(out, step, &schema::undone(step, dialect))?;
        }
    }
    if dialect == Dialect::MySql {
        writeln!(out, "\nSTART TRANSACTION;")?;
    }
    for added in repair.rows().into_iter().flat_map(|rows| &rows.added).rev() {
        let deleted = match added.what {
            Added::Mark(_) => 0,
            Added::Tombstone(..) => 1,
        };
        writeln!(out, "DELETE FROM kine WHERE id = {} AND deleted = {deleted};", added.id)?;
    }
    Ok(())
}

fn said(out: &mut dyn Write, step: &Step, statements: &[String]) -> io::Result<()> {
    if statements.is_empty() {
        return comment(out, &format!("Not undone: {}. It does no harm.", step.what()));
    }
    statements.iter().try_for_each(|sql| writeln!(out, "{sql};"))
}

/// How a file of these is run.
fn how_to_run(table: &Table<'_>) -> &'static str {
    let profile = table.history.profile();
    match profile.dialect {
        Dialect::Postgres => "psql -v ON_ERROR_STOP=1 ENDPOINT < THIS_FILE",
        Dialect::Sqlite => "sqlite3 state.db < THIS_FILE",
        Dialect::MySql => {
            let is_mysql =
                profile.database.as_deref().is_some_and(|database| !database.server.is_mariadb());
            // What was undone by half is not there to be dropped again.
            if is_mysql {
                "mysql --force -vv DATABASE < THIS_FILE"
            } else {
                "mariadb --force -vv DATABASE < THIS_FILE"
            }
        }
    }
}

/// Writes a row that comes back, with its values.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn row(
    out: &mut dyn Write,
    history: &History,
    at: RowIx,
    values: [Option<&[u8]>; 2],
) -> io::Result<()> {
    let dialect = history.profile().dialect;
    let row = history.row(at);
    let flag = |flag: Flag| match flag {
        Flag::No => "0",
        Flag::Yes => "1",
        Flag::Odd => ODD,
        Flag::Null | Flag::Unknown => "NULL",
    };
    let number = |number: Option<u64>| number.map_or("NULL".to_owned(), |it| it.to_string());
    let name = row.name.map_or("NULL".to_owned(), |name| match dialect {
        Dialect::MySql => literal(name),
        Dialect::Postgres => postgres::name_of(history, name),
        Dialect::Sqlite => sqlite::name_of(name),
    });
    let [value, old_value] = values.map(|value| match dialect {
        Dialect::Postgres => postgres::bytes_of(value),
        Dialect::MySql | Dialect::Sqlite => value.map_or("NULL".to_owned(), literal),
    });
    let (system, from) = match dialect {
        Dialect::MySql => ("", " FROM DUAL"),
        Dialect::Postgres => (" OVERRIDING SYSTEM VALUE", ""),
        Dialect::Sqlite => ("", ""),
    };
    let id = row.id;
    if [row.created, row.deleted].contains(&Flag::Odd) {
        comment(out, &format!("A flag of {id} was neither 0 nor 1, and is {ODD} here."))?;
    }
    writeln!(
        out,
        "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value, \
         old_value){system}\nSELECT {id}, {name}, {}, {}, {}, {}, {}, {value}, {old_value}{from}\nWHERE NOT \
         EXISTS (SELECT 1 FROM kine WHERE id = {id});",
        flag(row.created),
        flag(row.deleted),
        number(row.create_revision),
        number(row.prev_revision),
        row.lease.map_or("NULL".to_owned(), |lease| lease.to_string()),
    )
}

/// Writes what comes after the rows.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn end(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "COMMIT;")
}
