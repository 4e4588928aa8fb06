//! The command line: from what was typed to a command that runs, and to an exit status.

mod appearance;
mod args;
mod commands;
mod context;
mod interrupt;
mod manpages;
mod manual;
mod output;
mod pager;
mod parse;
mod password;
mod policy;
mod progress;
mod secrets;
mod server;
mod signals;
mod suggest;
mod textfile;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use kinescope::history::compaction::Algorithm;
use kinescope::source::Error;
use kinescope::source::sqlite::remove_copies;
use kinescope::text::{printable, wrap};

use args::{Args, Command};
use context::Context;

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
    let args = match Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(refused) => return secrets::refused(refused),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return failed(&Error::new("cannot start the program's threads").because(why)),
    };
    let code = runtime.block_on(run_command(args)).unwrap_or_else(|error| failed(&error));
    // A thread that still waits for standard input would be waited for.
    runtime.shutdown_background();
    // So would one that copies a database.
    remove_copies();
    code
}

async fn run_command(args: Args) -> Result<ExitCode, Error> {
    let Args { command, source, server, reading, kine, look } = args;
    let mut options = reading.options()?;
    let is_audit = matches!(command, Some(Command::Audit(_)));
    if is_audit || kine.map(Algorithm::of) == Some(Algorithm::RowByRow) {
        // The rules look at every column, and so do the oldest versions.
        options = options.with_all_columns();
    }
    options.quick_check = matches!(&command, Some(Command::Audit(audit)) if audit.quick_check);
    appearance::choose(look);
    if let (Some(_), Some(source)) = (&command, &source) {
        let source = secrets::shown(source);
        return Err(Error::usage(format!("{source} stands before the command"))
            .hint("Name the SOURCE after it: kinescope COMMAND SOURCE."));
    }
    let context = Context { server, options, kine, look };
    let status = match command {
        Some(Command::Show(show)) => commands::show::show(show, &context).await,
        Some(Command::Preview(preview)) => commands::preview::preview(preview, &context).await,
        Some(Command::Audit(audit)) => commands::audit::audit(audit, &context).await,
        Some(Command::Connect(connect)) => commands::connect::connect(connect, &context).await,
        Some(Command::Usage(usage)) => commands::usage::usage(usage, &context).await,
        Some(Command::Explain(explain)) => commands::explain::explain(&explain, look),
        Some(Command::Help(help)) => commands::help::help(&help, look),
        Some(Command::Demo(demo)) => return commands::explore::demo(demo, &context).await,
        None => {
            if let Some(error) = source.as_deref().and_then(suggest::word) {
                return Err(error);
            }
            let source = context.server.source(source)?;
            return commands::explore::explore(source, &context).await;
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
