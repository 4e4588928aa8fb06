//! The statement that makes the unique index, or why it cannot be made.
//!
//! An index that is in its way is dropped by the very statement that makes the new one, which every
//! engine runs as a whole: where the new one cannot be made, the old one stays.

use std::io::{self, Write};

use super::plan::Repair;
use super::quote::{comment, identifier};
use crate::history::{Column, Database, History, Index};
use crate::report::Table;
use crate::text::{escape, grouped};

/// kine's name for the index (`pkg/drivers/mysql/mysql.go`, `schema`).
const UNIQUE: &str = "kine_name_prev_revision_uindex";
/// kine's column for names (the same).
const NAME: &str = "VARCHAR(630) CHARACTER SET ascii";
/// How many bytes that holds.
const LONGEST: usize = 630;

/// Why the unique index cannot be made.
pub(super) const MARK_DUPLICATED: &str = "The unique index cannot be made while two rows named \
                                          compact_rev_key hold the same revision: kinescope \
                                          explain compact-rev-key";

/// Why it cannot be made either.
const FORKS_LEFT: &str = "The unique index cannot be made while a key that is left alone has rows \
                          with the same prev revision.";

/// Why the rows forbid the unique index, if they do.
fn obstacle(table: &Table<'_>, repair: &Repair) -> Option<&'static str> {
    let is_duplicated = table.history.is_mark_duplicated();
    is_duplicated.then_some(MARK_DUPLICATED).or_else(|| repair.forks.then_some(FORKS_LEFT))
}

/// What it means when the index cannot be made after all.
fn if_it_fails(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    let current = table.history.current().unwrap_or_default();
    let so = if repair.deleted.is_empty() { "" } else { ", so the DELETEs found nothing" };
    comment(
        out,
        &format!(
            "If this fails with 1062, the table was written to after revision {current}{so}: make \
             this file again."
        ),
    )
}

/// Says how to see whether the unique index is there, and how to make it.
pub(super) fn unknown(out: &mut dyn Write, table: &Table<'_>, repair: &Repair) -> io::Result<()> {
    writeln!(out)?;
    comment(out, "The text does not say whether the table has its unique index. Check:")?;
    writeln!(out, "--   SHOW INDEX FROM kine;")?;
    if let Some(why) = obstacle(table, repair) {
        return comment(out, why);
    }
    comment(
        out,
        "If no index has Non_unique 0 over name and prev_revision, both whole (Sub_part NULL), \
         make it:",
    )?;
    writeln!(out, "--   CREATE UNIQUE INDEX {UNIQUE} ON kine (name, prev_revision);")?;
    comment(
        out,
        "If an index of that name is there but not unique, or not whole, drop it in the same \
         statement: then it stays if the new one cannot be made:",
    )?;
    writeln!(
        out,
        "--   ALTER TABLE kine DROP INDEX {UNIQUE}, ADD UNIQUE INDEX {UNIQUE} (name, prev_revision);"
    )?;
    if_it_fails(out, table, repair)
}

/// Whether the index can be made as the table is once the rows of the plan are gone.
pub(super) fn can_be_made(table: &Table<'_>, database: &Database, repair: &Repair) -> bool {
    let is_fit = || database.column("name").is_none_or(|name| unfit(name, database).is_none());
    obstacle(table, repair).is_none() && is_fit()
}

/// Makes the unique index, or says why not.
pub(super) fn make(
    out: &mut dyn Write,
    table: &Table<'_>,
    database: &Database,
    repair: &Repair,
) -> io::Result<()> {
    writeln!(out)?;
    if let Some(why) = obstacle(table, repair) {
        return comment(out, why);
    }
    if let Some(name) = database.column("name")
        && let Some(why) = unfit(name, database)
    {
        return change_first(out, table.history, &why);
    }
    let (drops, unnamed): (Vec<_>, Vec<_>) = in_the_way(database)
        .map(|index| identifier(&index.name).ok_or(index))
        .partition(Result::is_ok);
    for index in unnamed.into_iter().filter_map(Result::err) {
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
    if database.column("name").is_some_and(may_be_too_long) {
        comment(
            out,
            "If it fails with 1071 or 1709, the table's ROW_FORMAT indexes no more than 767 bytes \
             of a column: run ALTER TABLE kine ROW_FORMAT = DYNAMIC first, and try that on a \
             copy.",
        )?;
    }
    let drops: Vec<String> =
        drops.into_iter().flatten().map(|name| format!("DROP INDEX {name},\n  ")).collect();
    if drops.is_empty() {
        return writeln!(out, "CREATE UNIQUE INDEX {UNIQUE} ON kine (name, prev_revision);");
    }
    comment(
        out,
        "It succeeds or fails as a whole: no other index is dropped unless the new one is made.",
    )?;
    writeln!(
        out,
        "ALTER TABLE kine\n  {}ADD UNIQUE INDEX {UNIQUE} (name, prev_revision);",
        drops.concat()
    )
}

/// The indexes that go when the unique one is there: those over the beginning of the name only, and one
/// that has its name and is another. A server compares those as it likes; one that is missed here makes
/// the statement fail, and stays.
fn in_the_way(database: &Database) -> impl Iterator<Item = &Index> {
    database.indexes.iter().filter(|index| {
        let is_namesake = index.name.to_uppercase() == UNIQUE.to_uppercase();
        // The primary key is in nobody's way.
        index.name != "PRIMARY" && (is_namesake || index.forbids_forks())
    })
}

/// Why no server searches an index over the whole of a column, if none does. Where a table's pages allow
/// less than this knows, the statement fails, and nothing is lost.
fn unfit(name: &Column, database: &Database) -> Option<String> {
    let of_type = escape(name.full_type.as_bytes());
    let Some(bytes) = bytes(name) else {
        return Some(format!("{of_type}, of which only the beginning can be indexed"));
    };
    let prev = database.column("prev_revision").map_or("bigint", Column::type_name);
    let bytes = bytes + if prev == "bigint" { 8 } else { 4 };
    let most = match database.engine.as_deref() {
        Some("MyISAM") => 1000,
        _ => 3072,
    };
    (bytes > most).then(|| {
        format!(
            "{of_type} CHARACTER SET {}: with prev_revision that is up to {} bytes, and an index holds {}",
            escape(name.character_set.as_deref().unwrap_or("binary").as_bytes()),
            grouped(bytes),
            grouped(most)
        )
    })
}

/// Whether some row formats of `InnoDB` index only the beginning of the column; which one the table has
/// is not known.
fn may_be_too_long(name: &Column) -> bool {
    bytes(name).is_some_and(|bytes| bytes > 767)
}

/// How many bytes a column takes at most; `None` of a text or a blob, whose length is not declared.
fn bytes(name: &Column) -> Option<u64> {
    Some(characters(name)?.saturating_mul(widest(name.character_set.as_deref())))
}

/// How many characters a column holds whose length is declared; `None` of a text or a blob.
fn characters(name: &Column) -> Option<u64> {
    match name.type_name() {
        "char" | "varchar" | "binary" | "varbinary" => {
            let digits = name.full_type.split(['(', ')']).nth(1);
            // One that says none has one.
            Some(
                digits.map_or(Some(1), |digits| digits.parse().ok()).unwrap_or(u64::from(u32::MAX)),
            )
        }
        kind if kind.ends_with("text") || kind.ends_with("blob") || kind == "json" => None,
        // A number, or what nobody has heard of.
        _ => Some(1),
    }
}

/// How many bytes a character takes at most.
fn widest(character_set: Option<&str>) -> u64 {
    match character_set.unwrap_or("binary") {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030" => 4,
        "utf8" | "utf8mb3" | "ujis" | "eucjpms" => 3,
        "ucs2" | "big5" | "cp932" | "euckr" | "gb2312" | "gbk" | "sjis" => 2,
        _ => 1,
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
                "kine's own column is {NAME}. Not every name fits into it as it is: {} does not. \
                 Find a type that holds them all and is short enough for an index, on a copy of \
                 the table; then make this file again.",
                escape(name)
            ),
        );
    }
    // Names that are told apart must be so afterwards.
    let is_exact = !history.profile().collation.equal(b"a", b"A");
    let collation = if is_exact { " COLLATE ascii_bin" } else { "" };
    comment(
        out,
        &format!(
            "kine's own column is {NAME}, and every name of the table fits. Change it first: that \
             rewrites the whole table, so try it on a copy, then do it with every kine stopped \
             and a backup made. After that, make this file again."
        ),
    )?;
    writeln!(out, "--   SET SESSION sql_mode = 'STRICT_ALL_TABLES';")?;
    writeln!(out, "--   ALTER TABLE kine MODIFY name {NAME}{collation};")
}

/// A name that is another one in kine's column, or none, if there is one. A space at the end does not
/// count there.
fn misfit(history: &History) -> Option<&[u8]> {
    let is_misfit = |name: &&[u8]| !name.is_ascii() || name.len() > LONGEST || name.ends_with(b" ");
    history.iter().filter_map(|at| history.row(at).name).find(is_misfit)
}
