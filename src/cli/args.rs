//! What was typed.

#![expect(clippy::doc_markdown, reason = "clap prints these comments as they are")]

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, Args as Group, Parser, Subcommand, ValueEnum};
use kinescope::audit::Severity;
use kinescope::display::Theme;
use kinescope::history::compaction::{Algorithm, Policy, Version};
use kinescope::history::{Collation, Part, Revision};
use kinescope::source::{ColumnChoice, Error, Options};
use kinescope::text::escape;

use super::number::{amount, entries, revision, some};
use super::server::Server;

/// Every exit status there is; the README has the same.
const STATUSES: &str = "\
Exit status of every command:
    0  it went well, and there is nothing to worry about
    1  something was found: a key changes state, at the target or in the end (preview), a
       finding is as serious as --fail-on (audit), there is no such key (show)
    2  wrong use
    3  the table could not be read, or only in part, or a file or the output not written
  129  SIGHUP, or the terminal is gone
  130  SIGINT, or Ctrl-C
  134  SIGABRT: a server announced more columns than there is memory for
  143  SIGTERM";

/// See every revision kine keeps in its table, what is broken in it, and what compaction will do
/// before it is done.
///
/// SOURCE is a MySQL or MariaDB endpoint (mysql://user:password@tcp(host:3306)/database), a file
/// that holds the table as text, or - for standard input. Without one, KINESCOPE_ENDPOINT,
/// KINE_ENDPOINT and K3S_DATASTORE_ENDPOINT are asked, in that order. kinescope connect says what
/// was found. Nothing is ever written to
/// the table.
///
/// Exit status of the explorer: 0 it was left, 2 wrong use, 3 the table could not be read, or only
/// in part.
#[derive(Debug, Parser)]
#[command(version, subcommand_precedence_over_arg = true, max_term_width = 100)]
#[command(after_help = STATUSES)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// The table to explore
    #[arg(value_name = "SOURCE")]
    pub(super) source: Option<OsString>,
    #[command(flatten)]
    pub(super) server: Server,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Compact as this version of kine does, such as v0.11.12; without it as today's. With --target
    /// as on its Compact request, else as it does by itself
    #[arg(long, global = true, value_name = "VERSION")]
    pub(super) kine: Option<Version>,
    #[command(flatten)]
    pub(super) look: Look,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Explore a table that comes with the program; needs no server
    Demo(Demo),
    /// Draw one key's chain
    ///
    /// Exit status: 0 it is shown, 1 there is no such key, 2 wrong use, 3 the table could not be
    /// read, or only in part.
    Show(Show),
    /// Say what a compaction would do
    ///
    /// Exit status: 0 no key changes state, 1 some do, 2 wrong use, 3 the table could not be read,
    /// or only in part.
    Preview(Preview),
    /// Say what is broken in the table and in the database under it
    ///
    /// Each finding is of a rule; kinescope explain lists the rules. Exit status: 0 no finding is as
    /// serious as --fail-on, 1 one is, 2 wrong use (also a baseline that is none), 3 the table could
    /// not be read, or only in part, or a file could not be read or written.
    Audit(Audit),
    /// Say what fills the table: rows and keys by prefix, the busiest keys, what a compaction frees
    ///
    /// Prefixes end with a slash, as directories do; gap rows count as one entry. Exit status: 0 it is
    /// said, 2 wrong use (also a prefix that no key has), 3 the table or its sizes could not be read,
    /// or only in part.
    Usage(Usage),
    /// Say what a source leads to, who named each part of it, and what answers there
    ///
    /// No row of a server is read, and no password shown. Exit status: 0 the table can be read, 2
    /// wrong use, 3 it cannot be, or only in part.
    Connect(Connect),
    /// Say what a rule of the audit finds, why it matters, and what to do
    Explain(Explain),
}

/// How things look, and how names compare.
#[derive(Debug, Clone, Copy, Group)]
#[command(next_help_heading = "Appearance")]
pub(super) struct Look {
    /// Draw with ASCII characters only, as is done when the locale is not UTF-8
    #[arg(long, global = true)]
    pub(super) ascii: bool,
    /// The colours
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(super) theme: Theme,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(super) color: When,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal
    #[default]
    Auto,
    Always,
    Never,
}

/// How a table is read.
#[derive(Debug, Clone, Group)]
pub(super) struct Reading {
    /// How the names of a table as text compare: kine (its default on MySQL), binary, or the name
    /// of a collation. A server knows its own
    #[arg(long, global = true, value_name = "COLLATION", value_parser = collation)]
    pub(super) collation: Option<Collation>,
    /// Read only the rows after this revision, compact_rev_key and compact_rev_key_apiserver. What is
    /// read is a part of the table, and what is said of it may not hold for the whole
    #[arg(long, global = true, value_name = "REV", value_parser = revision,
          allow_negative_numbers = true)]
    pub(super) since: Option<Revision>,
    /// Read only the keys whose names begin so, compact_rev_key and compact_rev_key_apiserver. What is
    /// read is a part of the table, and what is said of it may not hold for the whole
    #[arg(long, global = true, value_name = "PREFIX")]
    pub(super) prefix: Option<OsString>,
    /// Which columns to read from a server. Compaction needs few, and indexes have them: where rows
    /// are long, reading those alone is faster. An audit reads all unless told otherwise
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(super) columns: Columns,
}

/// Which columns are read from a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Columns {
    /// All, unless the rows are long
    #[default]
    Auto,
    /// All, from the rows
    All,
    /// What compaction needs, from indexes
    Index,
}

impl Reading {
    /// What is asked of the source.
    pub(super) fn options(self) -> Result<Options, Error> {
        let Self { collation, since, prefix, columns } = self;
        let prefix = prefix.filter(|prefix| !prefix.is_empty()).map(OsString::into_string);
        let prefix = prefix.transpose().map_err(|prefix| {
            let prefix = escape(prefix.as_encoded_bytes()).into_owned();
            Error::usage(format!("--prefix {prefix} is not UTF-8"))
        })?;
        let part = (since.is_some() || prefix.is_some()).then_some(Part { since, prefix });
        let columns = match columns {
            Columns::Auto => ColumnChoice::Auto,
            Columns::All => ColumnChoice::All,
            Columns::Index => ColumnChoice::Index,
        };
        Ok(Options { collation, part, columns })
    }
}

fn collation(text: &str) -> Result<Collation, String> {
    match text {
        "kine" => Ok(Collation::kine_default()),
        "binary" => Ok(Collation::binary()),
        name if name.contains('_') => Ok(Collation::named(name, None)),
        _ => Err("it is neither kine, binary, nor a collation such as utf8mb4_bin".to_owned()),
    }
}

#[derive(Debug, Group)]
pub(super) struct Demo {
    /// Which table: --list lists them
    #[arg(value_name = "SCENARIO")]
    pub(super) scenario: Option<String>,
    /// List the tables and what to look at in each
    #[arg(long)]
    pub(super) list: bool,
}

// Which of the two a single word is, is not for the parser: it would take the first of two for the
// KEY where an option stands between them.
#[derive(Debug, Group)]
#[command(override_usage = "kinescope show [OPTIONS] [SOURCE] <KEY>")]
#[command(group = ArgGroup::new("words").required(true).multiple(true))]
pub(super) struct Show {
    /// The table
    #[arg(value_name = "SOURCE", group = "words")]
    pub(super) source: Option<OsString>,
    /// The key: a row's name, as it is or as a report prints it. A single word is the KEY
    #[arg(value_name = "KEY", group = "words")]
    pub(super) key: Option<OsString>,
    /// How to print it; dot is for Graphviz
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: ChainFormat,
    /// Show every row; without it, runs of plain updates are folded. JSON is always whole
    #[arg(long)]
    pub(super) all: bool,
    /// Show what a compaction to REV leaves of the key, with nothing retained
    #[arg(long, value_name = "REV", value_parser = revision, allow_negative_numbers = true)]
    pub(super) target: Option<Revision>,
    /// As --target with the current revision
    #[arg(long, conflicts_with = "target")]
    pub(super) preview: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ChainFormat {
    #[default]
    Text,
    Json,
    Dot,
}

#[derive(Debug, Group)]
pub(super) struct Preview {
    /// The table
    #[arg(value_name = "SOURCE")]
    pub(super) source: Option<OsString>,
    /// The revision to compact to; without it as far as kine would go: the current revision less
    /// those that are retained
    #[arg(long, value_name = "REV", value_parser = revision, allow_negative_numbers = true)]
    pub(super) target: Option<Revision>,
    /// Ask about that target alone: leave out what becomes of keys in the end
    #[arg(long)]
    pub(super) only_target: bool,
    #[command(flatten)]
    pub(super) compaction: Compaction,
    /// List the rows that go and those that stay
    #[arg(long)]
    pub(super) rows: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// kine's settings.
#[derive(Debug, Clone, Copy, Group)]
pub(super) struct Compaction {
    /// How many of the newest revisions kine keeps, which no row tells. In audit the rules
    /// stalled-compaction and zero-retain depend on it
    #[arg(long, value_name = "N", default_value_t = Policy::DEFAULT.min_retain,
          value_parser = amount, allow_negative_numbers = true)]
    pub(super) compact_min_retain: u64,
    /// How many revisions one transaction of kine's advances
    #[arg(long, value_name = "N", default_value_t = Policy::DEFAULT.batch_size,
          value_parser = some, allow_negative_numbers = true)]
    pub(super) compact_batch_size: u64,
}

impl Compaction {
    /// The settings, for a version that compacts like that.
    pub(super) const fn policy(self, algorithm: Algorithm, kine: Option<Version>) -> Policy {
        let (min_retain, batch_size) = (self.compact_min_retain, self.compact_batch_size);
        Policy { min_retain, batch_size, algorithm, kine }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
    /// To paste into a ticket
    Markdown,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum AuditFormat {
    #[default]
    Text,
    Json,
    /// To paste into a ticket
    Markdown,
    /// The statements that delete the stray rows and make the unique index, to read and to run
    Sql,
}

#[derive(Debug, Group)]
pub(super) struct Audit {
    /// The table
    #[arg(value_name = "SOURCE")]
    pub(super) source: Option<OsString>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: AuditFormat,
    /// List every finding; without it, long lists are cut short. JSON is always whole
    #[arg(long)]
    pub(super) all: bool,
    /// From which severity on a finding makes the exit status 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub(super) fail_on: FailOn,
    /// Take a rule to be that serious: error, warning, info, or ignore. May be given several times
    #[arg(long, value_name = "RULE=LEVEL")]
    pub(super) severity: Vec<String>,
    /// Check these rules only. May be given several times
    #[arg(long, value_name = "RULE,...")]
    pub(super) only: Vec<String>,
    /// Leave out the findings of an earlier audit, printed with --format json to this file: they are
    /// only counted. A finding is the same when rule, key and revisions are
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    #[command(flatten)]
    pub(super) compaction: Compaction,
    /// Also write metrics to this file, for the textfile collector of Prometheus' node exporter
    #[arg(long, value_name = "PATH")]
    pub(super) textfile: Option<PathBuf>,
}

/// From which severity on a finding makes the exit status 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    #[default]
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    pub(super) const fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

#[derive(Debug, Group)]
pub(super) struct Connect {
    /// The table
    #[arg(value_name = "SOURCE")]
    pub(super) source: Option<OsString>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: ConnectFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ConnectFormat {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Group)]
pub(super) struct Usage {
    /// The table
    #[arg(value_name = "SOURCE")]
    pub(super) source: Option<OsString>,
    /// Begin at this prefix; all is read, so that shares are those of the table
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub(super) under: OsString,
    /// How many levels of prefixes are listed
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = entries,
          allow_negative_numbers = true)]
    pub(super) depth: usize,
    /// How many of the busiest keys are listed
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = entries,
          allow_negative_numbers = true)]
    pub(super) keys: usize,
    /// List everything; without it, long lists are cut short. JSON is always whole
    #[arg(long)]
    pub(super) all: bool,
    /// What comes first: the most of what
    #[arg(long, value_enum, default_value_t)]
    pub(super) sort: SortBy,
    /// Read the sizes of all values, too. On a server each page that holds a value is read for that:
    /// of large values this takes many times as long as all else
    #[arg(long)]
    pub(super) bytes: bool,
    /// The revision to compact to; without it as far as kine would go: the current revision less
    /// those that are retained
    #[arg(long, value_name = "REV", value_parser = revision, allow_negative_numbers = true)]
    pub(super) target: Option<Revision>,
    #[command(flatten)]
    pub(super) compaction: Compaction,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SortBy {
    #[default]
    Rows,
    Keys,
    /// Needs --bytes
    Bytes,
    /// Rows that the compaction removes
    Freed,
    Name,
}

#[derive(Debug, Group)]
pub(super) struct Explain {
    /// A rule, or a word such as tombstone; without it, all are listed
    #[arg(value_name = "RULE")]
    pub(super) rule: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }
}
