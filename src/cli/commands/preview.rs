//! `preview`: what a compaction would do.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args as Group;
use kinescope::history::certificate::Certificate;
use kinescope::history::compaction::WINDOW;
use kinescope::report::{self, Times};
use kinescope::source::Error;

use crate::cli::at::{At, Which, at};
use crate::cli::output::{Format, printed};
use crate::cli::policy::{Compaction, policy};
use crate::cli::trial::Tried;
use crate::cli::{Context, Status, appearance, textfile};

#[derive(Debug, Group)]
pub(in crate::cli) struct Preview {
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// Preview a compaction to this revision
    ///
    /// Without it, the target is as far as kine would go: the current revision less those that are
    /// retained. A time, such as 2026-11-20T02:10Z or 02:10, is the last revision that is known to have been
    /// written before it.
    #[arg(long, value_name = "REV|TIME", value_parser = at, allow_negative_numbers = true)]
    pub(in crate::cli) target: Option<At>,
    /// Judge only that target, and not what becomes of keys in the end
    #[arg(long)]
    pub(in crate::cli) only_target: bool,
    #[command(flatten)]
    pub(in crate::cli) compaction: Compaction,
    #[command(flatten)]
    pub(in crate::cli) tried: Tried,
    /// List the rows that are removed and those that survive
    #[arg(long)]
    pub(in crate::cli) rows: bool,
    /// Show when the rows were written that decide, and when kine gets to them
    ///
    /// Values of some hundred rows tell, never those of Secrets: kinescope help times. A forecast is at the rate
    /// of the last hour, and only of a database that somebody compacts.
    #[arg(long)]
    pub(in crate::cli) times: bool,
    /// Write a certificate of the table and of this compaction to a new file
    ///
    /// kinescope verify holds the table against it later: before the compaction, and after it. It has the
    /// revisions of all rows, hashes of them and the names of keys that change, but no value. The file is
    /// readable by its owner alone; one that is there is not replaced.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) certificate: Option<PathBuf>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}

/// Runs `kinescope preview`.
pub(in crate::cli) async fn preview(args: Preview, context: &Context) -> Result<Status, Error> {
    if args.certificate.is_some() {
        args.tried.refuse("a certificate")?;
    }
    let source = context.server.source(args.source)?;
    let mut read = context.read(source).await?;
    let zone = appearance::zone(context.look);
    let target = read.revision(args.target.as_ref(), Which::Before, &zone).await?;
    read.attempt(&args.tried).await?;
    let table = read.table();
    let policy = policy(&table, target, args.compaction, context.kine)?;
    let preview = report::Preview::new(table, target, policy, args.rows);
    let preview = if args.only_target { preview.only_target() } else { preview };
    let mut clock = read.clock();
    let now = read.now().filter(|_| read.source.database().is_some());
    if args.times {
        clock.survey(table.history).await;
        clock.look_at(table.history, &preview.dates()).await;
        if let Some(now) = now {
            clock.find(table.history, now.saturating_sub(WINDOW)).await;
        }
    }
    let untold = clock.dating.why_untold();
    let times = Times { clock: clock.clock(), untold: untold.as_deref(), zone: &zone };
    let preview = if args.times { preview.dated(times, now) } else { preview };
    let status = match () {
        () if !table.is_whole() => Status::Unknown,
        () if preview.changes_keys() => Status::Something,
        () => Status::Clean,
    };
    if let Some(path) = &args.certificate {
        certify(path, &preview)?;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Text => report::text::preview(&mut out, appearance::page(context.look), &preview),
        Format::Json => report::json::preview(&mut out, &preview),
        Format::Markdown => appearance::spelled(context.look, &mut out, |out| {
            report::markdown::preview(out, &preview)
        }),
    };
    printed(written.and_then(|()| out.flush()), status)
}

/// Writes a certificate of what is previewed.
fn certify(path: &Path, preview: &report::Preview<'_>) -> Result<(), Error> {
    let report::Preview { table, plan, .. } = preview;
    if !table.is_whole() || table.history.may_be_a_part() {
        return Err(Error::usage(
            "no certificate was written: it is of a whole table, and this is a part",
        )
        .hint("Leave out --since and --prefix, and read the table from its start to its end."));
    }
    let certificate = Certificate::of(table.history, plan);
    let mut bytes = Vec::new();
    report::json::certificate(&mut bytes, table, &certificate)
        .map_err(|why| Error::new("the certificate could not be made").because(why))?;
    textfile::write_new(path, &bytes)
}
