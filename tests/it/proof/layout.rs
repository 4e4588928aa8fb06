//! The tables that kine made and people have.

use std::fmt;

use crate::support::any::{Database, Engine};

/// What differs between tables of one sort of database.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    integer: &'static str,
    name: &'static str,
    has_unique_index: bool,
    /// The highest id that its column holds.
    pub highest: u64,
}

const INT: u64 = u32::MAX as u64 / 2;
const SIGNED: u64 = u64::MAX / 2;

const MYSQL: [Layout; 6] = [
    layout("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii", false, u64::MAX),
    layout("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii", true, u64::MAX),
    layout("INTEGER", "VARCHAR(630) CHARACTER SET latin1", false, INT),
    layout("INTEGER", "VARCHAR(630) CHARACTER SET latin1", true, INT),
    layout("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET utf8mb4", false, u64::MAX),
    layout("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii COLLATE ascii_bin", true, u64::MAX),
];

const POSTGRES: [Layout; 4] = [
    layout("BIGINT", "text COLLATE \"C\"", false, SIGNED),
    layout("BIGINT", "text COLLATE \"C\"", true, SIGNED),
    layout("INTEGER", "VARCHAR(630)", false, INT),
    layout("INTEGER", "VARCHAR(630)", true, INT),
];

const SQLITE: [Layout; 4] = [
    layout("INTEGER", "TEXT", false, SIGNED),
    layout("INTEGER", "TEXT", true, SIGNED),
    layout("INTEGER", "INTEGER", false, SIGNED),
    layout("INTEGER", "INTEGER", true, SIGNED),
];

const fn layout(
    integer: &'static str,
    name: &'static str,
    has_unique_index: bool,
    highest: u64,
) -> Layout {
    Layout { integer, name, has_unique_index, highest }
}

impl Layout {
    /// Those of a sort of database.
    pub fn all(engine: Engine) -> &'static [Self] {
        match engine {
            Engine::MySql(_) => &MYSQL,
            Engine::Postgres => &POSTGRES,
            Engine::Sqlite => &SQLITE,
        }
    }

    /// Makes such a table.
    pub fn create(&self, database: &Database) {
        database.create(self.integer, self.name);
        if self.has_unique_index {
            let index =
                "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)";
            database.exec(index);
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = if self.has_unique_index { "with the" } else { "without the" };
        write!(f, "ids {}, names {}, {with} unique index", self.integer, self.name)
    }
}
