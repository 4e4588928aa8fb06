//! The program in a pipe.

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A small cluster whose table lost its unique index: what `incident-before.sql.gz` holds.
pub const CLUSTER: &str = "assets/scenarios/cluster.tsv";
/// kine issue 408.
pub const INCIDENT: &str = "assets/scenarios/incident-408.txt";

/// The program, with nothing of this environment that changes what it says.
pub fn kinescope() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kinescope"));
    for variable in [
        "KINESCOPE_ENDPOINT",
        "KINE_ENDPOINT",
        "K3S_DATASTORE_ENDPOINT",
        "MYSQL_PWD",
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "LC_ALL",
        "LC_CTYPE",
    ] {
        command.env_remove(variable);
    }
    // A home may hold a `.my.cnf`.
    command.env("HOME", "/nonexistent");
    command.env("LANG", "C.UTF-8").current_dir(env!("CARGO_MANIFEST_DIR"));
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
