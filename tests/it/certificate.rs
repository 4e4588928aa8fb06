//! What was said of a table, held against it later.

use kinescope::history::certificate::{Certificate, Outcome, Verification};
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{Flag, History, Profile, Revision, Row, Rows};
use kinescope::report::json::read_certificate;
use proptest::prelude::*;

use crate::proof::kine::compact;
use crate::proof::table::cases;
use crate::support::any::{Database, Engine};
use crate::support::history::picture;
use crate::support::program::{Ran, file, run, run_on};

/// A table with a fork: at 6 the compaction brings `/a` back.
const FORKED: &str = "1 compact_rev_key mark <- 0
                      2 /a create
                      3 /a update <- 2
                      4 /a update <- 2
                      5 /b create
                      6 /a delete <- 3
                      7 /c create";

fn certificate(table: &str, target: Revision) -> Certificate {
    let history = picture(table);
    Certificate::of(&history, &plan(&history, target, Policy::DEFAULT.without_retain()))
}

/// What a table is to the certificate of [`FORKED`], compacted to 6.
fn verified(table: &str) -> Verification {
    certificate(FORKED, 6).verify(&picture(table))
}

const COMPACTED: &str = "1 compact_rev_key mark <- 6
                         4 /a update <- 2
                         5 /b create
                         7 /c create";

#[test]
fn a_table_is_what_it_was_or_has_grown() {
    let outcome = |table: &str| verified(table).outcome;
    assert_eq!(outcome(FORKED), Outcome::Same);
    let grown = verified(&format!("{FORKED}\n 8 /b update <- 5\n 9 /d create"));
    assert_eq!((grown.outcome, grown.newer), (Outcome::Grown, 2));
    // Somebody has written the key that was to come back.
    let other = verified(&format!("{FORKED}\n 8 /a create"));
    assert_eq!(other.outcome, Outcome::Differently);
    let [key] = &other.keys[..] else { panic!("{other:?}") };
    assert_eq!(key.then.as_ref().map(|then| then.after), Some(Some(4)));
    assert_eq!(key.now, None);
    // Somebody has mended it.
    let mended = verified(&FORKED.replace("4 /a update <- 2", "4 /a update <- 3"));
    assert_eq!((mended.outcome, mended.altered), (Outcome::Broken, vec![(1, 7)]));
    let deleted = verified(&FORKED.replace("4 /a update <- 2", ""));
    assert_eq!((deleted.outcome, deleted.missing), (Outcome::Broken, vec![4]));
    // It was put back to an earlier time.
    assert_eq!(outcome(&FORKED.replace("7 /c create", "")), Outcome::Older);
    assert_eq!(outcome("1 compact_rev_key mark <- 0"), Outcome::Older);
}

#[test]
fn a_compaction_kept_what_was_said_or_did_not() {
    let kept = verified(&format!("{COMPACTED}\n 8 /b update <- 5"));
    assert_eq!((kept.outcome, kept.newer), (Outcome::Kept, 1));
    let lost = verified(&COMPACTED.replace("5 /b create", ""));
    assert_eq!((lost.outcome, lost.missing), (Outcome::Broken, vec![5]));
    let stayed = verified(&COMPACTED.replace("4 /a", "3 /a update <- 2\n 4 /a"));
    assert_eq!((stayed.outcome, stayed.unexpected), (Outcome::Broken, vec![3]));
    let changed = verified(&COMPACTED.replace("5 /b create", "5 /b update"));
    assert_eq!((changed.outcome, changed.altered), (Outcome::Broken, vec![(1, 7)]));
}

#[test]
fn less_far_and_further_is_not_all_told() {
    // To 5 only: 6 and what it leads to are there yet.
    let half = "1 compact_rev_key mark <- 5
                3 /a update <- 2
                4 /a update <- 2
                5 /b create
                6 /a delete <- 3
                7 /c create";
    assert_eq!(verified(half).outcome, Outcome::UnderWay);
    let lost = verified(&half.replace("5 /b create", ""));
    assert_eq!((lost.outcome, lost.missing), (Outcome::Broken, vec![5]));
    let beyond = "1 compact_rev_key mark <- 9
                  4 /a update <- 2
                  7 /c create
                  9 /b update <- 5";
    assert_eq!(verified(beyond).outcome, Outcome::Beyond);
    let stayed = verified(&beyond.replace("7 /c", "6 /a delete <- 3\n 7 /c"));
    assert_eq!((stayed.outcome, stayed.unexpected), (Outcome::Broken, vec![6]));
}

/// The table that a compaction leaves.
fn compacted(history: &History, target: Revision, without: Option<Revision>) -> History {
    let plan = plan(history, target, Policy::DEFAULT.without_retain());
    let rows = history.iter().filter(|&at| plan.survives(at));
    let rows: Rows = rows
        .filter(|&at| Some(history.id(at)) != without)
        .map(|at| Row { prev_revision: plan.prev_after(history, at), ..history.row(at) })
        .collect();
    let mut after = History::new(history.profile().clone());
    after.extend(&rows).expect("in order");
    after
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// What is written is read again, holds for the table and for what a compaction leaves of it, and for
    /// nothing of which a row is missing or another one.
    #[test]
    fn it_holds_for_what_it_is_of_and_for_nothing_else(
        case in cases(1 << 7),
        target in 0..130_u64,
        hit in any::<prop::sample::Index>(),
    ) {
        let mut before = History::new(Profile::kine_default());
        before.extend(&case.table()).expect("in order");
        prop_assume!(!before.is_empty());
        let target = target.min(before.current().unwrap_or_default());
        let plan = plan(&before, target, Policy::DEFAULT.without_retain());
        let certificate = Certificate::of(&before, &plan);
        prop_assert_eq!(certificate.verify(&before).outcome, Outcome::Same);
        let after = compacted(&before, target, None);
        let is_further = after.compacted() > before.compacted();
        if is_further {
            prop_assert_eq!(certificate.verify(&after).outcome, Outcome::Kept);
        }
        let left: Vec<_> = after.iter().map(|at| after.id(at)).collect();
        if is_further && left.len() > 1 {
            let gone = left[hit.index(left.len())];
            let without = compacted(&before, target, Some(gone));
            let found = certificate.verify(&without);
            // Without its own row nothing says that it was compacted.
            if without.compacted() == after.compacted() {
                prop_assert_eq!(found.outcome, Outcome::Broken);
                prop_assert_eq!(found.missing, [gone]);
            }
        }
        let rows: Vec<_> = before.iter().collect();
        let hit = rows[hit.index(rows.len())];
        let other = |at| {
            let row = before.row(at);
            let created = if row.created == Flag::Yes { Flag::No } else { Flag::Yes };
            if at == hit { Row { created, ..row } } else { row }
        };
        let mut altered = History::new(before.profile().clone());
        altered.extend(&before.iter().map(other).collect()).expect("in order");
        let found = certificate.verify(&altered);
        prop_assert_eq!(found.outcome, Outcome::Broken);
        let id = before.id(hit);
        prop_assert!(found.altered.iter().any(|&(first, last)| (first..=last).contains(&id)));
    }
}

/// A table with kine's columns and [`FORKED`] in it.
fn forked(engine: Engine) -> Database {
    let database = engine.database();
    database.create("BIGINT", "VARCHAR(630)");
    let rows = [
        (1, "compact_rev_key", 0, 0, 0),
        (2, "/a", 1, 0, 0),
        (3, "/a", 0, 0, 2),
        (4, "/a", 0, 0, 2),
        (5, "/b", 1, 0, 0),
        (6, "/a", 0, 1, 3),
        (7, "/c", 1, 0, 0),
    ];
    for (id, name, created, deleted, prev) in rows {
        database.exec(&format!(
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             VALUES ({id}, '{name}', {created}, {deleted}, 0, {prev}, 0)"
        ));
    }
    database
}

fn compact_as_kine_does(database: &Database, target: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let policy = Policy::DEFAULT.without_retain();
    let ran = match database {
        Database::MySql(it) => runtime.block_on(async {
            compact(&mut it.server.connect(&it.name).await, target, policy).await
        }),
        Database::Postgres(it) => runtime.block_on(async {
            compact(&mut it.server.connect(&it.name).await, target, policy).await
        }),
        Database::Sqlite(it) => {
            runtime.block_on(async { compact(&mut it.connect().await, target, policy).await })
        }
    };
    assert!(!ran.expect("kine's statements run").transactions.is_empty());
}

/// Runs the program on a database. A password belongs in the environment, and a file has none.
fn ask(endpoint: &str, arguments: &[&str]) -> Ran {
    if endpoint.contains("://") {
        run_on(endpoint, arguments)
    } else {
        run(&[arguments, &[endpoint]].concat())
    }
}

#[test]
fn kine_keeps_what_was_said_in_every_database() {
    let mut hashes = None;
    for engine in Engine::all() {
        let database = forked(engine);
        let endpoint = database.endpoint();
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("certificate.json");
        let path = path.to_str().expect("it is UTF-8");
        let verify = |status: i32, said: &str| {
            let ran = ask(&endpoint, &["verify", path]);
            assert_eq!(ran.status, Some(status), "{}: {}{}", engine.name(), ran.out, ran.err);
            let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(said), "{}: {}", engine.name(), ran.out);
        };
        let preview =
            ["preview", "--target", "6", "--compact-min-retain", "0", "--certificate", path];
        let ran = ask(&endpoint, &preview);
        assert_eq!(ran.status, Some(1), "{}", ran.err);
        let text = std::fs::read(path).expect("it was written");
        let read = read_certificate(&text).expect("it is one");
        let expected = certificate(FORKED, 6);
        assert_eq!((read.current, read.reached, &read.keys), (7, 6, &expected.keys));
        assert_eq!(read.survivors[0].ids, expected.survivors[0].ids);
        // The same rows are the same number, wherever they are.
        assert_eq!(hashes.get_or_insert_with(|| read.table.clone()), &read.table);
        verify(0, "This is the table of the certificate: every row is the same.");
        database.exec(
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             VALUES (8, '/b', 0, 0, 5, 5, 0)",
        );
        verify(0, "a compaction to 6 still has the same effect. 1 newer row came since.");
        compact_as_kine_does(&database, 6);
        verify(0, "KEPT: the table was compacted to 6, and of the rows up to 7 exactly the 4 that");
        database.exec("UPDATE kine SET lease = 9 WHERE id = 5");
        verify(1, "Rows that are not what they were are among 1 to 7.");
        database.exec("DELETE FROM kine WHERE id = 4");
        verify(1, "Rows that are missing: 4.");
        // It is not written a second time.
        let again = ask(&endpoint, &preview);
        assert_eq!(again.status, Some(3), "{}", again.err);
    }
}

#[test]
fn what_is_no_certificate_is_refused() {
    let table = "id\tname\tprev_revision\n1\tcompact_rev_key\t0\n";
    let (_table, table) = file(table.as_bytes());
    let table = table.to_str().expect("it is UTF-8");
    for (text, why) in [
        ("", "it is not a certificate that kinescope wrote"),
        (
            r#"{"schema": "kinescope.certificate/v1"}"#,
            "it is not a certificate that kinescope wrote",
        ),
        (r#"{"schema": "kinescope.audit/v1"}"#, "its schema is kinescope.audit/v1, and only"),
    ] {
        let (_file, path) = file(text.as_bytes());
        let ran = run(&["verify", path.to_str().expect("it is UTF-8"), table]);
        assert_eq!(ran.status, Some(2));
        assert!(ran.err.contains(why), "{}", ran.err);
        assert!(ran.err.contains("kinescope preview SOURCE --certificate FILE"), "{}", ran.err);
    }
    // Of a part there is none, and nothing is left behind.
    let (directory, part) = file(b"id\tname\tprev_revision\n3\t/a\t0\n");
    let to = directory.path().join("out.json");
    let arguments =
        ["preview", part.to_str().expect("UTF-8"), "--certificate", to.to_str().expect("UTF-8")];
    let ran = run(&arguments);
    assert_eq!(ran.status, Some(2), "{}", ran.err);
    assert!(ran.err.contains("it is of a whole table, and this is a part"), "{}", ran.err);
    assert!(!to.exists());
}
