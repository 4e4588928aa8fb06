//! A column that is not as kine makes it today.

use super::id_headroom::narrowest;
use super::narrow_column::is_narrow;
use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::Database;
use crate::text::escape;

/// A column that is not as kine makes it today.
pub(super) static RULE: Rule = Rule {
    name: "column-type",
    severity: Severity::Info,
    summary: "a column that is not as kine makes it today",
    finds: "A column whose type differs from that in a table made by kine v0.11.5 or later: \
            BIGINT UNSIGNED for the three revisions, VARCHAR(630) for the name, INTEGER for \
            created, deleted and lease, MEDIUMBLOB for the values; on PostgreSQL BIGINT, text, INTEGER and \
            bytea. Also a column that is missing. \
            Columns that cannot hold all that kine writes are left to rule narrow-column.",
    matters: "kine never alters an existing table unless KINE_SCHEMA_MIGRATION asks for it, so an \
            old cluster keeps its old columns. INTEGER revisions run out at 2147483647 (rule \
            id-headroom warns in time).",
    remedy: "Nothing has to be done at once. Make the columns wider in a quiet hour, with kine \
            stopped and a backup made.",
    example: Example::Database {
        shown: "id INT AUTO_INCREMENT, as kine before v0.11.5 made it",
        breaks: |database| "int(11)".clone_into(&mut database.columns[0].full_type),
    },
    needs: &[Need::Server, Need::Columns],
    check: Check::Database(check),
    message,
};

/// Each column, its type without width, and the whole type where more than that matters.
const EXPECTED: [(&str, &str, Option<&str>); 9] = [
    ("id", "bigint", None),
    ("name", "varchar", Some("varchar(630)")),
    ("created", "int", None),
    ("deleted", "int", None),
    ("create_revision", "bigint", None),
    ("prev_revision", "bigint", None),
    ("lease", "int", None),
    ("value", "mediumblob", None),
    ("old_value", "mediumblob", None),
];

/// The same on PostgreSQL, as kine v0.13.0 and later make them.
const EXPECTED_POSTGRES: [(&str, &str, Option<&str>); 9] = [
    ("id", "bigint", None),
    ("name", "text", None),
    ("created", "integer", None),
    ("deleted", "integer", None),
    ("create_revision", "bigint", None),
    ("prev_revision", "bigint", None),
    ("lease", "integer", None),
    ("value", "bytea", None),
    ("old_value", "bytea", None),
];

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    Soundness::of(!others(database).is_empty())
}

fn others(database: &Database) -> Vec<String> {
    let other = |(name, type_name, whole): (&str, &str, Option<&str>)| {
        let Some(column) = database.column(name) else {
            return Some(format!("{name} is missing"));
        };
        let same = match whole {
            Some(whole) => column.full_type == whole,
            None => column.type_name() == type_name,
        };
        (!same && (database.is_postgres() || !is_narrow(column))).then(|| {
            let expected = whole.unwrap_or(type_name);
            format!("{name} is {}, not {expected}", escape(column.full_type.as_bytes()))
        })
    };
    let expected = if database.is_postgres() { EXPECTED_POSTGRES } else { EXPECTED };
    expected.into_iter().filter_map(other).collect()
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let Some(database) = subject.database() else { return String::new() };
    let left = match narrowest(database) {
        Some((name, greatest)) if greatest < i64::MAX.unsigned_abs() => {
            let left = greatest.saturating_sub(subject.current());
            format!(" {name} ends at {greatest}; {} of that is left.", percent(left, greatest))
        }
        _ => String::new(),
    };
    format!("In this table {}.{left}", others(database).join("; "))
}

fn percent(part: u64, whole: u64) -> String {
    format!("{} %", u128::from(part) * 100 / u128::from(whole.max(1)))
}
