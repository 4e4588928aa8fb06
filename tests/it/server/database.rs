//! What a server tells of the table beside its rows: columns, indexes, engine and variables.

use std::fmt::Write as _;

use kinescope::history::{self, Column};
use kinescope::source::mysql::statement;

use super::{Outcome, on_a_new_table, on_every_server, read_all};
use crate::support::proxy::{self, Reply};
use crate::support::server::{Database, PASSWORD, USER};

impl Outcome {
    fn database(&self) -> &history::Database {
        self.ended.as_ref().expect("everything was read");
        let opened = self.opened.as_ref().expect("it was opened");
        opened.profile.database.as_deref().expect("a server tells")
    }
}

fn read(database: &Database<'_>) -> history::Database {
    read_all(&database.socket_dsn()).database().clone()
}

/// MariaDB and MySQL before 8.0.19 give integers a width, which says nothing.
fn without_width(mut column: Column) -> Column {
    if column.greatest().is_some()
        && let (Some(from), Some(to)) = (column.full_type.find('('), column.full_type.find(')'))
    {
        column.full_type.drain(from..=to);
    }
    column
}

fn columns(database: &history::Database) -> String {
    let mut text = String::new();
    for column in database.columns.iter().cloned().map(without_width) {
        write!(text, "\n{} {}", column.name, column.full_type).expect("a string takes all");
        for word in [column.character_set, column.collation].iter().flatten() {
            write!(text, " {word}").expect("a string takes all");
        }
    }
    text
}

fn indexes(database: &history::Database) -> String {
    let mut text = String::new();
    for index in &database.indexes {
        let unique = if index.unique { " unique" } else { "" };
        let part = |part: &history::IndexPart| match part.prefix {
            Some(prefix) => format!("{}({prefix})", part.column),
            None => part.column.clone(),
        };
        let parts: Vec<String> = index.columns.iter().map(part).collect();
        write!(text, "\n{}{unique} {}", index.name, parts.join(",")).expect("a string takes all");
    }
    text
}

#[test]
fn the_table_that_kine_makes_today_is_the_one_that_is_expected() {
    on_a_new_table(|table| {
        let (told, expected) = (read(table), history::Database::kine_default());
        let version = &table.server.version;
        assert!(version.starts_with(&told.server.version), "{version}: {}", told.server);
        assert_eq!(told.server.is_mariadb(), table.server.mariadb);
        assert_eq!(told.engine, expected.engine);
        assert_eq!(told.indexes, expected.indexes);
        if told.server.is_mariadb() {
            assert_eq!(told.columns, expected.columns);
        } else {
            assert_eq!(columns(&told), columns(&expected));
        }
        let unique = told.unique_index().map(|index| index.name.as_str());
        assert_eq!(unique, Some("kine_name_prev_revision_uindex"));
    });
}

/// The table of kine v0.1.0, and of v0.2.0 when its index is unique.
fn first_tables(database: &Database<'_>, unique: &str) {
    database.exec(&format!(
        "ALTER DATABASE {} CHARACTER SET latin1; \
         CREATE TABLE kine (id INTEGER AUTO_INCREMENT, name TEXT, created INTEGER, \
         deleted INTEGER, create_revision INTEGER, prev_revision INTEGER, lease INTEGER, \
         value BLOB, old_value BLOB, PRIMARY KEY (id)); \
         CREATE INDEX kine_name_index ON kine (name(100)); \
         CREATE {unique} INDEX kine_name_prev_revision_uindex ON kine (name(100), prev_revision)",
        database.name
    ));
}

#[test]
fn the_first_tables_had_texts_and_half_an_index() {
    on_every_server(|server| {
        let table = server.database();
        first_tables(&table, "");
        let told = read(&table);
        assert_eq!(
            columns(&told),
            "
id int
name text latin1 latin1_swedish_ci
created int
deleted int
create_revision int
prev_revision int
lease int
value blob
old_value blob"
        );
        assert_eq!(
            indexes(&told),
            "
PRIMARY unique id
kine_name_index name(100)
kine_name_prev_revision_uindex name(100),prev_revision"
        );
        assert_eq!(told.unique_index(), None);

        let table = server.database();
        first_tables(&table, "UNIQUE");
        let told = read(&table);
        let unique = told.unique_index().expect("v0.2.0 has one");
        assert_eq!((unique.columns[0].prefix, unique.is_whole()), (Some(100), false));
    });
}

#[test]
fn what_people_make_of_a_table_is_told() {
    on_a_new_table(|table| {
        // What kine v0.11.5 to v0.14.1 ran at every start (kine #517).
        let migrate = "ALTER TABLE kine MODIFY COLUMN id BIGINT UNSIGNED AUTO_INCREMENT NOT NULL \
                       UNIQUE";
        table.exec(migrate);
        table.exec(migrate);
        table.exec(
            "DROP INDEX kine_name_prev_revision_uindex ON kine; \
             DROP INDEX kine_name_id_index ON kine; DROP INDEX kine_id_deleted_index ON kine; \
             CREATE INDEX Links ON kine (PREV_revision, Name(7)); \
             ALTER TABLE kine MODIFY name VARCHAR(630) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, \
             ADD COLUMN Noted_At TIMESTAMP NULL, CHANGE lease LEASE BIGINT",
        );
        let told = read(table);
        assert_eq!(
            columns(&told),
            "
id bigint unsigned
name varchar(630) utf8mb4 utf8mb4_bin
created int
deleted int
create_revision bigint unsigned
prev_revision bigint unsigned
lease bigint
value mediumblob
old_value mediumblob
noted_at timestamp"
        );
        assert_eq!(
            indexes(&told),
            "
Links prev_revision,name(7)
PRIMARY unique id
id unique id
id_2 unique id
kine_name_index name
kine_prev_revision_index prev_revision"
        );
        assert_eq!(told.unique_index(), None);
    });
}

#[test]
fn an_index_may_be_over_an_expression() {
    on_a_new_table(|table| {
        if table.server.mariadb {
            // It has no such indexes.
            return;
        }
        table.exec("CREATE UNIQUE INDEX odd ON kine ((prev_revision + 1), name)");
        let told = read(table);
        let odd = told.indexes.iter().find(|index| index.name == "odd").expect("it is there");
        assert!(odd.unique && odd.is_over(&["", "name"]), "{odd:?}");
    });
}

#[test]
fn the_engine_is_told() {
    on_a_new_table(|table| {
        let aria = table.server.mariadb.then_some("Aria");
        for engine in ["MyISAM"].into_iter().chain(aria) {
            table.exec(&format!("ALTER TABLE kine ENGINE = {engine}"));
            let outcome = read_all(&table.dsn());
            assert_eq!(outcome.database().engine.as_deref(), Some(engine));
            let notes = &outcome.opened.as_ref().expect("it was opened").notes;
            assert!(notes[0].contains(engine) && notes.len() == 1, "{notes:?}");
        }
    });
}

#[test]
fn any_index_over_the_id_alone_keeps_ids_apart() {
    on_a_new_table(|table| {
        // (what is changed, whether no two rows can then have one id)
        let cases = [
            ("ADD UNIQUE INDEX u (id), DROP PRIMARY KEY", true),
            ("DROP INDEX u, ADD PRIMARY KEY (id, created)", false),
            ("ADD UNIQUE INDEX other (deleted, id)", false),
            ("ADD UNIQUE INDEX u (id)", true),
        ];
        for (change, unique) in cases {
            table.exec(&format!("ALTER TABLE kine {change}"));
            let notes = read_all(&table.dsn()).opened.expect("it was opened").notes;
            let noted = notes.iter().any(|note| note.contains("no unique index"));
            assert_eq!(noted, !unique, "{change}: {notes:?}");
        }
    });
}

#[test]
fn variables_are_the_servers_own_and_not_the_sessions() {
    on_a_new_table(|table| {
        // Of all, the one that touches no other test: it counts only beside a greater increment.
        table.server.exec("mysql", "SET GLOBAL auto_increment_offset = 7");
        let told = read(table);
        table.server.exec("mysql", "SET GLOBAL auto_increment_offset = 1");
        assert_eq!(told.variable("auto_increment_offset"), Some("7"));
        assert_eq!(told.variable("auto_increment_increment"), Some("1"));
        assert!(told.is_on("unique_checks"), "{told:?}");
        assert!(told.variable("sql_mode").is_some_and(|mode| mode.contains("STRICT_TRANS_TABLES")));
        // Each server has its own way of being one of many.
        assert_eq!(told.variable("wsrep_on"), told.server.is_mariadb().then_some("OFF"));
        let known = "SELECT COUNT(*) FROM information_schema.SYSTEM_VARIABLES \
                     WHERE VARIABLE_NAME = 'innodb_snapshot_isolation'";
        let isolates = told.server.is_mariadb() && table.server.ask("mysql", known) == "1";
        assert_eq!(told.variable("innodb_snapshot_isolation").is_some(), isolates);
    });
}

#[test]
fn a_right_to_the_table_alone_tells_as_much() {
    on_a_new_table(|table| {
        let Database { server, name } = table;
        table.exec(&format!(
            "CREATE USER only_{name} IDENTIFIED BY '{PASSWORD}'; \
             GRANT SELECT ON {name}.kine TO only_{name}"
        ));
        // Another test changes a variable meanwhile.
        let told = |dsn: &str| {
            let mut told = read_all(dsn).database().clone();
            for (_, value) in told.variables.as_mut().expect("anybody may see them") {
                value.clear();
            }
            told
        };
        let only = table.dsn().replacen(USER, &format!("only_{name}"), 1);
        assert_eq!(told(&only), told(&table.dsn()), "{}", server.version);
    });
}

#[test]
fn variables_that_are_refused_keep_no_row_back() {
    on_a_new_table(|table| {
        table.exec("INSERT INTO kine (name) VALUES ('/a')");
        let dir = tempfile::tempdir().expect("a directory");
        let (theirs, ours) = (&table.server.socket, dir.path().join("s"));
        proxy::intercept(statement::VARIABLES, Reply::Refusal, theirs, &ours);
        // What is encrypted cannot be refused.
        let dsn = format!("{}?tls=false", table.socket_dsn());
        let dsn = dsn.replace(&theirs.display().to_string(), &ours.display().to_string());
        let outcome = read_all(&dsn);
        assert_eq!(outcome.rows().len(), 1);
        assert_eq!(outcome.database().variables, None);
        assert_eq!(outcome.database().indexes, history::Database::kine_default().indexes);
    });
}
