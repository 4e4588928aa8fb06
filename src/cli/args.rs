//! What was typed.

#![expect(clippy::doc_markdown, reason = "clap prints these comments as they are")]

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use kinescope::history::compaction::Version;
use kinescope::history::{Collation, Part, Revision};
use kinescope::source::{self, ColumnChoice, Error, Options};
use kinescope::text::escape;

use super::appearance::Look;
use super::commands::audit::Audit;
use super::commands::compare::Compare;
use super::commands::completions::Completions;
use super::commands::config::Config;
use super::commands::connect::Connect;
use super::commands::decode::Decode;
use super::commands::diff::Diff;
use super::commands::explain::Explain;
use super::commands::explore::Demo;
use super::commands::export::Export;
use super::commands::extract::Extract;
use super::commands::get::Get;
use super::commands::handover::Handover;
use super::commands::help::Help;
use super::commands::keys::Keys;
use super::commands::log::Log;
use super::commands::preview::Preview;
use super::commands::repair::Repair;
use super::commands::show::Show;
use super::commands::usage::Usage;
use super::commands::verify::Verify;
use super::commands::watch::Watch;
use super::parse::revision;
use super::server::Server;

/// Where more is said, and every exit status there is; the manual has the same.
const AFTER: &str = "\
kinescope help lists the topics of the manual: connecting, values, failures and others.

Exit status of every command:
    0  all went well, and nothing was found
    1  something was found: a key changes state, at the target or in the end (preview, handover),
       a finding is as serious as --fail-on (audit), something has to be mended (repair), there
       is no such key (show, get, extract), or it is deleted (get), something changed (diff), the
       tables differ (compare), a certificate does not hold (verify)
    2  wrong use
    3  the table was not read, or only in part, or a file or the output was not written
  129  SIGHUP, or the terminal is gone
  130  SIGINT, or Ctrl-C
  134  SIGABRT: a server announced more columns than there is memory for
  143  SIGTERM";

/// See every revision in kine's table, what is broken, and what a compaction will do
///
/// SOURCE is a MySQL or MariaDB endpoint (mysql://user:password@tcp(host:3306)/database), a
/// PostgreSQL endpoint (postgres://user:password@host:5432/database), a SQLite database, a file that
/// holds the table as text (an SQL dump, what a client prints, CSV, JSON), @NAME for a source that the
/// settings name, or - for standard input.
/// Without one, kinescope looks at
/// KINESCOPE_ENDPOINT, KINE_ENDPOINT and K3S_DATASTORE_ENDPOINT, in that order. kinescope connect
/// shows what it found. It never writes to the table.
///
/// Exit status of the explorer: 0 you quit, 2 wrong use, 3 the table was not read, or only in part.
#[derive(Debug, Parser)]
#[command(version, subcommand_precedence_over_arg = true, max_term_width = 100)]
#[command(after_help = AFTER, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// Explore this table
    #[arg(value_name = "SOURCE")]
    pub(super) source: Option<OsString>,
    /// Follow the table: show what is written to it, as the key F does
    ///
    /// It looks every two seconds, in a session of its own. SOURCE must be a server or a SQLite database.
    #[arg(long)]
    pub(super) follow: bool,
    #[command(flatten)]
    pub(super) server: Server,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Predict what this version of kine would remove, such as v0.11.12
    ///
    /// With --target, as its Compact request does; without, as its own compaction does. Without --kine,
    /// as today's version does.
    #[arg(long, global = true, value_name = "VERSION")]
    pub(super) kine: Option<Version>,
    #[command(flatten)]
    pub(super) look: Look,
    /// Read the settings in FILE, instead of ~/.config/kinescope/config.toml
    ///
    /// KINESCOPE_CONFIG names another, too; if it is empty, none is read. kinescope help settings says
    /// what can be set.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Settings")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Explore a table that comes with the program, without a server
    Demo(Demo),
    /// Draw one key's chain
    ///
    /// Exit status: 0 the chain is shown, 1 there is no such key, 2 wrong use, 3 the table was not
    /// read, or only in part.
    Show(Show),
    /// Print a key's value, with the names of its fields
    ///
    /// As etcd would give it: now, or at a revision. KEY is as in kinescope show. What protobuf does not
    /// name is named as kubectl get prints it; comments in YAML say who had to do with the object.
    ///
    /// Exit status: 0 the value is printed, 1 there is no such key, or it is deleted, 2 wrong use, 3 the
    /// table was not read, or only in part, or the value is not shown.
    Get(Get),
    /// Print a manifest of what a key was, to apply it again
    ///
    /// kubectl apply takes it: status, uid, resourceVersion, managedFields and all else that belongs to a
    /// former life is taken off. Of a deletion it is the value before. A Secret is refused without
    /// --reveal-secrets.
    ///
    /// Exit status: 0 the manifest is written, 1 there is no such key, 2 wrong use, 3 the table was not
    /// read, or only in part, there is no manifest in the value, or it was not written.
    Extract(Extract),
    /// Print a value from standard input or a file, with the names of its fields
    ///
    /// The value is what kine or etcd stores: Kubernetes' protobuf, or JSON. No Secret is shown.
    ///
    /// Exit status: 0 the value is printed, 2 wrong use, 3 it was not read, or is not shown.
    Decode(Decode),
    /// Show what a compaction would do
    ///
    /// Exit status: 0 no key changes state, 1 some do, 2 wrong use, 3 the table was not read, or only
    /// in part.
    Preview(Preview),
    /// Check the table and the database under it
    ///
    /// Each finding belongs to a rule; kinescope explain lists the rules.
    ///
    /// Exit status: 0 no finding is as serious as --fail-on, 1 one is, 2 wrong use (also a file that is
    /// not a baseline), 3 the table was not read, or only in part, or a file was not read or written.
    Audit(Audit),
    /// Write what mends the table, with its undo, for you to review and run
    ///
    /// It is for MySQL, MariaDB, PostgreSQL and SQLite: stray rows, missing, wrong and duplicate indexes,
    /// compact_rev_key, the numbering of rows, and settings. The plan is tried on the rows that were read.
    /// kinescope runs none of it. On a terminal it prints the plan, elsewhere the SQL; --to writes the SQL
    /// and its undo.
    ///
    /// Exit status: 0 nothing has to be mended, 1 something has, or has no safe mend, 2 wrong use, 3 the
    /// table was not read, or only in part, or a file was not written.
    Repair(Repair),
    /// Write one document for a person: what is wrong, and what mends it
    ///
    /// It has the verdict, the preview, the audit and the plan of the repair in Markdown, and statements
    /// that check them without kinescope. Of keys that would come back it says which fields differ from
    /// the last value, and never what they hold: the values of two rows are read for each key, of 100
    /// keys at most. Secrets are masked. The file is readable by its owner alone; one that is there is not
    /// replaced.
    ///
    /// Exit status: 0 no key changes state, 1 some do, 2 wrong use, 3 the table was not read, or only in
    /// part, or the file was not written.
    Handover(Handover),
    /// Show what fills the table, and what a compaction frees
    ///
    /// It counts rows and keys by prefix, and names the busiest keys. A prefix ends with a slash, as a
    /// directory does; all gap rows are one entry.
    ///
    /// Exit status: 0 the table is shown, 2 wrong use (also a prefix that no key has), 3 the table or its
    /// sizes were not read, or only in part.
    Usage(Usage),
    /// List the writes of all keys, and when they were made
    ///
    /// The newest is the first.
    ///
    /// The times come from values of some hundred rows: Leases, Events, and what says when objects were
    /// created and changed; never from a Secret. Each is two bounds: 02:09:58 +12s is between 02:09:58 and
    /// 12 seconds later. On a terminal, $KINESCOPE_PAGER, $PAGER or less shows the list.
    ///
    /// Exit status: 0 the log is shown, 2 wrong use, 3 the table was not read, or only in part, or does not
    /// tell the time that --from or --to names.
    Log(Log),
    /// Print what is written to the table from now on
    ///
    /// It prints a line of JSON for each write, and one where kine has compacted the table. It looks every two
    /// seconds, as kine itself does: in a session of its own, for what is new. Each write has the times of
    /// the two looks that it came between. A server that is lost is tried again and again. --prefix watches
    /// only the keys that begin so. It ends at Ctrl-C, and when nobody reads its output any more.
    ///
    /// Exit status: 0 -n writes came or the reader is gone, 2 wrong use, 3 the table cannot be read.
    Watch(Watch),
    /// List the live keys, now or at a revision
    ///
    /// Each has the revision that it is at, the one that created it, and how many of its rows are left.
    /// At a revision that was compacted the rows that are left still tell much, and the report says what
    /// they do not. compact_rev_key and gap rows are no keys of the cluster, and are left out.
    ///
    /// Exit status: 0 the keys are listed, 2 wrong use (also a revision that is yet to come), 3 the table
    /// was not read, or only in part, or a compaction took what would tell of some keys.
    Keys(Keys),
    /// Show which keys changed between two revisions
    ///
    /// Keys are created, changed, deleted, returned (deleted at A, live again at B), or passed (created
    /// and deleted in between). They are counted by prefix and listed by name.
    ///
    /// Exit status: 0 no key changed, 1 some did, 2 wrong use (also a revision that is yet to come), 3 the
    /// table was not read, or only in part, or a compaction took what would tell whether any key changed.
    Diff(Diff),
    /// Show how two tables differ: a backup and the live one, a replica and its primary
    ///
    /// Rows are compared by their ids, keys by their names, and what the databases declare. Values are not
    /// compared: two tables that only differ in those are the same here. Rows that one
    /// table lacks only because it was compacted further are no difference. All options about a server
    /// hold for both; --ask-password asks for each password by the name of its server.
    ///
    /// Exit status: 0 they do not differ, 1 they do, 2 wrong use, 3 a table was not read, or only in part.
    Compare(Compare),
    /// Hold a table against a certificate that preview wrote earlier
    ///
    /// It says whether the table is still the same, or has grown and the compaction would have the same
    /// effect; and once kine has compacted, whether exactly those rows stayed that were to stay.
    ///
    /// Exit status: 0 all that was said holds, 1 it does not, 2 wrong use, 3 the table was not read, or
    /// only in part, or it was compacted to another revision, so that not all can be told.
    Verify(Verify),
    /// Write a new, complete table for any of kine's databases
    ///
    /// The new table has kine's newest schema and all indexes, and every row with its id and its values: it
    /// holds every Secret, in a new file that only you can read. What does not fit into the new database is
    /// said before anything is written. kinescope help moving goes through a whole move.
    ///
    /// Exit status: 0 the file is written, 2 wrong use, 3 the table was not read, or only in part, does not
    /// fit, or the file was not written.
    Export(Export),
    /// Show where SOURCE points, where each setting came from, and what the server reports
    ///
    /// It reads no row of a server, and shows no password.
    ///
    /// Exit status: 0 the table can be read, 2 wrong use, 3 it cannot be read, or only in part.
    Connect(Connect),
    /// Explain a rule of the audit, or a word
    Explain(Explain),
    /// Print the settings, and where each comes from
    ///
    /// kinescope help settings says what can be set. Nothing is ever written to the file.
    ///
    /// Exit status: 0 they are printed, 2 wrong use (also a file that makes no sense), 3 the output was
    /// not written.
    Config(Config),
    /// Print what makes a shell complete kinescope's words
    ///
    /// In bash: source <(kinescope completions bash). It completes commands, options, scenarios, rules,
    /// named sources, and the keys of a table that is a file. No server is asked for any of that.
    Completions(Completions),
    /// List the commands and the manual's topics, print one, or write man pages
    ///
    /// On a terminal, $KINESCOPE_PAGER, $PAGER or less shows it; if that is empty or cat, it is only
    /// printed. Exit status: 0 it was printed or written, 2 wrong use (also a topic that does not
    /// exist), 3 a file or the output could not be written.
    Help(Help),
}

/// How a table is read.
#[derive(Debug, Clone, Group)]
pub(super) struct Reading {
    /// Compare names by this collation, if the table comes as text
    ///
    /// COLLATION is kine (its default on MySQL), binary, or the name of a collation. A server reports
    /// its own.
    #[arg(long, global = true, value_name = "COLLATION", value_parser = collation)]
    pub(super) collation: Option<Collation>,
    /// Name the columns of a text that has no heading
    ///
    /// COLUMNS names the columns in their order, separated by commas: id,name,prev_revision,created.
    /// Without it, kine's 7 or 9 columns are recognized by what they hold.
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = heading)]
    pub(super) heading: Option<String>,
    /// Read only the rows after this revision
    ///
    /// compact_rev_key and compact_rev_key_apiserver are read as well. That is only a part of the table:
    /// what a report says may not hold for the whole.
    #[arg(long, global = true, value_name = "REV", value_parser = revision,
          allow_negative_numbers = true)]
    pub(super) since: Option<Revision>,
    /// Read only the keys whose names begin with PREFIX
    ///
    /// compact_rev_key and compact_rev_key_apiserver are read as well. That is only a part of the table:
    /// what a report says may not hold for the whole.
    #[arg(long, global = true, value_name = "PREFIX")]
    pub(super) prefix: Option<OsString>,
    /// Choose the columns to read from a server
    ///
    /// Compaction needs few columns, and the indexes hold them: if rows are long, reading only the
    /// indexes is faster. An audit reads all columns unless --columns index is given.
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(super) columns: Columns,
}

/// Which columns are read from a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Columns {
    /// Read all columns unless the rows are long
    #[default]
    Auto,
    /// Read all columns, from the rows
    All,
    /// Read what compaction needs, from the indexes
    Index,
}

impl Reading {
    /// What is asked of the source.
    pub(super) fn options(self) -> Result<Options, Error> {
        let Self { collation, heading, since, prefix, columns } = self;
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
        Ok(Options { collation, heading, part, columns, quick_check: false })
    }
}

fn collation(text: &str) -> Result<Collation, String> {
    match text {
        "kine" => Ok(Collation::kine_default()),
        "binary" => Ok(Collation::binary()),
        name if name.contains('_') => Ok(Collation::named(name, None)),
        _ => Err("expected kine, binary, or a collation such as utf8mb4_bin".to_owned()),
    }
}

fn heading(text: &str) -> Result<String, String> {
    if source::text::is_heading(text) {
        return Ok(text.to_owned());
    }
    Err("expected the columns of the text, id, name and prev_revision among them, each once"
        .to_owned())
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
