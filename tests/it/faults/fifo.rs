//! Tables that come through a pipe: as they come, as far as they come, and once.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use crate::support::program::{file, run, run_with_stdin, undated};
use crate::support::pty::Pty;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kinescope");
const HEADING: &str = "id\tname\tprev_revision\tvalue\n";

/// So many rows, of which more than ten thousand are more than what is looked at for a heading.
fn rows(ids: Range<u64>) -> String {
    let value = "v".repeat(200);
    let mut text = String::new();
    for id in ids {
        writeln!(text, "{id}\t/k/{:03}\t0\t{value}", id % 500).expect("a string");
    }
    text
}

/// A pipe with a name.
fn named_pipe(directory: &Path) -> String {
    let pipe = directory.join("pipé").to_str().expect("it is UTF-8").to_owned();
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    pipe
}

#[test]
fn rows_are_shown_as_they_come_through_a_pipe() {
    let directory = tempfile::tempdir().expect("a directory");
    let pipe = named_pipe(directory.path());
    let on_input = format!("exec \"$0\" - <'{pipe}'");
    for (program, arguments, once) in [
        (PROGRAM, vec![pipe.as_str()], "A pipe"),
        ("sh", vec!["-c", &on_input, PROGRAM], "Standard input"),
    ] {
        let mut pty = Pty::start(Path::new(program), &arguments, 120, 30);
        let mut writer = OpenOptions::new().write(true).open(&pipe).expect("somebody reads");
        let text = format!("{HEADING}{}", rows(1000..11_000));
        writer.write_all(text.as_bytes()).expect("they read on");
        pty.wait_for("/k/005").wait_for("reading");
        pty.press("j").press("j").press("j");
        // These belong before all others, and are put there when all have come.
        writer.write_all(rows(0..3).as_bytes()).expect("they read on");
        drop(writer);
        pty.wait_for("10,003 rows").wait_until_gone("reading").wait_for("/k/003");
        pty.press("r").wait_for(&format!("{once} cannot be read a second time."));
        pty.press("q");
        assert_eq!(pty.wait(), 0);
        pty.assert_restored();
    }
}

#[test]
fn a_pipe_is_read_as_a_file_is() {
    let texts = [
        HEADING.to_owned() + &rows(1..20_000),
        HEADING.to_owned() + &rows(10_000..20_000) + &rows(1..10_000),
        HEADING.to_owned() + &rows(1..10_000) + &rows(5_000..15_000),
    ];
    for text in texts {
        let (_directory, path) = file(text.as_bytes());
        let path = path.to_str().expect("it is UTF-8");
        for command in ["audit", "preview"] {
            let whole = run(&[command, path, "--format", "json"]);
            let piped = run_with_stdin(&[command, "-", "--format", "json"], text.as_bytes());
            let json = |out: &str| undated(&out.replace(path, "-"));
            assert_eq!((json(&whole.out), whole.status), (json(&piped.out), piped.status));
        }
    }
}

/// A writer that ends too early cannot be told from one that is done, but by what it wrote.
#[test]
fn a_pipe_that_ends_too_early_says_so() {
    let text = HEADING.to_owned() + &rows(1..10_000);
    let boxed = format!("| {}", text.replace('\t', " | ").trim_end().replace('\n', " |\n| "));
    let boxed = format!("+----+\n{}", boxed.replacen('\n', "\n+----+\n", 1));
    let array = (1..9_000).fold("[".to_owned(), |text, id| {
        text + &format!("{{\"id\": {id}, \"name\": \"/a\", \"prev_revision\": 0}},\n")
    });
    let cases = [
        (String::new(), "it is empty"),
        (HEADING[..10].to_owned(), "has no column `prev_revision`"),
        (HEADING.trim_end().to_owned(), "the last line is not terminated"),
        (text[..text.len() - 100].to_owned(), "the last line is not terminated"),
        (text[..text.len() - 206].to_owned(), "fields, the heading 4"),
        (boxed, "the table's closing line is missing"),
        (array, "the array is not closed"),
    ];
    for (text, why) in cases {
        let ran = run_with_stdin(&["preview", "-"], text.as_bytes());
        let said = format!("{}{}", ran.out, ran.err).replace("\n    ", " ");
        assert_eq!(ran.status, Some(3), "{why}: {said}");
        assert!(said.contains(why), "{why}: {said}");
    }
}

#[test]
fn progress_is_told_in_the_characters_that_are_wanted() {
    let directory = tempfile::tempdir().expect("a directory");
    let pipe = named_pipe(directory.path());
    for (ascii, name) in [(&[][..], "reading pipé: "), (&["--ascii"], "reading pip\\u{e9}: ")] {
        let arguments = [&["preview", &pipe], ascii].concat();
        let mut pty = Pty::start(Path::new(PROGRAM), &arguments, 80, 24);
        let mut writer = OpenOptions::new().write(true).open(&pipe).expect("somebody reads");
        let text = format!("{HEADING}{}", rows(1..10_001));
        writer.write_all(text.as_bytes()).expect("they read on");
        pty.wait_for(name).wait_for(" rows");
        drop(writer);
        pty.wait_until_gone("reading").wait_for("10,000 rows");
        pty.wait();
        let written = pty.written();
        assert!(ascii.is_empty() || written.is_ascii(), "{}", String::from_utf8_lossy(&written));
    }
}
