//! `kinescope help`: the manual on a terminal, in a pipe, and as man pages.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::support::program::{kinescope, ran, run};
use crate::support::pty::Pty;

/// The topics of the list: what stands first on the lines below its heading.
fn topics() -> Vec<String> {
    let list = run(&["help"]).out;
    let (_, rest) = list.split_once("The manual, by topic\n\n").expect("the heading");
    let (topics, _) = rest.split_once("\n\n").expect("its end");
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
    topics.lines().filter_map(first).collect()
}

#[test]
fn help_lists_the_commands_and_the_topics() {
    let ran = run(&["help"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_snapshot!("help", ran.out);
    assert!(run(&["--help"]).out.contains("kinescope help"));
    assert!(run(&["-h"]).out.contains("kinescope help"));
}

#[test]
fn every_topic_has_a_page_without_styles_in_a_pipe() {
    let topics = topics();
    assert!(topics.len() > 10, "{topics:?}");
    for topic in topics {
        let ran = run(&["help", &topic]);
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""), "{topic}");
        assert!(ran.out.lines().count() > 5 && !ran.out.contains('\x1b'), "{topic}: {}", ran.out);
        assert!(!ran.out.contains("<!--"), "{topic}: {}", ran.out);
    }
}

#[test]
fn styles_are_there_where_they_are_asked_for() {
    let plain = run(&["help", "reports"]).out;
    let styled = run(&["help", "reports", "--color", "always"]).out;
    assert!(styled.starts_with("\x1b[1mReports and their formats\x1b[0m\n"), "{styled}");
    assert!(styled.contains("\x1b[1mpreview\x1b[0m") && plain.contains("`preview`"));
    let ascii = run(&["help", "chains", "--ascii"]).out;
    assert!(ascii.is_ascii(), "{ascii}");
}

#[test]
fn help_of_a_command_is_its_own() {
    for command in [
        "demo", "show", "get", "extract", "decode", "preview", "audit", "repair", "handover",
        "usage", "log", "watch", "keys", "diff", "compare", "verify", "export", "connect",
        "explain", "help",
    ] {
        let (help, own) = (run(&["help", command]), run(&[command, "--help"]));
        assert_eq!((help.status, help.out, help.err), (Some(0), own.out, own.err));
    }
}

#[test]
fn an_unknown_topic_leads_to_the_closest() {
    for (typed, hint) in [
        ("conecting", "kinescope help connecting, or kinescope help for all topics."),
        ("previw", "kinescope help preview, or kinescope help for all topics."),
        ("tombstone", "kinescope explain tombstone"),
        ("fork", "kinescope explain fork"),
        ("zzz", "kinescope help lists all topics."),
    ] {
        let ran = run(&["help", typed]);
        let said = format!("kinescope: there is no topic {typed}\n  try: {hint}\n");
        assert_eq!((ran.status, ran.out.as_str(), ran.err), (Some(2), "", said));
    }
    assert_eq!(run(&["help", "reports", "--man", "x"]).status, Some(2));
    // An endpoint is never repeated.
    let ran = run(&["help", "mysql://u:sesame@tcp(h)/k"]);
    assert!(ran.status == Some(2) && !ran.err.contains("sesame"), "{}", ran.err);
}

/// The program in a terminal, started by a shell with what a variable is set to there.
fn in_terminal(set: &str, arguments: &str, columns: u16, lines: u16) -> Pty {
    let program = env!("CARGO_BIN_EXE_kinescope");
    let line = format!("{set} exec '{program}' {arguments}");
    Pty::start(Path::new("/bin/sh"), &["-c", &line], columns, lines)
}

/// What a terminal shows in the end, once it shows the last words.
fn screen_of(set: &str, arguments: &str, (columns, lines): (u16, u16), last: &str) -> String {
    let mut pty = in_terminal(set, arguments, columns, lines);
    assert_eq!(pty.wait(), 0);
    pty.wait_for(last).assert_restored();
    let screen = pty.contents();
    screen.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn a_page_fits_its_terminal() {
    for columns in [80, 40] {
        let page = screen_of("KINESCOPE_PAGER=", "help reports", (columns, 120), "report them.");
        assert_snapshot!(format!("help_reports_{columns}"), page);
    }
}

#[test]
fn a_terminal_without_colours_gets_no_styles() {
    for set in ["NO_COLOR=1 PAGER=cat", "PAGER=cat TERM=dumb", "PAGER=cat"] {
        let mut pty = in_terminal(set, "help reports", 80, 60);
        assert_eq!(pty.wait(), 0);
        pty.wait_for("report them.");
        let is_styled = String::from_utf8_lossy(&pty.written()).contains("\x1b[1m");
        assert_eq!(is_styled, set == "PAGER=cat", "{set}");
        assert_eq!(pty.contents().contains("`show`"), !is_styled, "{}", pty.contents());
    }
}

#[test]
fn a_terminal_is_read_through_the_pager_that_is_named() {
    let (sed, last) = ("PAGER='sed s/^/P:/'", "shows.");
    let page = screen_of(sed, "help exit-status", (80, 40), last);
    assert!(page.starts_with("P:Exit statuses\nP:\n"), "{page}");
    let ours = format!("{sed} KINESCOPE_PAGER='sed s/^/K:/'");
    let page = screen_of(&ours, "help show", (100, 400), "K:          [default: auto]");
    assert!(page.starts_with("K:Draw one key's chain\nK:\n"), "{page}");
    for none in [&*format!("KINESCOPE_PAGER= {sed}"), "PAGER=cat"] {
        let page = screen_of(none, "help", (80, 80), "or a word");
        assert!(page.starts_with("Commands\n\n"), "{none}");
    }
    // One that is not there is said by the shell, and the page is printed.
    let page = screen_of("PAGER=no-such-pager", "help exit-status", (80, 40), last);
    assert!(page.contains("no-such-pager") && page.contains("\nExit statuses\n\n"), "{page}");
    // One that is left early is no failure.
    let page = screen_of("PAGER='head -n 1'", "help logins", (80, 40), "Accounts");
    assert_eq!(page.trim_end(), "Accounts and passwords");
}

#[test]
fn the_usual_pager_is_less() {
    if std::process::Command::new("less").arg("--version").output().is_err() {
        return;
    }
    let mut pty = in_terminal("", "help values", 80, 24);
    pty.wait_for("Values are read on demand");
    pty.press("G").wait_for("in strings that a program puts");
    // Ctrl-C is the pager's, which throws away what was typed before it.
    pty.press("\x03");
    std::thread::sleep(std::time::Duration::from_millis(500));
    pty.press("g").wait_for("Values are read on demand");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}

fn names(directory: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).expect("the directory");
    entries.map(|it| it.expect("ours").file_name().into_string().expect("UTF-8")).collect()
}

fn write_man_pages(directory: &Path) -> crate::support::program::Ran {
    run(&["help", "--man", directory.to_str().expect("UTF-8")])
}

#[test]
fn man_pages_are_written_and_written_again() {
    let kept = tempfile::tempdir().expect("a directory");
    let directory = kept.path().join("share/man");
    let written = write_man_pages(&directory);
    assert_eq!((written.status, written.err.as_str()), (Some(0), ""));
    let mut expected: BTreeSet<String> =
        topics().iter().map(|topic| format!("kinescope-{topic}.7")).collect();
    let commands = [
        "demo",
        "show",
        "get",
        "extract",
        "decode",
        "preview",
        "audit",
        "repair",
        "handover",
        "usage",
        "log",
        "watch",
        "keys",
        "diff",
        "compare",
        "verify",
        "export",
        "connect",
        "explain",
        "config",
        "completions",
        "help",
    ];
    expected.extend(commands.map(|command| format!("kinescope-{command}.1")));
    expected.insert("kinescope.1".to_owned());
    assert_eq!(names(&directory), expected);
    assert!(written.out.starts_with(&format!("{} man pages are in ", expected.len())));
    for name in &expected {
        let page = fs::read_to_string(directory.join(name)).expect("a page");
        let title = page.lines().find(|line| line.starts_with(".TH ")).expect("a title");
        let (stem, section) = name.rsplit_once('.').expect("a section");
        assert!(title.starts_with(&format!(".TH {stem} {section} ")), "{title}");
        assert!(page.is_ascii() && page.contains("SEE ALSO"), "{name}");
    }
    fs::write(directory.join("kinescope.1"), ".\\\" Made by kinescope help --man\nold")
        .expect("ours");
    assert_eq!(write_man_pages(&directory).status, Some(0));
    let page = fs::read_to_string(directory.join("kinescope.1")).expect("a page");
    assert!(page.len() > 1000);
    assert_eq!(names(&directory), expected);
    groff(&directory, &expected);
}

/// Where groff is not installed, nothing is tested.
fn groff(directory: &Path, pages: &BTreeSet<String>) {
    for page in pages {
        let mut groff = std::process::Command::new("groff");
        groff.args(["-man", "-Tutf8", "-ww"]).arg(directory.join(page));
        let Ok(output) = groff.output() else { return };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{page}: {said}");
    }
}

#[test]
fn no_file_of_somebody_else_is_written_over() {
    let kept = tempfile::tempdir().expect("a directory");
    let directory = kept.path();
    let theirs = directory.join("kinescope-rules.7");
    fs::write(&theirs, "mine").expect("ours");
    let refused = write_man_pages(directory);
    let expected = format!(
        "kinescope: kinescope-rules.7 is in {} already, and kinescope did not make it\n  \
         try: Name another directory, or move that file away.\n",
        directory.display()
    );
    assert_eq!((refused.status, refused.out.as_str(), refused.err), (Some(3), "", expected));
    assert_eq!(names(directory), BTreeSet::from(["kinescope-rules.7".to_owned()]));
    assert_eq!(fs::read(&theirs).expect("it is there"), b"mine");
    // Nor is a link followed.
    fs::remove_file(&theirs).expect("ours");
    std::os::unix::fs::symlink("/dev/null", &theirs).expect("ours");
    assert_eq!(write_man_pages(directory).status, Some(3));
    // What is no directory cannot become one.
    let file = directory.join("file");
    fs::write(&file, "").expect("ours");
    let refused = write_man_pages(&file.join("man"));
    assert!(refused.err.starts_with("kinescope: cannot write man pages to "), "{}", refused.err);
    assert!(refused.err.contains("\n  why: Not a directory"), "{}", refused.err);
    assert_eq!(refused.status, Some(3));
}

/// The files below a folder that end so.
fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("ours").path();
        if path.is_dir() {
            files(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

/// Also where a line ends in the middle, as in a comment that clap prints.
#[test]
fn help_that_is_named_anywhere_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md")];
    files(&root.join("src"), ".rs", &mut found);
    files(&root.join("assets"), ".md", &mut found);
    let mut named = BTreeSet::new();
    for file in found {
        let text = fs::read_to_string(file).expect("it is text");
        let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "///").collect();
        for three in words.windows(3) {
            if three[0].ends_with("kinescope") && three[1] == "help" {
                let end = |char: char| !char.is_ascii_lowercase() && char != '-';
                named.extend(three[2].split(end).next().map(str::to_owned));
            }
        }
    }
    // What stands in the place of a topic, and sentences that go on.
    for other in ["", "--man", "lists", "for"] {
        named.remove(other);
    }
    assert!(named.len() >= 8, "{named:?}");
    for name in named {
        assert_eq!(run(&["help", &name]).status, Some(0), "kinescope help {name}");
    }
}

#[test]
fn a_reader_who_is_gone_is_no_failure() {
    let mut command = kinescope();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let ran = ran(command.args(["help", "logins"]).stdout(writer).output().expect("it runs"));
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
}
