//! The walls of the house, as far as its imports tell: what may reach what, and that no files go round in
//! a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// What a room may reach, and why no more.
const ROOMS: [(&str, &[&str], &str); 12] = [
    ("history", &[], "the core knows no text, no terminal, no socket and no clock"),
    ("text", &[], "words and widths know nothing of what they are about"),
    ("place", &["text"], "a file is a file, whatever is in it"),
    ("value", &["history"], "what a value holds is the same wherever it is shown"),
    ("audit", &["history", "text", "display"], "a rule reads a history and says what is wrong"),
    (
        "display",
        &["history", "text", "value", "audit"],
        "what things are called is told to screens and reports, and asks neither",
    ),
    (
        "repair",
        &["history", "text", "display"],
        "a plan is data: how it is written for a database is a report's",
    ),
    ("find", &["history", "text"], "which key is meant depends on the keys alone"),
    (
        "source",
        &["history", "text", "value", "place"],
        "where rows come from decides nothing about how they look or whether they are sound",
    ),
    (
        "export",
        &["history", "text", "source"],
        "a new table is rows and a schema, whatever is said of them",
    ),
    (
        "report",
        &["history", "text", "value", "audit", "display", "repair", "source"],
        "a report is written without a screen",
    ),
    (
        "tui",
        &["history", "text", "value", "audit", "display", "find", "repair", "source"],
        "the screen shows what reports show, and asks none of them",
    ),
];

/// (files, what they must not name, why)
const WALLS: [(&str, &[&str], &str); 5] = [
    (
        "src/history/",
        &["std::time", "std::net", "std::fs", "tokio", "sqlx", "ratatui", "crossterm", "clap"],
        "the core is given what it needs",
    ),
    ("src/display/", &["ratatui", "crossterm"], "reports are drawn with the same signs"),
    ("src/audit/", &["crate::source"], "a rule does not ask where the rows came from"),
    (
        "src/source/text/",
        &["sqlx", "super::mysql", "source::mysql", "super::postgres", "source::postgres"],
        "a table as text is read where there is no database",
    ),
    ("src/report/", &["std::time::SystemTime", "sqlx", "tokio"], "the same input, the same bytes"),
];

/// What the screen keeps: none of it knows the model that holds it.
const STATE: [&str; 22] = [
    "tui/again.rs",
    "tui/background.rs",
    "tui/keyname.rs",
    "tui/layout.rs",
    "tui/moment/mod.rs",
    "tui/overlays/mod.rs",
    "tui/overlays/value.rs",
    "tui/panes/chain/mod.rs",
    "tui/panes/detail/mod.rs",
    "tui/panes/findings/mod.rs",
    "tui/panes/findings/list.rs",
    "tui/panes/keys/mod.rs",
    "tui/panes/keys/order.rs",
    "tui/panes/keys/search.rs",
    "tui/panes/log/dates.rs",
    "tui/panes/log/mod.rs",
    "tui/panes/preview/mod.rs",
    "tui/panes/usage/mod.rs",
    "tui/preferences.rs",
    "tui/save/mod.rs",
    "tui/style.rs",
    "tui/trial/mod.rs",
];

/// A file of the sources, as the module that it is.
struct File {
    path: PathBuf,
    module: Vec<String>,
    /// Without comments and tests.
    code: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it is there") {
            let path = entry.expect("it is there").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(&root).expect("it is in it").with_extension("");
            let mut module: Vec<String> =
                inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if module.iter().any(|part| part == "tests") {
                continue;
            }
            if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&&**last)) {
                module.pop();
            }
            let text = fs::read_to_string(&path).expect("it is text");
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let code = code.split("#[cfg(all(test").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            files.push(File { path, module, code: lines.collect::<Vec<_>>().join("\n") });
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The paths that a file names, from the root of its crate.
fn named(file: &File) -> BTreeSet<Vec<String>> {
    let mut named = BTreeSet::new();
    for start in ["crate::", "super::"] {
        for (at, _) in file.code.match_indices(start) {
            let before = file.code[..at].chars().next_back();
            if before.is_some_and(|char| char.is_alphanumeric() || char == '_' || char == ':') {
                continue;
            }
            let mut all = Vec::new();
            branches(&file.code[at..], Vec::new(), &mut all);
            named.extend(all.into_iter().filter_map(|path| absolute(&file.module, &path)));
        }
    }
    named
}

/// The paths of a tree such as `a::{b, c::{d, e}}`, and what follows it.
fn branches<'t>(text: &'t str, before: Vec<String>, all: &mut Vec<Vec<String>>) -> &'t str {
    let end = text.find(|char: char| !char.is_alphanumeric() && char != '_');
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let path = [before, vec![word.to_owned()]].concat();
    let Some(rest) = rest.strip_prefix("::") else {
        all.push(path);
        return rest;
    };
    let Some(mut rest) = rest.strip_prefix('{') else { return branches(rest, path, all) };
    loop {
        rest = rest.trim_start_matches([',', ' ', '\n']);
        match rest.strip_prefix('}') {
            Some(after) => return after,
            None if rest.is_empty() => return rest,
            None => rest = branches(rest, path.clone(), all),
        }
    }
}

fn absolute(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    if ups == 0 {
        return Some(path[1..].to_vec());
    }
    let above = module.len().checked_sub(ups)?;
    Some([&module[..above], &path[ups..]].concat())
}

#[test]
fn no_room_reaches_what_it_must_not() {
    let mut faults = Vec::new();
    for file in files() {
        let Some(room) = file.module.first().filter(|room| *room != "cli") else { continue };
        let known = ROOMS.iter().find(|(name, ..)| name == room);
        let (_, reaches, why) = known.unwrap_or_else(|| panic!("{room} has no walls yet"));
        for path in named(&file) {
            let other = path.first().map(String::as_str).unwrap_or_default();
            let is_room = ROOMS.iter().any(|(name, ..)| *name == other);
            if is_room && other != room && !reaches.contains(&other) {
                faults.push(format!("{} reaches {}: {why}", file.path.display(), path.join("::")));
            }
        }
        for (folder, none_of, why) in WALLS {
            let inside = file.path.to_string_lossy().contains(folder);
            for word in none_of.iter().filter(|word| inside && file.code.contains(**word)) {
                faults.push(format!("{} names {word}: {why}", file.path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn state_does_not_know_the_model() {
    let all = files();
    for state in STATE {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(state);
        let file = all.iter().find(|file| file.path == path);
        let file = file.unwrap_or_else(|| panic!("{state} is not there: name where it went"));
        let knows = named(file).into_iter().any(|path| path.ends_with(&["App".to_owned()]));
        assert!(!knows, "{state} knows App: what needs it is an action, or a view");
    }
}

/// A Secret is revealed by two commands alone: one asks whether it may be, and the other writes what brings
/// back deleted rows into a new file, and shows nothing of it.
#[test]
fn two_commands_reveal_what_is_masked() {
    let names = |file: &File| file.code.contains("Revealed");
    let named: Vec<String> =
        files().iter().filter(|it| names(it)).map(|it| it.module.join("::")).collect();
    assert_eq!(named, ["cli::commands::extract", "cli::commands::repair", "source::value"]);
}

#[test]
fn files_go_round_in_no_circle() {
    let all = files();
    let modules: BTreeMap<&[String], usize> =
        all.iter().enumerate().map(|(at, file)| (&file.module[..], at)).collect();
    let mut imports = DiGraph::<usize, ()>::new();
    let nodes: Vec<NodeIndex> = (0..all.len()).map(|at| imports.add_node(at)).collect();
    for (from, file) in all.iter().enumerate().filter(|(_, file)| !file.module.is_empty()) {
        for path in named(file) {
            let mut lengths = (1..=path.len()).rev();
            let to = lengths.find_map(|length| modules.get(&path[..length]));
            // A module and those in it are one thing.
            let is_near = |to: usize| {
                let other = &all[to].module;
                other.starts_with(&file.module) || file.module.starts_with(other)
            };
            if let Some(&to) = to.filter(|to| !is_near(**to)) {
                imports.update_edge(nodes[from], nodes[to], ());
            }
        }
    }
    let name = |at: &NodeIndex| all[imports[*at]].module.join("::");
    let circles: Vec<String> = tarjan_scc(&imports)
        .iter()
        .filter(|circle| circle.len() > 1)
        .map(|circle| circle.iter().map(name).collect::<Vec<_>>().join(", "))
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn a_tree_of_imports_is_taken_apart() {
    let mut all = Vec::new();
    let rest = branches("crate::a::{b, c::{d,\n    e}, f}; more", Vec::new(), &mut all);
    let all: Vec<String> = all.iter().map(|path| path.join("::")).collect();
    assert_eq!(all, ["crate::a::b", "crate::a::c::d", "crate::a::c::e", "crate::a::f"]);
    assert_eq!(rest, "; more");
    let module = ["source", "text"].map(str::to_owned);
    let path = ["super", "Error"].map(str::to_owned).to_vec();
    assert_eq!(absolute(&module, &path), Some(["source", "Error"].map(str::to_owned).to_vec()));
}
