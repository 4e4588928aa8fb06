//! The statements that delete rows, between a lock and the end of it.

use std::io::{self, Write};

use textwrap::{Options, wrap};

use super::fingerprint;
use super::plan::Repair;
use super::quote::{WIDTH, bytes_of_name, comment, literal};
use crate::history::{History, KeyId, RowIx};
use crate::text::{count, escape};

/// How many rows one statement deletes at most.
const MOST: usize = 1000;

/// Writes the statements that delete the rows of a plan: all of them, or none.
pub(super) fn delete(out: &mut dyn Write, history: &History, repair: &Repair) -> io::Result<()> {
    lock(out)?;
    compare(out, history)?;
    for (key, rows) in &repair.deleted {
        of_key(out, history, *key, rows)?;
    }
    unlock(out, history, repair)
}

/// Locks the table against everybody, which holds for tables without transactions, too. A statement
/// names it three times, and a lock is for one name. What a client may have set against long or wide
/// statements is set aside; `READ COMMITTED` and a binary log of statements do not go together.
fn lock(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    comment(out, "Nobody else reads or writes the table from here to UNLOCK TABLES.")?;
    writeln!(
        out,
        "SET @kinescope = NULL, @kinescope_left = NULL, @kinescope_unlocked = NULL;\n\
         SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;\n\
         SET @kinescope_safe = @@sql_safe_updates, @kinescope_big = @@sql_big_selects,\n  \
           @kinescope_auto = @@autocommit, @kinescope_wait = @@lock_wait_timeout;\n\
         SET autocommit = 0, lock_wait_timeout = 60, sql_safe_updates = 0, sql_big_selects = 1;\n\
         LOCK TABLES kine WRITE, kine AS stray WRITE, kine AS newest WRITE;\n\
         SET @kinescope_unlocked = @@error_count;"
    )
}

/// Compares the table with what was read. `SELECT … INTO` takes no locks of rows, as `SET` with a query
/// would.
fn compare(out: &mut dyn Write, history: &History) -> io::Result<()> {
    writeln!(out)?;
    comment(
        out,
        "1 if the table is locked, and each of its rows is as it was read. The number is a sum \
         over all rows: any missing, new or different row changes it.",
    )?;
    writeln!(out, "SELECT @kinescope_unlocked = 0")?;
    let rows = history.len();
    let current = history.current().unwrap_or_default();
    writeln!(out, "  AND COUNT(*) = {rows} AND MAX(id) = {current}")?;
    let lines = fingerprint::expression(history).join("\n  ");
    writeln!(out, "  AND {lines} = {}", fingerprint::sum(history))?;
    writeln!(out, "INTO @kinescope FROM kine;")
}

/// Deletes stray rows of one key. Its newest row is asked for once more: as long as that is there, and
/// has the name of those that go, the key keeps its value whatever became of the lock.
fn of_key(out: &mut dyn Write, history: &History, key: KeyId, rows: &[RowIx]) -> io::Result<()> {
    let name = history.name(key);
    let newest = history.key(key).newest.map(|at| history.id(at)).unwrap_or_default();
    writeln!(out, "\n-- {}", escape(name))?;
    let all = history.key(key).rows;
    let rows_of = count(rows.len() as u64, "row");
    comment(out, &format!("{rows_of} of its {all}; its newest, {newest}, stays"))?;
    let is_named = |row: &str| {
        format!("{} = {}", bytes_of_name(history, &format!("{row}.name")), literal(name))
    };
    for rows in rows.chunks(MOST) {
        let ids: Vec<String> = rows.iter().map(|&at| history.id(at).to_string()).collect();
        writeln!(
            out,
            "DELETE stray FROM kine AS stray JOIN kine AS newest\n\
             ON newest.id = {newest} AND {}\n\
             WHERE @kinescope = 1 AND {}\n\
             AND stray.id IN (",
            is_named("newest"),
            is_named("stray")
        )?;
        let indented = Options::new(WIDTH).initial_indent("  ").subsequent_indent("  ");
        for line in wrap(&ids.join(", "), indented) {
            writeln!(out, "{line}")?;
        }
        writeln!(out, ");")?;
    }
    Ok(())
}

/// Ends the lock, and says what became of the rows to the one who runs this. The session is as it was
/// then, for whoever pasted this into one, but for its isolation level: there is no name for that which
/// both MySQL and MariaDB know, and the level that stays is the default.
fn unlock(out: &mut dyn Write, history: &History, repair: &Repair) -> io::Result<()> {
    let deleted: usize = repair.deleted.iter().map(|(_, rows)| rows.len()).sum();
    let left = history.len() - deleted;
    let (is, keys) = (if deleted == 1 { "is" } else { "are" }, repair.deleted.len() as u64);
    let (rows, keys) = (count(deleted as u64, "stray row"), count(keys, "key"));
    writeln!(
        out,
        "\nSELECT COUNT(*) INTO @kinescope_left FROM kine;\nCOMMIT;\nUNLOCK TABLES;\nSELECT \
         CASE\n  WHEN @kinescope = 1 AND @kinescope_left = {left} THEN\n    '{rows} of {keys} \
         {is} deleted.'\n  WHEN @kinescope = 1 AND @kinescope_left < {left} THEN\n    'MORE ROWS \
         than these are gone: a trigger or a foreign key of the table deletes rows as well. \
         Restore the backup.'\n  WHEN @kinescope = 1 THEN\n    'NOT ALL rows are deleted: a \
         statement failed. Make this file again.'\n  ELSE\n    'NOTHING was deleted: the table is \
         not as it was read. Stop every kine, and make this file again.'\nEND AS kinescope;\nSET \
         @kinescope = NULL, @kinescope_left = NULL, @kinescope_unlocked = NULL;\nSET autocommit = \
         @kinescope_auto, lock_wait_timeout = @kinescope_wait;\nSET sql_safe_updates = \
         @kinescope_safe, sql_big_selects = @kinescope_big;"
    )
}
