//! What is not as kine declares it, and what is made of that.

use kinescope::history::compaction::{Policy, Verdict};
use kinescope::history::{self, Dialect, Profile};
use kinescope::repair::{Choices, Repair, Step};
use kinescope::report::sql;

use super::{ask, create, planned, reset, rows, run, state, statements, written};
use crate::support::any::Engine;
use crate::support::history::picture_in;

const HEALTHY: &str = "1 compact_rev_key mark <- 0
                       2 /a create
                       3 /a update <- 2";

/// The rules that such a table breaks.
const RULES: &str =
    "missing-index,unique-index,duplicate-index,unwritable-table,sequence-behind,name-order";

const UNIQUE: &str = "kine_name_prev_revision_uindex";

/// What may be wrong, and how many steps mend it.
fn damages(engine: Engine) -> Vec<(String, usize)> {
    let of_all = [
        (String::new(), 1),
        (format!("CREATE INDEX {UNIQUE} ON kine (name, prev_revision)"), 1),
        (format!("CREATE INDEX {UNIQUE} ON kine (lease)"), 1),
        ("CREATE UNIQUE INDEX mine ON kine (name, prev_revision)".to_owned(), 0),
        ("CREATE INDEX more ON kine (lease); CREATE INDEX most ON kine (lease)".to_owned(), 2),
    ];
    let own: &[(&str, usize)] = match engine {
        Engine::MySql(_) => &[
            ("ALTER TABLE kine MODIFY id BIGINT UNSIGNED NOT NULL, DROP PRIMARY KEY", 2),
            ("ALTER TABLE kine MODIFY id BIGINT UNSIGNED NOT NULL", 2),
            ("ALTER TABLE kine DROP PRIMARY KEY, ADD INDEX mine (id, lease)", 2),
            ("ALTER TABLE kine DROP INDEX kine_name_index, ADD INDEX kine_name_index (name(9))", 1),
            ("ALTER TABLE kine ADD UNIQUE INDEX id (id), ADD UNIQUE INDEX id_2 (id)", 2),
        ],
        Engine::Postgres => &[
            ("ALTER TABLE kine ALTER COLUMN id DROP DEFAULT", 2),
            ("ALTER TABLE kine DROP CONSTRAINT kine_pkey", 2),
            ("ALTER TABLE kine DROP CONSTRAINT kine_pkey, ALTER COLUMN id DROP DEFAULT", 2),
            ("SELECT setval('kine_id_seq', 1)", 2),
            (
                "DROP INDEX kine_prev_revision_index; CREATE INDEX kine_prev_revision_index ON kine (lease)",
                2,
            ),
            ("ALTER TABLE kine ALTER COLUMN name TYPE text COLLATE \"en-x-icu\"", 2),
            (
                "ALTER TABLE kine ALTER COLUMN id DROP DEFAULT; ALTER TABLE kine ALTER COLUMN id ADD \
                 GENERATED ALWAYS AS IDENTITY (START 9)",
                2,
            ),
        ],
        Engine::Sqlite => &[
            ("DROP INDEX kine_prev_revision_index", 2),
            ("DROP INDEX kine_name_id_index; CREATE INDEX kine_name_id_index ON kine (lease)", 2),
            ("DROP INDEX kine_name_id_index; DROP INDEX kine_name_index", 3),
        ],
    };
    let own = own.iter().map(|&(sql, steps)| (sql.to_owned(), steps));
    of_all.into_iter().chain(own).collect()
}

#[test]
fn a_schema_becomes_kines() {
    for engine in Engine::all() {
        for (damage, steps) in damages(engine) {
            let database = create(engine);
            reset(&database, &rows(HEALTHY));
            if !damage.is_empty() && run(&database, std::slice::from_ref(&damage)) != [""; 0] {
                // Another index has that name already.
                continue;
            }
            let before = state(&database);
            let plan = planned(&database, &[]);
            let context = format!("{}: {damage}\n{plan}", engine.name());
            assert_eq!(plan["steps"].as_array().map(Vec::len), Some(steps), "{context}");
            let written = written(&database, &[]);
            assert_eq!(run(&database, &written.statements()), [""; 0], "{context}");
            let again = planned(&database, &[]);
            assert_eq!(again["steps"], serde_json::json!([]), "{context}\n{again}");
            assert_eq!(state(&database), before, "{context}");
            let audit = ask(&database, &["audit", "--only", RULES]);
            assert_eq!(audit.status, Some(0), "{context}\n{}", audit.out);
            if steps > 0 {
                assert_eq!(run(&database, &statements(&written.undo)), [""; 0], "{}", written.undo);
                assert_eq!(state(&database), before, "{context}");
                let again = planned(&database, &[])["steps"].as_array().map(Vec::len);
                assert!(again.is_some_and(|steps| steps > 0), "{context}");
            }
        }
    }
}

#[test]
fn snapshot_isolation_is_switched_off() {
    let mut database = history::Database::kine_default();
    database.set_variable("innodb_snapshot_isolation", "ON");
    let profile = Profile { database: Some(Box::new(database)), ..Profile::kine_default() };
    let history = picture_in(HEALTHY, profile);
    let verdict = Verdict::of(&history, Policy::DEFAULT);
    let repair = Repair::of(&history, &verdict, &Choices::default());
    assert_eq!(repair.steps, [Step::SnapshotIsolation]);
    let step = &repair.steps[0];
    assert_eq!(
        sql::statements_of(step, Dialect::MySql),
        ["SET GLOBAL innodb_snapshot_isolation = OFF"]
    );
    assert_eq!(sql::undo_of(step, Dialect::MySql), ["SET GLOBAL innodb_snapshot_isolation = ON"]);
}
