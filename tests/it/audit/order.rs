//! What changes a key comes first, and is named whatever is left out.

use kinescope::audit::{Findings, audit};
use kinescope::history::History;

use crate::support::history::picture;
use crate::support::program::{file, run};

/// Sixteen pointers at rows of other keys, of which the last takes the live row of one.
fn pointers() -> String {
    let head = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n";
    let mut rows = vec![(1, "compact_rev_key".to_owned(), 1, 0)];
    for key in 0..15 {
        rows.push((2 + 2 * key, format!("/s{key:02}"), 1, 0));
        rows.push((3 + 2 * key, format!("/s{key:02}"), 0, 2 + 2 * key));
    }
    rows.push((32, "/live".to_owned(), 1, 0));
    rows.extend((0..15).map(|key| (33 + key, format!("/p{key:02}"), 1, 2 + 2 * key)));
    rows.push((48, "/zz".to_owned(), 1, 32));
    let row = |(id, name, created, prev)| format!("{id}\t{name}\t{created}\t0\t0\t{prev}\t0\n");
    head.to_owned() + &rows.into_iter().map(row).collect::<String>()
}

#[test]
fn a_finding_under_another_key_that_takes_a_value_away_is_first() {
    let (_kept, path) = file(pointers().as_bytes());
    let path = path.to_str().expect("its path is UTF-8");
    for format in ["text", "markdown", "json"] {
        let said = run(&["audit", path, "--format", format]).out;
        let place = |what: &str| said.find(what).unwrap_or_else(|| panic!("{what}: {said}"));
        assert!(place("revision 32 of /live") < place("revision 2 of /s00"), "{said}");
        assert_eq!(said.contains("and 6 more"), format != "json", "{said}");
    }
}

fn rules(history: &History, findings: &Findings) -> Vec<&'static str> {
    let mut rules: Vec<_> = findings.found.iter().map(|it| it.rule.name).collect();
    rules.dedup();
    let changes: Vec<bool> =
        findings.found.iter().map(|it| findings.changes(history, it)).collect();
    assert!(changes[0], "{rules:?}");
    rules
}

#[test]
fn a_rule_that_found_what_changes_a_key_comes_first() {
    // A fork that waits, and a pointer at the live row of another key.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         5 /b create
         6 /c create <- 5",
    );
    assert_eq!(
        rules(&history, &audit(&history, true)),
        ["foreign-pointer", "fork", "create-revision"]
    );
}

#[test]
fn a_deleted_key_that_comes_back_is_an_error_without_a_fork() {
    let table = b"id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n\
        1\tcompact_rev_key\t1\t0\t0\t4\t0\n2\t/a\t1\t0\t0\t0\t0\n4\t/a\t0\t0\t2\t3\t0\n\
        5\t/a\t0\t1\t2\t4\t0\n6\t/b\t1\t0\t0\t0\t0\n";
    let (_kept, path) = file(table);
    let ran = run(&["audit", path.to_str().expect("its path is UTF-8")]);
    assert_eq!(ran.status, Some(1), "{}", ran.out);
    assert!(ran.out.starts_with("1 deleted key can come back: a."), "{}", ran.out);
    assert!(ran.out.contains("error  returning-key (1)"), "{}", ran.out);
    assert!(!ran.out.contains("forgotten-row (1)"), "{}", ran.out);
}

#[test]
fn a_forgotten_row_says_what_the_verdict_says() {
    let said = |rows: &str| {
        let history = picture(rows);
        let findings = audit(&history, true);
        let about = findings
            .found
            .iter()
            .filter(|it| ["fork", "forgotten-row", "returning-key"].contains(&it.rule.name));
        let then =
            |message: String| message.split_once("forgotten: ").map(|(_, then)| then.to_owned());
        about.filter_map(|it| then(findings.message(&history, it))).collect::<Vec<_>>()
    };
    // Three layers, each of a fork.
    let forks = "1 compact_rev_key mark <- 0
                 2 /a create
                 3 /a update <- 2
                 4 /a update <- 2
                 5 /a update <- 4
                 6 /a update <- 4
                 7 /a update <- 6
                 8 /a update <- 6";
    assert_eq!(
        said(&format!("{forks}\n9 /a delete <- 8")),
        [
            "once the key has come back at 5 and is deleted again, it comes back at 3. Stray: 3.",
            "once the key has come back at 7 and is deleted again, it comes back at 5. Stray: 5.",
            "once the tombstone 9 is compacted, the deleted key is live again at 7. Stray: 7.",
        ]
    );
    assert_eq!(
        said(forks),
        [
            "if the key is deleted, comes back at 5 and is deleted again, it comes back at 3. Stray: 3.",
            "if the key is deleted, comes back at 7 and is deleted again, it comes back at 5. Stray: 5.",
            "if the key is deleted, it comes back at 7. Stray: 7.",
        ]
    );
    assert_eq!(
        said(&format!("{forks}\n10 /b create <- 8")),
        [
            "once the key has gone back to 5 and is deleted, it comes back at 3. Stray: 3.",
            "once the key has gone back to 7 and is deleted, it comes back at 5. Stray: 5.",
            "the key goes back to it. Stray: 7.",
        ]
    );
    // kine sees nothing under a row that is neither live nor a tombstone.
    assert_eq!(
        said(&format!("{forks}\n9 /a blank <- 8"))[0],
        "kine never sees it behind the key's newest row, 9, whose deleted column is NULL. Stray: 3."
    );
}

#[test]
fn the_findings_of_a_key_stand_together() {
    // /z points at a row of /b that is gone anyway, and at the live row of /c.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /b create
         3 /b update <- 2
         4 /c create
         5 /a create <- 2
         6 /z create <- 2
         7 /z update <- 4",
    );
    let findings = audit(&history, true);
    let foreign = findings.found.iter().filter(|it| it.rule.name == "foreign-pointer");
    let ids: Vec<_> = foreign.map(|it| history.id(it.rows[0])).collect();
    assert_eq!(ids, [6, 7, 5]);
}
