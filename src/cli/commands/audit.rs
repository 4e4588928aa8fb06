//! `audit`: what is broken.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use clap::{Args as Group, ValueEnum};
use kinescope::audit::{Baseline, Levels, Severity};
use kinescope::place::read_at_most;
use kinescope::repair::{Choices, Repair};
use kinescope::report;
use kinescope::source::{Database, Error};
use kinescope::text::escape;

use super::repair::unwritable;
use crate::cli::output::printed;
use crate::cli::policy::{Compaction, algorithm};
use crate::cli::trial::Tried;
use crate::cli::{Context, Status, appearance, suggest, textfile};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum AuditFormat {
    #[default]
    Text,
    Json,
    /// For a ticket
    Markdown,
    /// The statements of kinescope repair
    Sql,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct Audit {
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: AuditFormat,
    /// List every finding; otherwise long lists are cut short
    ///
    /// JSON always lists everything.
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Exit with status 1 if a finding is at least this serious
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub(in crate::cli) fail_on: FailOn,
    /// Treat a rule as an error, warning or info, or ignore it
    ///
    /// It may be given several times.
    #[arg(long, value_name = "RULE=LEVEL")]
    pub(in crate::cli) severity: Vec<String>,
    /// Check only these rules
    ///
    /// It may be given several times.
    #[arg(long, value_name = "RULE,...")]
    pub(in crate::cli) only: Vec<String>,
    /// Leave out the findings of an earlier audit, and only count them
    ///
    /// FILE is what that audit printed with --format json. A finding is the same if its rule, key and
    /// revisions are.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Have SQLite look for damage in its file as well
    ///
    /// SQLite reads the whole file for that, and kine's checkpoint waits meanwhile.
    #[arg(long)]
    pub(in crate::cli) quick_check: bool,
    #[command(flatten)]
    pub(in crate::cli) compaction: Compaction,
    #[command(flatten)]
    pub(in crate::cli) tried: Tried,
    /// Write metrics to this file as well
    ///
    /// They are for the textfile collector of Prometheus' node exporter.
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) textfile: Option<PathBuf>,
}

/// From which severity on a finding makes the exit status 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FailOn {
    #[default]
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    pub(in crate::cli) const fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// Runs `kinescope audit`.
pub(in crate::cli) async fn audit(args: Audit, context: &Context) -> Result<Status, Error> {
    let levels = levels(&args)?;
    let baseline = args.baseline.as_deref().map(baseline).transpose()?.unwrap_or_default();
    let source = context.server.source(args.source)?;
    if args.quick_check && !source.database().is_some_and(Database::has_quick_check) {
        return Err(Error::usage("--quick-check is for a database of SQLite")
            .hint("Leave it out, or name a state.db."));
    }
    let short = source.short();
    if args.format == AuditFormat::Sql {
        args.tried.refuse("the SQL that repairs")?;
    }
    if args.textfile.is_some() {
        args.tried.refuse("a file of metrics")?;
    }
    let mut read = context.read(source).await?;
    read.attempt(&args.tried).await?;
    let table = read.table();
    let policy = args.compaction.policy(algorithm(context.kine, None), context.kine);
    let audit = report::Audit::new(table, &levels, &baseline, policy, args.all);
    let status = match args.fail_on.severity() {
        _ if !table.is_whole() => Status::Unknown,
        Some(least) if audit.worst() >= Some(least) => Status::Something,
        _ => Status::Clean,
    };
    // Before the report: its reader may have seen enough, or the disk may be full.
    let kept = args.textfile.map_or(Ok(()), |path| metrics(&path, &audit, &short));
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        AuditFormat::Text => report::text::audit(&mut out, appearance::page(context.look), &audit),
        AuditFormat::Json => report::json::audit(&mut out, &audit),
        AuditFormat::Markdown => {
            appearance::spelled(context.look, &mut out, |out| report::markdown::audit(out, &audit))
        }
        AuditFormat::Sql => {
            report::sql::check(&table).map_err(unwritable)?;
            let repair = Repair::of(table.history, &audit.verdict, &Choices::default());
            report::sql::repair(&mut out, &table, &audit.verdict, &repair)
        }
    };
    let status = printed(written.and_then(|()| out.flush()), status)?;
    kept.map(|()| status)
}

/// What was typed of rules: which count, and how much.
fn levels(args: &Audit) -> Result<Levels, Error> {
    let mut levels = Levels::default();
    for name in args.only.iter().flat_map(|names| names.split(',')) {
        levels.only(suggest::rule(name)?);
    }
    for said in &args.severity {
        let (name, level) = said.split_once('=').ok_or_else(|| {
            let said = escape(said.as_bytes());
            Error::usage(format!("--severity {said} names no severity"))
                .hint("Write it as --severity fork=warning.")
        })?;
        levels.set(suggest::rule(name)?, severity(level)?);
    }
    Ok(levels)
}

/// A level; `None` to ignore the rule.
fn severity(level: &str) -> Result<Option<Severity>, Error> {
    if level == "ignore" {
        return Ok(None);
    }
    let known = Severity::ALL.into_iter().find(|severity| severity.name() == level);
    known.map(Some).ok_or_else(|| {
        Error::usage(format!("there is no severity {}", escape(level.as_bytes())))
            .hint("Expected error, warning, info or ignore.")
    })
}

/// No report that a baseline is made of is longer; a device never ends.
const LONGEST: u64 = 4 << 30;

/// The findings that are known already.
fn baseline(path: &Path) -> Result<Baseline, Error> {
    let name = escape(path.as_os_str().as_encoded_bytes()).into_owned();
    let text = read_at_most(path, LONGEST)
        .map_err(|why| Error::new(format!("cannot read the baseline {name}")).because(why))?;
    report::json::baseline(&text).map_err(|why| {
        Error::usage(format!("{name} is not a baseline")).because(why).hint(
            "Make one with `kinescope audit SOURCE --format json > FILE`, with another file name.",
        )
    })
}

fn metrics(path: &Path, audit: &report::Audit<'_>, source: &str) -> Result<(), Error> {
    let at = audit.table.made.and_then(|made| made.moment.at).unwrap_or(UNIX_EPOCH);
    let now = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut bytes = Vec::new();
    report::metrics::audit(&mut bytes, audit, source, now)
        .map_err(|why| Error::new("cannot write the metrics").because(why))?;
    textfile::write(path, &bytes)
}
