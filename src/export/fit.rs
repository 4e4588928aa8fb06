//! What a new database would refuse of a table, or take for something else: found from the rows before
//! anything is written.

use rustc_hash::FxHashMap;

use super::holds;
use crate::history::{Collation, Dialect, History, KeyId, Revision, RowIx};
use crate::text::{count, escape};

/// How many rows are named of many.
const NAMED: usize = 3;

/// How many characters kine's column has room for on MySQL, and how many bytes PostgreSQL indexes for sure.
const LONGEST: [(Dialect, usize); 2] = [(Dialect::MySql, 630), (Dialect::Postgres, 2600)];

/// What to do with names that do not fit.
const HINT: &str = "Delete these keys through the API server, or choose another database.";

/// What to do with a forked table.
const FORKED: &str = "kinescope audit SOURCE lists the forks; --repaired leaves out the rows that a repair \
                      deletes.";

/// Rows that would be refused, or would mean something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// What they are, and what becomes of them, in a sentence.
    pub what: String,
    /// What to do, in a sentence.
    pub hint: String,
}

/// What stands in the way of a table, and what changes with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fit {
    /// What the new database would refuse, or merge.
    pub obstacles: Vec<Misfit>,
    /// What is not the same there.
    pub changes: Vec<Misfit>,
}

/// Some rows, of which the first are named.
#[derive(Default)]
struct Several {
    rows: u64,
    first: Vec<String>,
}

impl Several {
    fn add(&mut self, history: &History, at: RowIx) {
        self.rows += 1;
        if self.first.len() < NAMED {
            let id = history.id(at);
            self.first.push(match history.row(at).name {
                Some(name) => format!("{id} ({})", escape(name)),
                None => id.to_string(),
            });
        }
    }

    /// `3 rows: 5 (/registry/a), 7 (/registry/b) and 1 more`.
    fn told(&self) -> String {
        let more = self.rows - self.first.len() as u64;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}: revision {}{more}", count(self.rows, "row"), self.first.join(", "))
    }

    fn misfit(&self, what: &str, hint: &str) -> Option<Misfit> {
        let what = format!("{what}, in {}.", self.told());
        (self.rows > 0).then(|| Misfit { what, hint: hint.to_owned() })
    }
}

/// Looks at a table for a new database, without the rows that are left out, if such are to be: in the order of
/// their ids.
pub fn fit(history: &History, dialect: Dialect, left_out: Option<&[RowIx]>) -> Fit {
    let is_in = |at: &RowIx| left_out.is_none_or(|rows| !holds(rows, *at));
    let rows = || history.iter().filter(is_in);
    let mut fit = Fit::default();
    fit.obstacles.extend(names(history, dialect, rows()));
    fit.obstacles.extend(numbers(history, dialect, rows()));
    let (merged, doubles) = keys(history, dialect, rows());
    fit.obstacles.extend(merged.misfit(
        "Different keys have names that are equal in the new database, and would become one key",
        "Delete all but one of these keys from the source, or choose another database.",
    ));
    fit.obstacles.extend(doubles.misfit(
        "The unique index over name and prev_revision cannot be made: rows have both in common with another",
        match left_out {
            None => FORKED,
            Some(_) => "kinescope audit SOURCE says which, and what to correct by hand.",
        },
    ));
    if dialect != Dialect::MySql {
        let respelled =
            |at: &RowIx| history.key_at(*at).is_some_and(|key| history.key(key).respelled);
        let mut split = Several::default();
        rows().filter(respelled).for_each(|at| split.add(history, at));
        fit.changes.extend(split.misfit(
            "Names that the source takes for one key differ in their bytes, and become keys of their own",
            "kinescope explain equal-names says what that means.",
        ));
    }
    fit
}

/// What is wrong with names.
fn names(history: &History, dialect: Dialect, rows: impl Iterator<Item = RowIx>) -> Vec<Misfit> {
    let longest = LONGEST.iter().find(|(of, _)| *of == dialect).map_or(usize::MAX, |it| it.1);
    let (mut long, mut foreign, mut nul) =
        (Several::default(), Several::default(), Several::default());
    for at in rows {
        let Some(name) = history.row(at).name else { continue };
        if name.len() > longest {
            long.add(history, at);
        }
        let is_known = match dialect {
            Dialect::MySql => name.is_ascii(),
            Dialect::Postgres | Dialect::Sqlite => str::from_utf8(name).is_ok(),
        };
        if !is_known {
            foreign.add(history, at);
        }
        if dialect == Dialect::Postgres && name.contains(&0) {
            nul.add(history, at);
        }
    }
    let encoding = if dialect == Dialect::MySql { "ASCII" } else { "UTF-8" };
    [
        foreign.misfit(&format!("Names are not {encoding}, as kine's column is"), HINT),
        long.misfit(&format!("Names have more than {longest} bytes, the most that fit"), HINT),
        nul.misfit("Names have a NUL, which no text has there", HINT),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is wrong with numbers: MySQL's go up to 2^64, the others' up to 2^63.
fn numbers(
    history: &History,
    dialect: Dialect,
    rows: impl Iterator<Item = RowIx>,
) -> Option<Misfit> {
    let mut large = Several::default();
    for at in rows.filter(|_| dialect != Dialect::MySql) {
        let row = history.row(at);
        let numbers = [Some(row.id), row.create_revision, row.prev_revision];
        if numbers.into_iter().flatten().any(|number| i64::try_from(number).is_err()) {
            large.add(history, at);
        }
    }
    large.misfit(
        "Revisions are higher than 9223372036854775807, the highest that fits",
        "kinescope audit SOURCE says where they come from.",
    )
}

/// Rows of different keys that would become one, and those that have name and prev revision in common with
/// another.
fn keys(
    history: &History,
    dialect: Dialect,
    rows: impl Iterator<Item = RowIx>,
) -> (Several, Several) {
    let collation = match dialect {
        Dialect::MySql => Collation::kine_default(),
        Dialect::Postgres | Dialect::Sqlite => Collation::binary(),
    };
    let mut numbers: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
    let mut first_keys: Vec<KeyId> = Vec::new();
    let mut placed: Vec<(u32, Revision, RowIx)> = Vec::new();
    let mut merged = Several::default();
    let mut folded = Vec::new();
    for at in rows {
        let row = history.row(at);
        let (Some(name), Some(key)) = (row.name, history.key_at(at)) else { continue };
        let name = collation.fold(name, &mut folded);
        let number = if let Some(&number) = numbers.get(name) {
            number
        } else {
            let number = u32::try_from(first_keys.len()).unwrap_or(u32::MAX);
            numbers.insert(name.to_vec(), number);
            first_keys.push(key);
            number
        };
        if first_keys[number as usize] != key {
            merged.add(history, at);
        }
        // NULLs are never equal.
        placed.extend(row.prev_revision.map(|prev| (number, prev, at)));
    }
    placed.sort_unstable_by_key(|&(number, prev, at)| (number, prev, at.index()));
    let mut again: Vec<RowIx> = placed
        .windows(2)
        .filter(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1))
        .map(|pair| pair[1].2)
        .collect();
    again.sort_unstable_by_key(|at| at.index());
    let mut doubles = Several::default();
    for at in again {
        doubles.add(history, at);
    }
    (merged, doubles)
}
