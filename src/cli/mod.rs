//! The command line: from what was typed to a command that runs, and to an exit status.

mod args;
mod audit;
mod connect;
mod explain;
mod explore;
mod headless;
mod loading;
mod look;
mod number;
mod password;
mod server;
mod signals;
mod textfile;
mod typed;
mod unknown;
mod usage;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use kinescope::history::compaction::Algorithm;
use kinescope::source::Error;
use kinescope::text::{printable, wrap};

use args::{Args, Command};

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
    typed::warn(std::env::args_os());
    let mut command = Args::command();
    let matches = match command.try_get_matches_from_mut(std::env::args_os()) {
        Ok(matches) => matches,
        Err(refused) => match unknown::first(std::env::args_os()) {
            Some(error) => return failed(&error),
            None => return typed::refused(refused),
        },
    };
    if let Err(error) = typed::check(&command, &matches) {
        return failed(&error);
    }
    let args = match Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(refused) => return typed::refused(refused),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return failed(&Error::new("cannot start the program's threads").because(why)),
    };
    let code = runtime.block_on(run_command(args)).unwrap_or_else(|error| failed(&error));
    // A thread that still waits for standard input would be waited for.
    runtime.shutdown_background();
    code
}

async fn run_command(args: Args) -> Result<ExitCode, Error> {
    let Args { command, source, server, reading, kine, look } = args;
    let mut options = reading.options()?;
    if kine.map(Algorithm::of) == Some(Algorithm::RowByRow) {
        // These versions look at every column.
        options = options.with_all_columns();
    }
    look::choose(look);
    if let (Some(_), Some(source)) = (&command, &source) {
        let source = typed::shown(source);
        return Err(Error::usage(format!("{source} stands before the command"))
            .hint("Name the SOURCE after it: kinescope COMMAND SOURCE."));
    }
    match command {
        Some(Command::Show(show)) => {
            headless::show(show, &server, options, kine, look).await.map(ExitCode::from)
        }
        Some(Command::Preview(preview)) => {
            headless::preview(preview, &server, options, kine, look).await.map(ExitCode::from)
        }
        Some(Command::Audit(audit)) => {
            audit::audit(audit, &server, options, kine, look).await.map(ExitCode::from)
        }
        Some(Command::Connect(connect)) => {
            connect::connect(connect, &server, options, look).await.map(ExitCode::from)
        }
        Some(Command::Usage(usage)) => {
            usage::usage(usage, &server, options, kine, look).await.map(ExitCode::from)
        }
        Some(Command::Explain(explain)) => explain::explain(&explain, look).map(ExitCode::from),
        Some(Command::Demo(demo)) => explore::demo(demo, &server, options, kine, look).await,
        None => {
            if let Some(error) = source.as_deref().and_then(unknown::word) {
                return Err(error);
            }
            let source = server.source(source)?;
            explore::explore(source, &server, options, kine, look).await
        }
    }
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
    drop(anstream::stderr().lock().write_all(look::said(text).as_bytes()));
}
