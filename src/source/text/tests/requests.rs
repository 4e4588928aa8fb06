//! The values of the rows in which API servers keep account, and of no others.

use std::fmt::Write as _;

use super::*;
use crate::history::{Collation, Part};
use crate::source::requests::MOST;

/// What a text tells of them: `3005 3|1604`.
fn asked(text: &str) -> Vec<String> {
    shown(&table(text).requests)
}

fn shown(requests: &[(u64, Vec<u8>)]) -> Vec<String> {
    requests.iter().map(|(id, value)| format!("{id} {}", value.escape_ascii())).collect()
}

const HEADING: &str = "id\tname\tprev_revision\tlease\tvalue\told_value\n";

#[test]
fn only_rows_of_that_name_have_their_values_read() {
    let rows = "1\tcompact_rev_key\t3005\t0\t\tNULL\n\
                203\tcompact_rev_key_apiserver\t0\t0\t1|0\tNULL\n\
                204\tcompact_rev_key_apiserver2\t0\t0\t9|9\tNULL\n\
                205\t/registry/compact_rev_key_apiserver\t0\t0\t9|9\tNULL\n\
                206\tNULL\t0\t0\t9|9\tNULL\n\
                3005\tCompact_Rev_Key_APIServer \t203\t0\t3|1604\t1|0\n";
    assert_eq!(asked(&[HEADING, rows].concat()), ["203 1|0", "3005 3|1604"]);
    // As the collation compares.
    let binary = Options { collation: Some(Collation::binary()), ..Options::default() };
    let text = [HEADING, rows].concat();
    let table = read(text.as_bytes(), "test", &binary).expect("the text holds a table");
    assert_eq!(shown(&table.requests), ["203 1|0"]);
    // Without the column nothing is known.
    assert_eq!(
        asked("id\tname\tprev_revision\told_value\n9\tcompact_rev_key_apiserver\t0\t1|0\n"),
        [""; 0]
    );
}

#[test]
fn a_value_is_taken_if_it_is_there_and_short() {
    let long = "7".repeat(64);
    for (value, expected) in [
        ("4", Some("4")),
        ("0x347c33303035", Some("4|3005")),
        ("", Some("")),
        ("NULL", None),
        ("\\N", None),
        ("4\\x", None),
        (&long[1..], Some(&long[1..])),
        (&long, None),
    ] {
        let text = format!("{HEADING}7\tcompact_rev_key_apiserver\t0\t0\t{value}\tNULL\n");
        let expected: Vec<_> = expected.into_iter().map(|value| format!("7 {value}")).collect();
        assert_eq!(asked(&text), expected, "{value}");
        assert_eq!(table(&text).rows.len(), 1, "{value}");
    }
}

#[test]
fn every_format_has_them() {
    let texts = [
        "id,name,prev_revision,value\n\
         203,compact_rev_key_apiserver,0,1|0\n3005,compact_rev_key_apiserver,203,\"3|1604\"\n",
        "value;id;name;prev_revision\n\
         1|0;203;compact_rev_key_apiserver;0\n3|1604;3005;compact_rev_key_apiserver;203\n",
        "+------+---------------------------+---------------+--------+\n\
         | id   | name                      | prev_revision | value  |\n\
         +------+---------------------------+---------------+--------+\n\
         |  203 | compact_rev_key_apiserver |             0 | 1|0    |\n\
         | 3005 | compact_rev_key_apiserver |           203 | 3|1604 |\n\
         +------+---------------------------+---------------+--------+\n",
        "+------+---------------------------+---------------+----------------+\n\
         | id   | name                      | prev_revision | value          |\n\
         +------+---------------------------+---------------+----------------+\n\
         |  203 | compact_rev_key_apiserver |             0 | 0x317C30       |\n\
         | 3005 | compact_rev_key_apiserver |           203 | 0x337C31363034 |\n\
         +------+---------------------------+---------------+----------------+\n",
        // Nothing is drawn that says where the bars are: those in a value have no spaces around them.
        "| id | name | prev_revision | value |\n|---|---|---|---|\n\
         | 203 | compact_rev_key_apiserver | 0 | 1|0 |\n\
         | 3005 | compact_rev_key_apiserver | 203 | 3\\|1604 |\n",
        "  id  |           name            | prev_revision | value  | old_value \n\
         ------+---------------------------+---------------+--------+-----------\n\
         \x20 203 | compact_rev_key_apiserver |             0 | 1|0    | \n\
         \x203005 | compact_rev_key_apiserver |           203 | 3|1604 | 1|0\n",
        "{\"id\": 203, \"name\": \"compact_rev_key_apiserver\", \"value\": \"1|0\", \"prev_revision\": 0}\n\
         {\"id\": 204, \"name\": \"/a\", \"value\": \"9|9\", \"prev_revision\": 0}\n\
         {\"id\": 3005, \"name\": \"compact_rev_key_apiserver\", \"prev_revision\": 203, \
         \"value\": \"3|1604\", \"old_value\": \"1|0\"}\n",
        "[{\"id\": 203, \"name\": \"compact_rev_key_apiserver\", \"prev_revision\": 0, \"value\": \"1|0\"},\
         {\"id\": 3005, \"name\": \"compact_rev_key_apiserver\", \"prev_revision\": 0, \"value\": \"3|1604\"}]",
    ];
    for text in texts {
        let table = table(text);
        assert_eq!(unread(&table), [""; 0], "{text}");
        assert_eq!(shown(&table.requests), ["203 1|0", "3005 3|1604"], "{text}");
    }
    // A plain number is one in JSON too. A value that comes before its name is not held.
    let text = "{\"id\": 7, \"name\": \"compact_rev_key_apiserver\", \"prev_revision\": 0, \"value\": 4}\n\
                {\"value\": \"5\", \"id\": 8, \"name\": \"compact_rev_key_apiserver\", \"prev_revision\": 7}\n";
    assert_eq!(asked(text), ["7 4"]);
}

#[test]
fn a_bar_in_a_pipe_table_is_only_understood_there() {
    let of = |rows: &str| table(&format!("id | name | prev_revision | value\n{rows}"));
    // The row is not lost where another column is the one that has it.
    let read = of("7 | compact_rev_key_apiserver | 0 | a|b\n");
    assert_eq!((read.rows.len(), shown(&read.requests)), (1, vec!["7 a|b".to_owned()]));
    for row in [
        "7 | /a | 0 | 1|0\n",
        "7|compact_rev_key_apiserver|0|1|0\n",
        "7 | compact_rev_key_apiserver | 0 | 1 | 0\n",
    ] {
        let read = of(row);
        assert_eq!(unread(&read), ["line 2: it has 5 fields, the heading 4"], "{row}");
        assert_eq!(read.requests, [], "{row}");
    }
}

#[test]
fn the_newest_are_kept_in_any_order_and_of_every_part() {
    let mut text = HEADING.to_owned();
    let all = 3 * MOST as u64;
    for at in 0..all {
        let id = at * 7 % all + 1;
        writeln!(text, "{id}\tcompact_rev_key_apiserver\t0\t0\t{id}|0\tNULL").expect("a string");
    }
    let newest = |from: u64| (from..=all).map(|id| format!("{id} {id}|0")).collect::<Vec<_>>();
    let newest = newest(all + 1 - MOST as u64);
    assert_eq!(asked(&text), newest);
    let part = Some(Part { since: Some(all - 2), prefix: Some("/a".to_owned()) });
    let options = Options { part, ..Options::default() };
    let part = read(text.as_bytes(), "test", &options).expect("a table");
    assert_eq!(shown(&part.requests), newest);
    assert_eq!(part.rows.len() as u64, all);
}
