//! What two databases declare: columns, indexes, and how names compare.

use std::collections::BTreeSet;

use crate::history::{Column, Database, Index, IndexPart, Product, Profile};

/// Something that is declared in one way in one table, and otherwise, or not at all, in the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaDifference {
    /// What it is: `column`, `index`, `collation`, `engine`.
    pub what: &'static str,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// How each table declares it; `None` where it is not there.
    pub declared: [Option<String>; 2],
}

/// What differs; `None` where one of the sources does not tell.
///
/// Indexes are compared by their columns, whatever they are called. Two products never declare a table
/// alike: between those only the unique index counts, without which chains can fork.
pub(super) fn compare(first: &Profile, second: &Profile) -> Option<Vec<SchemaDifference>> {
    let (one, other) = (first.database.as_deref()?, second.database.as_deref()?);
    let are_alike =
        one.server.product == other.server.product || (is_my_sql(one) && is_my_sql(other));
    if !are_alike {
        let unique = [one, other].map(|it| it.unique_index().map(index));
        let is_same = unique[0].is_some() == unique[1].is_some();
        return Some(if is_same { Vec::new() } else { vec![difference("index", None, unique)] });
    }
    let mut found = Vec::new();
    let collations = [&first.collation, &second.collation].map(|it| Some(it.to_string()));
    found.extend(unless_same("collation", Some("name"), collations));
    found.extend(unless_same("engine", None, [one.engine.clone(), other.engine.clone()]));
    let names = |it: &Database| it.columns.iter().map(|it| it.name.clone()).collect();
    let (ours, theirs): (BTreeSet<String>, BTreeSet<String>) = (names(one), names(other));
    for name in ours.union(&theirs) {
        let declared = [one, other].map(|it| it.column(name).map(column));
        found.extend(unless_same("column", Some(name), declared));
    }
    let indexes = |it: &Database| it.indexes.iter().map(index).collect::<BTreeSet<_>>();
    let (ours, theirs) = (indexes(one), indexes(other));
    let only = |declared: &String| Some(declared.clone());
    found.extend(ours.difference(&theirs).map(|it| difference("index", None, [only(it), None])));
    found.extend(theirs.difference(&ours).map(|it| difference("index", None, [None, only(it)])));
    Some(found)
}

/// MySQL and MariaDB declare what kine makes alike.
fn is_my_sql(database: &Database) -> bool {
    matches!(database.server.product, Product::MySql | Product::MariaDb)
}

fn unless_same(
    what: &'static str,
    name: Option<&str>,
    declared: [Option<String>; 2],
) -> Option<SchemaDifference> {
    (declared[0] != declared[1]).then(|| difference(what, name, declared))
}

fn difference(
    what: &'static str,
    name: Option<&str>,
    declared: [Option<String>; 2],
) -> SchemaDifference {
    SchemaDifference { what, name: name.map(str::to_owned), declared }
}

/// `bigint unsigned not null`: of integers, a width says nothing (MySQL 8 leaves it out).
fn column(column: &Column) -> String {
    let mut declared = match (column.greatest(), column.full_type.split_once('(')) {
        (Some(_), Some((name, rest))) => {
            format!("{name}{}", rest.split_once(')').map_or("", |(_, rest)| rest))
        }
        _ => column.full_type.clone(),
    };
    if let Some(collation) = &column.collation {
        declared += &format!(" collate {collation}");
    }
    if !column.nullable {
        declared += " not null";
    }
    declared
}

/// `unique (name, prev_revision)`
fn index(index: &Index) -> String {
    let part = |part: &IndexPart| match part.prefix {
        Some(prefix) => format!("{}({prefix})", part.column),
        None => part.column.clone(),
    };
    let parts: Vec<String> = index.columns.iter().map(part).collect();
    let unique = if index.unique { "unique " } else { "" };
    let flaw = index.flaw.map(|flaw| format!(" which {flaw}")).unwrap_or_default();
    format!("{unique}({}){flaw}", parts.join(", "))
}
