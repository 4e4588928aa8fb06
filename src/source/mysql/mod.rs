//! A live server: MySQL, MariaDB, or what speaks like them.
//!
//! One connection reads the table once, in pages that follow the time they take, and is closed: by
//! the primary key, or, where values make the rows long, by indexes that hold what compaction needs.
//!
//! All of it is read in one snapshot. Pages of different moments would be of no table that ever was:
//! a row that came between two of them could point at one that a compaction had taken before, and
//! each such link would look broken. The price is the server's: as long as the snapshot is held,
//! which is as long as the reading, it keeps the old version of every row that is changed (the undo
//! log, `History list length` of `SHOW ENGINE INNODB STATUS`), and the table cannot be altered. So
//! nothing but reading is done meanwhile, and the connection ends with it. A replica is the place to
//! read a table that takes minutes.
//!
//! It never writes, and the reading touches no value but those of the newest rows named
//! `compact_rev_key_apiserver` (`requests.rs`), a few bytes each; [`statement`] has all that it sends.
//! Sizes are measured (`sizes.rs`) and a value is read (`value.rs`) by another connection, on request.

mod access_path;
mod certificates;
mod contents;
mod database;
mod decode;
#[cfg(feature = "mysql")]
pub mod endpoint;
mod failure;
mod gate;
mod layout;
mod page;
mod probe;
mod read_indexes;
mod read_prefix;
mod read_rows;
mod requests;
mod sizes;
pub mod statement;
mod store;
mod value;
mod wire;

use std::time::{Duration, SystemTime};

use sqlx::mysql::{MySqlConnectOptions, MySqlRow, MySqlSslMode};
use sqlx::{ConnectOptions, Row as _};
use tokio::sync::mpsc::Sender;

use super::{Error, Event, Log, Moment, Opened, Options};
use crate::history::Server;
use access_path::Way;
use endpoint::{Endpoint, TlsMode};
use requests::Asking;
use wire::{Query, Wire};

/// How long the server may work on one statement. A page takes a quarter of a second, once it is
/// known how fast the server is; the first one on a slow disk takes several.
const STATEMENT_LIMIT: Duration = Duration::from_mins(1);

/// How long to wait for a word from the server: it stops a statement by itself before that, and
/// what is silent for longer is gone.
const SILENCE_LIMIT: Duration = STATEMENT_LIMIT.saturating_add(Duration::from_secs(15));

/// Reads kine's table at the endpoint and sends it, as [`Event`] describes. Ends early, without a
/// word, when the receiver is dropped.
///
/// All errors are sent. None holds a password.
async fn read(endpoint: &Endpoint, options: &Options, log: &Log, events: Sender<Event>) {
    let outcome = tokio::select! {
        // Also while the server is silent; and first, or one statement more might be sent.
        biased;
        () = events.closed() => return,
        outcome = send_table(endpoint, options, log, &events) => outcome,
    };
    let outcome = match outcome {
        Ok(Some(session)) => {
            session.wire.close().await;
            Ok(())
        }
        outcome => outcome.map(|_nobody_listens| ()),
    };
    // Nobody is left to tell that there is nobody left.
    drop(events.send(Event::Ended(outcome)).await);
}

/// A session on a server that can do nothing but read.
struct Session<'a> {
    endpoint: &'a Endpoint,
    wire: Wire<'a>,
}

/// Gives the session in its snapshot, once all has been sent; `None` where nobody listens.
async fn send_table<'a>(
    endpoint: &'a Endpoint,
    options: &Options,
    log: &Log,
    events: &Sender<Event>,
) -> Result<Option<Session<'a>>, Error> {
    let mut session = Session::open(endpoint, log).await?;
    let mut notes = endpoint.notes.clone();
    let server = session.server().await?;
    let kind = server.to_string();
    session.limit_statements(&server, &mut notes).await?;
    let gtid = session.gtid(&server).await?;
    session.fetch(statement::SNAPSHOT).await?;
    let at = Some(SystemTime::now());
    let binlog = session.binlog().await?;
    // In the same transaction: once the table was looked at, it cannot be altered before its rows come.
    session.hold().await?;
    let mut layout = session.layout(server.clone(), options, &mut notes).await?;
    let newest = session.newest().await?;
    if layout.profile.part.is_some() {
        layout.profile.current = newest.and_then(|id| id.try_into().ok());
    }
    let (profile, expected) = (layout.profile.clone(), layout.expected);
    // Without snapshots, rows may be of later.
    let moment = Moment { at, binlog: binlog.filter(|_| layout.has_snapshots()), gtid };
    let opened = Opened { profile, kind, moment, expected, has_values: true, notes };
    if events.send(Event::Opened(opened)).await.is_err() {
        return Ok(None);
    }
    let mut asking = Asking::new(&layout.profile.collation);
    match &layout.way {
        Way::Rows => session.send_rows(&layout, newest, &mut asking, events).await?,
        Way::Named(prefix) => session.send_named(&layout, prefix, &mut asking, events).await?,
        Way::Covered => session.send_covered(newest, &mut asking, events).await?,
    }
    session.send_requests(&layout, asking, events).await?;
    // What ends too early for one byte that was damaged leaves its rest for the next answer.
    if session.server().await? != server {
        return Err(failure::out_of_step(endpoint));
    }
    Ok(Some(session))
}

impl<'a> Session<'a> {
    /// Connects and makes the session read-only before anything else, and asks whether it is. What
    /// cuts answers is lifted before the first one.
    async fn open(endpoint: &'a Endpoint, log: &Log) -> Result<Self, Error> {
        let wire = Wire::connect(endpoint, log, SILENCE_LIMIT).await?;
        let mut session = Self { endpoint, wire };
        if let Err(error) = session.try_fetch(statement::READ_ONLY).await? {
            return Err(failure::not_read_only(endpoint, error));
        }
        // What a proxy does not pass on shows where an answer is compared with what must be there.
        if let Err(error) = session.try_fetch(statement::WHOLE).await?
            && failure::number(&error).is_none()
        {
            return Err(failure::reading(endpoint, error));
        }
        let rows = session.fetch(statement::IS_READ_ONLY).await?;
        let is_on =
            |row: &MySqlRow| text(row, 1).is_some_and(|value| value.eq_ignore_ascii_case("ON"));
        if rows.is_empty() || !rows.iter().all(is_on) {
            let told = rows.iter().filter_map(|row| Some((text(row, 0)?, text(row, 1)?)));
            let told: Vec<String> =
                told.map(|(name, value)| format!("{name} is {value}")).collect();
            return Err(failure::stays_writable(endpoint, &told));
        }
        Ok(session)
    }

    async fn fetch(&mut self, sql: &'static str) -> Result<Vec<MySqlRow>, Error> {
        self.try_fetch(sql).await?.map_err(|error| failure::reading(self.endpoint, error))
    }

    /// Asks what the server may refuse to tell, or not know.
    async fn try_fetch(
        &mut self,
        sql: &'static str,
    ) -> Result<Result<Vec<MySqlRow>, sqlx::Error>, Error> {
        self.wire.all(Query::text(sql)).await
    }

    /// Each server knows its own limit, and very old ones know none.
    async fn limit_statements(
        &mut self,
        server: &Server,
        notes: &mut Vec<String>,
    ) -> Result<(), Error> {
        let limit =
            if server.is_mariadb() { statement::LIMIT_MARIADB } else { statement::LIMIT_MYSQL };
        match self.try_fetch(limit).await? {
            Ok(_) => {}
            Err(error) if failure::number(&error).is_some() => {
                notes.push("The server sets no limit on how long a statement may take.".to_owned());
            }
            Err(error) => return Err(failure::reading(self.endpoint, error)),
        }
        Ok(())
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

/// What the driver is told, but for where the server is. It sends no statement of its own: it would change the session's SQL
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
    // Its log of statements would go to whoever listens, and nobody does.
    options.disable_statement_logging()
}
