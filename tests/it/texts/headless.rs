//! Rows without a heading, and values that hold what separates fields.

use kinescope::source::{Options, text};

use super::{picture, read, unread};
use crate::support::program::{run, run_with_stdin};

const TABS: &str = "4\t/a\t1\t0\t0\t0\t0\n6\t/a\t0\t0\t4\t4\t0\n9\t/a\t0\t1\t0\t6\t0\n";
const ROWS: [&str; 3] = ["4 /a 1 0 0 0", "6 /a 0 0 4 4", "9 /a 0 1 0 6"];

fn with_heading(text: &str, heading: &str) -> Result<Vec<String>, String> {
    let options = Options { heading: Some(heading.to_owned()), ..Options::default() };
    let table = text::read(text.as_bytes(), "FILE", &options);
    table.map(|table| picture(&table.rows)).map_err(|error| error.in_full())
}

#[test]
fn columns_are_known_by_what_they_hold() {
    for by in ["\t", "|", " | ", ",", ";", "  "] {
        for text in [TABS.to_owned(), TABS.replace('\n', "\tNULL\tNULL\n")] {
            let text = text.replace('\t', by);
            let table = read(text.as_bytes());
            assert_eq!(
                (picture(&table.rows), unread(&table)),
                (ROWS.map(str::to_owned).to_vec(), vec![]),
                "{text}"
            );
        }
    }
}

#[test]
fn columns_in_another_order_are_asked_for() {
    let swapped = |one: usize, other: usize| {
        let line = |line: &str| {
            let mut fields: Vec<&str> = line.split('\t').collect();
            fields.swap(one, other);
            fields.join("\t") + "\n"
        };
        TABS.lines().map(line).collect::<String>()
    };
    let names = ["id", "name", "created", "deleted", "create_revision", "prev_revision", "lease"];
    for (one, other) in [(2, 3), (4, 5)] {
        let text = swapped(one, other);
        let error =
            text::read(text.as_bytes(), "FILE", &Options::default()).expect_err("it is unsure");
        assert_eq!(
            error.in_a_line(),
            "there is no kine table in FILE: its rows have no heading, and their columns are not in \
             kine's order. Say what each column is: --heading id,name,prev_revision,..."
        );
        let mut names = names;
        names.swap(one, other);
        assert_eq!(with_heading(&text, &names.join(",")), Ok(ROWS.map(str::to_owned).to_vec()));
    }
    let few = "4|/a|0\n6|/a|4\n";
    let rows = vec!["4 /a - - - 0".to_owned(), "6 /a - - - 4".to_owned()];
    assert_eq!(with_heading(few, "id,name,prev_revision"), Ok(rows));
    let why = with_heading(few, "id,name,created,prev_revision").expect_err("it has too many");
    assert!(why.contains("as many fields as --heading names"), "{why}");
}

#[test]
fn the_option_names_columns_that_are_needed() {
    let ran = run_with_stdin(&["audit", "-", "--heading", "id,name"], TABS.as_bytes());
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("id, name and prev_revision among them, each once"), "{}", ran.err);
    let heading = "id,name,created,deleted,create_revision,prev_revision,lease";
    let ran = run_with_stdin(&["audit", "-", "--heading", heading], TABS.as_bytes());
    assert_eq!(ran.status, Some(0), "{}", ran.err);
}

#[test]
fn values_are_found_under_columns_that_were_named() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "4\t/a\t0\t{\"kind\":\"A\"}\n6\t/a\t4\t{\"kind\":\"B\"}\n")
        .expect("ours");
    let path = file.path().to_str().expect("UTF-8");
    let heading = ["--heading", "id,name,prev_revision,value"];
    for (row, value) in [("/a@4", "kind: A\n"), ("/a", "kind: B\n")] {
        let ran = run(&[&["get", path, row][..], &heading].concat());
        assert!(ran.status == Some(0) && ran.out.ends_with(value), "{row}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_value_that_holds_the_separator_is_lost_and_its_row_is_not() {
    let heading = "id | name | created | deleted | create_revision | prev_revision | lease | value | \
                   old_value";
    for (row, is_read) in [
        ("4 | /a | 1 | 0 | 0 | 0 | 0 | {a | b} | ", true),
        ("4 | /a | 1 | 0 | 0 | 0 | 0 | a | b | c | d", true),
        // The name may end there as well.
        ("4 | /a | 1 | 0 | 0 | 0 | 0 | 5 | b | c", false),
        ("4 | /a | b | 1 | 0 | 0 | 0 | 0 | | ", false),
    ] {
        let text = format!("{heading}\n{row}\n6 | /a | 0 | 0 | 4 | 4 | 0 | | \n");
        let table = read(text.as_bytes());
        assert_eq!(table.rows.len(), 1 + usize::from(is_read), "{row}");
        assert_eq!(table.unread.count(), u64::from(!is_read), "{row}");
    }
}

#[test]
fn rows_printed_vertically_are_whole_or_counted() {
    let row = |at: u64, rest: &str| {
        format!(
            "*** {at}. row ***\n           id: {at}\n         name: /a\nprev_revision: 0\n{rest}"
        )
    };
    let value = |value: &str| format!("        value: {value}\n");
    for (text, rows, said) in [
        (row(1, "") + &row(2, "") + "2 rows in set (0.00 sec)\n", 2, &[][..]),
        (row(1, "") + &row(3, ""), 2, &["line 5: it is row 3, and row 2 should come"]),
        (row(1, "") + "2 rows in set (0.00 sec)\n", 1, &["line 5: it says 2 rows, but 1 are here"]),
        (row(1, &value("a\nb\n\nc")) + &row(2, &value("")), 2, &[]),
        // A value that looks like a column.
        (
            row(1, &value("a\n prev_revision: 5")) + &row(2, &value("")),
            1,
            &["lines 1 to 7: a line of it is not what should follow the line before it"],
        ),
        (
            row(1, &value("")) + "*** 2. row ***\n           id: 2\n",
            1,
            &["lines 6 to 7: it has 1 of 4 columns: the text may have been cut"],
        ),
    ] {
        let table = read(text.as_bytes());
        assert_eq!(
            (table.rows.len(), unread(&table)),
            (rows, said.iter().map(|it| (*it).to_owned()).collect()),
            "{text}"
        );
    }
}
