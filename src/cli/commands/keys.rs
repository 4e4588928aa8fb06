//! `keys`: the keys that are live, now or at a revision.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

use clap::Args as Group;
use kinescope::report;
use kinescope::source::Error;

use crate::cli::at::{At, Which, at, check};
use crate::cli::output::{Format, printed};
use crate::cli::policy::current;
use crate::cli::{Context, Status, appearance};

#[derive(Debug, Group)]
pub(in crate::cli) struct Keys {
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// List the keys as they were at this revision or time
    ///
    /// Without it, as they are now. What a compaction has made unknowable is counted and told.
    #[arg(long, value_name = "REV|TIME", value_parser = at, allow_negative_numbers = true)]
    pub(in crate::cli) at: Option<At>,
    /// List the keys that were deleted, and those of which nobody can tell, as well
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

/// Runs `kinescope keys`.
pub(in crate::cli) async fn keys(args: Keys, context: &Context) -> Result<Status, Error> {
    let source = context.server.source(args.source)?;
    let mut read = context.read(source).await?;
    let at =
        read.revision(args.at.as_ref(), Which::Before, &appearance::zone(context.look)).await?;
    let under = args.under.as_encoded_bytes();
    let table = read.table();
    let at = at.map_or_else(|| Ok(current(table.history)), |at| check(&table, at))?;
    let keys = report::Keys::new(table, at, args.all, under);
    let status = if keys.is_whole() { Status::Clean } else { Status::Unknown };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Text => report::text::keys(&mut out, appearance::page(context.look), &keys),
        Format::Json => report::json::keys(&mut out, &keys),
        Format::Markdown => {
            appearance::spelled(context.look, &mut out, |out| report::markdown::keys(out, &keys))
        }
    };
    printed(written.and_then(|()| out.flush()), status)
}
