//! The statements that take stray rows out of a table, and put its unique index back: for a person to
//! read and to run. kinescope sends none of them.

use std::io::{self, Write};

use textwrap::{Options, wrap};

use super::Table;
use crate::face::{count, escape, printable};
use crate::history::{Database, History, Index, KeyId, RowIx};

/// kine's name for the index (`pkg/drivers/mysql/mysql.go`, `schema`).
const UNIQUE: &str = "kine_name_prev_revision_uindex";
/// How many rows one statement deletes at most.
const MOST: usize = 1000;
/// How long a line of ids gets.
const WIDTH: usize = 100;

/// A key and its stray rows.
type Strays = (KeyId, Vec<RowIx>);

/// Why a key is left alone.
const DOUBTFUL: &str =
    "whose names may be those of several objects (kinescope explain equal-names).";

/// Why no such statements can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// A text without `compact_rev_key`, which every table has, may be any part of one.
    #[error("the text has no compact_rev_key row, which every table has: it may be a part of one")]
    Excerpt,
    /// Which rows are stray is told from a key's newest row, which may be missing.
    #[error("the table was read in part, and which rows are stray shows in the whole table only")]
    Part,
    /// A row that was not understood may be a key's newest.
    #[error("rows were not understood, and any of them may be the newest of its key")]
    Unread,
}

/// Writes the statements.
///
/// What is deleted are the [stray rows](crate::history::History::strays) of all keys. Each statement
/// finds nothing if the table was written to since it was read.
///
/// # Errors
///
/// When `out` cannot be written to. In the inner result that the statements cannot be known; then
/// nothing has been written.
pub fn repair(out: &mut dyn Write, table: &Table<'_>) -> io::Result<Result<(), Unwritable>> {
    let history = table.history;
    if let Err(why) = check(table) {
        return Ok(Err(why));
    }
    // Which indexes there are, a text does not tell.
    let database = history.profile().database.as_deref();
    let strays = history.keys().map(|(key, _)| (key, history.strays(key)));
    let mut keys: Vec<Strays> = strays.filter(|(_, rows)| !rows.is_empty()).collect();
    keys.sort_unstable_by_key(|&(key, _)| history.name(key));
    let (keys, doubtful): (Vec<_>, Vec<_>) =
        keys.into_iter().partition(|&(key, _)| is_one_key(history, key));
    let is_indexed = database.map(|database| database.unique_index().is_some_and(Index::is_whole));
    head(out, table, &keys, is_indexed)?;
    for (key, rows) in doubtful {
        let name = escape(history.name(key));
        let rows = count(rows.len() as u64, "stray row");
        comment(out, &format!("Not among them: {rows} of {name}, {DOUBTFUL}"))?;
    }
    if !keys.is_empty() {
        writeln!(out, "\nSTART TRANSACTION;")?;
        for (key, rows) in &keys {
            delete(out, table, *key, rows)?;
        }
        writeln!(out, "\nCOMMIT;")?;
    }
    match (database, is_indexed) {
        (Some(database), Some(false)) => index(out, database, history.is_mark_duplicated())?,
        (None, _) => index_unknown(out, history.is_mark_duplicated())?,
        _ => {}
    }
    Ok(Ok(()))
}

/// Whether all rows of the table are known.
fn check(table: &Table<'_>) -> Result<(), Unwritable> {
    if table.partial.is_some() || table.history.profile().part.is_some() {
        Err(Unwritable::Part)
    } else if table.unread_rows > 0 {
        Err(Unwritable::Unread)
    } else if table.history.may_be_a_part() {
        Err(Unwritable::Excerpt)
    } else {
        Ok(())
    }
}

/// The rows that the statements delete of a key; `None` where they leave the key alone, and where the
/// table may not be whole.
pub(super) fn deleted(table: &Table<'_>, key: KeyId) -> Option<Vec<RowIx>> {
    let is_known = check(table).is_ok() && is_one_key(table.history, key);
    is_known.then(|| table.history.strays(key))
}

/// Whether all rows of a key are surely one key, and of one object: names that differ may stand for
/// two objects that kine takes for one, and those beyond ASCII kinescope may take for one by mistake.
fn is_one_key(history: &History, key: KeyId) -> bool {
    !history.key(key).respelled && history.profile().collation.is_sure_of(history.name(key))
}

/// What this is, and what to do with it. Of a text nobody knows whether the table is indexed.
fn head(
    out: &mut dyn Write,
    table: &Table<'_>,
    keys: &[Strays],
    is_indexed: Option<bool>,
) -> io::Result<()> {
    let current = table.history.current().unwrap_or_default();
    let place = escape(table.place().as_bytes());
    if is_indexed.is_some() {
        comment(out, &format!("Table: {place}, at revision {current}."))?;
    } else {
        comment(
            out,
            &format!(
                "MADE FROM TEXT: {place}, at revision {current}. It does not say when, or from which \
                 table, it was exported: check that it is of today, and of the table that you run \
                 this on."
            ),
        )?;
    }
    if let Some(made) = table.made {
        comment(out, &format!("Read {}, from {}.", made.words(), printable(table.kind)))?;
    }
    comment(out, "Written by kinescope, which has sent none of it.")?;
    let rows: u64 = keys.iter().map(|(_, rows)| rows.len() as u64).sum();
    match (rows, is_indexed) {
        (0, Some(true)) => return comment(out, "No row is stray, and the unique index is there."),
        (0, Some(false)) => comment(out, "No row is stray; the unique index is to be made.")?,
        (0, None) => return comment(out, "No row is stray."),
        (rows, _) => comment(
            out,
            &format!(
                "{} of {} to delete: no key's newest row goes back to them. Without them each key \
                 has the value that it has, and no row is left that it could come back at.",
                count(rows, "stray row"),
                count(keys.len() as u64, "key")
            ),
        )?,
    }
    writeln!(out, "--")?;
    comment(
        out,
        "1. Stop every kine. 2. Make a backup. 3. Read this. 4. Let the client run it, with -vv.",
    )?;
    if rows == 0 {
        return Ok(());
    }
    comment(
        out,
        &format!(
            "Each DELETE finds nothing if the table was written to after revision {current}: then \
             let this be written anew."
        ),
    )?;
    if is_indexed.is_none() {
        let rows = count(table.history.len() as u64, "row");
        comment(out, &format!("The text has {rows}. A table with more was not exported whole:"))?;
        writeln!(out, "--   SELECT COUNT(*), MAX(id) FROM kine;")?;
    }
    Ok(())
}

fn comment(out: &mut dyn Write, text: &str) -> io::Result<()> {
    for line in wrap(text, WIDTH - 3) {
        writeln!(out, "-- {line}")?;
    }
    Ok(())
}

fn delete(out: &mut dyn Write, table: &Table<'_>, key: KeyId, rows: &[RowIx]) -> io::Result<()> {
    let history = table.history;
    let current = history.current().unwrap_or_default();
    let newest = history.key(key).newest.map(|at| history.id(at)).unwrap_or_default();
    let of = history.key(key).rows;
    writeln!(out, "\n-- {}", escape(history.name(key)))?;
    writeln!(
        out,
        "-- {} of its {of}; its newest, {newest}, stays",
        count(rows.len() as u64, "row")
    )?;
    for rows in rows.chunks(MOST) {
        let ids: Vec<String> = rows.iter().map(|&at| history.id(at).to_string()).collect();
        writeln!(out, "DELETE FROM kine WHERE id IN (")?;
        let indented = Options::new(WIDTH).initial_indent("  ").subsequent_indent("  ");
        for line in wrap(&ids.join(", "), indented) {
            writeln!(out, "{line}")?;
        }
        writeln!(
            out,
            ") AND (SELECT id FROM (SELECT MAX(id) AS id FROM kine) AS newest) = {current};"
        )?;
    }
    Ok(())
}

/// Why the unique index cannot be made.
const MARK_DUPLICATED: &str = "The unique index cannot be made as long as two rows named \
                               compact_rev_key hold the same revision: kinescope explain \
                               compact-rev-key";

/// Says how to see whether the unique index is there, and how to make it.
fn index_unknown(out: &mut dyn Write, is_mark_duplicated: bool) -> io::Result<()> {
    writeln!(out)?;
    comment(out, "Whether the table has its unique index, the text does not tell. Look:")?;
    writeln!(out, "--   SHOW INDEX FROM kine;")?;
    if is_mark_duplicated {
        return comment(out, MARK_DUPLICATED);
    }
    comment(
        out,
        "Where no index has Non_unique 0 over name and prev_revision, both whole (Sub_part NULL), \
         make it:",
    )?;
    writeln!(out, "--   CREATE UNIQUE INDEX {UNIQUE} ON kine (name, prev_revision);")
}

/// Makes the unique index.
fn index(out: &mut dyn Write, database: &Database, is_mark_duplicated: bool) -> io::Result<()> {
    writeln!(out)?;
    if is_mark_duplicated {
        return comment(out, MARK_DUPLICATED);
    }
    // One that is over the beginning of the name only, or that has the name and is not unique.
    let partial = database.unique_index().map(|index| index.name.as_str());
    let namesake = database.indexes.iter().map(|index| index.name.as_str());
    let namesake = namesake.filter(|name| name.eq_ignore_ascii_case(UNIQUE));
    let mut in_the_way: Vec<&str> = partial.into_iter().chain(namesake).collect();
    in_the_way.dedup();
    for name in in_the_way {
        writeln!(out, "DROP INDEX `{}` ON kine;", name.replace('`', "``"))?;
    }
    writeln!(out, "CREATE UNIQUE INDEX {UNIQUE} ON kine (name, prev_revision);")
}
