//! The rows that a key's newest row does not go back to, and the statements that take them away.

use std::collections::BTreeSet;

use kinescope::history::compaction::{Algorithm, Effect, Policy, Prospect, Verdict, plan};
use kinescope::history::{History, KeyId, Profile, RowIx, Rows};
use kinescope::repair::{Choices, Repair};
use kinescope::report;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::proof::table::{Case, Row, cases};
use crate::server::{on_every_server, read_all};
use crate::support::history::picture;
use crate::support::program::{CLUSTER, INCIDENT, Ran, file, run, run_on, run_with_stdin};
use crate::support::server::Server;

fn strays(text: &str) -> Vec<u64> {
    let history = picture(text);
    let key = history.find_key(b"/a").expect("the key of the picture");
    history.strays(key).into_iter().map(|at| history.id(at)).collect()
}

#[test]
fn a_branch_that_the_newest_row_does_not_go_back_to_is_stray_as_a_whole() {
    let forked = "1 compact_rev_key mark <- 0
                  2 /a create
                  3 /a update <- 2
                  4 /a update <- 2
                  5 /a update <- 3
                  6 /a update <- 4
                  7 /a delete <- 6";
    assert_eq!(strays(forked), [3, 5]);
    // One fork in another.
    assert_eq!(strays(&format!("{forked}\n8 /a update <- 3")), [4, 5, 6, 7]);
    // A key begun twice, and what a compaction left of a branch.
    let twice = "1 compact_rev_key mark <- 0
                 2 /a create
                 3 /a update <- 2
                 4 /a create";
    assert_eq!(strays(twice), [2, 3]);
    let left = "1 compact_rev_key mark <- 9
                5 /a update <- 4
                8 /a update <- 7";
    assert_eq!(strays(left), [5]);
}

#[test]
fn a_key_as_kine_writes_it_has_none() {
    let healthy = "1 compact_rev_key mark <- 5
                   4 /a update <- 3
                   6 /a delete <- 4
                   7 /b create
                   8 /a create <- 6
                   9 /a update <- 8";
    assert_eq!(strays(healthy), [0_u64; 0]);
}

/// A history without the stray rows of its keys.
fn repaired(history: &History) -> History {
    let strays: BTreeSet<RowIx> = history.keys().flat_map(|(key, _)| history.strays(key)).collect();
    let left: Rows =
        history.iter().filter(|at| !strays.contains(at)).map(|at| history.row(at)).collect();
    let mut repaired = History::new(history.profile().clone());
    repaired.extend(&left).expect("in order");
    repaired
}

fn newest(history: &History) -> Vec<(Vec<u8>, u64)> {
    let id = |key| history.key(key).newest.map(|at| history.id(at)).expect("it has rows");
    let mut all: Vec<_> =
        history.keys().map(|(key, _)| (history.name(key).to_vec(), id(key))).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn without_them_no_key_forks_changes_or_comes_back(case in cases(1 << 16)) {
        let mut history = History::new(Profile::kine_default());
        history.extend(&case.table()).expect("in order");
        let repaired = repaired(&history);
        prop_assert_eq!(newest(&repaired), newest(&history));
        for (key, _) in repaired.keys().filter(|&(key, _)| key != KeyId::MARK) {
            prop_assert_eq!(repaired.forks_of(key), []);
            prop_assert_eq!(repaired.strays(key), []);
            prop_assert_eq!(repaired.forgotten(key).next(), None);
        }
        // A row that points forward takes the one that it points at before its own turn.
        for algorithm in [Algorithm::Batches, Algorithm::Request] {
            let policy = Policy { min_retain: 0, batch_size: case.batch_size, algorithm, ..Policy::DEFAULT };
            for target in repaired.iter().map(|at| repaired.id(at)) {
                let plan = plan(&repaired, target, policy);
                let effects = plan.effects(&repaired).into_iter();
                for effect in effects.filter(|effect| effect.key != KeyId::MARK) {
                    let comes_back = effect.effect == Effect::Resurrected;
                    prop_assert!(!comes_back || repaired.points_forward(), "{:?}", effect);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_statements_make_no_key_worse_unless_they_say_so(case in cases(1 << 16)) {
        let mut history = History::new(Profile::kine_default());
        history.extend(&case.table()).expect("in order");
        let policy = Policy::DEFAULT.without_retain();
        let verdict = Verdict::of(&history, policy);
        let table = report::Table {
            made: None,
            source: "here",
            kind: "rows",
            history: &history,
            notes: &[],
            unread: &[],
            unread_rows: 0,
            partial: None,
        };
        let mut sql = Vec::new();
        report::sql::check(&table).expect("the table is whole");
        let repair = Repair::of(&history, &verdict, &Choices::default());
        report::sql::repair(&mut sql, &table, &verdict, &repair).expect("memory");
        let sql = String::from_utf8(sql).expect("it is UTF-8");
        let gone = deleted(&sql);
        let left: Rows = history
            .iter()
            .filter(|&at| !gone.contains(&history.id(at)))
            .map(|at| history.row(at))
            .collect();
        let mut after = History::new(history.profile().clone());
        after.extend(&left).expect("in order");
        let then = Verdict::of(&after, policy);
        let remains = comments(&sql).contains("What remains, ");
        prop_assert_eq!(remains, then.worst() != Prospect::Stays, "{}", sql);
        for (key, _) in after.keys() {
            let before = history.find_key(after.name(key)).expect("it was there");
            let (is, was) = (then.prospect(key), verdict.prospect(before));
            prop_assert!(is >= was || remains, "{:?} {:?}\n{}", was, is, sql);
        }
        let forks = after.keys().any(|(key, of)| key != KeyId::MARK && of.forks > 0);
        prop_assert!(!forks || sql.contains("cannot be made"), "{}", sql);
    }
}

/// A statement that fills a table; what its columns cannot hold is made to fit by the server.
fn insert(case: &Case) -> String {
    let number = |number: Option<i128>| number.map_or("NULL".to_owned(), |it| it.to_string());
    let row = |row: &Row| {
        let name = row.name.as_ref().map_or("NULL".to_owned(), |name| {
            let hex: String = name.iter().map(|byte| format!("{byte:02X}")).collect();
            format!("X'{hex}'")
        });
        let flags = [row.created, row.deleted].map(|it| number(it.map(Into::into)));
        let links = [row.create_revision, row.prev_revision].map(|it| number(it.map(Into::into)));
        let lease = number(row.lease.map(Into::into));
        format!("({}, {name}, {}, {}, {lease})", row.id, flags.join(", "), links.join(", "))
    };
    let rows: Vec<String> = case.rows.iter().map(row).collect();
    format!(
        "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT IGNORE INTO kine \
         (id, name, created, deleted, create_revision, prev_revision, lease) VALUES {}",
        rows.join(", ")
    )
}

#[test]
fn the_statements_do_that_on_every_server() {
    on_every_server(|server| {
        let mut runner = TestRunner::deterministic();
        let (mut tables, mut indexed) = (0, 0);
        while tables < 40 || indexed < 10 {
            let case = cases(1 << 16).new_tree(&mut runner).expect("a table").current();
            let mut history = History::new(Profile::kine_default());
            history.extend(&case.table()).expect("in order");
            if history.keys().all(|(key, _)| history.strays(key).is_empty()) {
                continue;
            }
            tables += 1;
            let database = server.database();
            database.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
            database.exec(&insert(&case));
            let before = read_all(&database.socket_dsn());
            let written = run_on(&database.socket_dsn(), &["audit", "--format", "sql"]);
            assert!(written.status.is_some_and(|status| status < 2), "{}", written.err);
            let tried = server.try_exec(&database.name, &written.out);
            let after = read_all(&database.socket_dsn());
            let (before, after) = (before.history(), after.history());
            if written.out.contains("Not among them") {
                continue;
            }
            let rows = |history: &History| -> Vec<String> {
                let keys = history.iter().filter(|&at| !history.is_mark(at));
                keys.map(|at| format!("{:?}", history.row(at))).collect()
            };
            let is_marked = after.rows_of(KeyId::MARK).count() == 1;
            assert!(is_marked || written.out.contains("Not mended"), "{}", written.out);
            assert_eq!(rows(after), rows(&repaired(before)), "{}", written.out);
            tried.unwrap_or_else(|why| panic!("{why}\n{}", written.out));
            assert_eq!(after.forks(), 0);
            let is_left = written.out.contains("cannot be made");
            let index = after.profile().database.as_ref().and_then(|it| it.unique_index());
            assert_eq!(index.is_none(), is_left, "{}", written.out);
            indexed += usize::from(!is_left);
            // Once more there is nothing to do.
            let again = run_on(&database.socket_dsn(), &["audit", "--format", "sql"]);
            assert!(!again.out.contains("DELETE"), "{}", again.out);
        }
    });
}

#[test]
fn nothing_is_deleted_once_the_table_was_written_to() {
    on_every_server(|server| {
        let database = server.database();
        database.create_kine_table();
        database.exec("DROP INDEX kine_name_prev_revision_uindex ON kine");
        let insert =
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease)";
        database.exec(&format!(
            "{insert} VALUES (1, 'compact_rev_key', 1, 0, 0, 0, 0), (2, '/a', 1, 0, 0, 0, 0), \
             (3, '/a', 0, 0, 2, 2, 0), (4, '/a', 0, 0, 2, 2, 0)"
        ));
        let endpoint = database.socket_dsn();
        let written = run_on(&endpoint, &["audit", "--format", "sql"]).out;
        assert!(written.contains("AND stray.id IN (\n  3\n);"), "{written}");
        database.exec(&format!("{insert} VALUES (5, '/a', 0, 0, 2, 3, 0)"));
        let rows = server.ask(&database.name, "SELECT COUNT(*) FROM kine");
        server.try_exec(&database.name, &written).expect_err("two rows follow 2");
        assert_eq!(server.ask(&database.name, "SELECT COUNT(*) FROM kine"), rows);
    });
}

/// The ids that the statements delete.
fn deleted(sql: &str) -> BTreeSet<u64> {
    let lists = sql.split("stray.id IN (").skip(1).filter_map(|rest| rest.split(')').next());
    let ids = lists.flat_map(|list| list.split([',', '\n']).map(str::trim));
    ids.filter(|id| !id.is_empty()).map(|id| id.parse().expect("an id")).collect()
}

/// The stray rows that an audit in JSON tells, and of which keys, none twice.
fn told(json: &str) -> (BTreeSet<u64>, Vec<String>) {
    let document: Value = serde_json::from_str(json).expect("it is JSON");
    let (mut ids, mut keys) = (BTreeSet::new(), Vec::new());
    for finding in document["findings"].as_array().expect("a list") {
        let Some(stray) = finding.get("stray") else { continue };
        keys.push(finding["key"].as_str().expect("a key").to_owned());
        let stray = stray.as_array().expect("a list").iter();
        ids.extend(stray.map(|id| id.as_u64().expect("a number")));
    }
    let once: BTreeSet<&String> = keys.iter().collect();
    assert_eq!(once.len(), keys.len(), "{keys:?}");
    (ids, keys)
}

#[test]
fn an_audit_in_json_tells_the_rows_that_the_statements_delete() {
    on_every_server(|server| {
        let database = server.database();
        database.load("incident-before.sql.gz");
        let endpoint = database.socket_dsn();
        let audit = |options: &[&str]| run_on(&endpoint, &[&["audit"], options].concat()).out;
        let (ids, keys) = told(&audit(&["--format", "json"]));
        assert_eq!(ids, deleted(&audit(&["--format", "sql"])));
        assert_eq!((ids.len(), keys.len()), (27, 7));
        assert_eq!(told(&audit(&["--format", "json", "--only", "fork"])).0, ids);
        // Of a part nobody knows.
        let part = audit(&["--format", "json", "--prefix", "/registry/"]);
        assert!(part.contains("\"fork\"") && !part.contains("\"stray\""), "{part}");
    });
}

/// A table as `mysql -B` prints it.
fn exported(server: &Server, database: &str) -> String {
    let columns = "id, name, created, deleted, create_revision, prev_revision, lease";
    let rows = server.texts(database, &format!("SELECT {columns} FROM kine ORDER BY id"));
    let cell = |cell: &Option<String>| {
        let text = cell.as_deref().unwrap_or("NULL").replace('\\', "\\\\");
        text.replace('\t', "\\t").replace('\n', "\\n").replace('\0', "\\0")
    };
    let line = |row: &Vec<Option<String>>| row.iter().map(cell).collect::<Vec<_>>().join("\t");
    let lines: String = rows.iter().map(|row| line(row) + "\n").collect();
    columns.replace(", ", "\t") + "\n" + &lines
}

/// The statements of a table as text.
fn from_text(text: &str) -> Ran {
    run_with_stdin(&["audit", "-", "--format", "sql"], text.as_bytes())
}

/// Statements without comments, each with its end.
fn bare(sql: &str) -> String {
    sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n")
}

#[test]
fn statements_from_text_do_the_same_as_the_servers_own() {
    on_every_server(|server| {
        let mut runner = TestRunner::deterministic();
        let (mut tables, mut refused) = (0, 0);
        while tables < 30 {
            let case = cases(1 << 16).new_tree(&mut runner).expect("a table").current();
            let mut history = History::new(Profile::kine_default());
            history.extend(&case.table()).expect("in order");
            if history.keys().all(|(key, _)| history.strays(key).is_empty()) {
                continue;
            }
            let databases = [server.database(), server.database()];
            for database in &databases {
                database.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
                database.exec(&insert(&case));
            }
            let [own, other] = &databases;
            let text = exported(server, &own.name);
            let from_text = from_text(&text);
            let from_server = run_on(&own.socket_dsn(), &["audit", "--format", "sql"]).out;
            if from_text.out.is_empty() {
                assert_eq!(from_text.status, Some(2), "{}", from_text.err);
                refused += 1;
                continue;
            }
            assert_eq!(deleted(&from_text.out), deleted(&from_server), "{text}");
            if deleted(&from_server).is_empty() {
                continue;
            }
            tables += 1;
            server.exec(&other.name, &bare(&from_text.out));
            // Its index is not for the text to make.
            let (deletes, _) = from_server.split_once("\nUNLOCK TABLES;").expect("they end");
            server.exec(&own.name, &bare(deletes));
            assert_eq!(exported(server, &other.name), exported(server, &own.name));
            assert!(!bare(&from_text.out).contains("DROP"), "{}", from_text.out);
        }
        assert!(refused > 0, "no table was without compact_rev_key");
    });
}

#[test]
fn statements_from_text_say_so_and_find_nothing_in_another_table() {
    on_every_server(|server| {
        let database = server.database();
        database.load("incident-before.sql.gz");
        let text = exported(server, &database.name);
        let written = from_text(&text);
        assert_eq!((written.status, written.err.as_str()), (Some(1), ""));
        let (head, _) = written.out.split_once("\nSET @kinescope").expect("it has statements");
        for said in [
            "-- MADE FROM TEXT: standard input, at revision 7293. It does not say when, ",
            "check that it is recent, and from the table that you run this on.",
            "The text has 7,293 rows.",
            "  SELECT COUNT(*), MAX(id) FROM kine;",
        ] {
            let head = head.replace("\n-- ", " ");
            assert!(head.contains(said), "no {said} in\n{head}");
        }
        let create =
            "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision);";
        let end = "--   SHOW INDEX FROM kine;\n-- If no index has ";
        assert!(written.out.contains(end), "{}", written.out);
        assert!(written.out.contains(&format!("make it:\n--   {create}\n")), "{}", written.out);
        assert!(!bare(&written.out).contains("INDEX"));
        // One row more, and none goes.
        let rows = || server.ask(&database.name, "SELECT COUNT(*) FROM kine");
        database.exec("INSERT INTO kine (name, prev_revision) VALUES ('/new', 0)");
        let before = rows();
        server.exec(&database.name, &written.out);
        assert_eq!(rows(), before);
        database.exec("DELETE FROM kine WHERE name = '/new'");
        server.exec(&database.name, &written.out);
        assert_eq!(rows(), (7293 - deleted(&written.out).len()).to_string());
        server.exec(&database.name, create);
        // A table without stray rows has nothing to run.
        let again = from_text(&exported(server, &database.name));
        assert!(again.out.contains("-- No row is stray.\n") && bare(&again.out).trim().is_empty());
    });
}

#[test]
fn a_part_of_a_table_gives_no_statements() {
    let refused = |arguments: &[&str], status, why: &str, hint: &str| {
        let ran = run(&[&["audit", "--format", "sql"], arguments].concat());
        assert_eq!((ran.status, ran.out.as_str()), (Some(status), ""), "{arguments:?}");
        assert!(ran.err.contains(why) && ran.err.contains(hint), "{}", ran.err);
    };
    refused(&[INCIDENT], 2, "has no compact_rev_key row", "Export the whole table (SELECT id,");
    refused(&[CLUSTER, "--since", "5"], 3, "the table was read in part", "Leave out --since");
    let whole = std::fs::read(CLUSTER).expect("the scenario is there");
    let (_kept, truncated) = file(&whole[..whole.len() - 12]);
    let truncated = truncated.to_str().expect("its path is UTF-8");
    refused(&[truncated], 3, "rows were not understood", "Export the table again");
    on_every_server(|server| {
        let database = server.database();
        database.create_kine_table();
        let part = ["audit", "--prefix", "/a", "--format", "sql"];
        let ran = run_on(&database.socket_dsn(), &part);
        assert_eq!((ran.status, ran.out.as_str()), (Some(3), ""));
        assert!(ran.err.contains("the table was read in part"), "{}", ran.err);
    });
}

/// The comments of the statements, in one line.
fn comments(sql: &str) -> String {
    let lines = sql.lines().filter_map(|line| line.strip_prefix("--"));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_key_that_goes_back_to_a_stray_row_keeps_it() {
    let path = "assets/scenarios/cross-key.txt";
    let sql = run(&["audit", path, "--format", "sql"]).out;
    assert_eq!(deleted(&sql), BTreeSet::new(), "{sql}");
    let said = comments(&sql);
    for wanted in [
        "Not among them: 1 stray row of /registry/configmaps/shop/prices, whose newest row, 8, \
         compaction removes, since revision 10 of /registry/configmaps/shop/flags points at it \
         (kinescope explain foreign-pointer). Correct that pointer first",
        "What remains, of the table as it is: 1 live key will be lost: db-password. 1 live key will \
         go back to an old value: prices.",
        "This does not correct pointers",
    ] {
        assert!(said.contains(wanted), "no {wanted} in\n{said}");
    }
    assert!(!said.contains("could come back at"), "{said}");
    let text = run(&["audit", path]).out;
    assert!(!text.contains("kinescope repair"), "{text}");
    assert_eq!(told(&run(&["audit", path, "--format", "json"]).out).1, [""; 0]);
}

#[test]
fn what_the_statements_leave_is_said_first() {
    // A fork of one key is taken away, a pointer at another key's live row stays.
    let head = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n";
    let forked = "1\tcompact_rev_key\t1\t0\t0\t0\t0\n2\t/a\t1\t0\t0\t0\t0\n3\t/a\t0\t0\t2\t2\t0\n\
                  4\t/a\t0\t0\t2\t2\t0\n";
    let sql = from_text(&format!("{head}{forked}5\t/b\t1\t0\t0\t0\t0\n6\t/c\t1\t0\t0\t5\t0\n")).out;
    assert_eq!(deleted(&sql), [3].into());
    let said = comments(&sql);
    let remains = "1 stray row of 1 key to delete: no key's newest row leads back to it. Without \
                   it, each key keeps its value. What remains, once these rows are gone: 1 live \
                   key will be lost: b. Safe up to 5.";
    assert!(said.contains(remains), "{said}");
    assert!(said.contains("4. Run it: mariadb -vv DATABASE < FILE"), "{said}");
    let fails = "If this fails with 1062, the table was written to after revision 6, so the \
                 DELETEs found nothing: make this file again.";
    assert!(said.contains(fails), "{said}");
    // With the fork alone nothing remains.
    let said = comments(&from_text(&format!("{head}{forked}")).out);
    assert!(said.contains("no row is left that it could come back at."), "{said}");
    assert!(!said.contains("What remains"), "{said}");
    // Of two marks with one revision, which are in the way of the index, one goes.
    let marked = format!("{head}{forked}5\tcompact_rev_key\t1\t0\t0\t0\t0\n");
    let sql = from_text(&marked).out;
    assert_eq!(deleted(&sql), [1, 3].into());
    let said = comments(&sql);
    assert!(said.contains("1 row of its 2; 5, which holds the compact revision, stays"), "{sql}");
    assert!(!said.contains("The unique index cannot be made"), "{sql}");
    // The text says that there are such statements.
    let text = run_with_stdin(&["audit", "-"], format!("{head}{forked}").as_bytes()).out;
    assert!(text.ends_with("What would fix it: kinescope repair SOURCE\n"), "{text}");
}

#[test]
fn stray_rows_are_told_whatever_the_rule() {
    let json = run(&["audit", "tests/fixtures/truth/self-pointer.txt", "--format", "json"]).out;
    let sql = run(&["audit", "tests/fixtures/truth/self-pointer.txt", "--format", "sql"]).out;
    assert_eq!(told(&json), ([4].into(), vec!["/a".to_owned()]));
    assert_eq!(deleted(&sql), [4].into());
}
