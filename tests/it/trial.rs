//! What would follow if some rows were not there, or were others.

use kinescope::history::{NoTrial, Trial};

use crate::support::history::picture;
use crate::support::program::{INCIDENT, Ran, file, run};

const FORKED: &str = "1 compact_rev_key mark <- 0
                      2 /a create
                      3 /a update <- 2
                      4 /a update <- 2
                      6 /a delete <- 3";

/// Ids and prev revisions after a trial.
fn tried(without: &[u64], with: &str) -> Result<Vec<(u64, Option<u64>)>, NoTrial> {
    let (history, with) = (picture(FORKED), picture(with));
    let trial = Trial { without: without.iter().copied().collect(), with: Some(&with) };
    let after = trial.of(&history)?;
    Ok(after.iter().map(|at| (after.id(at), after.row(at).prev_revision)).collect())
}

#[test]
fn rows_go_come_and_are_replaced() {
    let was = [(1, Some(0)), (2, Some(0)), (3, Some(2)), (4, Some(2)), (6, Some(3))];
    assert_eq!(tried(&[], ""), Ok(was.to_vec()));
    let without = tried(&[4], "");
    assert_eq!(without, Ok(vec![(1, Some(0)), (2, Some(0)), (3, Some(2)), (6, Some(3))]));
    let with = tried(&[2, 6], "4 /a update <- 3\n 5 /b create\n 9 /b update <- 5");
    let expected = vec![(1, Some(0)), (3, Some(2)), (4, Some(3)), (5, Some(0)), (9, Some(5))];
    assert_eq!(with, Ok(expected));
    assert_eq!(tried(&[5], ""), Err(NoTrial::Absent(5)));
}

fn flat(ran: &Ran) -> String {
    ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn reports_of_a_trial_say_so() {
    let ran = run(&["preview", INCIDENT]);
    assert_eq!(ran.status, Some(1));
    assert!(flat(&ran).contains("1 deleted key can come back"));
    let ran = run(&["preview", INCIDENT, "--without", "2670702,2670706", "--without", "2670700"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    let said =
        "source assets/scenarios/incident-408.txt, a trial: without 2670700, 2670702 and 2670706";
    assert!(flat(&ran).contains(said), "{}", ran.out);
    // A chain, with a row whose place another one takes.
    let (_file, with) = file(b"id\tname\tprev_revision\n2670706\t/registry/minions/prod-instance-1735943640622\t2670705\n");
    let with = with.to_str().expect("UTF-8");
    let key = "/registry/minions/prod-instance-1735943640622";
    let ran = run(&["show", INCIDENT, key, "--with", with, "--format", "json"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.contains("\"prev_revision\": 2670705"), "{}", ran.out);
    assert!(ran.out.contains("a trial: with 1 row of "), "{}", ran.out);
    let ran = run(&["audit", INCIDENT, "--without", "2670702"]);
    assert!(flat(&ran).contains("a trial: without 2670702"), "{}", ran.out);
}

#[test]
fn what_cannot_be_tried_is_refused() {
    let (_file, with) = file(b"id\tname\tprev_revision\n7\t/a\t0\n");
    let with = with.to_str().expect("UTF-8");
    for (arguments, why) in [
        (&["preview", INCIDENT, "--without", "7"][..], "revision 7 is not in the table"),
        (&["preview", INCIDENT, "--without", "x"], "expected a revision, such as 6293"),
        (
            &["show", INCIDENT, "/a", "--with", with],
            "revision 7 is a new row, and there is no column created for it",
        ),
        (
            &["audit", INCIDENT, "--without", "2670702", "--format", "sql"],
            "the SQL that repairs is of the table as it is, and not of a trial",
        ),
        (
            &["preview", INCIDENT, "--without", "2670702", "--certificate", "/dev/null"],
            "a certificate is of the table as it is, and not of a trial",
        ),
    ] {
        let ran = run(arguments);
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}
