//! Names that differ in case alone: one key to MySQL, two to PostgreSQL and SQLite.

use super::read;
use crate::support::program::{run, run_with_stdin};

const ROWS: &str = "\
id | name | created | deleted | create_revision | prev_revision | lease
1 | compact_rev_key | 1 | 0 | 0 | 0 | 0
3 | /registry/clusterroles/Reader | 1 | 0 | 0 | 0 | 0
4 | /registry/clusterroles/reader | 1 | 0 | 0 | 0 | 0
5 | /registry/clusterroles/reader | 0 | 1 | 0 | 4 | 0
";

#[test]
fn who_printed_a_table_tells_how_its_names_compare() {
    let drawn = ROWS.replacen('\n', "\n---+---+---+---+---+---+---\n", 1);
    for (text, collation) in [
        (ROWS.to_owned(), "ascii_general_ci"),
        (drawn.clone(), "binary"),
        (format!("> {}", drawn.trim_end().replace('\n', "\n> ")), "binary"),
        (format!("{ROWS}(4 rows)\n"), "binary"),
        (format!("{ROWS}4 rows in set (0.00 sec)\n"), "ascii_general_ci"),
        (format!("sqlite> select * from kine;\n{ROWS}"), "binary"),
        (format!("kine=# select * from kine;\n{ROWS}"), "binary"),
        (format!("kine=> select * from kine;\n{ROWS}"), "binary"),
        (format!("mysql> select * from kine;\n{ROWS}"), "ascii_general_ci"),
        (format!("MariaDB [kine]> select * from kine;\n{ROWS}"), "ascii_general_ci"),
    ] {
        let profile = read(text.as_bytes()).opened.profile;
        assert_eq!(profile.collation.name(), collation, "{text}");
        assert_eq!(profile.is_assumed, collation != "binary", "{text}");
    }
}

#[test]
fn where_it_does_not_each_finding_says_so() {
    let doubt = "The text does not say which database it comes from: PostgreSQL and SQLite keep \
                 such names apart, as --collation binary does.";
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let audit = run_with_stdin(&["audit", "-"], ROWS.as_bytes());
    assert_eq!(audit.status, Some(1));
    let said = flat(&audit.out);
    let findings = ["fork (1)", "equal-names (1)"];
    for finding in findings {
        assert!(said.contains(finding), "{said}");
    }
    // Beside each finding, and once of the whole text.
    assert!(said.matches(doubt).count() > findings.len(), "{said}");
    for command in [&["preview", "-"][..], &["show", "-", "/registry/clusterroles/reader"]] {
        let ran = run_with_stdin(command, ROWS.as_bytes());
        assert!(flat(&ran.out).contains(doubt), "{command:?}: {}", ran.out);
    }
    // Who says how they compare is not told.
    for collation in ["binary", "ascii_general_ci"] {
        let ran = run_with_stdin(&["audit", "-", "--collation", collation], ROWS.as_bytes());
        assert!(!flat(&ran.out).contains(doubt), "{}", ran.out);
        assert_eq!(ran.status, Some(i32::from(collation != "binary")), "{}", ran.out);
    }
    assert_eq!(run(&["audit", "tests/fixtures/reports/psql-case-names.txt"]).status, Some(0));
}
