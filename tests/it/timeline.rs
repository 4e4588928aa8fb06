//! `kinescope log`: all keys by revision, and when each row was written.

use insta::assert_snapshot;

use crate::support::program::{file, run, run_with_stdin, undated};

/// The table of an incident, as it was dumped: its Leases say when they were renewed.
const DUMP: &str = "tests/fixtures/incident-before.sql.gz";

/// A night in which node-b goes: two nodes renew their Leases every ten seconds. The Secret tells a time,
/// too, and is never asked.
const NIGHT: &str = "\
id|name|created|deleted|create_revision|prev_revision|lease|value
1|compact_rev_key|1|0|0|0|0|
2|/registry/leases/kube-node-lease/a|1|0|0|0|0|{\"kind\":\"Lease\",\"spec\":{\"renewTime\":\"2026-11-20T02:09:48.100Z\"}}
3|/registry/leases/kube-node-lease/b|1|0|0|0|0|{\"kind\":\"Lease\",\"spec\":{\"renewTime\":\"2026-11-20T02:09:51.100Z\"}}
4|/registry/secrets/default/token|1|0|0|0|0|{\"kind\":\"Secret\",\"metadata\":{\"creationTimestamp\":\"2031-01-01T00:00:00Z\"}}
5|/registry/leases/kube-node-lease/a|0|0|2|2|0|{\"kind\":\"Lease\",\"spec\":{\"renewTime\":\"2026-11-20T02:09:58.100Z\"}}
6|/registry/minions/b|0|1|0|1|0|NULL
7|/registry/leases/kube-node-lease/b|0|0|3|3|0|{\"kind\":\"Lease\",\"spec\":{\"renewTime\":\"2026-11-20T02:10:01.100Z\"}}
8|/registry/leases/kube-node-lease/a|0|0|2|5|0|{\"kind\":\"Lease\",\"spec\":{\"renewTime\":\"2026-11-20T02:10:08.100Z\"}}
9|gap-9|0|1|0|0|0|NULL
10|/registry/leases/kube-node-lease/b|0|0|3|7|0|{\"kind\":\"Lease\",\"spec\":{\"renewTime\":\"2026-11-20T02:10:11.100Z\"}}
";

fn night(arguments: &[&str]) -> String {
    let (_kept, path) = file(NIGHT.replace('|', "\t").as_bytes());
    let ran = run(&[&["log", path.to_str().expect("it is UTF-8")], arguments].concat());
    assert_eq!((ran.err.as_str(), ran.status), ("", Some(0)), "{arguments:?}");
    ran.out
}

#[test]
fn each_row_has_the_time_between_what_was_known_before_and_after() {
    assert_snapshot!("timeline_night", night(&[]));
}

#[test]
fn a_log_is_filtered_by_kind_key_time_and_number() {
    let ids = |arguments: &[&str]| -> Vec<String> {
        let out = night(arguments);
        let lines = out.lines().skip(1).take_while(|line| !line.is_empty());
        lines.filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect()
    };
    assert_eq!(ids(&["--kind", "delete,gap"]), ["9", "6"]);
    assert_eq!(ids(&["--under", "/registry/minions/"]), ["6"]);
    assert_eq!(ids(&["-n", "2"]), ["10", "9"]);
    assert_eq!(ids(&["--from", "5", "--to", "7"]), ["7", "6", "5"]);
    // What may have been written then is listed as well.
    assert_eq!(ids(&["--from", "02:10:05", "--to", "2026-11-20T02:10:06Z"]), ["7", "6", "5", "4"]);
    assert_eq!(ids(&["--from", "2026-11-20T02:11", "--kind", "gap"]), ["9"]);
    assert_eq!(night(&["--from", "11"]), "No row matches.\n");
    // A date is all of that day, and a time of day is one that the table saw, if it saw one.
    assert_eq!(ids(&["--from", "2026-11-20", "--to", "2026-11-20"]).len(), 10);
    assert!(ids(&["--from", "23:00"]).is_empty(), "the night before is not in the table");
    let (_kept, path) = file(NIGHT.replace('|', "\t").as_bytes());
    let path = path.to_str().expect("it is UTF-8");
    for wrong in [&["--from", "7", "--to", "5"][..], &["--no-times", "--from", "02:10"]] {
        let ran = run(&[&["log", path], wrong].concat());
        assert_eq!((ran.out.as_str(), ran.status), ("", Some(2)), "{wrong:?}: {}", ran.err);
    }
}

#[test]
fn a_line_of_json_for_each_row() {
    assert_snapshot!("timeline_json", night(&["--format", "json", "--from", "5", "--to", "6"]));
}

#[test]
fn what_has_no_times_says_why() {
    let bare = "id\tname\tprev_revision\n1\t/a\t0\n2\t/a\t1\n";
    let ran = run_with_stdin(&["log", "-"], bare.as_bytes());
    assert_eq!(ran.status, Some(0));
    assert_snapshot!("timeline_without_times", ran.out);
    let ran = run_with_stdin(&["log", "-", "--from", "02:10"], bare.as_bytes());
    assert_eq!((ran.out.as_str(), ran.status), ("", Some(3)));
    assert_snapshot!("timeline_no_such_time", ran.err);
    let (_kept, path) = file(bare.as_bytes());
    let path = path.to_str().expect("it is UTF-8");
    let ran = run(&["log", path, "--from", "02:10"]);
    assert_eq!(ran.status, Some(3));
    assert!(ran.err.contains("why: "), "{}", ran.err);
    let ran = run(&["log", path, "--from", "25:10"]);
    assert_eq!((ran.out.as_str(), ran.status), ("", Some(2)));
}

#[test]
fn the_night_of_an_incident_is_found_by_its_time() {
    let deleted = run(&["log", DUMP, "--kind", "delete", "--from", "08:41", "--to", "09:01"]);
    assert_eq!(deleted.status, Some(0));
    assert_snapshot!("timeline_incident", deleted.out);
}

#[test]
fn a_chain_shows_when_its_rows_were_written() {
    let (_kept, path) = file(NIGHT.replace('|', "\t").as_bytes());
    let path = path.to_str().expect("it is UTF-8");
    let shown = run(&["show", path, "kube-node-lease/a", "--times", "--all"]);
    assert_eq!((shown.err.as_str(), shown.status), ("", Some(0)));
    assert_snapshot!("timeline_chain", undated(&shown.out.replace(path, "night.tsv")));
    let shown = run(&["show", path, "minions/b", "--times", "--format", "json"]);
    assert!(
        shown.out.contains(r#""written": {"earliest": "2026-11-20T02:09:57Z", "#),
        "{}",
        shown.out
    );
    let without = run(&["show", path, "minions/b", "--format", "json"]);
    assert!(!without.out.contains("written"), "{}", without.out);
}

#[test]
fn a_preview_says_when_what_decides_was_written() {
    let ran = run(&["preview", DUMP, "--times"]);
    assert_eq!((ran.err.as_str(), ran.status), ("", Some(1)));
    let begins = ran.out.find("when that was written").expect("it is said");
    assert_snapshot!("timeline_preview", &ran.out[begins..]);
    let ran = run(&["preview", DUMP, "--times", "--format", "markdown"]);
    let begins = ran.out.find("## When that was written").expect("it is said");
    let ends = ran.out[begins..].find("There is no unique index").expect("it follows");
    assert_snapshot!("timeline_preview_markdown", &ran.out[begins..begins + ends]);
    let json = |arguments: &[&str]| -> serde_json::Value {
        let all = ["preview", DUMP, "--format", "json"];
        serde_json::from_str(&run(&[&all[..], arguments].concat()).out).expect("it is JSON")
    };
    assert_snapshot!("timeline_preview_json", format!("{:#}", json(&["--times"])["times"]));
    assert_eq!(json(&[]).get("times"), None);
    let only = json(&["--times", "--target", "5890", "--only-target"]);
    assert_eq!(only["times"]["keys"][0]["turns"], serde_json::Value::Null);
    assert_eq!(only["times"]["keys"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_time_is_taken_wherever_a_revision_is() {
    let (_kept, path) = file(NIGHT.replace('|', "\t").as_bytes());
    let path = path.to_str().expect("it is UTF-8");
    let arguments = ["--compact-min-retain", "0", "--format", "json"];
    let preview =
        |target: &str| run(&[&["preview", path, "--target", target], &arguments[..]].concat());
    let by_time = preview("2026-11-20T02:10:05Z");
    assert!(by_time.out.contains(r#""target": {"requested": 3, "#), "{}", by_time.out);
    let said = "2026-11-20 02:10:05 UTC is taken for revision 3, the last that is known to have been written \
                before that. Rows up to 7 may be older than that as well.";
    assert!(by_time.out.contains(said), "{}", by_time.out);
    let none = preview("2026-11-19");
    assert_eq!(none.status, Some(3));
    assert_eq!(
        none.err,
        "kinescope: no row is known to have been written before 2026-11-19 00:00:00 UTC\n  \
         try: Name a revision, or a later time.\n"
    );
    let wrong = preview("2026-11-40");
    assert_eq!(wrong.status, Some(2));
}

#[test]
fn between_two_times_lies_whatever_may_have_been_written_then() {
    let (_kept, path) = file(NIGHT.replace('|', "\t").as_bytes());
    let path = path.to_str().expect("it is UTF-8");
    let ran = run(&["diff", path, "02:10:03", "02:10:09"]);
    // Before the first time lie 2 and 3; up to 9 may have been written by the second.
    assert_snapshot!("timeline_diff", ran.err);
    assert!(ran.out.contains("/registry/leases/kube-node-lease/a"), "{}", ran.out);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
}
