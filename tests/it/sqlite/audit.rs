//! What the audit says of a database of SQLite beside its rows.

use kinescope::audit::audit;

use super::Made;
use crate::support::program::{kinescope, ran};

/// What kine makes beside the table and its unique index (`pkg/drivers/sqlite/sqlite.go`, `schema`).
const INDEXES: [&str; 4] = [
    "CREATE INDEX kine_name_index ON kine (name)",
    "CREATE INDEX kine_name_id_index ON kine (name, id)",
    "CREATE INDEX kine_id_deleted_index ON kine (id, deleted)",
    "CREATE INDEX kine_prev_revision_index ON kine (prev_revision)",
];
const MARK: &str = "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
                    VALUES ('compact_rev_key', 1, 0, 0, 0, 0)";
const FORK: &str = "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
                    VALUES ('/a', 1, 0, 0, 0, 0), ('/a', 0, 0, 2, 2, 0), ('/a', 0, 0, 2, 2, 0)";
const NO_UNIQUE_INDEX: &str = "DROP INDEX kine_name_prev_revision_uindex";

/// The rules that find something, and the rules that could not be checked.
fn found(statements: &[&str]) -> (Vec<&'static str>, Vec<&'static str>) {
    let made = Made::new(&INDEXES);
    made.exec(statements);
    let findings = audit(&made.read().history, true);
    let rules = findings.found.iter().map(|finding| finding.rule.name);
    let unchecked = findings.unchecked.iter().map(|unchecked| unchecked.rule.name);
    (rules.collect(), unchecked.collect())
}

#[test]
fn a_healthy_database_has_no_findings_and_everything_is_checked() {
    assert_eq!(found(&[MARK]), (vec![], vec!["damaged-file"]));
}

#[test]
fn indexes_that_are_missing_or_do_nothing_are_found() {
    for (statements, rules) in [
        (&[MARK, NO_UNIQUE_INDEX][..], &["unique-index"][..]),
        (
            &[
                MARK,
                NO_UNIQUE_INDEX,
                "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision) \
                 WHERE deleted = 0",
            ],
            &["unique-index"],
        ),
        (&[MARK, "DROP INDEX kine_name_id_index"], &["missing-index"]),
        (&[MARK, "CREATE INDEX other ON kine (name)"], &["duplicate-index"]),
        // A row's number is no index, and a number that is none needs one.
        (
            &[
                MARK,
                "CREATE TABLE copy AS SELECT * FROM kine",
                "DROP TABLE kine",
                "ALTER TABLE copy RENAME TO kine",
            ],
            &["unique-index", "missing-index"],
        ),
        (
            &[
                MARK,
                "ALTER TABLE kine RENAME TO behind",
                "CREATE VIEW kine AS SELECT * FROM behind",
            ],
            &["view"],
        ),
    ] {
        assert_eq!(found(statements).0, rules, "{statements:?}");
    }
}

#[test]
fn forks_keep_kine_from_starting_where_it_would_make_the_index() {
    let made = Made::new(&INDEXES);
    made.exec(&[MARK, NO_UNIQUE_INDEX, FORK]);
    let audit = kinescope().arg("audit").arg(made.path()).output().expect("the program");
    let ran = ran(audit);
    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = |words: &str| assert!(said.contains(words), "{}", ran.out);
    says("It cannot be created now: 1 fork prevents it (rule fork).");
    says(
        "kine does not start until they are gone (UNIQUE constraint failed: kine.name, \
         kine.prev_revision).",
    );
}

#[test]
fn free_pages_are_told_where_they_are_many() {
    let made = Made::new(&[MARK]);
    let notes = |made: &Made| made.read().opened.notes.join(" ");
    assert_eq!(notes(&made), "");
    made.exec(&["CREATE TABLE large (x)", "INSERT INTO large VALUES (zeroblob(4000000))"]);
    assert_eq!(notes(&made), "");
    made.exec(&["DROP TABLE large"]);
    let said = notes(&made);
    assert!(said.contains(" are free pages. Compaction makes pages free and leaves"), "{said}");
    made.exec(&["VACUUM"]);
    assert_eq!(notes(&made), "");
}
