//! The connection to a server. All that is sent goes through here, and into the log: nothing else
//! has the connection.

use std::fmt::Display;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow, PgSslMode};
use sqlx::{
    ConnectOptions as _, Connection as _, Encode, Executor as _, PgConnection, Postgres, Type,
};
use tokio::time::timeout;

use super::endpoint::{Address, Endpoint, SslMode};
use super::failure;
use super::gate::{self, Gate, Passed};
use crate::source::Error;
use crate::source::sql::answer::{self, Peer};
use crate::source::sql::log::{self, Log};
use crate::source::sql::panics::{contained, silence};
use crate::source::sql::pem;

/// How long connecting may take, unless the endpoint says otherwise.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A statement with its values.
pub(super) struct Query {
    sql: &'static str,
    /// As they are logged.
    given: Vec<String>,
    bound: Option<sqlx::query::Query<'static, Postgres, PgArguments>>,
}

impl Query {
    /// A statement that is sent as it stands, whose answer is text.
    pub(super) const fn text(sql: &'static str) -> Self {
        Self { sql, given: Vec::new(), bound: None }
    }

    /// Gives the next value. It is logged, and must be no secret. The statement has no name, and its
    /// answer is not text then.
    pub(super) fn bind<T>(mut self, value: T) -> Self
    where
        T: Display + Encode<'static, Postgres> + Type<Postgres> + 'static,
    {
        self.given.push(value.to_string());
        let query = self.bound.unwrap_or_else(|| sqlx::query(self.sql).persistent(false));
        Self { bound: Some(query.bind(value)), ..self }
    }
}

/// One statement's rows, as they come.
pub(super) type Answer<'w> = answer::Answer<'w, Endpoint, PgRow>;

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
    connection: PgConnection,
    /// How long the server may be silent.
    patience: Duration,
    log: log::Session,
}

impl<'a> Wire<'a> {
    pub(super) async fn connect(
        endpoint: &'a Endpoint,
        log: &Log,
        patience: Duration,
    ) -> Result<Self, Error> {
        let log = log.session(&endpoint.to_string())?;
        let limit = endpoint.connect_timeout().unwrap_or(CONNECT_LIMIT);
        let options = options(endpoint)?;
        silence();
        let connection = timeout(limit, connect(endpoint, options))
            .await
            .map_err(|_elapsed| failure::no_answer(endpoint, limit))??;
        Ok(Self { endpoint, connection, patience, log })
    }

    /// Sends a statement; its rows are taken from the answer. Fails when it cannot be logged.
    pub(super) fn send(&mut self, query: Query) -> Result<Answer<'_>, Error> {
        let Self { endpoint, connection, patience, log } = self;
        let statement = log.send(query.sql, &query.given)?;
        let rows = match query.bound {
            Some(query) => query.fetch(connection),
            None => connection.fetch(query.sql),
        };
        Ok(Answer { peer: *endpoint, rows, patience: *patience, statement })
    }

    /// Sends a statement and takes all rows of its answer, unless the server refuses it.
    pub(super) async fn all(
        &mut self,
        query: Query,
    ) -> Result<Result<Vec<PgRow>, sqlx::Error>, Error> {
        self.send(query)?.all().await
    }

    /// Says goodbye. A server that fails to say it too takes nothing away from what was answered.
    pub(super) async fn close(self) {
        drop(timeout(Duration::from_secs(1), self.connection.close()).await);
    }
}

/// Connects and logs in. As in libpq, `allow` encrypts where the server lets nobody in without.
async fn connect(endpoint: &Endpoint, options: PgConnectOptions) -> Result<PgConnection, Error> {
    let connected = match attempt(endpoint, options.clone()).await? {
        Err(error)
            if endpoint.mode() == SslMode::Allow
                && failure::state(&error).as_deref() == Some(failure::NOT_LET_IN) =>
        {
            attempt(endpoint, options.ssl_mode(PgSslMode::Require)).await?
        }
        connected => connected,
    };
    connected.map_err(|error| failure::connecting(endpoint, error))
}

/// Connects once: the driver alone, or through a gate. Where the gate ends the login, that is the error.
async fn attempt(
    endpoint: &Endpoint,
    options: PgConnectOptions,
) -> Result<Result<PgConnection, sqlx::Error>, Error> {
    let Address::Tcp { host, port } = endpoint.address() else {
        return Ok(contained(Box::pin(options.connect())).await);
    };
    let elsewhere = endpoint.reached_at();
    if elsewhere.is_none() && !gate::is_watched(endpoint) {
        return Ok(contained(Box::pin(options.connect())).await);
    }
    let gate = match Gate::open(elsewhere.unwrap_or(&host), port).await {
        Ok(gate) => gate,
        Err(why) => return Ok(Err(why.into())),
    };
    let options = gate.lead(options);
    let driver = async { contained(Box::pin(options.connect())).await.map_err(Ok) };
    let passing = async {
        match gate.pass().await {
            Ok(Passed::Through) => Ok(()),
            Ok(Passed::WantsItBare) => Err(Err(failure::wants_it_bare(endpoint))),
            Err(why) => Err(Ok(why.into())),
        }
    };
    match tokio::try_join!(driver, passing) {
        Ok((connection, ())) => Ok(Ok(connection)),
        Err(Ok(error)) => Ok(Err(error)),
        Err(Err(refused)) => Err(refused),
    }
}

/// What the driver is told. It looks into the variables of libpq by itself: so all that it finds there is
/// said anew, as the endpoint has it.
fn options(endpoint: &Endpoint) -> Result<PgConnectOptions, Error> {
    let mode = endpoint.mode();
    let mut options = PgConnectOptions::new_without_pgpass()
        .username(&endpoint.user())
        .password(endpoint.password().unwrap_or_default())
        .database(endpoint.database())
        .application_name(endpoint.application_name())
        // Poolers know no such setting, and no number with a fraction is asked for.
        .extra_float_digits(None)
        .statement_cache_capacity(0)
        .ssl_mode(match mode {
            SslMode::Disable => PgSslMode::Disable,
            SslMode::Allow => PgSslMode::Disable,
            SslMode::Prefer => PgSslMode::Prefer,
            SslMode::Require => PgSslMode::Require,
            SslMode::VerifyCa => PgSslMode::VerifyCa,
            SslMode::VerifyFull => PgSslMode::VerifyFull,
        });
    options = match endpoint.address() {
        Address::Tcp { host, port } => options.host(&host).port(port),
        Address::Unix { directory, port } => options.socket(directory).port(port),
    };
    let settings = endpoint.session_settings();
    if !settings.is_empty() {
        options = options.options(settings);
    }
    if mode != SslMode::Disable {
        let client = pem::client(endpoint.certificate(), endpoint.key(), ["sslcert", "sslkey"])?;
        if let Some((certificate, key)) = client {
            options = options.ssl_client_cert_from_pem(certificate).ssl_client_key_from_pem(key);
        }
        if let Some(path) = endpoint.ca().filter(|_| mode.verifies()) {
            options = options.ssl_root_cert_from_pem(pem::certificates(path)?);
        }
    }
    // Its log of statements would go to whoever listens, and nobody does.
    Ok(options.disable_statement_logging())
}
