//! Files that cannot be written: what was there stays, and nothing is left beside it.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::program::{CLUSTER, Ran, kinescope, ran};

/// Audits and writes metrics to a file, after a shell has set something up.
fn audit_after(setup: &str, path: &Path) -> Ran {
    let program = kinescope();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{setup}; exec \"$@\""), "sh"]).arg(program.get_program());
    shell.args(["audit", CLUSTER, "--textfile"]).arg(path).stdin(Stdio::null());
    shell.current_dir(env!("CARGO_MANIFEST_DIR")).env("HOME", "/nonexistent");
    ran(shell.output().expect("the shell runs"))
}

fn names(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).expect("it is ours");
    let mut names: Vec<String> = names
        .map(|it| it.expect("it is ours").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_whole_or_as_it_was() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.prom");
    for before in [None, Some("# HELP what was there\n")] {
        if let Some(before) = before {
            fs::write(&path, before).expect("ours");
        }
        // A disk that is full at once, and one that has room for half.
        for blocks in [0, 1] {
            let ran = audit_after(&format!("trap '' XFSZ; ulimit -f {blocks}"), &path);
            assert_eq!(ran.status, Some(3), "{}", ran.err);
            assert!(ran.err.contains("cannot write the metrics to "), "{}", ran.err);
            assert!(ran.err.contains("  why: ") && ran.err.contains("  try: "), "{}", ran.err);
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), before);
            assert_eq!(names(directory.path()).len(), usize::from(before.is_some()));
        }
    }
    let ran = audit_after(":", &path);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert!(fs::read_to_string(&path).expect("ours").starts_with("# HELP "));
    assert_eq!(names(directory.path()), ["kine.prom"]);
}

/// A word that was mistyped may name the table itself, or what holds a password.
#[test]
fn what_holds_something_else_than_metrics_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.prom");
    for text in ["id\tname\n", "[client]\npassword=sesame\n", "# HELL", "\n# HELP"] {
        fs::write(&path, text).expect("ours");
        let ran = audit_after(":", &path);
        assert_eq!(ran.status, Some(3), "{}", ran.err);
        assert!(ran.err.contains("  why: it holds something other than metrics"), "{}", ran.err);
        assert_eq!(fs::read_to_string(&path).expect("ours"), text);
    }
    // An empty file is nobody's, and a file keeps its mode.
    for text in ["", "# HELP kinescope_rows"] {
        fs::write(&path, text).expect("ours");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("ours");
        let ran = audit_after(":", &path);
        assert_eq!(ran.status, Some(1), "{}", ran.err);
        assert!(fs::read_to_string(&path).expect("ours").starts_with("# HELP kinescope_"));
        let mode = fs::metadata(&path).expect("ours").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}

#[test]
fn a_place_that_is_none_is_told_and_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let inside = directory.path().join("inside");
    fs::create_dir(&inside).expect("ours");
    fs::write(inside.join("file"), "").expect("ours");
    for path in [&inside, &directory.path().join("none/kine.prom"), &inside.join("file/kine.prom")]
    {
        let ran = audit_after(":", path);
        assert_eq!(ran.status, Some(3), "{}", ran.err);
        assert!(ran.err.contains("cannot write the metrics to "), "{}", ran.err);
        assert_eq!(names(directory.path()), ["inside"]);
        assert_eq!(names(&inside), ["file"]);
    }
    // Root may write anywhere, but not to what takes no files.
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o500)).expect("ours");
    let closed = if fs::write(inside.join("probe"), "").is_ok() {
        fs::remove_file(inside.join("probe")).expect("ours");
        Path::new("/proc/kine.prom").to_owned()
    } else {
        inside.join("kine.prom")
    };
    let ran = audit_after(":", &closed);
    assert_eq!(ran.status, Some(3), "{}", ran.err);
    assert!(ran.err.contains("is writable and has free space"), "{}", ran.err);
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o700)).expect("ours");
    assert_eq!(names(&inside), ["file"]);
}

#[test]
fn only_a_regular_file_is_replaced() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name);
    let fifo = Command::new("mkfifo").arg(at("fifo")).status().expect("mkfifo runs");
    assert!(fifo.success());
    let _socket = UnixListener::bind(at("socket")).expect("ours");
    symlink("/dev/full", at("to a device")).expect("ours");
    symlink(at("fifo"), at("to a fifo")).expect("ours");
    symlink(at("nothing"), at("to nothing")).expect("ours");
    symlink(at("loop"), at("loop")).expect("ours");
    symlink("/dev/stdout", at("to output")).expect("ours");
    let before = names(directory.path());
    for (name, why) in [
        ("fifo", "it is a FIFO"),
        ("socket", "it is a socket"),
        ("to a device", "it is a device"),
        ("to a fifo", "it is a FIFO"),
        ("to nothing", "it is a symbolic link to nothing"),
        // A pipe, here.
        ("to output", "it is a FIFO"),
        ("loop", "Too many levels of symbolic links (os error 40)"),
    ] {
        let ran = audit_after(":", &at(name));
        assert_eq!(ran.status, Some(3), "{name}: {}", ran.err);
        let said = format!("cannot write the metrics to {}\n  why: {why}", at(name).display());
        assert!(ran.err.contains(&said), "{name}: {}", ran.err);
        let hint = match name {
            "loop" => "  try: Check that the directory exists, is writable and has free space.",
            _ => "  try: Name a new file, or one that holds metrics and may be replaced.",
        };
        assert!(ran.err.contains(hint), "{name}: {}", ran.err);
        // What was found is told nevertheless.
        assert!(ran.out.contains("fork"), "{name}: {}", ran.out);
        assert_eq!(names(directory.path()), before);
    }
    let kind = |name: &str| fs::symlink_metadata(at(name)).expect("it is there").file_type();
    assert!(
        kind("fifo").is_fifo() && kind("socket").is_socket() && kind("to a device").is_symlink()
    );

    // A link stays one, and what it leads to is replaced.
    fs::create_dir(at("elsewhere")).expect("ours");
    fs::write(at("elsewhere/kine.prom"), "# HELP what was there\n").expect("ours");
    symlink("elsewhere/kine.prom", at("link")).expect("ours");
    let ran = audit_after(":", &at("link"));
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert!(kind("link").is_symlink());
    let text = fs::read_to_string(at("elsewhere/kine.prom")).expect("ours");
    assert!(text.starts_with("# HELP "), "{text}");
    assert_eq!(names(&at("elsewhere")), ["kine.prom"]);

    // A report that goes into a file is not replaced by the metrics.
    let redirected = format!("exec > '{}'", at("report").display());
    let ran = audit_after(&redirected, Path::new("/dev/stdout"));
    assert_eq!(ran.status, Some(3), "{}", ran.err);
    assert!(ran.err.contains("why: it is standard output"), "{}", ran.err);
    assert!(fs::read_to_string(at("report")).expect("ours").contains("fork"));
}
