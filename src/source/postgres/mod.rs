//! A live PostgreSQL server.
//!
//! One connection reads the table once, in the order of its ids, by a cursor: it needs no unique id, and
//! the server works on one page at a time.
//!
//! Everything is sent in one transaction, which is read-only and of one snapshot, and so is every setting
//! (`SET LOCAL`): a pooler may give the server's session to somebody else when the transaction is over,
//! and nothing may be left in it. No statement has a name there, for the same reason. As long as the
//! transaction is open, which is as long as the reading, VACUUM keeps the rows that were deleted since,
//! and whoever alters the table waits.
//!
//! It never writes, and the reading touches no value but those of the newest rows named
//! `compact_rev_key_apiserver`, a few bytes each; [`statement`] has all that it sends. Sizes are measured
//! and a value is read by another connection, on request.

mod contents;
mod database;
mod decode;
pub mod endpoint;
mod failure;
mod gate;
mod layout;
mod probe;
mod rows;
pub mod statement;
mod store;
mod value;
mod wire;

use std::time::Duration;

use sqlx::postgres::PgRow;

use super::{Error, Log};
use crate::history::{Product, Server};
use decode::text;
use endpoint::Endpoint;
use wire::{Query, Wire};

/// How long the server may work on one statement.
const STATEMENT_LIMIT: Duration = Duration::from_mins(1);

/// How long to wait for a word from the server: it stops a statement by itself before that, and
/// what is silent for longer is gone.
const SILENCE_LIMIT: Duration = STATEMENT_LIMIT.saturating_add(Duration::from_secs(15));

/// A session on a server that is in a transaction that can do nothing but read.
struct Session<'a> {
    endpoint: &'a Endpoint,
    wire: Wire<'a>,
    server: Server,
}

impl<'a> Session<'a> {
    /// Connects and begins the transaction before anything else, and asks whether it is read-only and of
    /// one snapshot.
    async fn open(endpoint: &'a Endpoint, log: &Log) -> Result<Self, Error> {
        let wire = Wire::connect(endpoint, log, SILENCE_LIMIT).await?;
        let server = Server { product: Product::Postgres, version: String::new() };
        let mut session = Self { endpoint, wire, server };
        session.fetch(Query::text(statement::BEGIN)).await?;
        for (sql, expected) in
            [(statement::IS_READ_ONLY, "on"), (statement::ISOLATION, "repeatable read")]
        {
            let rows = session.fetch(Query::text(sql)).await?;
            let told = rows.first().and_then(|row| text(row, 0)).unwrap_or_default();
            if told != expected {
                return Err(failure::stays_writable(endpoint, sql, &told));
            }
        }
        session.fetch(Query::text(statement::LIMIT)).await?;
        session.fetch(Query::text(statement::AS_STORED)).await?;
        if let Some(path) = endpoint.search_path() {
            session.fetch(Query::text(statement::SEARCH_PATH).bind(path.to_owned())).await?;
        }
        let version = session.one(statement::VERSION).await?.unwrap_or_default();
        session.server.version = number_of(&version, endpoint)?;
        Ok(session)
    }

    async fn fetch(&mut self, query: Query) -> Result<Vec<PgRow>, Error> {
        self.try_fetch(query).await?.map_err(|error| failure::reading(self.endpoint, error))
    }

    /// Asks what the server may refuse. The transaction is over then.
    async fn try_fetch(&mut self, query: Query) -> Result<Result<Vec<PgRow>, sqlx::Error>, Error> {
        self.wire.all(query).await
    }

    /// The one text of an answer.
    async fn one(&mut self, sql: &'static str) -> Result<Option<String>, Error> {
        Ok(self.fetch(Query::text(sql)).await?.first().and_then(|row| text(row, 0)))
    }

    /// Ends the transaction and says goodbye. All answers are here.
    async fn close(mut self) -> Result<(), Error> {
        self.fetch(Query::text(statement::END)).await?;
        self.wire.close().await;
        Ok(())
    }
}

/// The number in a version: `PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, …`.
///
/// # Errors
///
/// When it is a server that only speaks like PostgreSQL, and that nobody has tried.
fn number_of(version: &str, endpoint: &Endpoint) -> Result<String, Error> {
    let mut words = version.split(' ');
    match (words.next(), words.next()) {
        (Some("PostgreSQL"), Some(number)) => Ok(number.to_owned()),
        (Some("CockroachDB"), _) => Err(failure::cockroach(endpoint)),
        _ => Err(failure::unknown_server(endpoint, version)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_known_by_its_version() {
        let endpoint = Endpoint::parse("postgres://u@h/k").expect("an endpoint");
        let number = |version: &str| number_of(version, &endpoint).map_err(|it| it.to_string());
        let version = "PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, 64-bit";
        assert_eq!(number(version).as_deref(), Ok("15.18"));
        assert_eq!(number("PostgreSQL 18beta1 on x86_64").as_deref(), Ok("18beta1"));
        let cockroach = number("CockroachDB CCL v25.1.2 (x86_64, built 2025/03/19)").unwrap_err();
        assert!(cockroach.contains("CockroachDB"), "{cockroach}");
        assert!(number("").is_err() && number("Something else").is_err());
    }
}
