//! The README and the manual: their pictures and tables are the program's and the tests', every command
//! in them is run, and every link leads somewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use kinescope::report::text::explain::rules;
use kinescope::tui::keymap::BINDINGS;
use pulldown_cmark::{Event, Parser, Tag};

use crate::server::matrix;
use crate::support::program::{CLUSTER, INCIDENT, run, undated};
use crate::support::screen::Screen;

const README: &str = "README.md";

fn path(page: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(page)
}

fn text(page: &str) -> String {
    fs::read_to_string(path(page)).expect("the page")
}

/// The README, what developers are told, and every page of the manual.
fn pages() -> Vec<String> {
    let mut pages = vec![README.to_owned()];
    for folder in [".github", "assets/manual"] {
        for entry in fs::read_dir(path(folder)).expect("a folder") {
            let name = entry.expect("a page").file_name().into_string().expect("it is UTF-8");
            pages.push(format!("{folder}/{name}"));
        }
    }
    pages.sort();
    pages
}

/// Compares a part of a page with what the program makes of it, or writes that.
fn made(page: &str, start: &str, end: &str, made: &str) {
    // Several tests write a part each.
    static WRITING: Mutex<()> = Mutex::new(());
    let guard = WRITING.lock();
    let text = text(page);
    let (before, rest) = text.split_once(start).expect("where it starts");
    let (part, after) = rest.split_once(end).expect("where it ends");
    let is_made = part == made;
    if !is_made && std::env::var_os("UPDATE_README").is_some() {
        let text = format!("{before}{start}{made}{end}{after}");
        fs::write(path(page), text).expect("the page is written");
        return;
    }
    drop(guard);
    assert!(is_made, "{page}: UPDATE_README=1 tests/run writes this:\n{made}");
}

/// The blocks between fences that name a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = text.split(fence.as_str()).skip(1);
    blocks.filter_map(|block| block.split_once("```")).map(|(block, _)| block.to_owned()).collect()
}

const WRITES: &str =
    "made by tests/it/readme.rs from the program; UPDATE_README=1 tests/run writes it anew -->\n";

/// The picture in the README, between the fences that follow its comment.
#[test]
fn the_picture_is_the_real_screen() {
    let screen = Screen::demo("cluster", 116, 34).text();
    made(README, &format!("<!-- screen: {WRITES}```text\n"), "```\n", &screen);
}

/// What is drawn of a chain, without the sentences around it.
#[test]
fn the_chain_is_a_real_one() {
    let name = "/registry/minions/prod-instance-1735943640622";
    let shown = run(&["show", INCIDENT, name, "--target", "8530560"]).out;
    let chain = shown.split("\n\n").nth(1).expect("the chain");
    made(README, &format!("<!-- chain: {WRITES}```text\n"), "```\n", &format!("{chain}\n"));
}

#[test]
fn the_rules_are_the_real_ones() {
    let rows: String = rules()
        .iter()
        .map(|rule| format!("| `{}` | {} | {} |\n", rule.name, rule.severity, rule.summary))
        .collect();
    let table = format!("| rule | severity | finds |\n| --- | --- | --- |\n{rows}");
    made("assets/manual/rules.md", &format!("<!-- rules: {WRITES}"), "<!-- /rules -->\n", &table);
}

#[test]
fn the_keys_are_those_of_the_explorer() {
    let rows =
        BINDINGS.iter().map(|binding| format!("| `{}` | {} |\n", binding.label, binding.help));
    let table = format!("| key | what it does |\n| --- | --- |\n{}", rows.collect::<String>());
    let page = "assets/manual/explorer.md";
    made(page, &format!("<!-- keys: {WRITES}"), "<!-- /keys -->\n", &table);
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
    let page = "assets/manual/exit-status.md";
    made(page, &format!("<!-- statuses: {WRITES}```text\n"), "```\n", &statuses().0);
}

#[test]
fn the_accounts_are_those_of_the_tests() {
    let page = "assets/manual/logins.md";
    made(page, &format!("<!-- reads: {WRITES}"), "<!-- /reads -->\n", &matrix::reads());
    made(page, &format!("<!-- refusals: {WRITES}"), "<!-- /refusals -->\n", &matrix::refusals());
}

#[test]
fn the_metrics_are_those_that_the_cron_job_writes() {
    let page = text("assets/manual/prometheus.md");
    let [crontab] = &blocks(&page, "crontab")[..] else { panic!("there is one crontab") };
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
    assert!(written.contains("\nkinescope_complete{"), "{written}");
}

/// What is between ```` ```sh ```` fences starts the explorer or the tests: the explorer is run in
/// `terminal.rs`, and the tests run now.
#[test]
fn commands_without_output_are_known() {
    let blocks = blocks(&text(README), "sh");
    let commands: Vec<&str> = blocks.iter().flat_map(|block| block.lines()).collect();
    assert_eq!(commands, ["cargo run --release -- demo cluster", "tests/run"]);
}

/// What a command prints, below it: `? 1` is its exit status, where that is not 0.
fn printed(command: &str) -> String {
    let words: Vec<&str> = command.split(' ').map(|word| word.trim_matches('\'')).collect();
    let ["kinescope", arguments @ ..] = &words[..] else { panic!("{command} is another program") };
    let ran = run(arguments);
    let status = match ran.status.expect("it ends by itself") {
        0 => String::new(),
        status => format!("? {status}\n"),
    };
    format!("{status}{}{}", undated(&ran.out), ran.err)
}

#[test]
fn commands_with_output_print_it() {
    let mut tried = 0;
    for page in pages() {
        for block in blocks(&text(&page), "console") {
            let (command, _) = block.split_once('\n').expect("a line");
            let start = format!("```console\n{command}\n");
            made(&page, &start, "```\n", &printed(command.strip_prefix("$ ").expect("a command")));
            tried += 1;
        }
    }
    assert!(tried >= 6, "{tried} commands were tried");
}

#[test]
fn the_readme_is_read_in_one_sitting() {
    let lines = text(README).lines().count();
    assert!(lines < 200, "it has {lines} lines: what is more belongs in the manual");
}

#[test]
fn the_version_of_rust_is_that_of_the_package() {
    let needed = concat!("You need Rust ", env!("CARGO_PKG_RUST_VERSION"), " or later.");
    assert!(text(README).contains(needed), "{needed}");
}

#[test]
fn every_link_leads_to_a_file_that_is_there() {
    let mut tried = 0;
    for page in pages() {
        let folder = path(&page);
        let folder = folder.parent().expect("a folder");
        let text = text(&page);
        let links = Parser::new(&text).filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.into_string()),
            _ => None,
        });
        for link in links.filter(|link| !link.starts_with("https://")) {
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let file = folder.join(file);
            assert!(file.exists(), "{page}: nothing is at {link}");
            assert!(heading.is_empty() || has_heading(&file, heading), "{page}: {link}");
            tried += 1;
        }
    }
    assert!(tried >= 20, "{tried} links were tried");
}

/// Whether a page has a heading that a link calls by that name.
fn has_heading(file: &Path, name: &str) -> bool {
    let text = fs::read_to_string(file).expect("a page");
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let names = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    names.map(|heading| heading.replace(' ', "-")).any(|heading| heading == name)
}

/// Files that a page names as code, alone or as a command: their paths are from the root.
#[test]
fn every_file_that_is_named_is_there() {
    let mut tried = 0;
    for page in pages() {
        for piece in text(&page).split('`') {
            let folders = ["src/", "tests/", "benches/", "assets/", ".ci/", ".github/"];
            if folders.iter().any(|folder| piece.starts_with(folder)) {
                let file = piece.split_whitespace().next().expect("a path");
                assert!(path(file).exists(), "{page}: nothing is at {file}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 30, "{tried} files were tried");
}
