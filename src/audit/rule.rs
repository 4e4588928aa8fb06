//! A rule: what it finds, how, and its manual.

use std::fmt;

use super::Finding;
use super::subject::{Seen, Subject};
use crate::history::compaction::Prospect;
use crate::history::{Database, Dialect, KeyId, RowIx};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// It may hurt later, or shows that somebody wrote to the table who was not kine.
    Warning,
    /// Data is wrong, or will be.
    Error,
}

impl Severity {
    /// Every severity, the most serious first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// In a word, as on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A rule and its manual. The texts are plain sentences, to be wrapped.
pub struct Rule {
    /// Its stable name: `fork`.
    pub name: &'static str,
    /// How much its findings matter.
    pub severity: Severity,
    /// What it finds, in a line without a full stop.
    pub summary: &'static str,
    /// What exactly it finds, what it leaves out, and which version or issue of kine it comes from.
    pub finds: &'static str,
    /// Why that matters.
    pub matters: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The smallest table that breaks it, and its healthy twin.
    pub example: Example,
    pub(super) needs: &'static [Need],
    pub(super) check: Check,
    /// What one finding is, in a sentence or two.
    pub(super) message: fn(&Subject<'_>, &Finding) -> String,
}

/// The smallest table that breaks a rule, and its healthy twin.
#[derive(Debug, Clone, Copy)]
pub enum Example {
    /// Rows, each as a printed table with its headings.
    Rows {
        /// This breaks the rule.
        broken: &'static str,
        /// This does not.
        healthy: &'static str,
    },
    /// Rows where kine keeps that many of the newest revisions back.
    Retaining {
        /// `--compact-min-retain`.
        min_retain: u64,
        /// This breaks the rule.
        broken: &'static str,
        /// This does not.
        healthy: &'static str,
    },
    /// A change to [a healthy database](Database::kine_default).
    Database {
        /// What breaks the rule, in words or as SQL.
        shown: &'static str,
        /// The same.
        breaks: fn(&mut Database),
    },
    /// The same, [on PostgreSQL](Database::kine_postgres).
    Postgres {
        /// What breaks the rule, in words or as SQL.
        shown: &'static str,
        /// The same.
        breaks: fn(&mut Database),
    },
    /// The same, [in a file of SQLite](Database::kine_sqlite).
    Sqlite {
        /// What breaks the rule, in words or as SQL.
        shown: &'static str,
        /// The same.
        breaks: fn(&mut Database),
    },
}

/// How a rule looks at a table.
pub(super) enum Check {
    /// At each row: is it broken? Each such row is a finding.
    Row(fn(&Subject<'_>, &Seen) -> bool),
    /// As `Row`, and all such rows of a key are one finding.
    RowsOfKey(fn(&Subject<'_>, &Seen) -> bool),
    /// At each key; the last argument takes the rows of each finding.
    Key(fn(&Subject<'_>, KeyId, KeyFinds<'_>)),
    /// At the table, once its rows and keys have been seen.
    Table(fn(&Subject<'_>, TableFinds<'_>)),
    /// At the database.
    Database(fn(&Subject<'_>, &Database) -> Soundness),
    /// At what another rule found: where that becomes of its key, the finding is this rule's instead.
    Instead(&'static Rule, fn(Prospect) -> bool),
}

/// Takes the rows of each finding of a key.
pub(super) type KeyFinds<'a> = &'a mut dyn FnMut(Vec<RowIx>);

/// Takes the key and the rows of each finding.
pub(super) type TableFinds<'a> = &'a mut dyn FnMut(Option<KeyId>, Vec<RowIx>);

/// Whether a database breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Soundness {
    Sound,
    Broken,
    /// It cannot be told, and why.
    Unknown(&'static str),
}

impl Soundness {
    pub(super) const fn of(is_broken: bool) -> Self {
        if is_broken { Self::Broken } else { Self::Sound }
    }
}

/// What must be known for a rule to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// The column `created`.
    Created,
    /// The column `deleted`.
    Deleted,
    /// The column `create_revision`.
    CreateRevision,
    /// The compact revision, or that the table has none.
    CompactRevision,
    /// All rows of the table.
    WholeTable,
    /// The rows of every key, from some revision on.
    EveryKey,
    /// The first rows of the table, and all up to the last that was read.
    FirstRows,
    /// What every database tells of its table.
    Schema,
    /// What only a server tells.
    Server,
    /// What only MySQL or MariaDB tells.
    MySql,
    /// What only PostgreSQL tells.
    Postgres,
    /// What only SQLite tells.
    Sqlite,
    /// What it tells of a table, and not of a view.
    BaseTable,
    /// Which columns the table has.
    Columns,
}

impl Rule {
    /// Whether it is about databases of another kind: then there is nothing to check.
    pub(super) fn is_of_another(&self, dialect: Dialect) -> bool {
        let is_of = |need| self.needs.contains(&need);
        match dialect {
            Dialect::Postgres => is_of(Need::MySql) || is_of(Need::Sqlite),
            Dialect::MySql => is_of(Need::Postgres) || is_of(Need::Sqlite),
            Dialect::Sqlite => is_of(Need::Server) || is_of(Need::MySql) || is_of(Need::Postgres),
        }
    }

    /// Whether it needs what only a server tells.
    pub const fn is_of_database(&self) -> bool {
        matches!(self.check, Check::Database(_))
    }
}

/// Rules are compared by name.
impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Rule {}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
