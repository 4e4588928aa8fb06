//! `audit`: what is broken.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

use kinescope::audit::{Baseline, Levels, Severity};
use kinescope::history::compaction::Version;
use kinescope::place::read_at_most;
use kinescope::report::{self, Unwritable};
use kinescope::source::{Error, Options};
use kinescope::text::escape;

use super::args::{Audit, AuditFormat, Look};
use super::headless::{Name, printed, rule, table};
use super::server::Server;
use super::{Status, loading, look, textfile, unknown};

/// Runs `kinescope audit`.
pub(super) async fn audit(
    args: Audit,
    server: &Server,
    options: Options,
    kine: Option<Version>,
    look: Look,
) -> Result<Status, Error> {
    let levels = levels(&args)?;
    let baseline = args.baseline.as_deref().map(baseline).transpose()?.unwrap_or_default();
    let mut source = server.source(args.source)?;
    let log = server.log(&source)?;
    let options = options.with_all_columns();
    let loaded = loading::read(&mut source, options, &log).await?;
    let (name, short) = (Name::of(&source), source.short());
    let table = table(&name, &loaded);
    let policy = args.compaction.policy(rule(kine, None), kine);
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
        AuditFormat::Text => report::audit::text(&mut out, look::page(look), &audit),
        AuditFormat::Json => report::json::audit(&mut out, &audit),
        AuditFormat::Markdown => {
            look::spelled(look, &mut out, |out| report::markdown::audit(out, &audit))
        }
        AuditFormat::Sql => match report::repair::repair(&mut out, &table, &audit.verdict) {
            Ok(Err(why)) => return Err(unwritable(why)),
            Ok(Ok(())) => Ok(()),
            Err(why) => Err(why),
        },
    };
    let status = printed(written.and_then(|()| out.flush()), status)?;
    kept.map(|()| status)
}

/// What was typed of rules: which count, and how much.
fn levels(args: &Audit) -> Result<Levels, Error> {
    let mut levels = Levels::default();
    for name in args.only.iter().flat_map(|names| names.split(',')) {
        levels.only(unknown::rule(name)?);
    }
    for said in &args.severity {
        let (name, level) = said.split_once('=').ok_or_else(|| {
            let said = escape(said.as_bytes());
            Error::usage(format!("--severity {said} names no level"))
                .hint("Write it as --severity fork=warning.")
        })?;
        levels.set(unknown::rule(name)?, severity(level)?);
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
        Error::usage(format!("there is no level {}", escape(level.as_bytes())))
            .hint("Choose one of error, warning, info and ignore.")
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
        Error::usage(format!("{name} is no baseline")).because(why).hint(
            "Make one with `kinescope audit SOURCE --format json`, into a file of another name.",
        )
    })
}

fn unwritable(why: Unwritable) -> Error {
    let what = "the statements cannot be written";
    match why {
        Unwritable::Excerpt => Error::usage(what).hint(
            "Export the whole table, SELECT id, name, created, deleted, create_revision, \
             prev_revision, lease FROM kine, or give an endpoint.",
        ),
        Unwritable::Part => {
            Error::new(what).hint("Leave out --since and --prefix, and read the table to its end.")
        }
        Unwritable::Unread => Error::new(what).hint(
            "`kinescope audit SOURCE` lists them. Export the table anew, or give an endpoint.",
        ),
        Unwritable::View => Error::new(what).hint("Name the database that holds the table itself."),
    }
    .because(why)
}

fn metrics(path: &Path, audit: &report::Audit<'_>, source: &str) -> Result<(), Error> {
    let at = audit.table.made.and_then(|made| made.moment.at).unwrap_or(UNIX_EPOCH);
    let now = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut bytes = Vec::new();
    report::metrics::audit(&mut bytes, audit, source, now)
        .map_err(|why| Error::new("cannot write the metrics").because(why))?;
    textfile::write(path, &bytes)
}
