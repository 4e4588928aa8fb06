//! The statements for SQLite, as its shell runs them.
//!
//! SQLite has no procedures: nothing stops what follows a statement that failed but `.bail on`, which is
//! the shell's. So each statement is safe by itself. What goes is listed in a temporary table, and one
//! `DELETE` takes it, which compares the whole table in its own condition; a comparison that fails before
//! it stops the transaction, where there is one.
//!
//! ```text
//!   temporary tables ─▶ BEGIN IMMEDIATE ─▶ compare ─▶ DELETE, if all is as it was ─▶ index ─▶ COMMIT
//!                                          │ not as it was: ROLLBACK
//! ```

mod sum;

use std::io::{self, Write};

use super::quote::{comment, literal};
use super::schema;
use crate::history::{Dialect, History, KeyId};
use crate::repair::{Added, Addition, Repair, Rows, Step};
use crate::report::Table;
use crate::text::{count, escape};

/// How many rows one `INSERT` lists at most.
const MOST: usize = 500;

/// Writes them.
pub(super) fn write(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    let rows = repair.rows();
    if !repair.steps.is_empty() {
        writeln!(out, "\n.bail on\nPRAGMA busy_timeout = 60000;")?;
    }
    if let Some(rows) = rows {
        of_rows(out, table.history, rows, repair)?;
    }
    schema::rest(out, table, repair, Dialect::Sqlite)
}

/// A name as SQLite has it.
pub(super) fn name_of(name: &[u8]) -> String {
    format!("CAST({} AS TEXT)", literal(name))
}

/// Takes rows out, puts others in, and makes the unique index.
fn of_rows(out: &mut dyn Write, history: &History, rows: &Rows, repair: &Repair) -> io::Result<()> {
    list(out, history, rows)?;
    let keys = touched(rows);
    sum::view(out, history, &keys, rows)?;
    let left = history.len() - rows.count() + rows.added.len();
    writeln!(out)?;
    comment(out, "Nobody else writes to the database from here to COMMIT.")?;
    writeln!(
        out,
        "BEGIN IMMEDIATE;\nINSERT OR ROLLBACK INTO temp.kinescope_said SELECT 'as read', as_read FROM \
         temp.kinescope_is;\nDELETE FROM main.kine WHERE (SELECT as_read FROM temp.kinescope_is) = 1\nAND id \
         IN (SELECT id FROM temp.kinescope_rows);"
    )?;
    for added in &rows.added {
        add(out, history, added)?;
    }
    writeln!(
        out,
        "INSERT OR ROLLBACK INTO temp.kinescope_said SELECT 'done', (SELECT COUNT(*) FROM main.kine) = {left};"
    )?;
    for step in &repair.steps {
        if let Step::MakeIndex(index) = step
            && index.unique
        {
            let statements = schema::statements(step, Dialect::Sqlite);
            statements.iter().try_for_each(|sql| writeln!(out, "{sql};"))?;
        }
    }
    writeln!(
        out,
        "COMMIT;\nSELECT CASE WHEN EXISTS (SELECT 1 FROM temp.kinescope_said WHERE step = 'done')\n  THEN \
         '{}'\n  ELSE 'NOTHING was changed: the table is not as it was read. Stop every kine, and make this \
         file again.'\nEND AS kinescope;\nDROP VIEW temp.kinescope_is;\nDROP TABLE temp.kinescope_rows;\nDROP \
         TABLE temp.kinescope_keys;\nDROP TABLE temp.kinescope_said;",
        rows.done()
    )
}

/// The keys whose rows must be exactly those that were read.
fn touched(rows: &Rows) -> Vec<KeyId> {
    let deleted = rows.deleted.iter().map(|deletion| deletion.key);
    let added = rows.added.iter().map(|added| match added.what {
        Added::Mark(_) => KeyId::MARK,
        Added::Tombstone(key, _) => key,
    });
    let mut keys: Vec<KeyId> = deleted.chain(added).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Lists the rows that go, and their keys, in temporary tables, which are this connection's alone.
fn list(out: &mut dyn Write, history: &History, rows: &Rows) -> io::Result<()> {
    writeln!(out)?;
    comment(out, "What goes, by id, and the keys; these tables are this session's alone.")?;
    writeln!(
        out,
        "DROP VIEW IF EXISTS temp.kinescope_is;\nDROP TABLE IF EXISTS temp.kinescope_rows;\nDROP TABLE IF \
         EXISTS temp.kinescope_keys;\nDROP TABLE IF EXISTS temp.kinescope_said;\nCREATE TEMP TABLE \
         kinescope_rows (id INTEGER PRIMARY KEY);\nCREATE TEMP TABLE kinescope_keys (name TEXT PRIMARY KEY, \
         number INTEGER);\nCREATE TEMP TABLE kinescope_said (step TEXT PRIMARY KEY, is_so INTEGER NOT \
         NULL,\n  CONSTRAINT \"NOTHING was changed, the table is not as it was read\" CHECK (is_so = 1));"
    )?;
    for deletion in &rows.deleted {
        let name = history.name(deletion.key);
        let of_all = format!(
            "{} of its {}",
            count(deletion.rows.len() as u64, "row"),
            history.key(deletion.key).rows
        );
        writeln!(out, "-- {}", escape(name))?;
        comment(out, &format!("{of_all}; {}", deletion.stays(history)))?;
        for rows in deletion.rows.chunks(MOST) {
            let ids: Vec<String> = rows.iter().map(|&at| format!("({})", history.id(at))).collect();
            writeln!(out, "INSERT INTO temp.kinescope_rows VALUES {};", ids.join(", "))?;
        }
    }
    for (number, key) in (1..).zip(touched(rows)) {
        let name = name_of(history.name(key));
        writeln!(out, "INSERT INTO temp.kinescope_keys VALUES ({name}, {number});")?;
    }
    Ok(())
}

/// Adds a row as kine writes it.
fn add(out: &mut dyn Write, history: &History, added: &Addition) -> io::Result<()> {
    let id = added.id;
    let is_as_read = "EXISTS (SELECT 1 FROM temp.kinescope_said WHERE step = 'as read')";
    let insert = "INSERT INTO main.kine (id, name, created, deleted, create_revision, prev_revision, \
                  lease, value, old_value)";
    match added.what {
        Added::Mark(compacted) => writeln!(
            out,
            "{insert}\nSELECT {id}, 'compact_rev_key', 1, 0, 0, {compacted}, 0, X'', NULL WHERE {is_as_read};"
        ),
        Added::Tombstone(key, after) => {
            let name = history.name(key);
            writeln!(
                out,
                "-- {}\n{insert}\nSELECT {id}, newest.name, 0, 1, CASE WHEN newest.created <> 0 THEN newest.id \
                 ELSE newest.create_revision END,\n  newest.id, newest.lease, newest.value, newest.value FROM \
                 main.kine AS newest\nWHERE newest.id = {} AND {is_as_read};",
                escape(name),
                history.id(after)
            )
        }
    }
}
