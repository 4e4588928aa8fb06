//! `kinescope connect` on real servers: what it says, what it sends, and what it never shows.

use std::ffi::OsStr;

use serde_json::{Value, json};

use super::{is_listed, on_a_new_table, on_every_server};
use crate::support::certificates::Certificates;
use crate::support::program::{Ran, kinescope, ran, run, run_on};
use crate::support::pty::Pty;
use crate::support::server::{Database, PASSWORD, USER};

/// Runs the program, the endpoint in its environment.
fn connect(endpoint: &str, arguments: &[&str]) -> Ran {
    let ran = run_on(endpoint, &[&["connect"], arguments].concat());
    let told = format!("{}{}", ran.out, ran.err);
    assert!(!told.contains(PASSWORD) && !told.contains("IDENTIFIED BY PASSWORD"), "{told}");
    ran
}

#[test]
fn what_is_said_of_a_server_is_so() {
    on_a_new_table(|database| {
        let Database { server, name } = database;
        let ran = connect(&database.dsn(), &[]);
        let told = format!("{}{}", ran.out, ran.err);
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""), "{told}");
        let kind = if server.mariadb { "MariaDB" } else { "MySQL" };
        let port = server.port;
        for line in [
            format!("server     tcp(127.0.0.1:{port}), from KINESCOPE_ENDPOINT\n"),
            format!("user       {USER}, from KINESCOPE_ENDPOINT\n"),
            "password   set, from KINESCOPE_ENDPOINT\n".to_owned(),
            format!("database   {name}, from KINESCOPE_ENDPOINT\n"),
            "ssl-mode   PREFERRED (encrypted if offered, without checking who the server is)\n"
                .to_owned(),
            format!("answers    {kind} "),
            // The server found for these tests has no certificates where it is MariaDB.
            format!("encrypted  {}", if server.mariadb { "no\n" } else { "yes: TLSv1." }),
            format!("account    {USER}@"),
            "read-only  yes".to_owned(),
            "table      kine, ".to_owned(),
            "readable   yes".to_owned(),
            "grants     GRANT ".to_owned(),
            "The account may do more than read.".to_owned(),
        ] {
            assert!(told.contains(&line), "no {line:?} in\n{told}");
        }
        let socket = connect(&database.socket_dsn(), &[]);
        assert_eq!(socket.status, Some(0), "{}", socket.err);
        assert!(socket.out.contains("server     unix("), "{}", socket.out);
    });
}

#[test]
fn rows_are_estimated_and_none_is_read() {
    on_every_server(|server| {
        let database = server.database();
        database.load("incident-before.sql.gz");
        database.exec("ANALYZE TABLE kine");
        let dsn = database.dsn();
        let (ran, sent) = server.logged(&database.name, || connect(&dsn, &[]));
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        assert!(ran.out.contains(" rows, by the server's estimate (InnoDB)"), "{}", ran.out);
        let strangers: Vec<_> = sent.iter().filter(|sent| !is_listed(sent)).collect();
        assert!(strangers.is_empty(), "{strangers:#?}");
        assert!(sent.iter().any(|sent| sent == "SHOW GRANTS"), "{sent:#?}");
        let rows = |sent: &&String| sent.contains("FROM kine");
        assert!(
            sent.iter().filter(rows).all(|sent| sent.ends_with("LIMIT 0") || sent.ends_with('?'))
        );
    });
}

#[test]
fn what_is_missing_is_said_after_what_is_there() {
    on_a_new_table(|database| {
        let Database { server, name } = database;
        database.exec(&format!(
            "CREATE USER ro_{name} IDENTIFIED BY 'sesame'; \
             GRANT SELECT ON {name}.kine TO ro_{name}; \
             CREATE USER in_{name} IDENTIFIED BY 'sesame'; \
             GRANT INSERT ON {name}.kine TO in_{name}; \
             CREATE TABLE other (id INT)"
        ));
        let endpoint = |user: &str, password: &str| {
            format!("mysql://{user}_{name}{password}@tcp(127.0.0.1:{})/{name}", server.port)
        };
        let reader = connect(&endpoint("ro", ":sesame"), &[]);
        assert_eq!(reader.status, Some(0), "{}", reader.err);
        assert!(!reader.out.contains("may do more"), "{}", reader.out);
        assert!(!reader.out.contains("sesame"), "{}", reader.out);
        // It sees the table's columns, and may not read them.
        let writer = connect(&endpoint("in", ":sesame"), &[]);
        assert_eq!(writer.status, Some(3), "{}", writer.out);
        assert!(writer.out.contains("NOT READABLE: 'in_"), "{}", writer.out);
        assert!(writer.out.contains("grants     GRANT"), "{}", writer.out);
        assert!(writer.err.contains("GRANT SELECT ON"), "{}", writer.err);
        let none = connect(&endpoint("ro", ""), &[]);
        assert_eq!(none.status, Some(3));
        assert!(none.out.contains("password   not set\n"), "{}", none.out);
        assert!(none.err.contains("--ask-password asks for one"), "{}", none.err);
        let empty = connect(&server.database().dsn(), &[]);
        assert_eq!(empty.status, Some(3));
        assert!(
            empty.out.contains("table      NOT READABLE: there is no table kine"),
            "{}",
            empty.out
        );
    });
}

#[test]
fn a_certificate_is_checked_as_far_as_it_is_asked_for() {
    on_a_new_table(|database| {
        if database.server.mariadb {
            // It offers no encryption: `refusals.rs` has what is said then.
            return;
        }
        // MySQL makes itself authorities, and a certificate without a name.
        let ca = database.server.authorities();
        let ca = ca.to_str().expect("its path is UTF-8");
        let dsn = database.dsn();
        let named = connect(&dsn, &["--ca-file", ca]);
        assert_eq!(named.status, Some(3), "{}", named.out);
        assert!(named.out.contains("ssl-mode   VERIFY_IDENTITY"), "{}", named.out);
        assert!(named.out.contains("because TLS files are named"), "{}", named.out);
        assert!(named.err.contains("ssl-mode=VERIFY_CA"), "{}", named.err);
        let signed = connect(&format!("{dsn}?ssl-mode=VERIFY_CA"), &["--datastore-cafile", ca]);
        assert_eq!(signed.status, Some(0), "{}", signed.err);
        assert!(signed.out.contains("encrypted  yes: TLSv1."), "{}", signed.out);
        assert!(signed.out.contains(", from --ca-file\n"), "{}", signed.out);
        let skipped = connect(&dsn, &["--skip-verify", "--ca-file", ca]);
        assert_eq!(skipped.status, Some(0), "{}", skipped.err);
        assert!(skipped.out.contains("REQUIRED"), "{}", skipped.out);
        // The driver adds a file to the system's authorities, which may be others.
        let certificates = Certificates::new();
        let other = certificates.path("other-ca.pem");
        for (system, status) in [(OsStr::new(ca), 0), (other.as_os_str(), 3)] {
            let mut command = kinescope();
            let dsn = format!("{dsn}?ssl-mode=VERIFY_CA");
            command.env("KINESCOPE_ENDPOINT", dsn).env("SSL_CERT_FILE", system);
            command.args(["connect", "--ca-file"]).arg(&other);
            let ran = crate::support::program::ran(command.output().expect("the program runs"));
            assert_eq!(ran.status, Some(status), "{}{}", ran.out, ran.err);
            let text = ran.out.replace('\n', " ");
            assert!(
                text.contains("Besides that file, this machine's own authorities are trusted"),
                "{text}"
            );
        }
        assert!(!skipped.out.contains("are trusted"), "{}", skipped.out);
    });
}

#[test]
fn a_program_is_told_the_same() {
    on_a_new_table(|database| {
        let Database { server, name } = database;
        let dsn = database.dsn();
        let json = |ran: &Ran| serde_json::from_str::<Value>(&ran.out).expect("it is JSON");
        let ran = connect(&dsn, &["--format=json"]);
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
        let told = json(&ran);
        let from = "KINESCOPE_ENDPOINT";
        let address = format!("tcp(127.0.0.1:{})", server.port);
        for (pointer, value) in [
            ("/schema", json!("kinescope.connect/v1")),
            ("/source", json!(format!("mysql://{USER}:***@{address}/{name}"))),
            ("/readable", json!(true)),
            ("/server", json!({"value": address, "from": from})),
            ("/password", json!({"set": true, "from": from})),
            ("/ssl_mode", json!({"value": "PREFERRED", "from": null})),
            ("/ssl_ca", json!(null)),
            ("/notes", json!([])),
            ("/answer/read_only", json!(true)),
            ("/answer/table/engine", json!("InnoDB")),
            ("/answer/may_write", json!(true)),
            ("/error", json!(null)),
        ] {
            assert_eq!(told.pointer(pointer), Some(&value), "{pointer}");
        }
        // What the text says of the server's own words.
        let text = connect(&dsn, &[]).out;
        let kind = told["answer"]["server"].as_str().expect("a name");
        assert!(text.contains(&format!("answers    {kind}\n")), "{text}");
        let grants = told["answer"]["grants"].as_array().expect("a list");
        assert!(!grants.is_empty());
        // Other tests give the account rights meanwhile.
        assert!(grants.iter().all(|it| it.as_str().is_some_and(|it| it.starts_with("GRANT "))));
        assert_eq!(told["answer"]["encrypted"].is_null(), text.contains("encrypted  no"));

        database.exec("DROP TABLE kine");
        let ran = connect(&dsn, &["--format=json"]);
        assert_eq!(ran.status, Some(3), "{}", ran.out);
        let told = json(&ran);
        assert_eq!((&told["readable"], &told["answer"]["table"]), (&json!(false), &json!(null)));
        let error = &told["error"];
        assert!(error["what"].as_str().is_some_and(|it| it.contains("no table kine")), "{error}");
        assert!(error["hint"].as_str().is_some_and(|hint| ran.err.contains(hint)), "{error}");
    });
}

/// The same table, however the endpoint is given.
#[test]
fn every_way_to_name_a_server_leads_to_it() {
    on_a_new_table(|database| {
        let Database { server, name } = database;
        let directory = tempfile::tempdir().expect("a directory");
        let file = |file: &str, text: &str| {
            let path = directory.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("ours");
            std::fs::write(&path, text).expect("ours");
            path.to_str().expect("its path is UTF-8").to_owned()
        };
        let dsn = database.dsn();
        let endpoint = file("endpoint", &format!("{dsn}\nmore\n"));
        let client = file(
            "my.cnf",
            &format!(
                "[client]\nuser={USER}\npassword=\"{PASSWORD}\"\nhost=127.0.0.1\nport={}\n",
                server.port
            ),
        );
        let yaml = format!("token: sesame\ndatastore-endpoint: '{dsn}'\n");
        file("etc/rancher/k3s/config.yaml", &yaml);
        let root = format!("--from-k3s={}", directory.path().display());
        let rest = format!("mysql:///{name}");
        let socket = format!("mysql://{USER}@unix({})/{name}", server.socket.display());
        // (arguments, who said the password)
        let cases = [
            (vec!["--endpoint-file", &endpoint], "endpoint\n"),
            (vec![&root], "datastore-endpoint in"),
            (vec!["--defaults-file", &client, &rest], "[client] in"),
            (vec!["--defaults-file", &client, &socket], "[client] in"),
            (vec!["--endpoint", &rest, "--defaults-file", &client], "[client] in"),
            (vec!["--datastore-endpoint", &dsn], "--endpoint\n"),
            (vec![&dsn], "SOURCE\n"),
        ];
        for (arguments, origin) in cases {
            let is_on_the_command_line =
                arguments.iter().any(|argument| argument.contains(PASSWORD));
            let ran = run(&[&["connect"], &arguments[..]].concat());
            let told = format!("{arguments:?}\n{}{}", ran.out, ran.err);
            assert_eq!(ran.status, Some(0), "{told}");
            let (_, rest) = ran.out.split_once("password   set, from ").expect("it is set");
            let (who, _) = rest.split_once("database ").expect("what follows");
            assert!(who.contains(origin), "{told}");
            assert!(!ran.out.contains(PASSWORD) && !ran.err.contains(PASSWORD), "{told}");
            assert_eq!(!ran.err.is_empty(), is_on_the_command_line, "{told}");
        }
        let mut command = kinescope();
        command.args(["connect", &socket]).env("MYSQL_PWD", PASSWORD);
        let ran = ran(command.output().expect("the program runs"));
        assert!(ran.out.contains("password   set, from MYSQL_PWD\n"), "{}{}", ran.out, ran.err);
        // A home's file is taken where nothing else is named, and noted; other commands note it, too.
        let home = directory.path().join("home");
        let path = home.join(".my.cnf");
        std::fs::create_dir(&home).expect("ours");
        std::fs::copy(&client, &path).expect("ours");
        for command in ["connect", "preview"] {
            let mut program = kinescope();
            program.args([OsStr::new(command), OsStr::new(&rest)]).env("HOME", &home);
            let ran = crate::support::program::ran(program.output().expect("the program runs"));
            assert_eq!(ran.status, Some(0), "{}{}", ran.out, ran.err);
            let text = ran.out.replace('\n', " ");
            assert!(text.contains("Taken from [client] in "), "{}", ran.out);
            assert!(!text.contains(PASSWORD), "{}", ran.out);
        }
    });
}

#[test]
fn a_password_that_the_server_wants_is_asked_for_once() {
    on_a_new_table(|database| {
        let Database { server, name } = database;
        database.exec(
            "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
             VALUES ('compact_rev_key', 1, 0, 0, 0, 0), ('/a', 1, 0, 0, 0, 0)",
        );
        database.exec(&format!(
            "CREATE USER pw_{name} IDENTIFIED BY 'sesame'; GRANT SELECT ON {name}.kine TO pw_{name}"
        ));
        let endpoint = format!("mysql://pw_{name}@tcp(127.0.0.1:{})/{name}", server.port);
        let start = |arguments: &[&str]| {
            let program = std::path::Path::new(env!("CARGO_BIN_EXE_kinescope"));
            let pty = Pty::start_on(&endpoint, program, arguments, 100, 40);
            pty.wait_for("Password for mysql://pw_");
            pty
        };
        // (arguments, what is seen once it is in)
        for (arguments, seen) in [
            (&["connect"][..], "readable   yes"),
            (&["connect", "--format=json"], "\"set\": true"),
            (&["preview"], "rows"),
            (&["audit", "--fail-on=never"], "rows"),
            (&["show", "/a"], "/a"),
            (&["usage"], "rows"),
        ] {
            let mut pty = start(arguments);
            pty.press("sesame\r");
            assert_eq!(pty.wait(), 0, "{arguments:?}: {}", pty.contents());
            pty.wait_for(seen);
            assert!(!pty.contents().contains("sesame"), "{}", pty.contents());
        }
        let mut pty = start(&[]);
        pty.press("sesame\r");
        pty.wait_for("/a").wait_until_gone("reading");
        pty.press("q");
        assert_eq!(pty.wait(), 0);
        // A wrong one, or none, is the end: nobody is asked twice.
        for typed in ["other\r", "\r"] {
            let mut pty = start(&["connect"]);
            pty.press(typed);
            assert_eq!(pty.wait(), 3);
            pty.wait_for("does not let 'pw_");
            assert_eq!(pty.contents().matches("Password for").count(), 1, "{}", pty.contents());
        }
        let mut pty = start(&["preview"]);
        pty.press("ses\x03");
        assert_eq!(pty.wait(), 130);
        pty.assert_restored();
    });
}
