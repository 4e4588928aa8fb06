//! `log`: all keys, by revision.

#![expect(clippy::doc_markdown, reason = "clap prints these comments as they are")]

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};

use clap::{Args as Group, ValueEnum};
use kinescope::history::{Kind, LogFilter, Revision, RowIx};
use kinescope::report::{self, Times};
use kinescope::source::{Error, TableClock};

use crate::cli::at::{At, at, find};
use crate::cli::context::Read;
use crate::cli::output::printed;
use crate::cli::parse::entries;
use crate::cli::{Context, Status, appearance, pager};

#[derive(Debug, Group)]
pub(in crate::cli) struct Log {
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// List only the keys whose names begin with PREFIX
    ///
    /// The whole table is read all the same: rows of other keys tell when these were written.
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    pub(in crate::cli) under: OsString,
    /// Begin at this revision or time
    ///
    /// A time is 2026-11-20T02:10Z, or 2026-11-20 for the day, or 02:10 for the last time that the table
    /// saw it; without a zone it is UTC, unless --local is given. Rows that may have been written then
    /// are listed, too.
    #[arg(long, value_name = "REV|TIME", value_parser = at, allow_negative_numbers = true)]
    pub(in crate::cli) from: Option<At>,
    /// End at this revision or time
    #[arg(long, value_name = "REV|TIME", value_parser = at, allow_negative_numbers = true)]
    pub(in crate::cli) to: Option<At>,
    /// List only these kinds of writes, separated by commas
    ///
    /// KIND is create, update, delete, gap, or mark for the row named compact_rev_key.
    #[arg(long, value_name = "KIND", value_parser = kinds)]
    pub(in crate::cli) kind: Option<Kinds>,
    /// List at most this many rows
    #[arg(short = 'n', long = "max-count", value_name = "N", value_parser = entries,
          allow_negative_numbers = true)]
    pub(in crate::cli) most: Option<usize>,
    /// Do not read any value, so that rows have no times
    #[arg(long, conflicts_with_all = ["local"])]
    pub(in crate::cli) no_times: bool,
    /// Choose the output format; json is a line for each row
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: LogFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogFormat {
    #[default]
    Text,
    Json,
}

/// What rows were written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Kinds(Vec<Kind>);

/// Understands `create,delete`. It is one word to clap: of one that is a misplaced endpoint, no part is
/// repeated.
fn kinds(text: &str) -> Result<Kinds, String> {
    let kind = |word: &str| match word.trim() {
        "create" => Ok(Kind::Create),
        "update" => Ok(Kind::Update),
        "delete" => Ok(Kind::Delete),
        "gap" => Ok(Kind::Gap),
        "mark" => Ok(Kind::Mark),
        _ => Err("expected create, update, delete, gap or mark, separated by commas".to_owned()),
    };
    text.split(',').map(kind).collect::<Result<_, _>>().map(Kinds)
}

/// How many rows are looked at one by one for their times; of more, as many that lie between.
const ONE_BY_ONE: usize = 100;

/// Runs `kinescope log`.
pub(in crate::cli) async fn log(args: Log, context: &Context) -> Result<Status, Error> {
    let names_a_time = |at: &Option<At>| matches!(at, Some(At::Time(_)));
    if args.no_times && (names_a_time(&args.from) || names_a_time(&args.to)) {
        return Err(Error::usage("--no-times reads no values, and a time is found by them")
            .hint("Leave out --no-times, or name revisions."));
    }
    let source = context.server.source(args.source.clone())?;
    let read = context.read(source).await?;
    let table = read.table();
    let zone = appearance::zone(context.look);
    let mut clock = read.clock();
    let filter = LogFilter {
        prefix: args.under.as_encoded_bytes().to_vec(),
        kinds: args.kind.as_ref().map(|kinds| kinds.0.clone()).unwrap_or_default(),
        range: range(&args, &read, &mut clock, context).await?,
    };
    if !args.no_times {
        date(&mut clock, &read, &filter, args.most).await;
    }
    let untold = match clock.dating.why_untold() {
        _ if args.no_times => Some("--no-times was given".to_owned()),
        why => why,
    };
    let times = Times { clock: clock.clock(), untold: untold.as_deref(), zone: &zone };
    let log = report::Log { table, filter: &filter, most: args.most, times };
    let status = if table.is_whole() { Status::Clean } else { Status::Unknown };
    let page = appearance::page(context.look);
    let written = if args.format == LogFormat::Text && io::stdout().is_terminal() {
        let mut text = Vec::new();
        report::text::log(&mut text, page, &log)
            .and_then(|()| pager::show(&String::from_utf8_lossy(&text)))
    } else {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = match args.format {
            LogFormat::Text => report::text::log(&mut out, page, &log),
            LogFormat::Json => report::json::log(&mut out, &log),
        };
        written.and_then(|()| out.flush())
    };
    printed(written, status)
}

/// The first and the last revision that are asked for: what may be of the time that is named is among them.
async fn range(
    args: &Log,
    read: &Read,
    clock: &mut TableClock,
    context: &Context,
) -> Result<(Revision, Revision), Error> {
    let zone = appearance::zone(context.look);
    let history = read.table().history;
    let first = match &args.from {
        None => 0,
        Some(At::Revision(revision)) => *revision,
        Some(At::Time(text)) => {
            let before = find(text, history, clock, &zone).await?.before;
            before.map_or(0, |before| before.saturating_add(1))
        }
    };
    let last = match &args.to {
        None => Revision::MAX,
        Some(At::Revision(revision)) => *revision,
        Some(At::Time(text)) => {
            // A date is all of that day.
            let is_date = !text.contains(':');
            let text = if is_date { format!("{text} 23:59:59.999") } else { text.clone() };
            let after = find(&text, history, clock, &zone).await?.after;
            after.map_or(Revision::MAX, |after| after.saturating_sub(1))
        }
    };
    if first > last && args.from.is_some() && args.to.is_some() {
        return Err(Error::usage("--from is after --to").hint("Name the earlier one with --from."));
    }
    Ok((first, last))
}

/// Finds out when the rows that are listed were written.
async fn date(clock: &mut TableClock, read: &Read, filter: &LogFilter, most: Option<usize>) {
    let history = read.table().history;
    clock.survey(history).await;
    let rows = || filter.rows(history).take(most.unwrap_or(usize::MAX));
    let few: Vec<RowIx> = rows().take(ONE_BY_ONE + 1).collect();
    if few.len() <= ONE_BY_ONE {
        let ids: Vec<Revision> = few.into_iter().map(|at| history.id(at)).collect();
        clock.look_at(history, &ids).await;
    } else if let (Some(newest), Some(oldest)) = (rows().next(), rows().last()) {
        clock.look_within(history, history.id(oldest), history.id(newest)).await;
    }
}
