//! `kinescope audit` and `kinescope explain`: what they print, and the exit status they leave.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use insta::assert_snapshot;
use kinescope::audit::{Baseline, Example, Levels, RULES};
use kinescope::display::{Glyphs, Theme};
use kinescope::history::History;
use kinescope::history::compaction::Policy;
use kinescope::report::{self, Audit, Page, Table};
use kinescope::source::{Options, text};
use serde_json::{Value, json};

use crate::support::program::{CLUSTER, INCIDENT, Ran, file, kinescope, ran, run, run_on, undated};
use crate::support::server::{PASSWORD, servers};

const LIFECYCLE: &str = "assets/scenarios/lifecycle.tsv";

fn page(width: Option<usize>, glyphs: Glyphs) -> Page {
    Page { width, glyphs, theme: Theme::DEFAULT, color: false }
}

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory can be written to");
    let text = String::from_utf8(bytes).expect("reports are UTF-8");
    assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "{text:?}");
    assert!(text.lines().all(|line| !line.ends_with(' ')), "{text:?}");
    text
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
}

/// The audit of a scenario as JSON.
fn audited(arguments: &[&str]) -> Value {
    json(&run(&[&["audit", "--format=json"], arguments].concat()))
}

/// The audit of a server as JSON.
fn audited_on(endpoint: &str) -> Value {
    json(&run_on(endpoint, &["audit", "--format=json"]))
}

fn json(ran: &Ran) -> Value {
    assert_eq!(ran.err, "");
    assert!(ran.out.is_ascii());
    serde_json::from_str(&ran.out).expect("it is JSON")
}

#[test]
fn the_cluster_is_audited_as_the_sample_says() {
    let ran = run(&["audit", CLUSTER]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), ""));
    assert_snapshot!("audit_text", undated(&ran.out));
    let ran = run(&["audit", CLUSTER, "--format", "markdown"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), ""));
    assert_snapshot!("audit_markdown", undated(&ran.out));
    let json = audited(&[CLUSTER]);
    let expected = [
        ("/schema", json!("kinescope.audit/v1")),
        ("/source", json!(CLUSTER)),
        ("/revisions", json!({"current": 7293, "compacted": 0})),
        ("/rows", json!(7293)),
        ("/keys", json!(816)),
        ("/summary/fork", json!(17)),
        ("/severities/error", json!(17)),
        ("/known", json!(0)),
        ("/ignored", json!([])),
        ("/verdict/safe_target", json!(5889)),
        ("/verdict/resurrected/0/layers", json!([5466, 5300, 5247, 5122])),
        ("/verdict/waiting/0/layers", json!([5528, 5392, 5346, 5203, 5196])),
        ("/compactor/who", json!("nobody")),
        ("/after_compaction", json!({"resurrected": 3, "reverted": 0, "lost": 0, "reached": 7293})),
        ("/findings/0/key", json!("/registry/minions/node-02")),
        ("/findings/0/revisions", json!([5122, 5123])),
        ("/unchecked/0/rule", json!("unique-index")),
        ("/partial", json!(null)),
    ];
    for (pointer, value) in expected {
        assert_eq!(json.pointer(pointer), Some(&value), "{pointer}");
    }
}

#[test]
fn json_is_for_programs() {
    assert_snapshot!("audit_json", undated(&run(&["audit", INCIDENT, "--format=json"]).out));
    // A key that is no UTF-8 is given in base64, too; a finding about the table has no key.
    let head = b"id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n";
    let row = b"1\tcompact_rev_key\t1\t0\t0\t0\t0\n2\t/registry/b\t1\t0\t0\t0\t0\n\
                3\t/registry/b\t0\t0\t2\t2\t0\n7\t/registry/caf\xe9\t0\t0\t5\t5\t0\n";
    let far = b"300000\t/registry/a\t1\t0\t0\t0\t0\n";
    let (_kept, path) = file(&[&head[..], row, far].concat());
    let json = audited(&[path.to_str().expect("its path is UTF-8")]);
    let of = |rule: &str| {
        let findings = json["findings"].as_array().expect("a list");
        findings.iter().find(|finding| finding["rule"] == rule).cloned().expect("it is found")
    };
    assert_eq!(of("broken-link")["key"], "/registry/caf\\xe9");
    assert_eq!(of("broken-link")["key_base64"], "L3JlZ2lzdHJ5L2NhZuk=");
    assert_eq!(of("broken-link")["revisions"], json!([7]));
    let backlog = of("backlog");
    assert_eq!((&backlog["key"], &backlog["revisions"]), (&json!(null), &json!([])));
    assert!(!backlog.as_object().expect("an object").contains_key("key_base64"));
}

/// The rows of a printed table as a history.
fn history(text: &[u8]) -> History {
    let table = text::read(text, "rows", &Options::default()).expect("a table");
    let mut history = History::new(table.opened.profile);
    history.extend(&table.rows).expect("the rows are in the order of their ids");
    history
}

#[test]
fn an_audit_fits_its_page() {
    let history = history(&std::fs::read(CLUSTER).expect("the scenario is there"));
    let table = Table {
        source: CLUSTER,
        kind: "tab-separated text",
        history: &history,
        notes: &[],
        unread: &[],
        unread_rows: 0,
        partial: None,
        made: None,
    };
    let levels = Levels::default();
    let audit = Audit::new(table, &levels, &Baseline::default(), Policy::DEFAULT, false);
    for width in [40, 80, 120] {
        let page = page(Some(width), Glyphs::Ascii);
        let text = written(|out| report::text::audit(out, page, &audit));
        assert!(widest(&text) <= width && text.is_ascii(), "{text}");
        if width == 40 {
            assert_snapshot!("audit_ascii_40", text);
        }
    }
}

#[test]
fn a_table_that_is_sound_is_said_to_be() {
    let ran = run(&["audit", LIFECYCLE, "--fail-on", "info"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.ends_with("\n\nNo findings.\n"), "{}", ran.out);
    assert!(ran.out.contains("13 rules not checked, because they need a database"), "{}", ran.out);
}

#[test]
fn the_exit_status_tells_how_it_went() {
    let whole = std::fs::read(CLUSTER).expect("the scenario is there");
    let (_kept, truncated) = file(&whole[..whole.len() - 12]);
    let truncated = truncated.to_str().expect("its path is UTF-8");
    // (arguments after the table, status, what is printed, what is said to be wrong)
    let cases: [(&[&str], i32, &str, &str); 25] = [
        (&[], 1, "fork (17)", ""),
        (&["--fail-on", "error"], 1, "fork (17)", ""),
        (&["--fail-on", "info"], 1, "fork (17)", ""),
        (&["--fail-on", "never"], 0, "fork (17)", ""),
        (&["--fail-on", "fatal"], 2, "", "invalid value"),
        (&["--all"], 1, "/registry/minions/node-07", ""),
        (&["--severity", "fork=warning"], 0, "warning  fork (17)", ""),
        (&["--severity", "fork=warning", "--fail-on", "warning"], 1, "warning  fork (17)", ""),
        (&["--severity", "fork=info"], 0, "info  fork (17)", ""),
        (&["--severity", "fork=ignore"], 0, "1 rule left out, as you asked (fork)", ""),
        (&["--severity", "fork=ignore", "--severity", "fork=error"], 1, "fork (17)", ""),
        (&["--severity", "fork=fatal"], 2, "", "there is no severity fatal"),
        (&["--severity", "fork"], 2, "", "--severity fork names no severity"),
        (&["--severity", "froks=info"], 2, "", "there is no rule froks\n  try: fork"),
        (&["--only", "fork"], 1, "all but fork.", ""),
        (&["--only", "backlog,second-root"], 0, "No findings.", ""),
        (&["--only", "backlog,", "--fail-on=info"], 2, "", "there is no rule \"\""),
        (&["--only", "backlog", "--only=fork"], 1, "fork (17)", ""),
        (&["--only", "returned"], 2, "", "try: returned-key"),
        (&["--only", "\x1b[2J"], 2, "", "there is no rule \\x1b[2J"),
        (&["--baseline", "no/such/file"], 3, "", "cannot read the baseline no/such/file"),
        (&["--baseline", CLUSTER], 2, "", "cluster.tsv is not a baseline"),
        (&["--baseline", "/dev/null"], 2, "", "/dev/null is not a baseline"),
        (&["--kine", "v0.5.0"], 1, "fork (17)", ""),
        (&["--format", "dot"], 2, "", "invalid value"),
    ];
    let check = |arguments: &[&str], status, out, err: &str| {
        let ran = run(arguments);
        let told = format!("{arguments:?}\n{}{}", ran.out, ran.err);
        assert_eq!(ran.status, Some(status), "{told}");
        assert!(ran.out.contains(out), "{told}");
        assert!(ran.err.contains(err) && (err.is_empty() == ran.err.is_empty()), "{told}");
        assert!(!told.contains('\x1b') || arguments.contains(&"\x1b[2J"), "{told}");
    };
    for (arguments, status, out, err) in cases {
        check(&[&["audit", CLUSTER], arguments].concat(), status, out, err);
    }
    // What was read only in part wins over what was found in it, and over what was not.
    check(&["audit", truncated], 3, "NOT UNDERSTOOD", "");
    check(&["audit", truncated, "--fail-on=never"], 3, "only a part of the table was read", "");
    check(&["audit", truncated, "--format=markdown"], 3, "a part of the table", "");
    check(&["audit", "no/such"], 3, "", "No such file");
    check(&["audit"], 2, "", "no table was given");
    check(&["explain", "Tombstones"], 0, "tombstone (also: delete, deleted)\n  A row whose", "");
    check(&["explain", "forkk"], 2, "", "there is no rule and no word forkk\n  try: fork");
    check(&["explain", "tombstine"], 2, "", "\n  try: tombstone, or ");
    check(&["explain", "zzz"], 2, "", "kinescope explain lists the rules");
    check(&["explian"], 2, "", "kinescope explain");
}

#[test]
fn what_a_baseline_knows_is_only_counted() {
    let first = run(&["audit", CLUSTER, "--format=json"]);
    let (_kept, baseline) = file(first.out.as_bytes());
    let baseline = ["--baseline", baseline.to_str().expect("its path is UTF-8")];
    let all = audited(&[CLUSTER])["findings"].as_array().map(Vec::len);
    let ran = run(&[&["audit", CLUSTER, "--fail-on=info"], &baseline[..]].concat());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    let said = format!("No findings. {} known findings left out.\n", all.expect("a list"));
    assert!(ran.out.ends_with(&said), "{}", ran.out);
    let json = audited(&[&[CLUSTER], &baseline[..]].concat());
    assert_eq!(json["known"], json!(all));
    assert_eq!((&json["findings"], &json["summary"]), (&json!([]), &json!({})));

    // A new sibling makes a fork another finding, and so does a new fork.
    let mut grown = std::fs::read(CLUSTER).expect("the scenario is there");
    grown.extend_from_slice(b"7294\t/registry/minions/node-00\t0\t0\t5\t5184\t0\n");
    let (_kept, grown) = file(&grown);
    let grown = ["audit", grown.to_str().expect("its path is UTF-8")];
    let ran = run(&[&grown[..], &baseline[..], &["--only=fork"]].concat());
    assert_eq!(ran.status, Some(1), "{}", ran.out);
    assert!(ran.out.contains("Revisions 5196, 5197 and 7294 all follow 5184"), "{}", ran.out);
    assert!(ran.out.contains("\n1 error, 0 warnings, 0 info. 16 known findings"), "{}", ran.out);

    // A preview is no baseline.
    let (_kept, preview) = file(run(&["preview", CLUSTER, "--format=json"]).out.as_bytes());
    let preview = preview.to_str().expect("its path is UTF-8");
    let ran = run(&["audit", CLUSTER, "--baseline", preview]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("its schema is kinescope.preview/v1"), "{}", ran.err);
}

/// The metrics with a time and a version that stay the same.
fn timeless(metrics: &str) -> String {
    let timed = |line: &str| line.starts_with("kinescope_last_run_timestamp_seconds{");
    let line = |line: &str| match line.rsplit_once(' ') {
        Some((name, time)) if timed(line) => {
            assert!(time.parse::<u64>().expect("seconds") > 1_700_000_000);
            format!("{name} TIME\n")
        }
        _ => format!("{line}\n").replace(env!("CARGO_PKG_VERSION"), "VERSION"),
    };
    metrics.lines().map(line).collect()
}

#[test]
fn metrics_are_written_as_a_whole_or_not_at_all() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine\"scope.prom");
    let written = |source: &str, status| {
        let arguments = ["audit", source, "--textfile"].map(std::ffi::OsStr::new);
        let ran = run(&[&arguments[..], &[path.as_os_str()]].concat());
        assert_eq!(ran.status, Some(status), "{}", ran.err);
        std::fs::read_to_string(&path).expect("the metrics")
    };
    let cluster = written(CLUSTER, 1);
    assert_snapshot!("audit_metrics", timeless(&cluster));
    // A table that was read in part says so, and one that cannot be read leaves the file alone.
    let whole = std::fs::read(CLUSTER).expect("the scenario is there");
    let (_kept, truncated) = file(&whole[..whole.len() - 12]);
    let truncated = written(truncated.to_str().expect("its path is UTF-8"), 3);
    assert!(truncated.contains("\nkinescope_complete{source=\"kine.tsv\"} 0\n"), "{truncated}");
    assert!(truncated.contains("\nkinescope_rule_unchecked{source=\"kine.tsv\",rule=\"forgotten"));
    assert_eq!(written("no/such/file", 3), truncated);
    // Only the file is there, and others may read it.
    let files: Vec<_> = std::fs::read_dir(directory.path()).expect("it is ours").collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let mode = std::fs::metadata(&path).expect("the metrics").permissions().mode();
    assert_eq!(mode & 0o700, 0o600, "{mode:o}");
}

#[test]
fn metrics_that_cannot_be_written_leave_everything_as_it_was() {
    // A directory in the file's place: what was written beside it must go.
    let directory = tempfile::tempdir().expect("a directory");
    let taken = directory.path().join("kine.prom");
    std::fs::create_dir(&taken).expect("a directory");
    let nowhere = directory.path().join("none/kine.prom");
    for path in [taken.as_path(), nowhere.as_path(), Path::new("/"), Path::new("/proc/kine.prom")] {
        let ran = ran(kinescope()
            .args(["audit", LIFECYCLE, "--textfile"])
            .arg(path)
            .output()
            .expect("the program runs"));
        assert_eq!(ran.status, Some(3), "{}", ran.err);
        let said = format!("kinescope: cannot write the metrics to {}\n  why: ", path.display());
        assert!(ran.err.starts_with(&said), "{}", ran.err);
        // What was found is told nevertheless.
        assert!(ran.out.contains("No findings."), "{}", ran.out);
        let files: Vec<_> = std::fs::read_dir(directory.path()).expect("it is ours").collect();
        assert_eq!(files.len(), 1, "{files:?}");
    }
}

#[test]
fn rules_that_were_not_asked_have_no_metrics() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine.prom");
    let name = path.to_str().expect("its path is UTF-8");
    run(&["audit", CLUSTER, "--textfile", name, "--only=fork,engine", "--severity=fork=info"]);
    let metrics = std::fs::read_to_string(&path).expect("the metrics");
    let rules: Vec<&str> = metrics.lines().filter(|line| line.contains("rule=")).collect();
    let expected = [
        "kinescope_findings{source=\"cluster.tsv\",rule=\"fork\",severity=\"info\"} 17",
        "kinescope_rule_unchecked{source=\"cluster.tsv\",rule=\"engine\"} 1",
    ];
    assert_eq!(rules, expected);
}

#[test]
fn every_rule_is_explained() {
    let list = run(&["explain"]);
    assert_eq!((list.status, list.err.as_str()), (Some(0), ""));
    assert_snapshot!("explain_list", list.out);
    for &rule in RULES {
        assert!(list.out.lines().any(|line| line.contains(&format!(" {} ", rule.name))));
        for width in [None, Some(40), Some(80), Some(120)] {
            let page = page(width, Glyphs::Ascii);
            let text = written(|out| report::text::explain::page(out, page, rule));
            assert!(widest(&text) <= width.unwrap_or(100), "{width:?}\n{text}");
            assert!(text.is_ascii() || rule.name == "odd-name", "{text}");
            let headings: Vec<&str> = text
                .lines()
                .skip(1)
                .filter(|line| !line.starts_with(' ') && !line.is_empty())
                .collect();
            let example = match rule.example {
                Example::Retaining { .. } => "Example, with --compact-min-retain 0",
                _ => "Example",
            };
            let expected = ["What it finds", "Why it matters", example, "What to do"];
            assert_eq!(headings, expected, "{text}");
            // An example that is rows is told as what is found in it.
            let sections: Vec<&str> = text.split("\n\n").collect();
            match rule.example {
                Example::Rows { .. } | Example::Retaining { .. } => {
                    assert!(sections.len() > 5, "{text}");
                }
                Example::Database { .. } | Example::Postgres { .. } | Example::Sqlite { .. } => {
                    assert_eq!(sections.len(), 5, "{text}");
                }
            }
        }
    }
    for width in [40, 80] {
        let list =
            written(|out| report::text::explain::list(out, page(Some(width), Glyphs::Unicode)));
        assert!(widest(&list) <= width, "{list}");
    }
    let ran = run(&["explain", "fork"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_snapshot!("explain_fork", ran.out);
    assert!(run(&["--ascii", "explain", "fork"]).out.is_ascii());
}

/// The keys of some findings.
fn keys(json: &Value, wanted: &dyn Fn(&Value) -> bool) -> BTreeSet<String> {
    let findings = json["findings"].as_array().expect("a list");
    let wanted = findings.iter().filter(|&finding| wanted(finding));
    wanted.filter_map(|finding| finding["key"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_server_is_audited_with_its_indexes() {
    for server in servers() {
        let database = server.database();
        database.load("incident-before.sql.gz");
        let dsn = database.dsn();
        let json = audited_on(&dsn);
        let told = format!("{}: {:#}", server.version, json["findings"]);
        assert!(!told.contains(PASSWORD), "{told}");
        assert_eq!(json["summary"]["fork"], 17, "{told}");
        assert_eq!(json["summary"]["unique-index"], 1, "{told}");
        assert_eq!(json["severities"]["error"], 18, "{told}");
        // Branches of two forks went on for a while: no row of a fork, but forgotten all the same.
        let findings = json["findings"].as_array().expect("a list");
        let warnings = findings.iter().filter(|finding| finding["severity"] == "warning");
        assert!(warnings.clone().all(|finding| finding["rule"] == "forgotten-row"), "{told}");
        let forked = keys(&json, &|finding| finding["rule"] == "fork");
        let rows = json["rows"].as_u64().expect("a number");
        assert_eq!((rows, &json["revisions"]["current"]), (7293, &json!(7293)));
        assert_eq!(run(&["audit", &dsn]).status, Some(1));
        // What was found in the rows alone is the same as in text.
        let text = audited(&[CLUSTER]);
        let of_rows = |json: &Value| {
            let findings = json["findings"].as_array().expect("a list");
            let of_rows = findings.iter().filter(|finding| finding["revisions"] != json!([]));
            of_rows.cloned().collect::<Vec<_>>()
        };
        assert_eq!(of_rows(&json), of_rows(&text));

        let database = server.database();
        database.load("incident-after.sql.gz");
        let json = audited_on(&database.dsn());
        let returned = keys(&json, &|finding| finding["rule"] == "returned-key");
        // A fork of a key that lives on leaves the same trace, and there is no other one.
        for node in ["02", "05", "07"] {
            assert!(returned.contains(&format!("/registry/minions/node-{node}")), "{json:#}");
        }
        assert!(returned.is_subset(&forked), "{json:#}");
        let errors = keys(&json, &|finding| finding["severity"] == "error");
        assert_eq!(errors, returned, "{json:#}");
    }
}
