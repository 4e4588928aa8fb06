//! `usage`: what fills the table.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

use clap::{Args as Group, ValueEnum};
use kinescope::history::compaction::plan;
use kinescope::history::usage::Sort;
use kinescope::report::usage::{Bytes, Wanted};
use kinescope::report::{self, Table};
use kinescope::source::Error;
use kinescope::text::escape;

use crate::cli::at::{At, Which, at};
use crate::cli::output::{Format, printed};
use crate::cli::parse::entries;
use crate::cli::policy::{Compaction, current, policy};
use crate::cli::{Context, Status, appearance, progress};

#[derive(Debug, Group)]
pub(in crate::cli) struct Usage {
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// Begin at this prefix
    ///
    /// The whole table is read all the same, so shares are shares of the table.
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub(in crate::cli) under: OsString,
    /// List this many levels of prefixes
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = entries,
          allow_negative_numbers = true)]
    pub(in crate::cli) depth: usize,
    /// List this many of the busiest keys
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = entries,
          allow_negative_numbers = true)]
    pub(in crate::cli) keys: usize,
    /// List everything; otherwise long lists are cut short
    ///
    /// JSON always lists everything.
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Put first what has the most of this
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) sort: SortBy,
    /// Read the sizes of all values as well
    ///
    /// For that, a server reads every page that holds a value. With large values, this takes many times
    /// as long as everything else.
    #[arg(long)]
    pub(in crate::cli) bytes: bool,
    /// Preview a compaction to this revision
    ///
    /// Without it, the target is as far as kine would go: the current revision less those that are
    /// retained.
    #[arg(long, value_name = "REV|TIME", value_parser = at, allow_negative_numbers = true)]
    pub(in crate::cli) target: Option<At>,
    #[command(flatten)]
    pub(in crate::cli) compaction: Compaction,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SortBy {
    #[default]
    Rows,
    Keys,
    /// Needs --bytes
    Bytes,
    /// Rows that the compaction removes
    Freed,
    Name,
}

/// Runs `kinescope usage`.
pub(in crate::cli) async fn usage(args: Usage, context: &Context) -> Result<Status, Error> {
    let wanted = wanted(&args)?;
    let source = context.server.source(args.source)?;
    let mut read = context.read(source).await?;
    let zone = appearance::zone(context.look);
    let target = read.revision(args.target.as_ref(), Which::Before, &zone).await?;
    let table = read.table();
    let policy = policy(&table, target, args.compaction, context.kine)?;
    let target = target.unwrap_or_else(|| policy.reach(current(table.history)));
    let plan = plan(table.history, target, policy);
    let measured = if args.bytes {
        Some(progress::sizes(&read.source, table.history, &read.log).await)
    } else {
        None
    };
    let bytes = match &measured {
        None => Bytes::NotAsked,
        Some(Err(why)) => Bytes::Unknown(why),
        Some(Ok((sizes, failed))) => Bytes::Measured(sizes, failed.as_ref()),
    };
    let usage = report::Usage::new(table, &plan, bytes, &wanted)
        .ok_or_else(|| no_key(&table, &wanted.prefix))?;
    let status = if usage.is_whole() { Status::Clean } else { Status::Unknown };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Text => report::text::usage(&mut out, appearance::page(context.look), &usage),
        Format::Json => report::json::usage(&mut out, &usage),
        Format::Markdown => {
            appearance::spelled(context.look, &mut out, |out| report::markdown::usage(out, &usage))
        }
    };
    printed(written.and_then(|()| out.flush()), status)
}

fn wanted(args: &Usage) -> Result<Wanted, Error> {
    if args.sort == SortBy::Bytes && !args.bytes {
        return Err(Error::usage(
            "--sort bytes needs the sizes of values, which only --bytes reads",
        )
        .hint("Add --bytes."));
    }
    Ok(Wanted {
        prefix: args.under.as_encoded_bytes().to_vec(),
        depth: args.depth,
        keys: args.keys,
        sort: match args.sort {
            SortBy::Rows => Sort::Rows,
            SortBy::Keys => Sort::Keys,
            SortBy::Bytes => Sort::Bytes,
            SortBy::Freed => Sort::Freed,
            SortBy::Name => Sort::Name,
        },
        all: args.all,
    })
}

/// What is not there in a part of a table may be in the whole.
fn no_key(table: &Table<'_>, prefix: &[u8]) -> Error {
    let what = format!("no key begins with {}", escape(prefix));
    if table.is_whole() {
        Error::usage(what).hint("Leave out --under to list the prefixes.")
    } else {
        Error::new(format!("{what} in the part of the table that could be read"))
    }
}
