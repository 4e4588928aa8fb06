//! Which indexes kine's table has, and which a table lacks or has twice.

use std::collections::BTreeMap;

use super::{Database, Index};

/// kine's name for the index that lets no two rows of a key have one prev revision.
pub const UNIQUE_INDEX: &str = "kine_name_prev_revision_uindex";

/// An index of kine's: its name, and its columns.
type Named = (&'static str, &'static [&'static str]);

/// kine's indexes apart from the unique one (`pkg/drivers/mysql/mysql.go`, `schema`).
const EXPECTED: [Named; 5] = [
    ("PRIMARY", &["id"]),
    ("kine_name_index", &["name"]),
    ("kine_name_id_index", &["name", "id"]),
    ("kine_id_deleted_index", &["id", "deleted"]),
    ("kine_prev_revision_index", &["prev_revision"]),
];

/// What kine v0.13.0 and later make on PostgreSQL as well, the id in descending order.
const LIST: Named = ("kine_list_query_index", &["name", "id", "deleted"]);

impl Database {
    /// The indexes of kine's that are not there, nor another that serves as well: one that begins with
    /// the same columns. The unique one over name and prev revision is none of them.
    pub fn missing_indexes(&self) -> impl Iterator<Item = Named> + '_ {
        let is_of_c =
            || self.column("name").and_then(|name| name.collation.as_deref()) == Some("C");
        let list = (self.is_postgres() && is_of_c()).then_some(LIST);
        EXPECTED.into_iter().chain(list).filter(|(name, columns)| {
            !self.indexes.iter().filter(|index| index.flaw.is_none()).any(|index| {
                let begins = index.columns.len() >= columns.len()
                    && index
                        .columns
                        .iter()
                        .zip(*columns)
                        .all(|(part, column)| part.column == *column && part.prefix.is_none());
                begins && (*name != "PRIMARY" || (index.unique && index.columns.len() == 1))
            })
        })
    }

    /// The indexes that are over the same columns, in whole, by those: two at least of each.
    pub fn duplicate_indexes(&self) -> BTreeMap<Vec<&str>, Vec<&Index>> {
        let mut by_columns: BTreeMap<Vec<&str>, Vec<&Index>> = BTreeMap::new();
        for index in self.indexes.iter().filter(|it| it.is_whole() && it.flaw.is_none()) {
            let columns = index.columns.iter().map(|part| part.column.as_str()).collect();
            by_columns.entry(columns).or_default().push(index);
        }
        // An expression has no column to compare by.
        by_columns.retain(|columns, indexes| indexes.len() > 1 && !columns.contains(&""));
        by_columns
    }
}

impl Index {
    /// Whether kine gives an index this name.
    pub fn is_of_kine(&self) -> bool {
        let mut all = EXPECTED.iter().chain([&LIST]).map(|(name, _)| *name);
        self.name == UNIQUE_INDEX || all.any(|name| name == self.name)
    }
}
