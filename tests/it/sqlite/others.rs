//! A database that belongs to somebody else, or that nobody may write to: it is read all the same, or
//! refused with what to do, and nothing is left beside it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{read, state};
use crate::support::program::{Ran, ran};

/// The number of the user and the group that own nothing.
const NOBODY: &str = "65534";

/// A copy of the program where anybody can run it.
fn program() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    open_to_all(directory.path());
    let program = directory.path().join("kinescope");
    fs::copy(env!("CARGO_BIN_EXE_kinescope"), &program).expect("there is room");
    (directory, program)
}

fn open_to_all(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o755)).expect("it is ours");
}

/// Whether the tests may become another user, or mount what they like; a skipped one says so.
#[expect(clippy::print_stderr, reason = "whoever runs the tests is to know")]
fn may(command: &mut Command) -> bool {
    let may = command.output().is_ok_and(|output| output.status.success());
    if !may {
        eprintln!("skipped: {command:?} is not permitted here");
    }
    may
}

fn as_nobody() -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
    command
}

fn audit(command: &mut Command, directory: &Path) -> Ran {
    command.args(["audit", "--format", "json"]).arg(directory);
    ran(command.env_clear().env("TMPDIR", "/tmp").output().expect("it runs"))
}

fn names(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).expect("it is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| !path.to_string_lossy().ends_with("-shm"))
        .map(|path| (path.display().to_string(), fs::read(&path).expect("it can be read")))
        .collect()
}

/// Each state that k3s leaves its directory in.
const STATES: [(&str, &[&str]); 3] =
    [("a-before", &[]), ("d-stopped-state", &["-wal"]), ("d-stopped-state", &["-wal", "-shm"])];

#[track_caller]
fn assert_read(ran: &Ran, directory: &Path) {
    let rows = read(&directory.join("state.db")).history.len();
    let says = format!("\"rows\": {rows},");
    assert!(ran.out.contains(&says), "{} {}\n{}", ran.err, directory.display(), ran.out);
}

#[test]
fn another_user_reads_what_it_may_and_is_told_what_it_may_not() {
    if !may(as_nobody().arg("true")) {
        return;
    }
    let (_directory, program) = program();
    for (name, ends) in STATES {
        let directory = state(name, ends);
        let owner_only = Permissions::from_mode(0o700);
        fs::set_permissions(directory.path(), owner_only).expect("it is ours");
        let ran = audit(as_nobody().arg(&program), directory.path());
        assert_eq!(ran.status, Some(3), "{name} {ends:?} {}", ran.err);
        assert!(ran.err.contains("run kinescope with sudo"), "{}", ran.err);
        open_to_all(directory.path());
        let before = names(directory.path());
        let ran = audit(as_nobody().arg(&program), directory.path());
        assert_eq!(names(directory.path()), before, "{name} {ends:?}");
        assert_read(&ran, directory.path());
    }
}

#[test]
fn what_is_mounted_to_be_read_alone_is_read() {
    if !may(Command::new("unshare").args(["--mount", "mount", "-t", "tmpfs", "none", "/mnt"])) {
        return;
    }
    for (name, ends) in STATES {
        let directory = state(name, ends);
        let before = names(directory.path());
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c"]).arg(
            "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && \
             ! touch \"$0/x\" 2>/dev/null && exec \"$@\"",
        );
        command.arg(directory.path()).arg(env!("CARGO_BIN_EXE_kinescope"));
        let ran = audit(&mut command, directory.path());
        assert_eq!(names(directory.path()), before, "{name} {ends:?}");
        assert_read(&ran, directory.path());
    }
}
