//! What is to be done about indexes, the numbering of rows, and settings.

use super::column::{may_be_too_long, unfit};
use super::{Left, NewIndex, Obstacle, Step, Unique};
use crate::history::{Column, Database, History, Index, Product, Revision, UNIQUE_INDEX};
use crate::text::{escape, printable};

/// The columns of the unique index.
const UNIQUE: &[&str] = &["name", "prev_revision"];

/// Makes the unique index, or says why not.
pub(super) fn unique(
    database: &Database,
    obstacle: Option<Obstacle>,
    steps: &mut Vec<Step>,
) -> Unique {
    if database.unique_index().is_some_and(Index::is_whole) {
        return Unique::Stands;
    }
    if let Some(obstacle) = obstacle.or_else(|| unfit(database).map(Obstacle::Column)) {
        return Unique::Obstructed(obstacle);
    }
    let is_in_the_way = |index: &&Index| {
        // The primary key is in nobody's way.
        index.name != "PRIMARY" && (is_called(index, UNIQUE_INDEX) || index.forbids_forks())
    };
    steps.push(Step::MakeIndex(NewIndex {
        name: UNIQUE_INDEX,
        columns: UNIQUE,
        unique: true,
        drops: database.indexes.iter().filter(is_in_the_way).cloned().collect(),
        may_be_too_long: may_be_too_long(database),
    }));
    Unique::Made
}

/// Whether a server takes a name for that of an index. A server compares those as it likes; one that is
/// missed here makes the statement fail, and stays.
fn is_called(index: &Index, name: &str) -> bool {
    index.name.to_uppercase() == name.to_uppercase()
}

/// Makes the other indexes of kine's that are missing, and drops those that are there twice.
pub(super) fn indexes(database: &Database, steps: &mut Vec<Step>, left: &mut Vec<Left>) {
    let unfit = unfit(database);
    for (name, columns) in database.missing_indexes() {
        if name == "PRIMARY" {
            // See `numbers`.
            continue;
        }
        if columns.contains(&"name")
            && let Some(why) = &unfit
        {
            left.push(Left::table(format!(
                "{name} is missing, and cannot be made over the column name as it is: {why}."
            )));
            continue;
        }
        let namesakes = database.indexes.iter().filter(|index| is_called(index, name));
        steps.push(Step::MakeIndex(NewIndex {
            name,
            columns,
            unique: false,
            drops: namesakes.cloned().collect(),
            may_be_too_long: columns.contains(&"name") && may_be_too_long(database),
        }));
    }
    for indexes in database.duplicate_indexes().into_values() {
        duplicates(database, &indexes, steps, left);
    }
}

/// Drops all but one of the indexes over the same columns.
fn duplicates(
    database: &Database,
    indexes: &[&Index],
    steps: &mut Vec<Step>,
    left: &mut Vec<Left>,
) {
    let is_primary = |index: &Index| index.name == "PRIMARY" || index.name.ends_with("_pkey");
    // Whatever one of them forbids stays forbidden.
    let rank = |index: &&&Index| (is_primary(index), index.unique, index.is_of_kine());
    let Some(&kept) = indexes.iter().rev().max_by_key(rank) else { return };
    let is_spare = |index: &&&Index| {
        // kine makes its own anew where it makes indexes, and drops none.
        index.name != kept.name && !is_primary(index) && !index.is_of_kine()
    };
    let is_droppable = |index: &&Index| {
        let is_own = index.name.starts_with("sqlite_autoindex_");
        printable(&index.name) == index.name && !is_own
    };
    let spare = indexes.iter().filter(is_spare).copied();
    let (dropped, kept_too): (Vec<&Index>, Vec<&Index>) = spare.partition(is_droppable);
    for index in kept_too {
        left.push(Left::table(format!(
            "The index {} does what {} does as well, and belongs to the table's declaration or has \
             characters that are not written here: drop it by hand.",
            escape(index.name.as_bytes()),
            escape(kept.name.as_bytes())
        )));
    }
    // What a constraint needs, a server that has them drops with the constraint alone.
    if database.is_postgres() && dropped.iter().any(|index| index.unique) {
        left.push(Left::table(format!(
            "Several unique indexes are over {}: one may belong to a constraint, which is dropped with \
             ALTER TABLE kine DROP CONSTRAINT.",
            kept.columns.iter().map(|part| part.column.as_str()).collect::<Vec<_>>().join(", ")
        )));
    } else if !dropped.is_empty() {
        let dropped = dropped.into_iter().cloned().collect();
        steps.push(Step::DropIndexes { kept: kept.clone(), dropped });
    }
}

/// Lets the database number rows, where it does not.
pub(super) fn numbers(
    history: &History,
    database: &Database,
    steps: &mut Vec<Step>,
    left: &mut Vec<Left>,
) {
    let Some(id) = database.column("id") else { return };
    let has_key = !database.missing_indexes().any(|(name, _)| name == "PRIMARY");
    if database.server.product == Product::Sqlite {
        if !has_key {
            left.push(Left::table(
                "id is not the primary key, and SQLite adds none to a table that is there: copy the \
                 rows into a table that kine made.",
            ));
        }
        return;
    }
    if history.find(0).is_some() && !id.is_auto_increment() {
        left.push(Left::table(
            "The database does not number rows, and a row has the id 0, which would get another \
             number: delete that row first (kinescope explain unwritable-table).",
        ));
        return;
    }
    if !id.is_auto_increment() {
        if !is_plain(&id.full_type) {
            left.push(Left::table(of_odd_type("id", &id.full_type)));
            return;
        }
        steps.push(Step::Number {
            full_type: id.full_type.clone(),
            default: id.default.clone(),
            with_key: !has_key,
        });
        return;
    }
    if !has_key {
        steps.push(Step::PrimaryKey);
    }
    if database.is_postgres() {
        steps.extend(sequence(history, database, id));
    }
}

/// What is to be done about a sequence that is there.
fn sequence(history: &History, database: &Database, id: &Column) -> Vec<Step> {
    let mut steps = Vec::new();
    if id.extra.contains("always") {
        steps.push(Step::ByDefault);
    }
    let last = database.variable("sequence_last_value").and_then(|last| last.parse().ok());
    let current: Revision = history.current().unwrap_or_default();
    if let (Some(name), Some(last)) = (database.variable("sequence"), last)
        && last < current
        && printable(name) == name
    {
        steps.push(Step::Sequence { name: name.to_owned(), last });
    }
    steps
}

/// Corrects what else a server is set to.
pub(super) fn settings(database: &Database, steps: &mut Vec<Step>, left: &mut Vec<Left>) {
    let is_unsorted = database.variable("name_order").is_some_and(|order| order != "bytes");
    if let Some(name) = database.column("name")
        && database.is_postgres()
        && is_unsorted
    {
        if is_plain(&name.full_type) {
            steps.push(Step::SortByBytes {
                full_type: name.full_type.clone(),
                collation: name.collation.clone().unwrap_or_else(|| "default".to_owned()),
            });
        } else {
            left.push(Left::table(of_odd_type("name", &name.full_type)));
        }
    }
    if database.is_on("innodb_snapshot_isolation") {
        steps.push(Step::SnapshotIsolation);
    }
}

/// Whether a type is words with at most a length, such as `bigint(20) unsigned`. Only such a one is repeated in
/// a statement: a server may say anything.
fn is_plain(full_type: &str) -> bool {
    let (words, rest) = full_type.split_once('(').unwrap_or((full_type, ")"));
    let Some((length, more)) = rest.split_once(')') else { return false };
    let is_words = |text: &str| text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b' '));
    let is_length = length.bytes().all(|byte| byte.is_ascii_digit());
    !words.is_empty() && is_words(words) && is_length && is_words(more)
}

/// That a column is left alone for its type.
fn of_odd_type(column: &str, full_type: &str) -> String {
    let shown = escape(full_type.as_bytes());
    format!(
        "The type of {column} is {shown}, which is none that kine gives it: nothing is done to the column."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_type_is_repeated_in_a_statement() {
        for plain in
            ["bigint(20) unsigned", "int", "bigint", "integer", "text", "character varying(630)"]
        {
            assert!(is_plain(plain), "{plain}");
        }
        for odd in [
            "",
            "bigint, DROP COLUMN value",
            "bigint; DROP TABLE kine",
            "bigint(20",
            "bigint(a)",
            "bigint(2)(3)",
            "enum('a')",
            "bigint\u{1b}[2J",
            "bigint -- ",
        ] {
            assert!(!is_plain(odd), "{odd}");
        }
    }
}
