//! `--log`: what was sent to a server, in a file that nobody else reads.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::server::{is_statement, on_a_new_table};
use crate::support::program::{CLUSTER, Ran, kinescope, ran, run_on};
use crate::support::server::PASSWORD;

/// Runs the program by a shell that has set something up for it.
fn run_after(setup: &str, endpoint: &str, arguments: &[&str]) -> Ran {
    let mut program = kinescope();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{setup}; exec \"$@\""), "sh"]).arg(program.get_program());
    shell.args(arguments).stdin(Stdio::null()).current_dir(env!("CARGO_MANIFEST_DIR"));
    program.env("KINESCOPE_ENDPOINT", endpoint);
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    ran(shell.output().expect("the shell runs"))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("the log").permissions().mode() & 0o777
}

/// The columns of the log's lines without their times: which statement, what, and the rest.
fn lines(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).expect("the log");
    assert!(!text.contains(PASSWORD), "{text}");
    let line = |line: &str| {
        let (time, rest) = line.split_once('\t').expect("the time");
        assert!(time.starts_with("20") && time.ends_with('Z') && time.len() == 27, "{line}");
        rest.split('\t').map(str::to_owned).collect()
    };
    text.lines().map(line).collect()
}

/// The statements of the log's lines.
fn sent(lines: &[Vec<String>]) -> Vec<&str> {
    lines.iter().filter(|line| line[1] == "sent").map(|line| line[2].as_str()).collect()
}

#[test]
fn what_was_sent_is_in_the_file_and_nobody_else_may_read_it() {
    on_a_new_table(|database| {
        database.exec("INSERT INTO kine (name, created) VALUES ('/a', 1), ('/b', 1)");
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log");
        let name = path.to_str().expect("its path is UTF-8");
        let arguments = ["usage", "--bytes", "--prefix", "/", "--log", name];
        let run = || run_after("umask 0", &database.dsn(), &arguments);
        let (ran, executed) = database.server.executed(&database.name, run);
        assert_eq!((ran.status, ran.err.as_str()), (Some(3), ""), "it is a part: {}", ran.out);
        assert_eq!(mode(&path), 0o600);
        let told = lines(&path);
        let statements = sent(&told);
        assert_eq!(statements.len(), executed.len(), "{statements:#?}\n{executed:#?}");
        let mut pairs = statements.iter().zip(&executed);
        assert!(pairs.all(|(told, executed)| is_statement(executed, told)), "{told:#?}");
        // Two sessions, each with its own numbers, and each statement with what came of it.
        let host = format!("mysql://kine:***@tcp(127.0.0.1:{})/", database.server.port);
        for session in ["1", "2"] {
            let begins = told.iter().find(|line| line[0] == format!("{session}.0"));
            let begins = begins.expect("the session begins");
            assert!(begins[1] == "connecting" && begins[2].starts_with(&host), "{begins:?}");
        }
        let answers: Vec<_> = told.windows(2).filter(|pair| pair[0][1] == "sent").collect();
        assert_eq!(answers.len(), statements.len());
        for pair in answers {
            assert_eq!(pair[0][0], pair[1][0], "{pair:?}");
            assert!(["answered", "failed"].contains(&pair[1][1].as_str()), "{pair:?}");
        }
        let named = told.iter().find(|line| line[2].contains("LIKE")).expect("a prefix");
        assert!(named[3].starts_with("given /%, "), "{named:?}");
        // Another run is written below; a file that is private already may be any.
        let again = run_on(&database.dsn(), &["connect", "--log", name]);
        assert_eq!(again.status, Some(0), "{}", again.err);
        let more = lines(&path);
        assert_eq!(more[..told.len()], told);
        assert!(sent(&more).contains(&"SHOW GRANTS"), "{more:#?}");
    });
}

#[test]
fn a_file_that_cannot_be_private_or_written_ends_it_before_anything_is_sent() {
    on_a_new_table(|database| {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log");
        let name = path.to_str().expect("its path is UTF-8");
        fs::write(&path, "what was there\n").expect("a file");
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("it is ours");
        let nowhere = format!("{name}/log");
        // (file, what is said)
        let cases = [
            (name, "can be read or written by others: its mode is 0644"),
            (&nowhere, "why: Not a directory"),
            ("/dev/null", "is not a regular file"),
        ];
        for (file, expected) in cases {
            let run = || run_on(&database.dsn(), &["preview", "--log", file]);
            let (ran, executed) = database.server.executed(&database.name, run);
            assert_eq!((ran.status, ran.out.as_str()), (Some(3), ""), "{}", ran.err);
            assert!(ran.err.contains(expected) && ran.err.contains("try: "), "{}", ran.err);
            assert_eq!(executed, [""; 0]);
        }
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "what was there\n");
        assert_eq!(mode(&path), 0o644);
        for command in ["preview", "audit", "usage", "connect"] {
            let ran = run_on("", &[command, CLUSTER, "--log", "/nonexistent/log"]);
            assert_eq!(ran.status, Some(2), "{}", ran.err);
            assert!(ran.err.contains("--log is for a server"), "{}", ran.err);
        }
    });
}

#[test]
fn what_cannot_be_logged_is_not_sent() {
    on_a_new_table(|database| {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log");
        let name = path.to_str().expect("its path is UTF-8");
        // As a disk that is full, after so many half kilobytes.
        let full = |blocks| format!("trap '' XFSZ; ulimit -f {blocks}");
        let mut before = 0;
        for blocks in [1, 2] {
            let run = || run_after(&full(blocks), &database.dsn(), &["preview", "--log", name]);
            let (ran, executed) = database.server.executed(&database.name, run);
            assert_eq!(ran.status, Some(3), "{}", ran.out);
            assert!(ran.err.contains(&format!("cannot write the log {name}")), "{}", ran.err);
            let text = fs::read_to_string(&path).expect("the log");
            let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            let sent = whole.filter(|line| line.contains("\tsent\t")).count();
            assert_eq!(executed.len(), sent, "{text}");
            assert!(sent > before, "{text}");
            before = sent;
            fs::remove_file(&path).expect("it is ours");
        }
    });
}

#[test]
fn no_password_is_in_the_log_of_a_login_that_fails() {
    on_a_new_table(|database| {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log");
        let name = path.to_str().expect("its path is UTF-8");
        let dsn = database.dsn().replace("kine:", "nobody:");
        let ran = run_on(&dsn, &["audit", "--log", name]);
        assert_eq!(ran.status, Some(3), "{}", ran.out);
        let lines = lines(&path);
        assert_eq!((lines.len(), lines[0][1].as_str()), (1, "connecting"), "{lines:?}");
        assert!(lines[0][2].starts_with("mysql://nobody:***@tcp("), "{lines:?}");
    });
}
