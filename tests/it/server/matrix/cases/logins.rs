//! Who is not let in, and accounts that may not log in now.

use super::*;

const fn not_by_socket(
    row: &'static str,
    on: On,
    made: &'static [&'static str],
    way: Case,
) -> Case {
    let says = "does not let '{user}' in";
    let to_do = "The account needs no password, but only the user of that name on the server's own \
                 machine can use it: run kinescope as that user (sudo -u USER), with \
                 unix(/path/to/the/server's/socket)";
    let plugin = if matches!(on, On::MySql) { Some(AUTH_SOCKET) } else { None };
    Case { on, plugin, made, password: None, ..refused(row, says, to_do, way) }
}

const fn unvouched(made: &'static [&'static str], way: Case) -> Case {
    let row = "`caching_sha2_password`, the first login, from another machine without TLS; `sha256_password`, any";
    let says = "with a key that nobody vouches for, so it was not sent";
    let to_do = "Leave out tls=false or ssl-mode=DISABLED to encrypt the session. Or give the \
                 server's own key with --server-public-key FILE";
    Case { on: On::MySql, made, ..refused(row, says, to_do, way) }
}

pub(super) fn passwords() -> Vec<Case> {
    let over_tcp = "a socket account, over TCP";
    let other_user = "a socket account, as another user";
    vec![
        Case {
            password: Some("sesame"),
            ..refused(
                "a wrong password",
                "does not let '{user}' in",
                "Check the user and the password. In the form user:password@tcp(host)/ the password is raw; in a URL it is percent-encoded",
                TCP,
            )
        },
        Case {
            password: None,
            ..refused(
                "no password, where there is one",
                "does not let '{user}' in",
                "--ask-password asks for one; [client] in ~/.my.cnf can hold it",
                TCP,
            )
        },
        unvouched(SHA2, PLAIN_NETWORK),
        unvouched(SHA256, PLAIN_NETWORK),
        Case {
            offers_tls: false,
            ..refused(
                "the same, on a server that offers no TLS",
                "with a key that nobody vouches for, so it was not sent",
                "Have TLS set up there, and demand it with tls=true. Or give the server's own key",
                Case { on: On::MySql, made: SHA2, over: Over::Network, ..TCP },
            )
        },
        Case {
            flags: &["--server-public-key=tests/fixtures/public-key.pem"],
            ..refused(
                "the same, with another server's `--server-public-key`",
                "does not let '{user}' in",
                "Check that --server-public-key is this server's key: no other works",
                Case { on: On::MySql, made: SHA2, ..PLAIN_NETWORK },
            )
        },
        Case {
            flags: &["--server-public-key=tests/fixtures/version-1.pem"],
            ..refused(
                "a `--server-public-key` that is not a public key",
                "holds no MySQL public key",
                "MySQL writes its own to public_key.pem in its data directory, and SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key' prints it",
                PLAIN_NETWORK,
            )
        },
        not_by_socket(over_tcp, On::MariaDb, OTHER_SOCKET, TCP),
        not_by_socket(over_tcp, On::MySql, MYSQL_SOCKET, TCP),
        not_by_socket(other_user, On::MariaDb, OTHER_SOCKET, SOCKET),
        not_by_socket(other_user, On::MySql, OTHER_MYSQL_SOCKET, SOCKET),
        Case {
            on: On::MariaDb,
            plugin: Some("INSTALL SONAME 'auth_ed25519'"),
            made: &[
                "CREATE USER {user} IDENTIFIED VIA ed25519 USING PASSWORD('{password}')",
                GRANT,
            ],
            ..refused(
                "MariaDB's `ed25519`",
                "'{user}' uses MariaDB's ed25519, which kinescope does not support",
                "Have an administrator create another account for reading: CREATE USER 'kinescope'@'%' IDENTIFIED BY '...'; GRANT SELECT ON {db}.kine TO 'kinescope'@'%'",
                TCP,
            )
        },
    ]
}

pub(super) fn limits() -> Vec<Case> {
    let x509 = "`REQUIRE X509`, and no certificate";
    vec![
        Case {
            made: &[ACCOUNT, GRANT, "ALTER USER {user} PASSWORD EXPIRE"],
            ..refused(
                "a password that expired",
                "the password of '{user}' at mysql://{user}:***@",
                "Have an administrator run ALTER USER '{user}'@'%' IDENTIFIED BY '...' (the account's own host for %), and give k3s and kine the new password if they use the account",
                TCP,
            )
        },
        Case {
            made: &[ACCOUNT, GRANT, "ALTER USER {user} ACCOUNT LOCK"],
            ..refused(
                "a locked account",
                "is locked",
                "Have an administrator run ALTER USER '{user}'@'%' ACCOUNT UNLOCK (the account's own host for %), or use another account",
                TCP,
            )
        },
        Case {
            made: &[ACCOUNT, GRANT, "ALTER USER {user} WITH MAX_USER_CONNECTIONS 1"],
            before: Before::InUse,
            ..refused(
                "`MAX_USER_CONNECTIONS` are open",
                "'{user}' has used up its limit at mysql://{user}:***@",
                "Close the account's other sessions, or use an account of its own: kine and k3s keep theirs open",
                TCP,
            )
        },
        Case {
            made: &[ACCOUNT, GRANT, "ALTER USER {user} WITH MAX_QUERIES_PER_HOUR 1"],
            before: Before::LoggedIn,
            ..refused(
                "`MAX_QUERIES_PER_HOUR` were sent",
                "'{user}' has used up its limit at mysql://{user}:***@",
                "The limit is per hour: try again later, or use another account",
                TCP,
            )
        },
        Case {
            before: Before::Full,
            ..refused(
                "`max_connections` are open",
                "has no free connection",
                "An administrator can see who holds them with SHOW PROCESSLIST, and can raise the limit with SET GLOBAL max_connections",
                TCP,
            )
        },
        Case {
            made: X509,
            ..refused(
                x509,
                "does not let '{user}' in",
                "Or more is demanded: a certificate (REQUIRE X509: --cert-file and --key-file), or encryption that the server does not offer",
                TCP,
            )
        },
    ]
}
