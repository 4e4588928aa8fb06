//! `--since` and `--prefix`: a part of a table never looks like all of it.

use insta::assert_snapshot;
use kinescope::source::{Options, scenario, text};
use serde_json::{Value, json};

use crate::support::program::{CLUSTER, run, undated};
use crate::support::screen::{Screen, start};

const SINCE: [&str; 2] = ["--since", "5500"];
const PREFIX: [&str; 2] = ["--prefix", "/registry/minions/"];

#[test]
fn a_preview_of_a_part_says_what_it_cannot_know() {
    for (name, part) in [("since", &SINCE), ("prefix", &PREFIX)] {
        let arguments = |format| [&["preview", CLUSTER, "--format", format], &part[..]].concat();
        let text = run(&arguments("text"));
        assert_eq!((text.status, text.err.as_str()), (Some(3), ""));
        assert_snapshot!(format!("preview_{name}"), undated(&text.out));
        let json: Value = serde_json::from_str(&run(&arguments("json")).out).expect("it is JSON");
        // What kine would do is known all the same: the current revision is asked for by itself.
        assert_eq!(json["revisions"], json!({"current": 7293, "compacted": 0}));
        assert_eq!(json["target"], json!({"requested": 6293, "reached": 6293}));
        assert!(json["partial"].as_str().is_some_and(|why| why.starts_with("only rows")), "{json}");
        let markdown = run(&arguments("markdown"));
        assert!(markdown.out.contains("> As asked for, only rows "), "{}", markdown.out);
    }
    let beyond = run(&[&["preview", CLUSTER, "--target", "7294"], &PREFIX[..]].concat());
    assert_eq!(beyond.status, Some(2), "{}", beyond.err);
}

#[test]
fn an_audit_of_a_part_checks_what_it_can() {
    for (name, part) in [("since", &SINCE), ("prefix", &PREFIX)] {
        let audit = run(&[&["audit", CLUSTER], &part[..]].concat());
        assert_eq!((audit.status, audit.err.as_str()), (Some(3), ""));
        assert_snapshot!(format!("audit_{name}"), undated(&audit.out));
    }
}

#[test]
fn a_chain_that_leaves_the_part_is_not_broken() {
    let key = "/registry/minions/node-05";
    let shown = run(&[&["show", CLUSTER, key], &SINCE[..]].concat());
    assert_eq!((shown.status, shown.err.as_str()), (Some(3), ""));
    assert_snapshot!("show_since", undated(&shown.out));
    let dot = run(&[&["show", CLUSTER, key, "--format=dot"], &SINCE[..]].concat());
    assert!(dot.out.contains("READ ONLY IN PART, AS ASKED FOR"), "{}", dot.out);
    let outside = run(&["show", CLUSTER, key, "--prefix", "/registry/pods"]);
    assert_eq!(outside.status, Some(3), "it may be there: {}", outside.out);
    // The prefix of no key at all is no part.
    assert_eq!(run(&["show", CLUSTER, key, "--prefix", ""]).status, Some(0));
}

#[test]
fn the_explorer_says_that_it_shows_a_part() {
    let cluster = scenario::find("cluster").expect("cluster");
    let part = kinescope::history::Part { since: Some(5500), prefix: None };
    let options = Options { part: Some(part), ..Options::default() };
    let table = text::read(cluster.text, "cluster", &options).expect("a table");
    let mut screen = Screen::start(start(cluster), 120, 30);
    screen.read(table);
    let text = screen.text();
    assert!(text.contains("PARTIAL  "), "{text}");
    assert!(text.contains("PARTIAL, as asked for: only rows after revision 5500"), "{text}");
}
