//! Whether the column of names can be indexed in whole on MySQL and MariaDB, and what would be better.

use crate::history::{Column, Database, History, Product};
use crate::text::{escape, grouped};

/// kine's column for names (`pkg/drivers/mysql/mysql.go`, `schema`).
pub const KINES_NAME: &str = "VARCHAR(630) CHARACTER SET ascii";
/// How many bytes that holds.
const LONGEST: usize = 630;

/// Why no server searches an index over the whole of the column of names, if none does, as a clause. Where
/// a table's pages allow less than this knows, the statement fails, and nothing is lost.
pub(super) fn unfit(database: &Database) -> Option<String> {
    if !matches!(database.server.product, Product::MySql | Product::MariaDb) {
        return None;
    }
    let name = database.column("name")?;
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
pub fn may_be_too_long(database: &Database) -> bool {
    let is_mysql = matches!(database.server.product, Product::MySql | Product::MariaDb);
    let bytes = database.column("name").and_then(bytes);
    is_mysql && bytes.is_some_and(|bytes| bytes > 767)
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

/// A name that is another one in kine's column, or none, if there is one. A space at the end does not
/// count there.
pub fn misfit(history: &History) -> Option<&[u8]> {
    let is_misfit = |name: &&[u8]| !name.is_ascii() || name.len() > LONGEST || name.ends_with(b" ");
    history.iter().filter_map(|at| history.row(at).name).find(is_misfit)
}

/// The collation that kine's column needs where names that are told apart must be so afterwards, as SQL.
pub fn collation_for(history: &History) -> &'static str {
    let is_exact = !history.profile().collation.equal(b"a", b"A");
    if is_exact { " COLLATE ascii_bin" } else { "" }
}
