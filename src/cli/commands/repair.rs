//! `repair`: what mends a table, and what undoes that.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args as Group, ValueEnum};
use kinescope::find::key_named;
use kinescope::history::RowIx;
use kinescope::history::compaction::{Policy, Verdict};
use kinescope::repair::{self, Choices};
use kinescope::report::{self, Table, Unwritable, sql};
use kinescope::source::{Error, Extent, Found, Wanted};
use kinescope::text::{count, escape, ungrouped};
use kinescope::value::Value;
use tokio::sync::mpsc::channel;

use super::get::unavailable;
use crate::cli::context::Read;
use crate::cli::interrupt::interruptible;
use crate::cli::output::printed;
use crate::cli::policy::algorithm;
use crate::cli::row::{absent, not_found};
use crate::cli::{Context, Status, appearance, say, textfile};

#[derive(Debug, Group)]
pub(in crate::cli) struct Repair {
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// Choose the output format; without it, text on a terminal and SQL elsewhere
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<RepairFormat>,
    /// Write the SQL to a new file, and what undoes it to another beside that
    ///
    /// The undo of mend.sql is mend.undo.sql. It has the values of the rows that are deleted, of Secrets
    /// too: only you can read both files.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) to: Option<PathBuf>,
    /// Of a forked key, keep the branch that ends at this revision; otherwise the newest row's
    ///
    /// The key gets the value of that revision. It may be given several times.
    #[arg(long, value_name = "KEY=REV")]
    pub(in crate::cli) keep: Vec<OsString>,
    /// Keep the keys that have probably come back after a deletion, or delete them once more
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) returned: Returned,
    /// List every row; otherwise long lists are cut short
    ///
    /// JSON and SQL always have every row.
    #[arg(long)]
    pub(in crate::cli) all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RepairFormat {
    Text,
    Json,
    /// For a ticket
    Markdown,
    /// Statements to read and run
    Sql,
}

/// What to do with keys that came back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Returned {
    #[default]
    Keep,
    Delete,
}

/// Runs `kinescope repair`.
pub(in crate::cli) async fn repair(args: Repair, context: &Context) -> Result<Status, Error> {
    let source = context.server.source(args.source)?;
    let read = context.read(source).await?;
    let table = read.table();
    sql::check(&table).map_err(unwritable)?;
    let algorithm = algorithm(context.kine, None);
    let policy = Policy { algorithm, kine: context.kine, ..Policy::DEFAULT }.by_itself();
    let verdict = Verdict::of(table.history, policy);
    let mut choices = Choices {
        returned: match args.returned {
            Returned::Keep => repair::Returned::Keep,
            Returned::Delete => repair::Returned::Delete,
        },
        ..Choices::default()
    };
    for typed in &args.keep {
        if let Some(status) = keep(&table, typed, &mut choices)? {
            return Ok(status);
        }
    }
    let repair = repair::Repair::of(table.history, &verdict, &choices);
    let status = if repair.is_sound() { Status::Clean } else { Status::Something };
    let is_written = args.to.is_some();
    if let Some(to) = args.to {
        write(&read, &verdict, &repair, &to).await?;
    }
    let is_read = is_written || io::stdout().is_terminal();
    let usual = if is_read { RepairFormat::Text } else { RepairFormat::Sql };
    let mut out = BufWriter::new(io::stdout().lock());
    let report = report::Repair { table, verdict: &verdict, repair: &repair, all: args.all };
    let written = match args.format.unwrap_or(usual) {
        RepairFormat::Text => {
            report::text::repair(&mut out, appearance::page(context.look), &report)
        }
        RepairFormat::Json => report::json::repair(&mut out, &report),
        RepairFormat::Markdown => appearance::spelled(context.look, &mut out, |out| {
            report::markdown::repair(out, &report)
        }),
        RepairFormat::Sql => sql::repair(&mut out, &table, &verdict, &repair),
    };
    printed(written.and_then(|()| out.flush()), status)
}

/// Takes KEY=REV; where there is no such key, that is said, and this is how the command ends.
fn keep(table: &Table<'_>, typed: &OsStr, choices: &mut Choices) -> Result<Option<Status>, Error> {
    let bytes = typed.as_encoded_bytes();
    let shown = escape(bytes).into_owned();
    let parts = bytes.iter().rposition(|&byte| byte == b'=').and_then(|at| {
        let revision = str::from_utf8(&bytes[at + 1..]).ok().and_then(ungrouped)?;
        Some((&bytes[..at], revision))
    });
    let Some((name, revision)) = parts else {
        return Err(Error::usage(format!("--keep {shown} names no revision"))
            .hint("Write it as --keep KEY=REV."));
    };
    let history = table.history;
    let Some(key) = key_named(history, name) else {
        say(&not_found(table, name));
        return Ok(Some(absent(table)));
    };
    let row = history.find(revision).filter(|&at| history.key_at(at) == Some(key));
    let refused = |why: String| {
        Error::usage(format!("--keep {shown} cannot be chosen"))
            .because(why)
            .hint("kinescope show SOURCE KEY --all draws its branches.")
    };
    let name = escape(history.name(key));
    let row = row.ok_or_else(|| refused(format!("{name} has no row {revision}")))?;
    choices.keep(history, key, row).map_err(|why| refused(why.to_string()))?;
    Ok(None)
}

/// Writes the statements and what undoes them into new files: both or, where the source tells values,
/// neither.
async fn write(
    read: &Read,
    verdict: &Verdict,
    repair: &repair::Repair,
    to: &Path,
) -> Result<(), Error> {
    if repair.steps.is_empty() {
        say("kinescope: there is nothing to write: no statement mends what there is\n");
        return Ok(());
    }
    let undo_to = undo_of(to);
    for path in [to, &undo_to] {
        if path.symlink_metadata().is_ok() {
            let path = escape(path.as_os_str().as_encoded_bytes()).into_owned();
            return Err(Error::new(format!("cannot write {path}"))
                .because("it is there already")
                .hint("Name a file that is not there yet."));
        }
    }
    let table = read.table();
    let undo = undo(read, &table, repair).await?;
    let mut statements = Vec::new();
    sql::repair(&mut statements, &table, verdict, repair)
        .map_err(|why| Error::new("cannot write the statements").because(why))?;
    let shown = |path: &Path| escape(path.as_os_str().as_encoded_bytes()).into_owned();
    match &undo {
        Ok(undo) => textfile::write_new(&undo_to, undo)?,
        Err(why) => say(&format!(
            "kinescope: there is no undo of the rows: {why}\n  try: make a backup before you run {}\n",
            shown(to)
        )),
    }
    let written = textfile::write_new(to, &statements);
    // An undo of nothing must not pass for one of something.
    if undo.is_ok() && written.is_err() {
        drop(fs::remove_file(&undo_to));
    }
    written?;
    let beside =
        if undo.is_ok() { format!(", and its undo {}", shown(&undo_to)) } else { String::new() };
    say(&format!("kinescope: wrote {}{beside}\n", shown(to)));
    Ok(())
}

/// The name of the file that undoes another.
fn undo_of(to: &Path) -> PathBuf {
    match to.extension() {
        Some(extension) => {
            let mut undo = OsString::from("undo.");
            undo.push(extension);
            to.with_extension(undo)
        }
        None => to.with_extension("undo"),
    }
}

/// The statements that undo a repair, with the values of the rows that it deletes; or why the source does not
/// tell those.
async fn undo(
    read: &Read,
    table: &Table<'_>,
    repair: &repair::Repair,
) -> Result<Result<Vec<u8>, String>, Error> {
    let history = table.history;
    let rows: Vec<RowIx> =
        repair.deleted().iter().flat_map(|deletion| &deletion.rows).copied().collect();
    let wanted: Vec<Wanted> =
        rows.iter().map(|&at| Wanted::of(history, at).with(Extent::Revealed)).collect();
    let failed = |why: io::Error| Error::new("cannot write the undo").because(why);
    let mut out = Vec::new();
    sql::undo::begin(&mut out, table, repair).map_err(failed)?;
    let (sender, found) = channel(4);
    let taking = async {
        // It is dropped where this ends early, which ends the reading.
        let mut found = found;
        for &at in &rows {
            let came = found.recv().await;
            let values = match came {
                Some(Found::Values(values)) => values,
                Some(Found::Unknown(why)) => return Ok(Err(why)),
                Some(found) => {
                    let name = history.row(at).name.unwrap_or_default();
                    return Err(unavailable(found, history.id(at), &escape(name)));
                }
                None => return Err(Error::new("not all values came")),
            };
            let both = [&values.value, &values.old_value].map(Option::as_ref);
            if both.iter().flatten().any(|value| value.is_cut()) {
                return Ok(Err(format!("a value of revision {} is too long", history.id(at))));
            }
            let bytes = both.map(|value: Option<&Value>| value.map(|value| &value.bytes[..]));
            sql::undo::row(&mut out, history, at, bytes).map_err(failed)?;
        }
        Ok(Ok(()))
    };
    let reading = read.source.values(wanted, &read.log, sender);
    let taken = interruptible(async {
        let (taken, ()) = tokio::join!(taking, reading);
        taken
    })
    .await?;
    if let Err(why) = taken {
        let rows = count(rows.len() as u64, "row");
        return Ok(Err(format!("the values of {rows} are not here, since {why}")));
    }
    sql::undo::end(&mut out).map_err(failed)?;
    Ok(Ok(out))
}

/// Why there is no repair of a table.
pub(in crate::cli) fn unwritable(why: Unwritable) -> Error {
    let what = "the statements cannot be written";
    match why {
        Unwritable::Excerpt => Error::usage(what).hint(
            "Export the whole table (SELECT id, name, created, deleted, create_revision, \
             prev_revision, lease FROM kine), or give an endpoint.",
        ),
        Unwritable::Part => {
            Error::new(what).hint("Leave out --since and --prefix, and read the table to its end.")
        }
        Unwritable::Unread => Error::new(what).hint(
            "`kinescope audit SOURCE` lists them. Export the table again, or give an endpoint.",
        ),
        Unwritable::View => Error::new(what).hint("Name the database that holds the table itself."),
    }
    .because(why)
}
