//! One number that stands for every row of a table, in the arithmetic that SQLite has.
//!
//! SQLite has no hash function. So a row is a sum of its numbers, each times a constant, and that times a
//! number which follows from its id and nothing else, all modulo primes:
//!
//! ```text
//!   weight(id) × (c₀ + c₁·created + c₂·deleted + … + c₇·key) mod P
//! ```
//!
//! A number that changed shows, since neither the constant nor the weight is 0; so do two that changed, but
//! for one case in 2³¹, since their weights are as good as random. The constants follow from all that was
//! read. Of a name it is the length, of the keys that lose or get rows also which one it is: so these have
//! exactly the rows that were read, and every row points where it pointed.

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::super::fingerprint;
use super::super::quote::comment;
use crate::history::{Flag, History, KeyId, Row, RowIx};
use crate::repair::Rows;

/// A prime below 2³¹, so that no product of two remainders overflows.
const P: i64 = 2_147_483_647;
/// Another, so that a weight is no polynomial of the id.
const Q: i64 = 2_147_483_629;

/// The constants of a table.
#[derive(Debug, Clone, Copy)]
struct Constants {
    a: i64,
    b: i64,
    /// What NULL counts as.
    null: i64,
    /// The one that stands alone, and one for each number.
    of: [i64; 8],
}

impl Constants {
    fn of(history: &History) -> Self {
        let all = fingerprint::sum(history);
        let nth = |nth: u8| {
            let digest = Sha256::digest([&all.to_be_bytes()[..], &[nth]].concat());
            let number =
                digest.into_iter().take(8).fold(0, |number, byte| number << 8 | u64::from(byte));
            // Between 1 and P - 1.
            i64::try_from(number % (P.unsigned_abs() - 1)).unwrap_or_default() + 1
        };
        Self { a: nth(0) % Q, b: nth(1) % Q, null: nth(2), of: [3, 4, 5, 6, 7, 8, 9, 10].map(nth) }
    }

    /// The weight of an id.
    fn weight(&self, id: i64) -> i64 {
        let v = (id % P * self.a + self.b) % Q;
        // Never P: -1 is no square modulo P.
        v * v % P + 1
    }

    /// The number of a row.
    fn row(&self, history: &History, row: &Row<'_>, key: i64) -> i64 {
        let columns = history.profile().columns;
        let flag = |flag: Flag| match flag {
            Flag::No => 0,
            Flag::Yes => 1,
            Flag::Odd => 2,
            Flag::Null | Flag::Unknown => self.null,
        };
        let number = |number: Option<u64>| {
            number.map_or(self.null, |number| i64::try_from(number).unwrap_or(i64::MAX) % P)
        };
        let length = row.name.map(|name| name.len() as u64);
        let all = [
            (columns.created, flag(row.created)),
            (columns.deleted, flag(row.deleted)),
            (columns.create_revision, number(row.create_revision)),
            (true, number(row.prev_revision)),
            (columns.lease, row.lease.map_or(self.null, i64::from) % P),
            (true, number(length)),
            (true, key),
        ];
        let terms = all.into_iter().zip(&self.of[1..]).filter(|((is_there, _), _)| *is_there);
        let sum: i64 = terms.map(|((_, number), constant)| number * constant % P).sum();
        let id = i64::try_from(row.id).unwrap_or(i64::MAX);
        self.weight(id) * ((self.of[0] + sum) % P) % P
    }

    /// The same as an expression over `v` and the columns.
    fn expression(&self, history: &History) -> String {
        let columns = history.profile().columns;
        let null = self.null;
        let flag = |column: &str| {
            format!(
                "CASE WHEN {column} IN (0, 1) THEN {column} WHEN {column} IS NULL THEN {null} ELSE 2 END"
            )
        };
        let number = |column: &str| format!("IFNULL({column}, {null}) % {P}");
        let key = "IFNULL((SELECT k.number FROM temp.kinescope_keys AS k \
                   WHERE k.name = CAST(kine.name AS TEXT)), 0)";
        let all = [
            (columns.created, flag("created")),
            (columns.deleted, flag("deleted")),
            (columns.create_revision, number("create_revision")),
            (true, number("prev_revision")),
            (columns.lease, number("lease")),
            (true, number("length(CAST(name AS BLOB))")),
            (true, key.to_owned()),
        ];
        let terms = all.into_iter().zip(&self.of[1..]).filter(|((is_there, _), _)| *is_there);
        let terms =
            terms.map(|((_, number), constant)| format!("    + ({number}) * {constant} % {P}"));
        terms.collect::<Vec<_>>().join("\n")
    }
}

/// Makes a view that says whether the table is as it was read, and the list of rows is whole.
pub(super) fn view(
    out: &mut dyn Write,
    history: &History,
    keys: &[KeyId],
    rows: &Rows,
) -> io::Result<()> {
    let constants = Constants::of(history);
    let numbers: FxHashMap<KeyId, i64> = keys.iter().copied().zip(1..).collect();
    let key = |at: RowIx| history.key_at(at).and_then(|key| numbers.get(&key)).copied();
    let of_row = |at| i128::from(constants.row(history, &history.row(at), key(at).unwrap_or(0)));
    let sum: i128 = history.iter().map(of_row).sum();
    let Constants { a, b, of, .. } = constants;
    let ids: u128 = rows.gone().into_iter().map(|at| u128::from(history.id(at))).sum();
    writeln!(out)?;
    comment(
        out,
        "1 if each row has the numbers that were read, and these keys have exactly the rows that they had: any \
         missing, new or different row changes the sum.",
    )?;
    writeln!(
        out,
        "CREATE TEMP VIEW kinescope_is AS\nSELECT COUNT(*) = {} AND MAX(id) = {} AND SUM(number) = {sum}\n  AND \
         (SELECT COUNT(*) = {} AND IFNULL(SUM(id), 0) = {ids} FROM temp.kinescope_rows) AS as_read\nFROM \
         (SELECT id, (v * v % {P} + 1) * (sum % {P}) % {P} AS number FROM (\n  SELECT id, (id % {P} * {a} + \
         {b}) % {Q} AS v, {}\n{} AS sum\n  FROM main.kine AS kine));",
        history.len(),
        history.current().unwrap_or_default(),
        rows.count(),
        of[0],
        constants.expression(history)
    )
}
