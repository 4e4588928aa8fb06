//! One number that stands for every row of a table, and how a server finds it.
//!
//! A row is written as text, `3,2F61,0,0,2,2,0`, of which the number is the first 60 bits of its
//! SHA-256; a table's is the sum of its rows' numbers. Whatever is different in a row that was read,
//! missing or new, the sum is another.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::quote::bytes_of_name;
use crate::history::{Columns, Dialect, Flag, History, Row};

/// The sum over all rows.
pub(super) fn sum(history: &History) -> u128 {
    let columns = history.profile().columns;
    let mut text = String::new();
    let numbers = history.iter().map(|at| {
        text.clear();
        write(&mut text, columns, &history.row(at));
        u128::from(number(&text))
    });
    numbers.sum()
}

/// The first 15 hexadecimal digits.
fn number(text: &str) -> u64 {
    let start = Sha256::digest(text).into_iter().take(8);
    start.fold(0, |number, byte| number << 8 | u64::from(byte)) >> 4
}

/// Writes a row as text: the columns that were read, NULL as `-`, and a flag that is neither 0 nor 1
/// as `+`.
fn write(text: &mut String, columns: Columns, row: &Row<'_>) {
    // Writing to a String does not fail.
    let _ = write!(text, "{},", row.id);
    match row.name {
        None => text.push('-'),
        Some(name) => {
            for byte in name {
                let _ = write!(text, "{byte:02X}");
            }
        }
    }
    for (is_there, flag) in [(columns.created, row.created), (columns.deleted, row.deleted)] {
        if is_there {
            text.push_str(match flag {
                Flag::No => ",0",
                Flag::Yes => ",1",
                Flag::Odd => ",+",
                Flag::Null | Flag::Unknown => ",-",
            });
        }
    }
    for (is_there, number) in [
        (columns.create_revision, row.create_revision.map(i128::from)),
        (true, row.prev_revision.map(i128::from)),
        (columns.lease, row.lease.map(i128::from)),
    ] {
        let _ = match number {
            _ if !is_there => Ok(()),
            None => text.write_str(",-"),
            Some(number) => write!(text, ",{number}"),
        };
    }
}

/// The sum as an expression over the table, in lines.
///
/// SQLite has no such function: see [`sqlite`](super::sqlite).
pub(super) fn expression(history: &History, dialect: Dialect) -> Vec<String> {
    let columns = history.profile().columns;
    let is_postgres = dialect == Dialect::Postgres;
    let as_text = if is_postgres { "::text" } else { "" };
    let flag = |column| {
        format!(
            "CASE WHEN {column} IN (0, 1) THEN {column}{as_text} WHEN {column} IS NULL THEN '-' \
             ELSE '+' END"
        )
    };
    let number = |column| format!("COALESCE({column}{as_text}, '-')");
    let name = bytes_of_name(history, "name");
    let name =
        if is_postgres { format!("upper(encode({name}, 'hex'))") } else { format!("HEX({name})") };
    let columns = [
        (true, "id".to_owned()),
        (true, format!("COALESCE({name}, '-')")),
        (columns.created, flag("created")),
        (columns.deleted, flag("deleted")),
        (columns.create_revision, number("create_revision")),
        (true, number("prev_revision")),
        (columns.lease, number("lease")),
    ];
    let columns: Vec<String> =
        columns.into_iter().filter_map(|(is_there, column)| is_there.then_some(column)).collect();
    let (start, end) = if is_postgres {
        (
            "SUM(('x' || left(encode(sha256(convert_to(concat_ws(',',",
            "), 'UTF8')), 'hex'), 15))::bit(60)::bigint)",
        )
    } else {
        ("SUM(CAST(CONV(LEFT(SHA2(CONCAT_WS(',',", "), 256), 15), 16, 10) AS UNSIGNED))")
    };
    let mut lines = vec![start.to_owned()];
    lines.extend(columns.join(",\n").lines().map(|line| format!("  {line}")));
    lines.push(end.to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_its_columns() {
        let row = Row {
            id: 3,
            name: Some(b"/a"),
            created: Flag::No,
            deleted: Flag::Odd,
            create_revision: None,
            prev_revision: Some(2),
            lease: Some(-7),
        };
        let written = |columns, row: &Row<'_>| {
            let mut text = String::new();
            write(&mut text, columns, row);
            text
        };
        assert_eq!(written(Columns::ALL, &row), "3,2F61,0,+,-,2,-7");
        let few = Columns { created: false, lease: false, ..Columns::ALL };
        let row = Row { name: None, deleted: Flag::Null, prev_revision: None, ..row };
        assert_eq!(written(few, &row), "3,-,-,-,-");
        // echo -n 3,-,-,-,- | sha256sum
        assert_eq!(number("3,-,-,-,-"), 0x0f49_1bf3_6151_6c2e);
    }
}
