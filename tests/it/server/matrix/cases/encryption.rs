//! What TLS finds wrong, or a server that wants it.

use super::*;

pub(super) fn authorities() -> Vec<Case> {
    let secure_only = "`require_secure_transport`, on a server that offers no TLS";
    let not_for_name = "Name the host as the certificate does, or check only who signed it, with ssl-mode=VERIFY_CA";
    vec![
        Case {
            flags: &["--ca-file={tls}/other-ca.pem"],
            ..refused(
                "another authority than `--ca-file` signed",
                "UnknownIssuer",
                "Give the authority that signed the server's certificate: --ca-file /path/to/ca.pem, or ssl-ca in the endpoint",
                TCP,
            )
        },
        Case {
            parameters: "?tls=true",
            ..refused(
                "`tls=true`, and an authority of your own",
                "UnknownIssuer",
                "Give the authority that signed the server's certificate: --ca-file /path/to/ca.pem, or ssl-ca in the endpoint",
                TCP,
            )
        },
        refused(
            "the certificate is for another host",
            "not valid for name",
            not_for_name,
            verified("", Over::Tcp("127.0.0.2"), ""),
        ),
        Case {
            // MySQL checks what it loads.
            on: On::MariaDb,
            before: Before::Shows("expired"),
            ..refused(
                "the server's certificate expired (MySQL loads none that has)",
                "expired",
                "Check this machine's clock, and have an administrator renew the server's certificate",
                verified("", Over::Tcp(HERE), ""),
            )
        },
        Case {
            before: Before::Shows("ca"),
            ..refused(
                "the server shows an authority's certificate",
                "CaUsedAsEndEntity",
                "Give it a certificate that the authority signed; --skip-verify only encrypts",
                verified("", Over::Tcp(HERE), ""),
            )
        },
        Case {
            parameters: "?ssl-mode=VERIFY_CA",
            before: Before::Shows("version-1"),
            ..refused(
                "a certificate of X.509 version 1, where the server is verified",
                "UnsupportedCertVersion",
                "The certificate, the server's or --cert-file's, is X.509 version 1, and only version 3 names the hosts it is for. Make a new one: openssl x509 -req -in server.csr -CA ca.pem -CAkey ca-key.pem -days 3650 -extfile names.cnf, where names.cnf says subjectAltName=DNS:HOST",
                verified("", Over::Tcp(HERE), ""),
            )
        },
        Case {
            offers_tls: false,
            flags: &["--skip-verify"],
            ..refused(
                "encryption, where the server offers none",
                "cannot encrypt the connection",
                "Leave out what asks for it (tls, ssl-mode, --ca-file, --skip-verify), or have an administrator set up TLS on the server",
                TCP,
            )
        },
        Case {
            made: SSL,
            ..refused(
                "`REQUIRE SSL`, with `tls=false`",
                "does not let '{user}' in",
                "Or the account or the server demands encryption: leave out tls=false or ssl-mode=DISABLED",
                PLAIN_TCP,
            )
        },
        Case {
            offers_tls: false,
            on: On::MySql,
            made: SECURE_ONLY,
            ..refused(
                secure_only,
                "accepts encrypted connections only",
                "On its own machine, use its socket, which counts as safe: unix(/path/to/socket)",
                TCP,
            )
        },
        Case {
            offers_tls: false,
            on: On::MariaDb,
            made: SECURE_ONLY,
            ..refused(
                secure_only,
                "does not let '{user}' in",
                "Or more is demanded: a certificate (REQUIRE X509: --cert-file and --key-file), or encryption that the server does not offer",
                TCP,
            )
        },
    ]
}

pub(super) fn files() -> Vec<Case> {
    vec![
        client(
            "a client's certificate that the server's authority did not sign",
            &[
                "--cert-file={tls}/stranger.pem",
                "--key-file={tls}/stranger-key.pem",
                "--skip-verify",
            ],
            3,
            "mysql://{user}:***@",
            "The server may not accept the client's certificate (--cert-file, ssl-cert): an authority in the server's own ssl_ca must have signed it, and it must not have expired",
        ),
        client(
            "a key that belongs to another certificate",
            &["--cert-file={tls}/client.pem", "--key-file={tls}/stranger-key.pem", "--skip-verify"],
            3,
            "KeyMismatch",
            "The key belongs to another certificate: `openssl x509 -pubkey -noout -in CERT` and `openssl pkey -pubout -in KEY` must print the same",
        ),
        client(
            "a key with a passphrase",
            &["--cert-file={tls}/client.pem", "--key-file=tests/fixtures/encrypted-key.pem"],
            3,
            "is encrypted with a passphrase",
            "Decrypt a copy that only you can read: umask 077; openssl pkey -in tests/fixtures/encrypted-key.pem -out plain.pem",
        ),
        client(
            "a certificate without its key, or a key alone",
            &["--cert-file={tls}/client.pem"],
            2,
            "there is a certificate to show, but no key for it",
            "Give the key as well: --key-file, or ssl-key in the endpoint",
        ),
        client(
            "a certificate without its key, or a key alone",
            &["--key-file={tls}/client-key.pem"],
            2,
            "there is a key, but no certificate to show",
            "Give the certificate as well: --cert-file, or ssl-cert in the endpoint",
        ),
        client(
            "a file that is missing",
            &["--ca-file={tls}/missing.pem"],
            3,
            "cannot read the TLS file {tls}/missing.pem",
            "Check the path, and that you can read the file",
        ),
        client(
            "a file that holds something else",
            &["--ca-file={tls}/client-key.pem"],
            3,
            "{tls}/client-key.pem holds no certificate",
            "TLS files must be PEM, which is text. Convert DER with openssl x509 -inform der or openssl pkey -inform der",
        ),
    ]
}
