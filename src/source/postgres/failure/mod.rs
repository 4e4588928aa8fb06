//! What went wrong with a server, in words: what failed, why, and what to do.
//!
//! The causes are the server's own words or the system's; neither repeats a password.

mod login;

pub(super) use login::{NOT_LET_IN, wants_it_bare};

use std::io::ErrorKind;
use std::time::Duration;

use sqlx::postgres::PgDatabaseError;

use super::decode::Number;
use super::endpoint::{Address, Endpoint};
use crate::source::Error;
use crate::source::sql::encryption::{Words, hint, refused_certificate};

/// What endpoints of PostgreSQL call what a hint speaks of.
const WORDS: Words = Words {
    asks: "sslmode",
    verify_ca: "sslmode=verify-ca",
    ca: "sslrootcert",
    certificate: "sslcert",
    server_ca: "ssl_ca_file",
    off: "sslmode=disable",
};

/// The server's SQLSTATE for an error, if it is the server's.
pub(super) fn state(error: &sqlx::Error) -> Option<String> {
    refusal(error).map(|refusal| refusal.code().to_owned())
}

fn refusal(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref()
}

/// The server's words for an error, or the system's.
pub(super) fn words(error: &sqlx::Error) -> String {
    let Some(refusal) = refusal(error) else { return error.to_string() };
    let detail = refusal.detail().map_or_else(String::new, |detail| format!(": {detail}"));
    format!("{}{detail} (SQLSTATE {})", refusal.message(), refusal.code())
}

/// Whether a statement failed because the table has no such values: no such column, or nothing that has
/// bytes.
pub(super) fn has_no_values(error: &sqlx::Error) -> bool {
    state(error).is_some_and(|state| ["42703", "42883"].contains(&&*state))
}

/// No session came about.
pub(super) fn connecting(endpoint: &Endpoint, error: sqlx::Error) -> Error {
    if state(&error).is_some() {
        return reading(endpoint, error);
    }
    let (what, hint) = match &error {
        sqlx::Error::Io(io) => return unreachable(endpoint, io).because(cause(error)),
        // Only the TLS files are the driver's to configure.
        sqlx::Error::Tls(why) | sqlx::Error::Configuration(why) => {
            return unencrypted(endpoint, &why.to_string()).because(cause(error));
        }
        // What the driver makes of no answer at all.
        sqlx::Error::Protocol(why) if why.contains("SSLRequest: 0x00") => {
            let why = std::io::Error::from(ErrorKind::UnexpectedEof);
            return unreachable(endpoint, &why).because(why);
        }
        sqlx::Error::Protocol(why) => match login::unsupported(endpoint, why) {
            Some(unsupported) => return unsupported.because(cause(error)),
            None => (
                format!("{endpoint} does not answer as PostgreSQL does"),
                "Check the port: it may belong to another service.",
            ),
        },
        _ => (format!("cannot connect to {endpoint}"), "Check the endpoint."),
    };
    Error::new(what).because(cause(error)).hint(hint)
}

fn unencrypted(endpoint: &Endpoint, why: &str) -> Error {
    let shows = endpoint.certificate().is_some();
    Error::new(format!("cannot encrypt the connection to {endpoint}"))
        .hint(hint(&WORDS, why, shows))
}

fn unreachable(endpoint: &Endpoint, io: &std::io::Error) -> Error {
    let is_socket = matches!(endpoint.address(), Address::Unix { .. });
    // The resolver's errors have no kind of their own.
    let resolver = io.to_string().contains("lookup address");
    let what = Error::new(format!("cannot connect to {endpoint}"));
    what.hint(match io.kind() {
        _ if resolver => "Check the host's name, and whether this machine can resolve it.",
        // What TLS finds wrong comes as an error of the stream below it.
        ErrorKind::InvalidData => return unencrypted(endpoint, &io.to_string()),
        ErrorKind::ConnectionRefused | ErrorKind::NotFound if is_socket => {
            "Check that the server runs on this machine, and in which directory its socket is \
             (unix_socket_directories)."
        }
        ErrorKind::ConnectionRefused => {
            "Check the host and the port, and that the server is running and listens there \
             (listen_addresses)."
        }
        ErrorKind::PermissionDenied => "Run kinescope as a user who can use the server's socket.",
        // Its alert may be lost with the connection.
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
            if endpoint.certificate().is_some() =>
        {
            return Error::new(format!("cannot connect to {endpoint}"))
                .hint(refused_certificate(&WORDS));
        }
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => {
            "The server hung up. Its log may say why; the port may also belong to another service."
        }
        _ => "Check the host and the port, and the network in between.",
    })
}

/// The server refused a login or a statement, or was lost.
pub(super) fn reading(endpoint: &Endpoint, error: sqlx::Error) -> Error {
    let Some(refusal) = refusal(&error) else {
        return lost(endpoint, &error).because(cause(error));
    };
    let (code, message) = (refusal.code(), refusal.message());
    if let Some(refused) = login::refused(endpoint, code, message) {
        return refused.because(cause(error));
    }
    let (what, hint) = match code {
        "57014" if message.contains("statement timeout") => (
            format!("{endpoint} stopped a statement that took too long"),
            "The server is busy or its disk is slow, or somebody holds a lock on the table: try again \
             when it is quiet, or read a standby.",
        ),
        "57014" => (format!("somebody cancelled the reading at {endpoint}"), "Read it again."),
        "55P03" => (
            format!("somebody holds a lock on the table kine at {endpoint}"),
            "Read it again when they are done: pg_stat_activity and pg_locks show who it is.",
        ),
        "40001" | "40P01" if message.contains("recovery") => (
            format!("{endpoint} is a standby, and stopped the reading to go on with its replay"),
            "Read it again, or read the primary. hot_standby_feedback=on or a longer \
             max_standby_streaming_delay on the standby avoids that.",
        ),
        "57P01" | "57P02" | "57P04" => (
            format!("{endpoint} was shut down, or the session was ended"),
            "Read it again when the server is back.",
        ),
        "57P03" => (
            format!("{endpoint} is not accepting connections"),
            "It is starting, recovering or shutting down: try again later.",
        ),
        "25P03" | "25P04" => (
            format!("{endpoint} ended the session because its transaction took too long"),
            "The server's idle_in_transaction_session_timeout or transaction_timeout is short: have it \
             raised for this account (ALTER ROLE ... SET), or read a standby.",
        ),
        "42P01" | "42703" | "0A000" => (
            format!("the table kine at {endpoint} was altered while it was being read"),
            "Read it again.",
        ),
        _ => (
            format!("{endpoint} refused a statement"),
            "kinescope sends only what PostgreSQL 12 and later know.",
        ),
    };
    Error::new(what).because(cause(error)).hint(hint)
}

/// An error that is not the server's.
fn lost(endpoint: &Endpoint, error: &sqlx::Error) -> Error {
    match error {
        sqlx::Error::Io(_) => Error::new(format!("the connection to {endpoint} was lost"))
            .hint("Read it again. If that fails too, the server's log may say why."),
        _ => Error::new(format!("{endpoint} sent garbled data")).hint(
            "Read it again. If it happens again, check what lies in between: a proxy, a tunnel, a \
             network that damages packets.",
        ),
    }
}

/// As [`reading`], saying how far the reading got.
pub(super) fn after(endpoint: &Endpoint, last: Option<Number>, error: sqlx::Error) -> Error {
    let error = reading(endpoint, error);
    match last {
        Some(id) => error.in_place(&format!("after revision {id}")),
        None => error,
    }
}

/// After a row nothing came, and there is more.
pub(super) fn ends_early(endpoint: &Endpoint, last: Option<Number>) -> Error {
    let why = match last {
        Some(id) => format!("nothing came after revision {id}, and it is not the last"),
        None => "no row came, although there are some".to_owned(),
    };
    Error::new(format!("an answer of {endpoint} is incomplete")).because(why).hint(
        "An index on id may be damaged: amcheck's bt_index_check shows that. Or something in between \
         cuts answers short: name the server itself.",
    )
}

/// The server began another transaction than it was asked to: a proxy may be in between.
pub(super) fn stays_writable(endpoint: &Endpoint, sql: &str, told: &str) -> Error {
    Error::new(format!("{endpoint} does not make the session read-only"))
        .because(format!("asked with {sql}, it says {told:?}"))
        .hint(
            "kinescope reads only through transactions that cannot write. A pooler in statement mode may \
             be in the way: name the server itself.",
        )
}

/// The server was not reached in time.
pub(super) fn no_answer(endpoint: &Endpoint, limit: Duration) -> Error {
    Error::new(format!("{endpoint} did not answer within {} s", limit.as_secs_f32())).hint(
        "Check the host and the port, and the network in between: a firewall may drop \
         packets silently.",
    )
}

/// The server went silent in the middle of a session.
pub(super) fn silent(endpoint: &Endpoint, limit: Duration) -> Error {
    Error::new(format!("{endpoint} sent nothing for {} s", limit.as_secs_f32()))
        .hint("The connection may be dead, or the server be overloaded. Read it again.")
}

/// There is no table where the endpoint looks; there may be some in other schemas.
pub(super) fn no_table(endpoint: &Endpoint, schemas: &[String]) -> Error {
    let error = Error::new(format!("there is no table kine at {endpoint}"));
    let Some(first) = schemas.first() else {
        return error.hint("Name the database that kine uses after the last slash.");
    };
    error.because(format!("there is one in another schema: {}", schemas.join(", "))).hint(format!(
        "If that is it, add search_path={first} to the endpoint. If the endpoint or the account looks \
         there already, the account may not use the schema: have an administrator run GRANT USAGE ON \
         SCHEMA {} TO {}.",
        login::name(first),
        login::account(endpoint)
    ))
}

/// The account sees the table, and may not read it.
pub(super) fn denied_table(endpoint: &Endpoint, schema: &str) -> Error {
    let account = login::account(endpoint);
    Error::new(format!("{account} may not read the table kine at {endpoint}")).hint(format!(
        "To read it, have an administrator run GRANT SELECT ON {}.kine TO {account}.",
        login::name(schema)
    ))
}

/// It speaks like PostgreSQL, and is another server.
pub(super) fn cockroach(endpoint: &Endpoint) -> Error {
    Error::new(format!("{endpoint} is CockroachDB, with which kinescope was never tested")).hint(
        "Export the table and read that as text: id, name, created, deleted, create_revision, \
         prev_revision and lease of every row, as CSV, with --collation binary.",
    )
}

/// It speaks like PostgreSQL, and says something else of itself.
pub(super) fn unknown_server(endpoint: &Endpoint, version: &str) -> Error {
    Error::new(format!("{endpoint} is not PostgreSQL"))
        .because(format!("it calls itself {version:?}"))
        .hint("Name the server itself, or export the table and read that as text.")
}

/// What the driver wraps, without the driver's own preface.
fn cause(error: sqlx::Error) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        sqlx::Error::Io(io) => io.into(),
        sqlx::Error::Tls(why) | sqlx::Error::Configuration(why) => why,
        sqlx::Error::Database(_) => words(&error).into(),
        // It ends in where the driver's source says so.
        sqlx::Error::Protocol(why) => match why.rsplit_once(" (sqlx") {
            Some((why, _)) => why.into(),
            None => why.into(),
        },
        other => other.into(),
    }
}
