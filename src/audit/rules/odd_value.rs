//! A value that kine never writes.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Rule, Severity};
use crate::audit::subject::{Seen, Subject};
use crate::history::{Flag, Kind};
use crate::text::{count, signed};

/// A value that kine never writes.
pub(super) static RULE: Rule = Rule {
    name: "odd-value",
    severity: Severity::Warning,
    summary: "a value that kine never writes",
    finds: "created or deleted that is neither 0 nor 1, or both of them set; a lease below 0; the \
            revision 0, or one above 2^63 - 1, which kine cannot count; a gap row whose name does \
            not give its own revision, or that points somewhere.",
    matters: "Somebody other than kine wrote to the table. kine's SQL treats every deleted other \
            than 0 as a tombstone. A revision above 2^63 - 1 stops kine altogether.",
    remedy: "Find out who wrote the row, and correct it with kine stopped and a backup made.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       2 |               2 |             2\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       1 |               2 |             2\
",
    },
    needs: &[],
    check: Check::RowsOfKey(check),
    message,
};

fn check(subject: &Subject<'_>, seen: &Seen) -> bool {
    oddity(subject, seen).is_some()
}

fn oddity(subject: &Subject<'_>, seen: &Seen) -> Option<String> {
    let row = &seen.row;
    if row.id == 0 {
        return Some("its revision is 0, and revisions begin at 1".to_owned());
    }
    if row.id > i64::MAX.unsigned_abs() {
        return Some("its revision is above 2^63 - 1, which kine cannot count".to_owned());
    }
    if let Some(lease) = row.lease.filter(|&lease| lease < 0) {
        return Some(format!("its lease is {}", signed(lease.into())));
    }
    let odd = |flag| flag == Flag::Odd;
    match (row.created, row.deleted) {
        (created, _) if odd(created) => return Some("created is neither 0 nor 1".to_owned()),
        (_, deleted) if odd(deleted) => return Some("deleted is neither 0 nor 1".to_owned()),
        (Flag::Yes, Flag::Yes) => return Some("both created and deleted are set".to_owned()),
        (_, Flag::Yes) => {}
        _ => return None,
    }
    if subject.history.kind(seen.at) != Kind::Gap {
        return None;
    }
    if seen.points {
        let prev = row.prev_revision?;
        return Some(format!("it is a gap row, and points at {prev}"));
    }
    let named = subject.history.row(seen.at).name?.strip_prefix(b"gap-")?;
    (named != row.id.to_string().as_bytes())
        .then(|| "it is a gap row, and its name gives another revision".to_owned())
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let Some(&at) = finding.rows.first() else { return String::new() };
    let odd = oddity(subject, &Seen::new(subject.history, at)).unwrap_or_default();
    let more = match finding.rows.len() {
        1 => String::new(),
        rows => format!(" {} of the key are odd.", count(rows as u64, "row")),
    };
    format!("Revision {}: {odd}.{more}", subject.id(at))
}
