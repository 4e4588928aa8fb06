//! `compare`: how two tables differ.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

use clap::{ArgGroup, Args as Group};
use kinescope::report;
use kinescope::source::Error;

use crate::cli::output::{Format, printed};
use crate::cli::{Context, Status, appearance};

// Which of the two a single word is, is not for the parser.
#[derive(Debug, Group)]
#[command(override_usage = "kinescope compare [OPTIONS] [SOURCE] <SOURCE>")]
#[command(group = ArgGroup::new("tables").required(true).multiple(true))]
pub(in crate::cli) struct Compare {
    /// Compare this table
    ///
    /// If only one SOURCE is given, it is the second, and the first comes from the options or the
    /// environment.
    #[arg(value_name = "SOURCE", group = "tables")]
    pub(in crate::cli) source: Option<OsString>,
    /// Compare it with this one: a backup, a replica, or the same table at another time
    #[arg(value_name = "SOURCE", group = "tables")]
    pub(in crate::cli) other: Option<OsString>,
    /// List everything; otherwise long lists are cut short
    ///
    /// JSON always lists everything.
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}

/// Runs `kinescope compare`.
pub(in crate::cli) async fn compare(args: Compare, context: &Context) -> Result<Status, Error> {
    let (first, second) = match (args.source, args.other) {
        (Some(first), Some(second)) => (Some(first), second),
        (one, other) => (None, one.or(other).unwrap_or_default()),
    };
    let [first, second] = context.server.pair(first, second)?;
    let log = context.server.log_of(&[&first, &second])?;
    let first = context.read_logged(first, log.clone()).await?;
    let second = context.read_logged(second, log).await?;
    let compare = report::Compare::new([first.table(), second.table()], args.all);
    let status = match () {
        () if !compare.is_whole() => Status::Unknown,
        () if compare.comparison.differs() => Status::Something,
        () => Status::Clean,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Text => report::text::compare(&mut out, appearance::page(context.look), &compare),
        Format::Json => report::json::compare(&mut out, &compare),
        Format::Markdown => appearance::spelled(context.look, &mut out, |out| {
            report::markdown::compare(out, &compare)
        }),
    };
    printed(written.and_then(|()| out.flush()), status)
}
