//! What is read.

use super::*;

pub(super) fn reads() -> Vec<Case> {
    let native = "`mysql_native_password`";
    let first = "`caching_sha2_password`, the first login since the server started";
    let again = "`caching_sha2_password`, any later login";
    let again_beyond = "`caching_sha2_password`, any later login, from another machine";
    let with_key = "either with `--server-public-key`, any login, here and from another machine";
    let beyond = "from another machine, the plugin that is usual there";
    let sha256 = "`sha256_password`";
    let none = "an empty password";
    let usual = "`REQUIRE X509`, with `--ca-file` as well: the usual set-up of k3s";
    let columns = "`SELECT` on the columns that are read, and on no others";
    let offers_none = "a server that offers no TLS";
    let client_1 = "a client's certificate of X.509 version 1, where nothing is verified";
    let checked = "`--ca-file`: an authority of your own signed for that host";
    vec![
        row(native, On::MariaDb, NATIVE, TCP),
        row(native, On::MariaDb, NATIVE, PLAIN_TCP),
        row(native, On::MariaDb, NATIVE, SOCKET),
        row(native, On::MariaDb, NATIVE, PLAIN_SOCKET),
        row(first, On::MySql, SHA2, TCP),
        row(first, On::MySql, SHA2, PLAIN_TCP),
        row(first, On::MySql, SHA2, SOCKET),
        row(first, On::MySql, SHA2, PLAIN_SOCKET),
        later(again, TCP),
        later(again, PLAIN_TCP),
        later(again, SOCKET),
        later(again, PLAIN_SOCKET),
        later(again_beyond, PLAIN_NETWORK),
        row(sha256, On::MySql, SHA256, TCP),
        row(sha256, On::MySql, SHA256, PLAIN_TCP),
        row(sha256, On::MySql, SHA256, SOCKET),
        row(sha256, On::MySql, SHA256, PLAIN_SOCKET),
        Case { flags: PUBLIC_KEY, ..row(with_key, On::MySql, SHA2, PLAIN_NETWORK) },
        Case { flags: PUBLIC_KEY, ..row(with_key, On::MySql, SHA256, PLAIN_NETWORK) },
        Case { flags: PUBLIC_KEY, ..row(with_key, On::MySql, SHA2, PLAIN_TCP) },
        row(beyond, On::MySql, SHA2, Case { over: Over::Network, ..TCP }),
        row(beyond, On::MariaDb, NATIVE, Case { over: Over::Network, ..TCP }),
        row(beyond, On::MariaDb, NATIVE, PLAIN_NETWORK),
        open(none, On::Both, TCP),
        open(none, On::Both, PLAIN_TCP),
        open(none, On::Both, SOCKET),
        open(none, On::Both, PLAIN_SOCKET),
        socket(On::MariaDb, MARIADB_SOCKET, SOCKET),
        socket(On::MariaDb, MARIADB_SOCKET, PLAIN_SOCKET),
        socket(On::MySql, MYSQL_SOCKET, SOCKET),
        socket(On::MySql, MYSQL_SOCKET, PLAIN_SOCKET),
        row("`REQUIRE SSL`", On::Both, SSL, TCP),
        row("`REQUIRE SSL`", On::Both, SSL, SOCKET),
        Case {
            row: "`REQUIRE X509`, with `--cert-file` and `--key-file`",
            made: X509,
            flags: CLIENT,
            ..TCP
        },
        Case {
            row: "`REQUIRE X509`, with `--cert-file` and `--key-file`",
            made: X509,
            flags: CLIENT,
            ..SOCKET
        },
        Case { row: usual, made: X509, flags: ALL_FILES, ..TCP },
        Case { row: usual, made: X509, flags: ALL_FILES_OF_K3S, ..TCP },
        Case { row: usual, made: X509, flags: ALL_FILES, ..SOCKET },
        Case { row: columns, made: COLUMNS, ..TCP },
        Case { row: columns, made: COLUMNS, ..PLAIN_TCP },
        Case { row: columns, made: COLUMNS, ..SOCKET },
        Case { offers_tls: false, row: offers_none, parameters: "", ..PLAIN_TCP },
        Case { offers_tls: false, row: offers_none, parameters: "", ..PLAIN_SOCKET },
        verified(checked, Over::Tcp(HERE), ""),
        verified(checked, Over::Tcp("localhost"), ""),
        verified(checked, Over::Tcp("[::1]"), ""),
        verified(checked, Over::Socket, ""),
        verified("the same beside `tls=false`, which it overrules, as in kine", TCP.over, OFF),
        verified(
            "`ssl-mode=VERIFY_CA`: it signed for another host",
            Over::Tcp("127.0.0.2"),
            "?ssl-mode=VERIFY_CA",
        ),
        Case { row: "`--skip-verify`: nobody knows who signed", flags: SKIP_VERIFY, ..TCP },
        version_1(SKIP_VERIFY, TCP),
        version_1(&[], TCP),
        version_1(&[], Case { over: Over::Network, ..TCP }),
        version_1(&[], SOCKET),
        Case { on: On::MySql, made: SHA2, ..version_1(SKIP_VERIFY, TCP) },
        Case { on: On::MySql, made: SHA256, ..version_1(SKIP_VERIFY, TCP) },
        Case { row: client_1, made: X509, flags: CLIENT_1, ..TCP },
        Case { made: X509, flags: CLIENT_1, ..Case { row: client_1, ..version_1(&[], TCP) } },
        Case {
            row: "`--skip-verify`: a certificate that expired",
            on: On::MariaDb,
            flags: &["--skip-verify"],
            before: Before::Shows("expired"),
            ..TCP
        },
    ]
}
