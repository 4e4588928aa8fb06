//! The proof: made-up tables, in every sort of database, compacted by kine's own statements and foreseen
//! by kinescope.
//!
//! `KINESCOPE_PROOF_TABLES` says how many tables each database gets, `KINESCOPE_PROOF_SEED` which.

mod compare;
pub(crate) mod desk;
pub(crate) mod kine;
mod layers;
pub(crate) mod layout;
mod picture;
pub(crate) mod table;
mod tally;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::support::any::{Client, Database, Engine};
use compare::Wrong;
use desk::Desk;
use layout::Layout;
use tally::Tally;

/// How many tables each database gets when nothing else is said.
const TABLES: u32 = 240;

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
        let threads: Vec<_> = Engine::all()
            .into_iter()
            .flat_map(|engine| (0..).zip(Layout::all(engine)).map(move |it| (engine, it)))
            .map(|(engine, (nth, &layout))| {
                let layouts = Layout::all(engine).len();
                let share = tables.div_ceil(u32::try_from(layouts).expect("a few"));
                let prove = move || prove(engine, layout, share, seed.wrapping_add(1000 * nth));
                (engine, scope.spawn(prove))
            })
            .collect();
        threads.into_iter().map(|(engine, it)| (engine, it.join().expect("it ends"))).collect()
    });
    let mut failures = String::new();
    let mut tallies: BTreeMap<&str, (Engine, Tally)> = BTreeMap::new();
    for (engine, outcome) in outcomes {
        match outcome {
            Ok(tally) => {
                let of = || (engine, Tally::default());
                tallies.entry(engine.name()).or_insert_with(of).1.add(&tally);
            }
            Err(failure) => write!(failures, "\n{failure}\n").expect("a string takes all"),
        }
    }
    assert!(failures.is_empty(), "{failures}\nKINESCOPE_PROOF_SEED={seed} makes these again");
    for (name, (engine, tally)) in &tallies {
        println!("{name}: {tally:?}");
        if tables >= TABLES {
            tally.assert_every_sort(matches!(engine, Engine::MySql(_)));
        }
    }
}

/// Tries so many tables of one layout; the smallest that fails, as a picture.
fn prove(engine: Engine, layout: Layout, tables: u32, seed: u32) -> Result<Tally, String> {
    let database = engine.database();
    layout.create(&database);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
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
    let endpoint = database.endpoint();
    let outcome = match &database {
        Database::MySql(it) => {
            let connection = runtime.block_on(it.server.connect(&it.name));
            try_all(&runtime, &mut runner, connection, endpoint, layout.highest)
        }
        Database::Postgres(it) => {
            let connection = runtime.block_on(it.server.connect(&it.name));
            try_all(&runtime, &mut runner, connection, endpoint, layout.highest)
        }
        Database::Sqlite(it) => {
            let connection = runtime.block_on(it.connect());
            try_all(&runtime, &mut runner, connection, endpoint, layout.highest)
        }
    };
    outcome.map_err(|failure| {
        let failure = format!("{}, {layout}:\n{failure}", engine.name());
        // At once: many tables of the other layouts may still be to come.
        #[expect(clippy::print_stdout, reason = "a test that fails shows its table")]
        {
            println!("{failure}");
        }
        failure
    })
}

/// Tries tables over one connection until one fails.
fn try_all<C: Client>(
    runtime: &tokio::runtime::Runtime,
    runner: &mut TestRunner,
    connection: C,
    endpoint: String,
    highest: u64,
) -> Result<Tally, String> {
    let desk = runtime.block_on(Desk::new(connection, endpoint, highest)).expect("a setting");
    let desk = std::cell::RefCell::new(desk);
    let tally = std::cell::RefCell::new(Tally::default());
    let outcome = runner.run(&table::cases(highest), |case| {
        match runtime.block_on(compare::check(&mut desk.borrow_mut(), &case)) {
            Ok(seen) => {
                tally.borrow_mut().count(&seen);
                Ok(())
            }
            Err(Wrong::Differs(how)) => Err(TestCaseError::fail(how)),
            Err(Wrong::Refused(error)) => Err(TestCaseError::fail(error.to_string())),
        }
    });
    match outcome {
        Ok(()) => Ok(tally.into_inner()),
        Err(TestError::Fail(how, case)) => {
            Err(format!("{case:?}\n  {}", how.message().replace('\n', "\n  ")))
        }
        Err(TestError::Abort(why)) => Err(why.message().to_owned()),
    }
}
