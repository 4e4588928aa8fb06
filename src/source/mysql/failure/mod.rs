//! What went wrong with a server, in words: what failed, why, and what to do.
//!
//! The causes are the server's own words or the system's; neither repeats a password.

mod encryption;
mod login;

pub(super) use encryption::UNREADABLE;
pub(super) use login::{unvouched, wants_it_bare};

use std::io::ErrorKind;
use std::time::Duration;

use super::decode::Number;
use super::endpoint::{Address, Endpoint};
use crate::source::Error;

/// `ER_KEY_DOES_NOT_EXITS`: an index is not there, or the server was told not to use it.
pub(super) const NO_INDEX: u16 = 1176;

/// No right to the table or to a column, no such table, and a view of what is not there.
pub(super) const NOT_TO_BE_READ: [u16; 4] = [1142, 1143, 1146, 1356];

/// `ER_BAD_FIELD_ERROR`.
pub(super) const UNKNOWN_COLUMN: u16 = 1054;

/// The server's number for an error, if it is the server's.
pub(super) fn number(error: &sqlx::Error) -> Option<u16> {
    let error = error.as_database_error()?;
    error
        .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
        .map(sqlx::mysql::MySqlDatabaseError::number)
}

/// The server's words for an error, or the system's.
pub(super) fn words(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), ToString::to_string)
}

/// No session came about.
pub(super) fn connecting(endpoint: &Endpoint, error: sqlx::Error) -> Error {
    if number(&error).is_some() {
        return reading(endpoint, error);
    }
    let (what, hint) = match &error {
        sqlx::Error::Io(io) => return unreachable(endpoint, io).because(cause(error)),
        sqlx::Error::Tls(why) => {
            return encryption::failed(endpoint, &why.to_string()).because(cause(error));
        }
        // Only the TLS files are the driver's to configure.
        sqlx::Error::Configuration(why) => {
            return encryption::failed(endpoint, &why.to_string()).because(cause(error));
        }
        sqlx::Error::Protocol(why) => match login::unsupported(endpoint, why) {
            Some(unsupported) => return unsupported.because(cause(error)),
            // Of what it sends before a session is there, only an error is text.
            None if why.contains("utf-8") => (
                format!("{endpoint} refuses the session, with a message that is not UTF-8"),
                "Check the user, the password, and whether this host is let in; the server's own \
                 log may say why.",
            ),
            None => (
                format!("{endpoint} does not answer as MySQL or MariaDB does"),
                "Check the port: it may belong to another service.",
            ),
        },
        _ => (format!("cannot connect to {endpoint}"), "Check the endpoint."),
    };
    Error::new(what).because(cause(error)).hint(hint)
}

fn unreachable(endpoint: &Endpoint, io: &std::io::Error) -> Error {
    let unix = matches!(endpoint.address, Address::Unix(_));
    // The resolver's errors have no kind of their own.
    let resolver = io.to_string().contains("lookup address");
    let hint = match io.kind() {
        _ if resolver => "Check the host's name, and whether this machine can resolve it.",
        // What TLS finds wrong comes as an error of the stream below it.
        ErrorKind::InvalidData => return encryption::failed(endpoint, &io.to_string()),
        ErrorKind::ConnectionRefused | ErrorKind::NotFound if unix => {
            "Check that the server runs on this machine, and where its socket is."
        }
        ErrorKind::ConnectionRefused => {
            "Check the host and the port, and that the server is running."
        }
        ErrorKind::PermissionDenied => "Run kinescope as a user who can use the server's socket.",
        // Its alert may be lost with the connection.
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
            if endpoint.tls.certificate.is_some() =>
        {
            return Error::new(format!("cannot connect to {endpoint}")).hint(encryption::refused());
        }
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => {
            "The server hung up. Its log may say why; it may demand TLS, or refuse this host."
        }
        _ => "Check the host and the port, and the network in between.",
    };
    Error::new(format!("cannot connect to {endpoint}")).hint(hint)
}

/// The server refused a login or a statement, or was lost.
pub(super) fn reading(endpoint: &Endpoint, error: sqlx::Error) -> Error {
    if let Some(number) = number(&error)
        && let Some(refused) = login::refused(endpoint, number, &error.to_string())
    {
        return refused.because(cause(error));
    }
    let (what, hint) = match number(&error) {
        Some(1049) => (
            format!("there is no database {} at {endpoint}", endpoint.database),
            "Name kine's database after the last slash; kine's own default is kubernetes.",
        ),
        Some(1146) => return no_table(endpoint).because(cause(error)),
        Some(1969 | 3024) => (
            format!("{endpoint} stopped a statement that took too long"),
            "The server is busy or its disk is slow: try again when it is quiet, or read a replica.",
        ),
        Some(1412) => (
            format!("the table kine at {endpoint} was altered while it was being read"),
            "Read it again.",
        ),
        Some(1053 | 1077 | 1927 | 1317) => (
            format!("{endpoint} was shut down, or the session was killed"),
            "Read it again when the server is back.",
        ),
        Some(_) => (
            format!("{endpoint} refused a statement"),
            "kinescope sends only what any MySQL 5.7 or MariaDB 10.2 and later knows.",
        ),
        None if matches!(error, sqlx::Error::Io(_)) => (
            format!("the connection to {endpoint} was lost"),
            "Read it again. If that fails too, the server's log may say why.",
        ),
        None => return garbled(endpoint).because(cause(error)),
    };
    Error::new(what).because(cause(error)).hint(hint)
}

/// What was answered makes no sense.
fn garbled(endpoint: &Endpoint) -> Error {
    Error::new(format!("{endpoint} sent garbled data")).hint(
        "Read it again. If it happens again, check what lies in between: a proxy, a tunnel, a \
         network that damages packets.",
    )
}

/// An answer ended before its end.
pub(super) fn out_of_step(endpoint: &Endpoint) -> Error {
    garbled(endpoint).because("an answer ended too early")
}

/// An answer is not whole, and nobody said so.
pub(super) fn cut(endpoint: &Endpoint, why: &str) -> Error {
    Error::new(format!("an answer of {endpoint} is incomplete")).because(why.to_owned()).hint(
        "Something cuts answers short: a proxy or a gateway with a limit on rows or bytes \
         (maxrows in MaxScale), or sql_select_limit. Name the server itself, or raise that limit. \
         If the table was altered at that very moment, read it again.",
    )
}

/// Fewer of something came than there are.
pub(super) fn fewer(endpoint: &Endpoint, what: &str, came: u64, all: u64) -> Error {
    cut(endpoint, &format!("of {all} {what} {came} came"))
}

/// After a row nothing came, and there is more.
pub(super) fn ends_early(endpoint: &Endpoint, last: Option<Number>) -> Error {
    let why = match last {
        Some(id) => format!("nothing came after revision {id}, and it is not the last"),
        None => "no row came, although there are some".to_owned(),
    };
    cut(endpoint, &why)
}

/// The server did not make the session read-only, so nothing else is asked of it.
pub(super) fn not_read_only(endpoint: &Endpoint, error: sqlx::Error) -> Error {
    match number(&error) {
        // The first statement is where an expired password, or a limit, shows on some servers.
        None | Some(1226 | 1820 | 1862) => reading(endpoint, error),
        Some(_) => writable(endpoint).because(cause(error)),
    }
}

/// The server said that it made the session read-only, and does not say so when it is asked: these
/// are the variables that it has for that.
pub(super) fn stays_writable(endpoint: &Endpoint, told: &[String]) -> Error {
    let told = match told {
        [] => "it does not say whether it is".to_owned(),
        told => told.join(", "),
    };
    writable(endpoint).because(format!("it accepted the setting; asked again, {told}"))
}

fn writable(endpoint: &Endpoint) -> Error {
    Error::new(format!("{endpoint} does not make the session read-only")).hint(
        "kinescope reads only through sessions that cannot write. A proxy may be in the way: name \
         the server itself.",
    )
}

/// As [`reading`], saying how far the reading got.
pub(super) fn after(endpoint: &Endpoint, last: Option<Number>, error: sqlx::Error) -> Error {
    let error = reading(endpoint, error);
    match last {
        Some(id) => error.in_place(&format!("after revision {id}")),
        None => error,
    }
}

/// The server was not reached in time.
pub(super) fn no_answer(endpoint: &Endpoint, limit: Duration) -> Error {
    Error::new(format!("{endpoint} did not answer within {} s", limit.as_secs_f32())).hint(
        "Check the host and the port, and the network in between: a firewall may drop \
         packets silently.",
    )
}

/// One index has entries of rows that another lacks.
pub(super) fn indexes_differ(endpoint: &Endpoint) -> Error {
    Error::new(format!("the indexes of the table kine at {endpoint} disagree about its rows")).hint(
        "One of them may be damaged: CHECK TABLE kine shows that. --columns all reads the \
         rows themselves.",
    )
}

/// The server went silent in the middle of a session.
pub(super) fn silent(endpoint: &Endpoint, limit: Duration) -> Error {
    Error::new(format!("{endpoint} sent nothing for {} s", limit.as_secs_f32())).hint(
        "The connection may be dead, or somebody may hold a lock on the table, as SHOW \
         PROCESSLIST shows. Read it again.",
    )
}

/// There is no table, or the account does not see it.
pub(super) fn no_table(endpoint: &Endpoint) -> Error {
    Error::new(format!("there is no table kine at {endpoint}")).hint(format!(
        "Name the database that kine uses after the last slash. A table that the account may not \
         read looks the same: {}",
        login::grant(endpoint)
    ))
}

/// What the driver wraps, without the driver's own preface.
fn cause(error: sqlx::Error) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        sqlx::Error::Io(io) => io.into(),
        sqlx::Error::Tls(why) | sqlx::Error::Configuration(why) => why,
        sqlx::Error::Database(error) => {
            match error.try_downcast::<sqlx::mysql::MySqlDatabaseError>() {
                Ok(error) => error,
                Err(error) => error.message().to_owned().into(),
            }
        }
        // It ends in where the driver's source says so.
        sqlx::Error::Protocol(why) => match why.rsplit_once(" (sqlx") {
            Some((why, _)) => why.into(),
            None => why.into(),
        },
        other => other.into(),
    }
}
