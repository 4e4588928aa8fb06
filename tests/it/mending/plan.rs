//! The plan as it is printed, and the files.

use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;

use super::{FORKS, create, reset, rows, written};
use crate::support::any::Engine;
use crate::support::program::{CLUSTER, file, run, run_with_stdin, undated};

/// A table with a fork as text, with a row that points at another key's, and with values where those are
/// named.
fn text(with_values: bool) -> String {
    let value = |value: &str| if with_values { format!("\t{value}\tNULL") } else { String::new() };
    let head = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease";
    let values = if with_values { "\tvalue\told_value" } else { "" };
    let mut text = format!("{head}{values}\n");
    for (row, of) in [
        ("1\tcompact_rev_key\t1\t0\t0\t0\t0", ""),
        ("2\t/a\t1\t0\t0\t0\t0", "one"),
        ("3\t/a\t0\t0\t2\t2\t0", "two"),
        ("4\t/a\t0\t0\t2\t2\t0", "three"),
        ("5\t/b\t1\t0\t0\t0\t0", "four"),
        ("6\t/b\t0\t0\t5\t5\t0", "five"),
        ("7\t/b\t0\t0\t5\t5\t0", "six"),
        ("8\t/c\t1\t0\t0\t7\t0", "seven"),
    ] {
        text += &format!("{row}{}\n", value(of));
    }
    text
}

#[test]
fn a_plan_says_what_is_done_and_what_is_left() {
    for format in ["text", "json", "markdown", "sql"] {
        let ran = run_with_stdin(&["repair", "-", "--format", format], text(false).as_bytes());
        assert_eq!((ran.status, ran.err.as_str()), (Some(1), ""));
        assert_snapshot!(format!("repair_{format}"), undated(&ran.out));
    }
    let piped = run_with_stdin(&["repair", "-"], text(false).as_bytes()).out;
    let named = run_with_stdin(&["repair", "-", "--format", "sql"], text(false).as_bytes()).out;
    assert_eq!(undated(&piped), undated(&named));
    let audited = run_with_stdin(&["audit", "-", "--format", "sql"], text(false).as_bytes()).out;
    assert_eq!(undated(&audited), undated(&named));
}

#[test]
fn a_sound_table_needs_nothing() {
    for engine in Engine::all() {
        let database = create(engine);
        reset(&database, &rows("1 compact_rev_key mark <- 0\n2 /a create"));
        let first = written(&database, &[]);
        assert_eq!(super::run(&database, &first.statements()), [""; 0]);
        let again = written(&database, &[]);
        assert_eq!((again.ran.status, again.sql.as_str()), (Some(0), ""));
        assert!(again.ran.err.contains("there is nothing to write"), "{}", again.ran.err);
        assert!(again.ran.out.contains("Nothing has to be done"), "{}", again.ran.out);
    }
}

#[test]
fn both_files_are_new_and_nobody_elses() {
    let database = create(Engine::Sqlite);
    reset(&database, &rows(FORKS));
    let written = written(&database, &[]);
    let undo = written.path.with_file_name("mend.undo.sql");
    for path in [&written.path, &undo] {
        let mode = path.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
    // The value of the Secret is in the undo alone.
    let value = "763600275C"; // v6
    assert!(written.undo.contains(value), "{}", written.undo);
    for said in [&written.sql, &written.ran.out, &written.ran.err] {
        assert!(!said.contains(value) && !said.contains("v6"), "{said}");
    }
    // None is written over, and none is left alone.
    let endpoint = database.endpoint();
    let to = written.path.to_str().expect("it is UTF-8");
    let again = run(&["repair", &endpoint, "--to", to]);
    assert_eq!((again.status, again.out.as_str()), (Some(3), ""));
    assert!(again.err.contains("it is there already"), "{}", again.err);
    std::fs::remove_file(&written.path).expect("it is there");
    assert_eq!(run(&["repair", &endpoint, "--to", to]).status, Some(3));
    assert!(!written.path.exists());
    let nowhere = written.path.with_file_name("no/mend.sql");
    let nowhere = run(&["repair", &endpoint, "--to", nowhere.to_str().expect("it is UTF-8")]);
    assert_eq!(nowhere.status, Some(3), "{}", nowhere.err);
}

#[test]
fn a_text_with_values_has_an_undo() {
    for with_values in [true, false] {
        let (directory, path) = file(text(with_values).as_bytes());
        let to = directory.path().join("mend");
        let (path, shown) = (path.to_str().expect("UTF-8"), to.to_str().expect("UTF-8"));
        let ran = run(&["repair", path, "--to", shown]);
        assert_eq!(ran.status, Some(1), "{}", ran.err);
        assert!(to.exists());
        let undo = std::fs::read_to_string(directory.path().join("mend.undo")).unwrap_or_default();
        assert_eq!(undo.contains("SELECT 3, X'2F61', 0, 0, 2, 2, 0, X'74776F', NULL"), with_values);
        assert_eq!(ran.err.contains("there is no undo of the rows"), !with_values, "{}", ran.err);
    }
}

#[test]
fn a_long_plan_is_cut_short() {
    let plan =
        |options: &[&str]| run(&[&["repair", CLUSTER, "--format", "text"], options].concat()).out;
    assert!(plan(&[]).contains("1. Delete 27 stray rows of 7 keys"), "{}", plan(&[]));
    let said = plan(&[]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("No fork is left. No key changes its value."), "{said}");
}
