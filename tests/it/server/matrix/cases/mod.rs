//! The rows.

mod encryption;
mod logins;
mod reads;
mod rights;

use super::Outcome::{Read, Refused};
use super::{Before, Case, On, Over};
use crate::support::server::PASSWORD;

const GRANT: &str = "GRANT SELECT ON {db}.kine TO {user}";
/// With the server's default plugin.
const ACCOUNT: &str = "CREATE USER {user} IDENTIFIED BY '{password}'";
const WITH_PASSWORD: &[&str] = &[ACCOUNT, GRANT];
const OPEN: &[&str] = &["CREATE USER {user}", GRANT];
const NATIVE: &[&str] = &[
    "CREATE USER {user} IDENTIFIED VIA mysql_native_password USING PASSWORD('{password}')",
    GRANT,
];
const SHA2: &[&str] =
    &["CREATE USER {user} IDENTIFIED WITH caching_sha2_password BY '{password}'", GRANT];
const SHA256: &[&str] =
    &["CREATE USER {user} IDENTIFIED WITH sha256_password BY '{password}'", GRANT];
/// MariaDB 10.11 lets in only who is called as the account is.
const MARIADB_SOCKET: &[&str] = &[
    "CREATE USER IF NOT EXISTS '{user}'@localhost",
    "ALTER USER '{user}'@localhost IDENTIFIED VIA unix_socket",
    "GRANT SELECT ON {db}.kine TO '{user}'@localhost",
];
const OTHER_SOCKET: &[&str] = &["CREATE USER {user} IDENTIFIED VIA unix_socket", GRANT];
const OTHER_MYSQL_SOCKET: &[&str] =
    &["CREATE USER {user} IDENTIFIED WITH auth_socket AS 'nobody else'", GRANT];
const AUTH_SOCKET: &str = "INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'";
const MYSQL_SOCKET: &[&str] = &["CREATE USER {user} IDENTIFIED WITH auth_socket AS '{os}'", GRANT];
const SSL: &[&str] = &["CREATE USER {user} IDENTIFIED BY '{password}' REQUIRE SSL", GRANT];
const X509: &[&str] = &["CREATE USER {user} IDENTIFIED BY '{password}' REQUIRE X509", GRANT];
const SECURE_ONLY: &[&str] = &[ACCOUNT, GRANT, "SET GLOBAL require_secure_transport = ON"];
const COLUMNS: &[&str] = &[
    ACCOUNT,
    "GRANT SELECT (id, name, created, deleted, create_revision, prev_revision, lease) \
     ON {db}.kine TO {user}",
];
const CLIENT: &[&str] =
    &["--cert-file={tls}/client.pem", "--key-file={tls}/client-key.pem", "--skip-verify"];
const CLIENT_1: &[&str] =
    &["--cert-file={tls}/version-1.pem", "--key-file={tls}/version-1-key.pem", "--skip-verify"];
const ALL_FILES: &[&str] =
    &["--ca-file={tls}/ca.pem", "--cert-file={tls}/client.pem", "--key-file={tls}/client-key.pem"];
const ALL_FILES_OF_K3S: &[&str] = &[
    "--datastore-cafile={tls}/ca.pem",
    "--datastore-certfile={tls}/client.pem",
    "--datastore-keyfile={tls}/client-key.pem",
];
const PUBLIC_KEY: &[&str] = &["--server-public-key={public}"];
const SKIP_VERIFY: &[&str] = &["--skip-verify"];
const OFF: &str = "?tls=false";
const HERE: &str = "127.0.0.1";

const TCP: Case = Case {
    row: "",
    user: None,
    on: On::Both,
    plugin: None,
    offers_tls: true,
    made: WITH_PASSWORD,
    password: Some(PASSWORD),
    over: Over::Tcp(HERE),
    parameters: "",
    flags: &[],
    before: Before::Nothing,
    outcome: Read { encrypted: true },
};
const SOCKET: Case = Case { over: Over::Socket, ..TCP };
const PLAIN_TCP: Case = Case { parameters: OFF, outcome: Read { encrypted: false }, ..TCP };
const PLAIN_NETWORK: Case = Case { over: Over::Network, ..PLAIN_TCP };
const PLAIN_SOCKET: Case = Case { over: Over::Socket, ..PLAIN_TCP };

/// Gives the cases of several ways the same row.
const fn row(row: &'static str, on: On, made: &'static [&'static str], way: Case) -> Case {
    Case { row, on, made, ..way }
}

const fn later(row: &'static str, way: Case) -> Case {
    Case { row, on: On::MySql, made: SHA2, before: Before::LoggedIn, ..way }
}

const fn open(row: &'static str, on: On, way: Case) -> Case {
    Case { row, on, made: OPEN, password: None, ..way }
}

const fn socket(on: On, made: &'static [&'static str], way: Case) -> Case {
    let row = "a socket account (`unix_socket`, `auth_socket`), as its user of the system";
    let user = if matches!(on, On::MariaDb) { Some("{os}") } else { None };
    let plugin = if matches!(on, On::MySql) { Some(AUTH_SOCKET) } else { None };
    Case { row, user, on, plugin, made, password: None, ..way }
}

const fn verified(row: &'static str, over: Over, parameters: &'static str) -> Case {
    Case { row, over, parameters, flags: &["--ca-file={tls}/ca.pem"], ..TCP }
}

/// Where nothing is verified, it does not matter what the server shows.
const fn version_1(flags: &'static [&'static str], way: Case) -> Case {
    let row = "a certificate of X.509 version 1, where nothing is verified";
    Case { row, flags, before: Before::Shows("version-1"), ..way }
}

const fn refused(row: &'static str, says: &'static str, to_do: &'static str, way: Case) -> Case {
    Case { row, outcome: Refused { status: 3, says, to_do }, ..way }
}

const fn client(
    row: &'static str,
    flags: &'static [&'static str],
    status: i32,
    says: &'static str,
    to_do: &'static str,
) -> Case {
    Case { row, made: X509, flags, outcome: Refused { status, says, to_do }, ..TCP }
}

/// All cases, those that are read first.
pub(super) fn all() -> Vec<Case> {
    let parts = [
        reads::reads,
        logins::passwords,
        logins::limits,
        encryption::authorities,
        encryption::files,
        rights::rights,
    ];
    parts.iter().flat_map(|part| part()).collect()
}
