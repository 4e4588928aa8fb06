//! Tables into which kine cannot write, or not all, as servers tell of them, beside what becomes of a
//! write.

use std::rc::Rc;

use kinescope::audit::{Findings, audit, audit_under};
use kinescope::history::compaction::{Policy, Verdict};
use kinescope::history::{Column, Database as Described, History, Profile};
use kinescope::source::{Log, Options, Source, load};
use serde_json::Value;

use super::examples::lines;
use crate::support::program::run_on;
use crate::support::server::{Database, Server, block_on, servers};

/// What kine sends to create an object, to delete it, and to fill a gap (v0.16.4).
const WRITES: [&str; 3] = [
    "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value, \
     old_value) VALUES ('/new', 1, 0, 0, 0, 0, 'v', NULL)",
    "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value, \
     old_value) VALUES ('/new', 0, 1, 0, 900, 0, NULL, 'v')",
    "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value, \
     old_value) VALUES (901, 'gap-901', 0, 1, 0, 0, 0, NULL, NULL)",
];

fn kine(server: &Server) -> Database<'_> {
    let database = server.database();
    database.create_kine_table();
    database.exec(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value) \
         VALUES ('compact_rev_key', 1, 0, 0, 0, 0, ''), ('/a', 1, 0, 0, 0, 0, 'v')",
    );
    database
}

fn audited(database: &Database<'_>) -> (History, Findings) {
    let source = Source::parse(&database.socket_dsn()).expect("an endpoint");
    let loaded = block_on(load(source, Options::default(), &Log::default(), |_| ()))
        .expect("the table is read");
    assert!(loaded.error.is_none(), "{:?}", loaded.error);
    let findings = audit(&loaded.table.history, true);
    (loaded.table.history, findings)
}

/// What the rule says, if it says something.
fn said(database: &Database<'_>, rule: &str) -> Option<String> {
    let (history, findings) = audited(database);
    let mut lines = lines(&history, &findings).into_iter();
    lines.find_map(|line| line.split_once(&format!(" {rule} -: ")).map(|(_, said)| said.to_owned()))
}

/// The numbers of the errors that kine's writes get, 0 where one is done.
fn written(database: &Database<'_>) -> [u16; 3] {
    WRITES.map(|sql| match database.server.try_exec(&database.name, sql) {
        Ok(()) => 0,
        Err(error) => {
            let error = error.into_database_error().expect("the server refuses it");
            error.downcast_ref::<sqlx::mysql::MySqlDatabaseError>().number()
        }
    })
}

#[test]
fn what_keeps_kine_from_writing_is_an_error() {
    const NO_DEFAULT: &str =
        "every write is refused (error 1364: Field 'id' doesn't have a default value)";
    for server in servers() {
        let int = if server.mariadb { "bigint(20)" } else { "bigint" };
        let generated = if server.mariadb { 1906 } else { 3105 };
        // (what is done to the table, what becomes of kine's writes, what is said)
        let cases = [
            (
                "MODIFY id BIGINT UNSIGNED NOT NULL",
                [1364, 1364, 0],
                format!(
                    "id has no AUTO_INCREMENT: {NO_DEFAULT}. `ALTER TABLE kine MODIFY id {int} \
                     unsigned NOT NULL AUTO_INCREMENT` fixes it."
                ),
            ),
            (
                "MODIFY id BIGINT UNSIGNED NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (name), \
                 DROP INDEX kine_id_deleted_index",
                [1364, 1364, 0],
                format!(
                    "id has no AUTO_INCREMENT: {NO_DEFAULT}. `ALTER TABLE kine MODIFY id {int} \
                     unsigned NOT NULL AUTO_INCREMENT, ADD UNIQUE INDEX (id)` fixes it."
                ),
            ),
            (
                "MODIFY id INT NOT NULL DEFAULT 7",
                [0, 1062, 0],
                format!(
                    "id has no AUTO_INCREMENT: every row that kine writes gets the id 7. `ALTER \
                     TABLE kine MODIFY id {} NOT NULL AUTO_INCREMENT` fixes it.",
                    if server.mariadb { "int(11)" } else { "int" }
                ),
            ),
            (
                "MODIFY id BIGINT NULL, DROP PRIMARY KEY",
                [0, 0, 0],
                format!(
                    "id has no AUTO_INCREMENT: every row that kine writes gets the id NULL. \
                     `ALTER TABLE kine MODIFY id {int} NOT NULL AUTO_INCREMENT, ADD PRIMARY KEY \
                     (id)` fixes it."
                ),
            ),
            (
                "ADD COLUMN cluster INT NOT NULL",
                [1364; 3],
                "cluster, which kine does not know, is NOT NULL and has no default: every write is \
                 refused (error 1364)."
                    .to_owned(),
            ),
            (
                "MODIFY old_value MEDIUMBLOB NOT NULL",
                [1048, 0, 1048],
                "old_value is NOT NULL (error 1048): an object that is created has no old value."
                    .to_owned(),
            ),
            (
                "MODIFY value MEDIUMBLOB NOT NULL",
                [0, 1048, 1048],
                "value is NOT NULL (error 1048): a gap row, and from kine v0.16.0 on a deletion, has \
                 no value."
                    .to_owned(),
            ),
            (
                "DROP COLUMN lease, ADD COLUMN lease INT AS (deleted + 1) STORED",
                [generated; 3],
                "The server generates lease, and refuses the value that kine gives it (error 3105 on \
                 MySQL, 1906 on MariaDB)."
                    .to_owned(),
            ),
        ];
        for (change, writes, expected) in cases {
            let database = kine(server);
            let null = "UPDATE kine SET value = '', old_value = ''";
            database.exec(&format!("{null}; ALTER TABLE kine {change}"));
            let said = said(&database, "unwritable-table");
            assert_eq!(said.as_deref(), Some(&*expected), "{}: {change}", server.version);
            assert_eq!(written(&database), writes, "{}: {change}", server.version);
        }
        // What the server fills in by itself, and what kine never made.
        for change in [
            "MODIFY id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT",
            "ADD COLUMN kind ENUM('a', 'b') NOT NULL",
            "ADD COLUMN noted_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP",
            "ADD COLUMN shard INT NOT NULL DEFAULT 7",
            "ADD COLUMN seen CHAR(36) NOT NULL DEFAULT (CONCAT('a', 'b'))",
            "ADD COLUMN dead INT AS (deleted + 1) STORED",
            "ADD COLUMN note TEXT",
        ] {
            let database = kine(server);
            database.exec(&format!("ALTER TABLE kine {change}"));
            assert_eq!(said(&database, "unwritable-table"), None, "{}: {change}", server.version);
            assert_eq!(written(&database), [0; 3], "{}: {change}", server.version);
        }
    }
}

#[test]
fn the_statement_lets_kine_write_again() {
    for server in servers() {
        for change in [
            "RENAME TABLE kine TO below; CREATE TABLE kine AS SELECT * FROM below",
            "ALTER TABLE kine MODIFY id BIGINT UNSIGNED NOT NULL",
            "ALTER TABLE kine MODIFY id INT, DROP PRIMARY KEY, ADD PRIMARY KEY (name), \
             DROP INDEX kine_id_deleted_index",
        ] {
            let database = kine(server);
            database.exec(change);
            let said = said(&database, "unwritable-table").expect("id has no AUTO_INCREMENT");
            let statement = said.split('`').nth(1).expect("a statement");
            assert!(!said.contains("must go first"), "{said}");
            database.exec(statement);
            assert_eq!(self::said(&database, "unwritable-table"), None, "{change}: {statement}");
            database.exec(WRITES[0]);
            let newest = server.ask(&database.name, "SELECT MAX(id) FROM kine");
            assert_eq!(newest, "3", "{}: {change}", server.version);
        }
        // Without AUTO_INCREMENT and a key, writes have gone to revision 0.
        let database = kine(server);
        database.exec("RENAME TABLE kine TO below; CREATE TABLE kine AS SELECT * FROM below");
        database.exec(WRITES[1]);
        let said = said(&database, "unwritable-table").expect("id has no AUTO_INCREMENT");
        assert!(said.contains("every row that kine writes gets the id 0."), "{said}");
        let zero = "Revision 0 must go first: it would get a new number.";
        assert!(said.ends_with(zero), "{said}");
    }
}

#[test]
fn what_a_server_makes_up_keeps_nobody_from_writing() {
    let lax = |mode: Option<&str>, change: fn(&mut Described)| {
        let mut database = Described::kine_default();
        let mode = mode.map(|mode| ("sql_mode".to_owned(), mode.to_owned()));
        database.variables.as_mut().expect("they are told").extend(mode);
        change(&mut database);
        let profile = Profile { database: Some(Box::new(database)), ..Profile::kine_default() };
        let history = History::new(profile);
        let verdict = Rc::new(Verdict::of(&history, Policy::DEFAULT));
        let findings = audit_under(&history, true, Policy::DEFAULT, verdict);
        let of_rules = ["unwritable-table", "narrow-column"];
        let mut found = findings.found.iter().filter(|it| of_rules.contains(&it.rule.name));
        found.next().map(|finding| findings.message(&history, finding))
    };
    let extra: fn(&mut Described) = |database| {
        database.columns.push(Column { nullable: false, ..Column::new("x", "int") });
    };
    assert_eq!(lax(Some("NO_ENGINE_SUBSTITUTION"), extra), None);
    assert!(lax(Some("STRICT_ALL_TABLES"), extra).is_some_and(|it| it.starts_with("x, which")));
    assert!(lax(None, extra).is_some());
    let id: fn(&mut Described) = |database| database.columns[0].extra.clear();
    let said = lax(Some(""), id).expect("id has no AUTO_INCREMENT");
    assert!(said.contains("every row that kine writes gets the id 0"), "{said}");
    let short: fn(&mut Described) =
        |database| "varchar(255)".clone_into(&mut database.columns[1].full_type);
    let what = "name is varchar(255), which ends at 255 characters: a longer name is";
    for (mode, then) in [
        (Some("STRICT_TRANS_TABLES"), "refused."),
        (Some(""), "silently cut, because sql_mode is not strict."),
        (None, "refused, or silently cut if sql_mode is not strict."),
    ] {
        assert_eq!(lax(mode, short), Some(format!("{what} {then}")));
    }
}

/// What converters and kine v0.1.0 make.
#[test]
fn what_does_not_fit_is_a_warning() {
    for server in servers() {
        let refused = |database: &Database<'_>, name: &str, value: &str| {
            let sql = format!("INSERT INTO kine (name, value) VALUES ({name}, {value})");
            server.try_exec(&database.name, &sql).is_err()
        };
        let too_long = ("'/b'", "REPEAT('v', 70000)");
        let no_text = ("'/b'", "x'6B387300FF'");
        // (what is done to the table, what is said, what the server then refuses)
        let cases = [
            (
                "MODIFY value BLOB, MODIFY old_value BLOB",
                "value is blob, which ends at 65,535 bytes: a value that does not fit is refused. \
                 old_value is blob, which ends at 65,535 bytes: a value that does not fit is refused.",
                too_long,
            ),
            (
                "MODIFY value TEXT CHARACTER SET utf8mb4",
                "value is text, which takes only text, and ends at 65,535: a value that does not \
                 fit is refused.",
                no_text,
            ),
            (
                "MODIFY value LONGTEXT CHARACTER SET utf8mb4",
                "value is longtext, which takes only text: a value that does not fit is refused.",
                no_text,
            ),
            (
                "MODIFY value VARBINARY(1000)",
                "value is varbinary(1000), which ends at 1,000 bytes: a value that does not fit is \
                 refused.",
                too_long,
            ),
            (
                "MODIFY name VARCHAR(255) CHARACTER SET ascii",
                "name is varchar(255), which ends at 255 characters: a longer name is refused.",
                ("CONCAT('/', REPEAT('n', 299))", "''"),
            ),
        ];
        for (change, expected, (name, value)) in cases {
            let database = kine(server);
            assert!(!refused(&database, name, value), "kine's own table takes it");
            database.exec("DELETE FROM kine WHERE id > 2");
            database.exec(&format!("ALTER TABLE kine {change}"));
            let said = said(&database, "narrow-column");
            assert_eq!(said.as_deref(), Some(expected), "{}: {change}", server.version);
            let doubled = self::said(&database, "column-type");
            assert_eq!(doubled, None, "{}: {change}: it is said once", server.version);
            assert!(refused(&database, name, value), "{}: {change}", server.version);
        }
        let database = kine(server);
        database.exec(
            "ALTER TABLE kine MODIFY value LONGBLOB, MODIFY name VARCHAR(700) CHARACTER SET ascii, \
             MODIFY lease BIGINT",
        );
        assert_eq!(said(&database, "narrow-column"), None, "{}", server.version);
    }
}

#[test]
fn a_view_is_said_to_be_one() {
    for server in servers() {
        let database = kine(server);
        database.exec("RENAME TABLE kine TO below; CREATE VIEW kine AS SELECT * FROM below");
        let (history, findings) = audited(&database);
        assert_eq!(
            lines(&history, &findings),
            ["warning view -: kine is a view in this database. What it shows was read; the \
              engine and the indexes of what is behind it are not known."],
            "{}",
            server.version
        );
        let unchecked: Vec<_> =
            findings.unchecked.iter().map(|it| (it.rule.name, it.why)).collect();
        let why = "kine is a view, and the server does not report what is behind it";
        let rules =
            ["unique-index", "missing-index", "duplicate-index", "engine", "unwritable-table"];
        assert_eq!(unchecked, rules.map(|rule| (rule, why)));
        for command in ["preview", "show", "usage"] {
            let arguments = if command == "show" { vec![command, "/a"] } else { vec![command] };
            let ran = run_on(&database.dsn(), &arguments);
            let told = ran.out.replace("\n  ", " ").replace('\n', " ");
            assert!(told.contains("kine is a view here, not a table"), "{command}: {told}");
        }
        // What it leaves out may be a key's newest row, and no index can be made on it.
        let ran = run_on(&database.dsn(), &["audit", "--format", "sql"]);
        assert_eq!((ran.status, ran.out.as_str()), (Some(3), ""));
        assert!(ran.err.contains("why: kine is a view, which may leave out rows"), "{}", ran.err);
        let ran = run_on(&database.dsn(), &["connect"]);
        assert!(ran.out.contains("a view called kine"), "{}", ran.out);
        let ran = run_on(&database.dsn(), &["connect", "--format", "json"]);
        let told: Value = serde_json::from_str(&ran.out).expect("it is JSON");
        assert_eq!(told["answer"]["table"]["view"], true, "{}", ran.out);
    }
}

#[test]
fn the_missing_index_is_named_as_people_look_for_it() {
    for server in servers() {
        let drop = "ALTER TABLE kine DROP INDEX kine_name_prev_revision_uindex";
        for (change, what) in [
            (
                "",
                "There is no unique index on name and prev_revision: kine_name_prev_revision_uindex \
                  is missing.",
            ),
            (
                ", ADD UNIQUE INDEX u (name(100), prev_revision)",
                "The index u covers only the beginning of the name, and \
                  kine_name_prev_revision_uindex is missing.",
            ),
            (
                ", ADD INDEX u (name, prev_revision)",
                "The index u is not unique, and \
                  kine_name_prev_revision_uindex is missing.",
            ),
            (
                ", ADD INDEX kine_name_prev_revision_uindex (name, prev_revision)",
                "The index kine_name_prev_revision_uindex is not unique.",
            ),
        ] {
            let database = kine(server);
            database.exec(&format!("{drop}{change}"));
            let expected = format!("{what} It can be created now: no row prevents it.");
            assert_eq!(said(&database, "unique-index"), Some(expected.clone()));
            let ran = run_on(&database.dsn(), &["audit", "--format", "json"]);
            let told: Value = serde_json::from_str(&ran.out).expect("it is JSON");
            let findings = told["findings"].as_array().expect("a list");
            let finding = findings.iter().find(|it| it["rule"] == "unique-index");
            assert_eq!(finding.expect("it is found")["message"], expected);
        }
    }
}
