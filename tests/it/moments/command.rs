//! `keys`, `diff` and `compare` in a pipe.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::program::{CLUSTER, INCIDENT, file, run, run_on, run_with_stdin, undated};

const BEFORE: &str = "tests/fixtures/incident-before.sql.gz";
const AFTER: &str = "tests/fixtures/incident-after.sql.gz";

fn printed(arguments: &[&str], status: i32) -> String {
    let ran = run(arguments);
    assert_eq!((ran.status, ran.err.as_str()), (Some(status), ""), "{arguments:?}");
    undated(&ran.out)
}

fn json(arguments: &[&str], status: i32) -> Value {
    let text = printed(&[arguments, &["--format", "json"]].concat(), status);
    serde_json::from_str(&text).expect("it is JSON")
}

#[track_caller]
fn assert_json(json: &Value, expected: &[(&str, Value)]) {
    for (pointer, value) in expected {
        assert_eq!(json.pointer(pointer), Some(value), "{pointer}");
    }
}

#[test]
fn keys_are_those_that_are_live_or_were() {
    let minions = ["keys", CLUSTER, "--prefix", "/registry/minions/"];
    assert_snapshot!("keys", printed(&minions, 0));
    assert_snapshot!("keys_at", printed(&[&minions[..], &["--at", "5890", "--all"]].concat(), 0));
    let markdown = ["--at", "100", "--format", "markdown"];
    assert_snapshot!("keys_markdown", printed(&[&minions[..], &markdown].concat(), 0));
    let compacted = ["keys", AFTER, "--prefix", "/registry/minions/", "--at", "6000", "--all"];
    assert_snapshot!("keys_compacted", printed(&compacted, 3));
}

#[test]
fn only_some_keys_are_looked_at() {
    let under = ["--under", "/registry/minions/"];
    let keys = json(&[&["keys", CLUSTER, "--at", "5890"][..], &under].concat(), 0);
    let prefix = json(&["keys", CLUSTER, "--at", "5890", "--prefix", "/registry/minions/"], 0);
    assert_eq!((&keys["keys"], &keys["live"]), (&prefix["keys"], &prefix["live"]));
    assert_eq!(keys["under"], "/registry/minions/");
    let diff = json(&[&["diff", CLUSTER, "5000", "6000"][..], &under].concat(), 1);
    let all = json(&["diff", CLUSTER, "5000", "6000"], 1);
    let name =
        |key: &&Value| key["name"].as_str().expect("a name").starts_with("/registry/minions/");
    let expected: Vec<&Value> =
        all["keys"].as_array().expect("a list").iter().filter(name).collect();
    let found: Vec<&Value> = diff["keys"].as_array().expect("a list").iter().collect();
    assert!(!found.is_empty() && found == expected);
    let none = printed(&["diff", CLUSTER, "5000", "6000", "--under", "/registry/none/"], 0);
    assert!(none.contains("none under /registry/none/"), "{none}");
    let text = printed(&[&["keys", CLUSTER][..], &under].concat(), 0);
    assert!(text.contains("live keys under /registry/minions/ at 7293"), "{text}");
}

#[test]
fn keys_in_json() {
    let minions =
        json(&["keys", CLUSTER, "--prefix", "/registry/minions/", "--at", "5890", "--all"], 0);
    assert_json(
        &minions,
        &[
            ("/schema", json!("kinescope.keys/v1")),
            ("/revisions", json!({"current": 7293, "compacted": 0})),
            ("/at", json!({"revision": 5890, "exact": true, "every_key": true})),
            ("/live", json!(29)),
            ("/unknown", json!(0)),
            ("/keys/2/name", json!("/registry/minions/node-02")),
            ("/keys/2/state", json!("deleted")),
            ("/keys/2/revision", json!(5890)),
            ("/keys/2/gone", json!(false)),
            ("/keys/2/rows", json!(103)),
            ("/keys/3/create_revision", json!(9)),
        ],
    );
    let leases = ["keys", AFTER, "--prefix", "/registry/leases/", "--at", "3000", "--all"];
    assert_json(
        &json(&leases, 3),
        &[
            ("/at/every_key", json!(false)),
            ("/keys/0/state", json!("live")),
            ("/keys/0/revision", json!(null)),
            ("/keys/0/gone", json!(true)),
        ],
    );
}

#[test]
fn a_diff_names_every_key_that_changed() {
    assert_snapshot!("diff", printed(&["diff", CLUSTER, "5880", "5900"], 1));
    assert_snapshot!("diff_back", printed(&["diff", CLUSTER, "5900", "5880"], 1));
    let markdown = ["diff", CLUSTER, "5000", "6000", "--format", "markdown"];
    assert_snapshot!("diff_markdown", printed(&markdown, 1));
    let leases = ["--prefix", "/registry/leases/", "--all"];
    let compacted = [&["diff", AFTER, "6000", "7000"], &leases[..]].concat();
    assert_snapshot!("diff_compacted", printed(&compacted, 1));
}

#[test]
fn a_diff_in_json() {
    let diff = json(&["diff", CLUSTER, "5,000", "6000"], 1);
    let counts = json!({"created": 12, "changed": 62, "deleted": 7, "returned": 0, "passed": 0, "unknown": 0});
    assert_json(
        &diff,
        &[
            ("/schema", json!("kinescope.diff/v1")),
            ("/from/revision", json!(5000)),
            ("/to/revision", json!(6000)),
            ("/rows_between", json!(1000)),
            ("/summary", counts),
            ("/prefixes/2/name", json!("/registry/minions/")),
            ("/prefixes/2/deleted", json!(4)),
            ("/keys/0/change", json!("created")),
            ("/keys/0/before/state", json!("absent")),
            ("/keys/0/after/revision", json!(5019)),
        ],
    );
    assert_eq!(diff["keys"].as_array().map(Vec::len), Some(81));
}

#[test]
fn a_diff_takes_its_source_from_the_environment_as_well() {
    let table = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(CLUSTER);
    let directory = tempfile::tempdir().expect("a directory");
    let settings = directory.path().join("config.toml");
    let text = format!("[source.demo]\nendpoint = \"{}\"\n", table.display());
    std::fs::write(&settings, text).expect("a file");
    let settings = settings.display().to_string();
    let named = run(&["diff", "@demo", "5880", "5900", "--config", &settings]);
    let typed = run(&["diff", CLUSTER, "5880", "5900"]);
    assert_eq!((named.status, typed.status), (Some(1), Some(1)), "{}", named.err);
    let tail = |text: &str| text.split_once("\nmoments ").map(|(_, rest)| rest.to_owned());
    assert_eq!(tail(&named.out), tail(&typed.out));
    let two = run(&["diff", "5880", "5900"]);
    assert_eq!(two.status, Some(2));
    assert!(two.err.contains("no table was given"), "{}", two.err);
}

#[test]
fn two_tables_are_compared() {
    assert_snapshot!("compare", printed(&["compare", BEFORE, AFTER], 1));
    assert_snapshot!("compare_same", printed(&["compare", BEFORE, BEFORE], 0));
    let cluster = std::fs::read_to_string(CLUSTER).expect("it is there");
    let cut: String = cluster.split_inclusive('\n').take(7001).collect();
    let written = format!("{cut}7001\t/registry/pods/ns-1/other\t1\t0\t0\t0\t0\n");
    let (_kept, path) = file(written.as_bytes());
    let path = path.to_str().expect("its path is UTF-8");
    let said = |format: &str| {
        printed(&["compare", CLUSTER, path, "--format", format], 1).replace(path, "restored.tsv")
    };
    assert_snapshot!("compare_restored", said("text"));
    assert_snapshot!("compare_markdown", said("markdown"));
}

#[test]
fn a_comparison_in_json() {
    let same = json(&["compare", BEFORE, CLUSTER], 0);
    assert_json(
        &same,
        &[
            ("/differs", json!(false)),
            ("/parts_at", json!(null)),
            ("/behind", json!(null)),
            ("/rows/same", json!(7293)),
            ("/declared", json!(null)),
        ],
    );
    assert_json(
        &json(&["compare", BEFORE, AFTER], 1),
        &[
            ("/schema", json!("kinescope.compare/v1")),
            ("/differs", json!(true)),
            ("/first/source", json!(BEFORE)),
            ("/second/revisions", json!({"current": 7293, "compacted": 6293})),
            ("/rows/only_first", json!({"missing": 0, "newer": 0, "compacted": 5614})),
            ("/keys/0/name", json!("/registry/minions/node-02")),
            ("/keys/0/first", json!({"state": "deleted", "revision": 5890})),
            ("/keys/0/second", json!({"state": "live", "revision": 5466})),
        ],
    );
}

#[test]
fn the_exit_status_tells_how_it_went() {
    let whole = std::fs::read(CLUSTER).expect("the scenario is there");
    let (_kept, truncated) = file(&whole[..whole.len() - 12]);
    let truncated = truncated.to_str().expect("its path is UTF-8");
    let cases: [(&[&str], i32, &str, &str); 18] = [
        (&["keys", CLUSTER, "--at", "7294"], 2, "", "is beyond the current revision 7293"),
        (&["keys", CLUSTER, "--at", "x"], 2, "", "expected a revision"),
        (&["keys", CLUSTER, "--at", "0"], 0, "0 live keys at 0", ""),
        (&["keys", truncated], 3, "NOT UNDERSTOOD", ""),
        (&["keys", "no/such/file"], 3, "", "No such file"),
        (&["keys", CLUSTER, "--since", "7000"], 3, "Older rows were not read", ""),
        (&["diff", CLUSTER, "7293", "7293"], 0, "keys       none", ""),
        (&["diff", CLUSTER, "7000", "7294"], 2, "", "beyond the current revision"),
        (&["diff", CLUSTER, "7000"], 2, "", "is no moment of the table"),
        (&["diff", CLUSTER], 2, "", "diff needs two revisions"),
        (&["diff", AFTER, "10", "11"], 3, "it cannot be told whether they changed", ""),
        (&["diff", truncated, "1", "2"], 3, "NOT UNDERSTOOD", ""),
        (&["compare", CLUSTER, truncated], 3, "The second table:", ""),
        (&["compare", CLUSTER, "no/such/file"], 3, "", "No such file"),
        (&["compare", CLUSTER], 2, "", "compare needs two tables, and got one"),
        (&["compare", CLUSTER, INCIDENT], 1, "The second has no compact_rev_key", ""),
        (&["compare", "-", "-"], 2, "", "standard input cannot be two tables"),
        (&["compare", CLUSTER, CLUSTER, "--skip-verify"], 2, "", "is for a server"),
    ];
    for (arguments, status, out, err) in cases {
        let ran = run(arguments);
        assert_eq!(ran.status, Some(status), "{arguments:?}: {} {}", ran.out, ran.err);
        assert!(ran.out.contains(out), "{arguments:?}: {}", ran.out);
        assert!(ran.err.contains(err), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn a_table_from_a_pipe_is_compared_with_a_file() {
    let cluster = std::fs::read(CLUSTER).expect("it is there");
    for sources in [["-", CLUSTER], [CLUSTER, "-"]] {
        let ran = run_with_stdin(&["compare", sources[0], sources[1]], &cluster);
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""), "{sources:?}");
    }
}

#[test]
fn a_server_that_cannot_be_reached_says_which_of_the_two_it_is() {
    let ran = run_on("mysql://kine:sesame@tcp(127.0.0.1:1)/kine", &["compare", CLUSTER]);
    assert_eq!(ran.status, Some(3));
    assert!(ran.err.contains("127.0.0.1:1") && !ran.err.contains("sesame"), "{}", ran.err);
}
