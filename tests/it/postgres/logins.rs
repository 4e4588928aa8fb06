//! Who gets in, and how a session is encrypted.

use super::{SMALL, read, refused};
use crate::support::certificates::Certificates;
use crate::support::postgres::{Database, PASSWORD, Postgres, postgres};
use crate::support::program::{kinescope, ran, run_on};
use crate::support::server::own_address;

/// A database with kine's table, and accounts that may read it, each called as it logs in.
fn table(server: &Postgres) -> Database<'_> {
    let database = server.database();
    database.create_kine_table();
    database.exec(SMALL);
    for role in ["scram", "md5", "password", "peer", "cert", "ssl", "client", "far"] {
        let exists =
            server.ask("postgres", &format!("SELECT 1 FROM pg_roles WHERE rolname = '{role}'"));
        if exists.is_empty() {
            let how = if role == "md5" { "md5" } else { "scram-sha-256" };
            server.exec(
                "postgres",
                &format!("SET password_encryption = '{how}'; CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'"),
            );
        }
        database.exec(&format!("GRANT SELECT ON kine TO {role}"));
    }
    database
}

#[test]
fn accounts_get_in_as_the_server_has_it() {
    // Other tests need no accounts of these names.
    let server = Postgres::start(&[]);
    let database = table(&server);
    for role in ["scram", "md5", "password"] {
        assert_eq!(read(&database.url_of(role, "")).history.len(), 5, "{role}");
        let wrong = database.url_of(role, "").replace("rd%3F", "xx");
        assert!(refused(&wrong).contains(&format!("does not let {role} in")), "{role}");
    }
    assert_eq!(read(&database.url()).history.len(), 5, "trust");
    assert_eq!(read(&database.socket_url()).history.len(), 5, "trust, over a socket");
    let peer = refused(&database.socket_url().replace("postgres@", "peer@"));
    assert!(peer.contains("takes the user of the system for the account"), "{peer}");
    if rustix::process::geteuid().is_root() {
        assert_eq!(
            read(&database.socket_url().replace("postgres@", "root@")).history.len(),
            5,
            "peer"
        );
    }
    // The password itself goes to nobody but this machine.
    assert_eq!(read(&database.url_of("far", "")).history.len(), 5, "over the loopback");
    if let Some(own) = own_address() {
        let far = |role: &str| database.url_of(role, "").replace("127.0.0.1", &own.to_string());
        let bare = refused(&far("far"));
        assert!(
            bare.contains("wants the password of far unencrypted, so it was not sent"),
            "{bare}"
        );
        assert!(bare.contains("sslmode=require"), "{bare}");
        assert_eq!(read(&far("scram")).history.len(), 5, "over the network");
        assert!(refused(&far("scram").replace("rd%3F", "xx")).contains("does not let scram in"));
    }
    let encrypted = refused(&database.url_of("ssl", "?sslmode=disable"));
    assert!(encrypted.contains("leave out sslmode=disable"), "{encrypted}");
}

#[test]
fn a_password_comes_from_a_variable_or_a_file_and_connect_says_so() {
    let server = Postgres::start(&[]);
    let database = table(&server);
    let url = database.url().replace("postgres@", "scram@");
    let run = |set: &[(&str, &str)]| {
        let mut command = kinescope();
        command.arg("connect").env("K3S_DATASTORE_ENDPOINT", &url).envs(set.iter().copied());
        ran(command.stdin(std::process::Stdio::null()).output().expect("it runs"))
    };
    let without = run(&[]);
    assert_eq!(without.status, Some(3));
    assert!(without.err.contains("No password was given."), "{}", without.err);
    let with = run(&[("PGPASSWORD", PASSWORD), ("PGDATABASE", "nowhere")]);
    assert_eq!(with.status, Some(0), "{}", with.err);
    assert!(with.out.contains("password   set, from PGPASSWORD\n"), "{}", with.out);
    assert!(with.out.contains("user       scram, from K3S_DATASTORE_ENDPOINT\n"), "{}", with.out);
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("pass");
    let escaped = PASSWORD.replace(':', "\\:");
    std::fs::write(&file, format!("127.0.0.1:{}:*:scram:{escaped}\n", server.port)).expect("ours");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("ours");
    let file = file.to_string_lossy();
    let with = run(&[("PGPASSFILE", &file)]);
    assert_eq!(with.status, Some(0), "{}", with.err);
    assert!(with.out.contains(&format!("password   set, from {file}\n")), "{}", with.out);
    assert!(!with.out.contains(PASSWORD));
}

/// A server that shows the certificate of the authority `ca`, and asks for clients' own.
fn encrypting(certificates: &Certificates) -> Postgres {
    certificates.show("server");
    let settings = [
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", certificates.path("shown.pem").display()),
        format!("ssl_key_file={}", certificates.path("shown-key.pem").display()),
        format!("ssl_ca_file={}", certificates.path("ca.pem").display()),
    ];
    // The server reads the files as its own user.
    for name in ["shown.pem", "shown-key.pem", "ca.pem"] {
        postgres().own(&certificates.path(name));
    }
    let key = certificates.path("shown-key.pem");
    std::fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("ours");
    postgres().own(certificates.directory());
    Postgres::start(&settings)
}

#[test]
fn a_session_is_encrypted_and_the_server_verified_as_asked() {
    let certificates = Certificates::new();
    let tls = |name: &str| certificates.path(name).display().to_string();
    let server = encrypting(&certificates);
    let database = table(&server);
    let url = |more: &str| database.url_of("ssl", more);
    let ca = tls("ca.pem");
    let other = tls("other-ca.pem");
    for more in [
        String::new(),
        "?sslmode=allow".to_owned(),
        "?sslmode=prefer".to_owned(),
        "?sslmode=require".to_owned(),
        format!("?sslmode=require&sslrootcert={ca}"),
        format!("?sslmode=verify-ca&sslrootcert={ca}"),
        format!("?sslmode=verify-full&sslrootcert={ca}"),
    ] {
        let ran = run_on(&url(&more), &["connect"]);
        assert_eq!(ran.status, Some(0), "{more}: {}", ran.err);
        assert!(ran.out.contains("encrypted  yes: TLSv1.3, "), "{more}: {}", ran.out);
    }
    if let Some(own) = own_address() {
        let far = database.url_of("far", "").replace("127.0.0.1", &own.to_string());
        assert_eq!(
            read(&far).history.len(),
            5,
            "encrypted, the password may be asked for as it is"
        );
        let bare = refused(&format!("{far}?sslmode=disable"));
        assert!(bare.contains("so it was not sent"), "{bare}");
    }
    let at_localhost =
        url(&format!("?sslmode=verify-full&sslrootcert={ca}")).replace("127.0.0.1", "localhost");
    assert_eq!(read(&at_localhost).history.len(), 5, "the name is in the certificate, too");
    for (more, said) in [
        ("?sslmode=disable".to_owned(), "leave out sslmode=disable"),
        (
            "?sslmode=verify-full".to_owned(),
            "Give the authority that signed the server's certificate",
        ),
        (format!("?sslmode=verify-ca&sslrootcert={other}"), "Give the authority that signed"),
        (
            format!("?sslmode=verify-full&sslrootcert={}", tls("nothing.pem")),
            "cannot read the TLS file",
        ),
        (format!("?sslmode=require&sslcert={ca}"), "no key for it"),
    ] {
        let error = refused(&url(&more));
        assert!(error.contains(said), "{more}: {error}");
    }
    // Accounts that a certificate lets in.
    let client =
        format!("?sslmode=require&sslcert={}&sslkey={}", tls("client.pem"), tls("client-key.pem"));
    assert_eq!(read(&database.url_of("client", &client)).history.len(), 5);
    let error = refused(&database.url_of("cert", &client));
    assert!(error.contains("does not let cert in"), "{error}");
    let error = refused(&database.url_of("cert", "?sslmode=require"));
    assert!(error.contains("The server demands a certificate"), "{error}");
    // kine's and k3s' own way: the file beside the endpoint.
    let with_file = |file: &str| {
        let mut command = kinescope();
        command.arg("connect").env("KINE_ENDPOINT", url("")).env("KINE_CA_FILE", file);
        ran(command.stdin(std::process::Stdio::null()).output().expect("it runs"))
    };
    let verified = with_file(&ca);
    assert_eq!(verified.status, Some(0), "{}", verified.err);
    assert!(verified.out.contains("sslmode    verify-full "), "{}", verified.out);
    assert_eq!(with_file(&other).status, Some(3));
}

#[test]
fn a_certificate_lets_in_the_account_whose_name_it_has() {
    let certificates = Certificates::new();
    let server = encrypting(&certificates);
    let database = table(&server);
    let shown = |account: &str, name: &str| {
        let path = |end: &str| certificates.path(&format!("{name}{end}")).display().to_string();
        let url = format!("postgres://{account}@127.0.0.1:{}/{}", server.port, database.name);
        format!("{url}?sslmode=require&sslcert={}&sslkey={}", path(".pem"), path("-key.pem"))
    };
    assert_eq!(read(&shown("cert", "cert")).history.len(), 5, "no password was given");
    let other = refused(&shown("cert", "client"));
    assert!(other.contains("does not let cert in"), "{other}");
    assert!(other.contains("a certificate whose name is the user's"), "{other}");
    // Signed by nobody whom the server knows.
    let stranger = refused(&shown("cert", "stranger"));
    assert!(stranger.contains("ssl_ca_file"), "{stranger}");
}

#[test]
fn an_address_is_reached_whose_host_has_another_name() {
    let certificates = Certificates::new();
    let server = encrypting(&certificates);
    let database = table(&server);
    let ca = certificates.path("ca.pem").display().to_string();
    // Nobody resolves the second name, and only the first is in the certificate.
    let url = |host: &str, more: &str| {
        let more = format!("?hostaddr=127.0.0.1&sslrootcert={ca}&{more}");
        database.url_of("ssl", &more).replace("@127.0.0.1", &format!("@{host}"))
    };
    for mode in ["prefer", "require", "verify-ca"] {
        let ran = run_on(&url("db.invalid", &format!("sslmode={mode}")), &["connect"]);
        assert_eq!(ran.status, Some(0), "{mode}: {}", ran.err);
        assert!(ran.out.contains("encrypted  yes: TLSv1.3, "), "{mode}: {}", ran.out);
        assert!(
            ran.out.contains("hostaddr   127.0.0.1, from KINESCOPE_ENDPOINT"),
            "{mode}: {}",
            ran.out
        );
    }
    assert_eq!(read(&url("localhost", "sslmode=verify-full")).history.len(), 5);
    let error = refused(&url("db.invalid", "sslmode=verify-full"));
    assert!(error.contains("sslmode=verify-ca"), "{error}");
    let unencrypted = database.url_of("scram", "?hostaddr=127.0.0.1&sslmode=disable");
    assert_eq!(read(&unencrypted.replace("@127.0.0.1", "@db.invalid")).history.len(), 5);
    let nobody =
        refused(&url("localhost", "sslmode=require").replace(&format!(":{}/", server.port), ":1/"));
    assert!(nobody.contains("cannot connect to") && nobody.contains("hostaddr="), "{nobody}");
}

#[test]
fn tls_files_of_the_home_directory_are_shown_and_trusted() {
    let certificates = Certificates::new();
    let server = encrypting(&certificates);
    let database = table(&server);
    let home = tempfile::tempdir().expect("a directory");
    let files = home.path().join(".postgresql");
    std::fs::create_dir(&files).expect("ours");
    let put = |from: &str, to: &str| {
        std::fs::copy(certificates.path(from), files.join(to)).expect("both are ours");
    };
    let connect = |account: &str, mode: &str| {
        let address = format!("127.0.0.1:{}", server.port);
        let url = format!("postgres://{account}@{address}/{}?sslmode={mode}", database.name);
        let mut command = kinescope();
        command.args(["connect", &url]).env("HOME", home.path());
        ran(command.stdin(std::process::Stdio::null()).output().expect("it runs"))
    };
    assert_eq!(connect("cert", "require").status, Some(3), "nothing is there yet");
    put("cert.pem", "postgresql.crt");
    put("cert-key.pem", "postgresql.key");
    put("ca.pem", "root.crt");
    for (mode, meant) in [
        ("prefer", "prefer"),
        ("require", "verify-ca"),
        ("verify-ca", "verify-ca"),
        ("verify-full", "verify-full"),
    ] {
        let ran = connect("cert", mode);
        assert_eq!(ran.status, Some(0), "{mode}: {}", ran.err);
        assert!(ran.out.contains(&format!("sslmode    {meant} (")), "{mode}: {}", ran.out);
        for file in ["root.crt", "postgresql.crt", "postgresql.key"] {
            let said = format!(" {}, libpq's default", files.join(file).display());
            let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(&said), "{said}: {}", ran.out);
        }
    }
    put("other-ca.pem", "root.crt");
    for mode in ["require", "verify-ca", "verify-full"] {
        let error = connect("cert", mode).err;
        assert!(error.contains("Give the authority that signed"), "{mode}: {error}");
    }
    assert_eq!(connect("cert", "prefer").status, Some(0), "it does not matter who the server is");
}
