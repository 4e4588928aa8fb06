//! Words that a shell completes: in a real bash, by its Tab.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::program::{CLUSTER, environment, run};
use crate::support::pty::Pty;

/// Where the program is.
fn folder() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kinescope")).parent().expect("it is in a folder")
}

/// A bash that knows the program and its words.
fn bash() -> Pty {
    let mut pty = Pty::start(Path::new("/bin/bash"), &["--norc", "--noprofile", "-i"], 200, 40);
    let path = folder().display();
    pty.press(&format!(
        "PS1='> '; PATH={path}:$PATH; source <(kinescope completions bash); clear\r"
    ));
    pty.wait_until("an empty screen", |screen| screen.contents().trim() == ">");
    pty
}

/// The words that bash has for the last of a line.
fn completed(words: &[&str]) -> Vec<String> {
    let script = format!(
        "PATH={}:$PATH; source <(kinescope completions bash); COMP_WORDS=(\"$@\"); \
         COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_TYPE=9; \
         _clap_complete_kinescope kinescope \"${{COMP_WORDS[COMP_CWORD]}}\" \"\"; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        folder().display()
    );
    let mut command = Command::new("bash");
    command.env_clear().envs(environment()).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.args(["-c", &script, "bash", "kinescope"]).args(words).output();
    let output = output.expect("bash runs");
    let said = String::from_utf8_lossy(&output.stderr);
    // Outside of a line that is edited it cannot be told how to go on.
    let said = said.lines().filter(|line| !line.contains("compopt"));
    assert_eq!(said.collect::<Vec<_>>(), [] as [&str; 0]);
    let text = String::from_utf8(output.stdout).expect("it is UTF-8");
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn a_tab_completes_commands_scenarios_and_keys() {
    let mut bash = bash();
    bash.press("kinescope dem\tcl\t").wait_for("> kinescope demo cluster");
    bash.press("\x15kinescope show assets/scenarios/clus\t").wait_for(CLUSTER);
    bash.press("/registry/minions/node-2\t\t").wait_for("/registry/minions/node-29");
    bash.press("9\t--prev\t").wait_for("node-29 --preview");
    bash.press("\x15exit\r");
    assert_eq!(bash.wait(), 0);
}

#[test]
fn what_the_program_knows_is_completed() {
    assert_eq!(completed(&["demo", "inc"]), ["incident-408"]);
    assert_eq!(completed(&["help", "post"]), ["postgres"]);
    assert!(completed(&["explain", "fork"]).contains(&"fork".to_owned()));
    assert_eq!(completed(&["--theme", "hi"]), ["high-contrast"]);
    assert_eq!(completed(&["completions", "z"]), ["zsh"]);
    let keys = completed(&["show", CLUSTER, "/registry/minions/node-2"]);
    assert_eq!((keys.len(), &*keys[0]), (10, "/registry/minions/node-20"));
    assert_eq!(completed(&["show", "assets/scenarios/clu"]), [CLUSTER]);
}

#[test]
fn no_server_is_asked_and_nothing_is_run_or_waited_for() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    server.set_nonblocking(true).expect("it is ours");
    let port = server.local_addr().expect("it has one").port();
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    assert!(Command::new("mkfifo").arg(at("pipe")).status().expect("mkfifo runs").success());
    let rows = "id\tname\tprev_revision\n1\tcompact_rev_key\t0\n2\t/a/$(reboot)\t0\n3\t/a/b\t0\n";
    fs::write(at("table"), rows).expect("a file");
    let started = Instant::now();
    for endpoint in [
        format!("mysql://u:sesame@tcp(127.0.0.1:{port})/kine"),
        format!("postgres://u@127.0.0.1:{port}/kine"),
        at("pipe"),
        at("nothing"),
        "-".to_owned(),
    ] {
        assert_eq!(completed(&["show", &endpoint, "/"]), [] as [&str; 0], "{endpoint}");
    }
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(server.accept().map_err(|why| why.kind()).err(), Some(ErrorKind::WouldBlock));
    // A name that a shell would understand otherwise does not come onto its line.
    assert_eq!(completed(&["show", &at("table"), "/a"]), ["/a/b"]);
}

#[test]
fn every_shell_has_a_script_that_asks_the_program() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&["completions", shell]);
        assert_eq!((ran.status, &*ran.err), (Some(0), ""), "{shell}");
        assert!(ran.out.contains("KINESCOPE_COMPLETE") && ran.out.contains(shell), "{}", ran.out);
        assert!(!ran.out.contains("target/debug"), "it outlives where the program is: {}", ran.out);
    }
    assert_eq!(run(&["completions", "tcsh"]).status, Some(2));
}
