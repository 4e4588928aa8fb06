//! A column that cannot hold all that kine writes.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::{Column, Database};
use crate::text::{escape, grouped};

/// A column that cannot hold all that kine writes.
pub(super) static RULE: Rule = Rule {
    name: "narrow-column",
    severity: Severity::Warning,
    summary: "a column that cannot hold all that kine writes",
    finds: "value or old_value that is neither MEDIUMBLOB nor LONGBLOB: BLOB (kine v0.1.0, and \
            converters) ends at 64 KiB, and a text type takes no bytes that are not text. name \
            shorter than 630 characters. lease shorter than INTEGER. For the revisions, see rule \
            id-headroom.",
    matters: "A Kubernetes object may have 1.5 MB, and its values are bytes (protobuf), not text. \
              If sql_mode is strict, the server refuses what does not fit (error 1406 or 1366), \
              and the object cannot be written. If it is not, the server cuts the value or the \
              name and only warns: the object cannot be read again, or two share a name.",
    remedy: "With kine stopped and a backup made: `ALTER TABLE kine MODIFY value MEDIUMBLOB, \
             MODIFY old_value MEDIUMBLOB, MODIFY name VARCHAR(630) CHARACTER SET ascii`, with \
             only the columns that are too narrow. That does not bring back what was cut. \
             `kinescope usage SOURCE --bytes` shows how long values are.",
    example: Example::Database {
        shown: "value BLOB, as kine v0.1.0 made it",
        breaks: |database| "blob".clone_into(&mut database.columns[7].full_type),
    },
    needs: &[Need::MySql, Need::Columns],
    check: Check::Database(check),
    message,
};

/// How many characters of a name kine allows for.
const NAME: u64 = 630;

/// What most types of values hold, in bytes.
const SHORT: [(&str, u64); 4] =
    [("tinyblob", 255), ("tinytext", 255), ("blob", 65_535), ("text", 65_535)];

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    Soundness::of(database.columns.iter().any(is_narrow))
}

/// Whether a column of kine's cannot hold all that kine writes into it.
pub(super) fn is_narrow(column: &Column) -> bool {
    limit(column).is_some()
}

/// What a column does not take, and what a server that is not strict makes of it.
struct Limit {
    what: String,
    misfit: &'static str,
    bent: &'static str,
}

fn limit(column: &Column) -> Option<Limit> {
    let kind = escape(column.full_type.as_bytes());
    let room = room(column);
    match column.name.as_str() {
        "value" | "old_value" => {
            let is_text = column.character_set.is_some() || column.type_name() == "json";
            let takes = match (room, is_text) {
                (Some(room), false) => format!("ends at {} bytes", grouped(room)),
                (Some(room), true) => format!("takes only text, and ends at {}", grouped(room)),
                (None, true) => "takes only text".to_owned(),
                (None, false) if column.type_name().ends_with("blob") => return None,
                (None, false) => "takes no bytes".to_owned(),
            };
            let what = format!("{} is {kind}, which {takes}", column.name);
            Some(Limit { what, misfit: "a value that does not fit", bent: "cut or changed" })
        }
        "name" => {
            let room = room.filter(|&room| room < NAME)?;
            let what = format!("name is {kind}, which ends at {room} characters");
            Some(Limit { what, misfit: "a longer name", bent: "cut" })
        }
        "lease" => {
            let greatest = column.greatest()?;
            let what = format!("lease is {kind}, which ends at {greatest} s");
            let is_short = greatest < u64::from(i32::MAX.unsigned_abs());
            is_short.then_some(Limit { what, misfit: "a longer lease", bent: "shortened" })
        }
        _ => None,
    }
}

/// How many bytes, or characters, a column has room for; `None` of one that has more than enough, or
/// holds neither.
fn room(column: &Column) -> Option<u64> {
    let kind = column.type_name();
    if let Some((_, room)) = SHORT.iter().find(|(short, _)| *short == kind) {
        return Some(*room);
    }
    if !["char", "varchar", "binary", "varbinary"].contains(&kind) {
        return None;
    }
    let (_, rest) = column.full_type.split_once('(')?;
    rest.split_once(')')?.0.parse().ok()
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let Some(database) = subject.database() else { return String::new() };
    let told = |Limit { what, misfit, bent }: Limit| match database.is_strict() {
        Some(true) => format!("{what}: {misfit} is refused."),
        Some(false) => {
            format!("{what}: {misfit} is silently {bent}, because sql_mode is not strict.")
        }
        None => {
            format!("{what}: {misfit} is refused, or silently {bent} if sql_mode is not strict.")
        }
    };
    let limits = database.columns.iter().filter_map(limit);
    limits.map(told).collect::<Vec<_>>().join(" ")
}
