use proptest::prelude::*;

use super::*;
use crate::source::locate::redacted;
use crate::source::sql::endpoint::TlsFiles;

fn tcp(host: &str, port: u16) -> Address {
    Address::Tcp { host: host.to_owned(), port }
}

fn parse(text: &str) -> Endpoint {
    Endpoint::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn every_form_is_understood() {
    let socket = || Address::Unix("/var/run/mysqld/mysqld.sock".into());
    // (typed, user, password, address, database)
    let cases = [
        (
            "mysql://username:password@tcp(hostname:3306)/database-name",
            ("username", Some("password"), tcp("hostname", 3306), "database-name"),
        ),
        (
            "mysql://user:p@ss:w/rd@tcp([::1]:3307)/kine?tls=skip-verify",
            ("user", Some("p@ss:w/rd"), tcp("::1", 3307), "kine"),
        ),
        ("mysql://root@unix(/var/run/mysqld/mysqld.sock)/", ("root", None, socket(), "kubernetes")),
        ("mysql://", ("root", None, socket(), "kubernetes")),
        ("mariadb://", ("root", None, socket(), "kubernetes")),
        ("mysql://user:pw@/kine", ("user", Some("pw"), tcp("127.0.0.1", 3306), "kine")),
        ("user:pw@tcp/kine", ("user", Some("pw"), tcp("127.0.0.1", 3306), "kine")),
        ("user:pw@(h:3306)/kine", ("user", Some("pw"), tcp("h", 3306), "kine")),
        ("user:pw@tcp(h:3306)/kine", ("user", Some("pw"), tcp("h", 3306), "kine")),
        ("user@tcp([fe80::1])/", ("user", None, tcp("fe80::1", 3306), "kubernetes")),
        ("user@tcp(::1)/", ("user", None, tcp("::1", 3306), "kubernetes")),
        ("user@tcp(fe80::1%eth0)/", ("user", None, tcp("fe80::1%eth0", 3306), "kubernetes")),
        ("mysql://u:p@tcp6([::1]:13316)/k3s", ("u", Some("p"), tcp("::1", 13316), "k3s")),
        ("u:p@tcp4(10.0.0.1:3306)/", ("u", Some("p"), tcp("10.0.0.1", 3306), "kubernetes")),
        ("user@unix/", ("user", None, Address::Unix("/tmp/mysql.sock".into()), "kubernetes")),
        ("mysql:///", ("", None, tcp("127.0.0.1", 3306), "kubernetes")),
        ("user:@tcp(h)/my%20db\n", ("user", None, tcp("h", 3306), "my db")),
        (
            "user:a?b=c/d@tcp(h)/kine?ssl-ca=/etc/ca.pem",
            ("user", Some("a?b=c/d"), tcp("h", 3306), "kine"),
        ),
        (
            "mysql://user:p%40ss@h:3306/kine?ssl-mode=VERIFY_CA&ssl-ca=/p/ca.pem",
            ("user", Some("p@ss"), tcp("h", 3306), "kine"),
        ),
        ("mariadb://user:p@ss@h/kine", ("user", Some("p@ss"), tcp("h", 3306), "kine")),
        ("mysql://h", ("root", None, tcp("h", 3306), "kubernetes")),
        ("mysql://h/?tls=false", ("root", None, tcp("h", 3306), "kubernetes")),
        ("mysql://u@[::1]:3307/kine", ("u", None, tcp("::1", 3307), "kine")),
        ("mysql://u:@@h/kine", ("u", Some("@"), tcp("h", 3306), "kine")),
        ("MySQL://u@tcp(h)/", ("u", None, tcp("h", 3306), "kubernetes")),
        ("mysql://u@h/kine?socket=/s", ("u", None, Address::Unix("/s".into()), "kine")),
    ];
    for (typed, (user, password, address, database)) in cases {
        let endpoint = parse(typed);
        let found = (&*endpoint.user, endpoint.password(), endpoint.address.clone());
        assert_eq!(found, (user, password, address), "{typed}");
        assert_eq!(endpoint.database, database, "{typed}");
        assert_eq!(endpoint.notes, Vec::<String>::new(), "{typed}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_without_being_repeated() {
    // (typed, a part of what is said)
    let cases = [
        ("sqlite:///var/lib/rancher/k3s/server/db/state.db?_journal=WAL", "is a file"),
        ("litestream://x", "is a file"),
        ("https://sesame:2379", "etcd"),
        ("http://127.0.0.1:2379", "etcd"),
        ("unix:///run/kine.sock", "kine's own socket"),
        ("nats://u:sesame@h", "NATS"),
        ("jetstream://h", "NATS"),
        ("dqlite://h", "Dqlite"),
        ("t4://h", "T4"),
        ("oracle://u:sesame@h", "scheme"),
        ("mysql://u:sesame@udp(h:1)/kine", "network"),
        ("mysql://u:pw@tcp(h:sesame)/kine", "port"),
        ("mysql://u:12/sesame@h/kine", "neither"),
        ("mysql://u:12?sesame@h/kine", "neither"),
        ("mysql://u:12#sesame@h/kine", "neither"),
        ("mysql://u:sesame@h:port/kine", "neither"),
        ("mysql://u:a@tcp(x)/sesame@udp(h)/kine", "neither"),
        ("mysql://u@h/kine/sesame", "more than a database name"),
        ("mysql://u:pw@tcp(h)/kine?tls=sesame", "tls"),
        ("mysql://u:pw@tcp(h)/kine?ssl-mode=sesame", "ssl-mode"),
        ("mysql://u:pw@tcp(h)/kine?timeout=sesame", "timeout"),
        ("mysql://u:pw@tcp(h)/kine?readTimeout=5", "readTimeout"),
        ("mysql://u:pw@tcp(h)/kine?open(sesame)=1", "name=value"),
        ("mysql://u:pw@tcp(h)/ki%FFne", "UTF-8"),
        ("mysql://u:pw@tcp(h)/ki%1Bne", "control character"),
        ("mysql://u:sesame@tcp([::1)/", "is not a host"),
        ("mysql://u:sesame@tcp([::1]33999)/", "is not a host"),
        ("mysql://u:sesame@tcp(a:b:c)/", "is not a host"),
        ("mysql://u:sesame@tcp(h,h2)/", "several hosts"),
        ("mysql://u:sesame@h,h2/k", "several hosts"),
        // One word may be a password.
        ("", "is empty"),
        ("sesame", "no scheme"),
        ("sesame/pass", "no scheme"),
        ("/sesame", "no scheme"),
        ("kine:12345", "no scheme"),
        ("-", "no scheme"),
        ("u:sesame@h/k", "no scheme"),
        ("# the endpoint, sesame", "a comment"),
        ("mysql:/u:sesame@tcp(127.0.0.1:13316)/k3s", "has one slash"),
        ("mysql:/sesame", "has one slash"),
        ("mysql://u:sesame@tcp\\(127.0.0.1:13316\\)/k3s", "backslashes"),
        ("u:sesame@unix\\(/run/s\\)/k3s", "backslashes"),
        ("'u:sesame@tcp(h)/k'", "quotes are part"),
        ("mysql://u:sesame@tcp(h)/k\"", "quotes are part"),
        ("mysql://u:sesame@tcp6(h)/k", "need a host and a port"),
        ("mysql://u:sesame@tcp6([::1])/k", "need a host and a port"),
        ("mysql://u:sesame@tcp4/k", "need a host and a port"),
        ("mysql://u:sesame@tcp6(127.0.0.1:1)/k", "another version of IP"),
        ("mysql://u:sesame@tcp4([::1]:1)/k", "another version of IP"),
        ("mysql://u:sesame@tcp(${DB_HOST}:3306)/k", "host is a variable"),
        ("mysql://u:sesame@tcp($(DB_HOST):3306)/k", "host is a variable"),
        ("mysql://u:sesame@tcp(h:${PORT})/k", "port is a variable"),
        ("mysql://u:sesame@${DB_HOST}/k", "host is a variable"),
        ("mysql://u:sesame@{{ .Values.host }}/k", "host is a variable"),
        ("mysql://u:sesame@tcp(<host>)/k", "host is a variable"),
        ("${SESAME_DSN}", "endpoint is a variable"),
        ("$SESAME_DSN", "endpoint is a variable"),
        ("mysql+pymysql://u:sesame@h/k", "scheme"),
        ("u:sesame@tcp(h)/k'", "quotes are part"),
        ("mysql://u:sesame@unix:/run/s", "more than a database name"),
        ("u:sesame@tcp(h)", "the / after it is missing"),
        ("mysql://u:se/same@tcp(h)", "the / after it is missing"),
        ("mysql://u:se/same@tcp(h:1)?tls=false", "the / after it is missing"),
        ("mysql://u:sesame@unix(/run/s)", "the / after it is missing"),
    ];
    for (typed, said) in cases {
        let error = Endpoint::parse(typed).expect_err(typed);
        assert!(error.is_usage(), "{typed}");
        assert!(error.to_string().contains(said), "{typed}: {error}");
        assert!(!format!("{error:?}").contains("sesame"), "{typed}: {error:?}");
    }
}

#[test]
fn nothing_stands_before_the_scheme() {
    // (typed, what is to be done)
    for (typed, to_do) in [
        ("\"mysql://u:sesame@tcp(h)/k\"", "quotes"),
        ("'mysql://u:sesame@tcp(h)/k'", "quotes"),
        ("K3S_DATASTORE_ENDPOINT=mysql://u:sesame@tcp(h)/k", "the name before"),
        ("K3S_DATASTORE_ENDPOINT='mysql://u:sesame@tcp(h)/k'", "quotes"),
        ("datastore-endpoint: mysql://u:sesame@tcp(h)/k", "the name before"),
        ("\u{200b}mysql://u:sesame@tcp(h)/k", "an invisible character"),
        ("jdbc:mysql://h/k?user=u&password=sesame", "Give mysql://"),
        ("u:ses://ame@tcp(h)/k", "part of the password"),
    ] {
        let error = Endpoint::parse(typed).expect_err(typed);
        assert_eq!(error.to_string(), "something stands before the endpoint's scheme", "{typed}");
        let hint = error.what_to_do().expect("a hint");
        assert!(hint.contains(to_do), "{typed}: {hint}");
        assert!(!format!("{error:?}").contains("sesame"), "{error:?}");
    }
    assert_eq!(parse("\u{feff}mysql://u@tcp(h)/k").short(), "h/k");
    assert_eq!(parse(" \u{feff} u@tcp(h)/k").short(), "h/k");
}

/// With work that grows with its square, each of these would take minutes.
#[test]
fn an_endpoint_of_any_length_is_looked_at_once() {
    for piece in ["/", "?/", "@/", ")?/", "tcp(h)?/", "/@", ":@/"] {
        let text = format!("mysql://u:p@tcp(h)/k?{}", piece.repeat(1_000_000));
        let _either_way = Endpoint::parse(&text);
        let _either_way = Endpoint::parse(&text["mysql://".len()..]);
    }
}

#[test]
fn parameters_choose_encryption_and_limits() {
    use TlsMode::{Disabled, Preferred, Required, VerifyCa, VerifyIdentity};
    let cases = [
        ("", Preferred),
        ("tls=preferred", Preferred),
        ("tls=false", Disabled),
        ("tls=0", Disabled),
        ("tls=skip-verify", Required),
        ("tls=true", VerifyIdentity),
        ("tls=kine", VerifyIdentity),
        ("ssl-ca=/ca.pem", VerifyIdentity),
        ("ssl-ca=%2Fca.pem&ssl-mode=verify_ca", VerifyCa),
        ("ssl_mode=REQUIRED", Required),
        ("sslMode=VERIFY_IDENTITY", VerifyIdentity),
        ("sslmode=verify-full", VerifyIdentity),
        ("sslmode=require", Required),
        ("sslMode=trust", Required),
        ("sslmode=disable", Disabled),
        ("sslCA=/ca.pem", VerifyIdentity),
    ];
    for (parameters, mode) in cases {
        for form in ["tcp(h:3306)", "h:3306"] {
            let endpoint = parse(&format!("mysql://u:pw@{form}/kine?{parameters}"));
            assert_eq!(endpoint.tls.mode, mode, "{form} {parameters}");
            let ca = parameters.contains("ca.pem").then(|| "/ca.pem".into());
            assert_eq!(endpoint.tls.ca, ca, "{form} {parameters}");
        }
    }
    assert!(parse("u@tcp(h)/?allowCleartextPasswords=true&collation=x").cleartext_password);
    let endpoint = parse("u@tcp(h)/?timeout=1m1.5s&readTimeout=0&charset=utf8&parseTime=true");
    assert_eq!(endpoint.connect_timeout, Some(Duration::from_millis(61_500)));
    assert_eq!(endpoint.read_timeout, None);
    assert_eq!(endpoint.notes, ["The endpoint's parameter parseTime was ignored."]);
}

/// Each is another client's: honoured above, or refused; never only ignored.
#[test]
fn tls_in_other_words_is_refused_with_what_to_write() {
    for parameter in [
        "sslaccept=strict",
        "ssl={\"rejectUnauthorized\":true}",
        "ssl=true",
        "ssl",
        "useSSL=true",
        "requireSSL=true",
        "verifyServerCertificate=true",
        "trustServerCertificate=false",
        "TLS=true",
        "Tls=skip-verify",
        "tls-version=TLSv1.3",
        "tlsVersion=1.2",
        "ssl_disabled=false",
        "ssl-verify-server-cert",
        "ssl_verify_identity=1",
        "sslcrl=/x",
        "enabledTLSProtocols=TLSv1.2",
        "trustCertificateKeyStoreUrl=file:x",
        "serverSslCert=/x",
    ] {
        let name = parameter.split('=').next().expect("a name");
        for form in ["tcp(h:3306)", "h:3306"] {
            let typed = format!("mysql://u:sesame@{form}/k3s?{parameter}");
            let error = Endpoint::parse(&typed).expect_err(&typed);
            let said =
                format!("the endpoint's parameter {name} asks for TLS in another client's words");
            assert_eq!(error.to_string(), said);
            assert!(
                error.what_to_do().is_some_and(|it| it.starts_with("Write tls=true to encrypt"))
            );
        }
    }
}

#[test]
fn what_looks_like_a_variable_is_noted() {
    let noted = |typed: &str| {
        let notes = parse(typed).noted_if_odd().notes;
        assert!(!notes.iter().any(|note| note.contains("db_password")), "{notes:?}");
        notes
            .iter()
            .filter_map(|note| note.split(' ').nth(1).map(str::to_owned))
            .collect::<Vec<_>>()
    };
    // (endpoint, the parts that look so)
    let cases: [(&str, &[&str]); 10] = [
        ("mysql://k3s:${db_password}@tcp(h:1)/k3s", &["password"]),
        ("mysql://k3s:$(db_password)@tcp(h:1)/k3s", &["password"]),
        ("mysql://k3s:{{ db_password }}@tcp(h:1)/k3s", &["password"]),
        ("mysql://k3s:<password>@tcp(h:1)/k3s", &["password"]),
        ("mysql://k3s:$DB_PASSWORD@tcp(h:1)/k3s", &["password"]),
        ("mysql://${U}:x${P}y@tcp(h:1)/${DB}", &["user", "password", "database"]),
        // A password may hold any sign.
        ("mysql://k3s:a$b{c}d@tcp(h:1)/k3s", &[]),
        ("mysql://k3s:$ecret@tcp(h:1)/k3s", &[]),
        ("mysql://k3s:p${}w@tcp(h:1)/k3s", &[]),
        ("mysql://k3s:<3@tcp(h:1)/k3s", &[]),
    ];
    for (typed, parts) in cases {
        assert_eq!(noted(typed), parts, "{typed}");
    }
}

#[test]
fn a_name_by_one_version_of_ip_is_noted() {
    let note = |typed: &str| parse(typed).notes.len();
    assert_eq!(note("u@tcp6(db1:3306)/"), 1);
    assert_eq!(note("u@tcp6([::1]:3306)/"), 0);
}

#[test]
fn what_may_hold_a_password_is_not_repeated() {
    for (typed, shown) in [
        ("mysql://u:sesame@tcp(h)/k", "mysql://u:***@tcp(h:3306)/k"),
        ("u:sesame@tcp(h)/k", "mysql://u:***@tcp(h:3306)/k"),
        ("u:sesame@udp(h)/k", "***"),
        ("postgres://u:sesame@h", "postgres://u:***@h:5432/kubernetes"),
        ("mysql://u:sesame", "***"),
        ("/registry/a:b", "/registry/a:b"),
        ("table.tsv", "table.tsv"),
    ] {
        assert_eq!(redacted(typed), shown);
    }
}

#[test]
fn each_part_knows_who_said_it() {
    let said = |text: &str| {
        let Origins { user, password, address, database, tls, ca, .. } = parse(text).origins;
        [user, password, address, database, tls, ca].map(|origin| origin.is_some())
    };
    // (typed, user, password, address, database, tls, ca)
    let cases = [
        ("mysql://", [false, false, false, false, false, false]),
        ("mysql:///k", [false, false, false, true, false, false]),
        ("mysql://u:@tcp/", [true, false, false, false, false, false]),
        ("mysql://u:p@tcp(h)/k?tls=preferred&ssl-ca=/a", [true, true, true, true, true, true]),
        ("mysql://h", [false, false, true, false, false, false]),
        ("mysql://u@unix/", [true, false, true, false, false, false]),
        ("mysql:///?socket=/s", [false, false, true, false, false, false]),
    ];
    for (typed, expected) in cases {
        assert_eq!(said(typed), expected, "{typed}");
    }
    let endpoint = parse("u@tcp(h)/").found_in("KINE_ENDPOINT");
    assert_eq!(endpoint.origins.user.as_deref(), Some("KINE_ENDPOINT"));
    assert_eq!(endpoint.origins.database, None);
}

#[test]
fn a_password_in_clear_is_noted() {
    for (parameters, notes) in [
        ("allowCleartextPasswords=true", 1),
        ("allowCleartextPasswords=true&tls=false", 1),
        ("allowCleartextPasswords=true&tls=skip-verify", 0),
        ("allowCleartextPasswords=false&tls=false", 0),
    ] {
        let noted = |form| parse(&format!("u:p@{form}/k?{parameters}")).noted_if_odd().notes;
        assert_eq!(noted("tcp(h)").len(), notes, "{parameters}");
        assert_eq!(noted("unix(/s)").len(), 0, "{parameters}");
    }
}

#[test]
fn files_beside_the_endpoint_are_taken_as_kine_takes_them() {
    let file = |name: &str| Some((name.into(), "KINE_CA_FILE".to_owned()));
    let ca = || TlsFiles { ca: file("/ca"), ..TlsFiles::default() };
    // (endpoint, mode, authorities, where)
    let cases = [
        ("u@tcp(h)/", TlsMode::VerifyIdentity, "/ca", tcp("h", 3306)),
        // kine's own configuration takes the place of what the driver is told.
        ("u@tcp(h)/?tls=skip-verify", TlsMode::VerifyIdentity, "/ca", tcp("h", 3306)),
        ("u@tcp(h)/?tls=false", TlsMode::VerifyIdentity, "/ca", tcp("h", 3306)),
        ("u@tcp(h)/?tls=preferred", TlsMode::VerifyIdentity, "/ca", tcp("h", 3306)),
        // What only kinescope understands is kept.
        ("u@tcp(h)/?ssl-mode=REQUIRED", TlsMode::Required, "/ca", tcp("h", 3306)),
        ("u@tcp(h)/?tls=false&ssl-mode=VERIFY_CA", TlsMode::VerifyCa, "/ca", tcp("h", 3306)),
        ("u@tcp(h)/?ssl-ca=/own", TlsMode::VerifyIdentity, "/own", tcp("h", 3306)),
        // kine's own default is then no socket.
        ("mysql://", TlsMode::VerifyIdentity, "/ca", tcp("127.0.0.1", 3306)),
        ("u@unix(/s)/", TlsMode::VerifyIdentity, "/ca", Address::Unix("/s".into())),
    ];
    for (typed, mode, path, address) in cases {
        let endpoint = parse(typed).with_tls_files(ca());
        assert_eq!((endpoint.tls.mode, endpoint.address.clone()), (mode, address), "{typed}");
        assert_eq!(endpoint.tls.ca.as_deref(), Some(Path::new(path)), "{typed}");
        // A flag wins over what the endpoint says.
        let endpoint = parse(typed).with_other_tls_files(ca());
        assert_eq!(endpoint.tls.ca.as_deref(), Some(Path::new("/ca")), "{typed}");
        assert_eq!(endpoint.origins.ca.as_deref(), Some("KINE_CA_FILE"), "{typed}");
    }
    let key = TlsFiles { key: file("/key"), ..TlsFiles::default() };
    assert_eq!(parse("u@tcp(h)/").with_tls_files(key).tls.mode, TlsMode::Preferred);
    let skip = |typed: &str| parse(typed).with_tls_files(ca()).with_skip_verify("x").tls.mode;
    assert_eq!(skip("u@tcp(h)/"), TlsMode::Required);
    assert_eq!(skip("u@tcp(h)/?tls=true"), TlsMode::VerifyIdentity);
    assert_eq!(skip("u@tcp(h)/?tls=skip-verify"), TlsMode::Required);
    let endpoint = parse("u@tcp(h)/?tls=false").with_tls_files(ca());
    assert_eq!(endpoint.origins.tls, None);
    assert_eq!(
        endpoint.notes,
        ["tls=false in the endpoint has no effect with KINE_CA_FILE: kine then encrypts, and \
          verifies who the server is."]
    );
}

#[test]
fn it_is_shown_without_its_password() {
    let cases = [
        ("kine:pw@tcp(db1)/", "mysql://kine:***@tcp(db1:3306)/kubernetes", "db1/kubernetes"),
        ("mysql://kine:pw@db1:3307/k", "mysql://kine:***@tcp(db1:3307)/k", "db1:3307/k"),
        ("u:pw@tcp([::1]:3307)/k", "mysql://u:***@tcp([::1]:3307)/k", "[::1]:3307/k"),
        (
            "mysql://",
            "mysql://root@unix(/var/run/mysqld/mysqld.sock)/kubernetes",
            "localhost/kubernetes",
        ),
    ];
    for (typed, shown, short) in cases {
        assert_eq!(parse(typed).to_string(), shown);
        assert_eq!(parse(typed).short(), short);
        assert_eq!(parse(shown).to_string(), shown, "it can be given again");
    }
}

proptest! {
    #[test]
    fn a_raw_password_survives_and_is_never_shown(password in "[^\\p{Cc}]{1,40}") {
        for (before, after) in [
            ("mysql://user:", "@tcp(db.example:3306)/kine?tls=preferred"),
            ("user:", "@unix(/run/my.sock)/"),
            ("mariadb://user:", "@/kine"),
        ] {
            if before == "user:" && format!(":{password}@").contains("://") {
                // kine, too, takes what is before the first `://` for the scheme.
                let error = Endpoint::parse(&format!("{before}{password}{after}"));
                let said = format!("{:?}", error.expect_err("not a scheme"));
                prop_assert!(!said.contains(&password), "{}", said);
                continue;
            }
            let endpoint = parse(&format!("{before}{password}{after}"));
            prop_assert_eq!(endpoint.password(), Some(&*password));
            prop_assert_eq!(&endpoint.user, "user");
            let without = parse(&format!("{before}{after}"));
            let shown = format!("{endpoint} {endpoint:?} {}", endpoint.short());
            let rest = format!("{without} {without:?} {}", without.short());
            if password.chars().count() > 3 && !rest.contains(&password) {
                prop_assert!(!shown.contains(&password), "{}", shown);
            }
        }
    }

    #[test]
    fn no_refusal_repeats_what_was_typed(password in "[a-z/?#@:()%]{4,12}", tail in "[a-z/?@:()]{0,8}") {
        let password = format!("QZ{password}ZQ");
        for before in ["mysql://user:", "user:", "", "'mysql://user:", "jdbc:mysql://user:"] {
            if let Err(error) = Endpoint::parse(&format!("{before}{password}@{tail}")) {
                let said = format!("{error} {error:?} {:?}", error.what_to_do());
                prop_assert!(!said.contains("QZ") && !said.contains("ZQ"), "{}", said);
            }
        }
    }

    #[test]
    fn a_word_is_no_endpoint(word in "[a-z0-9:./_-]{0,20}") {
        prop_assert!(Endpoint::parse(&word).is_err(), "{}", word);
    }
}
