//! The connection to a server. All that is sent goes through here, and into the log: nothing else
//! has the connection.

use std::fmt::Display;
use std::time::Duration;

use sqlx::mysql::{MySqlArguments, MySqlRow};
use sqlx::{Connection, Encode, Executor, MySql, MySqlConnection, Type};
use tokio::time::timeout;

use super::certificates::Certificates;
use super::endpoint::Endpoint;
use super::{failure, gate};
use crate::source::Error;
use crate::source::sql::answer::{self, Peer};
use crate::source::sql::log;
use crate::source::sql::log::Log;
use crate::source::sql::panics::silence;

/// How long connecting may take, unless the endpoint says otherwise.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A statement with its values.
pub(super) struct Query {
    sql: &'static str,
    /// As they are logged.
    given: Vec<String>,
    prepared: Option<sqlx::query::Query<'static, MySql, MySqlArguments>>,
}

impl Query {
    /// A statement that is sent as text.
    pub(super) const fn text(sql: &'static str) -> Self {
        Self { sql, given: Vec::new(), prepared: None }
    }

    /// A statement that is prepared first, and whose answer is not text.
    pub(super) fn prepared(sql: &'static str) -> Self {
        Self { sql, given: Vec::new(), prepared: Some(sqlx::query(sql)) }
    }

    /// Gives the value for the next question mark. It is logged, and must be no secret.
    pub(super) fn bind<T>(mut self, value: T) -> Self
    where
        T: Display + Encode<'static, MySql> + Type<MySql> + 'static,
    {
        self.given.push(value.to_string());
        let query = self.prepared.unwrap_or_else(|| sqlx::query(self.sql));
        Self { prepared: Some(query.bind(value)), ..self }
    }
}

/// One statement's rows, as they come.
pub(super) type Answer<'w> = answer::Answer<'w, Endpoint, MySqlRow>;

impl Peer for Endpoint {
    fn silent(&self, limit: Duration) -> Error {
        failure::silent(self, limit)
    }

    fn words(error: &sqlx::Error) -> String {
        failure::words(error)
    }
}

/// A connection to a server.
pub(super) struct Wire<'a> {
    endpoint: &'a Endpoint,
    connection: MySqlConnection,
    /// How long the server may be silent.
    patience: Duration,
    log: log::Session,
}

impl<'a> Wire<'a> {
    pub(super) async fn connect(
        endpoint: &'a Endpoint,
        log: &Log,
        silence_limit: Duration,
    ) -> Result<Self, Error> {
        let log = log.session(&endpoint.to_string())?;
        let limit = endpoint.connect_timeout.unwrap_or(CONNECT_LIMIT);
        let certificates = Certificates::read(endpoint)?;
        silence();
        let connection = timeout(limit, gate::connect(endpoint, &certificates))
            .await
            .map_err(|_elapsed| failure::no_answer(endpoint, limit))??;
        let patience = endpoint.read_timeout.unwrap_or(silence_limit);
        Ok(Self { endpoint, connection, patience, log })
    }

    /// Sends a statement; its rows are taken from the answer. Fails when it cannot be logged.
    pub(super) fn send(&mut self, query: Query) -> Result<Answer<'_>, Error> {
        let Self { endpoint, connection, patience, log } = self;
        let statement = log.send(query.sql, &query.given)?;
        let rows = match query.prepared {
            Some(query) => query.fetch(connection),
            None => connection.fetch(query.sql),
        };
        Ok(Answer { peer: *endpoint, rows, patience: *patience, statement })
    }

    /// Sends a statement and takes all rows of its answer, unless the server refuses it.
    pub(super) async fn all(
        &mut self,
        query: Query,
    ) -> Result<Result<Vec<MySqlRow>, sqlx::Error>, Error> {
        self.send(query)?.all().await
    }

    /// Says goodbye. The answers are all here; a server that fails to say it too takes nothing away
    /// from them.
    pub(super) async fn close(self) {
        drop(timeout(Duration::from_secs(1), self.connection.close()).await);
    }
}
