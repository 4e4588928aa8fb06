//! `kinescope handover`: one document for a person.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use insta::assert_snapshot;

use crate::server::on_a_new_table;
use crate::sqlite::fixture;
use crate::support::program::{CLUSTER, INCIDENT, Ran, run, run_on, undated};

/// Writes the document, and gives what it says.
#[track_caller]
fn document(source: &str, status: i32, more: &[&str]) -> String {
    let directory = tempfile::tempdir().expect("a directory");
    let to = directory.path().join("kine.md");
    let to = to.to_str().expect("UTF-8");
    let ran = run(&[&["handover", source, "--to", to], more].concat());
    read(&ran, status, to)
}

#[track_caller]
fn read(ran: &Ran, status: i32, to: &str) -> String {
    assert_eq!((ran.status, ran.out.as_str()), (Some(status), ""), "{}", ran.err);
    assert!(ran.err.contains(&format!("kinescope: wrote {to}, ")), "{}", ran.err);
    let mode = fs::metadata(to).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::read_to_string(to).expect("it is text")
}

#[test]
fn the_document_of_an_incident_has_all_parts() {
    let text = document(INCIDENT, 3, &["--since", "1"]);
    assert!(
        text.contains("This is a part of the table") && text.contains("No repair can be planned")
    );
    let text = document(CLUSTER, 1, &["--compact-min-retain", "0"]);
    assert_snapshot!("handover_cluster", undated(&text));
    // Each title of a part is in the contents, and the other way round.
    let titles: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let listed: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("- [")?.split_once("](#"))
        .map(|(title, _)| title)
        .collect();
    assert_eq!(titles, listed);
    assert_eq!(titles.len(), 7, "{titles:?}");
}

/// Kubernetes' objects have fields with names, and what they hold is in no document.
#[test]
fn what_would_come_back_is_compared_with_the_last_value() {
    let dump = document("tests/fixtures/incident-before.sql.gz", 1, &[]);
    for said in [
        "The values of 6 rows were asked for, for 3 of 3 keys.",
        "- `/registry/minions/node-02` would come back with the value of 5466 instead of that of 5889: \
         different in `i`\n",
        "instead of that of 5887: different in `i`, `writer`\n",
    ] {
        assert!(dump.contains(said), "{said}\n{dump}");
    }
    let directory = tempfile::tempdir().expect("a directory");
    let state = directory.path().join("state.db");
    fs::write(&state, fixture("sqlite/c-incident-before.db.gz")).expect("ours");
    let text = document(state.to_str().expect("UTF-8"), 1, &[]);
    for said in [
        "with the value of 506 instead of that of 719: different in `metadata.deletionTimestamp`, \
         `spec.nodeName`,",
        "instead of that of 977: both are the same\n",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

#[test]
fn on_a_server_every_key_that_changes_is_checked_and_no_secret_is_told() {
    on_a_new_table(|database| {
        database.exec(
            "DROP INDEX kine_name_prev_revision_uindex ON kine; INSERT INTO kine VALUES \
             (1, 'compact_rev_key', 1, 0, 0, 0, 0, '', NULL), \
             (2, '/registry/secrets/a/b', 1, 0, 0, 0, 0, 'hunter2', NULL), \
             (3, '/registry/secrets/a/b', 0, 0, 2, 2, 0, 'hunter3', 'hunter2'), \
             (4, '/registry/secrets/a/b', 0, 0, 2, 2, 0, 'hunter4', 'hunter2'), \
             (5, '/registry/secrets/a/b', 0, 1, 2, 4, 0, 'hunter4', 'hunter4'), \
             (6, '/registry/configmaps/a/it''s', 1, 0, 0, 0, 0, '{\"kind\":\"A\",\"a\":\"sesame1\"}', NULL), \
             (7, '/registry/configmaps/a/it''s', 0, 0, 6, 6, 0, '{\"kind\":\"A\",\"a\":\"sesame2\"}', NULL), \
             (8, '/registry/configmaps/a/it''s', 0, 0, 6, 6, 0, '{\"kind\":\"A\",\"b\":\"sesame3\"}', NULL), \
             (9, '/registry/configmaps/a/it''s', 0, 1, 6, 8, 0, NULL, NULL)",
        );
        let directory = tempfile::tempdir().expect("a directory");
        let to = directory.path().join("kine.md");
        let to = to.to_str().expect("UTF-8");
        let ran = run_on(&database.dsn(), &["handover", "--to", to, "--compact-min-retain", "0"]);
        let text = read(&ran, 1, to);
        for said in [
            "`/registry/secrets/a/b` would come back with the value of 3 instead of that of 4: masked: the key \
             belongs to a Secret.",
            "`/registry/configmaps/a/it's` would come back with the value of 7 instead of that of 8: different \
             in `a`, `b`\n",
            "kine: its newest rows were written by a version before v0.16.0 (the deletion 9 has the",
            "v0.13.8, which is sometimes advised, does all of it",
            "-- The rows of 2 keys that change.",
        ] {
            assert!(text.contains(said), "{said}\n{text}");
        }
        for secret in ["hunter", "sesame"] {
            assert!(!text.contains(secret), "{text}");
        }
        let (_, sql) = text.split_once("```sql\n").expect("statements");
        // Each is taken as it stands.
        database.exec(sql.split("```").next().expect("their end"));
    });
}

#[test]
fn no_file_is_replaced_and_none_is_begun_in_vain() {
    let directory = tempfile::tempdir().expect("a directory");
    let to = directory.path().join("kine.md");
    fs::write(&to, "mine").expect("ours");
    let ran = run(&["handover", CLUSTER, "--to", to.to_str().expect("UTF-8")]);
    assert_eq!((ran.status, ran.out.as_str()), (Some(3), ""));
    assert!(ran.err.contains("Name a file that is not there yet."), "{}", ran.err);
    assert_eq!(fs::read_to_string(&to).expect("it is there"), "mine");
    let nowhere = Path::new("/nonexistent/kine.md");
    let ran = run(&["handover", CLUSTER, "--to", nowhere.to_str().expect("UTF-8")]);
    assert_eq!(ran.status, Some(3), "{}", ran.err);
    assert_eq!(run(&["handover", CLUSTER]).status, Some(2));
}
