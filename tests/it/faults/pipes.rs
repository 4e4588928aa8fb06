//! Standard streams that are closed, full, or nobody reads.

use std::process::{Command, Stdio};

use crate::support::program::{CLUSTER, INCIDENT, Ran, kinescope, ran};

/// Every command that prints, and the exit status that it has.
const COMMANDS: [(&[&str], i32); 13] = [
    (&["preview", CLUSTER, "--rows"], 1),
    (&["preview", CLUSTER, "--rows", "--format", "json"], 1),
    (&["preview", CLUSTER, "--format", "markdown"], 1),
    (&["audit", CLUSTER, "--all"], 1),
    (&["audit", CLUSTER, "--format", "json"], 1),
    (&["usage", CLUSTER, "--all"], 0),
    (&["show", CLUSTER, "/registry/minions/node-02", "--all"], 0),
    (&["show", CLUSTER, "/registry/minions/node-02", "--format", "dot"], 0),
    (&["connect", INCIDENT], 0),
    (&["explain"], 0),
    (&["explain", "fork"], 0),
    (&["demo", "--list"], 0),
    (&["--help"], 0),
];

/// Runs the program by a shell, with a redirection.
fn run_with(redirection: &str, arguments: &[&str]) -> Ran {
    let program = kinescope();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec \"$@\" {redirection}"), "sh"]).arg(program.get_program());
    shell.args(arguments).stdin(Stdio::null()).current_dir(env!("CARGO_MANIFEST_DIR"));
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    ran(shell.output().expect("the shell runs"))
}

#[test]
fn a_stream_that_is_closed_changes_nothing() {
    for (arguments, status) in COMMANDS {
        for redirection in [">&-", "<&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full"] {
            let ran = run_with(redirection, arguments);
            assert_eq!(ran.status, Some(status), "{arguments:?} {redirection}: {}", ran.err);
            assert_eq!(ran.err, "", "{arguments:?} {redirection}");
        }
    }
    // What is asked of standard input is not there.
    for (arguments, status) in [(&["preview", "-"][..], 3), (&["connect", "--endpoint-file=-"], 2)]
    {
        let ran = run_with("<&-", arguments);
        assert_eq!((ran.status, ran.out.as_str()), (Some(status), ""), "{}", ran.err);
        assert!(ran.err.starts_with("kinescope: "), "{}", ran.err);
    }
    // Nor a terminal.
    for redirection in [">&-", "<&- >&- 2>&-", ">/dev/full"] {
        assert_eq!(run_with(redirection, &["demo"]).status, Some(2), "{redirection}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure_of_any_command() {
    for (arguments, status) in COMMANDS {
        let mut child = kinescope()
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let ran = ran(child.wait_with_output().expect("the program ends"));
        assert_eq!((ran.status, ran.err.as_str()), (Some(status), ""), "{arguments:?}");
    }
}

#[test]
fn a_report_that_has_no_room_is_no_report() {
    for (arguments, _) in COMMANDS {
        let ran = run_with(">/dev/full", arguments);
        assert_eq!(ran.status, Some(3), "{arguments:?}: {}", ran.err);
        let said = "kinescope: cannot write the output\n  why: No space left on device";
        assert!(ran.err.starts_with(said), "{arguments:?}: {}", ran.err);
    }
}
