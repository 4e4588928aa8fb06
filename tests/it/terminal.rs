//! The real program in a real terminal: it draws, answers, and gives the terminal back.

use std::path::{Path, PathBuf};

use crate::support::pty::Pty;

fn kinescope() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kinescope"))
}

/// A program of `tests/programs`, which cargo puts beside the tests.
fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("the test's own path");
    let target = tests.parent().and_then(Path::parent).expect("target/<profile>/deps/<test>");
    target.join("examples").join(name)
}

#[test]
fn the_demo_draws_answers_and_quits() {
    let mut pty = Pty::start(kinescope(), &["demo"], 120, 30);
    pty.wait_for("☠ 1 resurrected")
        .wait_for("SURVIVES → live")
        .wait_for("2670702, then at 2670700");
    pty.press("?").wait_for("Keys and signs");
    pty.press("\x1b").wait_until_gone("Keys and signs");
    pty.press("t2670711\r").wait_for("removes 0 of 5 rows");
    pty.press("a").wait_for("⊗ error: fork").wait_for("What it finds");
    pty.press("a").wait_until_gone("What it finds");
    pty.resize(60, 16);
    pty.press("\t").wait_for("2670711");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

#[test]
fn the_demo_is_shown_as_of_a_revision_and_played() {
    let mut pty = Pty::start(kinescope(), &["demo", "cluster"], 120, 30);
    pty.wait_for("☠ 3 resurrected");
    pty.press(":at 5889\r").wait_for("AS OF 5889").wait_for("→ ● /registry/minions/node-02");
    pty.press("\x1b[C").wait_for("AS OF 5890").wait_for("5890 deleted /registry/minions/node-02.");
    // Nothing is pressed any more: time alone goes on.
    pty.press("w").wait_for("Any key stops.").wait_for("AS OF 5892");
    pty.press("x").wait_until_gone("Any key stops.");
    pty.press("\x1b").wait_until_gone("AS OF").wait_for("☠ 3 resurrected");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

#[test]
fn what_was_read_in_part_shows_in_the_exit_status() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.tsv");
    let path = path.to_str().expect("its path is UTF-8");
    let rows = "id\tname\tprev_revision\n1\tcompact_rev_key\t0\n2\t/a\t0\n";
    for (row, shown, status) in [("3\t/a\t2\n", "3 rows", 0), ("x\t/a\t2\n", "PARTIAL", 3)] {
        std::fs::write(path, format!("{rows}{row}")).expect("a file");
        let mut pty = Pty::start(kinescope(), &[path], 120, 30);
        pty.wait_for(shown).wait_for("/a");
        pty.press("q");
        assert_eq!(pty.wait(), status, "{row}");
        pty.assert_restored();
    }
}

#[test]
fn bytes_are_measured_when_they_are_asked_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.tsv");
    let rows = "id\tname\tprev_revision\tvalue\told_value\n1\tcompact_rev_key\t0\tNULL\tNULL\n\
                2\t/a\t0\tfour\tNULL\n3\t/b\t0\tand five\tfour\n";
    std::fs::write(&path, rows).expect("a file");
    let mut pty = Pty::start(kinescope(), &[path.to_str().expect("it is UTF-8")], 120, 30);
    pty.wait_for("3 rows");
    pty.press("u").wait_for("┌ Usage ─");
    pty.press("m").wait_for("┌ Usage by bytes ─").wait_for("12 B").wait_for(" 4 B ");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

#[test]
fn a_value_is_read_when_somebody_looks_at_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.tsv");
    let rows = "id\tname\tprev_revision\tvalue\told_value\n1\tcompact_rev_key\t0\tNULL\tNULL\n\
                2\t/a\t0\t{\"replicas\":2}\tNULL\n3\t/a\t2\t{\"replicas\":3}\t{\"replicas\":2}\n\
                4\t/registry/secrets/b\t0\thunter2\tNULL\n";
    std::fs::write(&path, rows).expect("a file");
    let mut pty = Pty::start(kinescope(), &[path.to_str().expect("it is UTF-8")], 80, 24);
    pty.wait_for("4 rows");
    pty.press(":3\rV").wait_for("\"replicas\": 3");
    pty.press("\t").wait_for("  - 2").wait_for("  + 3");
    pty.press("p").wait_for("No value before");
    pty.press("q").wait_until_gone("No value before");
    pty.press(":4\rV").wait_for("MASKED: the key belongs to a Secret.").wait_for("NULL");
    assert!(!pty.contents().contains("hunter2"), "{}", pty.contents());
    pty.press("\x1b").wait_until_gone("MASKED");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

#[test]
fn leaving_before_everything_was_read_shows_in_the_exit_status() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.tsv");
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo runs");
    assert!(made.success());
    // Somebody holds the other end, and writes nothing.
    let _end = std::fs::File::options().read(true).write(true).open(&path).expect("the pipe");
    let mut pty = Pty::start(kinescope(), &[path.to_str().expect("it is UTF-8")], 120, 30);
    pty.wait_for("opening");
    pty.press("q");
    assert_eq!(pty.wait(), 3);
    pty.assert_restored();
}

#[test]
fn a_signal_ends_it_and_the_terminal_is_given_back() {
    for (signal, status) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut pty = Pty::start(kinescope(), &["demo", "cluster"], 80, 24);
        pty.wait_for("17 forks");
        pty.signal(signal);
        assert_eq!(pty.wait(), status, "SIG{signal}");
        pty.assert_restored();
    }
}

#[test]
fn a_signal_ends_it_also_where_nobody_reads_the_terminal() {
    for (signal, status) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut pty = Pty::start(kinescope(), &["demo", "cluster"], 200, 60);
        pty.wait_for("17 forks");
        pty.read(false);
        // More than a terminal holds that is not read.
        for _ in 0..40 {
            pty.press("GgGgGgGg");
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
        pty.signal(signal);
        assert_eq!(pty.wait(), status, "SIG{signal}");
        assert!(pty.is_set_back());
    }
}

#[test]
fn so_it_ends_a_report() {
    let cluster = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenarios/cluster.tsv");
    let report = ["preview", "--rows", cluster];
    for (signal, status) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut pty = Pty::start(kinescope(), &report, 80, 24);
        pty.read(false);
        // Until it writes more than a terminal holds.
        std::thread::sleep(std::time::Duration::from_secs(2));
        pty.signal(signal);
        let ended = pty.wait();
        // 1: a signal that is left to do what it does by itself.
        assert!([status, 1].contains(&ended), "SIG{signal}: {ended}");
    }
}

#[test]
fn ctrl_c_ends_it() {
    let mut pty = Pty::start(kinescope(), &["demo", "lifecycle"], 80, 24);
    pty.wait_for("/registry/pods");
    pty.press("\x03");
    assert_eq!(pty.wait(), 130);
    pty.assert_restored();
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_goes_on() {
    let mut pty = Pty::start(Path::new("/bin/sh"), &["-i"], 80, 24);
    pty.press(&format!("'{}' demo lifecycle\r", kinescope().display()));
    pty.wait_for("/registry/pods");
    // Also where a line is typed, and over the help.
    for (before, after) in [("", ""), ("/po", "\r"), ("?", "?")] {
        pty.press(before).press("\x1a");
        pty.assert_restored();
        pty.wait_until("the shell's word", |screen| {
            screen.contents().to_lowercase().contains("stopped")
        });
        // The shell alone is told of it.
        pty.resize(100, 30);
        pty.press("fg\r").wait_until("the whole screen", |screen| {
            screen.alternate_screen() && screen.contents().lines().count() == 30
        });
        pty.press(after).wait_for("quit");
        pty.resize(80, 24);
    }
    // The first closes the filter.
    pty.press("q").wait_for("Everything is listed again");
    pty.press("q");
    pty.assert_restored();
    pty.press("exit $?\r");
    assert_eq!(pty.wait(), 0);
}

#[test]
fn ctrl_z_without_a_shell_stops_nothing() {
    let mut pty = Pty::start(kinescope(), &["demo", "lifecycle"], 80, 24);
    pty.wait_for("/registry/pods");
    pty.press("\x1a").wait_for("there is no shell to bring it back");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_reported() {
    let mut pty = Pty::start(&example("panicking"), &[], 80, 24);
    assert_eq!(pty.wait(), 101);
    pty.assert_restored();
    pty.wait_for("the source panicked");
}

#[test]
fn an_error_before_the_first_row_is_printed_on_the_first_screen() {
    let mut pty = Pty::start(kinescope(), &["mysql://root@tcp(127.0.0.1:1)/kine"], 80, 24);
    assert_eq!(pty.wait(), 3);
    pty.assert_restored();
    pty.wait_for("127.0.0.1:1");
}

/// A pager that shows what it is given, and reads one line.
const PAGER: &str = r#"PAGER=sh -c 'sed s/^/paged:/ "$1"; read line; echo "got $line"' --"#;

#[test]
fn a_pager_has_the_terminal_until_it_ends() {
    let program = kinescope().to_str().expect("its path is UTF-8");
    let mut pty = Pty::start(Path::new("/usr/bin/env"), &[PAGER, program, "demo"], 120, 30);
    pty.wait_for("☠ 1 resurrected");
    // What is typed is the pager's, and so is an interrupt.
    pty.press("o").wait_for("paged:");
    pty.press("jq\r").wait_for("commands");
    pty.press("o").wait_for("paged:");
    pty.press("\x03").wait_for("commands");
    pty.press("a").wait_for("What it finds");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

#[test]
fn what_is_copied_is_handed_to_the_terminal() {
    let mut pty = Pty::start(kinescope(), &["demo", "cluster"], 120, 30);
    pty.wait_for("☠ 3 resurrected");
    pty.press("y").wait_for("the SQL that finds the key's rows");
    pty.press("k").wait_for("Copied the key's name to the terminal's clipboard: 25 B.");
    // "/registry/minions/node-02"
    let copied = b"\x1b]52;c;L3JlZ2lzdHJ5L21pbmlvbnMvbm9kZS0wMg==\x07";
    assert!(pty.written().windows(copied.len()).any(|it| it == copied));
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

#[test]
fn the_mouse_selects_and_is_given_back() {
    let mut pty = Pty::start(kinescope(), &["demo", "cluster"], 120, 30);
    pty.wait_for("☠ 3 resurrected").wait_for("/registry/minions/node-02 ─");
    // The wheel, three lines down.
    pty.press("\x1b[<65;10;12M").wait_for("/registry/minions/node-05 ─");
    pty.press("M").wait_for("The terminal has the mouse.");
    pty.wait_until("no mouse", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    });
    pty.press("M").wait_for("kinescope has the mouse.");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

/// A table with values: 3 took the place of 2.
fn values() -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.tsv");
    let rows = "id\tname\tprev_revision\tvalue\told_value\n1\tcompact_rev_key\t0\tNULL\tNULL\n\
                2\t/a\t0\t{\"replicas\":2}\tNULL\n3\t/a\t2\t{\"replicas\":3}\t{\"replicas\":2}\n";
    std::fs::write(&path, rows).expect("a file");
    let path = path.to_str().expect("it is UTF-8").to_owned();
    (directory, path)
}

#[test]
fn an_editor_and_a_diff_have_the_terminal_until_they_end() {
    let (_directory, path) = values();
    let program = kinescope().to_str().expect("its path is UTF-8");
    let editor = r#"VISUAL=sh -c 'sed s/^/edited:/ "$1"; ls -l "$1"; read line' --"#;
    let diff = r#"KINESCOPE_DIFF=sh -c 'echo "from $(tail -n +2 "$1" | head -1) to $(tail -n +2 "$2" | head -1)"' --"#;
    let pager = r"PAGER=sh -c 'cat; read line </dev/tty'";
    let arguments = [editor, diff, pager, program, &path];
    let mut pty = Pty::start(Path::new("/usr/bin/env"), &arguments, 120, 30);
    pty.wait_for("3 rows");
    pty.press("\t").wait_for("Enter value");
    pty.press("\r").wait_for("\"replicas\": 3");
    pty.press("e").wait_for("edited:  \"replicas\": 3").wait_for("-rw-------");
    pty.press("q\r").wait_for("Esc close");
    pty.press("D").wait_for("\"replicas\": 2 to").wait_for("\"replicas\": 3");
    pty.press("\r").wait_for("Esc close");
    pty.press("q").wait_until_gone("Esc close");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

#[test]
fn a_click_selects_and_the_line_between_panes_is_dragged() {
    let mut pty = Pty::start(kinescope(), &["demo", "cluster"], 120, 30);
    pty.wait_for("☠ 3 resurrected").wait_for("/registry/minions/node-02 ─");
    // What is read of a screen in the middle of being drawn is waited for.
    let found = |pty: &Pty, text: &str, find: fn(usize, &str) -> Option<usize>| {
        let at = std::cell::Cell::new(None);
        pty.wait_until(text, |screen| {
            let contents = screen.contents();
            let line = contents.lines().enumerate().find(|(_, line)| line.contains(text));
            at.set(line.and_then(|(row, line)| find(row, line)));
            at.get().is_some()
        });
        at.get().expect("it was waited for") + 1
    };
    let row = |pty: &Pty| found(pty, "✗ /registry/minions/node-05 ", |row, _| Some(row));
    let at = row(&pty);
    pty.press(&format!("\x1b[<0;10;{at}M\x1b[<0;10;{at}m")).wait_for("/registry/minions/node-05 ─");
    // The second opens it.
    let at = row(&pty);
    pty.press(&format!("\x1b[<0;10;{at}M\x1b[<0;10;{at}m")).wait_for("Esc back");
    let from = found(&pty, "✗ /registry/minions/node-05 ", |_, line| {
        line.chars().enumerate().filter(|(_, char)| *char == '│').nth(1).map(|(column, _)| column)
    });
    pty.press(&format!("\x1b[<0;{from};{at}M\x1b[<32;30;{at}M\x1b[<0;30;{at}m"));
    pty.wait_until("the line where it was dragged to", |screen| {
        let contents = screen.contents();
        let line = contents.lines().find(|line| line.contains("☠ ✗ ") && line.contains("node-05 "));
        line.is_some_and(|line| line.chars().nth(29) == Some('│'))
    });
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}
