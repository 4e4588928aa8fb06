//! What went wrong with a server, in words: what failed, why, and what to do.
//!
//! The causes are the server's own words or the system's; neither repeats a password.

use std::io::ErrorKind;
use std::time::Duration;

use super::decode::Number;
use crate::source::Error;
use crate::source::endpoint::{Address, Endpoint, TlsMode};

/// `ER_KEY_DOES_NOT_EXITS`: an index is not there, or the server was told not to use it.
pub(super) const NO_INDEX: u16 = 1176;

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
        sqlx::Error::Tls(why) => (cannot_encrypt(endpoint), tls_hint(&why.to_string())),
        sqlx::Error::Protocol(why) if why.contains("unknown authentication plugin") => (
            format!(
                "cannot log in to {endpoint}: the account's way of logging in is not supported"
            ),
            "Use an account with mysql_native_password, caching_sha2_password or a socket login.",
        ),
        sqlx::Error::Protocol(_) => (
            format!("{endpoint} does not answer as MySQL or MariaDB does"),
            "Check the port: it may belong to another service.",
        ),
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
        ErrorKind::InvalidData => {
            return Error::new(cannot_encrypt(endpoint)).hint(tls_hint(&io.to_string()));
        }
        ErrorKind::ConnectionRefused | ErrorKind::NotFound if unix => {
            "Check that the server runs on this machine, and where its socket is."
        }
        // Only a file can be missing where no socket in the file system is asked for.
        ErrorKind::NotFound => "Check the paths of the TLS files: ssl-ca, ssl-cert and ssl-key.",
        ErrorKind::ConnectionRefused => "Check the host and the port, and that the server runs.",
        ErrorKind::PermissionDenied => {
            "Run kinescope as a user who may use the server's socket and read the TLS files."
        }
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => {
            "The server hung up. Its log may say why; it may demand TLS, or refuse this host."
        }
        _ => "Check the host and the port, and what lies between.",
    };
    Error::new(format!("cannot connect to {endpoint}")).hint(hint)
}

fn cannot_encrypt(endpoint: &Endpoint) -> String {
    format!("cannot encrypt the connection to {endpoint}")
}

fn tls_hint(why: &str) -> &'static str {
    if why.contains("does not support TLS") {
        "The server offers no encryption: leave out tls or ssl-mode, or set up TLS on the server."
    } else if why.contains("NotValidForName") || why.contains("not valid for name") {
        "The certificate is for another name, or for none: ssl-mode=VERIFY_CA checks only who \
         signed it."
    } else if why.contains("UnknownIssuer") {
        "Give the authority that signed the server's certificate: ssl-ca=/path/to/ca.pem."
    } else {
        "kinescope speaks TLS 1.2 and 1.3. On a trusted network tls=false does without."
    }
}

/// The server refused a login or a statement, or was lost.
pub(super) fn reading(endpoint: &Endpoint, error: sqlx::Error) -> Error {
    let database = &endpoint.database;
    let user = &endpoint.user;
    let (what, hint) = match number(&error) {
        Some(1045) if endpoint.password().is_none() => (
            format!("{endpoint} does not let {user} in"),
            "No password was given: --ask-password asks for one; [client] of ~/.my.cnf may hold it."
                .to_owned(),
        ),
        // What MariaDB says to an account that REQUIREs SSL.
        Some(1045) if endpoint.tls.mode == TlsMode::Disabled => (
            format!("{endpoint} does not let {user} in"),
            "Check the user and the password; or the account demands encryption: leave out \
             tls=false or ssl-mode=DISABLED."
                .to_owned(),
        ),
        Some(1045 | 1698) => (
            format!("{endpoint} does not let {user} in"),
            "Check the user and the password; in the form user:password@tcp(host)/ the password is \
             raw, in a URL it is percent-encoded."
                .to_owned(),
        ),
        Some(1044) => (
            format!("{user} may not use the database {database} at {endpoint}"),
            format!("Let an administrator GRANT SELECT ON {database}.kine to the account."),
        ),
        Some(1142 | 1143) => (
            format!("{user} may not read the table kine at {endpoint}"),
            format!("Let an administrator GRANT SELECT ON {database}.kine to the account."),
        ),
        Some(1049) => (
            format!("there is no database {database} at {endpoint}"),
            "Name kine's database after the last slash; kine's own default is kubernetes."
                .to_owned(),
        ),
        Some(1146) => return no_table(endpoint).because(cause(error)),
        Some(1040 | 1203 | 1226) => (
            format!("{endpoint} has no connection to spare"),
            "Try again later, or with an account that has connections of its own.".to_owned(),
        ),
        Some(1129 | 1130) => (
            format!("{endpoint} accepts no connection from this host"),
            "Let an administrator allow this host, or connect from another one.".to_owned(),
        ),
        Some(1820 | 1862) => (
            format!("the password of {user} at {endpoint} has expired"),
            "Give the account a new password with another client; kinescope changes nothing."
                .to_owned(),
        ),
        Some(3118 | 4151) => (
            format!("the account {user} at {endpoint} is locked"),
            "Let an administrator unlock it, or use another account.".to_owned(),
        ),
        Some(3159) => (
            format!("{endpoint} accepts encrypted connections only"),
            "Leave out tls=false or ssl-mode=DISABLED.".to_owned(),
        ),
        Some(1969 | 3024) => (
            format!("{endpoint} took too long over a statement, and stopped it"),
            "The server is busy or its disk is slow: try again when it is quiet, or read a replica."
                .to_owned(),
        ),
        Some(1412) => (
            format!("the table kine at {endpoint} was altered while it was read"),
            "Read it again.".to_owned(),
        ),
        Some(1053 | 1077 | 1927 | 1317) => (
            format!("{endpoint} was shut down, or the session was killed"),
            "Read it again when the server is back.".to_owned(),
        ),
        Some(_) => (
            format!("{endpoint} refused a statement"),
            "kinescope sends only what any MySQL 5.7 or MariaDB 10.2 and later knows.".to_owned(),
        ),
        None => (
            format!("the connection to {endpoint} was lost"),
            "Read it again; if it is lost again, the server's log may say why.".to_owned(),
        ),
    };
    Error::new(what).because(cause(error)).hint(hint)
}

/// The server did not make the session read-only, so nothing else is asked of it.
pub(super) fn not_read_only(endpoint: &Endpoint, error: sqlx::Error) -> Error {
    match number(&error) {
        // The first statement is where an expired password shows on some servers.
        None | Some(1820 | 1862) => reading(endpoint, error),
        Some(_) => Error::new(format!("{endpoint} does not make the session read-only"))
            .because(cause(error))
            .hint("kinescope reads only through sessions that cannot write; a proxy may be in the way."),
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

/// The server was not reached in time.
pub(super) fn no_answer(endpoint: &Endpoint, limit: Duration) -> Error {
    Error::new(format!("{endpoint} did not answer within {} s", limit.as_secs_f32()))
        .hint("Check the host and the port, and what lies between: a firewall drops silently.")
}

/// One index has entries of rows that another lacks.
pub(super) fn indexes_differ(endpoint: &Endpoint) -> Error {
    Error::new(format!("the indexes of the table kine at {endpoint} do not tell of the same rows"))
        .hint(
            "One of them may be damaged: CHECK TABLE kine tells. --columns all reads the rows \
             themselves.",
        )
}

/// The server went silent in the middle of a session.
pub(super) fn silent(endpoint: &Endpoint, limit: Duration) -> Error {
    Error::new(format!("{endpoint} sent nothing for {} s", limit.as_secs_f32()))
        .hint("The connection may be dead. Read it again.")
}

/// There is no table, or the account does not see it.
pub(super) fn no_table(endpoint: &Endpoint) -> Error {
    let database = &endpoint.database;
    Error::new(format!("there is no table kine at {endpoint}")).hint(format!(
        "Name the database that kine uses after the last slash. A table that the account may not \
         read looks the same: GRANT SELECT ON {database}.kine to it."
    ))
}

/// What the driver wraps, without the driver's own preface.
fn cause(error: sqlx::Error) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        sqlx::Error::Io(io) => io.into(),
        sqlx::Error::Tls(why) => why,
        sqlx::Error::Database(error) => {
            match error.try_downcast::<sqlx::mysql::MySqlDatabaseError>() {
                Ok(error) => error,
                Err(error) => error.message().to_owned().into(),
            }
        }
        sqlx::Error::Protocol(why) => why.into(),
        other => other.into(),
    }
}
