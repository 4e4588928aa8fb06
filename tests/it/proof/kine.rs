//! kine, as far as it compacts and lists: its statements and its loop, on a real database.
//!
//! The statements are those of kine's drivers (`pkg/drivers/mysql/mysql.go`, `pkg/drivers/pgsql/pgsql.go`,
//! `pkg/drivers/sqlite/sqlite.go`, `pkg/drivers/generic`), the loop is that of `compactIter` and `compact`
//! in `pkg/logstructured/sqllog/sql.go`, at v0.16.4.

use kinescope::history::Dialect;
use kinescope::history::compaction::{Policy, Stop};

use crate::support::any::{Cell, Client, is_duplicate};

const CURRENT: &str = "SELECT MAX(rkv.id) AS id FROM kine AS rkv";

const COMPACTED: &str = "SELECT MAX(crkv.prev_revision) AS prev_revision FROM kine AS crkv \
                         WHERE crkv.name = 'compact_rev_key'";

/// How a transaction begins.
const fn begin(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::MySql => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; START TRANSACTION",
        Dialect::Postgres => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        Dialect::Sqlite => "BEGIN IMMEDIATE",
    }
}

/// What removes rows: to be named by a row, and to be a tombstone.
macro_rules! removed {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "SELECT kp.prev_revision AS id FROM kine AS kp \
             WHERE kp.name != 'compact_rev_key' AND kp.prev_revision != 0 AND kp.id <= ? \
             UNION \
             SELECT kd.id AS id FROM kine AS kd \
             WHERE kd.deleted != 0 AND kd.id <= ?",
            $after
        )
    };
}

const fn compaction(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::MySql => {
            removed!("DELETE kv FROM kine AS kv INNER JOIN (", ") AS ks ON kv.id = ks.id")
        }
        Dialect::Postgres => {
            removed!("DELETE FROM kine AS kv USING (", ") AS ks WHERE kv.id = ks.id")
        }
        Dialect::Sqlite => removed!("DELETE FROM kine AS kv WHERE kv.id IN (", ")"),
    }
}

const RECORD: &str = "UPDATE kine SET prev_revision = ? WHERE name = 'compact_rev_key'";

/// kine's list of everything: the newest row of each name, live ones only unless told otherwise.
const LIST: &str = "SELECT kv.id, kv.deleted FROM kine AS kv \
                    JOIN (SELECT MAX(mkv.id) AS id FROM kine AS mkv \
                          WHERE mkv.name LIKE '%' GROUP BY mkv.name) AS maxkv \
                    ON maxkv.id = kv.id WHERE kv.deleted = 0 OR ? <> 0 ORDER BY kv.id ASC";

/// One transaction that was committed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transaction {
    pub number: u64,
    pub target: u64,
    pub removed: u64,
}

/// What a compaction did.
#[derive(Debug, PartialEq)]
pub struct Ran {
    pub transactions: Vec<Transaction>,
    pub stop: Stop,
}

/// A key's newest row, as kine lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    pub revision: u64,
    pub live: bool,
}

/// Why kine could not take a number from the server into its own.
enum Unscanned {
    Null,
    TooLarge,
}

impl Unscanned {
    fn stop(&self) -> Stop {
        match self {
            Self::Null => Stop::NoMark,
            Self::TooLarge => Stop::TooLarge,
        }
    }
}

/// A number of the table, as Go's `Scan` puts it into an `int64`.
async fn number(connection: &mut impl Client, sql: &str) -> sqlx::Result<Result<i64, Unscanned>> {
    Ok(match one(connection, sql).await? {
        Cell::Number(number) => number.try_into().map_err(|_wide| Unscanned::TooLarge),
        _ => Err(Unscanned::Null),
    })
}

/// The only value that a query gives.
async fn one(connection: &mut impl Client, sql: &str) -> sqlx::Result<Cell> {
    let rows = connection.fetch(sql, &[]).await?;
    Ok(rows.into_iter().flatten().next().expect("an aggregate has a value"))
}

/// Compacts up to the target as a running kine does.
pub async fn compact(
    connection: &mut impl Client,
    target: u64,
    policy: Policy,
) -> sqlx::Result<Ran> {
    let signed = |it: u64| i64::try_from(it).expect("kine's numbers are signed");
    let (min_retain, batch_size) = (signed(policy.min_retain), signed(policy.batch_size));
    let mut ran = Ran { transactions: Vec::new(), stop: Stop::AlreadyCompacted };
    let started = number(connection, COMPACTED).await?;
    let current = number(connection, CURRENT).await?;
    if let Some(why) = [current, started].iter().find_map(|it| it.as_ref().err()) {
        ran.stop = why.stop();
    }
    // An error is not looked at: the number is 0 then, and the loop runs into the same error.
    let mut compacted = number(connection, COMPACTED).await?.unwrap_or_default();
    let target = signed(target);
    let mut reach = compacted;
    while reach < target {
        reach = reach.saturating_add(batch_size).min(target);
        let outcome = transaction(connection, compacted, reach, min_retain).await;
        match outcome? {
            Ok((to, removed)) => {
                compacted = to;
                let number = ran.transactions.len() as u64 + 1;
                let target = u64::try_from(to).expect("it is not negative");
                ran.transactions.push(Transaction { number, target, removed });
                ran.stop = Stop::Reached;
            }
            Err(why) => {
                connection.run("ROLLBACK").await?;
                ran.stop = why;
                break;
            }
        }
    }
    // kine's loop has come to its end then, and does not say that it was held back.
    if ran.stop == Stop::Reached && compacted < target {
        ran.stop = Stop::Retained;
    }
    if !ran.transactions.is_empty()
        && matches!(number(connection, COMPACTED).await?, Err(Unscanned::Null))
    {
        ran.stop = Stop::MarkRemoved;
    }
    Ok(ran)
}

/// One transaction: what it compacted to and how many rows it removed, or why it was rolled back.
async fn transaction<C: Client>(
    connection: &mut C,
    compacted: i64,
    target: i64,
    min_retain: i64,
) -> sqlx::Result<Result<(i64, u64), Stop>> {
    connection.run(begin(C::DIALECT)).await?;
    let current = match number(connection, CURRENT).await? {
        Ok(current) => current,
        Err(why) => return Ok(Err(why.stop())),
    };
    match number(connection, COMPACTED).await? {
        Ok(theirs) => assert_eq!(theirs, compacted, "nobody else compacts"),
        Err(why) => return Ok(Err(why.stop())),
    }
    let target = target.min(current - min_retain).max(0);
    if target <= compacted {
        return Ok(Err(Stop::Retained));
    }
    let removed = connection.execute(compaction(C::DIALECT), &[target, target]).await?;
    match connection.execute(RECORD, &[target]).await {
        Ok(_) => {}
        Err(error) if is_duplicate(&error) => return Ok(Err(Stop::MarkDuplicated)),
        Err(error) => return Err(error),
    }
    connection.run("COMMIT").await?;
    Ok(Ok((target, removed)))
}

/// The keys as kine lists them, the deleted ones as well or not.
pub async fn list(connection: &mut impl Client, deleted: bool) -> sqlx::Result<Vec<Listed>> {
    let rows = connection.fetch(LIST, &[deleted.into()]).await?;
    let listed = |row: Vec<Cell>| Listed {
        revision: row[0].number().expect("it is the primary key"),
        live: row[1] == Cell::Number(0),
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// The compact revision in the table.
pub async fn compacted(connection: &mut impl Client) -> sqlx::Result<Option<u64>> {
    Ok(one(connection, COMPACTED).await?.number())
}
