//! The proof: made-up tables, on every server, compacted by kine's own statements and foreseen by
//! kinescope.
//!
//! `KINESCOPE_PROOF_TABLES` says how many tables each server gets, `KINESCOPE_PROOF_SEED` which.

mod compare;
pub(crate) mod kine;
mod layers;
mod picture;
pub(crate) mod table;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kinescope::history::compaction::{Effect, Stop};
use kinescope::history::{History, Revision};
use kinescope::source::{Log, Options, Source, load};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use sqlx::mysql::{MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Executor, Row as _};

use crate::support::server::{Server, servers};
use compare::{Seen, Wrong};
use kine::Listed;
use table::Row;

/// How many tables each server gets when nothing else is said.
const TABLES: u32 = 360;

/// The tables that kine made and people have: integers, names, whether the unique index is there.
const LAYOUTS: [(&str, &str, bool); 6] = [
    ("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii", false),
    ("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii", true),
    ("INTEGER", "VARCHAR(630) CHARACTER SET latin1", false),
    ("INTEGER", "VARCHAR(630) CHARACTER SET latin1", true),
    ("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET utf8mb4", false),
    ("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii COLLATE ascii_bin", true),
];

/// A table of one layout, and a connection to it.
struct Desk {
    connection: MySqlConnection,
    endpoint: String,
    /// The highest id that its column holds.
    highest: u64,
}

/// A number that the environment may give.
pub(crate) fn variable(name: &str, default: u32) -> u32 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => default,
    }
}

#[test]
fn what_is_foreseen_is_what_kine_does() {
    let tables = variable("KINESCOPE_PROOF_TABLES", TABLES);
    let seed = variable("KINESCOPE_PROOF_SEED", 1);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = servers()
            .iter()
            .flat_map(|server| (0..).zip(LAYOUTS).map(move |(nth, layout)| (server, nth, layout)))
            .map(|(server, nth, layout)| {
                let share = tables.div_ceil(u32::try_from(LAYOUTS.len()).expect("a few"));
                let seen = move || prove(server, layout, share, seed.wrapping_add(1000 * nth));
                (server, scope.spawn(seen))
            })
            .collect();
        threads.into_iter().map(|(server, it)| (server, it.join().expect("it ends"))).collect()
    });
    let mut failures = String::new();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for (server, outcome) in outcomes {
        match outcome {
            Ok(tally) => tallies.entry(&server.version).or_default().add(&tally),
            Err(failure) => write!(failures, "\n{failure}\n").expect("a string takes all"),
        }
    }
    assert!(failures.is_empty(), "{failures}\nKINESCOPE_PROOF_SEED={seed} makes these again");
    for (server, tally) in &tallies {
        println!("{server}: {tally:?}");
        if tables >= TABLES {
            tally.assert_every_sort();
        }
    }
}

/// Tries so many tables of one layout; the smallest that fails, as a picture.
fn prove(
    server: &Server,
    (integer, name, unique): (&str, &str, bool),
    tables: u32,
    seed: u32,
) -> Result<Tally, String> {
    let database = server.database();
    database.create(integer, name);
    if unique {
        let index =
            "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)";
        database.exec(index);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let highest = if integer == "INTEGER" { u64::from(u32::MAX / 2) } else { u64::MAX };
    let connection = runtime.block_on(server.connect(&database.name));
    let mut desk = Desk { connection, endpoint: database.socket_dsn(), highest };
    let setting = "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'";
    runtime.block_on(desk.connection.execute(setting)).expect("a setting");

    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: tables,
        failure_persistence: None,
        max_shrink_time: 15_000,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let desk = std::cell::RefCell::new(desk);
    let tally = std::cell::RefCell::new(Tally::default());
    let outcome = runner.run(&table::cases(highest), |case| {
        match runtime.block_on(compare::check(&mut desk.borrow_mut(), &case)) {
            Ok(seen) => {
                tally.borrow_mut().count(&seen);
                Ok(())
            }
            Err(Wrong::Differs(how)) => Err(TestCaseError::fail(how)),
            Err(Wrong::Server(error)) => Err(TestCaseError::fail(error.to_string())),
        }
    });
    let failure = match outcome {
        Ok(()) => return Ok(tally.into_inner()),
        Err(TestError::Fail(how, case)) => format!(
            "{}, {integer}, {name}, {} unique index:\n{case:?}\n  {}",
            server.version,
            if unique { "with the" } else { "without the" },
            how.message().replace('\n', "\n  ")
        ),
        Err(TestError::Abort(why)) => why.message().to_owned(),
    };
    // At once: many tables of the other layouts may still be to come.
    #[expect(clippy::print_stdout, reason = "a test that fails shows its table")]
    {
        println!("{failure}");
    }
    Err(failure)
}

impl Desk {
    /// Puts these rows into the table and no others. What an index does not let in is left out.
    async fn fill(&mut self, rows: &[Row]) -> sqlx::Result<()> {
        self.connection.execute("DELETE FROM kine").await?;
        self.insert(rows, "INSERT IGNORE").await
    }

    async fn insert(&mut self, rows: &[Row], how: &str) -> sqlx::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let number = |it: Option<u64>| it.map_or("NULL".to_owned(), |it| it.to_string());
        let signed = |it: Option<i64>| it.map_or("NULL".to_owned(), |it| it.to_string());
        let bytes = |it: &Option<Vec<u8>>| match it {
            Some(bytes) => {
                format!("x'{}'", bytes.iter().map(|it| format!("{it:02x}")).collect::<String>())
            }
            None => "NULL".to_owned(),
        };
        let rows: Vec<String> = rows
            .iter()
            .map(|row| {
                let columns = [
                    row.id.to_string(),
                    bytes(&row.name),
                    signed(row.created),
                    signed(row.deleted),
                    number(row.create_revision),
                    number(row.prev_revision),
                    signed(row.lease),
                    bytes(&row.value),
                    bytes(&row.old_value),
                ];
                format!("({})", columns.join(", "))
            })
            .collect();
        let sql = format!(
            "{how} INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, \
             value, old_value) VALUES {}",
            rows.join(", ")
        );
        self.connection.execute(AssertSqlSafe(sql)).await?;
        Ok(())
    }

    /// Every row, every column.
    async fn rows(&mut self) -> sqlx::Result<Vec<Row>> {
        let all = "SELECT id, CAST(name AS BINARY), created, deleted, create_revision, \
                   prev_revision, lease, value, old_value FROM kine ORDER BY id";
        self.connection.fetch_all(all).await?.iter().map(row).collect()
    }

    /// For each row that has a name the newest row of its key, by the server's own comparison.
    async fn groups(&mut self) -> sqlx::Result<BTreeMap<Revision, Revision>> {
        let newest = "SELECT k.id, g.newest FROM kine k JOIN (SELECT name, MAX(id) AS newest \
                      FROM kine GROUP BY name) g ON k.name = g.name";
        let rows = self.connection.fetch_all(newest).await?;
        let pair =
            |row| Ok((number(row, 0)?.unwrap_or_default(), number(row, 1)?.unwrap_or_default()));
        rows.iter().map(pair).collect()
    }

    /// The keys as kine lists them, with those that are deleted; both of its lists must agree.
    async fn listed(&mut self) -> sqlx::Result<Vec<Listed>> {
        let all = kine::list(&mut self.connection, true).await?;
        let live = kine::list(&mut self.connection, false).await?;
        let among: Vec<Listed> = all.iter().filter(|it| it.live).copied().collect();
        assert_eq!(live, among, "kine's list with and without deleted keys");
        Ok(all)
    }

    /// The newest row of a key.
    async fn newest(&mut self, key: &[u8]) -> sqlx::Result<Option<Listed>> {
        let newest = "SELECT MAX(id) FROM kine WHERE name = ?";
        let key = String::from_utf8_lossy(key).into_owned();
        let row = sqlx::query(newest).bind(key).fetch_one(&mut self.connection).await?;
        let id = number(&row, 0)?;
        Ok(self.listed().await?.into_iter().find(|it| Some(it.revision) == id))
    }

    /// The table as kinescope reads it.
    async fn read(&self) -> Result<History, String> {
        let source = Source::parse(&self.endpoint).map_err(|error| error.to_string())?;
        let loaded = load(source, Options::default(), &Log::default(), |_| {}).await;
        let loaded = loaded.map_err(|error| format!("{error:?}"))?;
        match (loaded.error, loaded.table.rejects.first()) {
            (None, []) => Ok(loaded.table.history),
            (error, unread) => Err(format!("not all was read: {error:?} {unread:?}")),
        }
    }
}

/// An integer of either sign that is not negative.
fn number(row: &MySqlRow, at: usize) -> sqlx::Result<Option<u64>> {
    if let Ok(number) = row.try_get(at) {
        return Ok(number);
    }
    let number: Option<i64> = row.try_get(at)?;
    Ok(number.map(|it| it.try_into().expect("no revision is negative")))
}

fn row(row: &MySqlRow) -> sqlx::Result<Row> {
    let signed = |at: usize| row.try_get_unchecked::<Option<i64>, _>(at);
    Ok(Row {
        id: number(row, 0)?.expect("it is the primary key"),
        name: row.try_get_unchecked(1)?,
        created: signed(2)?,
        deleted: signed(3)?,
        create_revision: number(row, 4)?,
        prev_revision: number(row, 5)?,
        lease: signed(6)?,
        value: row.try_get_unchecked(7)?,
        old_value: row.try_get_unchecked(8)?,
    })
}

/// What sorts of tables were tried.
#[derive(Debug, Default)]
struct Tally {
    tables: u64,
    rows: usize,
    removed: usize,
    transactions: u64,
    longest: u64,
    forked: u64,
    batches_matter: u64,
    resurrected: u64,
    reverted: u64,
    lost: u64,
    came_back_twice: u64,
    stops: BTreeMap<String, u64>,
}

impl Tally {
    fn count(&mut self, seen: &Seen) {
        let some = |effect| u64::from(seen.effects.contains(&effect));
        let stop = seen.stop.map(|stop| (format!("{stop:?}"), 1));
        self.add(&Self {
            tables: 1,
            rows: seen.rows,
            removed: seen.removed,
            transactions: seen.transactions,
            longest: seen.transactions,
            forked: u64::from(seen.forks > 0),
            batches_matter: u64::from(seen.batches_matter),
            resurrected: some(Effect::Resurrected),
            reverted: some(Effect::Reverted),
            lost: some(Effect::Lost),
            came_back_twice: u64::from(seen.layers > 1),
            stops: stop.into_iter().collect(),
        });
    }

    fn add(&mut self, other: &Self) {
        self.tables += other.tables;
        self.rows += other.rows;
        self.removed += other.removed;
        self.transactions += other.transactions;
        self.longest = self.longest.max(other.longest);
        self.forked += other.forked;
        self.batches_matter += other.batches_matter;
        self.resurrected += other.resurrected;
        self.reverted += other.reverted;
        self.lost += other.lost;
        self.came_back_twice += other.came_back_twice;
        for (stop, tables) in &other.stops {
            *self.stops.entry(stop.clone()).or_default() += tables;
        }
    }

    /// Tables that are all alike would prove little.
    fn assert_every_sort(&self) {
        for (sort, tables) in [
            ("forked", self.forked),
            ("where batches matter", self.batches_matter),
            ("resurrected", self.resurrected),
            ("reverted", self.reverted),
            ("lost", self.lost),
            ("came back twice", self.came_back_twice),
        ] {
            assert!(tables > 0, "no table {sort}: {self:?}");
        }
        for stop in [
            Stop::Reached,
            Stop::Retained,
            Stop::AlreadyCompacted,
            Stop::TooLarge,
            Stop::NoMark,
            Stop::MarkDuplicated,
            Stop::MarkRemoved,
        ] {
            assert!(self.stops.contains_key(&format!("{stop:?}")), "no {stop:?}: {self:?}");
        }
    }
}
