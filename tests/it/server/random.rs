//! Tables of any columns with any rows: each row is read as the server itself prints it, or is said not
//! to be understood.
//!
//! Each server is given a fortieth as many tables as `KINESCOPE_FUZZ_INPUTS` says: they take longer than
//! what is only parsed.

use std::collections::BTreeMap;

use kinescope::history::Flag;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::{on_every_server, read_all};
use crate::fuzz;
use crate::support::server::Database;

/// Types that a number of kine's can have, after which `unsigned` or `zerofill` may stand.
const INTEGERS: [&str; 7] =
    ["TINYINT", "TINYINT(1)", "SMALLINT", "MEDIUMINT", "INT", "BIGINT", "BIGINT(3)"];
const SIGNS: [&str; 4] = ["", " UNSIGNED", " UNSIGNED", " UNSIGNED ZEROFILL"];
/// Types that it cannot have.
const NO_INTEGERS: [&str; 9] = [
    "DECIMAL(20,4)",
    "FLOAT",
    "DOUBLE",
    "BIT(64)",
    "DATETIME",
    "YEAR",
    "VARCHAR(30)",
    "VARBINARY(30)",
    "ENUM('0','1')",
];
/// Types that the name can have.
const TEXTS: [&str; 14] = [
    "VARCHAR(630) CHARACTER SET ascii",
    "VARCHAR(630) CHARACTER SET latin1",
    "VARCHAR(630) CHARACTER SET utf8mb4",
    "VARCHAR(630) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "VARCHAR(630) CHARACTER SET utf16",
    "VARCHAR(630) CHARACTER SET gbk",
    "CHAR(200) CHARACTER SET latin1",
    "TINYTEXT CHARACTER SET latin1",
    "MEDIUMTEXT CHARACTER SET utf8mb4",
    "VARBINARY(630)",
    "BINARY(20)",
    "TINYBLOB",
    "BLOB",
    "LONGBLOB",
];
const NO_TEXTS: [&str; 4] = ["INT", "BIT(64)", "DATETIME", "ENUM('a','b')"];

/// A table, and a row's values in the order of the columns.
#[derive(Debug, Clone)]
struct Random {
    id: String,
    name: &'static str,
    numbers: Vec<String>,
    rows: Vec<Stored>,
}

/// Id, name, and the other numbers.
type Stored = (Option<i128>, Option<Vec<u8>>, Vec<Option<i128>>);

const NUMBERS: [&str; 5] = ["created", "deleted", "create_revision", "prev_revision", "lease"];

impl Random {
    fn is_kines(&self) -> bool {
        let is_integer = |kind: &String| INTEGERS.iter().any(|it| kind.starts_with(it));
        TEXTS.contains(&self.name) && self.numbers.iter().all(is_integer)
    }

    /// The statements that make it; what does not fit is made to fit by the server.
    fn sql(&self) -> String {
        let columns: Vec<String> = NUMBERS
            .iter()
            .zip(&self.numbers)
            .map(|(name, kind)| format!("{name} {kind}"))
            .collect();
        let mut sql = format!(
            "SET sql_mode = ''; CREATE TABLE kine (id {}, name {}, {}, value BLOB, old_value BLOB);",
            self.id,
            self.name,
            columns.join(", ")
        );
        let number = |number: &Option<i128>| number.map_or("NULL".to_owned(), |it| it.to_string());
        for (id, name, numbers) in &self.rows {
            let name = name.as_ref().map_or("NULL".to_owned(), |name| {
                let hex: String = name.iter().map(|byte| format!("{byte:02X}")).collect();
                format!("X'{hex}'")
            });
            let numbers: Vec<String> = numbers.iter().map(number).collect();
            sql += &format!(
                "INSERT IGNORE INTO kine VALUES ({}, {name}, {}, NULL, NULL);",
                number(id),
                numbers.join(", ")
            );
        }
        sql
    }
}

/// A number at some edge of a type, or anywhere.
fn number() -> impl Strategy<Value = Option<i128>> {
    let edges: Vec<i128> = [7, 8, 15, 16, 23, 24, 31, 32, 63, 64]
        .into_iter()
        .flat_map(|bits| [(1 << bits) - 1, 1 << bits, -(1 << bits), -(1 << bits) - 1])
        .collect();
    prop_oneof![
        1 => Just(None),
        6 => (-2..40_i128).prop_map(Some),
        3 => select(edges).prop_map(Some),
        1 => any::<i64>().prop_map(|it| Some(it.into())),
    ]
}

fn integer() -> impl Strategy<Value = String> {
    (select(&INTEGERS[..]), select(&SIGNS[..])).prop_map(|(kind, sign)| format!("{kind}{sign}"))
}

fn column() -> impl Strategy<Value = String> {
    prop_oneof![40 => integer(), 1 => select(&NO_INTEGERS[..]).prop_map(str::to_owned)]
}

fn table() -> impl Strategy<Value = Random> {
    let keys = [" PRIMARY KEY", " PRIMARY KEY", " UNIQUE", ""];
    let id = (integer(), select(keys.to_vec())).prop_map(|(kind, key)| kind + key);
    let name = prop_oneof![20 => select(&TEXTS[..]), 1 => select(&NO_TEXTS[..])];
    let byte = prop_oneof![4 => select(b"/a \\'\"%_\x1b\xc3\xa9\xe2\x80\xae".as_slice()), 1 => any::<u8>()];
    let row = (number(), proptest::option::weighted(0.9, vec(byte, 0..40)), vec(number(), 5));
    (id, name, vec(column(), 5), vec(row, 0..24)).prop_map(|(id, name, numbers, rows)| Random {
        id,
        name,
        numbers,
        rows,
    })
}

/// A row as the server prints it: numbers in decimal, the name in hexadecimal.
type Printed = Vec<Option<String>>;

/// Asks the server for its rows, each column cast to text.
fn printed(database: &Database<'_>) -> Vec<Printed> {
    let numbers = NUMBERS.map(|name| format!("CAST({name} AS CHAR)")).join(", ");
    database.server.texts(
        &database.name,
        &format!("SELECT CAST(id AS CHAR), HEX(CAST(name AS BINARY)), {numbers} FROM kine"),
    )
}

/// That row as it is to be read; `None` where a column holds what no revision or lease can be.
fn expected(row: &Printed) -> Option<String> {
    let number = |at: usize| {
        let text = row[at].as_deref()?;
        Some(text.parse::<i128>().expect("it is an integer"))
    };
    let flag =
        |at| number(at).map_or(Flag::Null, |it| Flag::from_number(i64::try_from(it).unwrap_or(2)));
    let id = u64::try_from(number(0)?).ok()?;
    let revision = |at| number(at).map(u64::try_from).transpose().ok();
    let lease = number(6).map(i32::try_from).transpose().ok()?;
    let (create, prev) = (revision(4)?, revision(5)?);
    Some(format!("{id} {:?} {:?} {:?} {create:?} {prev:?} {lease:?}", row[1], flag(2), flag(3)))
}

fn check(database: &Database<'_>, table: &Random) -> Result<(), TestCaseError> {
    database.exec(&format!("DROP TABLE IF EXISTS kine; {}", table.sql()));
    let outcome = read_all(&database.dsn());
    if !table.is_kines() {
        prop_assert!(outcome.ended.is_err() && outcome.opened.is_none());
        return Ok(());
    }
    let stored = printed(database);
    let mut ids: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for row in &stored {
        *ids.entry(row[0].as_deref()).or_default() += 1;
    }
    let read: Vec<String> = outcome
        .rows()
        .iter()
        .map(|row| {
            let hex = |name: &[u8]| name.iter().map(|it| format!("{it:02X}")).collect::<String>();
            let name = row.name.map(hex);
            format!(
                "{} {name:?} {:?} {:?} {:?} {:?} {:?}",
                row.id, row.created, row.deleted, row.create_revision, row.prev_revision, row.lease
            )
        })
        .collect();
    // Every row is there, or is said not to be.
    prop_assert_eq!(
        read.len() + outcome.unread.first().len(),
        stored.len(),
        "{:?}",
        outcome.unread
    );
    let expected: Vec<Option<String>> = stored.iter().map(expected).collect();
    for row in &read {
        prop_assert!(expected.contains(&Some(row.clone())), "{} of {:?}", row, expected);
    }
    for (row, expected) in stored.iter().zip(expected) {
        let is_alone = ids[&row[0].as_deref()] == 1;
        if let Some(expected) = expected.filter(|_| is_alone) {
            prop_assert!(
                read.contains(&expected),
                "{} of {:?}, {:?}",
                expected,
                read,
                outcome.unread
            );
        }
    }
    Ok(())
}

#[test]
fn a_row_is_read_as_it_is_stored_or_not_at_all() {
    on_every_server(|server| {
        let database = server.database();
        let mut runner = TestRunner::new(ProptestConfig::with_cases(fuzz::inputs() / 40));
        runner
            .run(&table(), |table| check(&database, &table))
            .unwrap_or_else(|why| panic!("{why}"));
    });
}
