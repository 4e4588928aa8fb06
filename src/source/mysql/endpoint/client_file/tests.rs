use std::os::unix::fs::PermissionsExt;

use super::*;

fn parse(text: &str) -> Result<ClientFile, Error> {
    let mut file = ClientFile { path: "f".to_owned(), ..ClientFile::default() };
    file.take(text).map(|()| file)
}

fn filled(endpoint: &str, text: &str) -> Endpoint {
    let endpoint = Endpoint::parse(endpoint).expect(endpoint);
    endpoint.with_client_file(parse(text).expect(text)).expect(text)
}

const WHOLE: &str = "# mine\n[mysqld]\nuser=mysql\n[client]\nuser = kine\npassword=\"p#s\\\\s \"  # it\n\
                     host=db1\nport=3307\nssl_ca=/ca.pem\nloose-ssl-cert=/c.pem\nssl-key=/k.pem\n\
                     [mysql]\nuser=other\n";

#[test]
fn what_the_endpoint_leaves_out_is_filled_in() {
    let endpoint = filled("mysql:///kine", WHOLE);
    assert_eq!(endpoint.to_string(), "mysql://kine:***@tcp(db1:3307)/kine");
    assert_eq!(endpoint.password(), Some("p#s\\s "));
    assert_eq!(endpoint.tls.mode, TlsMode::VerifyCa);
    assert_eq!(
        endpoint.notes,
        ["Taken from [client] in f: user, password, address, ssl-ca, ssl-cert, ssl-key, ssl-mode."]
    );
    assert_eq!(endpoint.origins.user.as_deref(), Some("[client] in f"));
    assert_eq!(endpoint.origins.database.as_deref(), Some("the endpoint"));
    assert!(!format!("{endpoint:?}").contains("p#s"), "{endpoint:?}");
}

#[test]
fn what_the_endpoint_says_is_kept() {
    let said = "mysql://kine:pw@tcp(h)/k?tls=false&ssl-ca=/a&ssl-cert=/b&ssl-key=/c";
    let endpoint = filled(said, WHOLE);
    assert_eq!(endpoint, Endpoint::parse(said).expect(said));
    // (endpoint, file, what it becomes)
    let cases = [
        ("mysql://kine@tcp(h)/", "[client]\nuser=kine\npassword=x", "kine:***@tcp(h:3306)"),
        ("mysql://kine@tcp(h)/", "[client]\npassword=x", "kine:***@tcp(h:3306)"),
        // Another user's password is none of this one's.
        ("mysql://kine@tcp(h)/", "[client]\nuser=root\npassword=x", "kine@tcp(h:3306)"),
        ("mysql://kine@tcp(h)/", "[client]\nport=3307\nsocket=/s", "kine@tcp(h:3306)"),
        ("mysql://", "[client]\nhost=localhost\nsocket=/s", "root@unix(/s)"),
        ("mysql://", "[client]\nport=3307", "root@unix(/var/run/mysqld/mysqld.sock)"),
        ("mysql://u@/", "[client]\nhost='h h'", "u@tcp(h h:3306)"),
        // MariaDB's client takes capitals there, too.
        ("mysql://u@/", "[Client]\nhost=h", "u@tcp(h:3306)"),
        ("mysql://u@/", "\u{feff}[client]\nhost=h", "u@tcp(h:3306)"),
        ("mysql://u@/", "[client-server]\nport=1\n[client-mariadb]\nhost=h", "u@tcp(h:1)"),
        ("mysql://u@/", "[client-other]\nhost=h", "u@tcp(127.0.0.1:3306)"),
        ("mysql://", "[client]\nprotocol=tcp\nport=3307", "root@tcp(localhost:3307)"),
        ("mysql://", "[client]\nprotocol=TCP\nsocket=/s\nhost=h", "root@tcp(h:3306)"),
        ("mysql://", "[client]\nprotocol=socket\nhost=h\nsock=/s", "root@unix(/s)"),
        ("mysql://u@/", "[client]\npass=x\n", "u:***@tcp(127.0.0.1:3306)"),
        ("mysql://u@unix(/o)/", "[client]\nprotocol=tcp", "u@unix(/o)"),
        ("mysql://u@/", "[client]\n;host=h\nhost", "u@tcp(127.0.0.1:3306)"),
    ];
    for (said, text, becomes) in cases {
        let endpoint = filled(said, text);
        assert_eq!(endpoint.to_string(), format!("mysql://{becomes}/kubernetes"), "{text}");
    }
    for (text, mode) in [
        ("ssl-mode=REQUIRED\nssl-ca=/ca", TlsMode::Required),
        ("skip-ssl", TlsMode::Disabled),
        ("ssl", TlsMode::Required),
        ("ssl\nssl-ca=/ca", TlsMode::VerifyCa),
        ("ssl=0", TlsMode::Disabled),
        ("ssl-verify-server-cert", TlsMode::VerifyIdentity),
    ] {
        assert_eq!(filled("u@/", &format!("[client]\n{text}")).tls.mode, mode, "{text}");
    }
}

#[test]
fn a_database_is_filled_in_unless_one_is_named() {
    for (said, text, database) in [
        ("mysql://", "[client]\ndatabase=eyes", "eyes"),
        ("mysql://", "[client]\nloose-database=eyes", "eyes"),
        ("mysql://", "[client]\ndatabase=", "kubernetes"),
        ("mysql:///k", "[client]\ndatabase=eyes", "k"),
    ] {
        let endpoint = filled(said, text);
        assert_eq!(endpoint.database, database, "{said} {text}");
        let is_filled = database == "eyes";
        assert_eq!(endpoint.origins.database.as_deref() == Some("[client] in f"), is_filled);
    }
}

#[test]
fn a_file_that_says_nothing_to_clients_is_noted() {
    for text in ["", "[mysql]\nuser=x", "[mysqld]\nuser=x", "[client-other]\nuser=x"] {
        let file = parse(text).expect(text).noted_if_silent();
        let endpoint = Endpoint::parse("mysql://").expect("kine's default");
        let notes = endpoint.with_client_file(file).expect(text).notes;
        assert_eq!(notes.len(), 1, "{text}");
        assert!(notes[0].starts_with("Nothing was taken from f: it has no group"), "{notes:?}");
    }
    let file = parse("[client]\n").expect("a group").noted_if_silent();
    assert!(file.notes.is_empty());
}

#[test]
fn what_makes_no_sense_is_refused_without_being_repeated() {
    for (text, said) in [
        ("[client]\nport=sesame", "port"),
        ("[client]\nssl-mode=sesame", "ssl-mode in [client] is not DISABLED"),
    ] {
        let error = parse(text).expect_err(text);
        assert!(error.to_string().contains(said), "{error}");
        assert!(!format!("{error:?}").contains("sesame"), "{error:?}");
    }
    let endpoint = Endpoint::parse("mysql://").expect("kine's default");
    let file = parse("[client]\nuser=a\\tb").expect("it is well formed");
    let error = endpoint.with_client_file(file).expect_err("it would steer a terminal");
    assert_eq!(error.to_string(), "[client] in f: the endpoint holds a control character");
}

#[test]
fn a_file_that_everybody_may_write_to_is_not_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("my.cnf");
    assert!(ClientFile::read(&path).is_err(), "it is not there");
    assert!(ClientFile::read(directory.path()).is_err(), "it is a directory");
    std::fs::write(&path, "[client]\npassword=x\n").expect("a file");
    // (mode, whether it is read, how much is noted)
    for (mode, is_read, notes) in [(0o600, true, 0), (0o644, true, 1), (0o666, false, 0)] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&path, permissions).expect("it is ours");
        let file = ClientFile::read(&path);
        assert_eq!(file.is_ok(), is_read, "{mode:o}");
        assert_eq!(file.map_or(0, |file| file.notes.len()), notes, "{mode:o}");
    }
}

#[test]
fn what_it_says_of_encryption_is_taken_or_noted() {
    let text = "[client]\nserver-public-key-path=/k.pem\nssl-crl=/crl.pem\ntls_version=TLSv1.3\n";
    let file = parse(text).expect(text);
    assert_eq!(file.notes, ["ssl-crl in f was ignored.", "tls-version in f was ignored."]);
    let endpoint = filled("mysql://u@tcp(h)/", text);
    assert_eq!(endpoint.public_key.as_deref(), Some(Path::new("/k.pem")));
    assert_eq!(endpoint.origins.public_key.as_deref(), Some("[client] in f"));
}
