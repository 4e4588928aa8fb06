use std::ffi::OsString;

use super::*;

#[track_caller]
fn parse(text: &str) -> Endpoint {
    Endpoint::parse(text).unwrap_or_else(|why| panic!("{text}: {}", why.in_full()))
}

fn tcp(host: &str, port: u16) -> Address {
    Address::Tcp { host: host.to_owned(), port }
}

fn unix(directory: &str, port: u16) -> Address {
    Address::Unix { directory: directory.into(), port }
}

/// What libpq's variables say.
fn with(endpoint: Endpoint, set: &[(&str, &str)]) -> Result<Endpoint, Error> {
    endpoint.with_libpq(|name| {
        let found = set.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, value)| OsString::from(value))
            .or_else(|| (name == "HOME").then(|| "/nonexistent".into()))
    })
}

#[test]
fn a_url_is_what_libpq_and_kine_take_it_for() {
    // (typed, user, password, address, database)
    let cases = [
        ("postgres://", "postgres", Some("postgres"), tcp("localhost", 5432), "kubernetes"),
        ("postgresql://", "postgres", Some("postgres"), tcp("localhost", 5432), "kubernetes"),
        ("postgres://u:pw@db1/k", "u", Some("pw"), tcp("db1", 5432), "k"),
        ("POSTGRES://u:pw@db1:1/", "u", Some("pw"), tcp("db1", 1), "kubernetes"),
        ("postgres://u:p%40ss%3Aw%2Frd@h/k", "u", Some("p@ss:w/rd"), tcp("h", 5432), "k"),
        ("postgres://u@[::1]:6432/k", "u", None, tcp("::1", 6432), "k"),
        ("postgres://u@/k?host=/run/postgresql", "u", None, unix("/run/postgresql", 5432), "k"),
        ("postgres://u@:6432/k?host=h", "u", None, tcp("h", 6432), "k"),
        ("postgres://u@%2Frun%2Fpg/k?port=6432", "u", None, unix("/run/pg", 6432), "k"),
        ("postgres:///k?user=u&password=pw&host=h", "u", Some("pw"), tcp("h", 5432), "k"),
        ("postgres://h?user=u&dbname=k", "u", None, tcp("h", 5432), "k"),
        ("  postgres://u@h/a%20b\n", "u", None, tcp("h", 5432), "a b"),
        ("postgres://u:@h/k", "u", None, tcp("h", 5432), "k"),
        ("postgres://u@h/k?hostaddr=10.0.0.1", "u", None, tcp("h", 5432), "k"),
        ("postgres://u@/k?hostaddr=10.0.0.1", "u", None, tcp("10.0.0.1", 5432), "k"),
    ];
    for (typed, user, password, address, database) in cases {
        let endpoint = parse(typed);
        assert_eq!((&*endpoint.user(), endpoint.password()), (user, password), "{typed}");
        assert_eq!((endpoint.address(), endpoint.database()), (address, database), "{typed}");
        assert_eq!(endpoint.notes, Vec::<String>::new(), "{typed}");
        // What is shown can be typed again, but for the password.
        let again = parse(&endpoint.to_string().replace(":***", ""));
        assert_eq!(
            (again.user(), again.address()),
            (endpoint.user(), endpoint.address()),
            "{typed}"
        );
        assert_eq!(again.database(), endpoint.database(), "{typed}");
        let shown = format!("{endpoint} {endpoint:?}");
        assert!(!shown.contains("pw") && !shown.contains("p@ss"), "{shown}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_without_being_repeated() {
    // (typed, a part of what is said)
    let cases = [
        ("postgres://u:12/sesame@h/k", "not a URL"),
        ("postgres://u:12#sesame@h/k", "not a URL"),
        ("postgres://u:12?sesame@h/k", "not a URL"),
        ("postgres://u:sesame@h:port/k", "not a URL"),
        ("postgres://u:sesame@h1,h2/k", "several hosts"),
        ("postgres://u@h/k?host=sesame,b", "several hosts"),
        ("postgres://u:sesame@tcp(h:1)/k", "form of MySQL"),
        ("postgres://u@h/k/sesame", "more than a database name"),
        ("postgres://u@h/k?sslmode=sesame", "sslmode"),
        ("postgres://u@h/k?port=sesame", "port"),
        ("postgres://u@h/k?connect_timeout=sesame", "connect_timeout"),
        ("postgres://u@h/k?options=sesame", "options"),
        ("postgres://u@h/k?op(sesame)=1", "name=value"),
        ("postgres://u@h/k?tls=true", "another client's words"),
        ("postgres://u@h/k?channel_binding=require", "channel_binding asks for what"),
        ("postgres://u@h/k?sslcrl=/sesame", "sslcrl asks for what"),
        ("postgres://u@${sesame}/k", "variable that nothing expanded"),
        ("postgres://u@h/k%FF", "UTF-8"),
        ("postgres://u@h/k%1B", "control character"),
        ("postgres://u:sesame@h/k'", "quotes"),
    ];
    for (typed, said) in cases {
        let error = Endpoint::parse(typed).expect_err(typed);
        let all = format!("{} {:?} {error:?}", error.in_full(), error.what_to_do());
        assert!(error.is_usage() && all.contains(said), "{typed}: {all}");
        assert!(!all.contains("sesame"), "{all}");
    }
}

#[test]
fn a_parameter_is_taken_or_noted() {
    let endpoint = parse(
        "postgres://u@h/k?connect_timeout=1&application_name=me&search_path=k3s&keepalives=1\
         &target_session_attrs=any&channel_binding=prefer&client_encoding=auto",
    );
    assert_eq!(endpoint.connect_timeout(), Some(Duration::from_secs(2)));
    assert_eq!((endpoint.application_name(), endpoint.search_path()), ("me", Some("k3s")));
    let ignored = |name: &str| format!("The endpoint's parameter {name} was ignored.");
    assert_eq!(endpoint.notes, ["keepalives", "target_session_attrs"].map(ignored));
    let endpoint = parse("postgres://u@h/k?options=-csearch_path%3Da,b%20--work-mem%3D1%5C%20MB");
    let settings = endpoint.session_settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(settings, [("search_path", "a,b"), ("work_mem", "1 MB")]);
}

#[test]
fn encryption_is_what_libpq_and_kine_make_of_it() {
    let file = |path: &str| Some((PathBuf::from(path), "KINE_CA_FILE".to_owned()));
    let ca = || TlsFiles { ca: file("/ca"), ..TlsFiles::default() };
    // (typed, without files, with kine's)
    let cases = [
        ("postgres://u@h/k", SslMode::Prefer, SslMode::VerifyFull),
        ("postgres://u@h/k?sslmode=disable", SslMode::Disable, SslMode::Disable),
        ("postgres://u@h/k?sslmode=require", SslMode::Require, SslMode::VerifyCa),
        ("postgres://u@h/k?sslmode=verify-ca", SslMode::VerifyCa, SslMode::VerifyCa),
        ("postgres://u@/k?host=/s&sslmode=verify-full", SslMode::Disable, SslMode::Disable),
        ("postgres://u@h/k?sslrootcert=/own", SslMode::Prefer, SslMode::Prefer),
        ("postgres://u@h/k?sslrootcert=/own&sslmode=require", SslMode::VerifyCa, SslMode::VerifyCa),
    ];
    for (typed, alone, with_files) in cases {
        assert_eq!(parse(typed).mode(), alone, "{typed}");
        let with = parse(typed).with_tls_files(ca());
        assert_eq!(with.mode(), with_files, "{typed}");
        let own = if typed.contains("own") { "/own" } else { "/ca" };
        assert_eq!(with.ca(), Some(Path::new(own)), "{typed}");
        assert_eq!(parse(typed).with_other_tls_files(ca()).ca(), Some(Path::new("/ca")), "{typed}");
    }
    let skipping =
        parse("postgres://u@h/k").with_tls_files(ca()).with_skip_verify("KINE_SKIP_VERIFY");
    assert_eq!(skipping.mode(), SslMode::Require);
    let said = parse("postgres://u@h/k?sslmode=verify-full").with_skip_verify("--skip-verify");
    assert_eq!(said.mode(), SslMode::VerifyFull);
    let unused = parse("postgres://u@h/k?sslrootcert=/own").noted_if_odd();
    assert!(unused.notes[0].starts_with("sslrootcert is not used with sslmode=prefer"));
}

#[test]
fn variables_fill_in_what_the_url_leaves_out() {
    let all = [
        ("PGHOST", "h"),
        ("PGPORT", "6432"),
        ("PGUSER", "v"),
        ("PGPASSWORD", "sesame"),
        ("PGDATABASE", "d"),
        ("PGSSLMODE", "require"),
    ];
    let filled = with(parse("postgres://"), &all).expect("they make sense");
    assert_eq!(filled.to_string(), "postgres://v:***@h:6432/d");
    assert_eq!((filled.password(), filled.mode()), (Some("sesame"), SslMode::Require));
    assert_eq!(filled.origin("host").as_deref(), Some("PGHOST"));
    let kept = with(parse("postgres://u:pw@own:1/k?sslmode=disable"), &all).expect("as before");
    assert_eq!(kept.to_string(), "postgres://u:***@own:1/k");
    assert_eq!((kept.password(), kept.mode()), (Some("pw"), SslMode::Disable));
    // A host that was named has no other's address.
    let near = with(parse("postgres://u@own/k"), &[("PGHOSTADDR", "10.0.0.1")]).expect("as before");
    assert_eq!((near.address(), near.reached_at()), (tcp("own", 5432), None));
    // Both from one place are one server.
    let both = [("PGHOST", "h"), ("PGHOSTADDR", "10.0.0.1")];
    let both = with(parse("postgres://u@/k"), &both).expect("as before");
    assert_eq!((both.address(), both.reached_at()), (tcp("h", 5432), Some("10.0.0.1")));
    assert_eq!(both.to_string(), "postgres://u@h:5432/k?hostaddr=10.0.0.1");
    let error = with(parse("postgres://"), &[("PGPORT", "sesame")]).expect_err("it is no port");
    assert!(error.to_string().starts_with("PGPORT: ") && !error.in_full().contains("sesame"));
}

#[test]
fn tls_files_of_the_home_directory_stand_where_none_is_named() {
    let home = tempfile::tempdir().expect("a directory");
    let files = home.path().join(".postgresql");
    std::fs::create_dir(&files).expect("ours");
    let filled = |typed: &str| {
        let endpoint = parse(typed).with_libpq(|name| (name == "HOME").then(|| home.path().into()));
        endpoint.expect("it makes sense").noted_if_odd()
    };
    // What is named in the endpoint, and what of it is in the home directory.
    let own = |endpoint: &Endpoint| {
        [endpoint.ca(), endpoint.certificate(), endpoint.key()]
            .map(|file| file.map(|file| file.starts_with(&files)))
    };
    assert_eq!(own(&filled("postgres://u@h/k?sslmode=verify-full")), [None; 3]);
    let put = |name: &str| std::fs::write(files.join(name), "").expect("ours");
    put("postgresql.crt");
    assert_eq!(own(&filled("postgres://u@h/k")), [None; 3], "a certificate is none without a key");
    put("postgresql.key");
    assert_eq!(own(&filled("postgres://u@h/k")), [None, Some(true), Some(true)]);
    put("root.crt");
    assert_eq!(own(&filled("postgres://u@h/k")), [Some(true); 3]);
    let others = filled("postgres://u@h/k?sslrootcert=/ca&sslcert=/c&sslkey=/k&sslmode=require");
    assert_eq!(own(&others), [Some(false); 3]);
    let mixed = filled("postgres://u@h/k?sslcert=/c");
    assert_eq!(own(&mixed), [Some(true), Some(false), Some(true)]);
    for (typed, mode) in [
        ("postgres://u@h/k", SslMode::Prefer),
        ("postgres://u@h/k?sslmode=allow", SslMode::Allow),
        ("postgres://u@h/k?sslmode=require", SslMode::VerifyCa),
        ("postgres://u@h/k?sslmode=verify-full", SslMode::VerifyFull),
    ] {
        let endpoint = filled(typed);
        assert_eq!((endpoint.mode(), endpoint.notes), (mode, Vec::<String>::new()), "{typed}");
    }
}

#[test]
fn a_service_and_a_file_of_passwords_fill_in_the_rest() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    let write = |name: &str, text: &str, mode: u32| {
        std::fs::write(path(name), text).expect("ours");
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path(name), permissions).expect("ours");
    };
    write(
        "services",
        "[other]\nhost=x\n# ours\n[kine]\nhost = db1\nport=6432\nuser=s\nfrobs=1\n",
        0o644,
    );
    let passwords = "# a comment\nelse:*:*:*:wrong\ndb1:6432:*:s:p\\:q:r\\\\\n*:*:*:*:any\n";
    write("passwords", passwords, 0o600);
    let (services, passfile) = (path("services"), path("passwords"));
    let set = [("PGSERVICEFILE", &*services), ("PGPASSFILE", &passfile), ("PGUSER", "v")];
    let filled = with(parse("postgres:///k?service=kine"), &set).expect("both are there");
    assert_eq!(filled.to_string(), "postgres://s:***@db1:6432/k");
    assert_eq!(filled.password(), Some("p:q:r\\"));
    assert_eq!(filled.password_origin(), Some(passfile.clone()));
    assert_eq!(filled.origin("host"), Some(format!("[kine] in {services}")));
    assert_eq!(filled.notes, ["The endpoint's parameter frobs was ignored."]);
    let named = [set[0], set[1], ("PGSERVICE", "kine")];
    assert_eq!(
        with(parse("postgres:///k"), &named).expect("as before").password(),
        filled.password()
    );
    // Others' passwords are for nobody else, and an open file is for nobody.
    assert_eq!(with(parse("postgres://u@h/k"), &set).expect("it is there").password(), Some("any"));
    write("passwords", passwords, 0o640);
    let open = with(parse("postgres://u@h/k"), &set).expect("it is passed over");
    assert_eq!((open.password(), open.notes.len()), (None, 1));
    let error = with(parse("postgres:///k?service=nobody"), &set).expect_err("there is none");
    assert!(error.is_usage() && error.to_string().contains("was not found"), "{error}");
}
