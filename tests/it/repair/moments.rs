//! A change at every point between the statements, and inside them: from another connection while they
//! hold the table.
//!
//! `KINESCOPE_PROOF_CHANGES` says how many runs each server gets, spread over all points and changes; 0
//! is all of them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use kinescope::history::compaction::{Policy, Prospect, Verdict};
use kinescope::history::{Flag, History, Profile, Row, Rows};
use sqlx::mysql::{MySqlConnection, MySqlDatabaseError, MySqlRow};
use sqlx::{AssertSqlSafe, Executor, Row as _};

use super::change::Change;
use super::{ROWS, Texts, fill, forked, statements, written};
use crate::proof::variable;
use crate::support::history::picture;
use crate::support::server::{Database, Server, block_on, servers};

/// How many runs each server gets when nothing else is said.
const RUNS: u32 = 900;

/// Two branches, of which one lost; and what another key may point at.
const FORK: &str = "1 compact_rev_key mark <- 0
                    2 /a create
                    3 /a update <- 2
                    4 /a update <- 2
                    5 /b create";

/// A deleted key that would come back.
const TOMBSTONE: &str = "1 compact_rev_key mark <- 0
                         2 /a create
                         3 /a update <- 2
                         4 /a update <- 2
                         5 /a delete <- 4
                         7 /b create";

/// Forks of two keys, one in another, and holes.
const FORKS: &str = "1 compact_rev_key mark <- 0
                     2 /a create
                     3 /a update <- 2
                     4 /a update <- 2
                     6 /a update <- 3
                     7 /b create
                     8 /b create
                     9 /b delete <- 8
                     11 /a update <- 4";

/// What compactions left of a fork.
const FORGOTTEN: &str = "1 compact_rev_key mark <- 6
                         3 /a update <- 2
                         6 /a update <- 5
                         7 /a update <- 6
                         8 /b create";

const TABLES: [&str; 4] = [FORK, TOMBSTONE, FORKS, FORGOTTEN];

/// A table, the statements that repair it, and three connections to it.
struct Bench {
    statements: Vec<String>,
    /// Who runs the statements, who changes the table, and who looks whether that one waits.
    ours: MySqlConnection,
    theirs: MySqlConnection,
    watch: MySqlConnection,
    /// The id of the connection that changes the table.
    id: u64,
}

/// How often the changes came when.
#[derive(Debug, Default)]
struct Tally {
    runs: u32,
    before: u32,
    inside: u32,
    after: u32,
    seen: u32,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.before += other.before;
        self.inside += other.inside;
        self.after += other.after;
        self.seen += other.seen;
    }
}

impl Bench {
    async fn new(server: &Server, database: &Database<'_>) -> Self {
        let mut statements = statements(&written(database));
        // The index is made in other tests: here each run would have to drop it.
        let index = statements.pop().expect("the last statement");
        assert!(index.starts_with("CREATE UNIQUE INDEX"), "{index}");
        let ours = server.connect(&database.name).await;
        let mut theirs = server.connect(&database.name).await;
        let watch = server.connect(&database.name).await;
        let id = theirs.fetch_one("SELECT CONNECTION_ID()").await.expect("its id");
        let id = id.get_unchecked(0);
        Self { statements, ours, theirs, watch, id }
    }

    /// Where a statement is.
    fn place(&self, start: &str) -> usize {
        let mut places =
            (0..self.statements.len()).filter(|&at| self.statements[at].starts_with(start));
        places.next().unwrap_or_else(|| panic!("no {start}"))
    }

    /// Which statement deletes rows of a key.
    fn delete_of(&self, key: &[u8]) -> Option<usize> {
        let name: String = key.iter().map(|byte| format!("{byte:02X}")).collect();
        self.statements
            .iter()
            .position(|it| it.contains(&format!("stray.name AS BINARY) = X'{name}'")))
    }

    async fn reset(&mut self, history: &History) {
        let sql = format!("ROLLBACK; UNLOCK TABLES; SET autocommit = 1; {}", fill(history));
        self.ours.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.expect("the rows");
    }

    async fn rows(&mut self) -> Vec<Texts> {
        let texts = |row: &MySqlRow| (0..row.len()).map(|at| row.get_unchecked(at)).collect();
        let rows = self.ours.fetch_all(sqlx::raw_sql(ROWS)).await.expect("the rows");
        rows.iter().map(texts).collect()
    }

    /// The rows once only this has happened to a table.
    async fn only(&mut self, history: &History, change: &Change) -> Vec<Texts> {
        self.reset(history).await;
        // What the table refuses is no change.
        drop(change.make(&mut self.theirs).await);
        drop(self.theirs.execute("ROLLBACK").await);
        self.rows().await
    }

    /// Runs the statements, and the change at a point: as it comes, or as soon as it is let. Whether it
    /// had to wait.
    async fn run(
        &mut self,
        history: &History,
        point: usize,
        change: &Change,
        skipped: &[usize],
    ) -> bool {
        self.reset(history).await;
        let (before, after) = self.statements.split_at(point);
        let is_run = |(at, _): &(usize, &String)| !skipped.contains(at);
        for (_, sql) in (0..).zip(before).filter(is_run) {
            send(&mut self.ours, sql).await;
        }
        let mut changed = Box::pin(change.make(&mut self.theirs));
        let made = loop {
            if let Ok(made) = tokio::time::timeout(Duration::from_millis(2), &mut changed).await {
                break Some(made);
            }
            if is_waiting(&mut self.watch, FOR_TABLE, self.id).await {
                break None;
            }
            // Who looks at InnoDB's transactions more often sees always the same.
            if let Ok(made) = tokio::time::timeout(Duration::from_millis(110), &mut changed).await {
                break Some(made);
            }
            if is_waiting(&mut self.watch, FOR_ROW, self.id).await {
                break None;
            }
        };
        for (_, sql) in (point..).zip(after).filter(is_run) {
            send(&mut self.ours, sql).await;
        }
        let waited = made.is_none();
        let made = match made {
            Some(made) => made,
            None => (&mut changed).await,
        };
        drop(changed);
        drop(self.theirs.execute("ROLLBACK").await);
        let is_deadlock = made.is_err_and(|why| is_deadlock(&why));
        if is_deadlock {
            // A writer whose transaction was rolled back tries again.
            change.make(&mut self.theirs).await.expect("nobody is in its way");
        }
        waited || is_deadlock
    }
}

/// Whether a transaction was rolled back because two waited for each other.
fn is_deadlock(error: &sqlx::Error) -> bool {
    let error =
        error.as_database_error().and_then(|it| it.try_downcast_ref::<MySqlDatabaseError>());
    error.is_some_and(|error| error.number() == 1213)
}

/// Runs a statement as a client does that goes on after an error.
async fn send(connection: &mut MySqlConnection, sql: &str) {
    drop(connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await);
}

/// How many connections of an id wait for a table.
const FOR_TABLE: &str = "SELECT COUNT(*) FROM information_schema.PROCESSLIST \
                         WHERE STATE LIKE 'Waiting for table%' AND ID = ";

/// How many wait for a row.
const FOR_ROW: &str = "SELECT COUNT(*) FROM information_schema.INNODB_TRX \
                       WHERE trx_state = 'LOCK WAIT' AND trx_mysql_thread_id = ";

async fn is_waiting(watch: &mut MySqlConnection, how: &str, id: u64) -> bool {
    let row = watch.fetch_one(sqlx::raw_sql(AssertSqlSafe(format!("{how}{id}")))).await;
    row.expect("the server's list").get_unchecked::<i64, _>(0) > 0
}

/// The rows as a history.
fn read(rows: &[Texts]) -> History {
    let number = |text: &Option<String>| text.as_ref().map(|it| it.parse().expect("a number"));
    let flag = |text: &Option<String>| {
        text.as_ref().map_or(Flag::Null, |it| Flag::from_number(it.parse().expect("a number")))
    };
    let row = |row| {
        let [id, name, created, deleted, create_revision, prev_revision, lease]: &[_; 7] = row;
        Row {
            id: number(id).expect("an id"),
            name: name.as_deref().map(str::as_bytes),
            created: flag(created),
            deleted: flag(deleted),
            create_revision: number(create_revision),
            prev_revision: number(prev_revision),
            lease: lease.as_ref().map(|it| it.parse().expect("a number")),
        }
    };
    let rows: Rows = rows.iter().map(|it| row(it.as_slice().try_into().expect("7"))).collect();
    let mut history = History::new(Profile::kine_default());
    history.extend(&rows).expect("in order");
    history
}

/// Of each key the newest row, which is its value, and what becomes of it in the end.
fn values(rows: &[Texts]) -> BTreeMap<Vec<u8>, (Texts, Prospect)> {
    let history = read(rows);
    let verdict = Verdict::of(&history, Policy::DEFAULT.without_retain());
    let value = |key| {
        let newest = history.key(key).newest.map(|at| history.id(at).to_string());
        let row = rows.iter().find(|row| row[0] == newest).expect("it is there");
        (history.name(key).to_ascii_lowercase(), (row.clone(), verdict.prospect(key)))
    };
    history.keys().map(|(key, _)| value(key)).collect()
}

/// Asserts that no key of a table lost its value, and that none is worse off, beside another.
fn assert_kept(is: &[Texts], was: &[Texts], context: &str) {
    let (is, was) = (values(is), values(was));
    assert!(is.keys().eq(was.keys()), "{context}: {is:?} {was:?}");
    for ((key, (row, prospect)), (had, expected)) in is.iter().zip(was.values()) {
        assert_eq!(row, had, "{context}: {}", String::from_utf8_lossy(key));
        assert!(prospect >= expected, "{context}: {prospect:?} after {expected:?}");
    }
}

/// Each so-manyth of all pairs of a change and a point, so that all changes and all points have some.
fn sample(changes: usize, points: usize, runs: usize) -> impl Iterator<Item = (usize, usize)> {
    let all = changes * points;
    let step = if runs == 0 { 1 } else { all.div_ceil(runs) };
    let is_common =
        |step: usize| (2..=step).any(|it| step.is_multiple_of(it) && points.is_multiple_of(it));
    let step = (step..step + points).find(|&step| !is_common(step)).unwrap_or(1);
    (0..all).step_by(step).map(move |at| (at / points, at % points))
}

/// Runs the repair of a table with changes at points.
async fn prove(server: &Server, database: &Database<'_>, table: &str, runs: usize) -> Tally {
    let mut bench = Bench::new(server, database).await;
    let original = picture(table);
    let (lock, unlock) = (bench.place("LOCK TABLES"), bench.place("UNLOCK TABLES"));
    bench.reset(&original).await;
    let untouched = bench.rows().await;
    let nothing = Change::Statement("DO 0".to_owned());
    bench.run(&original, 0, &nothing, &[]).await;
    let repaired = bench.rows().await;
    assert!(repaired.len() < untouched.len(), "{repaired:?}");
    assert_kept(&repaired, &untouched, "nothing happened");
    let repaired_history = read(&repaired);

    let changes = Change::all(&original);
    let mut tally = Tally::default();
    let mut alone: BTreeMap<usize, [Vec<Texts>; 2]> = BTreeMap::new();
    for (nth, point) in sample(changes.len(), bench.statements.len() + 1, runs) {
        let change = &changes[nth];
        if let Entry::Vacant(alone) = alone.entry(nth) {
            let without = bench.only(&original, change).await;
            let afterwards = bench.only(&repaired_history, change).await;
            alone.insert([without, afterwards]);
        }
        let [without, afterwards] = &alone[&nth];
        let waited = bench.run(&original, point, change, &[]).await;
        let is = bench.rows().await;
        let context = format!("{}\n{table}\n{change}\nbefore statement {point}", server.version);
        assert_eq!(waited, (lock + 1..=unlock).contains(&point), "{context}");
        tally.runs += 1;
        if point > lock {
            // It came after all of them, whenever it was sent.
            assert_eq!(&is, afterwards, "{context}");
            *(if waited { &mut tally.inside } else { &mut tally.after }) += 1;
            continue;
        }
        tally.before += 1;
        assert_kept(&is, without, &context);
        if *without == untouched {
            // It changed nothing that was read: a value, or a compaction that had nothing to do.
            assert_eq!(is, repaired, "{context}");
        } else {
            assert_eq!(&is, without, "{context}");
            tally.seen += 1;
        }
    }
    tally
}

/// On every server, each table in a thread of its own.
fn on_every_table(test: impl Fn(&Server, &Database<'_>, &str) -> Tally + Sync) {
    std::thread::scope(|scope| {
        let test = &test;
        let threads: Vec<_> = servers()
            .iter()
            .flat_map(|server| TABLES.map(|table| (server, table)))
            .map(|(server, table)| {
                let run = move || {
                    let database = server.database();
                    forked(&database, table);
                    test(server, &database, table)
                };
                (&server.version, scope.spawn(run))
            })
            .collect();
        let mut tallies: BTreeMap<&String, Tally> = BTreeMap::new();
        for (version, thread) in threads {
            let tally = thread.join().unwrap_or_else(|why| std::panic::resume_unwind(why));
            tallies.entry(version).or_default().add(&tally);
        }
        #[expect(clippy::print_stdout, reason = "how much was tried")]
        for (version, tally) in &tallies {
            println!("{version}: {tally:?}");
        }
    });
}

fn share() -> usize {
    let runs = variable("KINESCOPE_PROOF_CHANGES", RUNS) as usize;
    runs.div_ceil(TABLES.len())
}

#[test]
fn whatever_changes_meanwhile_no_key_loses_its_value() {
    on_every_table(|server, database, table| {
        let tally = block_on(prove(server, database, table, share()));
        assert!(tally.seen > 0 && tally.inside > 0 && tally.after > 0, "{tally:?}");
        tally
    });
}

/// Runs the repair of a table with changes at points, as a tool does that ends the lock, or that goes on
/// where the server refused it and lost the error.
async fn prove_unlocked(
    server: &Server,
    database: &Database<'_>,
    table: &str,
    runs: usize,
) -> Tally {
    let mut bench = Bench::new(server, database).await;
    let original = picture(table);
    let locks = [bench.place("LOCK TABLES"), bench.place("UNLOCK TABLES")];
    let compare = bench.place("SELECT @kinescope_unlocked");
    let nothing = Change::Statement("DO 0".to_owned());
    bench.run(&original, 0, &nothing, &locks).await;
    let repaired = bench.rows().await;
    let repaired_history = read(&repaired);
    let changes = Change::all(&original);
    let mut tally = Tally::default();
    for (nth, point) in sample(changes.len(), bench.statements.len() + 1, runs) {
        let change = &changes[nth];
        let without = bench.only(&original, change).await;
        let afterwards = values(&bench.only(&repaired_history, change).await);
        let waited = bench.run(&original, point, change, &locks).await;
        let is = bench.rows().await;
        let context = format!("{}\n{table}\n{change}\nbefore statement {point}", server.version);
        tally.runs += 1;
        *(if waited { &mut tally.inside } else { &mut tally.before }) += 1;
        if point <= compare {
            assert_kept(&is, &without, &context);
            continue;
        }
        let without = values(&without);
        for (key, (row, _)) in values(&is) {
            // Where the change came before the statement that deletes its rows, it is as without that;
            // else the change came to what is left of it.
            let delete = bench.delete_of(&key);
            let expected = match delete {
                Some(at) if at >= point && !waited => &without,
                Some(_) => &afterwards,
                None if without.get(&key).is_some_and(|(it, _)| *it == row) => &without,
                None => &afterwards,
            };
            let expected = expected.get(&key).map(|(row, _)| row);
            assert_eq!(Some(&row), expected, "{context}");
        }
        let is = values(&is);
        for key in without.keys().filter(|key| afterwards.contains_key(*key)) {
            assert!(is.contains_key(key), "{context}: {key:?}");
        }
    }
    tally
}

#[test]
fn without_the_lock_a_key_keeps_its_value_as_well() {
    on_every_table(|server, database, table| {
        block_on(prove_unlocked(server, database, table, share().div_ceil(3)))
    });
}
