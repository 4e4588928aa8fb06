//! `kinescope usage` in a pipe.

use insta::assert_snapshot;
use kinescope::display::{Glyphs, Theme};
use kinescope::history::History;
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::usage::Sort;
use kinescope::report::usage::{Bytes, Wanted};
use kinescope::report::{self, Page};
use kinescope::source::scenario;
use kinescope::source::text::Table;
use serde_json::{Value, json};

use crate::support::program::{CLUSTER, file, run, undated};

fn printed(arguments: &[&str]) -> String {
    let ran = run(&[&["usage"][..], arguments].concat());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""), "{arguments:?}");
    undated(&ran.out)
}

fn json(arguments: &[&str]) -> Value {
    let text = printed(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn the_cluster_is_full_of_leases() {
    assert_snapshot!("usage", printed(&[CLUSTER]));
    let minions = ["--under", "/registry/minions/", "--sort", "freed", "--keys", "2"];
    assert_snapshot!("usage_of_a_prefix", printed(&[&[CLUSTER][..], &minions].concat()));
    let short = ["--depth", "2", "--keys", "3", "--format", "markdown"];
    assert_snapshot!("usage_markdown", printed(&[&[CLUSTER][..], &short].concat()));
    assert_snapshot!("usage_of_gaps", printed(&["assets/scenarios/gaps.tsv", "--bytes"]));
}

#[test]
fn narrow_pages_leave_out_columns() {
    let loaded = scenario::find("cluster").and_then(|cluster| cluster.read().ok());
    let Table { opened, rows, .. } = loaded.expect("it is a table");
    let mut history = History::new(opened.profile);
    history.extend(&rows).expect("rows in the order of their ids");
    let table = report::Table {
        source: "cluster",
        kind: &opened.kind,
        history: &history,
        notes: &opened.notes,
        unread: &[],
        unread_rows: 0,
        partial: None,
        made: None,
    };
    let wanted = Wanted { prefix: Vec::new(), depth: 2, keys: 3, sort: Sort::Rows, all: false };
    let plan = plan(&history, 6293, Policy::DEFAULT);
    let usage = report::Usage::new(table, &plan, Bytes::NotAsked, &wanted).expect("all");
    let on = |width| {
        let (glyphs, theme) = (Glyphs::Ascii, Theme::DEFAULT);
        let page = Page { width: Some(width), glyphs, theme, color: false };
        let mut out = Vec::new();
        report::text::usage(&mut out, page, &usage).expect("memory takes all");
        String::from_utf8(out).expect("it is UTF-8")
    };
    for width in [1, 20, 40, 60] {
        let text = on(width);
        let widest = text.lines().map(str::len).max();
        assert!(width < 40 || widest <= Some(width), "{widest:?} > {width}:\n{text}");
    }
    assert_snapshot!("usage_40", on(40));
}

#[test]
fn what_is_left_out_is_said_and_all_lists_it() {
    let some = printed(&[CLUSTER]);
    assert!(some.contains("and 22 more") && some.contains("--all lists everything"), "{some}");
    let all = printed(&[CLUSTER, "--all", "--keys", "0"]);
    assert!(!all.contains("more") && !all.contains("--all") && !all.contains("keys with"), "{all}");
    assert_eq!(all.matches(" node-").count(), 30);
    let deepest = printed(&[CLUSTER, "--all", "--depth", "9"]);
    let keys = json(&[CLUSTER])["keys"].as_u64().expect("a number");
    let prefixes = ["/registry/\n", "leases/\n", "kube-node-lease/\n", "pods/\n", "minions/\n"];
    assert!(prefixes.iter().all(|prefix| deepest.contains(prefix)), "{deepest}");
    let (tree, _) = deepest.split_once("keys with").expect("both lists are there");
    // Each key once, the prefixes, the whole, and what stands above and below the list.
    assert!(tree.lines().count() as u64 > keys, "{deepest}");
}

#[test]
fn json_has_every_number() {
    let json = json(&[CLUSTER, "--depth", "2", "--keys", "1", "--sort", "name"]);
    let expected = [
        ("/schema", json!("kinescope.usage/v1")),
        ("/source", json!(CLUSTER)),
        ("/revisions", json!({"current": 7293, "compacted": 0})),
        ("/rows", json!(7293)),
        ("/keys", json!(816)),
        ("/policy", json!({"min_retain": 1000, "batch_size": 1000})),
        ("/target", json!({"requested": 6293, "reached": 6293})),
        ("/rule", json!("batches")),
        ("/sort", json!("name")),
        ("/sizes", json!(null)),
        ("/usage/kind", json!("table")),
        ("/usage/name", json!(null)),
        ("/usage/rows", json!(7293)),
        ("/usage/freed", json!(5614)),
        ("/usage/oldest", json!(1)),
        ("/usage/newest", json!(7293)),
        ("/usage/parts/0/name", json!("/registry/")),
        ("/usage/parts/0/parts/0/name", json!("/registry/events/")),
        ("/usage/parts/0/parts/1/kind", json!("key")),
        ("/usage/parts/0/parts/1/name", json!("/registry/health")),
        ("/usage/parts/0/parts/2/name", json!("/registry/leases/")),
        ("/usage/parts/0/parts/2/rows", json!(4550)),
        ("/usage/parts/0/parts/2/bytes", json!(null)),
        ("/usage/parts/1/name", json!("compact_rev_key")),
        ("/busiest/0/name", json!("/registry/leases/kube-node-lease/node-19")),
        ("/busiest/0/rows", json!(184)),
        ("/partial", json!(null)),
    ];
    for (pointer, value) in expected {
        assert_eq!(json.pointer(pointer), Some(&value), "{pointer}");
    }
    let length = |pointer| json.pointer(pointer).and_then(Value::as_array).map(Vec::len);
    assert_eq!((length("/usage/parts/0/parts"), length("/busiest")), (Some(5), Some(1)));
    assert_eq!(json.pointer("/usage/parts/0/parts/2/parts"), None, "deeper than was asked for");
}

#[test]
fn the_compaction_is_the_one_that_is_asked_for() {
    let freed =
        |arguments: &[&str]| json(&[&[CLUSTER], arguments].concat())["usage"]["freed"].clone();
    assert_eq!(freed(&[]), 5614);
    let preview = run(&["preview", CLUSTER, "--target", "1000", "--format", "json"]);
    let preview: Value = serde_json::from_str(&preview.out).expect("it is JSON");
    assert_eq!(freed(&["--target", "1000"]), preview["rows"]["removed"]);
    assert_eq!(freed(&["--compact-min-retain", "7293"]), 0);
    let old = printed(&[CLUSTER, "--kine", "v0.4.1"]);
    assert!(old.contains(", as kine up to v0.4.1\n"), "{old}");
    let none = printed(&[CLUSTER, "--compact-min-retain", "8000", "--sort", "freed"]);
    assert!(
        none.contains("there is nothing to compact yet") && !none.contains("keys with"),
        "{none}"
    );
}

#[test]
fn the_exit_status_tells_how_it_went() {
    let whole = std::fs::read(CLUSTER).expect("the scenario is there");
    let (_kept, truncated) = file(&whole[..whole.len() - 12]);
    let truncated = truncated.to_str().expect("its path is UTF-8");
    let cases: [(&[&str], i32, &str, &str); 9] = [
        (&[CLUSTER, "--under", "/registry/podz/"], 2, "", "no key begins with /registry/podz/"),
        (&[CLUSTER, "--sort", "bytes"], 2, "", "Add --bytes."),
        (&[CLUSTER, "--sort", "size"], 2, "", "invalid value"),
        (&[CLUSTER, "--target", "7294"], 2, "", "beyond the current revision"),
        (&[CLUSTER, "--bytes", "--sort", "bytes"], 0, "Bytes are unknown", ""),
        (&[truncated], 3, "NOT UNDERSTOOD", ""),
        (&[truncated, "--under", "/x"], 3, "", "in the part of the table that could be read"),
        (&["no/such/file"], 3, "", "No such file"),
        (&[], 2, "", "no table was given"),
    ];
    for (arguments, status, out, err) in cases {
        let ran = run(&[&["usage"][..], arguments].concat());
        assert_eq!(ran.status, Some(status), "{arguments:?}: {}", ran.err);
        assert!(ran.out.contains(out) && ran.err.contains(err), "{arguments:?}: {}", ran.err);
    }
}
