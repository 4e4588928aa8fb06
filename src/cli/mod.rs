//! The command line: from what was typed to a command that runs, and to an exit status.

mod appearance;
mod args;
mod at;
mod commands;
mod context;
mod interrupt;
mod manpages;
mod manual;
mod newfile;
mod output;
mod pager;
mod parse;
mod password;
mod policy;
mod progress;
mod row;
mod save;
mod secrets;
mod server;
mod settings;
mod signals;
mod suggest;
mod textfile;
mod trial;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use kinescope::history::compaction::Algorithm;
use kinescope::source::Error;
use kinescope::source::sqlite::remove_copies;
use kinescope::text::{printable, wrap};
use kinescope::tui::Preferences;

use args::{Args, Command};
use context::Context;
use settings::Settings;

/// How a command went, for its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// There is nothing to worry about.
    Clean = 0,
    /// There is something.
    Something = 1,
    /// The command line makes no sense.
    WrongUse = 2,
    /// It could not be told, or only in part.
    Unknown = 3,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Runs the command that was typed and prints its error, if it ends in one.
pub(crate) fn run() -> ExitCode {
    if let Some(code) = commands::completions::answer() {
        return code;
    }
    secrets::warn(std::env::args_os());
    let mut command = Args::command();
    let matches = match command.try_get_matches_from_mut(std::env::args_os()) {
        Ok(matches) => matches,
        Err(refused) => match suggest::first(std::env::args_os()) {
            Some(error) => return failed(&error),
            None => return secrets::refused(refused),
        },
    };
    if let Err(error) = secrets::check(&command, &matches) {
        return failed(&error);
    }
    let (args, settings) = match with_settings(&matches) {
        Ok(both) => both,
        Err(code) => return code,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return failed(&Error::new("cannot start the program's threads").because(why)),
    };
    let code = runtime.block_on(run_command(args, settings)).unwrap_or_else(|error| failed(&error));
    // A thread that still waits for standard input would be waited for.
    runtime.shutdown_background();
    // So would one that copies a database.
    remove_copies();
    code
}

/// What was typed, with the settings for defaults; or with which status the program ends.
fn with_settings(typed: &ArgMatches) -> Result<(Args, Settings), ExitCode> {
    let args = Args::from_arg_matches(typed).map_err(secrets::refused)?;
    // What says how to write them must not fail for how they are written.
    let settings = match &args.command {
        Some(Command::Help(_) | Command::Completions(_)) => Settings::default(),
        Some(Command::Config(config)) if config.default => Settings::default(),
        _ => Settings::load(args.config.as_deref()).map_err(|error| failed(&error))?,
    };
    let settings = settings.beside(typed);
    if settings.options.is_empty() {
        return Ok((args, settings));
    }
    let matches = settings.applied(Args::command()).try_get_matches_from(std::env::args_os());
    let args = matches.and_then(|matches| Args::from_arg_matches(&matches));
    args.map(|args| (args, settings)).map_err(secrets::refused)
}

async fn run_command(args: Args, settings: Settings) -> Result<ExitCode, Error> {
    let Args { command, source, follow, mut server, reading, kine, mut look, config: _ } = args;
    look.roles = settings.roles();
    server.sources.clone_from(&settings.sources);
    let mut options = reading.options()?;
    let needs_all = match &command {
        Some(
            Command::Audit(_)
            | Command::Repair(_)
            | Command::Handover(_)
            | Command::Keys(_)
            | Command::Diff(_)
            | Command::Compare(_)
            | Command::Export(_)
            | Command::Verify(_),
        ) => true,
        Some(Command::Preview(preview)) => {
            preview.certificate.is_some() || preview.tried.is_something()
        }
        Some(Command::Show(show)) => show.tried.is_something(),
        _ => false,
    };
    if needs_all || kine.map(Algorithm::of) == Some(Algorithm::RowByRow) {
        // The rules look at every column, and so do the oldest versions. What a key was before its first
        // row is told by `created` and `create_revision`. A certificate is of all columns, and a trial may
        // change any.
        options = options.with_all_columns();
    }
    options.quick_check = matches!(&command, Some(Command::Audit(audit)) if audit.quick_check);
    appearance::choose(look);
    if let (Some(_), Some(source)) = (&command, &source) {
        let source = secrets::shown(source);
        return Err(Error::usage(format!("{source} stands before the command"))
            .hint("Name the SOURCE after it: kinescope COMMAND SOURCE."));
    }
    if command.is_some() && follow {
        return Err(Error::usage("--follow is for the explorer")
            .hint("kinescope watch prints what is written to a table."));
    }
    let preferences = Preferences {
        keys: settings.keymap.clone(),
        mouse: settings.mouse.as_ref().is_none_or(|given| given.value),
        clipboard: settings.clipboard.as_ref().map(|given| given.value.clone()),
        zone: appearance::zone(look),
        ..Preferences::default()
    };
    let context = Context { server, options, kine, look, preferences };
    let status = match command {
        Some(Command::Show(show)) => commands::show::show(show, &context).await,
        Some(Command::Get(get)) => commands::get::get(get, &context).await,
        Some(Command::Extract(it)) => commands::extract::extract(it, &context).await,
        Some(Command::Decode(decode)) => commands::decode::decode(&decode, look),
        Some(Command::Preview(preview)) => commands::preview::preview(preview, &context).await,
        Some(Command::Audit(audit)) => commands::audit::audit(audit, &context).await,
        Some(Command::Repair(repair)) => commands::repair::repair(repair, &context).await,
        Some(Command::Handover(it)) => commands::handover::handover(it, &context).await,
        Some(Command::Keys(keys)) => commands::keys::keys(keys, &context).await,
        Some(Command::Diff(diff)) => commands::diff::diff(diff, &context).await,
        Some(Command::Compare(compare)) => commands::compare::compare(compare, &context).await,
        Some(Command::Verify(verify)) => commands::verify::verify(verify, &context).await,
        Some(Command::Export(export)) => commands::export::export(export, &context).await,
        Some(Command::Connect(connect)) => commands::connect::connect(connect, &context).await,
        Some(Command::Usage(usage)) => commands::usage::usage(usage, &context).await,
        Some(Command::Log(log)) => commands::log::log(log, &context).await,
        Some(Command::Watch(watch)) => commands::watch::watch(watch, &context).await,
        Some(Command::Explain(explain)) => commands::explain::explain(&explain, look),
        Some(Command::Config(config)) => commands::config::config(&config, &settings),
        Some(Command::Completions(it)) => commands::completions::completions(&it),
        Some(Command::Help(help)) => commands::help::help(&help, look),
        Some(Command::Demo(demo)) => return commands::explore::demo(demo, &context).await,
        None => {
            if let Some(error) = source.as_deref().and_then(suggest::word) {
                return Err(error);
            }
            let source = context.server.source(source)?;
            return commands::explore::explore(source, follow, &context).await;
        }
    };
    status.map(ExitCode::from)
}

/// Prints what failed, why, and what to do.
fn failed(error: &Error) -> ExitCode {
    let status = if error.is_usage() { Status::WrongUse } else { Status::Unknown };
    let mut text = lines("", &format!("kinescope: {}", printable(&error.to_string())));
    let mut cause = std::error::Error::source(error);
    while let Some(why) = cause {
        text.push_str(&lines("  why: ", &printable(&why.to_string())));
        cause = why.source();
    }
    if let Some(hint) = error.what_to_do() {
        text.push_str(&lines("  try: ", &printable(hint)));
    }
    say(&text);
    status.into()
}

/// A text after its label, on a terminal broken between words; elsewhere each is one line, to be
/// found and copied.
fn lines(label: &str, text: &str) -> String {
    let stderr = std::io::stderr();
    let width = stderr.is_terminal().then(|| terminal_size::terminal_size_of(&stderr)).flatten();
    let width = width.map_or(usize::MAX, |(width, _)| usize::from(width.0));
    let indent = " ".repeat(label.len());
    let mut lines = String::new();
    for (at, line) in wrap(text, width.saturating_sub(label.len()), false).iter().enumerate() {
        let before = if at == 0 { label } else { &indent };
        lines.push_str(&format!("{before}{line}\n"));
    }
    lines
}

/// Writes to standard error. Where that is closed, nobody is there to be told.
fn say(text: &str) {
    drop(anstream::stderr().lock().write_all(appearance::said(text).as_bytes()));
}
