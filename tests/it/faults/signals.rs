//! Signals, and a terminal that goes away, at every stage: the exit status, the terminal as it was,
//! and no process left.

use std::io::Read;
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::fill;
use crate::readme;
use crate::server::on_a_new_table;
use crate::support::program::{CLUSTER, kinescope, run};
use crate::support::proxy::{Fault, Gate, Proxy};
use crate::support::pty::Pty;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kinescope");

/// A signal, and the exit status that a shell sees.
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

#[test]
fn the_help_lists_every_exit_status() {
    let missing = ["preview", "no/such.tsv"];
    let ends: [&[&str]; 4] = [&["demo", "--list"], &["preview", CLUSTER], &["prevew"], &missing];
    let mut statuses = ends.map(|arguments| run(arguments).status.expect("it ends")).to_vec();
    statuses.extend(SIGNALS.map(|(_, status)| status));
    // `absurd.rs`.
    statuses.push(134);
    statuses.sort_unstable();
    assert_eq!(readme::statuses().1, statuses);
}

/// The endpoint of a server that takes sessions, and says nothing.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    (listener, format!("mysql://u@tcp(127.0.0.1:{port})/k?timeout=1h"))
}

/// Ends the explorer in every way, once it shows something.
fn end_explorer(endpoint: &str, ready: impl Fn(&mut Pty)) {
    let start = || {
        let mut pty = Pty::start_on(endpoint, Path::new(PROGRAM), &[], 80, 24);
        ready(&mut pty);
        pty
    };
    for (signal, status) in SIGNALS {
        let mut pty = start();
        pty.signal(signal);
        assert_eq!(i32::try_from(pty.wait()), Ok(status), "SIG{signal}");
        pty.assert_restored();
    }
    let mut pty = start();
    pty.press("\x03");
    assert_eq!(pty.wait(), 130);
    pty.assert_restored();
}

#[test]
fn the_explorer_ends_while_it_connects_reads_and_measures() {
    let (_listener, endpoint) = silent();
    end_explorer(&endpoint, |pty| {
        pty.wait_for("opening");
    });
    on_a_new_table(|database| {
        fill(database);
        let held = |after| {
            Proxy::start(database.server.port, Fault::Hold(after, Gate::default())).dsn(database)
        };
        end_explorer(&held(4350), |pty| {
            pty.wait_for("reading");
        });
        let proxy = Proxy::start(database.server.port, Fault::None);
        end_explorer(&proxy.dsn(database), |pty| {
            pty.wait_for("5 rows").wait_until_gone("reading");
            proxy.set(Fault::Hold(250, Gate::default()));
            pty.press("um").wait_for("measuring");
            proxy.set(Fault::None);
        });
    });
}

/// How a program ended, as a shell tells it.
fn status(mut child: Child) -> i32 {
    let ended = child.wait().expect("the program ends");
    ended.code().or_else(|| Some(128 + ended.signal()?)).expect("it ended")
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

#[test]
fn a_report_ends_while_it_connects_and_reads() {
    on_a_new_table(|database| {
        fill(database);
        for command in ["preview", "audit", "usage", "connect"] {
            for after in [0, 4350] {
                if command == "connect" && after > 0 {
                    continue;
                }
                for (signal, expected) in SIGNALS {
                    let gate = Gate::default();
                    let proxy =
                        Proxy::start(database.server.port, Fault::Hold(after, gate.clone()));
                    let mut program = kinescope();
                    program.arg(command).env("KINESCOPE_ENDPOINT", proxy.dsn(database));
                    program.stdout(Stdio::null()).stderr(Stdio::null());
                    let child = program.spawn().expect("the program runs");
                    gate.wait();
                    send(signal, &child);
                    assert_eq!(status(child), expected, "{command} after {after}, SIG{signal}");
                }
            }
        }
    });
}

#[test]
fn a_report_ends_while_it_measures() {
    on_a_new_table(|database| {
        fill(database);
        for (signal, expected) in SIGNALS {
            // The table is read by one session, and its sizes by the next one.
            let (rows, sizes) = (Gate::default(), Gate::default());
            let proxy = Proxy::start(database.server.port, Fault::Hold(4350, rows.clone()));
            let mut program = kinescope();
            program.args(["usage", "--bytes"]).env("KINESCOPE_ENDPOINT", proxy.dsn(database));
            let child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let child = child.expect("the program runs");
            rows.wait();
            proxy.set(Fault::Hold(900, sizes.clone()));
            rows.open();
            sizes.wait();
            send(signal, &child);
            assert_eq!(status(child), expected, "SIG{signal}");
        }
    });
}

#[test]
fn a_file_stays_as_it_was_until_all_is_known() {
    on_a_new_table(|database| {
        fill(database);
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("kine.prom");
        std::fs::write(&path, "what was there\n").expect("ours");
        for (signal, expected) in SIGNALS {
            let gate = Gate::default();
            let proxy = Proxy::start(database.server.port, Fault::Hold(4350, gate.clone()));
            let mut program = kinescope();
            program.args(["audit", "--textfile"]).arg(&path);
            program.env("KINESCOPE_ENDPOINT", proxy.dsn(database));
            let child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let child = child.expect("the program runs");
            gate.wait();
            send(signal, &child);
            assert_eq!(status(child), expected, "SIG{signal}");
            assert_eq!(std::fs::read_to_string(&path).expect("ours"), "what was there\n");
            assert_eq!(std::fs::read_dir(&directory).expect("ours").count(), 1);
        }
    });
}

#[test]
fn a_file_that_is_being_written_is_written_first() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.prom");
    for (signal, (_, expected)) in
        [Signal::INT, Signal::TERM, Signal::HUP].into_iter().zip(SIGNALS).cycle().take(60)
    {
        let mut program = kinescope();
        program.args(["audit", "assets/scenarios/incident-408.txt", "--textfile"]).arg(&path);
        let child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("the program runs");
        let pid = Pid::from_child(&child);
        let names = || -> Vec<_> {
            let names = std::fs::read_dir(&directory).expect("ours");
            names.map(|it| it.expect("ours").file_name()).collect()
        };
        // A file beside it comes, and is moved.
        while names().iter().all(|name| name == "kine.prom")
            && child.try_wait().expect("it is ours").is_none()
        {}
        // It may have ended since.
        let _ = kill_process(pid, signal);
        let status = status(child);
        // Whatever came first: the report found something.
        assert!([1, expected].contains(&status), "{signal:?}: {status}");
        assert_eq!(names(), ["kine.prom"], "{signal:?}");
        let text = std::fs::read_to_string(&path).expect("ours");
        assert!(text.starts_with("# HELP ") && text.ends_with('\n'), "{signal:?}: {text}");
        std::fs::remove_file(&path).expect("ours");
    }
}

#[test]
fn a_password_that_is_not_typed_leaves_the_terminal_as_it_was() {
    let (_listener, endpoint) = silent();
    for command in [&["preview", "-p"][..], &["-p"]] {
        let start = || {
            let pty = Pty::start_on(&endpoint, Path::new(PROGRAM), command, 80, 24);
            pty.wait_for("Password for ");
            pty
        };
        for (signal, status) in SIGNALS {
            let mut pty = start();
            pty.signal(signal);
            assert_eq!(i32::try_from(pty.wait()), Ok(status), "SIG{signal}");
            pty.assert_restored();
        }
        let mut pty = start();
        pty.press("half\x03");
        assert_eq!(pty.wait(), 130);
        pty.assert_restored();
        // A signal ends it afterwards as well.
        let status = |signal| {
            let mut pty = start();
            pty.press("sesame\r").wait_for(if command.len() == 1 { "opening" } else { "reading" });
            pty.signal(signal);
            let status = pty.wait();
            pty.assert_restored();
            status
        };
        assert_eq!(SIGNALS.map(|(signal, _)| status(signal)), [130, 143, 129]);
    }
}

/// Runs something in a terminal of `script`'s, which is killed once the screen shows a text.
fn hang_up(shell: &str, shown: &str) {
    let mut script = Command::new("script");
    let shell = format!("stty cols 120 rows 30; {shell}");
    script.args(["-qefc", &shell, "/dev/null"]).env("KINESCOPE", PROGRAM);
    script.env("TERM", "xterm-256color").env("LANG", "C.UTF-8").env("SHELL", "/bin/sh");
    script.stdin(Stdio::piped()).stdout(Stdio::piped()).current_dir(env!("CARGO_MANIFEST_DIR"));
    let mut script = script.spawn().expect("script is installed (Debian: bsdutils)");
    let mut output = script.stdout.take().expect("it is a pipe");
    let (mut seen, mut bytes) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&seen).contains(shown) {
        let length = output.read(&mut bytes).expect("a pipe can be read");
        assert!(length > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&bytes[..length]);
    }
    // What is under way then would notice: it has to have nothing to do.
    std::thread::sleep(std::time::Duration::from_secs(1));
    script.kill().expect("it is ours");
    script.wait().expect("it ends");
}

#[test]
fn a_terminal_that_is_gone_leaves_no_process_behind() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("status");
    // Whoever starts it may keep the signal from it.
    for trap in ["trap '' HUP", "trap : HUP"] {
        let shell = format!("{trap}; \"$KINESCOPE\" demo; echo $? >{}", file.display());
        hang_up(&shell, "resurrected");
        let started = std::time::Instant::now();
        let status = loop {
            let status = std::fs::read_to_string(&file).unwrap_or_default();
            if status.ends_with('\n') {
                break status;
            }
            assert!(started.elapsed().as_secs() < 30, "{trap}: it still runs");
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        assert_eq!(status, "129\n", "{trap}");
        std::fs::remove_file(&file).expect("ours");
    }
    assert_eq!(run(&["demo", "--list"]).status, Some(0));
}
