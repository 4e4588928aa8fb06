//! How a source is named, and what is refused: what is said, and that no password is.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::program::{CLUSTER, INCIDENT, Ran, kinescope, ran, run, run_with_stdin};
use crate::support::pty::Pty;

/// A server that is not there.
const NOWHERE: &str = "mysql://u:sesame@tcp(127.0.0.1:1)/k";

fn clean(ran: &Ran) {
    assert!(!ran.out.contains("sesame") && !ran.err.contains("sesame"), "{}{}", ran.out, ran.err);
}

#[test]
fn arguments_that_make_no_sense_are_refused_without_a_password() {
    // (arguments, what is said)
    let cases: [(&[&str], &str); 17] = [
        (&["connect"], "no table was given"),
        (&["connect", NOWHERE, "--endpoint", NOWHERE], "SOURCE and --endpoint each name a table"),
        (&["connect", "--endpoint-file", "f", "--from-k3s"], "each name a table"),
        (&["preview", CLUSTER, "--from-k3s=/x"], "each name a table"),
        (&["connect", "--endpoint", "u:sesame@udp(h)/"], "--endpoint: the endpoint's network"),
        (&["connect", "--endpoint", "nats://u:sesame@h/"], "NATS"),
        (&["connect", "--endpoint", CLUSTER], "--endpoint: "),
        (&["connect", CLUSTER, "--ask-password"], "--ask-password is for a server"),
        (&["preview", CLUSTER, "--ca-file", "f"], "--ca-file is for a server"),
        (&["connect", "mysql://u@h/k", "-p"], "needs a terminal to ask on"),
        (&[NOWHERE, "connect"], "mysql://u:***@tcp(127.0.0.1:1)/k stands before the command"),
        (&["show", NOWHERE], "got only mysql://u:***@tcp(127.0.0.1:1)/k"),
        (&["connect", CLUSTER, NOWHERE], "'mysql://u:***@tcp(127.0.0.1:1)/k'"),
        (&["connect", CLUSTER, "u:sesame@udp(h)/k"], "'***' found"),
        (&["connect", "--endpont=mysql://u:sesame@h/k"], "--endpont"),
        (&["connect", "--skip-verify=mysql://u:sesame@h/k"], "--skip-verify"),
        (&["connect", "u:sesame@h"], "neither a file nor an endpoint"),
    ];
    for (arguments, said) in cases {
        let ran = run(arguments);
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
        clean(&ran);
    }
}

#[test]
fn an_endpoint_in_the_wrong_place_is_not_repeated() {
    let warned = |ran: &Ran| ran.err.matches("can see a password").count();
    for (before, after) in [
        (&["connect"][..], "--endpoint-file="),
        (&["connect", "--defaults-file"], ""),
        (&["connect"], "--from-k3s="),
        (&["connect", CLUSTER], "--log="),
        (&["audit", CLUSTER, "--baseline"], ""),
        (&["audit", CLUSTER, "--only"], "fork,"),
        (&["explain"], ""),
        (&["demo"], ""),
        (&["show", CLUSTER], ""),
        (&["connect"], "--ask-password="),
        (&["connect"], "-p"),
    ] {
        for secret in ["mysql://u:sesame@tcp(h)/k", "mysql://u:sesame@h", "u:sesame@tcp(h)/k"] {
            let last = format!("{after}{secret}");
            let ran = run(&[before, &[&last]].concat());
            assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{last}: {}", ran.err);
            assert_eq!(warned(&ran), 1, "{last}: {}", ran.err);
            clean(&ran);
        }
    }
    for text in ["jdbc:mysql://h/k?user=u&password=sesame", "'mysql://u:sesame@tcp(h)/k"] {
        for before in [&["connect"][..], &["connect", "--endpoint"], &["explain"], &[]] {
            let ran = run(&[before, &[text]].concat());
            assert_eq!((ran.status, warned(&ran)), (Some(2), 1), "{}", ran.err);
            clean(&ran);
        }
    }
    // It is no endpoint, and cannot be told from any other word.
    for flag in ["--ask-password=sesame", "--skip-verify=sesame", "-psesame"] {
        let ran = run(&["connect", flag]);
        assert_eq!(ran.status, Some(2), "{}", ran.err);
        clean(&ran);
    }
}

#[test]
fn a_password_in_another_encoding_is_not_repeated() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let word = |bytes: &'static [u8]| OsStr::from_bytes(bytes);
    for arguments in [
        [word(b"preview"), word(b"mysql://u:ses\xffame@tcp(h)/k")],
        [word(b"connect"), word(b"u:ses\xffame@h")],
        [word(b"connect"), word(b"--endpoint=mysql://u:ses\xffame@tcp(h)/k")],
        [word(b"connect"), word(b"--log=mysql://u:ses\xffame@tcp(h)/k")],
        [word(b"explain"), word(b"mysql://u:ses\xffame@tcp(h)/k")],
        [word(b"mysql://u:ses\xffame@tcp(h)/k"), word(b"connect")],
    ] {
        let ran = run(&arguments);
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        assert!(!ran.err.contains("ses") && !ran.err.contains("\u{fffd}ame"), "{}", ran.err);
    }
}

#[test]
fn a_password_on_the_command_line_is_warned_of_once_and_nowhere_else() {
    let warned = |ran: &Ran| ran.err.matches("can see a password").count();
    for arguments in
        [&["connect", NOWHERE][..], &["preview", "--endpoint", NOWHERE], &["audit", NOWHERE]]
    {
        let ran = run(arguments);
        assert_eq!((ran.status, warned(&ran)), (Some(3), 1), "{}", ran.err);
        clean(&ran);
    }
    assert_eq!(warned(&run(&["connect", "mysql://u@tcp(127.0.0.1:1)/k"])), 0);
    let mut command = kinescope();
    command.arg("connect").env("KINE_ENDPOINT", NOWHERE);
    let ran = ran(command.output().expect("the program runs"));
    assert_eq!((ran.status, warned(&ran)), (Some(3), 0), "{}", ran.err);
    assert!(ran.out.contains("password   set, from KINE_ENDPOINT"), "{}", ran.out);
    clean(&ran);
}

#[test]
fn the_first_line_of_a_file_is_the_endpoint() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().to_str().expect("its path is UTF-8").to_owned();
    let empty = run(&["connect", "--endpoint-file", &path]);
    assert_eq!(empty.status, Some(2));
    assert!(empty.err.contains(&format!("{path}: the first line is empty")), "{}", empty.err);
    write!(file, "  {NOWHERE}\r\nmysql://u@tcp(other)/\n").expect("ours");
    for (path, place, input) in
        [(path.as_str(), path.as_str(), ""), ("-", "standard input", NOWHERE)]
    {
        let ran = run_with_stdin(&["connect", "--endpoint-file", path], input.as_bytes());
        assert_eq!(ran.status, Some(3), "{}", ran.err);
        assert!(
            ran.out.contains(&format!("server     tcp(127.0.0.1:1), from {place}\n")),
            "{}",
            ran.out
        );
        assert!(!ran.err.contains("can see a password"), "{}", ran.err);
        clean(&ran);
    }
    for (bytes, status, said) in [
        (&b"mysql://u:sesame\xe9@h/"[..], 2, "standard input: the endpoint is not UTF-8"),
        (b"https://sesame:2379", 2, "standard input: an http:// endpoint is etcd's API"),
        (b"\x7fELF sesame", 2, "standard input: "),
        (b"sesame123\n", 2, "standard input: the endpoint has no scheme"),
        (b"# sesame\nmysql://u@h/\n", 2, "standard input: the endpoint is a comment"),
        (b"\"mysql://u:sesame@tcp(h)/\"\n", 2, "Remove the quotes"),
    ] {
        let ran = run_with_stdin(&["connect", "--endpoint-file=-"], bytes);
        assert_eq!(ran.status, Some(status), "{}", ran.err);
        assert!(ran.err.contains(said), "{}", ran.err);
        clean(&ran);
    }
    let missing = run(&["connect", "--endpoint-file", "no/such"]);
    assert_eq!(missing.status, Some(3));
    assert!(missing.err.contains("cannot read no/such"), "{}", missing.err);
}

#[test]
fn a_home_file_is_for_what_was_given_to_kinescope() {
    let home = tempfile::tempdir().expect("a directory");
    let text = "[client]\nuser=me\npassword=sesame\nhost=127.0.0.1\nport=1\n";
    std::fs::write(home.path().join(".my.cnf"), text).expect("ours");
    let said = |variable: &str, endpoint: &str| {
        let mut command = kinescope();
        command.arg("connect").env("HOME", home.path()).env(variable, endpoint);
        let ran = ran(command.output().expect("the program runs"));
        clean(&ran);
        ran.out
    };
    let ours = said("KINESCOPE_ENDPOINT", "mysql://");
    assert!(ours.contains("server     tcp(127.0.0.1:1), from [client] in "), "{ours}");
    assert!(ours.contains("Taken from [client] in "), "{ours}");
    assert!(ours.contains("database   kubernetes, kine's default"), "{ours}");
    // kine reads no such file, and would look at another server.
    let kines = said("KINE_ENDPOINT", "mysql://u@unix(/no/such)/");
    assert!(kines.contains("password   not set\n"), "{kines}");
}

#[test]
fn a_home_file_that_makes_no_sense_is_passed_over() {
    let home = tempfile::tempdir().expect("a directory");
    std::fs::write(home.path().join(".my.cnf"), "[client]\nuser=a\\tb\n").expect("ours");
    let mut command = kinescope();
    command.args(["connect", "mysql://@tcp(127.0.0.1:1)/k"]).env("HOME", home.path());
    let ran = crate::support::program::ran(command.output().expect("the program runs"));
    assert_eq!(ran.status, Some(3), "{}{}", ran.out, ran.err);
    let text = ran.out.replace('\n', " ");
    assert!(text.contains("Ignored: [client] in "), "{text}");
    assert!(text.contains(".my.cnf: the endpoint holds a control character."), "{text}");
    // Nobody writes to a pipe, and nobody waits for one.
    let path = home.path().join(".my.cnf");
    std::fs::remove_file(&path).expect("ours");
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo runs");
    assert!(made.success());
    let ran = crate::support::program::ran(command.output().expect("the program runs"));
    let text = ran.out.replace('\n', " ");
    assert!(text.contains(".my.cnf is not a regular file."), "{text}");
}

#[test]
fn a_program_is_told_where_nobody_answers_and_what_a_file_is() {
    let json = |ran: &Ran| serde_json::from_str::<Value>(&ran.out).expect("it is JSON");
    let ran = run(&["connect", NOWHERE, "--ca-file", "LICENSE", "--format", "json"]);
    assert_eq!(ran.status, Some(3), "{}", ran.err);
    clean(&ran);
    let told = json(&ran);
    assert_eq!(told["user"], json!({"value": "u", "from": "SOURCE"}));
    assert_eq!(told["password"], json!({"set": true, "from": "SOURCE"}));
    assert_eq!(told["ssl_ca"], json!({"value": "LICENSE", "from": "--ca-file"}));
    assert_eq!((&told["readable"], &told["answer"]), (&json!(false), &json!(null)));
    assert_eq!(told["error"]["what"], "LICENSE holds no certificate (-----BEGIN CERTIFICATE-----)");
    let ran = run(&["connect", INCIDENT, "--format", "json"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    let told = json(&ran);
    assert_eq!(told["schema"], "kinescope.connect/v1");
    assert_eq!((&told["format"], &told["rows"]), (&json!("a pipe table"), &json!(5)));
    assert_eq!((&told["readable"], &told["partial"]), (&json!(true), &json!(null)));
    let cut = b"id\tname\tprev_revision\nx\t/a\t0\n";
    let ran = run_with_stdin(&["connect", "-", "--format", "json"], cut);
    assert_eq!((ran.status, &json(&ran)["readable"]), (Some(3), &json!(false)));
}

#[test]
fn a_file_is_told_by_its_format() {
    let ran = run(&["connect", INCIDENT]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.contains("(a pipe table)"), "{}", ran.out);
    let cut = run_with_stdin(&["connect", "-"], b"id\tname\tprev_revision\nx\t/a\t0\n");
    assert_eq!(cut.status, Some(3), "{}", cut.out);
    let none = run(&["connect", "LICENSE"]);
    assert_eq!(none.status, Some(3), "{}", none.out);
}

#[test]
fn a_password_is_asked_for_without_showing_it() {
    let program = Path::new(env!("CARGO_BIN_EXE_kinescope"));
    let arguments = ["connect", "-p", "mysql://u@tcp(127.0.0.1:1)/k"];
    let mut pty = Pty::start(program, &arguments, 100, 30);
    pty.wait_for("Password for mysql://u@tcp(127.0.0.1:1)/k: ");
    pty.press("sesame\r");
    pty.wait_for("password   set, from the terminal");
    assert_eq!(pty.wait(), 3);
    assert!(!pty.contents().contains("sesame"), "{}", pty.contents());
    let mut pty = Pty::start(program, &arguments, 100, 30);
    pty.wait_for("Password for ");
    pty.press("ses\x03");
    assert_ne!(pty.wait(), 0);
    assert!(!pty.contents().contains("ses"), "{}", pty.contents());
}

#[test]
fn nothing_is_asked_where_nobody_could_answer() {
    let mut command = kinescope();
    command.args(["connect", "-p", "mysql://u@h/k"]).stdin(Stdio::null());
    let ran = ran(command.output().expect("the program runs"));
    assert_eq!(ran.status, Some(2), "{}", ran.err);
}

#[test]
fn a_refusal_in_another_encoding_is_told_as_one() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            // Error 1130, as a server begins with one.
            let words = b"\xff\x6a\x04Rechner nicht zugelassen: \xfc";
            let length = u8::try_from(words.len()).expect("it is short");
            client.write_all(&[&[length, 0, 0, 0], &words[..]].concat()).expect("it listens");
        }
    });
    let ran = run(&["connect", &format!("mysql://u@tcp(127.0.0.1:{port})/k")]);
    assert_eq!(ran.status, Some(3), "{}", ran.err);
    assert!(
        ran.err.contains("refuses the session, with a message that is not UTF-8"),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_of_an_endpoint_is_private_and_short() {
    use std::os::unix::fs::PermissionsExt;
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    writeln!(file, "{NOWHERE}").expect("ours");
    let path = file.path().to_str().expect("its path is UTF-8").to_owned();
    for (mode, is_noted) in [(0o600, false), (0o640, false), (0o644, true)] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&path, permissions).expect("it is ours");
        let ran = run(&["connect", "--endpoint-file", &path]);
        assert_eq!(ran.out.contains("everybody can read it"), is_noted, "{mode:o}: {}", ran.out);
        clean(&ran);
    }
    let long = format!("mysql://u:sesame@tcp(h)/{}\n", "k".repeat(64 * 1024));
    let ran = run_with_stdin(&["connect", "--endpoint-file=-"], long.as_bytes());
    assert_eq!(ran.status, Some(3), "{}", ran.err);
    assert!(ran.err.contains("longer than any endpoint"), "{}", ran.err);
    clean(&ran);
}
