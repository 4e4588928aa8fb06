//! Tables that are made to be bad for whoever looks at them: what is said of twice as many rows is
//! about twice as long. How long it takes, the benchmarks say.

use std::fmt::Write as _;

use crate::support::program::{file, run};

const HEADINGS: &str = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n";

fn row(table: &mut String, id: u64, name: &str, deleted: u64, prev: u64) {
    writeln!(table, "{id}\t{name}\t0\t{deleted}\t0\t{prev}\t0").expect("a string takes all");
}

/// One key that forks at every second revision, and goes back to the first row of all:
///
/// ```text
///   2 ◀── 3
///     ◀── 4 ◀── 5
///     │     ◀── 6 ◀── 7
///     │           ◀── 8 …
///     ◀── the newest
/// ```
fn ladder(rows: u64) -> String {
    let mut table = HEADINGS.to_owned();
    row(&mut table, 1, "compact_rev_key", 0, 0);
    row(&mut table, 2, "/a", 0, 0);
    for id in 3..rows {
        row(&mut table, id, "/a", 0, (id - 1) / 2 * 2);
    }
    row(&mut table, rows, "/a", 1, 2);
    table
}

/// Keys whose names are deep, and leave each other's way at another place each.
fn deep(rows: u64) -> String {
    let mut table = HEADINGS.to_owned();
    row(&mut table, 1, "compact_rev_key", 0, 0);
    for id in 2..=rows {
        let part = |at| if at == id % 200 { format!("/{id}") } else { "/a".to_owned() };
        let name: String = (0..250).map(part).collect();
        row(&mut table, id, &name, 0, 0);
    }
    table
}

#[track_caller]
fn grows_with_the_table(table: fn(u64) -> String, command: &[&str], arguments: &[&str]) {
    let lengths = [400, 800].map(|rows| {
        let (_kept, path) = file(table(rows).as_bytes());
        let path = path.to_str().expect("its path is UTF-8").to_owned();
        let ran = run(&[command, &[path.as_str()], arguments].concat());
        assert!(matches!(ran.status, Some(0 | 1)), "{}", ran.err);
        ran.out.len()
    });
    assert!(lengths[1] * 10 < lengths[0] * 25, "{command:?} {arguments:?}: {lengths:?}");
}

#[test]
fn an_audit_of_forks_upon_forks_grows_with_them() {
    for arguments in [&["--format", "json"][..], &["--all"], &["--format", "markdown"], &[]] {
        grows_with_the_table(ladder, &["audit"], arguments);
    }
    grows_with_the_table(ladder, &["show"], &["/a", "--all"]);
    grows_with_the_table(ladder, &["preview"], &["--rows"]);
}

#[test]
fn usage_of_deep_names_grows_with_them() {
    for arguments in [&["--depth", "300", "--all"][..], &["--depth", "300", "--format", "json"]] {
        grows_with_the_table(deep, &["usage"], arguments);
    }
    let (_kept, path) = file(deep(4).as_bytes());
    let path = path.to_str().expect("its path is UTF-8");
    let ran = run(&["usage", path, "--depth", "300", "--all"]);
    let (_, list) = ran.out.split_once("the whole table").expect("it is listed");
    let names = list.lines().skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> = names.map(|line| line.rsplit("  ").next().unwrap_or_default()).collect();
    // A prefix for each of the first names, the way that is left of it, and what is at its end.
    assert!(names.len() < 60, "{names:#?}");
    assert_eq!(names.last(), Some(&"compact_rev_key"), "{names:#?}");
}

/// Each fork names its own stray rows: those that follow further forks are named there.
#[test]
fn each_stray_row_is_named_by_one_fork() {
    let (_kept, path) = file(ladder(9).as_bytes());
    let path = path.to_str().expect("its path is UTF-8");
    let said = run(&["audit", path, "--all", "--format", "json"]).out;
    for stray in ["Stray: 3 and 4.", "Stray: 5 and 6.", "Stray: 7 and 8."] {
        assert_eq!(said.matches(stray).count(), 1, "{stray} {said}");
    }
    assert_eq!(said.matches("Stray: ").count(), 3, "{said}");
}
