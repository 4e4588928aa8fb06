//! What looks like something that it is not, the end of a table, another heading: each row is understood
//! rightly, or counted.

use super::dressed::{FORMATS, HEADINGS, Line};
use super::{picture, read, unread};
use crate::support::program::run_with_stdin;

/// A table with a fork at 10 and 11.
const ROWS: [(u64, &str, [u64; 4]); 9] = [
    (1, "compact_rev_key", [1, 0, 0, 4]),
    (2, "/registry/health", [1, 0, 0, 0]),
    (5, "/registry/pods/a", [0, 0, 3, 3]),
    (6, "/registry/pods/b", [1, 0, 0, 0]),
    (7, "/registry/pods/b", [0, 0, 6, 6]),
    (8, "/registry/pods/a", [0, 0, 3, 5]),
    (9, "/registry/x", [1, 0, 0, 0]),
    (10, "/registry/x", [0, 0, 9, 9]),
    (11, "/registry/x", [0, 0, 9, 9]),
];

/// The table as fields, the heading first.
fn lines() -> Vec<Line> {
    let row = |(id, name, numbers): (u64, &str, [u64; 4])| {
        let numbers = numbers.map(|number| number.to_string());
        [&[id.to_string(), name.to_owned()][..], &numbers, &["0".to_owned()]].concat()
    };
    let mut lines = vec![HEADINGS.map(str::to_owned).to_vec()];
    lines.extend(ROWS.map(row));
    lines
}

/// The table with two more columns, values that are the same in each row but in these.
fn with_values(values: &[(&str, &str)]) -> Vec<Line> {
    let value = |line: &Line| {
        let value = values.iter().find(|(id, _)| *id == line[0]).map_or("v", |(_, value)| value);
        [line.as_slice(), &[value.to_owned(), "NULL".to_owned()]].concat()
    };
    let mut lines: Vec<Line> = lines().iter().map(value).collect();
    lines[0].splice(7.., ["value".to_owned(), "old_value".to_owned()]);
    lines
}

/// As clients print a table that escape nothing.
fn raw(lines: &[Line], by: &str) -> String {
    let line = |line: &Line| format!("{}\n", line.join(by));
    lines.iter().map(line).collect()
}

/// As a client draws it; values of several lines go on below.
fn boxed(lines: &[Line]) -> String {
    let rule = format!("+{}\n", "----+".repeat(lines[0].len()));
    let row = |line: &Line| format!("| {} |\n", line.join(" | "));
    let rows: String = lines[1..].iter().map(row).collect();
    format!("{rule}{}{rule}{rows}{rule}", row(&lines[0]))
}

fn quoted(lines: &[Line], by: &str) -> String {
    let field = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
    let line = |line: &Line| line.iter().map(field).collect::<Vec<_>>().join(by) + "\n";
    lines.iter().map(line).collect()
}

fn status(text: &str) -> Option<i32> {
    run_with_stdin(&["audit", "-"], text.as_bytes()).status
}

#[test]
fn no_row_is_lost_behind_what_looks_like_an_end() {
    for end in
        ["```", "~~~~", "(3 rows)", "(3 Zeilen)", "3 rows in set", "+----+----+", "", "a\n\n```"]
    {
        let lines = with_values(&[("5", &format!("x\n{end}\ncode")), ("11", "a\nb")]);
        let mut reversed = lines.clone();
        for line in &mut reversed {
            line.reverse();
        }
        for (how, text) in [
            ("tabs", raw(&lines, "\t")),
            ("a box", boxed(&lines)),
            ("bars", raw(&lines, " | ")),
            ("commas", raw(&lines, ",")),
            ("tabs, values first", raw(&reversed, "\t")),
            ("a box, values first", boxed(&reversed)),
            ("bars, values first", raw(&reversed, " | ")),
        ] {
            for text in [text.clone(), format!("see\n```\n{text}```\n")] {
                let table = read(text.as_bytes());
                let is_there = |id| table.rows.iter().any(|row| row.id == id);
                let lost = ROWS.iter().filter(|&&(id, ..)| !is_there(id)).count() as u64;
                assert!(table.unread.count() >= lost.max(1), "{end:?} in {how}:\n{text}");
            }
        }
    }
    let text = raw(&with_values(&[("5", "x\n```\ncode"), ("11", "a\nb")]), "\t");
    assert_eq!(
        unread(&read(text.as_bytes())),
        [
            "line 4: it has 8 fields, the heading 9",
            "line 5: it has 1 field, the heading 9",
            "line 6: it has 2 fields, the heading 9",
            "line 12: it has 8 fields, the heading 9",
            "line 13: it has 2 fields, the heading 9",
        ]
    );
    assert_eq!(status(&text), Some(3));
}

#[test]
fn what_follows_the_end_is_prose() {
    let table = raw(&lines(), "\t");
    let bars = raw(&lines(), " | ");
    for text in [
        format!("so:\n```\n{table}```\nIs\tthat bad? I see 2.\n"),
        format!("so:\n~~~\n{bars}~~~\nIs | that | bad?\n```\n$ a | b\n```\n"),
        format!("{bars}\nIs that bad?\n```\ncode\n```\n"),
        format!("{bars}(9 rows)\n\nTime: 3.1 ms\n"),
        format!("{}9 rows in set, 1 warning (0.01 sec)\n\nmysql> Bye\n", boxed(&lines())),
        format!("```\n{table}```\nand once more\n```\n{}```\n", HEADINGS.join("\t") + "\n"),
    ] {
        assert_eq!(
            (picture(&read(text.as_bytes()).rows).len(), unread(&read(text.as_bytes()))),
            (9, vec![]),
            "{text}"
        );
    }
}

#[test]
fn an_object_after_the_end_of_a_fence_is_no_prose() {
    let (_, objects) = FORMATS.iter().find(|(name, _)| *name == "JSON lines").expect("it is there");
    let text = objects(&lines());
    let (first, rest) = text.split_at(text.match_indices('\n').nth(4).expect("nine lines").0 + 1);
    let stamped: String = rest.lines().map(|line| format!("2026 {line}\n")).collect();
    for before in ["", "```\n"] {
        let text = format!("{before}{first}```\n{stamped}");
        let table = read(text.as_bytes());
        let fence = u64::from(before.is_empty());
        assert_eq!((table.rows.len(), table.unread.count()), (5, 4 + fence), "{text}");
        assert_eq!(status(&text), Some(3));
    }
    let text = format!("```\n{text}```\nThat is all.\n");
    assert_eq!((read(text.as_bytes()).rows.len(), unread(&read(text.as_bytes()))), (9, vec![]));
}

#[test]
fn a_heading_in_a_value_is_a_value() {
    let inner = vec![lines()[0].clone(), lines()[1].clone(), lines()[2].clone()];
    let mut swapped = lines()[0].clone();
    swapped.swap(4, 5);
    let texts = FORMATS.iter().map(|(_, write)| write(&inner));
    let texts = texts.chain(["\t", ",", " | "].map(|by| swapped.join(by)));
    for (id, value) in texts.flat_map(|text| ["1", "2", "11"].map(|id| (id, text.clone()))) {
        for value in [format!("doc\n{value}```\n"), value.replace('\n', " "), format!("\t{value}")]
        {
            let lines = with_values(&[(id, &value)]);
            for text in [quoted(&lines, ","), quoted(&lines, ";")] {
                let table = read(text.as_bytes());
                assert_eq!(unread(&table), [""; 0], "{text}");
                assert_eq!(picture(&table.rows).len(), 9, "{text}");
            }
            // Others have their own ways to write a line end.
            let one_line = with_values(&[(id, &value.replace('\n', "\\n").replace('\t', "\\t"))]);
            let table = read(raw(&one_line, "\t").as_bytes());
            assert_eq!((table.rows.len(), table.unread.count()), (9, 0), "{value}");
            // In a box it cannot be told from a heading, but its row is missed.
            for text in [boxed(&lines), boxed(&one_line)] {
                let table = read(text.as_bytes());
                let lost = 9 - table.rows.len() as u64;
                assert!(table.unread.count() >= lost, "{text}");
            }
        }
    }
    let value = format!("doc\n{}", raw(&inner, "\t"));
    assert_eq!(status(&quoted(&with_values(&[("2", &value)]), ",")), Some(1));
}

#[test]
fn a_list_of_columns_in_a_query_is_no_heading() {
    for query in [
        "select\nid,name,prev_revision\nfrom kine;\n",
        "id,name,created,deleted,create_revision,prev_revision,lease\n\n",
    ] {
        for by in ["\t", " | "] {
            let table = read(format!("{query}{}", raw(&lines(), by)).as_bytes());
            assert_eq!((table.rows.len(), table.unread.count()), (9, 0), "{query}");
        }
    }
}

#[test]
fn a_row_with_a_heading_in_it_is_no_heading() {
    // It is no row either: its bars are too many.
    let heading = HEADINGS.join(" | ");
    let mut lines = with_values(&[("11", &format!("\u{e9} {heading}"))]);
    let text = boxed(&lines);
    assert_eq!((read(text.as_bytes()).rows.len(), unread(&read(text.as_bytes())).len()), (8, 1));
    assert_eq!(status(&text), Some(3));
    // `psql -t` prints no heading.
    lines.remove(0);
    assert_eq!(status(&raw(&lines, "|")), Some(3));
    // A number before each line is none of the table.
    let numbered: String = (1..)
        .zip(raw(&self::lines(), "\t").lines())
        .map(|(number, line)| format!("{number:6}\t{line}\n"))
        .collect();
    assert_eq!((read(numbered.as_bytes()).rows.len(), status(&numbered)), (9, Some(1)));
}

#[test]
fn psql_counts_rows_in_the_language_of_whoever_asked() {
    let psql = FORMATS.iter().find(|(name, _)| *name == "psql").expect("it is there").1;
    let text = psql(&lines());
    for (footer, count) in [
        ("(9 Zeilen)", 0),
        ("(9 lignes)", 0),
        ("(9 \u{441}\u{442}\u{440}\u{43e}\u{43a}\u{438})", 0),
        ("(9 \u{884c}\u{8a18}\u{9332})", 0),
        ("(9\u{ac1c} \u{d589})", 0),
        ("(8 Zeilen)", 1),
        ("(8 rows)", 1),
        ("(9 | 8)", 1),
        ("(9 4)", 1),
        ("(9)", 1),
    ] {
        let text = text.replace("(9 rows)", footer);
        let table = read(text.as_bytes());
        assert_eq!((table.rows.len(), table.unread.count()), (9, count), "{footer}");
    }
}

#[test]
fn what_stands_before_each_line_stands_before_drawn_lines_too() {
    for (format, write) in FORMATS.iter().filter(|(name, _)| ["Markdown", "a box"].contains(name)) {
        for before in [
            "2026-08-14T12:00:00.000Z",
            "2026-08-14T12:00:00+02:00",
            "Aug 14 12:00:00 host sh[12]:",
        ] {
            let text: String =
                write(&lines()).lines().map(|line| format!("{before} {line}\n")).collect();
            let table = read(text.as_bytes());
            assert_eq!((table.rows.len(), unread(&table)), (9, vec![]), "{before} {format}");
            // A box that is cut is still seen to be.
            let cut: String = text.lines().take(10).map(|line| format!("{line}\n")).collect();
            let is_box = u64::from(*format == "a box");
            assert_eq!(read(cut.as_bytes()).unread.count(), is_box, "{before} {format}");
        }
    }
    // Dashes in a value are no line.
    let text = boxed(&with_values(&[("5", "|---|"), ("11", "---")]));
    let table = read(text.as_bytes());
    assert_eq!(
        (table.rows.len() as u64 + table.unread.count(), table.rows.len()),
        (9, 8),
        "{text}"
    );
}
