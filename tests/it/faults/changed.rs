//! A table that changes while it is read: all that is read is of one moment, or it is said.

use kinescope::history::compaction::{Policy, Stop};
use kinescope::source::{Log, Options, Source, load};

use super::fill;
use crate::proof::kine;
use crate::server::{on_a_new_table, on_every_server};
use crate::support::proxy::{Fault, Gate, Proxy};
use crate::support::server::{Database, block_on};

/// Reads the table and does something once so many bytes of the answers have come; what was read, in
/// words.
fn read_while(database: &Database<'_>, after: usize, change: impl FnOnce()) -> String {
    let gate = Gate::default();
    let proxy = Proxy::start(database.server.port, Fault::Hold(after, gate.clone()));
    let source = Source::parse(&proxy.dsn(database)).expect("an endpoint");
    let loaded = std::thread::scope(|scope| {
        let reading =
            scope.spawn(|| block_on(load(source, Options::default(), &Log::default(), |_| ())));
        gate.wait();
        change();
        gate.open();
        reading.join().expect("it does not panic")
    });
    match loaded {
        Err(error) => format!("error: {}: {:?}", error.in_full(), error.what_to_do()),
        Ok(loaded) if loaded.error.is_some() => {
            let error = loaded.error.expect("there is one");
            format!("part: {}: {:?}", error.in_full(), error.what_to_do())
        }
        Ok(loaded) => {
            let profile = loaded.table.history.profile();
            let rows = loaded.table.history.len();
            format!("{rows} rows, {}, unique: {:?}", profile.collation, profile.unique_index)
        }
    }
}

const ALTERED: &str = "was altered while it was being read";

const BEFORE: &str = "5 rows, ascii_general_ci, unique: Some(true)";

/// Places in a session's answers: while it logs in, before its snapshot, before and after it holds the
/// table, between that and the rows, and among them.
const PLACES: [usize; 9] = [60, 300, 700, 1150, 1400, 1750, 2750, 4350, 4500];

#[test]
fn a_table_that_is_altered_is_read_as_it_was_or_as_it_is() {
    // (what is done, what is read afterwards, what is said otherwise)
    let changes = [
        ("DROP TABLE kine", "", "there is no table kine"),
        ("TRUNCATE TABLE kine", "0 rows, ascii_general_ci, unique: Some(true)", ALTERED),
        (
            "ALTER TABLE kine DROP INDEX kine_name_prev_revision_uindex, \
             MODIFY name VARCHAR(630) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "5 rows, utf8mb4_bin, unique: Some(false)",
            ALTERED,
        ),
        (
            "DROP INDEX kine_name_prev_revision_uindex ON kine",
            "5 rows, ascii_general_ci, unique: Some(false)",
            ALTERED,
        ),
        ("DELETE FROM kine WHERE id > 2", "2 rows, ascii_general_ci, unique: Some(true)", ALTERED),
        (
            "RENAME TABLE kine TO old, new TO kine",
            "0 rows, ascii_general_ci, unique: Some(true)",
            ALTERED,
        ),
    ];
    on_every_server(|server| {
        std::thread::scope(|scope| {
            for (change, after, said) in changes {
                scope.spawn(move || {
                    for place in PLACES {
                        let database = server.database();
                        database.create_kine_table();
                        fill(&database);
                        database.exec("CREATE TABLE new LIKE kine");
                        let change = format!("SET SESSION lock_wait_timeout = 1; {change}");
                        let read = read_while(&database, place, || {
                            // Once the table was looked at, it is kept as it is.
                            drop(server.try_exec(&database.name, &change));
                        });
                        let is_one = read == BEFORE || read == after || read.contains(said);
                        assert!(is_one, "{change} at {place}: {read}");
                        assert!(place < 950 || read == BEFORE, "{change} at {place}: {read}");
                    }
                });
            }
        });
    });
}

#[test]
fn a_compaction_among_its_pages_takes_nothing_away() {
    on_a_new_table(|database| {
        // 12 revisions of each of 1,000 keys: most of the rows come in a later page.
        database.exec(
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             VALUES (1, 'compact_rev_key', 1, 0, 0, 0, 0); \
             INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             WITH d AS (SELECT 0 n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 \
             UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 \
             UNION ALL SELECT 8 UNION ALL SELECT 9), \
             n AS (SELECT a.n + 10*b.n + 100*c.n + 1000*d.n + 10000*e.n AS n \
             FROM d a, d b, d c, d d, d e WHERE e.n < 2) \
             SELECT 2 + n, CONCAT('/k/', n MOD 1000), n < 1000, 0, IF(n < 1000, 0, 2 + n MOD 1000), \
             IF(n < 1000, 0, n - 998), 0 FROM n WHERE n < 12000",
        );
        let read = read_while(database, 100_000, || {
            block_on(async {
                let mut connection = database.server.connect(&database.name).await;
                let ran = kine::compact(&mut connection, 12_001, Policy::DEFAULT.without_retain());
                assert_eq!(ran.await.expect("kine compacts").stop, Stop::Reached);
            });
        });
        assert_eq!(read, BEFORE.replacen('5', "12001", 1));
        let after = database.server.ask(&database.name, "SELECT COUNT(*) FROM kine");
        assert_eq!(after, "1001");
    });
}
