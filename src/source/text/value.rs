//! The values of one row of a text.

use std::io::Read;
#[cfg(any(feature = "mysql", feature = "tui"))]
use std::path::Path;

#[cfg(any(feature = "mysql", feature = "tui"))]
use super::open;
use super::opened_text::{OpenedText, unreadable};
use super::row_builder::Seen;
use crate::history::Revision;
use crate::source::{BATCH, Error};

/// How many rows are looked for in one reading: their values are in memory at the same time.
#[cfg(any(feature = "mysql", feature = "tui"))]
pub(super) const AT_ONCE: usize = 64;

/// Looks for the values of rows of a file: as [`look`].
///
/// # Errors
///
/// As [`open_and_read`](super::open_and_read).
#[cfg(any(feature = "mysql", feature = "tui"))]
pub(in crate::source) fn open_and_look(
    path: &Path,
    heading: Option<&str>,
    ids: &[Revision],
    most: u64,
    go_on: impl Fn() -> bool,
) -> Result<Result<Vec<Seen>, String>, Error> {
    let (file, place) = open(path)?;
    look(file, &place, heading, ids, most, go_on)
}

/// Looks for the values of some rows of a text, up to so many bytes of each, and reads it no further than the
/// line after the last of them; where that is none, only for how long they are. What is not there does not
/// come, nor does what would have come after `go_on` was false. The inner error is why the text tells no
/// values, as the rest of a sentence. `heading` is that of [`Options`](crate::source::Options).
///
/// # Errors
///
/// As [`read`](super::read).
pub fn look(
    input: impl Read,
    place: &str,
    heading: Option<&str>,
    ids: &[Revision],
    most: u64,
    go_on: impl Fn() -> bool,
) -> Result<Result<Vec<Seen>, String>, Error> {
    let opened_text = OpenedText::new(input, place, heading)?;
    if let Err(why) = opened_text.has_values() {
        return Ok(Err(why.to_owned()));
    }
    let mut builder = opened_text.builder().looking_for(ids, most);
    let mut is_last = false;
    let read = opened_text.read_values(&mut builder, |builder| {
        // Of the rows before it nothing is needed.
        if builder.gathered() >= BATCH {
            drop(builder.drain());
        }
        // The line after it is read, too.
        !std::mem::replace(&mut is_last, builder.has_found()) && go_on()
    });
    read.map_err(|why| unreadable(place, why))?;
    Ok(Ok(builder.found()))
}

#[cfg(test)]
mod tests {
    use super::super::opened_text::{NO_VALUES, NOT_EXACT};
    use super::*;
    use crate::value::{LIMIT, StoredRow};

    const TABS: &str = "id\tname\tprev_revision\told_value\tvalue\n\
                        1\tcompact_rev_key\t0\tNULL\t\n\
                        x\t/a\t0\t\t\n\
                        2\t/a\t0\tNULL\ttwo\\nlines\n\
                        3\t/b\t0\t0x6B387300\t0x6\n\
                        2\t/a\t0\tNULL\tagain\n\
                        4\t/b\t3\tNULL\tno\\escape\n";

    fn looked(text: &str, id: u64) -> Result<Option<StoredRow>, String> {
        let looked = look(text.as_bytes(), "the test", None, &[id], LIMIT, || true);
        looked.expect("it is a table")?.pop().map(|(_, row)| row).transpose()
    }

    fn values(text: &str, id: u64) -> [Option<String>; 2] {
        let row = looked(text, id).expect("it has values").expect("the row is there");
        let as_text = |it: crate::value::Stored| String::from_utf8(it.start).expect("it is UTF-8");
        row.values.map(|value| value.map(as_text))
    }

    #[test]
    fn the_values_of_a_row_are_those_that_were_stored() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(values(TABS, 1), [some(""), None]);
        assert_eq!(values(TABS, 2), [some("two\nlines"), None]);
        assert_eq!(values(TABS, 3), [some("0x6"), some("k8s\0")]);
        assert_eq!(looked(TABS, 5).map(|row| row.is_some()), Ok(false));
        let why = looked(TABS, 4).err().expect("it cannot be understood");
        assert!(why.contains("backslash"), "{why}");
        let raw =
            "id\tname\tprev_revision\tvalue\n2\t/a\t0\tstringData: x\nkind: Secret\n3\t/b\t0\tx\n";
        let why = looked(raw, 2).err().expect("it may go on");
        assert_eq!(why, "the line after revision 2 is not a row, so its values may go on there");
        assert_eq!(values(raw, 3), [some("x"), None]);
        let csv = "id,name,prev_revision,value\n2,/a,0,\"a \"\"b\"\"\nc\"\n";
        assert_eq!(values(csv, 2), [some("a \"b\"\nc"), None]);
    }

    #[test]
    fn what_is_drawn_has_those_that_are_in_hex() {
        let vertical = |value: &str| {
            format!(
                "-[ RECORD 1 ]-+---\nid | 2\nname | /a\nprev_revision | 0\nvalue | {value}\n\
                 -[ RECORD 2 ]-+---\nid | 3\nname | /a\nprev_revision | 2\nvalue | \\x62\n"
            )
        };
        let html = |value: &str| {
            format!(
                "<table>\n<tr><th>id</th><th>name</th><th>prev_revision</th><th>value</th></tr>\n\
                 <tr><td>2</td><td>/a</td><td>0</td><td>{value}</td></tr>\n\
                 <tr><td>3</td><td>/a</td><td>2</td><td>0x62</td></tr>\n</table>\n"
            )
        };
        let quoted = |text: String| text.lines().map(|line| format!("> {line}\n")).collect();
        let both = |value: &str| [vertical(value), html(value)];
        let some = |text: &str| Some(text.to_owned());
        let [tall, wide] = both("\\x6b387300");
        for text in [quoted(tall.clone()), quoted(wide.clone()), tall, wide] {
            assert_eq!(values(&text, 2), [some("k8s\0"), None], "{text}");
            assert_eq!(values(&text, 3), [some("b"), None], "{text}");
        }
        // Others may have lost something, and so has what goes on in another line.
        let split = vertical("\\x6b387300\n|.0102");
        for text in both("k8s").into_iter().chain(both("{}")).chain([split]) {
            let why = looked(&text, 2).err().expect("it may not be whole");
            assert!(why.ends_with("other values are not as they are stored"), "{why}");
            assert_eq!(values(&text, 3), [some("b"), None], "{text}");
        }
        let [tall, wide] = both("").map(|text| text.replace("value", "other"));
        for text in [tall, wide] {
            assert_eq!(looked(&text, 2).err().as_deref(), Some(NO_VALUES), "{text}");
        }
    }

    #[test]
    fn of_a_masked_value_only_the_length_is_kept() {
        let looked =
            look(TABS.as_bytes(), "the test", None, &[3], 0, || true).expect("it is a table");
        let (_, row) = looked.expect("it has values").pop().expect("the row is there");
        let row = row.expect("it is understood");
        let [value, old_value] = row.values.map(|it| it.expect("it is not NULL"));
        assert_eq!((value.length, old_value.length), (3, 4));
        assert!(value.start.is_empty() && old_value.start.is_empty());
    }

    #[test]
    fn the_starts_of_several_values_are_found_in_one_reading() {
        let looked = look(TABS.as_bytes(), "the test", None, &[4, 2, 9, 1], 3, || true);
        let looked = looked.expect("it is a table").expect("it has values");
        let starts: Vec<_> = looked
            .into_iter()
            .map(|(id, row)| {
                (id, row.ok().and_then(|row| row.values[0].clone()).map(|it| it.start))
            })
            .collect();
        assert_eq!(starts, [(1, Some(Vec::new())), (2, Some(b"two".to_vec())), (4, None)]);
    }

    #[test]
    fn a_table_without_values_says_so_and_one_that_is_left_is_read_no_further() {
        assert_eq!(looked("id\tname\tprev_revision\n", 1).err().as_deref(), Some(NO_VALUES));
        for drawn in [
            "| id | name | prev_revision | value |\n|---|---|---|---|\n| 1 | /a | 0 | a |\n",
            "{\"id\":1,\"name\":\"/a\",\"prev_revision\":0,\"value\":\"a\"}\n",
        ] {
            assert_eq!(looked(drawn, 1).err().as_deref(), Some(NOT_EXACT), "{drawn}");
        }
        let left =
            look(TABS.as_bytes(), "the test", None, &[3], LIMIT, || false).expect("it is a table");
        assert_eq!(left.expect("it has values").len(), 0);
    }
}
