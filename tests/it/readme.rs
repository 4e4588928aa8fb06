//! The README: its picture and tables are the program's and the tests', and every command in it is run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use kinescope::report::text::explain::rules;

use crate::server::matrix;
use crate::support::program::{CLUSTER, run};
use crate::support::screen::Screen;

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn readme() -> String {
    std::fs::read_to_string(path()).expect("the README")
}

/// Compares a part of the README with what the program makes of it, or writes that.
fn made(start: &str, end: &str, made: &str) {
    // Several tests write a part each.
    static WRITING: Mutex<()> = Mutex::new(());
    let guard = WRITING.lock();
    let readme = readme();
    let (before, rest) = readme.split_once(start).expect("where it starts");
    let (part, after) = rest.split_once(end).expect("where it ends");
    let is_made = part == made;
    if !is_made && std::env::var_os("UPDATE_README").is_some() {
        let text = format!("{before}{start}{made}{end}{after}");
        std::fs::write(path(), text).expect("the README is written");
        return;
    }
    drop(guard);
    assert!(is_made, "UPDATE_README=1 tests/run writes this:\n{made}");
}

/// The blocks between fences that name a language.
fn blocks(readme: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = readme.split(fence.as_str()).skip(1);
    blocks.filter_map(|block| block.split_once("```")).map(|(block, _)| block.to_owned()).collect()
}

const WRITES: &str =
    "made by tests/it/readme.rs from the program; UPDATE_README=1 tests/run writes it anew -->\n";

/// The picture in the README, between the fences that follow its comment.
#[test]
fn the_picture_is_the_real_screen() {
    let screen = Screen::demo("cluster", 116, 34).text();
    made(&format!("<!-- screen: {WRITES}```text\n"), "```\n", &screen);
}

#[test]
fn the_rules_are_the_real_ones() {
    let rows: String = rules()
        .iter()
        .map(|rule| format!("| `{}` | {} | {} |\n", rule.name, rule.severity, rule.summary))
        .collect();
    let table = format!("| rule | severity | finds |\n| --- | --- | --- |\n{rows}");
    made(&format!("<!-- rules: {WRITES}"), "<!-- /rules -->\n", &table);
}

/// The help's table of exit statuses, and the statuses in it.
pub(crate) fn statuses() -> (String, Vec<i32>) {
    let help = run(&["--help"]).out;
    let (_, table) = help.split_once("Exit status of every command:\n").expect("the table");
    let first = table.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok());
    (table.to_owned(), first.collect())
}

#[test]
fn the_exit_statuses_are_those_of_the_help() {
    made(&format!("<!-- statuses: {WRITES}```text\n"), "```\n", &statuses().0);
}

#[test]
fn the_accounts_are_those_of_the_tests() {
    made(&format!("<!-- reads: {WRITES}"), "<!-- /reads -->\n", &matrix::reads());
    made(&format!("<!-- refusals: {WRITES}"), "<!-- /refusals -->\n", &matrix::refusals());
}

/// The names that begin with `kinescope_`.
fn metrics(text: &str) -> BTreeSet<&str> {
    let part = |char: char| char != '_' && !char.is_ascii_alphanumeric();
    text.split(part).filter(|word| word.starts_with("kinescope_")).collect()
}

#[test]
fn the_metrics_are_those_that_the_cron_job_writes() {
    let readme = readme();
    let [crontab] = &blocks(&readme, "crontab")[..] else { panic!("there is one crontab") };
    let line = crontab.lines().last().expect("a job");
    let job = line.split_whitespace().skip_while(|&word| word != "kinescope").skip(1);
    let job: Vec<&str> = job.take_while(|word| !word.starts_with('>')).collect();
    let directory = tempfile::tempdir().expect("a directory");
    let [command, flag @ .., file] = &job[..] else { panic!("{line}") };
    let name = Path::new(file).file_name().expect("the file's name");
    let file = directory.path().join(name);
    let arguments = [&[*command, CLUSTER][..], flag, &[file.to_str().expect("UTF-8")]].concat();
    let ran = run(&arguments);
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), ""), "{arguments:?}");
    let written = std::fs::read_to_string(file).expect("the metrics");
    let [alerts] = &blocks(&readme, "yaml")[..] else { panic!("there is one list of alerts") };
    let asked = metrics(alerts);
    assert!(asked.len() >= 4 && asked.is_subset(&metrics(&written)), "{asked:?}\n{written}");
}

/// What is between ```` ```sh ```` fences starts the explorer or the tests: the explorer is run in
/// `terminal.rs`, and the tests run now.
#[test]
fn commands_without_output_are_known() {
    let blocks = blocks(&readme(), "sh");
    let commands: Vec<&str> = blocks.iter().flat_map(|block| block.lines()).collect();
    assert_eq!(commands, ["cargo run --release -- demo cluster", "tests/run"]);
}

/// The README with any date and any version where its outputs say when, and by which version, they
/// were made.
fn of_any_day() -> String {
    let line = |line: &str| match line.split_once(" UTC by kinescope ") {
        Some((read, version)) if line.starts_with("read       ") => {
            let like = "read       2026-11-27 16:05:12";
            let shape = |text: &str| text.replace(|char: char| char.is_ascii_digit(), "0");
            assert_eq!((shape(read), shape(version)), (shape(like), "0.0.0".to_owned()), "{line}");
            "read       [..] UTC by kinescope [..]\n".to_owned()
        }
        _ => format!("{line}\n"),
    };
    readme().lines().map(line).collect()
}

#[test]
fn commands_with_output_print_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("README.md");
    std::fs::write(&path, of_any_day()).expect("a file");
    trycmd::TestCases::new()
        .register_bin("kinescope", Path::new(env!("CARGO_BIN_EXE_kinescope")))
        .env("LC_ALL", "C.UTF-8")
        // A home may hold a `.my.cnf`.
        .env("HOME", "/nonexistent")
        .case(&path);
}
