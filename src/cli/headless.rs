//! `show` and `preview`: read everything, print, and tell.

use std::ffi::OsStr;
use std::io::{self, BufWriter, ErrorKind, Write};

use kinescope::find::{closest, key_named};
use kinescope::history::compaction::{Algorithm, Policy, Verdict, Version, plan};
use kinescope::history::{History, Revision};
use kinescope::report::{self, Chain, Made, Table};
use kinescope::source::locate::may_be_endpoint;
use kinescope::source::{Error, Loaded, Options, Source};
use kinescope::text::{escape, printable, unescape};

use super::args::{ChainFormat, Compaction, Format, Look, Preview, Show};
use super::server::Server;
use super::{Status, loading, look, say, typed};

/// Runs `kinescope preview`.
pub(super) async fn preview(
    args: Preview,
    server: &Server,
    options: Options,
    kine: Option<Version>,
    look: Look,
) -> Result<Status, Error> {
    let mut source = server.source(args.source)?;
    let log = server.log(&source)?;
    let loaded = loading::read(&mut source, options, &log).await?;
    let name = Name::of(&source);
    let table = table(&name, &loaded);
    let policy = policy(&table, args.target, args.compaction, kine)?;
    let preview = report::Preview::new(table, args.target, policy, args.rows);
    let preview = if args.only_target { preview.only_target() } else { preview };
    let status = match () {
        () if !table.is_whole() => Status::Unknown,
        () if preview.changes_keys() => Status::Something,
        () => Status::Clean,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Text => report::preview::text(&mut out, look::page(look), &preview),
        Format::Json => report::json::preview(&mut out, &preview),
        Format::Markdown => {
            look::spelled(look, &mut out, |out| report::markdown::preview(out, &preview))
        }
    };
    printed(written.and_then(|()| out.flush()), status)
}

/// Runs `kinescope show`.
pub(super) async fn show(
    args: Show,
    server: &Server,
    options: Options,
    kine: Option<Version>,
    look: Look,
) -> Result<Status, Error> {
    let (mut source, key) = match (args.source, args.key) {
        (Some(source), Some(key)) => (server.source(Some(source))?, key),
        (one, other) => {
            let key = one.or(other).unwrap_or_default();
            if may_be_endpoint(&key.to_string_lossy()) {
                return Err(only_one(&key));
            }
            (server.found(None)?.ok_or_else(|| only_one(&key))?, key)
        }
    };
    let log = server.log(&source)?;
    let loaded = loading::read(&mut source, options, &log).await?;
    let name = Name::of(&source);
    let table = table(&name, &loaded);
    let target = args.target.or_else(|| args.preview.then(|| current(table.history)));
    let policy = Policy { algorithm: rule(kine, target), kine, ..Policy::DEFAULT.without_retain() };
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
    let chain = Chain { table, key, plan: plan.as_ref(), verdict: &verdict, all: args.all };
    let status = if table.is_whole() { Status::Clean } else { Status::Unknown };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        ChainFormat::Text => report::chain::text(&mut out, look::page(look), &chain),
        ChainFormat::Json => report::json::chain(&mut out, &chain),
        ChainFormat::Dot => report::dot::text(&mut out, &chain),
    };
    printed(written.and_then(|()| out.flush()), status)
}

/// The status of a command whose output was written. A reader who has seen enough and is gone, as
/// `head` is, is no failure.
pub(super) fn printed(written: io::Result<()>, status: Status) -> Result<Status, Error> {
    match written {
        Ok(()) => Ok(status),
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(status),
        Err(why) => Err(Error::new("cannot write the output").because(why)),
    }
}

/// What a source is called in a report.
pub(super) struct Name {
    shown: String,
    server: Option<(String, String)>,
}

impl Name {
    pub(super) fn of(source: &Source) -> Self {
        Self { shown: source.to_string(), server: source.server_and_database() }
    }
}

pub(super) fn table<'a>(name: &'a Name, loaded: &'a Loaded) -> Table<'a> {
    let server = name.server.as_ref();
    Table {
        source: &name.shown,
        kind: &loaded.opened.kind,
        history: &loaded.history,
        notes: &loaded.opened.notes,
        unread: loaded.unread.first(),
        unread_rows: loaded.unread.count(),
        partial: loaded.error.as_ref(),
        made: Some(Made {
            version: env!("CARGO_PKG_VERSION"),
            moment: &loaded.opened.moment,
            server: server.map(|(server, database)| (server.as_str(), database.as_str())),
        }),
    }
}

fn only_one(argument: &OsStr) -> Error {
    let argument = typed::shown(argument);
    Error::usage(format!("a SOURCE and a KEY are needed, and there is only {argument}"))
        .hint("Name both, or set KINESCOPE_ENDPOINT and name the key.")
}

/// What a version of kine does: by itself, or when it is asked to compact to a target.
pub(super) fn rule(kine: Option<Version>, target: Option<Revision>) -> Algorithm {
    match (kine, target) {
        (None, _) => Algorithm::default(),
        (Some(version), None) => Algorithm::of(version),
        (Some(version), Some(_)) => Algorithm::on_request(version),
    }
}

pub(super) fn current(history: &History) -> Revision {
    history.current().unwrap_or_default()
}

/// kine's settings as they were typed.
pub(super) fn policy(
    table: &Table<'_>,
    target: Option<Revision>,
    typed: Compaction,
    kine: Option<Version>,
) -> Result<Policy, Error> {
    let rule = rule(kine, target);
    if let Some(target) = target {
        check_target(table, target, rule)?;
    }
    Ok(typed.policy(rule, kine))
}

/// Refuses a target that the table cannot be compacted to. What the current revision is, a table
/// that was read whole tells, or the source of a part.
fn check_target(table: &Table<'_>, target: Revision, rule: Algorithm) -> Result<(), Error> {
    let current = current(table.history);
    let compacted = table.history.compacted().unwrap_or_default();
    let is_known = table.is_whole() || table.history.profile().current.is_some();
    if is_known && target > current {
        return Err(Error::usage(format!(
            "the target {target} is beyond the current revision {current}"
        ))
        .hint(format!("Name a target up to {current}.")));
    }
    // That request did not ask what was compacted before.
    if target < compacted && rule != Algorithm::Request {
        return Err(Error::usage(format!(
            "the target {target} is before the compact revision {compacted}"
        ))
        .hint(format!("The table is compacted to {compacted} already: name a later target.")));
    }
    Ok(())
}

fn not_found(table: &Table<'_>, name: &[u8]) -> String {
    let place = if table.is_whole() { "the table" } else { "the part of the table that was read" };
    // It may have been typed as it is shown.
    let name = escape(&unescape(name)).into_owned();
    let mut text = format!("kinescope: there is no key {name} in {place}\n");
    if let Some(error) = table.partial {
        text.push_str(&format!("  why: {}\n", printable(&error.in_full())));
        let hint = error.what_to_do().map(printable);
        text.extend(hint.map(|hint| format!("  try: {hint}\n")));
    }
    let closest = closest(table.history, &name, usize::MAX, 5);
    if !closest.is_empty() {
        text.push_str("  closest: ");
        text.push_str(&closest.join("\n           "));
        text.push('\n');
    }
    text
}
