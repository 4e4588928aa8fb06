//! Reading what compaction needs from indexes: the same rows, and no page of the table.

use kinescope::audit::audit;
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{Flag, Row};
use kinescope::source::{ColumnChoice, Event, Log, Options};

use super::{Outcome, each_event_of, on_a_new_table, on_every_server, read_all, read_part, said};
use crate::support::server::Database;

fn options(columns: ColumnChoice) -> Options {
    Options { columns, ..Options::default() }
}

fn covered(database: &Database<'_>) -> Outcome {
    read_part(&database.socket_dsn(), options(ColumnChoice::Index))
}

fn is_covered(outcome: &Outcome) -> bool {
    let opened = outcome.opened.as_ref().expect("it was opened");
    let noted = opened.notes.iter().any(|note| note.starts_with("Only indexes were read"));
    assert_eq!(noted, !opened.profile.columns.created, "{opened:?}");
    noted
}

/// Reads a table in both ways, and compares what both know.
fn compare(database: &Database<'_>) {
    let (all, covered) = (read_all(&database.socket_dsn()), covered(database));
    assert!(!is_covered(&all) && is_covered(&covered));
    let known = all.rows().into_iter().map(|row| Row {
        created: Flag::Unknown,
        create_revision: None,
        lease: None,
        ..row
    });
    let (known, got): (Vec<_>, _) = (known.collect(), covered.rows());
    let differs = known.iter().zip(&got).find(|(known, got)| known != got);
    assert_eq!((differs, known.len()), (None, got.len()));
    assert_eq!(all.unread, covered.unread);
}

#[test]
fn indexes_tell_the_same_rows() {
    on_every_server(|server| {
        let database = server.database();
        database.load("incident-before.sql.gz");
        database.exec(
            "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; \
             INSERT INTO kine (id, name, deleted, prev_revision) VALUES (0, '/z', 0, 4), \
             (8000, NULL, 0, 8), (8001, '', NULL, 9), (8002, '/Registry/MINIONS/node-02', 1, NULL), \
             (8003, NULL, 7, NULL), (8004, 'compact_rev_key', 0, 17), (8005, '/x', 0, 8005), \
             (18446744073709551614, '/x ', 0, 18446744073709551615)",
        );
        compare(&database);
        let (all, covered) = (read_all(&database.dsn()), covered(&database));
        let plans = [&all, &covered].map(|it| plan(it.history(), 6293, Policy::DEFAULT));
        assert_eq!(plans[0].effects(all.history()), plans[1].effects(covered.history()));
        let unchecked = audit(covered.history(), true).unchecked;
        let why = |rule: &str| unchecked.iter().find(|it| it.rule.name == rule).map(|it| it.why);
        let not_read = "created was not read: --columns all reads it";
        assert_eq!(why("second-root"), Some(not_read));
        assert_eq!(why("fork"), None);
    });
}

#[test]
fn indexes_of_old_tables_tell_the_same_rows() {
    on_every_server(|server| {
        let database = server.database();
        database.create_old_kine_table();
        database.exec(
            "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; \
             INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             VALUES (-7, '/z', 1, 0, 0, 0, 0), (0, '/y', 1, 0, 0, 0, 0), (1, '/a', 1, 0, 0, 0, 0), \
             (2, '/a', 0, 0, 1, -1, 0), (3, _latin1 x'2FE9FF80', 0, 0, 5, 2, 0), \
             (2147483647, '/a', 0, 1, 1, 2147483646, NULL)",
        );
        compare(&database);
    });
}

#[test]
fn many_pages_of_indexes_are_one_table() {
    on_a_new_table(|database| {
        super::session::scatter_rows(database);
        // Page boundaries within one name, and within one prev revision, which is 0 of all others.
        database.exec("UPDATE kine SET name = '/k/hot', prev_revision = id WHERE id % 3000 = 0");
        compare(database);
        let mut progress = Vec::new();
        each_event_of(&database.dsn(), options(ColumnChoice::Index), Log::default(), |event| {
            match event {
                Event::Progress(entries) => progress.push(entries),
                Event::Ended(ended) => ended.expect("everything was read"),
                Event::Opened(_) | Event::Rows(_) | Event::Rejects(_) | Event::Note(_) => {}
                Event::Requests(_) => panic!("there are no such rows"),
                Event::Late(_) | Event::Learned(_) => {
                    panic!(
                        "a server tells everything before its rows, and gives them in the order of their ids"
                    )
                }
            }
        });
        assert!(progress.is_sorted() && progress.last() == Some(&240_000), "{progress:?}");
        assert!(progress.len() > 8, "{progress:?}");
    });
}

#[test]
fn a_server_reads_no_page_of_the_table() {
    on_every_server(|server| {
        let database = server.database();
        database.load("incident-before.sql.gz");
        database.exec("ANALYZE TABLE kine");
        let (outcome, sent) = server.logged(&database.name, || covered(&database));
        assert_eq!(outcome.rows().len(), 7293);
        let of_table = |sent: &&String| sent.contains("FORCE INDEX") && !sent.contains('?');
        let mut indexes = Vec::new();
        for sent in sent.iter().filter(of_table).filter(|sent| !sent.ends_with("LIMIT 0")) {
            for line in server.explain(&database.name, sent).lines() {
                // What a page begins after is looked up.
                let is_lookup = line.contains("SUBQUERY") && line.contains("const | PRIMARY");
                let index = sent.split(['(', ')']).find(|it| it.starts_with("kine_"));
                let index = index.expect("it names one");
                let is_covered = line.contains(index) && line.contains("Using index");
                let sorts = line.contains("filesort") || line.contains("Using index condition");
                let sorts = sorts || line.contains("temporary");
                assert!(is_lookup || is_covered && !sorts, "{sent}: {line}");
                indexes.push(index.to_owned());
            }
        }
        indexes.sort();
        indexes.dedup();
        assert_eq!(
            indexes,
            ["kine_id_deleted_index", "kine_name_id_index", "kine_prev_revision_index"]
        );
    });
}

#[test]
fn indexes_are_read_only_if_they_are_what_they_are_called() {
    on_every_server(|server| {
        let hide = if server.mariadb {
            "ALTER TABLE kine ALTER INDEX kine_prev_revision_index IGNORED"
        } else {
            "ALTER TABLE kine ALTER INDEX kine_prev_revision_index INVISIBLE"
        };
        let other = |columns| {
            format!(
                "ALTER TABLE kine DROP INDEX kine_name_id_index, \
                 ADD INDEX kine_name_id_index ({columns})"
            )
        };
        // (what is done to the table, why its indexes do not do)
        let cases = [
            ("DROP INDEX kine_id_deleted_index ON kine", "no kine_id_deleted_index over id and"),
            (&other("name(100), id"), "there is no kine_name_id_index over name and id"),
            (&other("name"), "there is no kine_name_id_index over name and id"),
            (hide, "the server was told not to use one of its indexes"),
            ("ALTER TABLE kine ENGINE = MyISAM", "they do not end in the id"),
        ];
        for (change, why) in cases {
            let database = server.database();
            database.create_kine_table();
            database.exec("INSERT INTO kine (name, prev_revision) VALUES ('/a', 0), ('/a', 1)");
            assert!(is_covered(&covered(&database)));
            database.exec("DROP INDEX kine_name_prev_revision_uindex ON kine");
            assert!(is_covered(&covered(&database)), "the unique index is not needed");
            database.exec(change);
            let outcome = covered(&database);
            assert!(!is_covered(&outcome), "{change}");
            assert_eq!(outcome.rows().len(), 2);
            let notes = &outcome.opened.as_ref().expect("it was opened").notes;
            assert!(notes.iter().any(|note| note.contains(why)), "{change}: {notes:?}");
        }
    });
}

#[test]
fn long_rows_are_a_reason_to_read_indexes() {
    on_a_new_table(|database| {
        database.exec(
            "INSERT INTO kine (name, prev_revision, value) SELECT CONCAT('/k/', a.id, b.id), \
             a.id * 1000 + b.id, REPEAT('v', 100) FROM information_schema.COLLATIONS a, \
             (SELECT id FROM information_schema.COLLATIONS LIMIT 100) b LIMIT 24000; \
             ANALYZE TABLE kine",
        );
        let auto = || read_part(&database.dsn(), options(ColumnChoice::Auto));
        assert!(!is_covered(&auto()));
        database.exec("UPDATE kine SET value = REPEAT('v', 3000); ANALYZE TABLE kine");
        assert!(is_covered(&auto()));
        assert!(!is_covered(&read_part(&database.dsn(), options(ColumnChoice::All))));
        assert!(!is_covered(&read_part(&database.dsn(), Options::default().with_all_columns())));
    });
}

#[test]
fn a_reading_of_indexes_that_is_cut_off_says_so() {
    on_a_new_table(|database| {
        super::session::scatter_rows(database);
        let mut ended = None;
        each_event_of(&database.dsn(), options(ColumnChoice::Index), Log::default(), |event| {
            match event {
                Event::Opened(_) => {
                    let session = "SELECT MAX(id) FROM information_schema.PROCESSLIST \
                               WHERE user = 'kine' AND db = DATABASE()";
                    let session = database.server.ask(&database.name, session);
                    database.exec(&format!("KILL {session}"));
                }
                Event::Ended(outcome) => ended = Some(outcome),
                Event::Progress(_) | Event::Rows(_) | Event::Rejects(_) | Event::Note(_) => {}
                Event::Requests(_) => panic!("there are no such rows"),
                Event::Late(_) | Event::Learned(_) => {
                    panic!(
                        "a server tells everything before its rows, and gives them in the order of their ids"
                    )
                }
            }
        });
        let error = ended.expect("the end is told").expect_err("it was cut off");
        assert!(said(&error).contains("Read it again"), "{}", said(&error));
    });
}
