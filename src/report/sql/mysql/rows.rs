//! The statements that delete rows, between a lock and the end of it.

use std::io::{self, Write};

use super::super::fingerprint;
use super::super::quote::{bytes_of_name, comment, ids, literal};
use crate::history::{Dialect, History};
use crate::repair::{Added, Addition, Deletion, Rows};
use crate::text::{count, escape};

/// How many rows one statement deletes at most.
const MOST: usize = 1000;

/// Writes the statements that delete the rows, all of them or none, and add others.
pub(super) fn write(out: &mut dyn Write, history: &History, rows: &Rows) -> io::Result<()> {
    lock(out)?;
    compare(out, history)?;
    for deletion in &rows.deleted {
        of_key(out, history, deletion)?;
    }
    for added in &rows.added {
        add(out, history, added)?;
    }
    unlock(out, history, rows)
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
    let lines = fingerprint::expression(history, Dialect::MySql).join("\n  ");
    writeln!(out, "  AND {lines} = {}", fingerprint::sum(history))?;
    writeln!(out, "INTO @kinescope FROM kine;")
}

/// Deletes rows of one key. The one that stays is asked for once more: as long as that is there, and has
/// the name of those that go, the key keeps its value whatever became of the lock.
fn of_key(out: &mut dyn Write, history: &History, deletion: &Deletion) -> io::Result<()> {
    let Deletion { key, rows, .. } = deletion;
    let name = history.name(*key);
    let kept = history.id(deletion.kept);
    writeln!(out, "\n-- {}", escape(name))?;
    let all = history.key(*key).rows;
    let rows_of = count(rows.len() as u64, "row");
    comment(out, &format!("{rows_of} of its {all}; {}", deletion.stays(history)))?;
    let is_named = |row: &str| {
        format!("{} = {}", bytes_of_name(history, &format!("{row}.name")), literal(name))
    };
    for rows in rows.chunks(MOST) {
        writeln!(
            out,
            "DELETE stray FROM kine AS stray JOIN kine AS newest\n\
             ON newest.id = {kept} AND {}\n\
             WHERE @kinescope = 1 AND {}\n\
             AND stray.id IN (",
            is_named("newest"),
            is_named("stray")
        )?;
        ids(out, history, rows, "  ")?;
        writeln!(out, ");")?;
    }
    Ok(())
}

/// Adds a row, as kine writes it.
fn add(out: &mut dyn Write, history: &History, added: &Addition) -> io::Result<()> {
    let id = added.id;
    let columns =
        "id, name, created, deleted, create_revision, prev_revision, lease, value, old_value";
    writeln!(out)?;
    match added.what {
        Added::Mark(compacted) => writeln!(
            out,
            "INSERT INTO kine ({columns})\nSELECT {id}, 'compact_rev_key', 1, 0, 0, {compacted}, 0, '', NULL\n\
             FROM DUAL WHERE @kinescope = 1;"
        ),
        Added::Tombstone(key, after) => {
            let name = history.name(key);
            writeln!(out, "-- {}", escape(name))?;
            writeln!(
                out,
                "INSERT INTO kine ({columns})\nSELECT {id}, newest.name, 0, 1,\n  CASE WHEN newest.created <> 0 \
                 THEN newest.id ELSE newest.create_revision END,\n  newest.id, newest.lease, newest.value, \
                 newest.value\nFROM kine AS newest WHERE @kinescope = 1\nAND newest.id = {} AND {} = {};",
                history.id(after),
                bytes_of_name(history, "newest.name"),
                literal(name)
            )
        }
    }
}

/// Ends the lock, and says what became of the rows to the one who runs this. The session is as it was
/// then, for whoever pasted this into one, but for its isolation level: there is no name for that which
/// both MySQL and MariaDB know, and the level that stays is the default.
fn unlock(out: &mut dyn Write, history: &History, rows: &Rows) -> io::Result<()> {
    let least = history.len() - rows.count();
    let left = least + rows.added.len();
    let done = rows.done();
    writeln!(
        out,
        "\nSELECT COUNT(*) INTO @kinescope_left FROM kine;\nCOMMIT;\nUNLOCK TABLES;\nSELECT \
         CASE\n  WHEN @kinescope = 1 AND @kinescope_left = {left} THEN\n    '{done}'\n  \
         WHEN @kinescope = 1 AND @kinescope_left < {least} THEN\n    'MORE ROWS \
         than these are gone: a trigger or a foreign key of the table deletes rows as well. \
         Restore the backup.'\n  WHEN @kinescope = 1 THEN\n    'NOT ALL rows are deleted: a \
         statement failed. Make this file again.'\n  ELSE\n    'NOTHING was deleted: the table is \
         not as it was read. Stop every kine, and make this file again.'\nEND AS kinescope;\nSET \
         @kinescope = NULL, @kinescope_left = NULL, @kinescope_unlocked = NULL;\nSET autocommit = \
         @kinescope_auto, lock_wait_timeout = @kinescope_wait;\nSET sql_safe_updates = \
         @kinescope_safe, sql_big_selects = @kinescope_big;"
    )
}
