//! What mends a table, as data: which rows go and which stay, which indexes are made, and what is left
//! alone; and how the table would be then.
//!
//! ```text
//!   History ─┬─▶ rows ───┐
//!   Verdict ─┤           ├─▶ Repair: steps, what is left, how it would be ──▶ text, JSON, SQL
//!   Database ┴─▶ schema ─┘
//! ```
//!
//! What is safe to do is safe in the table that was read, and in no other: whoever carries it out compares
//! the two first. A repair is tried on the rows that were read before anybody sees it: [`After`] says
//! whether a fork is left, whether a key would have another value, and whether one still changes.

mod after;
mod column;
mod cost;
mod rows;
mod schema;
mod words;

pub use after::After;
pub use column::{KINES_NAME, collation_for, may_be_too_long, misfit};
pub use cost::Cost;
pub use rows::{Added, Addition, Choices, Deletion, Fate, Returned, Rows, Unkept, strays_of};

use crate::history::compaction::Verdict;
use crate::history::{History, Index, KeyId, Revision, RowIx};

/// What mends a table.
#[derive(Debug)]
pub struct Repair {
    /// What is done, in this order.
    pub steps: Vec<Step>,
    /// What has no safe mend.
    pub left: Vec<Left>,
    /// The keys that have probably come back after a deletion, and are kept.
    pub returned: Vec<KeyId>,
    /// What is known of the unique index.
    pub unique: Unique,
    /// How the table would be then.
    pub after: After,
}

/// One thing that is done to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Takes rows out and puts rows in, all at once or not at all.
    Rows(Rows),
    /// Makes an index.
    MakeIndex(NewIndex),
    /// Drops indexes that do what another does as well.
    DropIndexes {
        /// The one that stays.
        kept: Index,
        /// Those that go.
        dropped: Vec<Index>,
    },
    /// Makes id what no two rows share.
    PrimaryKey,
    /// Lets the database number the rows, MySQL by `AUTO_INCREMENT`.
    Number {
        /// The id's type in full, as it is declared.
        full_type: String,
        /// What the column gets where none is named, as SQL, until then.
        default: Option<String>,
        /// Whether id becomes the primary key as well.
        with_key: bool,
    },
    /// Lets the id, which is generated always, take a number that kine gives.
    ByDefault,
    /// Sets the sequence that numbers rows to the current revision.
    Sequence {
        /// Its name, as SQL.
        name: String,
        /// What it gave out last; 0 for nothing yet.
        last: Revision,
    },
    /// Makes names sort by their bytes.
    SortByBytes {
        /// The type that the column has.
        full_type: String,
        /// The collation that it has.
        collation: String,
    },
    /// Switches `innodb_snapshot_isolation` off.
    SnapshotIsolation,
}

/// An index that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIndex {
    /// kine's name for it.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// Whether it refuses a second row with the same columns.
    pub unique: bool,
    /// The indexes in its way, which go in the same statement or transaction.
    pub drops: Vec<Index>,
    /// Whether the table's row format may index less of the name than there is.
    pub may_be_too_long: bool,
}

/// What is left as it is, for want of a safe mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The key and its stray rows, where it is about those.
    pub rows: Option<(KeyId, Vec<RowIx>)>,
    /// Why: of rows a clause that follows the key's name, else a sentence.
    pub why: String,
}

impl Left {
    fn table(why: impl Into<String>) -> Self {
        Self { rows: None, why: why.into() }
    }
}

/// What is known of the unique index over name and prev revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unique {
    /// It is there, over both columns in whole.
    Stands,
    /// It is made.
    Made,
    /// Something is to be done first.
    Obstructed(Obstacle),
    /// A text without its `CREATE TABLE` does not show which indexes there are; and what would be in the
    /// way of this one.
    Unknown(Option<Obstacle>),
}

/// Why the unique index cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Two rows named `compact_rev_key` hold the same revision.
    Marks,
    /// A key that is left alone has two rows with the same prev revision.
    Forks,
    /// No server searches an index over the whole of the column `name`: why, as a clause.
    Column(String),
}

impl Repair {
    /// Works out what mends a table, of which every row is known, and tries it on those rows.
    pub fn of(history: &History, verdict: &Verdict, choices: &Choices) -> Self {
        let rows::Sorted { rows, mut left, returned } = rows::sort(history, verdict, choices);
        let after = After::of(history, verdict, &rows, choices);
        let mut steps = Vec::new();
        if !rows.is_empty() {
            steps.push(Step::Rows(rows));
        }
        let database = history.profile().database.as_deref();
        let obstacle = after.obstacle();
        let unique = match database {
            None => Unique::Unknown(obstacle),
            Some(database) => {
                let unique = schema::unique(database, obstacle, &mut steps);
                schema::indexes(database, &mut steps, &mut left);
                schema::numbers(history, database, &mut steps, &mut left);
                schema::settings(database, &mut steps, &mut left);
                unique
            }
        };
        Self { steps, left, returned, unique, after }
    }

    /// The rows that go and come, if any do.
    pub fn rows(&self) -> Option<&Rows> {
        self.steps.iter().find_map(|step| match step {
            Step::Rows(rows) => Some(rows),
            _ => None,
        })
    }

    /// The keys whose rows are deleted; none if none are.
    pub fn deleted(&self) -> &[Deletion] {
        self.rows().map_or(&[], |rows| &rows.deleted)
    }

    /// The rows that go, in the order of their ids.
    pub fn gone(&self) -> Vec<RowIx> {
        let mut rows: Vec<RowIx> =
            self.deleted().iter().flat_map(|deletion| &deletion.rows).copied().collect();
        rows.sort_unstable_by_key(|at| at.index());
        rows
    }

    /// How many keys keep stray rows.
    pub fn kept(&self) -> usize {
        self.left.iter().filter(|left| left.rows.is_some()).count()
    }

    /// The history that it is of, as it would be: its rows, and its indexes where those are known.
    pub fn mended(&self, history: &History) -> History {
        let none = Rows::default();
        let mut mended = after::mended(history, self.rows().unwrap_or(&none));
        let mut profile = mended.profile().clone();
        if self.unique == Unique::Made {
            profile.unique_index = Some(true);
        }
        if let Some(database) = &mut profile.database {
            for step in &self.steps {
                match step {
                    Step::MakeIndex(made) => {
                        database.indexes.retain(|index| !made.drops.contains(index));
                        database.indexes.push(Index::new(made.name, made.unique, made.columns));
                    }
                    Step::DropIndexes { dropped, .. } => {
                        database.indexes.retain(|index| !dropped.contains(index));
                    }
                    _ => {}
                }
            }
        }
        mended.learn(profile);
        mended
    }

    /// Whether nothing is done, and nothing is left that should be.
    pub fn is_sound(&self) -> bool {
        let is_made = matches!(self.unique, Unique::Stands | Unique::Unknown(None));
        self.steps.is_empty() && self.left.is_empty() && is_made && self.after.remains.is_none()
    }
}
