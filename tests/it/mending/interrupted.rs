//! Statements that break off, one that is left out, and each alone.

use super::{FORKS, create, reset, rows, run, state, statements, written};
use crate::support::any::Engine;

#[test]
fn wherever_it_breaks_off_all_rows_are_there_or_all_are_gone() {
    for engine in Engine::all() {
        let database = create(engine);
        reset(&database, &rows(FORKS));
        let before = state(&database);
        let written = written(&database, &[]);
        let all = written.statements();
        assert_eq!(run(&database, &all), [""; 0], "{}", engine.name());
        let after = state(&database);
        assert_eq!(before.len() - after.len(), 2);
        let mut seen = [0, 0];
        for count in 0..all.len() {
            reset(&database, &rows(FORKS));
            run(&database, &all[..count]);
            let is = state(&database);
            assert!(is == before || is == after, "{}: {count} of {all:?}", engine.name());
            seen[usize::from(is == after)] += 1;
            // And from there to the end.
            run(&database, &statements(&written_again(&database, &written.sql)));
            assert_eq!(state(&database), after, "{}: {count}", engine.name());
        }
        assert!(seen[0] > 0, "{seen:?}");
        // The undo, too: no row is another than it was.
        let undo = statements(&written.undo);
        for count in 0..=undo.len() {
            reset(&database, &rows(FORKS));
            run(&database, &all);
            run(&database, &undo[..count]);
            let is = state(&database);
            assert!(is.iter().all(|row| before.contains(row)), "{}: {count}", engine.name());
            assert!(after.iter().all(|row| is.contains(row)), "{}: {count}", engine.name());
            run(&database, &undo);
            assert_eq!(state(&database), before, "{}: {count}", engine.name());
        }
    }
}

/// The statements for a table as it is now; those that are known where nothing is left to do.
fn written_again(database: &super::Database, known: &str) -> String {
    let again = written(database, &[]).sql;
    if again.is_empty() { known.to_owned() } else { again }
}

#[test]
fn whatever_is_left_out_all_rows_are_there_or_all_are_gone() {
    // MySQL's DELETEs are one for each key: see `repair::clients`.
    for engine in [Engine::Postgres, Engine::Sqlite] {
        let database = create(engine);
        reset(&database, &rows(FORKS));
        let before = state(&database);
        let all = written(&database, &[]).statements();
        run(&database, &all);
        let after = state(&database);
        for out in 0..all.len() {
            reset(&database, &rows(FORKS));
            let some: Vec<String> =
                (0..).zip(&all).filter(|(at, _)| *at != out).map(|(_, sql)| sql.clone()).collect();
            run(&database, &some);
            let is = state(&database);
            assert!(is == before || is == after, "{}: without {}", engine.name(), all[out]);
            // Each alone, on a connection of its own.
            reset(&database, &rows(FORKS));
            run(&database, &all[out..=out]);
            let is = state(&database);
            assert!(is == before || is == after, "{}: {}", engine.name(), all[out]);
        }
        // All of them, each on a connection of its own.
        reset(&database, &rows(FORKS));
        for sql in &all {
            run(&database, std::slice::from_ref(sql));
        }
        let is = state(&database);
        assert!(is == before || is == after, "{}", engine.name());
    }
}
