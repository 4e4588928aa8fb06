//! `diff`: what changed between two moments of a table.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufWriter, Write};

use clap::{ArgGroup, Args as Group};
use kinescope::report;
use kinescope::source::Error;
use kinescope::source::locate::may_be_endpoint;

use crate::cli::at::{At, Which, check};
use crate::cli::output::{Format, printed};
use crate::cli::{Context, Status, appearance};

// Which words are the moments is not for the parser: without a SOURCE there are two of them.
#[derive(Debug, Group)]
#[command(override_usage = "kinescope diff [OPTIONS] [SOURCE] <A> <B>")]
#[command(group = ArgGroup::new("moments").required(true).multiple(true))]
pub(in crate::cli) struct Diff {
    /// Read this table
    #[arg(value_name = "SOURCE", group = "moments")]
    pub(in crate::cli) source: Option<OsString>,
    /// Begin at this revision or time
    ///
    /// If only two arguments are given, they are A and B, and SOURCE comes from the options or the
    /// environment.
    #[arg(value_name = "A", group = "moments")]
    pub(in crate::cli) from: Option<OsString>,
    /// End at this revision or time
    ///
    /// It may be before A: then what was created since is deleted, as in a reversed git diff.
    #[arg(value_name = "B", group = "moments")]
    pub(in crate::cli) to: Option<OsString>,
    /// List every key; otherwise long lists are cut short
    ///
    /// JSON always lists every key.
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Look only at the keys whose names begin with PREFIX
    ///
    /// The whole table is read all the same, so that times are known, and what the rest tells.
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    pub(in crate::cli) under: OsString,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}

/// Runs `kinescope diff`.
pub(in crate::cli) async fn diff(args: Diff, context: &Context) -> Result<Status, Error> {
    let (source, from, to) = match (args.source, args.from, args.to) {
        (Some(source), Some(from), Some(to)) => (Some(source), from, to),
        (Some(from), Some(to), None) if !may_be_endpoint(&from.to_string_lossy()) => {
            (None, from, to)
        }
        _ => return Err(too_few()),
    };
    let (from, to) = (moment(&from)?, moment(&to)?);
    let source = context.server.source(source)?;
    let mut read = context.read(source).await?;
    let zone = appearance::zone(context.look);
    let from = read.revision(Some(&from), Which::Before, &zone).await?.unwrap_or_default();
    let to = read.revision(Some(&to), Which::Until, &zone).await?.unwrap_or_default();
    let under = args.under.as_encoded_bytes();
    let table = read.table();
    let (from, to) = (check(&table, from)?, check(&table, to)?);
    let diff = report::Diff::new(table, (from, to), args.all, under);
    let status = match () {
        () if !diff.is_whole() => Status::Unknown,
        () if diff.diff.differs() => Status::Something,
        () if diff.is_known() => Status::Clean,
        () => Status::Unknown,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Text => report::text::diff(&mut out, appearance::page(context.look), &diff),
        Format::Json => report::json::diff(&mut out, &diff),
        Format::Markdown => {
            appearance::spelled(context.look, &mut out, |out| report::markdown::diff(out, &diff))
        }
    };
    printed(written.and_then(|()| out.flush()), status)
}

fn moment(argument: &OsStr) -> Result<At, Error> {
    At::of(argument)
        .map_err(|error| error.hint("diff takes a SOURCE and two revisions or times: A and B."))
}

fn too_few() -> Error {
    Error::usage("diff needs two revisions, A and B, after its SOURCE")
        .hint("kinescope diff SOURCE A B, or set KINESCOPE_ENDPOINT and name A and B alone.")
}
