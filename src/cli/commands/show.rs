//! `show`: one key's chain.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

use clap::{ArgGroup, Args as Group, ValueEnum};
use kinescope::find::key_named;
use kinescope::history::Revision;
use kinescope::history::compaction::{Policy, Verdict, plan};
use kinescope::report::{self, Chain, Times};
use kinescope::source::Error;

use crate::cli::at::{At, Which, at};
use crate::cli::output::printed;
use crate::cli::policy::{algorithm, check_target, current};
use crate::cli::row::{not_found, source_and_key};
use crate::cli::trial::Tried;
use crate::cli::{Context, Status, appearance, say};

// Which of the two a single word is, is not for the parser: it would take the first of two for the
// KEY where an option stands between them.
#[derive(Debug, Group)]
#[command(override_usage = "kinescope show [OPTIONS] [SOURCE] <KEY>")]
#[command(group = ArgGroup::new("words").required(true).multiple(true))]
pub(in crate::cli) struct Show {
    /// Read this table
    #[arg(value_name = "SOURCE", group = "words")]
    pub(in crate::cli) source: Option<OsString>,
    /// Draw the chain of this key
    ///
    /// KEY is a row's name, as it is or as a report prints it. If only one argument is given, it is
    /// the KEY, and SOURCE comes from the options or the environment.
    #[arg(value_name = "KEY", group = "words")]
    pub(in crate::cli) key: Option<OsString>,
    /// Choose the output format; dot is for Graphviz
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: ChainFormat,
    /// Show every row, instead of folding plain updates
    ///
    /// JSON always has every row.
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Show what a compaction to REV leaves of the key
    ///
    /// min-retain is not applied: REV itself is the end.
    #[arg(long, value_name = "REV|TIME", value_parser = at, allow_negative_numbers = true)]
    pub(in crate::cli) target: Option<At>,
    /// Show what a compaction to the current revision leaves of the key
    #[arg(long, conflicts_with = "target")]
    pub(in crate::cli) preview: bool,
    /// Show when each row was written
    ///
    /// Values of some hundred rows tell, never those of Secrets: kinescope help times.
    #[arg(long)]
    pub(in crate::cli) times: bool,
    #[command(flatten)]
    pub(in crate::cli) tried: Tried,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ChainFormat {
    #[default]
    Text,
    Json,
    Dot,
}

/// So many of a key's rows are looked at one by one for their times: the newest.
const MOST_DATED: usize = 100;

/// Runs `kinescope show`.
pub(in crate::cli) async fn show(args: Show, context: &Context) -> Result<Status, Error> {
    let (source, key) = source_and_key(context, "show", args.source, args.key)?;
    let mut read = context.read(source).await?;
    let zone = appearance::zone(context.look);
    let target = read.revision(args.target.as_ref(), Which::Before, &zone).await?;
    read.attempt(&args.tried).await?;
    let table = read.table();
    let target = target.or_else(|| args.preview.then(|| current(table.history)));
    let kine = context.kine;
    let policy =
        Policy { algorithm: algorithm(kine, target), kine, ..Policy::DEFAULT.without_retain() };
    if let Some(target) = target {
        check_target(&table, target, policy.algorithm)?;
    }
    let key = key.as_encoded_bytes();
    let Some(key) = key_named(table.history, key) else {
        say(&not_found(&table, key));
        return Ok(if table.is_whole() { Status::Something } else { Status::Unknown });
    };
    let plan = target.map(|target| plan(table.history, target, policy));
    let verdict = Verdict::of(table.history, policy.by_itself());
    let mut clock = read.clock();
    if args.times {
        let rows = table.history.rows_of(key).take(MOST_DATED);
        let ids: Vec<Revision> = rows.map(|at| table.history.id(at)).collect();
        clock.survey(table.history).await;
        clock.look_at(table.history, &ids).await;
    }
    let untold = clock.dating.why_untold();
    let times = Times { clock: clock.clock(), untold: untold.as_deref(), zone: &zone };
    let times = args.times.then_some(times);
    let (all, plan) = (args.all, plan.as_ref());
    let chain = Chain { table, key, plan, verdict: &verdict, all, times };
    let status = if table.is_whole() { Status::Clean } else { Status::Unknown };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        ChainFormat::Text => report::text::chain(&mut out, appearance::page(context.look), &chain),
        ChainFormat::Json => report::json::chain(&mut out, &chain),
        ChainFormat::Dot => report::dot::text(&mut out, &chain),
    };
    printed(written.and_then(|()| out.flush()), status)
}
