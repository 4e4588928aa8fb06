//! Generated tables, healthy and damaged: mended, mended twice, and undone.

use kinescope::history::Dialect;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use super::{changes, create, dialect, ids, planned, run, state, statements, written};
use crate::proof::desk::into_kine;
use crate::proof::table::cases;
use crate::support::any::{Database, Engine};

/// How many tables each database gets.
const TABLES: usize = 6;

/// Whether the unique index is there.
fn is_unique(database: &Database) -> bool {
    planned(database, &[])["unique_index"]["state"] == "stands"
}

#[test]
fn a_table_is_mended_and_mended_twice_and_undone() {
    for engine in Engine::all() {
        let mut runner = TestRunner::deterministic();
        let mut tables = 0;
        while tables < TABLES {
            let case = cases(1 << 16).new_tree(&mut runner).expect("a table").current();
            let database = create(engine);
            let into = into_kine(dialect(&database), &case.rows);
            if case.rows.is_empty() {
                continue;
            }
            database.exec(&match dialect(&database) {
                Dialect::MySql => {
                    format!("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT IGNORE{into}")
                }
                _ => format!("INSERT{into} ON CONFLICT DO NOTHING"),
            });
            let before = state(&database);
            let plan = planned(&database, &[]);
            let (deleted, added) = changes(&plan);
            if deleted.is_empty() {
                continue;
            }
            tables += 1;
            let written = written(&database, &[]);
            let context = format!("{}\n{}\n{plan}", engine.name(), written.sql);
            assert_eq!(run(&database, &written.statements()), [""; 0], "{context}");
            let after = state(&database);
            let kept = |rows: &[Vec<super::Cell>]| -> Vec<Vec<super::Cell>> {
                let is_kept = |row: &&Vec<super::Cell>| {
                    let id = row[0].number().expect("an id");
                    !deleted.contains(&id) && !added.contains(&id)
                };
                rows.iter().filter(is_kept).cloned().collect()
            };
            assert_eq!(kept(&after), kept(&before), "{context}");
            assert_eq!(after.len(), before.len() - deleted.len() + added.len(), "{context}");
            assert!(added.iter().all(|id| ids(&after).contains(id)), "{context}");
            let is_made = plan["unique_index"]["state"] == "made";
            assert_eq!(is_unique(&database), is_made, "{context}");
            // Once more it finds another table, and so does whoever goes on after the error.
            run(&database, &written.statements());
            assert_eq!(state(&database), after, "{context}");
            let again = planned(&database, &[]);
            assert_eq!(again["steps"], serde_json::json!([]), "{context}");
            assert_eq!(again["after"]["forks"], plan["after"]["forks"], "{context}");
            assert_eq!(again["after"]["verdict"], plan["after"]["verdict"], "{context}");
            let undo = statements(&written.undo);
            assert_eq!(run(&database, &undo), [""; 0], "{context}\n{}", written.undo);
            assert_eq!(state(&database), before, "{context}\n{}", written.undo);
            assert!(!is_unique(&database));
            run(&database, &undo);
            assert_eq!(state(&database), before, "{context}\n{}", written.undo);
        }
    }
}
