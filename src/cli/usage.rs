//! `usage`: what fills the table.

use std::io::{self, BufWriter, Write};

use kinescope::history::compaction::{Version, plan};
use kinescope::history::usage::Sort;
use kinescope::report::usage::{Bytes, Wanted};
use kinescope::report::{self, Table};
use kinescope::source::{Error, Options};
use kinescope::text::escape;

use super::args::{Format, Look, SortBy, Usage};
use super::headless::{Name, current, policy, printed, table};
use super::server::Server;
use super::{Status, loading, look};

/// Runs `kinescope usage`.
pub(super) async fn usage(
    args: Usage,
    server: &Server,
    options: Options,
    kine: Option<Version>,
    look: Look,
) -> Result<Status, Error> {
    let wanted = wanted(&args)?;
    let mut source = server.source(args.source)?;
    let log = server.log(&source)?;
    let loaded = loading::read(&mut source, options, &log).await?;
    let name = Name::of(&source);
    let table = table(&name, &loaded);
    let policy = policy(&table, args.target, args.compaction, kine)?;
    let target = args.target.unwrap_or_else(|| policy.reach(current(table.history)));
    let plan = plan(table.history, target, policy);
    let measured =
        if args.bytes { Some(loading::sizes(&source, table.history, &log).await) } else { None };
    let bytes = match &measured {
        None => Bytes::NotAsked,
        Some(Err(why)) => Bytes::Unknown(why),
        Some(Ok((sizes, failed))) => Bytes::Measured(sizes, failed.as_ref()),
    };
    let usage = report::Usage::new(table, &plan, bytes, &wanted)
        .ok_or_else(|| no_key(&table, &wanted.prefix))?;
    let status = if usage.is_whole() { Status::Clean } else { Status::Unknown };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Text => report::usage::text(&mut out, look::page(look), &usage),
        Format::Json => report::json::usage(&mut out, &usage),
        Format::Markdown => {
            look::spelled(look, &mut out, |out| report::markdown::usage(out, &usage))
        }
    };
    printed(written.and_then(|()| out.flush()), status)
}

fn wanted(args: &Usage) -> Result<Wanted, Error> {
    if args.sort == SortBy::Bytes && !args.bytes {
        return Err(Error::usage("--sort bytes needs sizes, and they are read on request only")
            .hint("Add --bytes."));
    }
    Ok(Wanted {
        prefix: args.under.as_encoded_bytes().to_vec(),
        depth: args.depth,
        keys: args.keys,
        sort: match args.sort {
            SortBy::Rows => Sort::Rows,
            SortBy::Keys => Sort::Keys,
            SortBy::Bytes => Sort::Bytes,
            SortBy::Freed => Sort::Freed,
            SortBy::Name => Sort::Name,
        },
        all: args.all,
    })
}

/// What is not there in a part of a table may be in the whole.
fn no_key(table: &Table<'_>, prefix: &[u8]) -> Error {
    let what = format!("no key begins with {}", escape(prefix));
    if table.is_whole() {
        Error::usage(what).hint("Without --under, the prefixes that there are are listed.")
    } else {
        Error::new(format!("{what} in the part of the table that could be read"))
    }
}
