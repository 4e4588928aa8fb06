//! `connect`: what a source leads to, and what answers there.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

use clap::{Args as Group, ValueEnum};
use kinescope::report::text::connect;
use kinescope::report::{Page, json};
use kinescope::source::mysql::endpoint::Endpoint;
use kinescope::source::{Error, Log, Source, mysql};

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
    let format = args.format;
    let Source::Server(endpoint) = source else {
        let read = context.read(source).await?;
        let table = read.table();
        let status = if table.is_whole() { Status::Clean } else { Status::Unknown };
        return print(
            |out| match format {
                ConnectFormat::Text => connect::text(out, appearance::page(context.look), &table),
                ConnectFormat::Json => json::connect_text(out, &table),
            },
            status,
        );
    };
    let log = context.server.log(&Source::Server(endpoint.clone()))?;
    match format {
        ConnectFormat::Text => in_words(endpoint, &log, appearance::page(context.look)).await,
        ConnectFormat::Json => as_json(endpoint, &log).await,
    }
}

async fn in_words(endpoint: Box<Endpoint>, log: &Log, page: Page) -> Result<Status, Error> {
    // Before the server is asked: where it does not answer, this tells where to look.
    print(|out| connect::way(out, page, &endpoint), Status::Clean)?;
    let (endpoint, answer) = asked(endpoint, log).await;
    let answer = answer?;
    print(|out| connect::answer(out, page, &endpoint, &answer), Status::Clean)?;
    // Its hint is worth as much as that of any other command.
    answer.table.map(|_| Status::Clean)
}

/// The same in one document, also when nobody answers; what failed is told as always, too.
async fn as_json(endpoint: Box<Endpoint>, log: &Log) -> Result<Status, Error> {
    let (endpoint, answer) = asked(endpoint, log).await;
    print(|out| json::connect(out, &endpoint, answer.as_ref()), Status::Clean)?;
    answer?.table.map(|_| Status::Clean)
}

/// What the server answers; once more with a password, where it wants one and it is given.
async fn asked(
    endpoint: Box<Endpoint>,
    log: &Log,
) -> (Box<Endpoint>, Result<mysql::Answer, Error>) {
    match interruptible(mysql::ask(&endpoint, log)).await {
        Err(error) if error.wants_password() => match password::wanted_by(&endpoint, error) {
            Ok(endpoint) => {
                let answer = interruptible(mysql::ask(&endpoint, log)).await;
                (Box::new(endpoint), answer)
            }
            Err(error) => (endpoint, Err(error)),
        },
        answer => (endpoint, answer),
    }
}

fn print(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    status: Status,
) -> Result<Status, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    printed(write(&mut out).and_then(|()| out.flush()), status)
}
