//! What looks like something that it is not, the end of a table, another heading, a name: each row is
//! understood rightly, or counted.

use kinescope::source::{Options, text};

use super::dressed::{Dress, FORMATS, HEADINGS, Line, hex};
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
    // Its bars are too many, and are of its value.
    let heading = HEADINGS.join(" | ");
    let mut lines = with_values(&[("11", &format!("\u{e9} {heading}"))]);
    let text = boxed(&lines);
    assert_eq!((read(text.as_bytes()).rows.len(), unread(&read(text.as_bytes())).len()), (9, 0));
    assert_eq!(status(&text), Some(1));
    // `psql -t` prints no heading.
    lines.remove(0);
    assert_eq!(status(&raw(&lines, "|")), Some(1));
    // A number before each line is none of the table.
    let numbered: String = (1..)
        .zip(raw(&self::lines(), "\t").lines())
        .map(|(number, line)| format!("{number:6}\t{line}\n"))
        .collect();
    assert_eq!((read(numbered.as_bytes()).rows.len(), status(&numbered)), (9, Some(1)));
}

/// How names are written that is not undone.
const UNKNOWN: [Dress; 32] = [
    ("base64", |name| {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let digit = |chunk: &[u8], at: usize| {
            let bits = (0..3).fold(0_usize, |bits, it| {
                bits << 8 | chunk.get(it).map_or(0, |&byte| usize::from(byte))
            });
            if at > chunk.len() { '=' } else { char::from(DIGITS[bits >> (18 - 6 * at) & 63]) }
        };
        name.as_bytes().chunks(3).flat_map(|chunk| (0..4).map(move |at| digit(chunk, at))).collect()
    }),
    ("a formula", |name| format!("=\"{name}\"")),
    ("an apostrophe", |name| format!("'{name}")),
    ("Jira's monospace", |name| format!("{{{{{name}}}}}")),
    ("German quotes", |name| format!("\u{201e}{name}\u{201c}")),
    ("guillemets", |name| format!("\u{ab}{name}\u{bb}")),
    ("MySQL's bytes", |name| format!("_binary '{name}'")),
    ("national text", |name| format!("N'{name}'")),
    ("PostgreSQL's escapes", |name| format!("E'{name}'")),
    ("a link", |name| format!("[{name}]({name})")),
    ("parentheses", |name| format!("({name})")),
    ("angles", |name| format!("<{name}>")),
    ("bold", |name| format!("<b>{name}</b>")),
    ("underscores", |name| format!("__{name}__")),
    ("Rust", |name| format!("Some(\"{name}\")")),
    ("a label", |name| format!("name:{name}")),
    ("two backticks", |name| format!("``{name}``")),
    ("a database", |name| format!("kine:{name}")),
    ("percents", |name| name.replace('/', "%2F").replace('_', "%5F")),
    ("references", |name| name.replace('/', "&#x2F;").replace('_', "&#95;")),
    ("escaped slashes", |name| name.replace(['/', '_'], "\\/")),
    ("wide underscores", |name| name.replace('_', "\u{ff3f}").replace('/', "\u{ff0f}")),
    ("a hard space", |name| format!("{name}\u{a0}")),
    ("a byte order mark", |name| format!("\u{feff}{name}")),
    ("a direction", |name| format!("\u{200e}{name}")),
    ("no width", |name| name.replace(['_', 'e'], "\u{200b}_")),
    ("a soft hyphen", |name| name.replace('e', "e\u{ad}")),
    ("colour", |name| format!("\u{1b}[32m{name}\u{1b}[0m")),
    ("colour of a part", |name| name.replace('e', "\u{1b}[01;31m\u{1b}[Ke\u{1b}[m\u{1b}[K")),
    ("hex with spaces", |name| {
        name.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
    }),
    ("hex with a NUL", |name| format!("0x{}00", hex(name))),
    ("a list", |name| format!("{:?}", name.as_bytes())),
];

/// Whether a text is read, and nothing of it is left over.
fn is_understood(text: &str) -> bool {
    text::read(text.as_bytes(), "the test", &Options::default())
        .is_ok_and(|table| table.unread.count() == 0)
}

#[test]
fn a_name_that_is_not_one_of_kines_is_never_taken_as_it_is() {
    let dressed = |name: fn(&str) -> String, is_so: fn(&str) -> bool| -> Vec<Line> {
        let mut lines = lines();
        for line in lines[1..].iter_mut().filter(|line| is_so(&line[1])) {
            line[1] = name(&line[1]);
        }
        lines
    };
    for (format, write) in FORMATS {
        assert!(is_understood(&write(&lines())), "{format}");
        for (dress, name) in UNKNOWN {
            for (which, is_so) in [
                ("every name", (|_| true) as fn(&str) -> bool),
                ("the mark", |name| name == "compact_rev_key"),
            ] {
                // Of one name alone nothing tells that it is base64.
                if dress == "base64" && which == "the mark" {
                    continue;
                }
                let text = write(&dressed(name, is_so));
                assert!(!is_understood(&text), "{which} in {dress} in {format}:\n{text}");
            }
        }
    }
    // Some of them, where others are as they are.
    for (dress, name) in UNKNOWN {
        let text = FORMATS[0].1(&dressed(name, |name| name.ends_with("pods/a")));
        assert!(!is_understood(&text), "{dress}:\n{text}");
    }
}

#[test]
fn a_text_without_a_name_of_kines_is_refused_for_that() {
    let text = "id\tname\tprev_revision\n1\ta\t0\n2\tb\t0\n";
    let ran = run_with_stdin(&["audit", "-"], text.as_bytes());
    assert_eq!((ran.status, ran.out.as_str()), (Some(3), ""));
    assert!(
        ran.err.contains("no name in standard input is one of kine's\n  why: keys of"),
        "{}",
        ran.err
    );
    for command in [&["usage", "--bytes", "-"][..], &["preview", "-"], &["show", "-", "a"]] {
        assert_eq!(run_with_stdin(command, text.as_bytes()).status, Some(3), "{command:?}");
    }
    // One of them is enough.
    for name in ["compact_rev_key", "COMPACT_REV_KEY  ", "gap-3", "/x", "compact_rev_key_apiserver"]
    {
        let text = format!("{text}3\t{name}\t0\n");
        assert_eq!((read(text.as_bytes()).rows.len(), is_understood(&text)), (3, true), "{name}");
    }
}

#[test]
fn hex_says_of_every_byte_that_it_is_the_names() {
    let names: [&[u8]; 6] =
        [b"compact_rev_key", b"/a\x1b[31m", "/b\u{a0}".as_bytes(), b"'/c'", b"\xff", b""];
    for (before, after) in [("0x", ""), ("X'", "'"), ("\\\\x", "")] {
        let line = |(id, name): (usize, &&[u8])| {
            let digits: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{id}\t{before}{digits}{after}\t0\n")
        };
        let rows: String = names.iter().enumerate().map(line).collect();
        let table = read(format!("id\tname\tprev_revision\n{rows}").as_bytes());
        assert_eq!(unread(&table), [""; 0]);
        assert!(table.rows.iter().filter_map(|row| row.name).eq(names), "{rows}");
    }
}

#[test]
fn a_carriage_return_is_of_no_name() {
    let text = "id\tprev_revision\tname\n1\t0\tcompact_rev_key\n2\t0\t/a\n3\t2\t/a\n";
    let crlf = text.replace('\n', "\r\n");
    for (text, rows, count) in [
        (crlf.clone(), 3, 0),
        (crlf.replacen('\r', "", 1), 0, 3),
        (format!("{}\r\n", text.trim_end()), 2, 1),
        (text.replacen('\n', "\r\n", 1), 3, 0),
    ] {
        let table = read(text.as_bytes());
        assert_eq!((table.rows.len(), table.unread.count()), (rows, count), "{text:?}");
        assert!(picture(&table.rows).iter().all(|row| !row.contains('\r')));
    }
}

#[test]
fn three_decimals_are_no_group() {
    let table = |numbers: fn(&str) -> String| {
        let mut lines = lines();
        for line in &mut lines[1..] {
            for at in [0, 2, 3, 4, 5, 6] {
                line[at] = numbers(&line[at]);
            }
        }
        quoted(&lines, ";")
    };
    let table = [
        table(|number| format!("{number},000")),
        "id;name;prev_revision\n5,000;/a;4,000\n".to_owned(),
    ];
    for text in table {
        let table = read(text.as_bytes());
        assert_eq!((table.rows.len(), table.unread.count() > 0), (0, true), "{text}");
        assert_eq!(status(&text), Some(3));
    }
    let grouped = read(b"id;name;prev_revision\n8,530,501;/a;0\n8,531,000;/a;8,530,501\n");
    assert_eq!(picture(&grouped.rows), ["8530501 /a - - - 0", "8531000 /a - - - 8530501"]);
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
