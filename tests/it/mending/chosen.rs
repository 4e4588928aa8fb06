//! What is chosen: another branch of a fork, keys that came back, and `compact_rev_key`.

use super::{ask, changes, create, ids, planned, reset, rows, run, state, written};
use crate::support::any::Engine;

#[test]
fn another_branch_is_kept() {
    let table = "1 compact_rev_key mark <- 0
                 2 /a create
                 3 /a update <- 2
                 4 /a update <- 2
                 5 /a update <- 3
                 6 /a update <- 4
                 7 /b create
                 8 /b update <- 7
                 9 /b update <- 7";
    for engine in Engine::all() {
        let database = create(engine);
        for (keep, gone) in
            [("/a=5", vec![4, 6, 8]), ("/a=3", vec![4, 5, 6, 8]), ("a=5", vec![4, 6, 8])]
        {
            reset(&database, &rows(table));
            let plan = planned(&database, &["--keep", keep]);
            assert_eq!(changes(&plan).0, gone, "{}", engine.name());
            assert_eq!(plan["after"]["changed"], serde_json::json!([]));
            let statements = written(&database, &["--keep", keep]).statements();
            assert_eq!(run(&database, &statements), [""; 0]);
            let left: Vec<u64> = (1..=9).filter(|id| !gone.contains(id)).collect();
            assert_eq!(ids(&state(&database)), left, "{}", engine.name());
        }
        reset(&database, &rows(table));
        for (keep, status, why) in [
            ("/a=6", 2, "it is on the key's line already"),
            ("/a=4", 2, "it is on the key's line already"),
            ("/a=7", 2, "/a has no row 7"),
            ("/b=8", 2, "the row with the current revision, 9, would have to go"),
            ("/z=8", 1, "there is no key /z"),
            ("/a", 2, "names no revision"),
        ] {
            let ran = ask(&database, &["repair", "--keep", keep]);
            assert_eq!((ran.status, ran.out.as_str()), (Some(status), ""), "{keep}");
            assert!(ran.err.contains(why), "{}", ran.err);
        }
    }
}

#[test]
fn what_came_back_is_deleted_once_more() {
    let table = "1 compact_rev_key mark <- 9
                 3 /a update <- 2
                 4 /a update <- 2
                 10 /b create";
    for engine in Engine::all() {
        let database = create(engine);
        reset(&database, &rows(table));
        let plan = planned(&database, &[]);
        assert_eq!(changes(&plan), (vec![3], vec![]));
        assert_eq!(plan["returned"][0]["name"], "/a");
        let plan = planned(&database, &["--returned", "delete"]);
        assert_eq!(changes(&plan), (vec![3], vec![11]));
        let written = written(&database, &["--returned", "delete"]);
        let before = state(&database);
        let statements = written.statements();
        for count in 0..statements.len() {
            reset(&database, &rows(table));
            run(&database, &statements[..count]);
            let is = ids(&state(&database));
            assert!(is == [1, 3, 4, 10] || is == [1, 4, 10, 11], "{}: {is:?}", engine.name());
        }
        reset(&database, &rows(table));
        assert_eq!(run(&database, &statements), [""; 0]);
        assert_eq!(ids(&state(&database)), [1, 4, 10, 11], "{}", engine.name());
        let shown = ask(&database, &["show", "/a"]).out;
        assert!(shown.contains("deleted at 11"), "{shown}");
        assert_eq!(ask(&database, &["repair"]).status, Some(0));
        // kine goes on after it.
        if matches!(engine, Engine::Postgres) {
            database.exec("INSERT INTO kine (name, prev_revision) VALUES ('/new', 0)");
            assert_eq!(ids(&state(&database)).last(), Some(&12));
            database.exec("DELETE FROM kine WHERE id = 12");
        }
        assert_eq!(run(&database, &super::statements(&written.undo)), [""; 0]);
        assert_eq!(state(&database), before, "{}", engine.name());
    }
}

#[test]
fn one_mark_is_left_or_made() {
    let others = "2 /a create\n3 /a update <- 2\n4 /b create\n6 /b update <- 4";
    for engine in Engine::all() {
        let database = create(engine);
        for (marks, gone, added) in [
            ("1 compact_rev_key mark <- 0\n7 compact_rev_key mark <- 1", vec![1], vec![]),
            ("1 compact_rev_key mark <- 1\n7 compact_rev_key mark <- 0", vec![7], vec![]),
            ("1 compact_rev_key mark <- 0\n7 compact_rev_key mark <- 0", vec![1], vec![]),
            ("1 compact_rev_key mark <- 0\n7 compact_rev_key mark <- 99", vec![7], vec![]),
            ("1 /c create", vec![], vec![7]),
        ] {
            let mut lines: Vec<&str> = marks.lines().chain(others.lines()).collect();
            lines.sort_by_key(|line| line.split(' ').next().and_then(|id| id.parse::<u64>().ok()));
            reset(&database, &rows(&lines.join("\n")));
            assert_eq!(changes(&planned(&database, &[])), (gone, added), "{marks}");
            let written = written(&database, &[]);
            assert_eq!(run(&database, &written.statements()), [""; 0], "{}", written.sql);
            assert_eq!(ask(&database, &["repair"]).status, Some(0), "{marks}");
            let audit = ask(&database, &["audit", "--only", "compact-rev-key"]);
            assert_eq!(audit.status, Some(0), "{}", audit.out);
        }
    }
}
