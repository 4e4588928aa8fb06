//! `connect`: what a source leads to, and what answers there.

use std::io::{self, BufWriter, Write};

use kinescope::report::connect;
use kinescope::source::{Error, Options, Source, mysql};

use super::args::{Connect, Look};
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
    let page = look::page(look);
    let source = server.source(args.source)?;
    let log = server.log(&source)?;
    let Source::Server(endpoint) = source else {
        let name = source.to_string();
        let loaded = loading::read(source, options, &log).await?;
        let table = table(&name, &loaded);
        let status = if table.is_whole() { Status::Clean } else { Status::Unknown };
        return print(|out| connect::text(out, page, &table), status);
    };
    // Before the server is asked: where it does not answer, this tells where to look.
    print(|out| connect::way(out, page, &endpoint), Status::Clean)?;
    let answer = loading::interruptible(mysql::ask(&endpoint, &log)).await?;
    let status = if answer.table.is_ok() { Status::Clean } else { Status::Unknown };
    let status = print(|out| connect::answer(out, page, &endpoint, &answer), status)?;
    // Its hint is worth as much as that of any other command.
    answer.table.map(|_| status)
}

fn print(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    status: Status,
) -> Result<Status, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    printed(write(&mut out).and_then(|()| out.flush()), status)
}
