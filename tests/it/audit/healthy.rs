//! No alarm on tables that kine wrote: random lives of keys on every server, compacted on the way.

use kinescope::audit::audit;
use kinescope::history::compaction::Policy;
use kinescope::source::{Log, Options, Source, load};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};
use sqlx::{Executor, MySqlConnection, Row as _};

use super::examples::lines;
use crate::proof::kine::compact;
use crate::proof::variable;
use crate::support::any::is_duplicate;
use crate::support::server::{Database, block_on, servers};

/// What happens next in a cluster.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A key is created if it is not there, and updated if it is.
    Write(u8),
    /// A key is deleted if it is there.
    Delete(u8),
    /// A write that loses against another one, which uses up a revision; whether kine, while it
    /// polls, fills the hole with a gap row.
    Lose(u8, bool),
    /// kine compacts, and keeps so many revisions.
    Compact { min_retain: u64, batch_size: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = 0..8_u8;
    let step = prop_oneof![
        12 => key.clone().prop_map(Step::Write),
        5 => key.clone().prop_map(Step::Delete),
        2 => (key, prop::bool::weighted(0.8)).prop_map(|(key, polls)| Step::Lose(key, polls)),
        1 => (0..30_u64, 1..40_u64)
            .prop_map(|(min_retain, batch_size)| Step::Compact { min_retain, batch_size }),
    ];
    prop::collection::vec(step, 30..160)
}

/// The current row of a key, as kine reads it before it writes.
struct Current {
    id: u64,
    created: bool,
    deleted: bool,
    create_revision: u64,
}

async fn current(connection: &mut MySqlConnection, name: &str) -> sqlx::Result<Option<Current>> {
    let query = sqlx::query(
        "SELECT id, created <> 0, deleted <> 0, create_revision FROM kine WHERE name = ? \
         ORDER BY id DESC LIMIT 1",
    );
    let row = query.bind(name).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(Current {
            id: row.try_get(0)?,
            created: row.try_get(1)?,
            deleted: row.try_get(2)?,
            create_revision: row.try_get(3)?,
        })
    })
    .transpose()
}

impl Current {
    /// The revision that began this life, as kine's `scan` gives it.
    fn create(&self) -> u64 {
        if self.created { self.id } else { self.create_revision }
    }
}

async fn insert(
    connection: &mut MySqlConnection,
    name: &str,
    (created, deleted): (bool, bool),
    (create_revision, prev_revision): (u64, u64),
) -> sqlx::Result<()> {
    let query = sqlx::query(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value, \
         old_value) VALUES (?, ?, ?, ?, ?, 0, 'v', NULL)",
    );
    query
        .bind(name)
        .bind(created)
        .bind(deleted)
        .bind(create_revision)
        .bind(prev_revision)
        .execute(connection)
        .await
        .map(drop)
}

/// What kine does, with tombstones as one of its versions writes them.
async fn take(connection: &mut MySqlConnection, step: Step, old: bool) -> sqlx::Result<()> {
    let name = |key: u8| format!("/registry/leases/node-{key}");
    match step {
        Step::Write(key) => {
            let (flags, links) = match current(connection, &name(key)).await? {
                None => ((true, false), (0, 0)),
                Some(row) if row.deleted => ((true, false), (0, row.id)),
                Some(row) => ((false, false), (row.create(), row.id)),
            };
            insert(connection, &name(key), flags, links).await
        }
        Step::Delete(key) => match current(connection, &name(key)).await? {
            Some(row) if !row.deleted => {
                let create = if old { row.create() } else { 0 };
                insert(connection, &name(key), (false, true), (create, row.id)).await
            }
            _ => Ok(()),
        },
        Step::Lose(key, polls) => {
            // Another writer has followed the same row just before.
            let query = "SELECT prev_revision FROM kine WHERE name = ? ORDER BY id DESC LIMIT 1";
            let row = sqlx::query(query).bind(name(key)).fetch_optional(&mut *connection).await?;
            let Some(prev) = row.map(|row| row.try_get::<u64, _>(0)).transpose()? else {
                return Ok(());
            };
            let lost = insert(connection, &name(key), (false, false), (1, prev)).await;
            assert!(lost.is_err_and(|error| is_duplicate(&error)), "the index refuses it");
            // Only the next row shows that there is a hole.
            Box::pin(take(connection, Step::Write(9), old)).await?;
            if polls { fill(connection).await } else { Ok(()) }
        }
        Step::Compact { min_retain, batch_size } => {
            let row = connection.fetch_one("SELECT MAX(id) FROM kine").await?;
            let policy = Policy { min_retain, batch_size, ..Policy::DEFAULT };
            compact(connection, row.try_get(0)?, policy).await.map(drop)
        }
    }
}

/// kine's poll: each hole under the newest row becomes a gap row.
async fn fill(connection: &mut MySqlConnection) -> sqlx::Result<()> {
    let rows = connection.fetch_all("SELECT id FROM kine ORDER BY id DESC LIMIT 5").await?;
    let ids: Vec<u64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    for pair in ids.windows(2).take(2) {
        for id in pair[1] + 1..pair[0] {
            let query = sqlx::query(
                "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, \
                 lease, value, old_value) VALUES (?, ?, 0, 1, 0, 0, 0, NULL, NULL)",
            );
            query.bind(id).bind(format!("gap-{id}")).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Lives through the steps, and audits the table that is left.
async fn live(database: &Database<'_>, steps: &[Step], old: bool) -> Result<(), String> {
    let mut connection = database.server.connect(&database.name).await;
    let run = async {
        insert(&mut connection, "compact_rev_key", (true, false), (0, 0)).await?;
        insert(&mut connection, "/registry/health", (true, false), (0, 0)).await?;
        for &step in steps {
            take(&mut connection, step, old).await?;
        }
        sqlx::Result::Ok(())
    };
    run.await.map_err(|error: sqlx::Error| error.to_string())?;
    let source = Source::parse(&database.socket_dsn()).map_err(|error| error.in_full())?;
    let loaded = load(source, Options::default(), &Log::default(), |_| ())
        .await
        .map_err(|error| error.in_full())?;
    let findings = audit(&loaded.table.history, true);
    if let Some(unchecked) = findings.unchecked.first() {
        return Err(format!("{unchecked:?}"));
    }
    let expected = |rule| matches!(rule, "gap-rows" | "id-holes");
    match findings.found.iter().find(|finding| !expected(finding.rule.name)) {
        None => Ok(()),
        Some(_) => Err(lines(&loaded.table.history, &findings).join("\n")),
    }
}

/// How many tables each server gets with each sort of tombstones; `KINESCOPE_HEALTHY_TABLES` says
/// otherwise.
const TABLES: u32 = 20;

#[test]
fn kine_raises_no_alarm() {
    let cases = variable("KINESCOPE_HEALTHY_TABLES", TABLES);
    for server in servers() {
        for old in [true, false] {
            let config = Config { cases, failure_persistence: None, ..Config::default() };
            let mut runner = TestRunner::new_with_rng(
                config.clone(),
                TestRng::deterministic_rng(config.rng_algorithm),
            );
            let outcome = runner.run(&steps(), |steps| {
                let database = server.database();
                database.create_kine_table();
                block_on(live(&database, &steps, old)).map_err(TestCaseError::fail)
            });
            if let Err(error) = outcome {
                panic!("{}, old tombstones: {old}: {error}", server.version);
            }
        }
    }
}
