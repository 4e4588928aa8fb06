//! What people printed and pasted, after public reports: read as it is, or refused for what it is.

use std::fs;

use serde_json::Value;

use super::{picture, read, unread};
use crate::support::program::{run, run_with_stdin};

/// What is right for a text.
enum Right {
    /// These rows, these findings, and nothing left over.
    Read { rows: &'static str, found: &'static [&'static str], notes: &'static [&'static str] },
    /// These rows, and that is not understood.
    Part { rows: &'static str, unread: &'static [&'static str], notes: &'static [&'static str] },
    /// It is no table: why.
    Refused(&'static str),
}
use Right::{Part, Read, Refused};

const HEALTHY: &str = "\
1 compact_rev_key 1 0 0 6
2 /registry/health 1 0 0 0
6 /registry/configmaps/default/a 0 0 3 5
7 /registry/pods/default/b 1 0 0 0";

/// Kine issue 408 in small: the node was written twice, and will come back.
const NODE: &str = "\
1 compact_rev_key 1 0 0 0
4 /registry/minions/node-a 1 0 0 0
5 /registry/minions/node-a 0 0 4 4
6 /registry/minions/node-a 0 0 4 4
9 /registry/minions/node-a 0 1 0 6";
const COMES_BACK: &[&str] = &["fork"];

const BEFORE: &str = "\
10 /registry/minions/a 0 0 - 9
11 /registry/minions/a 0 0 - 9
15 /registry/minions/a 0 1 - 11";

const fn healthy(notes: &'static [&'static str]) -> Right {
    Read { rows: HEALTHY, found: &[], notes }
}

const fn node(notes: &'static [&'static str]) -> Right {
    Read { rows: NODE, found: COMES_BACK, notes }
}

/// A schema that was pasted alone.
const fn schema(found: &'static [&'static str]) -> Right {
    Read { rows: "", found, notes: &[NO_ROWS] }
}

/// Numbers in groups of three, with or without quotes.
const GROUPED: Right = Read {
    rows: "\
8530501 compact_rev_key 1 0 0 0
8530504 /registry/minions/node-a 1 0 0 0
8530505 /registry/minions/node-a 0 0 8530504 8530504
8530506 /registry/minions/node-a 0 0 8530504 8530504
8530509 /registry/minions/node-a 0 1 0 8530506",
    found: &["backlog", "fork"],
    notes: &["Digits are in groups: \",\" was removed."],
};

const SINGLE: &[&str] = &["Every name is in single quotes: that was removed."];
const HEADLESS: &str = "There is no heading: the columns are taken as kine's, in its order.";
const SQLITE: &str = "sqlite3 printed this: its database compares names byte by byte, so that names \
                      that differ in case are different keys.";
const NO_ROWS: &str = "The text has no rows: only what it says of the table itself is checked.";
const COUNTS: &str = "it holds counts, not revisions";

const TEXTS: &[(&str, Right)] = &[
    ("decorated-names.comma-sq-padded.csv", healthy(SINGLE)),
    ("decorated-names.semi-sq.csv", healthy(SINGLE)),
    ("decorated-names.sqlite-quote-mode.csv", healthy(SINGLE)),
    ("decorated-names.hexname.csv", healthy(&["Every name is written in hex: that was removed."])),
    (
        "decorated-names.md-backticks.md",
        healthy(&["Every name is in backticks: that was removed."]),
    ),
    (
        "decorated-names.pipe-dq.txt",
        healthy(&["Every name is in double quotes: that was removed."]),
    ),
    (
        "decorated-names.py-bytes.csv",
        healthy(&["Every name is written as b'…': that was removed."]),
    ),
    (
        "md-escaped-underscores-heading.md",
        node(&["Every name is written with a backslash before each underscore: that was removed."]),
    ),
    ("md-bold-heading.md", node(&[])),
    ("workbench-tab.txt", node(&[])),
    ("pandas-floats.csv", node(&["Read as whole numbers: `create_revision`, `prev_revision`."])),
    ("grouped-thousands.tsv", GROUPED),
    ("grouped-thousands-quoted.csv", GROUPED),
    (
        "two-tables-before-after.tsv",
        Part {
            rows: BEFORE,
            unread: &["line 6: it belongs to another table, which begins at line 5"],
            notes: &[
                "A second table begins at line 5: revision 10 is in both. Only the first is read.",
            ],
        },
    ),
    (
        "two-tables-before-after.md",
        Part {
            rows: BEFORE,
            unread: &["line 13: it belongs to another table, which begins at line 11"],
            notes: &[
                "A second table begins at line 11: revision 10 is in both. Only the first is read.",
            ],
        },
    ),
    (
        "two-tables-before-after-box.txt",
        Part {
            rows: BEFORE,
            unread: &["line 16: it belongs to another table, which begins at line 14"],
            notes: &[
                "A second table begins at line 14: revision 10 is in both. Only the first is read.",
            ],
        },
    ),
    (
        "two-tables-other-order.tsv",
        Read {
            rows: "\
10 /registry/minions/a 1 0 - 0
11 /registry/minions/a 0 0 - 10
12 /registry/minions/b 1 0 - 0
13 /registry/minions/b 0 1 - 12",
            found: &[],
            notes: &["Line 5 is another heading: what follows is read by it."],
        },
    ),
    (
        "truncated-names.tsv",
        Part {
            rows: "1 compact_rev_key 1 0 0 0",
            unread: &["line 3: `name` is cut off (...), so nobody can tell which key it is"],
            notes: &[
                "Names are cut off in 4 rows, which are left out: rows of several keys would look \
                 like one key. Print the whole names.",
            ],
        },
    ),
    (
        "psql-case-names.txt",
        Read {
            rows: "\
1 compact_rev_key 1 0 0 0
2 /registry/health 1 0 0 0
3 /registry/clusterroles/Reader 1 0 0 0
4 /registry/clusterroles/reader 1 0 0 0
5 /registry/clusterroles/Reader 0 0 3 3
6 /registry/clusterroles/reader 0 1 0 4",
            found: &[],
            notes: &[
                "psql printed this: its database compares names byte by byte, so that names that \
                      differ in case are different keys.",
            ],
        },
    ),
    (
        "schema-blob-64k.sql",
        Read {
            rows: "1 compact_rev_key 1 0 0 0\n2 /registry/health 1 0 0 0",
            found: &["narrow-column"],
            notes: &[],
        },
    ),
    ("dump-insert-columns.sql", node(&[])),
    (
        "dump-mysqldump.sql",
        Read { rows: NODE, found: &["fork", "missing-index", "unique-index"], notes: &[] },
    ),
    ("dump-pg-copy.sql", node(&[])),
    (
        "dump-sqlite.sql",
        Read { rows: NODE, found: &["fork", "missing-index", "unique-index"], notes: &[] },
    ),
    ("box-grid-rule-each-row.txt", node(&[])),
    ("box-psql-tabulate.txt", node(&[])),
    ("unicode-box-double.txt", node(&[])),
    ("unicode-box-sqlite.txt", node(&[])),
    ("jira-wiki.txt", node(&[])),
    ("html-table.html", node(&[])),
    ("spaces-for-tabs.txt", node(&[])),
    ("sqlite-column-mode.txt", node(&[])),
    ("vertical-mycli.txt", node(&[])),
    ("vertical-mysql-G.txt", node(&[])),
    ("vertical-sqlite-line.txt", node(&[SQLITE])),
    ("json-lines-with-status.txt", node(&[])),
    ("json-columns-values.json", node(&[])),
    ("json-dbeaver.json", node(&[])),
    ("json-mysqlsh-pretty.txt", node(&[])),
    ("json-phpmyadmin.json", node(&[])),
    ("noheader-mysql-BN.tsv", node(&[HEADLESS])),
    ("noheader-outfile.tsv", node(&[HEADLESS])),
    ("noheader-phpmyadmin.csv", node(&[HEADLESS])),
    ("noheader-psql-At.txt", node(&[HEADLESS])),
    (
        "rke2-6067-noheader.txt",
        Read {
            rows: "\
3586 /registry/leases/kube-system/ingress-leader 0 0 1406 3578
3587 /registry/leases/kube-system/cilium-operator-resource-lock 0 0 701 3583
3588 /registry/leases/kube-node-lease/node-1 0 0 412 3576
3589 /registry/leases/kube-system/cilium-operator-resource-lock 0 0 701 3587
3592 /registry/masterleases/node-1 0 0 226 3581",
            found: &[],
            notes: &[HEADLESS],
        },
    ),
    (
        "sqlite-prompt-noheader.txt",
        Read {
            rows: "1 compact_rev_key 1 0 0 11093527\n2 /registry/health 1 0 0 0",
            found: &["compact-rev-key"],
            notes: &[SQLITE, HEADLESS],
        },
    ),
    ("describe.txt", schema(&[])),
    ("show-create-G.txt", schema(&["missing-index", "unique-index"])),
    ("show-index.txt", schema(&["unique-index"])),
    // What is not read is refused for what it is.
    ("k3s-11901-counts.txt", Refused(COUNTS)),
    ("k3s-3127-counts.txt", Refused(COUNTS)),
];

const FOLDER: &str = "tests/fixtures/reports";

fn text(name: &str) -> String {
    let path = format!("{}/{FOLDER}/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).expect("the report is there")
}

#[test]
fn every_report_has_what_is_right_for_it() {
    let mut files: Vec<String> = fs::read_dir(FOLDER)
        .expect("the reports are there")
        .map(|file| file.expect("a file").file_name().into_string().expect("its name is UTF-8"))
        .collect();
    files.sort();
    let mut named: Vec<&str> = TEXTS.iter().map(|(name, _)| *name).collect();
    named.sort_unstable();
    assert_eq!(files, named);
}

/// The rules that found something worse than what is only worth knowing.
fn found(json: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(json).expect("the report is JSON");
    let findings = report["findings"].as_array().expect("a list");
    let is_bad = |finding: &&Value| finding["severity"] != "info";
    let rule = |finding: &Value| finding["rule"].as_str().expect("its name").to_owned();
    let mut rules: Vec<String> = findings.iter().filter(is_bad).map(rule).collect();
    rules.sort();
    rules.dedup();
    rules
}

#[test]
fn what_is_reported_is_read_or_refused() {
    for (name, right) in TEXTS {
        let path = format!("{FOLDER}/{name}");
        let ran = run(&["audit", &path, "--format", "json"]);
        match right {
            Read { rows, found: expected, .. } => {
                let table = read(text(name).as_bytes());
                assert_eq!(picture(&table.rows).join("\n"), *rows, "{name}");
                assert_eq!(unread(&table), [""; 0], "{name}");
                let status = i32::from(ran.out.contains("\"severity\": \"error\""));
                assert_eq!(
                    (ran.status, found(&ran.out)),
                    (Some(status), owned(expected)),
                    "{name}"
                );
            }
            Part { rows, unread: first, .. } => {
                let table = read(text(name).as_bytes());
                assert_eq!(picture(&table.rows).join("\n"), *rows, "{name}");
                assert_eq!(unread(&table)[..first.len()], owned(first), "{name}");
                assert_eq!(ran.status, Some(3), "{name}");
            }
            Refused(why) => {
                assert_eq!((ran.status, ran.out.as_str()), (Some(3), ""), "{name}");
                assert!(ran.err.contains(&format!("\n  why: {why}")), "{name}: {}", ran.err);
            }
        }
    }
}

#[test]
fn what_was_done_to_a_text_is_noted_once() {
    for (name, right) in TEXTS {
        let (Read { notes, .. } | Part { notes, .. }) = right else { continue };
        let said = read(text(name).as_bytes()).opened.notes;
        let is_of_columns =
            |note: &String| note.starts_with("There is no ") && !note.contains("no heading");
        let said: Vec<_> = said.into_iter().filter(|note| !is_of_columns(note)).collect();
        assert_eq!(said, owned(notes), "{name}");
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

/// The ways in which one text comes.
fn ways(text: &str) -> Vec<(&'static str, String)> {
    let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
    vec![
        ("with the line ends of Windows", text.replace('\n', "\r\n")),
        ("with a byte order mark", format!("\u{feff}{text}")),
        (
            "in a chat",
            format!("Hi all,\nsee below | is that bad?\n\n```\n{text}```\n\nThanks, A.\n"),
        ),
        ("quoted", quoted),
    ]
}

#[test]
fn a_text_is_the_same_however_it_comes() {
    for (name, right) in TEXTS {
        let text = text(name);
        let (Read { rows, .. } | Part { rows, .. }) = right else {
            let ran = run_with_stdin(&["audit", "-"], text.as_bytes());
            assert_eq!(ran.status, Some(3), "{name} from standard input");
            continue;
        };
        let is_json = name.starts_with("json");
        for (way, text) in ways(&text)
            .into_iter()
            .filter(|(way, _)| !is_json || ["in a chat", "quoted"].contains(way))
        {
            assert_eq!(picture(&read(text.as_bytes()).rows).join("\n"), *rows, "{name} {way}");
        }
        let file = run(&["audit", &format!("{FOLDER}/{name}")]);
        let stdin = run_with_stdin(&["audit", "-"], text.as_bytes());
        assert_eq!(file.status, stdin.status, "{name}");
        let from = |out: &str| out.lines().filter(|line| !line.starts_with("source ")).count();
        assert_eq!(from(&file.out), from(&stdin.out), "{name}");
    }
}

#[test]
fn counts_say_which_command_counts() {
    for name in ["k3s-11901-counts.txt", "k3s-3127-counts.txt"] {
        let ran = run(&["audit", &format!("{FOLDER}/{name}")]);
        assert!(
            ran.err.contains("  try: `kinescope usage SOURCE` counts the rows of each"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_number_that_lost_digits_is_refused() {
    let table = read(
        b"id,name,prev_revision\n8.53E+06,/a,0\n8530560,/a,1e+16\n8530561,/a,9007199254740993.0\n",
    );
    let exponent = "is written with an exponent, which loses its last digits";
    assert_eq!(unread(&table)[0], format!("line 2: `id` {exponent}"));
    assert_eq!(unread(&table)[1], format!("line 3: `prev_revision` {exponent}"));
    let floats = read(b"id,name,prev_revision\n5,/a,4.0\n9,/a,9007199254740994.0\n");
    assert_eq!(picture(&floats.rows), ["5 /a - - - 4"]);
    let why = "line 3: `prev_revision` was stored as floating point, and is so large that digits may \
               be lost";
    assert_eq!(unread(&floats), [why]);
}
