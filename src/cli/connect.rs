//! `connect`: what a source leads to, and what answers there.

use std::io::{self, BufWriter, Write};

use kinescope::report::{Page, connect, json};
use kinescope::source::endpoint::Endpoint;
use kinescope::source::{Error, Log, Options, Source, mysql};

use super::args::{Connect, ConnectFormat, Look};
use super::headless::{printed, table};
use super::server::Server;
use super::{Status, loading, look};

/// Runs `kinescope connect`.
pub(super) async fn connect(
    args: Connect,
    server: &Server,
    options: Options,
    look: Look,
) -> Result<Status, Error> {
    let source = server.source(args.source)?;
    let log = server.log(&source)?;
    let format = args.format;
    let Source::Server(endpoint) = source else {
        let name = source.to_string();
        let loaded = loading::read(source, options, &log).await?;
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
        ConnectFormat::Text => in_words(&endpoint, &log, look::page(look)).await,
        ConnectFormat::Json => as_json(&endpoint, &log).await,
    }
}

async fn in_words(endpoint: &Endpoint, log: &Log, page: Page) -> Result<Status, Error> {
    // Before the server is asked: where it does not answer, this tells where to look.
    print(|out| connect::way(out, page, endpoint), Status::Clean)?;
    let answer = loading::interruptible(mysql::ask(endpoint, log)).await?;
    print(|out| connect::answer(out, page, endpoint, &answer), Status::Clean)?;
    // Its hint is worth as much as that of any other command.
    answer.table.map(|_| Status::Clean)
}

/// The same in one document, also when nobody answers; what failed is told as always, too.
async fn as_json(endpoint: &Endpoint, log: &Log) -> Result<Status, Error> {
    let answer = loading::interruptible(mysql::ask(endpoint, log)).await;
    print(|out| json::connect(out, endpoint, answer.as_ref()), Status::Clean)?;
    answer?.table.map(|_| Status::Clean)
}

fn print(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    status: Status,
) -> Result<Status, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    printed(write(&mut out).and_then(|()| out.flush()), status)
}
