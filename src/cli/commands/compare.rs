//! `compare`: how two tables differ.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

use clap::{ArgGroup, Args as Group};
use kinescope::report;
use kinescope::source::{Error, Log, Source};

use crate::cli::context::Read;
use crate::cli::output::{Format, printed};
use crate::cli::{Context, Status, appearance, progress};

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
    /// Compare values as well: every column of every row
    ///
    /// All values of both tables are read for that, those of Secrets too. Only their hashes are compared, and
    /// nothing of a value is shown.
    #[arg(long)]
    pub(in crate::cli) values: bool,
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
    let (first, values) = read(context, first, log.clone(), args.values).await?;
    let (second, others) = read(context, second, log, args.values).await?;
    let values = values.as_deref().zip(others.as_deref()).map(<[_; 2]>::from);
    let compare = report::Compare::new([first.table(), second.table()], values, args.all);
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

/// Reads a table, and what its values are in numbers, where that is wanted.
async fn read(
    context: &Context,
    source: Source,
    log: Log,
    with_values: bool,
) -> Result<(Read, Option<Vec<[u64; 2]>>), Error> {
    if !with_values {
        return Ok((context.read_logged(source, log).await?, None));
    }
    let (read, mut contents) = context.read_with_contents_logged(source, log).await?;
    let table = read.table();
    if !table.is_understood() {
        let what = format!("the values of {} cannot be compared", read.source);
        return Err(Error::new(what)
            .because("its rows were read only in part")
            .hint("Compare the tables without --values to see what was not read."));
    }
    let values = progress::values(&read.source, table.history, &mut contents).await?;
    Ok((read, Some(values)))
}
