//! What kine's own lists gave before and after it compacted its table on PostgreSQL, which rows were left,
//! and the recorded compactions of small damaged tables.

use kinescope::audit::audit;
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{Flag, Row};

use super::read;
use crate::audit::lines;
use crate::sqlite::fixture;
use crate::sqlite::recorded::{Case, Tuple};
use crate::sqlite::tables::compacted_as_kine_did;
use crate::support::postgres::{Database, postgres};

#[test]
fn every_table_is_what_kine_saw_and_is_compacted_as_kine_did() {
    for table in ["a", "b-upgraded"] {
        let load = |when: &str| {
            let database = postgres().database();
            database.load(&fixture(&format!("postgres/{table}-{when}.sql.gz")));
            read(&database.url()).history
        };
        let before = load("before");
        let findings = audit(&before, true);
        let findings = lines(&before, &findings);
        let alarms: Vec<_> = findings.iter().filter(|line| !line.starts_with("info ")).collect();
        assert!(alarms.is_empty(), "{table}: {alarms:#?}");
        let expected = fixture(&format!("postgres/{table}.expect.json.gz"));
        compacted_as_kine_did(table, &expected, &before, &load("after"), 0);
    }
}

/// Puts rows into a table as they were recorded.
fn put(database: &Database<'_>, case: &Case) {
    let number = |number: Option<i128>| number.map_or("NULL".to_owned(), |it| it.to_string());
    let row = |row: &Tuple| {
        let (id, name, created, deleted, create, prev, lease) = row;
        let name =
            name.as_ref().map_or("NULL".to_owned(), |it| format!("'{}'", it.replace('\'', "''")));
        let rest = [
            created.map(i128::from),
            deleted.map(i128::from),
            create.map(i128::from),
            prev.map(i128::from),
            lease.map(i128::from),
        ];
        format!("({id}, {name}, {})", rest.map(number).join(", "))
    };
    let rows: Vec<String> = case.rows.iter().map(row).collect();
    let index = if case.unique_index { "" } else { "DROP INDEX kine_name_prev_revision_uindex; " };
    database.exec(&format!(
        "{index}INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
         VALUES {}",
        rows.join(", ")
    ));
}

#[test]
fn every_recorded_table_is_read_row_for_row_and_planned_so() {
    let cases = String::from_utf8(fixture("shared-postgres-cases.jsonl.gz")).expect("it is UTF-8");
    let database = postgres().database();
    let mut seen = 0;
    for line in cases.lines() {
        let case: Case = serde_json::from_str(line).expect("a recorded case");
        database.exec("DROP TABLE IF EXISTS kine");
        database.create_kine_table();
        put(&database, &case);
        let table = read(&database.url());
        assert!(table.rejects.is_empty(), "{:?}", table.rejects);
        let history = table.history;
        let flag = |value: Option<i64>| value.map_or(Flag::Null, Flag::from_number);
        for (at, row) in history.iter().zip(&case.rows) {
            let (id, name, created, deleted, create_revision, prev_revision, lease) = row;
            let expected = Row {
                id: *id,
                name: name.as_ref().map(String::as_bytes),
                created: flag(*created),
                deleted: flag(*deleted),
                create_revision: *create_revision,
                prev_revision: *prev_revision,
                lease: *lease,
            };
            assert_eq!(history.row(at), expected, "case {}", case.number);
        }
        assert_eq!(history.len(), case.rows.len());
        assert_eq!(history.profile().unique_index, Some(case.unique_index));
        let policy =
            Policy { min_retain: case.min_retain, batch_size: case.batch_size, ..Policy::DEFAULT };
        let plan = plan(&history, case.target, policy);
        let survivors: Vec<_> = history
            .iter()
            .filter(|&at| plan.survives(at))
            .map(|at| (history.id(at), plan.prev_after(&history, at)))
            .collect();
        let left: Vec<_> = case.survivors.iter().map(|row| (row.0, row.5)).collect();
        assert_eq!(survivors, left, "case {}", case.number);
        seen += 1;
    }
    assert_eq!(seen, 180);
}
