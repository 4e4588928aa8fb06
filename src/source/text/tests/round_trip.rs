//! Made-up rows, written in every format and read back.

use proptest::prelude::*;

use super::super::name::is_cut;
use super::super::{Options, read};
use super::{table, unread};
use crate::history::{Flag, Row, Rows};

/// A row as it is made up: id, name, created, deleted, create revision, prev revision, lease.
type Made = (u64, Option<String>, Option<i64>, Option<i64>, Option<u64>, Option<u64>, Option<i32>);

fn made() -> impl Strategy<Value = Vec<Made>> {
    let name = prop_oneof![
        4 => "/registry/[a-z]{1,3}",
        2 => "/[ -~]{1,12}",
        1 => "/[a-z\t\n\\\\|\",;é]{1,6}",
    ]
    .prop_filter("it is as if it were cut off", |name| !is_cut(name.as_bytes()));
    let flag = || proptest::option::weighted(0.9, -1_i64..3);
    let revision = || proptest::option::weighted(0.9, prop_oneof![0..20_u64, any::<u64>()]);
    let lease = proptest::option::weighted(0.9, any::<i32>());
    let row =
        (proptest::option::weighted(0.9, name), flag(), flag(), revision(), revision(), lease);
    proptest::collection::btree_map(prop_oneof![0..50_u64, any::<u64>()], row, 0..12).prop_map(
        |rows| rows.into_iter().map(|(id, (n, c, d, cr, p, l))| (id, n, c, d, cr, p, l)).collect(),
    )
}

/// The rows as fields, in the order of the columns, NULL being none.
fn fields(rows: &[Made]) -> Vec<Vec<Option<String>>> {
    fn text<T: ToString>(value: Option<&T>) -> Option<String> {
        value.map(ToString::to_string)
    }
    rows.iter()
        .map(|(id, name, created, deleted, create, prev, lease)| {
            vec![
                Some(id.to_string()),
                name.clone(),
                text(created.as_ref()),
                text(deleted.as_ref()),
                text(create.as_ref()),
                text(prev.as_ref()),
                text(lease.as_ref()),
            ]
        })
        .collect()
}

const HEADINGS: [&str; 7] =
    ["id", "name", "created", "deleted", "create_revision", "prev_revision", "lease"];

/// Each line ended, its fields written by a function and joined.
fn joined(rows: &[Made], by: &str, field: impl Fn(&Option<String>) -> String) -> String {
    let mut text = HEADINGS.join(by) + "\n";
    for row in fields(rows) {
        text += &(row.iter().map(&field).collect::<Vec<_>>().join(by) + "\n");
    }
    text
}

fn assert_reads_back(rows: &[Made], text: &str) {
    let table = table(text);
    assert_eq!(unread(&table), [] as [&str; 0], "{text:?}");
    let expected: Rows = rows
        .iter()
        .map(|(id, name, created, deleted, create, prev, lease)| Row {
            id: *id,
            name: name.as_ref().map(String::as_bytes),
            created: created.map_or(Flag::Null, Flag::from_number),
            deleted: deleted.map_or(Flag::Null, Flag::from_number),
            create_revision: *create,
            prev_revision: *prev,
            lease: *lease,
        })
        .collect();
    assert!(table.rows.iter().eq(expected.iter()), "{text:?}\n{:#?}", table.rows);
}

/// As the clients of MySQL and MariaDB draw it: padded by characters, numbers to the right.
fn boxed(rows: &[Made]) -> String {
    let mut lines: Vec<Vec<String>> = vec![HEADINGS.map(str::to_owned).to_vec()];
    lines.extend(fields(rows).into_iter().map(|row| {
        row.into_iter().map(|field| field.unwrap_or_else(|| "NULL".to_owned())).collect()
    }));
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|at| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default())
        .collect();
    let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let rule = format!("+{}+\n", dashes.join("+"));
    let mut text = rule.clone();
    for (number, line) in lines.iter().enumerate() {
        let padded = line.iter().zip(&widths).enumerate().map(|(at, (field, &width))| match at {
            1 => format!(" {field:<width$} "),
            _ => format!(" {field:>width$} "),
        });
        let line: Vec<String> = padded.collect();
        text += &["|", &line.join("|"), "|\n"].concat();
        if number == 0 {
            text += &rule;
        }
    }
    text + &rule
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_the_same(rows in made()) {
        let rows: Vec<Made> = rows
            .into_iter()
            .filter(|(_, name, ..)| name.as_deref() != Some("NULL"))
            .collect();
        let escape = |text: &str| {
            text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\0', "\\0")
        };
        let or_null = |field: Option<String>| field.unwrap_or_else(|| "NULL".to_owned());
        assert_reads_back(&rows, &joined(&rows, "\t", |field| or_null(field.as_deref().map(escape))));
        let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        for by in [",", ";"] {
            let csv = joined(&rows, by, |field| or_null(field.as_deref().map(quote)));
            assert_reads_back(&rows, &csv);
        }
        let objects: Vec<String> = fields(&rows)
            .into_iter()
            .map(|row| {
                let object: serde_json::Map<_, _> =
                    HEADINGS.map(str::to_owned).into_iter().zip(row.into_iter().map(Into::into)).collect();
                serde_json::Value::Object(object).to_string()
            })
            .collect();
        if !objects.is_empty() {
            assert_reads_back(&rows, &objects.join("\n"));
            assert_reads_back(&rows, &format!("[{}]", objects.join(",")));
        }
        let drawable = |name: &str| {
            name.trim() == name && !name.contains(['\n', '\r', '\t', '\0']) && (name.is_ascii() || !name.contains('|'))
        };
        let rows: Vec<Made> = rows
            .into_iter()
            .filter(|(_, name, ..)| name.as_deref().is_none_or(drawable))
            .collect();
        assert_reads_back(&rows, &boxed(&rows));
    }

    #[test]
    fn no_bytes_are_too_strange(
        heading in prop_oneof![
            Just(""), Just("id\tname\tprev_revision\n"), Just("id,name,prev_revision\n"),
            Just("id|name|prev_revision\n--|--\n"), Just("[{\"id\":1,"), Just("> {"),
            Just("+--+\n|id|name|prev_revision|\n+--+--+--+\n"),
            Just("{\"id\":1,\"name\":\"a\",\"prev_revision\":0}\n"),
        ],
        rest in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            "[0-9a|,;\t\"\\\\+\n>`{}:\\[\\]-]{0,80}".prop_map(String::into_bytes),
        ],
    ) {
        let mut text = heading.as_bytes().to_vec();
        text.extend(rest);
        let _ = read(text.as_slice(), "test", &Options::default());
    }
}
