//! `connect`: what a source leads to, and what answers there.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

use clap::{Args as Group, ValueEnum};
use kinescope::report::json;
use kinescope::report::text::connect;
use kinescope::source::{Database, Error, Log, Source};

use crate::cli::interrupt::interruptible;
use crate::cli::output::printed;
use crate::cli::{Context, Status, appearance, password};

#[derive(Debug, Group)]
pub(in crate::cli) struct Connect {
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: ConnectFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ConnectFormat {
    #[default]
    Text,
    Json,
}

/// Runs `kinescope connect`.
pub(in crate::cli) async fn connect(args: Connect, context: &Context) -> Result<Status, Error> {
    let source = context.server.source(args.source)?;
    match source.database() {
        Some(database) => {
            server(database, &context.server.log(&source)?, args.format, context).await
        }
        None => text(source.clone(), args.format, context).await,
    }
}

/// Reads a text to know what it is.
async fn text(source: Source, format: ConnectFormat, context: &Context) -> Result<Status, Error> {
    let read = context.read(source).await?;
    let table = read.table();
    let status = if table.is_whole() { Status::Clean } else { Status::Unknown };
    let page = appearance::page(context.look);
    match format {
        ConnectFormat::Text => print(|out| connect::text(out, page, &table), status),
        ConnectFormat::Json => print(|out| json::connect_text(out, &table), status),
    }
}

/// Asks a server; once more with a password, where it wants one and somebody gives it.
async fn server(
    database: &dyn Database,
    log: &Log,
    format: ConnectFormat,
    context: &Context,
) -> Result<Status, Error> {
    let page = appearance::page(context.look);
    if format == ConnectFormat::Text {
        // Before the server is asked: where it does not answer, this tells where to look.
        print(|out| connect::way(out, page, &database.way()), Status::Clean)?;
    }
    let with_password;
    let (database, answer) = match interruptible(database.ask(log)).await {
        Err(error) if error.wants_password() => match password::wanted_by(database, error) {
            Ok(database) => {
                with_password = database;
                (&*with_password, interruptible(with_password.ask(log)).await)
            }
            Err(error) => (database, Err(error)),
        },
        answer => (database, answer),
    };
    match format {
        ConnectFormat::Text => {
            let answer = answer?;
            print(|out| connect::answer(out, page, &answer), Status::Clean)?;
            // Its hint is worth as much as that of any other command.
            answer.table.map(|_| Status::Clean)
        }
        // One document, also when nobody answers; what failed is told as always, too.
        ConnectFormat::Json => {
            print(|out| json::connect(out, database, answer.as_ref()), Status::Clean)?;
            answer?.table.map(|_| Status::Clean)
        }
    }
}

fn print(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    status: Status,
) -> Result<Status, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    printed(write(&mut out).and_then(|()| out.flush()), status)
}
