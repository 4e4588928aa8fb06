//! Reading a real PostgreSQL server: the tables that kine makes there, and what people make of them.

mod audit;
mod logins;
mod odd;
mod read_only;
mod refusals;
mod tables;
mod values;

use kinescope::source::{Intake, Log, Options, Source, load};

use crate::support::postgres::{Database, postgres};
use crate::support::server::block_on;

fn source(url: &str) -> Source {
    Source::parse(url).expect("an endpoint")
}

/// All of a table, or the part of it that is asked for.
#[track_caller]
fn read_part(url: &str, options: Options) -> Intake {
    let log = Log::default();
    let loaded = block_on(load(source(url), options, &log, |_| {}));
    let loaded = loaded.unwrap_or_else(|error| panic!("{}", error.in_a_line()));
    assert!(loaded.error.is_none(), "{:?}", loaded.error);
    loaded.table
}

#[track_caller]
fn read(url: &str) -> Intake {
    read_part(url, Options::default())
}

/// Why a table cannot be read, in a line.
#[track_caller]
fn refused(url: &str) -> String {
    match block_on(load(source(url), Options::default(), &Log::default(), |_| {})) {
        Err(error) => error.in_a_line(),
        Ok(loaded) => loaded.error.expect("it cannot be read").in_a_line(),
    }
}

/// A database with kine's table and a few rows.
fn small() -> Database<'static> {
    let database = postgres().database();
    database.create_kine_table();
    database.exec(SMALL);
    database
}

/// A key that was created, changed and deleted, and another one that lives.
const SMALL: &str = "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, \
    value, old_value) VALUES ('compact_rev_key', 1, 0, 0, 0, 0, '', NULL), \
    ('/registry/pods/a', 1, 0, 0, 0, 0, '{\"a\":1}', NULL), \
    ('/registry/pods/a', 0, 0, 2, 2, 0, '{\"a\":2}', '{\"a\":1}'), \
    ('/registry/pods/a', 0, 1, 0, 3, 0, NULL, '{\"a\":2}'), \
    ('/registry/pods/b', 1, 0, 0, 0, 3600, '{\"b\":1}', NULL)";
