//! kine's writes fail, or get no revision.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::{Column, Database, Index};
use crate::text::escape;

/// kine's writes fail, or get no revision.
pub(super) static RULE: Rule = Rule {
    name: "unwritable-table",
    severity: Severity::Error,
    summary: "kine's writes fail, or get no revision",
    finds: "A column declared so that kine's INSERT fails: id without AUTO_INCREMENT; value or \
            old_value NOT NULL; a column of kine's that the server generates; a column that is \
            not kine's, is NOT NULL and has no default, unless sql_mode lets the server make one \
            up. On PostgreSQL: id without a sequence, or GENERATED ALWAYS, which takes no id for a gap row; \
            and the same of other columns.",
    matters: "The cluster seems to be well until somebody changes something: kine can read such a \
              table, but the write is refused (error 1364; SQLSTATE 23502 on PostgreSQL), or the row gets the id 0. \
              kine gives \
              no id, and takes the number from AUTO_INCREMENT as the revision. A table made by \
              `CREATE TABLE ... AS SELECT` or by a converter has neither AUTO_INCREMENT nor any \
              index.",
    remedy: "With kine stopped and a backup made: `ALTER TABLE kine MODIFY id BIGINT UNSIGNED NOT \
             NULL AUTO_INCREMENT, ADD PRIMARY KEY (id)`; the finding has the statement for this \
             table. Before that, delete the rows whose id is 0 or NULL, or they get a new id, and \
             all but one of the rows that share an id. Allow NULL in value and old_value, and \
             give every column that is not kine's a default. On PostgreSQL: `CREATE SEQUENCE IF NOT EXISTS kine_id_seq OWNED \
             BY kine.id`, set it to the highest id with setval, and `ALTER TABLE kine ALTER COLUMN id SET \
             DEFAULT nextval('kine_id_seq')`.",
    example: Example::Database {
        shown: "CREATE TABLE kine AS SELECT * FROM backup",
        breaks: |database| {
            let id = &mut database.columns[0];
            id.extra.clear();
            id.default = Some("0".to_owned());
            database.indexes.clear();
        },
    },
    needs: &[Need::Server, Need::BaseTable, Need::Columns],
    check: Check::Database(check),
    message,
};

/// The columns that kine's INSERT names (`pkg/drivers/generic/generic.go`), and those of them that it
/// gives NULL at times, with what it writes then.
const NAMED: [&str; 8] = [
    "name",
    "created",
    "deleted",
    "create_revision",
    "prev_revision",
    "lease",
    "value",
    "old_value",
];
const NULLABLE: [(&str, &str); 2] = [
    ("value", "a gap row, and from kine v0.16.0 on a deletion, has no value"),
    ("old_value", "an object that is created has no old value"),
];

fn check(subject: &Subject<'_>, database: &Database) -> Soundness {
    Soundness::of(!obstacles(subject, database).is_empty())
}

/// What is in the way of a write, each in a sentence or two.
fn obstacles(subject: &Subject<'_>, database: &Database) -> Vec<String> {
    if database.is_postgres() {
        return database
            .columns
            .iter()
            .filter_map(|it| on_postgres(subject, database, it))
            .collect();
    }
    let mut obstacles = Vec::new();
    for column in &database.columns {
        let name = escape(column.name.as_bytes());
        let of_kine = NAMED.contains(&column.name.as_str());
        if column.name == "id" {
            if !column.is_auto_increment() {
                obstacles.push(without_numbers(subject, database, column));
            }
        } else if of_kine && column.is_generated() {
            obstacles.push(format!(
                "The server generates {name}, and refuses the value that kine gives it (error 3105 \
                 on MySQL, 1906 on MariaDB)."
            ));
        } else if let Some((_, why)) = NULLABLE.iter().find(|(name, _)| *name == column.name)
            && !column.nullable
        {
            obstacles.push(format!("{name} is NOT NULL (error 1048): {why}."));
        } else if !of_kine && column.must_be_named() && database.is_strict() != Some(false) {
            obstacles.push(format!(
                "{name}, which kine does not know, is NOT NULL and has no default: every write is \
                 refused (error 1364)."
            ));
        }
    }
    obstacles
}

/// What a column of PostgreSQL has in the way of a write.
fn on_postgres(subject: &Subject<'_>, database: &Database, column: &Column) -> Option<String> {
    let name = escape(column.name.as_bytes());
    let of_kine = NAMED.contains(&column.name.as_str());
    let nullable = NULLABLE.iter().find(|(name, _)| *name == column.name);
    if column.name == "id" && !column.is_auto_increment() {
        let gets = match &column.default {
            None if !column.nullable => {
                "every write is refused (SQLSTATE 23502: null value in column \"id\")".to_owned()
            }
            None => "every row that kine writes gets the id NULL".to_owned(),
            Some(default) => {
                format!("every row that kine writes gets the id {}", escape(default.as_bytes()))
            }
        };
        let key = if database.has_unique_id() { "" } else { ", ADD PRIMARY KEY (id)" };
        return Some(format!(
            "id has no sequence: {gets}. `CREATE SEQUENCE IF NOT EXISTS kine_id_seq OWNED BY kine.id; SELECT \
             setval('kine_id_seq', {}); ALTER TABLE kine ALTER COLUMN id SET DEFAULT \
             nextval('kine_id_seq'){key}` fixes it.",
            subject.current().max(1)
        ));
    }
    if column.extra.contains("always") {
        return Some(
            "id is GENERATED ALWAYS, and takes no number that kine gives: gap rows are refused \
             (SQLSTATE 428C9). `ALTER TABLE kine ALTER COLUMN id SET GENERATED BY DEFAULT` fixes it."
                .to_owned(),
        );
    }
    if of_kine && column.is_generated() {
        return Some(format!(
            "The server generates {name}, and refuses the value that kine gives it (SQLSTATE 428C9)."
        ));
    }
    if let Some((_, why)) = nullable.filter(|_| !column.nullable) {
        return Some(format!("{name} is NOT NULL (SQLSTATE 23502): {why}."));
    }
    (!of_kine && column.must_be_named()).then(|| {
        format!(
            "{name}, which kine does not know, is NOT NULL and has no default: every write is refused \
             (SQLSTATE 23502)."
        )
    })
}

/// What happens where the server does not number rows, and the statement that lets it.
fn without_numbers(subject: &Subject<'_>, database: &Database, id: &Column) -> String {
    let gets = match &id.default {
        None if !id.nullable && database.is_strict() != Some(false) => {
            "every write is refused (error 1364: Field 'id' doesn't have a default value)"
                .to_owned()
        }
        None if !id.nullable => "every row that kine writes gets the id 0".to_owned(),
        None => "every row that kine writes gets the id NULL".to_owned(),
        Some(default) => {
            format!("every row that kine writes gets the id {}", escape(default.as_bytes()))
        }
    };
    let begins_with_id =
        |index: &Index| index.columns.first().is_some_and(|part| part.column == "id");
    let key = match () {
        () if !database.indexes.iter().any(|index| index.name == "PRIMARY") => {
            ", ADD PRIMARY KEY (id)"
        }
        // Rows are numbered only where an index begins with the number.
        () if !database.indexes.iter().any(begins_with_id) => ", ADD UNIQUE INDEX (id)",
        () => "",
    };
    let zero = match subject.history.find(0) {
        Some(_) => " Revision 0 must go first: it would get a new number.",
        None => "",
    };
    format!(
        "id has no AUTO_INCREMENT: {gets}. `ALTER TABLE kine MODIFY id {} NOT NULL \
         AUTO_INCREMENT{key}` fixes it.{zero}",
        escape(id.full_type.as_bytes())
    )
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let Some(database) = subject.database() else { return String::new() };
    obstacles(subject, database).join(" ")
}
