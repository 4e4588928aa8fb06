//! The statements for PostgreSQL.
//!
//! Rows go in one `DO`, with the lock, the comparison and the unique index: one statement is done as a
//! whole or not at all, whatever client sends it, and wherever it breaks off.

use std::io::{self, Write};

use super::quote::{bytes_of_name, comment, hex, ids, tag};
use super::{fingerprint, schema};
use crate::history::{Dialect, History};
use crate::repair::{Added, Addition, Deletion, Repair, Rows, Step};
use crate::report::Table;
use crate::text::{count, escape, printable};

/// How many ids one `DELETE` has at most.
const MOST: usize = 1000;

/// Writes them.
pub(super) fn write(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    let rows = repair.rows();
    if let Some(rows) = rows {
        do_rows(out, table.history, rows, repair)?;
    }
    schema::rest(out, table, repair, Dialect::Postgres)
}

/// Takes rows out and makes the unique index, in one statement.
fn do_rows(out: &mut dyn Write, history: &History, rows: &Rows, repair: &Repair) -> io::Result<()> {
    let mut body = Vec::new();
    write_body(&mut body, history, rows, repair)?;
    let body = String::from_utf8_lossy(&body);
    let tag = tag(&body);
    writeln!(out)?;
    comment(
        out,
        "Nobody else writes to the table from here to COMMIT. The DO is one statement: all of it is \
         done, or nothing.",
    )?;
    // Whatever a session is set to: the comparison must see what was written before the lock.
    writeln!(
        out,
        "BEGIN ISOLATION LEVEL READ COMMITTED;\nSET LOCAL statement_timeout = 0;\nSET LOCAL \
         lock_timeout = '60s';\nDO {tag}\n{body}{tag};\nCOMMIT;"
    )
}

fn write_body(
    out: &mut Vec<u8>,
    history: &History,
    rows: &Rows,
    repair: &Repair,
) -> io::Result<()> {
    let current = history.current().unwrap_or_default();
    writeln!(
        out,
        "BEGIN\n  IF current_setting('transaction_isolation') <> 'read committed' THEN\n    RAISE EXCEPTION \
         'NOTHING was changed: the transaction is not READ COMMITTED.';\n  END IF;\n  LOCK TABLE kine IN \
         EXCLUSIVE MODE;\n  -- Whether each row is as it was read. The number is a sum over all rows: any \
         missing,\n  -- new or different row changes it.\n  IF (\n    SELECT COUNT(*) = {} AND MAX(id) = \
         {current}",
        history.len()
    )?;
    let lines = fingerprint::expression(history, Dialect::Postgres).join("\n    ");
    writeln!(
        out,
        "    AND {lines} = {}\n    FROM kine\n  ) IS NOT TRUE THEN\n    RAISE EXCEPTION 'NOTHING was \
         changed: the table is not as it was read. Stop every kine, and make this file again.';\n  END IF;",
        fingerprint::sum(history)
    )?;
    for deletion in &rows.deleted {
        delete(out, history, deletion)?;
    }
    for added in &rows.added {
        add(out, history, added)?;
    }
    let left = history.len() - rows.count() + rows.added.len();
    writeln!(
        out,
        "\n  IF (SELECT COUNT(*) FROM kine) <> {left} THEN\n    RAISE EXCEPTION 'NOTHING was changed: other \
         rows went or came as well. Has the table a trigger or a foreign key?';\n  END IF;"
    )?;
    for step in &repair.steps {
        if let Step::MakeIndex(index) = step
            && index.unique
        {
            let statements = schema::statements(step, Dialect::Postgres);
            statements.iter().try_for_each(|sql| writeln!(out, "  {sql};"))?;
        }
    }
    writeln!(out, "  RAISE NOTICE '{}';\nEND\n", rows.done())
}

/// Deletes rows of one key, as long as the row that stays is there.
fn delete(out: &mut dyn Write, history: &History, deletion: &Deletion) -> io::Result<()> {
    let Deletion { key, rows, .. } = deletion;
    let name = history.name(*key);
    let of_all = format!("{} of its {}", count(rows.len() as u64, "row"), history.key(*key).rows);
    writeln!(out, "\n  -- {}\n  -- {of_all}; {}", escape(name), deletion.stays(history))?;
    let is_named =
        |row: &str| format!("{} = {}", bytes_of_name(history, &format!("{row}.name")), bytes(name));
    for rows in rows.chunks(MOST) {
        writeln!(out, "  DELETE FROM kine AS stray WHERE {}", is_named("stray"))?;
        writeln!(
            out,
            "  AND EXISTS (SELECT 1 FROM kine AS newest WHERE newest.id = {} AND {})\n  AND stray.id IN (",
            history.id(deletion.kept),
            is_named("newest")
        )?;
        ids(out, history, rows, "    ")?;
        writeln!(out, "  );")?;
    }
    Ok(())
}

/// Bytes, whatever strings mean in a session.
fn bytes(bytes: &[u8]) -> String {
    format!("decode('{}', 'hex')", hex(bytes))
}

/// Adds a row as kine writes it, and lets the sequence go on after it.
fn add(out: &mut dyn Write, history: &History, added: &Addition) -> io::Result<()> {
    let id = added.id;
    writeln!(
        out,
        "\n  INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value, \
         old_value)\n  OVERRIDING SYSTEM VALUE"
    )?;
    match added.what {
        Added::Mark(compacted) => {
            writeln!(
                out,
                "  VALUES ({id}, 'compact_rev_key', 1, 0, 0, {compacted}, 0, '', NULL);"
            )?;
        }
        Added::Tombstone(key, after) => {
            let name = history.name(key);
            writeln!(
                out,
                "  -- {}\n  SELECT {id}, newest.name, 0, 1, CASE WHEN newest.created <> 0 THEN newest.id ELSE \
                 newest.create_revision END,\n  newest.id, newest.lease, newest.value, newest.value\n  FROM \
                 kine AS newest WHERE newest.id = {}\n  AND {} = {};",
                escape(name),
                history.id(after),
                bytes_of_name(history, "newest.name"),
                bytes(name)
            )?;
        }
    }
    let database = history.profile().database.as_deref();
    let sequence = database.and_then(|database| database.variable("sequence"));
    if let Some(sequence) = sequence.filter(|sequence| printable(sequence) == **sequence) {
        writeln!(
            out,
            "  PERFORM setval('{}', GREATEST({id}, (SELECT last_value FROM {sequence})));",
            sequence.replace('\'', "''")
        )?;
    }
    Ok(())
}

/// A value as a literal.
pub(super) fn bytes_of(value: Option<&[u8]>) -> String {
    value.map_or_else(|| "NULL".to_owned(), bytes)
}

/// A name as a literal.
pub(super) fn name_of(history: &History, name: &[u8]) -> String {
    let encoding = match history.profile().database {
        Some(_) => "getdatabaseencoding()",
        None => "'UTF8'",
    };
    format!("convert_from({}, {encoding})", bytes(name))
}
