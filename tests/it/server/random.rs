//! Tables of any columns with any rows: each row is read as the server itself prints it, or is said not
//! to be understood.
//!
//! Each server is given about as many rows as `KINESCOPE_FUZZ_INPUTS` says, in tables that are the
//! longer the more rows there are. Each table is read in every way that its indexes allow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use kinescope::history::{Columns, Flag, Part, Row};
use kinescope::source::{ColumnChoice, Options};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::{Outcome, on_every_server, read_all, read_part};
use crate::fuzz;
use crate::support::server::Database;
use kinescope::source::mysql::statement::{ID_DELETED, NAME_ID, PREV};

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

/// Of what names are made, mostly.
const BYTES: &[u8] = b"/a \\'\"%_\x1b\xc3\xa9\xe2\x80\xae";

/// A table, and a row's values in the order of the columns.
#[derive(Debug, Clone)]
struct Random {
    id: String,
    /// What the id is a key of.
    key: &'static str,
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

    /// Whether it has the indexes that are read in its place. They cannot be over a text that has no
    /// length.
    fn has_indexes(&self) -> bool {
        self.is_kines()
            && ["CHAR", "BINARY"].iter().any(|it| self.name.contains(it))
            && !["TEXT", "BLOB"].iter().any(|it| self.name.contains(it))
    }

    /// The statements that make it; what does not fit is made to fit by the server.
    fn sql(&self) -> String {
        let columns: Vec<String> = NUMBERS
            .iter()
            .zip(&self.numbers)
            .map(|(name, kind)| format!("{name} {kind}"))
            .collect();
        let indexes = [NAME_ID, PREV, ID_DELETED]
            .map(|(name, columns)| format!(", INDEX {name} ({})", columns.join(", ")));
        let mut sql = format!(
            "SET sql_mode = ''; CREATE TABLE kine \
             (id {}{}, name {}, {}, value BLOB, old_value BLOB{});",
            self.id,
            self.key,
            self.name,
            columns.join(", "),
            if self.has_indexes() { indexes.concat() } else { String::new() }
        );
        let number = |number: &Option<i128>| number.map_or("NULL".to_owned(), |it| it.to_string());
        let row = |(id, name, numbers): &Stored| {
            let name = name.as_ref().map_or("NULL".to_owned(), |name| {
                let hex: String = name.iter().map(|byte| format!("{byte:02X}")).collect();
                format!("X'{hex}'")
            });
            let numbers: Vec<String> = numbers.iter().map(number).collect();
            format!("({}, {name}, {}, NULL, NULL)", number(id), numbers.join(", "))
        };
        for rows in self.rows.chunks(500) {
            let rows: Vec<String> = rows.iter().map(row).collect();
            sql += &format!("INSERT IGNORE INTO kine VALUES {};", rows.join(", "));
        }
        sql
    }
}

/// A number at some edge of a type, or anywhere. It is made of one random number, since a million rows
/// have very many.
fn number() -> impl Strategy<Value = Option<i128>> {
    let edges: Vec<i128> = [7, 8, 15, 16, 23, 24, 31, 32, 63, 64]
        .into_iter()
        .flat_map(|bits| [(1 << bits) - 1, 1 << bits, -(1 << bits), -(1 << bits) - 1])
        .collect();
    any::<u64>().prop_map(move |random| match (random % 11, i128::from(random / 11)) {
        (0, _) => None,
        (1..7, of_all) => Some(of_all % 42 - 2),
        (7..10, of_all) => Some(edges[usize::try_from(of_all).expect("64 bits") % edges.len()]),
        _ => Some(random.cast_signed().into()),
    })
}

fn integer() -> impl Strategy<Value = String> {
    (select(&INTEGERS[..]), select(&SIGNS[..])).prop_map(|(kind, sign)| format!("{kind}{sign}"))
}

fn column() -> impl Strategy<Value = String> {
    prop_oneof![40 => integer(), 1 => select(&NO_INTEGERS[..]).prop_map(str::to_owned)]
}

/// A table of up to so many rows.
fn table(rows: usize) -> impl Strategy<Value = Random> {
    let keys = [" PRIMARY KEY", " PRIMARY KEY", " UNIQUE", ""];
    // Among many rows what is small is there already.
    let small = u32::try_from(rows).expect("they are few");
    let an_id =
        prop_oneof![1 => number(), small / 64 => any::<u32>().prop_map(|it| Some(it.into()))];
    let name = prop_oneof![20 => select(&TEXTS[..]), 1 => select(&NO_TEXTS[..])];
    let byte = any::<u16>().prop_map(|random| {
        let [byte, which] = random.to_le_bytes();
        if which < 50 { byte } else { BYTES[usize::from(byte) % BYTES.len()] }
    });
    let row = (an_id, proptest::option::weighted(0.9, vec(byte, 0..40)), vec(number(), 5));
    (integer(), select(keys.to_vec()), name, vec(column(), 5), vec(row, 0..=rows))
        .prop_map(|(id, key, name, numbers, rows)| Random { id, key, name, numbers, rows })
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

/// That row as it is to be read where so many columns are; `None` where one of them holds what no
/// revision or lease can be.
fn expected(row: &Printed, columns: Columns) -> Option<String> {
    let number = |at: usize| {
        let text = row[at].as_deref()?;
        Some(text.parse::<i128>().expect("it is an integer"))
    };
    let flag = |at, is_read: bool| {
        let stored = || Flag::from_number(number(at).map_or(2, |it| it.try_into().unwrap_or(2)));
        match number(at) {
            _ if !is_read => Flag::Unknown,
            None => Flag::Null,
            Some(_) => stored(),
        }
    };
    let id = u64::try_from(number(0)?).ok()?;
    let revision = |at| number(at).map(u64::try_from).transpose().ok();
    let lease = || number(6).map(i32::try_from).transpose().ok();
    let create = if columns.create_revision { revision(4)? } else { None };
    let lease = if columns.lease { lease()? } else { None };
    let (created, deleted) = (flag(2, columns.created), flag(3, columns.deleted));
    let prev = revision(5)?;
    Some(format!("{id} {:?} {created:?} {deleted:?} {create:?} {prev:?} {lease:?}", row[1]))
}

/// A row as it was read.
fn picture(row: &Row<'_>) -> String {
    let hex = |name: &[u8]| name.iter().map(|it| format!("{it:02X}")).collect::<String>();
    let name = row.name.map(hex);
    format!(
        "{} {name:?} {:?} {:?} {:?} {:?} {:?}",
        row.id, row.created, row.deleted, row.create_revision, row.prev_revision, row.lease
    )
}

/// Checks that each row that is stored was read as it is, or is said not to be; gives how many those
/// are.
fn compare(outcome: &Outcome, stored: &[Printed]) -> Result<u64, TestCaseError> {
    let columns = outcome.history().profile().columns;
    let mut ids: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for row in stored {
        *ids.entry(row[0].as_deref()).or_default() += 1;
    }
    let read: BTreeSet<String> = outcome.rows().iter().map(picture).collect();
    let refused = outcome.unread.count();
    prop_assert_eq!(outcome.rows().len(), read.len());
    prop_assert_eq!(read.len() as u64 + refused, stored.len() as u64, "{:?}", outcome.unread);
    let expected: Vec<Option<String>> = stored.iter().map(|row| expected(row, columns)).collect();
    let all: BTreeSet<&String> = expected.iter().flatten().collect();
    for row in &read {
        prop_assert!(all.contains(row), "{} of {:?}", row, all);
    }
    for (row, expected) in stored.iter().zip(&expected) {
        let is_alone = ids[&row[0].as_deref()] == 1;
        if let Some(expected) = expected.as_ref().filter(|_| is_alone) {
            prop_assert!(
                read.contains(expected),
                "{} of {:?}, {:?}",
                expected,
                read,
                outcome.unread
            );
        }
    }
    Ok(stored.len() as u64)
}

/// How many rows were compared: those of the table, of its indexes, and under a prefix.
type Compared = [AtomicU64; 3];

fn check(
    database: &Database<'_>,
    table: &Random,
    compared: &Compared,
) -> Result<(), TestCaseError> {
    database.exec(&format!("DROP TABLE IF EXISTS kine; {}", table.sql()));
    let outcome = read_all(&database.dsn());
    if !table.is_kines() {
        prop_assert!(outcome.ended.is_err() && outcome.opened.is_none());
        return Ok(());
    }
    let stored = printed(database);
    compared[0].fetch_add(compare(&outcome, &stored)?, Relaxed);
    if !table.has_indexes() {
        return Ok(());
    }
    let options = Options { columns: ColumnChoice::Index, ..Options::default() };
    let covered = read_part(&database.dsn(), options);
    let is_covered = !covered.history().profile().columns.created;
    prop_assert_eq!(is_covered, table.key == " PRIMARY KEY");
    if is_covered {
        compared[1].fetch_add(compare(&covered, &stored)?, Relaxed);
    }
    let part = Part { since: None, prefix: Some("/".to_owned()) };
    let named = read_part(&database.dsn(), Options { part: Some(part), ..Options::default() });
    let profile = named.history().profile();
    let all = outcome.rows();
    let under = all.iter().filter(|row| profile.takes(row.id, row.name));
    let under: BTreeSet<String> = under.map(picture).collect();
    let read: BTreeSet<String> = named.rows().iter().map(picture).collect();
    compared[2].fetch_add(under.len() as u64, Relaxed);
    // Of rows with one id one is taken, and each way meets them in an order of its own.
    prop_assert!(outcome.unread.count() > 0 || read == under, "{:?} of {:?}", read, under);
    Ok(())
}

#[test]
fn a_row_is_read_as_it_is_stored_or_not_at_all() {
    let inputs = fuzz::inputs();
    // Some of the rows of a table are of one id, and some tables are not kine's.
    let tables = (inputs / 40).min(50).max(inputs / 1000);
    let rows = 5 * inputs / tables.max(1);
    on_every_server(|server| {
        let database = server.database();
        let compared = Compared::default();
        let mut runner = TestRunner::new(ProptestConfig::with_cases(tables));
        runner
            .run(&table(rows as usize), |table| check(&database, &table, &compared))
            .unwrap_or_else(|why| panic!("{why}"));
        let [of_table, of_indexes, under_prefix] = compared.map(AtomicU64::into_inner);
        println!(
            "{tables} tables: {of_table} rows of the table, {of_indexes} of its indexes, \
             {under_prefix} under a prefix"
        );
    });
}
