//! The statements that take stray rows out of a table, and put its unique index back: for a person to
//! read and to run. kinescope sends none of them.

use std::io::{self, Write};

use rustc_hash::FxHashSet;
use textwrap::{Options, wrap};

use super::Table;
use crate::face::{count, escape, printable, words};
use crate::history::compaction::{KeyEffect, Plan, Prospect, Reason, Verdict, in_the_end};
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

/// What the statements do, and what they leave.
struct Repair {
    /// The keys and their rows that are deleted.
    deleted: Vec<Strays>,
    /// The keys whose stray rows stay, and why.
    left: Vec<(Strays, String)>,
    /// What is so of keys afterwards, where a key still changes, or would come back.
    remains: Option<String>,
    /// Whether two rows of a key have one prev revision even then.
    forks: bool,
}

impl Repair {
    fn of(table: &Table<'_>, verdict: &Verdict) -> Self {
        let history = table.history;
        let strays = history.keys().map(|(key, _)| (key, history.strays(key)));
        let mut strays: Vec<Strays> = strays.filter(|(_, rows)| !rows.is_empty()).collect();
        strays.sort_unstable_by_key(|&(key, _)| history.name(key));
        let is_beheaded = |key: KeyId| beheaded(history, verdict, key).is_some();
        let is_sure = |&(key, _): &Strays| !is_beheaded(key) && is_one_key(history, key);
        let (deleted, left): (Vec<_>, Vec<_>) = strays.into_iter().partition(is_sure);
        let gone: FxHashSet<RowIx> = deleted.iter().flat_map(|(_, rows)| rows).copied().collect();
        let mut whole = None;
        let why = |key| match beheaded(history, verdict, key) {
            None => DOUBTFUL.to_owned(),
            Some(change) => {
                let whole = whole.get_or_insert_with(|| in_the_end(history, verdict.policy));
                beheading(history, whole, change, &gone)
            }
        };
        let reasons: Vec<String> = left.iter().map(|&(key, _)| key).map(why).collect();
        let left = left.into_iter().zip(reasons).collect();
        let after = (!deleted.is_empty()).then(|| without(history, &gone));
        let verdict_after = after.as_ref().map(|after| Verdict::of(after, verdict.policy));
        let after = after.as_ref().unwrap_or(history);
        let verdict = verdict_after.as_ref().unwrap_or(verdict);
        let is_sound = verdict.worst() == Prospect::Stays;
        let is_mended =
            !verdict.changes.iter().any(|change| beheaded(after, verdict, change.key).is_some());
        let pointers = if is_mended {
            ""
        } else {
            " This does not mend pointers (kinescope explain foreign-pointer, forward-pointer)."
        };
        let remains = (!is_sound).then(|| words::verdict(after, verdict, true) + pointers);
        let forks = after.keys().any(|(key, of)| key != KeyId::MARK && of.forks > 0);
        Self { deleted, left, remains, forks }
    }
}

/// What happens to a key whose newest row compaction removes although it is no tombstone: its value is
/// gone then, and a stray row may be all that is left of it.
fn beheaded<'a>(history: &History, verdict: &'a Verdict, key: KeyId) -> Option<&'a KeyEffect> {
    verdict.change_of(key).filter(|change| !history.deleted(change.before.row).is_set())
}

/// Why such a key is left alone, where some rows go.
fn beheading(
    history: &History,
    whole: &Plan,
    change: &KeyEffect,
    gone: &FxHashSet<RowIx>,
) -> String {
    let newest = change.before.revision;
    let Reason::PointedAt(by) = whole.reason(history, change.before.row) else {
        return format!("whose newest row, {newest}, compaction removes: it would be lost.");
    };
    let (whose, rule) = match history.key_at(by) {
        Some(key) if key == change.key => ("the key".to_owned(), "forward-pointer"),
        Some(key) => (escape(history.name(key)).into_owned(), "foreign-pointer"),
        None => ("a row whose name is NULL".to_owned(), "foreign-pointer"),
    };
    let then = if gone.contains(&by) {
        "That row is stray, and goes: let this be written anew then."
    } else {
        "Mend that pointer first: without its stray rows nothing would be left of the key."
    };
    format!(
        "whose newest row, {newest}, compaction removes, since revision {} of {whose} points at it \
         (kinescope explain {rule}). {then}",
        history.id(by)
    )
}

/// The history once these rows are deleted.
fn without(history: &History, gone: &FxHashSet<RowIx>) -> History {
    let mut left = History::new(history.profile().clone());
    for at in history.iter().filter(|at| !gone.contains(at)) {
        // The rows are in order, as they were.
        let _ = left.push(history.row(at));
    }
    left
}

/// Writes the statements.
///
/// What is deleted are the [stray rows](crate::history::History::strays) of all keys, but of those whose
/// newest row compaction removes for another reason. Each statement finds nothing if the table was
/// written to since it was read.
///
/// # Errors
///
/// When `out` cannot be written to. In the inner result that the statements cannot be known; then
/// nothing has been written.
pub fn repair(
    out: &mut dyn Write,
    table: &Table<'_>,
    verdict: &Verdict,
) -> io::Result<Result<(), Unwritable>> {
    if let Err(why) = check(table) {
        return Ok(Err(why));
    }
    let repair = Repair::of(table, verdict);
    // Which indexes there are, a text does not tell.
    let database = table.history.profile().database.as_deref();
    let is_indexed = database.map(|database| database.unique_index().is_some_and(Index::is_whole));
    head(out, table, &repair, is_indexed)?;
    if !repair.deleted.is_empty() {
        writeln!(out, "\nSTART TRANSACTION;")?;
        for (key, rows) in &repair.deleted {
            delete(out, table, *key, rows)?;
        }
        writeln!(out, "\nCOMMIT;")?;
    }
    match (database, is_indexed) {
        (Some(database), Some(false)) => index(out, table, database, &repair)?,
        (None, _) => index_unknown(out, table, &repair)?,
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

/// The rows that the statements delete of a key; `None` where there are none or they leave the key
/// alone, and where the table may not be whole.
pub(super) fn deleted(table: &Table<'_>, verdict: &Verdict, key: KeyId) -> Option<Vec<RowIx>> {
    let history = table.history;
    let is_left = || beheaded(history, verdict, key).is_some() || !is_one_key(history, key);
    let strays = check(table).is_ok().then(|| history.strays(key))?;
    (!strays.is_empty() && !is_left()).then_some(strays)
}

/// Whether the statements would delete a row.
pub(super) fn deletes(table: &Table<'_>, verdict: &Verdict) -> bool {
    table.history.keys().any(|(key, _)| deleted(table, verdict, key).is_some())
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
    repair: &Repair,
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
    let rows: u64 = repair.deleted.iter().map(|(_, rows)| rows.len() as u64).sum();
    let none = if repair.left.is_empty() { "No row is stray" } else { "No row is to be deleted" };
    match (rows, is_indexed) {
        (0, Some(true)) => comment(out, &format!("{none}, and the unique index is there."))?,
        (0, Some(false)) => comment(out, &format!("{none}; the unique index is to be made."))?,
        (0, None) => comment(out, &format!("{none}."))?,
        (rows, _) => {
            let them = if rows == 1 { "it" } else { "them" };
            let end = match repair.remains {
                None => ", and no row is left that it could come back at",
                Some(_) => "",
            };
            comment(
                out,
                &format!(
                    "{} of {} to delete: no key's newest row goes back to {them}. Without {them} each \
                     key has the value that it has{end}.",
                    count(rows, "stray row"),
                    count(repair.deleted.len() as u64, "key")
                ),
            )?;
        }
    }
    remains(out, table, repair, rows > 0)?;
    if rows == 0 && is_indexed != Some(false) {
        return Ok(());
    }
    writeln!(out, "--")?;
    let client = match table.history.profile().database.as_deref() {
        Some(database) if !database.server.mariadb => "mysql",
        _ => "mariadb",
    };
    comment(out, "1. Stop every kine. 2. Make a backup. 3. Read this. 4. Run it:")?;
    writeln!(out, "--   {client} -vv DATABASE < FILE")?;
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

/// Why it cannot be made either.
const FORKS_LEFT: &str = "The unique index cannot be made as long as a key that is left alone has \
                          rows with the same prev revision.";

/// Why the unique index cannot be made, if it cannot.
fn obstacle(table: &Table<'_>, repair: &Repair) -> Option<&'static str> {
    let is_duplicated = table.history.is_mark_duplicated();
    is_duplicated.then_some(MARK_DUPLICATED).or_else(|| repair.forks.then_some(FORKS_LEFT))
}

/// What it means when the index cannot be made after all.
fn if_it_fails(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    let current = table.history.current().unwrap_or_default();
    let so = if repair.deleted.is_empty() { "" } else { ", so that the DELETEs found nothing" };
    comment(
        out,
        &format!(
            "If this fails with 1062, the table was written to after revision {current}{so}: let this \
             be written anew."
        ),
    )
}

/// Says how to see whether the unique index is there, and how to make it.
fn index_unknown(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    writeln!(out)?;
    comment(out, "Whether the table has its unique index, the text does not tell. Look:")?;
    writeln!(out, "--   SHOW INDEX FROM kine;")?;
    if let Some(why) = obstacle(table, repair) {
        return comment(out, why);
    }
    comment(
        out,
        "Where no index has Non_unique 0 over name and prev_revision, both whole (Sub_part NULL), \
         make it:",
    )?;
    writeln!(out, "--   CREATE UNIQUE INDEX {UNIQUE} ON kine (name, prev_revision);")?;
    if_it_fails(out, table, repair)
}

/// Makes the unique index.
fn index(
    out: &mut dyn Write,
    table: &Table<'_>,
    database: &Database,
    repair: &Repair,
) -> io::Result<()> {
    writeln!(out)?;
    if let Some(why) = obstacle(table, repair) {
        return comment(out, why);
    }
    if_it_fails(out, table, repair)?;
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
