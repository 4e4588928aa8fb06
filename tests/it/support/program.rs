//! The program in a pipe.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A small cluster whose table lost its unique index: what `incident-before.sql.gz` holds.
pub const CLUSTER: &str = "assets/scenarios/cluster.tsv";
/// kine issue 408.
pub const INCIDENT: &str = "assets/scenarios/incident-408.txt";

/// What the program may find in its environment: what this one needs to run programs at all, and
/// nothing that changes what is said (`CI` turns colours on, `MYSQL_PWD` is a password, a home may hold
/// `.my.cnf`).
pub fn environment() -> impl Iterator<Item = (&'static str, OsString)> {
    let kept = ["PATH", "TMPDIR"].into_iter();
    let kept = kept.filter_map(|name| Some((name, std::env::var_os(name)?)));
    let set = [("HOME", "/nonexistent"), ("LANG", "C.UTF-8"), ("RUST_BACKTRACE", "0")];
    kept.chain(set.map(|(name, value)| (name, value.into())))
}

/// The program, with nothing of this environment that changes what it says.
pub fn kinescope() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kinescope"));
    command.env_clear().envs(environment()).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

pub struct Ran {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

pub fn ran(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).expect("all output is UTF-8");
    Ran { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// An output as it is of one moment and one version, whenever it was printed, and by which: what
/// says when it was read says `2026-11-27 16:05:12 UTC by kinescope 0.1.0`.
pub fn undated(text: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut undated = String::with_capacity(text.len());
    let mut rest = text;
    let said = format!(" UTC by kinescope {version}");
    while let Some((before, after)) = rest.split_once(&said) {
        let date = before.len() - DATE.len();
        assert_date(&before[date..]);
        undated += &format!("{}{DATE} UTC by kinescope 0.1.0", &before[..date]);
        rest = after;
    }
    undated += rest;
    let Some((before, after)) = undated.split_once(r#""made": {"at": ""#) else { return undated };
    let (at, after) = after.split_at(DATE.len() + 1);
    assert_date(&at.replace('T', " ").replace('Z', ""));
    let after = after.replacen(version, "0.1.0", 1);
    format!(r#"{before}"made": {{"at": "{}Z{after}"#, DATE.replace(' ', "T"))
}

const DATE: &str = "2026-11-27 16:05:12";

#[track_caller]
fn assert_date(text: &str) {
    let is_digit = |(char, like): (char, char)| {
        if like.is_ascii_digit() { char.is_ascii_digit() } else { char == like }
    };
    assert!(text.len() == DATE.len() && text.chars().zip(DATE.chars()).all(is_digit), "{text}");
}

pub fn run<A: AsRef<OsStr>>(arguments: &[A]) -> Ran {
    ran(kinescope().args(arguments).stdin(Stdio::null()).output().expect("the program runs"))
}

/// Runs the program with the endpoint in its environment, where a password belongs.
pub fn run_on(endpoint: &str, arguments: &[&str]) -> Ran {
    let mut command = kinescope();
    command.args(arguments).env("KINESCOPE_ENDPOINT", endpoint).stdin(Stdio::null());
    ran(command.output().expect("the program runs"))
}

pub fn run_with_stdin(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = kinescope()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    stdin.write_all(input).expect("the program reads its standard input");
    drop(stdin);
    ran(child.wait_with_output().expect("the program ends"))
}

/// A file that is there as long as its directory is.
pub fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.tsv");
    std::fs::write(&path, bytes).expect("a file");
    (directory, path)
}
