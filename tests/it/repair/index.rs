//! The unique index: made where it can be, and no other is lost where it cannot.

use super::{forked, rows, statements, written};
use crate::server::on_every_server;
use crate::support::history::picture;
use crate::support::server::Database;

const UNIQUE: &str = "kine_name_prev_revision_uindex";

const HEALTHY: &str = "1 compact_rev_key mark <- 0
                       2 /a create
                       3 /a update <- 2";

const FORK: &str = "1 compact_rev_key mark <- 0
                    2 /a create
                    3 /a update <- 2
                    4 /a update <- 2";

/// The indexes with their columns: `!` where one is unique, and how much of a column counts.
fn indexes(database: &Database<'_>) -> Vec<String> {
    let sql = "SELECT CONCAT(INDEX_NAME, IF(MIN(NON_UNIQUE) = 0, '!', ''), ' ', \
               GROUP_CONCAT(COLUMN_NAME, IFNULL(SUB_PART, '') ORDER BY SEQ_IN_INDEX)) \
               FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() \
               AND TABLE_NAME = 'kine' GROUP BY INDEX_NAME ORDER BY 1";
    database.server.texts(&database.name, sql).into_iter().flatten().flatten().collect()
}

/// Runs statements as they are, each also after one that failed; the errors.
fn run(database: &Database<'_>, sql: &str) -> Vec<String> {
    let mut errors = Vec::new();
    crate::support::server::block_on(async {
        let mut connection = database.server.connect(&database.name).await;
        for statement in statements(sql) {
            let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(statement));
            if let Err(why) = sqlx::Executor::execute(&mut connection, sql).await {
                errors.push(why.to_string());
            }
        }
    });
    errors
}

/// The comments in one line.
fn comments(sql: &str) -> String {
    let lines = sql.lines().filter_map(|line| line.strip_prefix("--"));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_index_in_the_way_goes_only_when_the_new_one_stands() {
    // What kine v0.1.0 and v0.2.0 made, what a person may have, and a name that a server takes for kine's.
    let in_the_way = [
        format!("CREATE INDEX {UNIQUE} ON kine (name(100), prev_revision)"),
        format!("CREATE INDEX {UNIQUE} ON kine (name, prev_revision)"),
        format!("CREATE UNIQUE INDEX {UNIQUE} ON kine (name(100), prev_revision)"),
        "CREATE UNIQUE INDEX mine ON kine (prev_revision, name(9))".to_owned(),
        "CREATE INDEX KINE_Name_prev_revision_uINDEX ON kine (value(9))".to_owned(),
        "CREATE INDEX `a``; DROP TABLE kine; --` ON kine (name(100), prev_revision)".to_owned(),
        "CREATE UNIQUE INDEX `a``; DROP TABLE kine; --` ON kine (name(100), prev_revision)"
            .to_owned(),
        "CREATE UNIQUE INDEX `*/ ';\\` ON kine (name(100), prev_revision)".to_owned(),
    ];
    on_every_server(|server| {
        for engine in ["InnoDB", "MyISAM"] {
            for create in &in_the_way {
                let database = server.database();
                forked(&database, HEALTHY);
                database.exec(&format!("ALTER TABLE kine ENGINE = {engine}"));
                let rest = indexes(&database);
                database.exec(create);
                let old = indexes(&database);
                let sql = written(&database);
                // The table gets a fork meanwhile.
                let is_unique = create.contains("UNIQUE");
                if !is_unique {
                    database.exec("INSERT INTO kine (name, prev_revision) VALUES ('/a', 2)");
                    let errors = run(&database, &sql);
                    assert!(errors.len() == 1 && errors[0].contains("1062"), "{errors:?}\n{sql}");
                    assert_eq!(indexes(&database), old, "{engine} {create}");
                    database.exec("DELETE FROM kine ORDER BY id DESC LIMIT 1");
                }
                assert_eq!(run(&database, &sql), [""; 0], "{sql}");
                let mut new = indexes(&database);
                assert!(new.contains(&format!("{UNIQUE}! name,prev_revision")), "{new:?}");
                new.retain(|index| !index.starts_with(UNIQUE));
                let is_kept = create.starts_with("CREATE INDEX `");
                assert_eq!(new.len(), rest.len() + usize::from(is_kept), "{new:?}");
                let again = written(&database);
                assert!(again.contains("and the unique index is there."), "{again}");
            }
        }
    });
}

#[test]
fn names_that_no_statement_may_hold_are_shown_and_left() {
    on_every_server(|server| {
        let database = server.database();
        forked(&database, FORK);
        database.exec("DELETE FROM kine WHERE id = 3");
        let hostile =
            ["a\nDROP TABLE kine;", "\u{1b}[2J\u{1b}]0;x\u{7}", "a\rb", "a\u{2028}b\u{202e}c"];
        for name in hostile {
            database
                .exec(&format!("CREATE UNIQUE INDEX `{name}` ON kine (name(100), prev_revision)"));
        }
        let sql = written(&database);
        for char in sql.chars() {
            assert!(
                char == '\n' || !(char.is_control() || "\u{2028}\u{202e}".contains(char)),
                "{char:?}"
            );
        }
        assert!(sql.lines().all(|line| !line.starts_with("DROP")), "{sql}");
        let said = comments(&sql);
        for name in
            ["a\\x0aDROP TABLE kine;", "\\x1b[2J\\x1b]0;x\\x07", "a\\x0db", "a\\u{2028}b\\u{202e}c"]
        {
            assert!(
                said.contains(&format!("The index {name} is unique over the beginning")),
                "{said}"
            );
        }
        assert_eq!(run(&database, &sql), [""; 0], "{sql}");
        let indexes = indexes(&database);
        assert!(indexes.contains(&format!("{UNIQUE}! name,prev_revision")), "{indexes:?}");
        assert_eq!(indexes.len(), 6 + hostile.len(), "{indexes:?}");
        assert_eq!(rows(&database).len(), 3);
    });
}

#[test]
fn what_is_to_be_changed_first_is_said() {
    // (the column, the engine, why not)
    let cases = [
        ("TEXT", "InnoDB", Some("as it is: text, of which only the beginning can be indexed.")),
        ("MEDIUMBLOB", "InnoDB", Some("mediumblob, of which only the beginning can be indexed.")),
        (
            "VARCHAR(1000) CHARACTER SET utf8mb4",
            "InnoDB",
            Some(
                "varchar(1000) CHARACTER SET utf8mb4: with prev_revision that is up to 4,008 bytes, and an \
                 index holds 3,072.",
            ),
        ),
        ("VARCHAR(767) CHARACTER SET utf8mb4", "InnoDB", Some("up to 3,076 bytes")),
        ("VARCHAR(766) CHARACTER SET utf8mb4", "InnoDB", None),
        ("VARCHAR(630) CHARACTER SET utf8mb4", "InnoDB", None),
        ("VARCHAR(630) CHARACTER SET utf8mb4", "MyISAM", Some("an index holds 1,000.")),
        ("VARCHAR(992) CHARACTER SET latin1", "MyISAM", None),
        ("VARCHAR(993) CHARACTER SET latin1", "MyISAM", Some("up to 1,001 bytes")),
    ];
    on_every_server(|server| {
        for (column, engine, why) in cases {
            let database = server.database();
            database.exec(&format!(
                "CREATE TABLE kine (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name {column}, \
                 created INTEGER, deleted INTEGER, create_revision BIGINT UNSIGNED, \
                 prev_revision BIGINT UNSIGNED, lease INTEGER, value MEDIUMBLOB, old_value MEDIUMBLOB, \
                 INDEX {UNIQUE} (name(100), prev_revision), INDEX kine_id_deleted_index (id, deleted), \
                 INDEX kine_prev_revision_index (prev_revision)) ENGINE = {engine}"
            ));
            database.exec(&super::fill(&picture(FORK)));
            let old = indexes(&database);
            let sql = written(&database);
            let said = comments(&sql);
            // The rows go in any case.
            assert_eq!(run(&database, &sql), [""; 0], "{sql}");
            assert_eq!(rows(&database).len(), 3, "{sql}");
            let Some(why) = why else {
                assert!(
                    indexes(&database).contains(&format!("{UNIQUE}! name,prev_revision")),
                    "{column}"
                );
                continue;
            };
            assert!(said.contains(why) && said.contains("No index is dropped here."), "{said}");
            assert_eq!(indexes(&database), old, "{column}");
            // What is to be done first, and then the rest.
            let modify = sql.lines().filter_map(|line| line.strip_prefix("--   "));
            let modify: Vec<&str> = modify.filter(|line| line.ends_with(';')).collect();
            let exact = if column.ends_with("BLOB") { " COLLATE ascii_bin" } else { "" };
            let alter =
                format!("ALTER TABLE kine MODIFY name VARCHAR(630) CHARACTER SET ascii{exact};");
            assert_eq!(modify, ["SET SESSION sql_mode = 'STRICT_ALL_TABLES';", &alter]);
            database.exec(&modify.join(" "));
            let sql = written(&database);
            assert_eq!(run(&database, &sql), [""; 0], "{sql}");
            assert!(
                indexes(&database).contains(&format!("{UNIQUE}! name,prev_revision")),
                "{column}"
            );
        }
    });
}

#[test]
fn a_column_that_names_do_not_fit_into_is_not_advised() {
    on_every_server(|server| {
        for name in ["/caf\u{e9}".to_owned(), format!("/{}", "x".repeat(630)), "/b ".to_owned()] {
            let database = server.database();
            database.create(
                "BIGINT UNSIGNED",
                "VARCHAR(700) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            );
            database
                .exec("ALTER TABLE kine DROP INDEX kine_name_index, DROP INDEX kine_name_id_index");
            database.exec(
                "ALTER TABLE kine MODIFY name TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            );
            database.exec(&super::fill(&picture(HEALTHY)));
            database
                .exec(&format!("INSERT INTO kine VALUES (4, '{name}', 1, 0, 0, 0, 0, NULL, NULL)"));
            let sql = written(&database);
            let said = comments(&sql);
            assert!(said.contains("Not every name fits into it as it is:"), "{said}");
            assert!(
                said.contains("the unique index is missing, and cannot be made yet."),
                "{said}"
            );
            assert!(!sql.contains("ALTER TABLE") && statements(&sql).is_empty(), "{sql}");
        }
    });
}

#[test]
fn where_a_row_format_allows_less_nothing_is_lost() {
    on_every_server(|server| {
        let database = server.database();
        forked(&database, HEALTHY);
        let narrow = "ALTER TABLE kine DROP INDEX kine_name_index, DROP INDEX kine_name_id_index, \
                      MODIFY name VARCHAR(630) CHARACTER SET utf8mb4, ROW_FORMAT = COMPACT";
        database.exec(narrow);
        database.exec(&format!("CREATE INDEX {UNIQUE} ON kine (name(100), prev_revision)"));
        let old = indexes(&database);
        let sql = written(&database);
        let errors = run(&database, &sql);
        // The three that begin with the name, and no other.
        let is_too_long = |why: &String| why.contains("767 bytes");
        assert!(errors.len() == 3 && errors.iter().all(is_too_long), "{errors:?}\n{sql}");
        assert_eq!(indexes(&database), old);
        assert!(comments(&sql).contains("ROW_FORMAT"), "{sql}");
    });
}
