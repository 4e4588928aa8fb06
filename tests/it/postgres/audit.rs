//! What the audit says of tables on PostgreSQL, beside what becomes of what kine sends there.

use std::process::Command;

use kinescope::audit::{Severity, audit};
use kinescope::history::History;

use super::{SMALL, read, small};
use crate::audit::lines;
use crate::support::postgres::{Database, PASSWORD, Postgres, postgres};
use crate::support::program::run_on;

/// What kine sends to create an object, to delete it, and to fill a gap (v0.16.4).
const WRITES: [&str; 3] = [
    "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value, \
     old_value) VALUES ('/new', 1, 0, 0, 0, 0, 'v', NULL)",
    "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value, \
     old_value) VALUES ('/new', 0, 1, 0, 900, 0, NULL, 'v')",
    "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value, \
     old_value) VALUES (901, 'gap-901', 0, 1, 0, 0, 0, NULL, NULL)",
];

/// What kine sends at every start, of its unique index.
const START: &str = "CREATE UNIQUE INDEX IF NOT EXISTS kine_name_prev_revision_uindex ON kine (name, prev_revision)";

fn history(database: &Database<'_>) -> History {
    read(&database.url()).history
}

/// The findings of a rule.
fn said(database: &Database<'_>, rule: &str) -> Vec<String> {
    let history = history(database);
    let lines = lines(&history, &audit(&history, true)).into_iter();
    lines.filter(|line| line.contains(&format!(" {rule} "))).collect()
}

/// The SQLSTATE of what a statement gets; empty where it is done.
fn state(database: &Database<'_>, sql: &str) -> String {
    match database.server.try_exec(&database.name, sql) {
        Ok(()) => String::new(),
        Err(error) => {
            let error = error.into_database_error().expect("the server refuses it");
            error.code().expect("PostgreSQL gives one").into_owned()
        }
    }
}

/// The same of kine's writes, none of which is kept.
fn written(database: &Database<'_>) -> [String; 3] {
    WRITES.map(|sql| state(database, &format!("BEGIN; {sql}; ROLLBACK")))
}

#[test]
fn a_healthy_table_has_no_findings_and_nothing_is_left_unchecked() {
    let database = small();
    let history = history(&database);
    let findings = audit(&history, true);
    assert_eq!(lines(&history, &findings), Vec::<String>::new());
    assert_eq!(findings.unchecked, []);
    assert_eq!(written(&database), ["", "", ""]);
    // An account that may read the table alone does not see its sequence.
    let name = &database.name;
    database.exec(&format!(
        "CREATE ROLE auditor_{name} LOGIN PASSWORD '{PASSWORD}'; GRANT SELECT ON kine TO auditor_{name}"
    ));
    let history = read(&database.url_of(&format!("auditor_{name}"), "")).history;
    let unchecked: Vec<_> =
        audit(&history, true).unchecked.iter().map(|it| (it.rule.name, it.why)).collect();
    assert_eq!(unchecked, [("sequence-behind", "the account may not read the sequence of id")]);
    database.exec(&format!("DROP OWNED BY auditor_{name}; DROP ROLE auditor_{name}"));
}

#[test]
fn a_lost_unique_index_is_what_a_start_of_kine_makes_of_it() {
    let drop = "DROP INDEX IF EXISTS kine_name_prev_revision_uindex";
    let fork = "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
                VALUES ('/registry/pods/b', 0, 0, 5, 5, 0), ('/registry/pods/b', 0, 0, 5, 5, 0)";
    // (what is done to the table, what a start says, whether the index is there then, what is said)
    let cases = [
        (
            drop.to_owned(),
            "",
            true,
            "There is no unique index on name and prev_revision: \
          kine_name_prev_revision_uindex is missing. It can be created now: no row prevents it, and \
          kine makes it when it starts, unless another index has that name.",
        ),
        (
            format!("{drop}; {fork}"),
            "23505",
            false,
            "kine_name_prev_revision_uindex is missing. It cannot \
          be created now: 1 fork prevents it (rule fork). kine does not start until they are gone \
          (SQLSTATE 23505).",
        ),
        (
            format!(
                "{drop}; CREATE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)"
            ),
            "",
            false,
            "The index kine_name_prev_revision_uindex is not unique.",
        ),
        (
            format!(
                "{drop}; CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision) \
                  WHERE id > 10"
            ),
            "",
            false,
            "The index kine_name_prev_revision_uindex covers only some of the rows.",
        ),
    ];
    for (change, start, is_there, message) in cases {
        let database = small();
        database.exec(&change);
        let found = said(&database, "unique-index");
        assert!(found.len() == 1 && found[0].contains(message), "{change}: {found:#?}");
        assert!(found[0].starts_with("error "), "{found:?}");
        assert_eq!(state(&database, START), start, "{change}");
        assert_eq!(said(&database, "unique-index").is_empty(), is_there, "{change}");
    }
}

#[test]
fn missing_indexes_are_named_and_a_start_of_kine_makes_them() {
    let database = small();
    database.exec("DROP INDEX kine_list_query_index, kine_prev_revision_index; ALTER TABLE kine DROP CONSTRAINT kine_pkey");
    assert_eq!(
        said(&database, "missing-index"),
        [
            "warning missing-index -: Missing, and no other index serves instead: the primary key (id), \
          kine_prev_revision_index (prev_revision), kine_list_query_index (name, id, deleted). kine makes \
          indexes anew when it starts, but for the primary key."
        ]
    );
    // Before kine v0.13.0 there was no index for lists, and no C.
    database.exec("ALTER TABLE kine ALTER COLUMN name TYPE VARCHAR(630) COLLATE \"default\"");
    let found = said(&database, "missing-index");
    assert!(!found[0].contains("kine_list_query_index"), "{found:?}");
}

#[test]
fn a_sequence_that_is_behind_keeps_kine_from_writing() {
    let database = small();
    database.exec("SELECT setval('kine_id_seq', 2)");
    assert_eq!(
        said(&database, "sequence-behind"),
        [
            "error sequence-behind -: The last number that kine_id_seq gave out is 2, and the current \
          revision is 5. With kine stopped, `SELECT setval('kine_id_seq', 5)` fixes it."
        ]
    );
    assert_eq!(written(&database)[0], "23505");
    database.exec("SELECT setval('kine_id_seq', 5)");
    assert_eq!(said(&database, "sequence-behind"), Vec::<String>::new());
    assert_eq!(written(&database), ["", "", ""]);
    // Never asked for a number: the next is 1.
    database.exec("SELECT setval('kine_id_seq', 1, false)");
    assert!(said(&database, "sequence-behind")[0].contains("gave out is 0, and"));
    assert_eq!(written(&database)[0], "23505");
}

#[test]
fn a_sequence_that_does_not_count_by_one_is_an_error() {
    let database = small();
    for (change, message) in [
        ("INCREMENT 3", "The sequence of id counts in steps of 3."),
        ("INCREMENT 1 CACHE 20", "The sequence of id gives each session 20 numbers at a time."),
    ] {
        database.exec(&format!("ALTER SEQUENCE kine_id_seq {change}"));
        let found = said(&database, "auto-increment-step");
        assert_eq!(found, [format!("error auto-increment-step -: {message}")]);
    }
    database.exec("ALTER SEQUENCE kine_id_seq INCREMENT 1 CACHE 1");
    assert!(said(&database, "auto-increment-step").is_empty());
}

#[test]
fn numbers_that_run_out_are_told_of_column_and_sequence() {
    let database = small();
    database.exec("INSERT INTO kine (id, name) VALUES (2147483000, '/late'); SELECT setval('kine_id_seq', 2147483000)");
    assert!(said(&database, "id-headroom").is_empty());
    database.exec("ALTER SEQUENCE kine_id_seq AS INTEGER");
    let left =
        "ends at 2147483647, and the current revision is 2147483000: 647 revisions are left.";
    assert_eq!(
        said(&database, "id-headroom"),
        [format!("error id-headroom -: The sequence of id {left}")]
    );
    database.exec("SELECT setval('kine_id_seq', 2147483647)");
    assert_eq!(written(&database)[0], "2200H");
    database.exec(
        "ALTER TABLE kine ALTER COLUMN id TYPE INTEGER; ALTER SEQUENCE kine_id_seq AS BIGINT",
    );
    assert_eq!(
        said(&database, "id-headroom"),
        [format!("error id-headroom -: The column id {left}")]
    );
    assert_eq!(written(&database)[0], "22003");
    let old = said(&database, "column-type");
    assert!(old[0].contains("In this table id is integer, not bigint."), "{old:?}");
}

#[test]
fn what_keeps_kine_from_writing_is_an_error() {
    // (what is done to the table, what becomes of kine's writes, what is said)
    let cases = [
        (
            "ALTER TABLE kine ALTER COLUMN id DROP DEFAULT",
            ["23502", "23502", ""],
            "id has no sequence: every write is refused (SQLSTATE 23502: null value in column \"id\"). `CREATE SEQUENCE IF NOT EXISTS kine_id_seq OWNED BY kine.id; SELECT setval('kine_id_seq', 5); ALTER TABLE kine ALTER COLUMN id SET DEFAULT nextval('kine_id_seq')` fixes it.",
        ),
        (
            "CREATE TABLE other AS SELECT * FROM kine; DROP TABLE kine; ALTER TABLE other RENAME TO kine",
            ["", "", ""],
            "id has no sequence: every row that kine writes gets the id NULL. `CREATE SEQUENCE IF NOT EXISTS kine_id_seq OWNED BY kine.id; SELECT setval('kine_id_seq', 5); ALTER TABLE kine ALTER COLUMN id SET DEFAULT nextval('kine_id_seq'), ADD PRIMARY KEY (id)` fixes it.",
        ),
        (
            "ALTER TABLE kine ALTER COLUMN id DROP DEFAULT, ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START 100)",
            ["", "", "428C9"],
            "id is GENERATED ALWAYS, and takes no number that kine gives: gap rows are refused (SQLSTATE 428C9).",
        ),
        (
            "ALTER TABLE kine DROP COLUMN lease; ALTER TABLE kine ADD COLUMN lease INTEGER GENERATED ALWAYS AS (deleted) STORED",
            ["428C9", "428C9", "428C9"],
            "The server generates lease, and refuses the value that kine gives it (SQLSTATE 428C9).",
        ),
        (
            "UPDATE kine SET old_value = ''; ALTER TABLE kine ALTER COLUMN old_value SET NOT NULL",
            ["23502", "", "23502"],
            "old_value is NOT NULL (SQLSTATE 23502): an object that is created has no old value.",
        ),
        (
            "ALTER TABLE kine ADD COLUMN cluster INTEGER NOT NULL DEFAULT 1; ALTER TABLE kine ALTER COLUMN cluster DROP DEFAULT",
            ["23502", "23502", "23502"],
            "cluster, which kine does not know, is NOT NULL and has no default: every write is refused (SQLSTATE 23502).",
        ),
    ];
    for (change, states, message) in cases {
        let database = small();
        database.exec(change);
        let found = said(&database, "unwritable-table");
        assert!(found.len() == 1 && found[0].contains(message), "{change}: {found:#?}");
        assert_eq!(written(&database), states, "{change}");
        // The statement that is named fixes it.
        let fix = found[0].split('`').nth(1);
        if let Some(fix) = fix {
            database.exec(fix);
            assert!(said(&database, "unwritable-table").is_empty(), "{fix}");
            assert_eq!(written(&database), ["", "", ""], "{fix}");
        }
    }
}

/// What a list of a prefix gives, as kine v0.16.3 and later ask for it.
fn listed(database: &Database<'_>, prefix: &str, end: &str) -> Vec<String> {
    database.ask(&format!(
        "SELECT name FROM kine WHERE name >= '{prefix}' AND name < '{end}' ORDER BY id"
    ))
}

const OTHERS: &str = "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
                      VALUES ('/registry/Pods/b', 1, 0, 0, 0, 0)";
const MENDED: &str = "ALTER TABLE kine ALTER COLUMN name TYPE text COLLATE \"C\"";

#[test]
fn an_order_that_is_not_of_bytes_is_found_by_what_the_server_sorts() {
    let database = small();
    database.exec(OTHERS);
    let pods = || listed(&database, "/registry/pods/", "/registry/pods0");
    assert_eq!(pods().len(), 4);
    for (declared, is_found) in [
        ("VARCHAR(630)", false),
        ("text COLLATE \"POSIX\"", false),
        ("text COLLATE \"C\"", false),
        ("text COLLATE \"ucs_basic\"", false),
        ("VARCHAR(630) COLLATE \"en-x-icu\"", true),
        ("text COLLATE \"de-x-icu\"", true),
    ] {
        database.exec(&format!("ALTER TABLE kine ALTER COLUMN name TYPE {declared}"));
        let found = said(&database, "name-order");
        assert_eq!(found.len(), usize::from(is_found), "{declared}: {found:?}");
        let collation = declared.split('"').nth(1).unwrap_or_default();
        assert!(
            found.iter().all(|it| it.contains(&format!("of name is {collation}: "))),
            "{found:?}"
        );
    }
    // The database's own.
    let icu = postgres().database_with("LOCALE_PROVIDER icu ICU_LOCALE 'en-US'");
    icu.create_kine_table();
    icu.exec(SMALL);
    icu.exec(OTHERS);
    icu.exec("ALTER TABLE kine ALTER COLUMN name TYPE VARCHAR(630) COLLATE \"default\"");
    let found = said(&icu, "name-order");
    assert!(
        found[0]
            .contains("The collation of name is en-US of ICU: names do not sort by their bytes"),
        "{found:?}"
    );
    assert_eq!(listed(&icu, "/registry/pods/", "/registry/pods0").len(), 5, "one is another's");
    icu.exec(MENDED);
    assert_eq!(listed(&icu, "/registry/pods/", "/registry/pods0").len(), 4);
    assert!(said(&icu, "name-order").is_empty());
}

#[test]
fn lists_are_empty_in_the_c_librarys_english() {
    let locales = tempfile::tempdir().expect("a directory");
    let made = Command::new("localedef")
        .args(["-i", "en_US", "-f", "UTF-8"])
        .arg(locales.path().join("en_US.UTF-8"))
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        println!("not run where localedef makes no en_US.UTF-8 (Debian: locales)");
        return;
    }
    for path in [locales.path().to_owned(), locales.path().join("en_US.UTF-8")] {
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, open).expect("ours");
    }
    let server = Postgres::start_in(&[("LOCPATH", locales.path())], &[]);
    let database = server.database_with("LOCALE 'en_US.UTF-8'");
    database.create_kine_table();
    database.exec(SMALL);
    database.exec("ALTER TABLE kine ALTER COLUMN name TYPE VARCHAR(630) COLLATE \"default\"");
    let found = said(&database, "name-order");
    assert_eq!(
        found,
        [
            "error name-order -: The collation of name is en_US.UTF-8: /registry/pods/a is not between \
          /registry/pods/ and /registry/pods0, so every list of kine v0.16.3 and later is empty. `ALTER \
          TABLE kine ALTER COLUMN name TYPE text COLLATE \"C\"` fixes it, and so does starting kine with \
          KINE_SCHEMA_MIGRATION=2."
        ]
    );
    assert_eq!(listed(&database, "/registry/", "/registry0"), Vec::<String>::new());
    database.exec(found[0].split('`').nth(1).expect("a statement"));
    assert_eq!(listed(&database, "/registry/", "/registry0").len(), 4);
    assert!(said(&database, "name-order").is_empty());
}

#[test]
fn a_view_is_told_as_one_and_kine_does_not_start_on_it() {
    let database = small();
    database.exec("ALTER TABLE kine RENAME TO there; CREATE VIEW kine AS SELECT * FROM there");
    let history = history(&database);
    let findings = audit(&history, true);
    assert_eq!(findings.worst(), Some(Severity::Warning));
    assert!(lines(&history, &findings)[0].starts_with("warning view -: kine is a view"));
    let start = START.replace("kine_name_prev_revision_uindex", "another");
    assert_eq!(state(&database, &start), "42809");
}

#[test]
fn the_repair_is_for_this_database() {
    let database = small();
    let ran = run_on(&database.url(), &["audit", "--format", "sql"]);
    assert!(matches!(ran.status, Some(0 | 1)) && ran.err.is_empty(), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(", from PostgreSQL "), "{}", ran.out);
    assert!(ran.out.contains("-- No row is stray, and the unique index is there."), "{}", ran.out);
}
