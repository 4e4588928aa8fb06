//! A live server: MySQL, MariaDB, or what speaks like them.
//!
//! One connection reads the table once, in pages of its primary key and in one snapshot, and is
//! closed. It never writes and never reads a value; [`statement`] has all that it sends.

mod answer;
mod database;
mod decode;
mod failure;
mod layout;
pub mod statement;

pub use answer::{Answer, AnsweredTable, ask};

use std::time::Duration;

use futures_util::stream::{BoxStream, TryStreamExt};
use sqlx::mysql::{MySqlConnectOptions, MySqlRow, MySqlSslMode};
use sqlx::{ConnectOptions, Connection, Executor, MySqlConnection, Row as _};
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;

use super::endpoint::{Address, Endpoint, TlsMode};
use super::{BATCH, Error, Event, Opened, Unread};
use crate::history::{Rows, Server};
use layout::Layout;

/// How long connecting may take, unless the endpoint says otherwise.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// How long the server may work on one statement. A page of a healthy table takes a tenth of a
/// second; a cold one on a slow disk takes several.
const STATEMENT_LIMIT: Duration = Duration::from_mins(1);

/// How long to wait for a word from the server: it stops a statement by itself before that, and
/// what is silent for longer is gone.
const SILENCE_LIMIT: Duration = STATEMENT_LIMIT.saturating_add(Duration::from_secs(15));

/// How many rows one statement asks for: enough that the round trip does not show, few enough that
/// no statement lasts long.
const PAGE: u64 = 50_000;

/// Reads kine's table at the endpoint and sends it, as [`Event`] describes. Ends early, without a
/// word, when the receiver is dropped.
///
/// All errors are sent. None holds a password.
pub async fn read(endpoint: &Endpoint, events: Sender<Event>) {
    let outcome = tokio::select! {
        // Also while the server is silent.
        () = events.closed() => return,
        outcome = send_table(endpoint, &events) => outcome,
    };
    // Nobody is left to tell that there is nobody left.
    drop(events.send(Event::Ended(outcome)).await);
}

/// A session on a server that can do nothing but read.
struct Session<'a> {
    endpoint: &'a Endpoint,
    connection: MySqlConnection,
    /// How long the answer to a statement, or a batch of rows, may take.
    patience: Duration,
}

async fn send_table(endpoint: &Endpoint, events: &Sender<Event>) -> Result<(), Error> {
    let mut session = Session::open(endpoint).await?;
    let mut notes = endpoint.notes.clone();
    let server = session.server().await?;
    let kind = server.to_string();
    session.limit_statements(&server, &mut notes).await?;
    let layout = session.layout(server, &mut notes).await?;
    session.run(statement::SNAPSHOT).await?;
    let opened = Opened { profile: layout.profile.clone(), kind, expected: layout.expected, notes };
    if events.send(Event::Opened(opened)).await.is_err() {
        return Ok(());
    }
    session.send_rows(&layout, events).await?;
    // The rows are all here; a server that fails to say goodbye takes nothing away from them.
    drop(timeout(Duration::from_secs(1), session.connection.close()).await);
    Ok(())
}

impl<'a> Session<'a> {
    /// Connects and makes the session read-only before anything else.
    async fn open(endpoint: &'a Endpoint) -> Result<Self, Error> {
        let limit = endpoint.connect_timeout.unwrap_or(CONNECT_LIMIT);
        let connection = timeout(limit, options(endpoint).connect())
            .await
            .map_err(|_elapsed| failure::no_answer(endpoint, limit))?
            .map_err(|error| failure::connecting(endpoint, error))?;
        let patience = endpoint.read_timeout.unwrap_or(SILENCE_LIMIT);
        let mut session = Self { endpoint, connection, patience };
        if let Err(error) = session.try_run(statement::READ_ONLY).await? {
            return Err(failure::not_read_only(endpoint, error));
        }
        Ok(session)
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), Error> {
        self.try_run(sql).await?.map_err(|error| failure::reading(self.endpoint, error))
    }

    /// Runs a statement that the server may not know.
    async fn try_run(&mut self, sql: &'static str) -> Result<Result<(), sqlx::Error>, Error> {
        match timeout(self.patience, self.connection.execute(sql)).await {
            Ok(outcome) => Ok(outcome.map(|_| ())),
            Err(_elapsed) => Err(failure::silent(self.endpoint, self.patience)),
        }
    }

    async fn fetch(&mut self, sql: &'static str) -> Result<Vec<MySqlRow>, Error> {
        self.try_fetch(sql).await?.map_err(|error| failure::reading(self.endpoint, error))
    }

    /// Asks what the server may refuse to tell.
    async fn try_fetch(
        &mut self,
        sql: &'static str,
    ) -> Result<Result<Vec<MySqlRow>, sqlx::Error>, Error> {
        timeout(self.patience, self.connection.fetch_all(sql))
            .await
            .map_err(|_elapsed| failure::silent(self.endpoint, self.patience))
    }

    /// Each server knows its own limit, and very old ones know none.
    async fn limit_statements(
        &mut self,
        server: &Server,
        notes: &mut Vec<String>,
    ) -> Result<(), Error> {
        let limit = if server.mariadb { statement::LIMIT_MARIADB } else { statement::LIMIT_MYSQL };
        if self.try_run(limit).await?.is_err() {
            notes.push("The server sets no limit to how long a statement may take.".to_owned());
        }
        Ok(())
    }

    /// Sends all rows, page by page.
    async fn send_rows(&mut self, layout: &Layout, events: &Sender<Event>) -> Result<(), Error> {
        let Self { endpoint, connection, patience } = self;
        // Only a unique id can say where the next page begins.
        let limit = if layout.unique { PAGE } else { u64::MAX };
        let mut last = None;
        loop {
            let query = match last {
                None => sqlx::query(statement::FIRST_PAGE),
                Some(id) => bind_id(sqlx::query(statement::NEXT_PAGE), id),
            };
            let mut page = query.bind(limit).fetch(&mut *connection);
            let mut received = 0;
            loop {
                let mut batch = Batch::default();
                let outcome = timeout(*patience, batch.receive(&mut page, &mut last)).await;
                received += batch.received;
                let is_last = batch.received < BATCH;
                // What came before a failure is sent before it.
                if !batch.send(events).await {
                    return Ok(());
                }
                outcome
                    .map_err(|_elapsed| failure::silent(endpoint, *patience))?
                    .map_err(|error| failure::after(endpoint, last, error))?;
                if is_last {
                    break;
                }
            }
            if u64::try_from(received).is_ok_and(|received| received < limit) {
                return Ok(());
            }
        }
    }
}

type Query = sqlx::query::Query<'static, sqlx::MySql, sqlx::mysql::MySqlArguments>;

/// Binds an id as the kind of number that it is in its column.
fn bind_id(query: Query, id: decode::Number) -> Query {
    match (u64::try_from(id), i64::try_from(id)) {
        (Ok(id), _) => query.bind(id),
        (_, Ok(id)) => query.bind(id),
        // No column holds such a number.
        _ => query.bind(u64::MAX),
    }
}

/// Some rows of a page.
#[derive(Default)]
struct Batch {
    rows: Rows,
    unread: Vec<Unread>,
    received: usize,
}

impl Batch {
    /// Takes up to [`BATCH`] rows; fewer mean that the page has ended.
    async fn receive(
        &mut self,
        page: &mut BoxStream<'_, Result<MySqlRow, sqlx::Error>>,
        last: &mut Option<decode::Number>,
    ) -> Result<(), sqlx::Error> {
        while self.received < BATCH {
            let Some(row) = page.try_next().await? else { break };
            self.received += 1;
            match decode::row(&row, last) {
                Ok(row) => self.rows.push(row),
                Err(unread) => self.unread.push(unread),
            }
        }
        Ok(())
    }

    /// Whether somebody took it.
    async fn send(self, events: &Sender<Event>) -> bool {
        if !self.rows.is_empty() && events.send(Event::Rows(self.rows)).await.is_err() {
            return false;
        }
        for unread in self.unread {
            if events.send(Event::Unread(unread)).await.is_err() {
                return false;
            }
        }
        true
    }
}

/// A text column of a catalog. MySQL and MariaDB declare them as texts and as blobs, so the declared
/// type is not asked for.
fn text(row: &MySqlRow, at: usize) -> Option<String> {
    let bytes = row.try_get_unchecked::<Option<&[u8]>, _>(at).ok()??;
    Some(String::from_utf8_lossy(bytes).into_owned())
}

/// A number column of a catalog: its answers come as text, whatever type is declared.
fn number(row: &MySqlRow, at: usize) -> Option<u64> {
    row.try_get_unchecked(at).ok().flatten()
}

/// What the driver is told. It sends no statement of its own: it would change the session's SQL
/// mode, time zone and character set, none of which matter here.
fn options(endpoint: &Endpoint) -> MySqlConnectOptions {
    let mut options = MySqlConnectOptions::new()
        .username(&endpoint.user)
        .database(&endpoint.database)
        .enable_cleartext_plugin(endpoint.cleartext_password)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .set_names(false)
        .ssl_mode(match endpoint.tls.mode {
            TlsMode::Disabled => MySqlSslMode::Disabled,
            TlsMode::Preferred => MySqlSslMode::Preferred,
            TlsMode::Required => MySqlSslMode::Required,
            TlsMode::VerifyCa => MySqlSslMode::VerifyCa,
            TlsMode::VerifyIdentity => MySqlSslMode::VerifyIdentity,
        });
    // An empty password is none: with one, the driver would answer the server's challenge.
    if let Some(password) = endpoint.password() {
        options = options.password(password);
    }
    options = match &endpoint.address {
        Address::Tcp { host, port } => options.host(host).port(*port),
        Address::Unix(path) => options.socket(path),
    };
    let tls = &endpoint.tls;
    if let Some(ca) = &tls.ca {
        options = options.ssl_ca(ca);
    }
    if let Some(certificate) = &tls.certificate {
        options = options.ssl_client_cert(certificate);
    }
    if let Some(key) = &tls.key {
        options = options.ssl_client_key(key);
    }
    // Its log of statements would go to whoever listens, and nobody does.
    options.disable_statement_logging()
}
