//! `connect`: what a source leads to, and what answers there.

use std::io::{self, BufWriter, Write};

use kinescope::report::{Page, connect, json};
use kinescope::source::mysql::endpoint::Endpoint;
use kinescope::source::{Error, Log, Options, Source, mysql};

use super::args::{Connect, ConnectFormat, Look};
use super::headless::{Name, printed, table};
use super::server::Server;
use super::{Status, loading, look, password};

/// Runs `kinescope connect`.
pub(super) async fn connect(
    args: Connect,
    server: &Server,
    options: Options,
    look: Look,
) -> Result<Status, Error> {
    let mut source = server.source(args.source)?;
    let log = server.log(&source)?;
    let format = args.format;
    let Source::Server(endpoint) = source else {
        let name = Name::of(&source);
        let loaded = loading::read(&mut source, options, &log).await?;
        let table = table(&name, &loaded);
        let status = if table.is_whole() { Status::Clean } else { Status::Unknown };
        return print(
            |out| match format {
                ConnectFormat::Text => connect::text(out, look::page(look), &table),
                ConnectFormat::Json => json::connect_text(out, &table),
            },
            status,
        );
    };
    match format {
        ConnectFormat::Text => in_words(endpoint, &log, look::page(look)).await,
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
    match loading::interruptible(mysql::ask(&endpoint, log)).await {
        Err(error) if error.wants_password() => match password::wanted_by(&endpoint, error) {
            Ok(endpoint) => {
                let answer = loading::interruptible(mysql::ask(&endpoint, log)).await;
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
