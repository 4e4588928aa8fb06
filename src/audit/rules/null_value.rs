//! NULL where kine expects a value.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Rule, Severity};
use crate::audit::subject::{Seen, Subject};
use crate::display::words;
use crate::text::count;

/// NULL where kine expects a value.
pub(super) static RULE: Rule = Rule {
    name: "null-value",
    severity: Severity::Error,
    summary: "NULL where kine expects a value",
    finds: "NULL in name, created, deleted, create_revision, prev_revision or lease. The columns \
            allow it, but kine never writes it. Columns that a printed table does not have are \
            not NULL.",
    matters: "A list or a watch that meets the row fails with `converting NULL to int64 is \
            unsupported`, for every key in that list: kine reads these columns into numbers and \
            texts that cannot be NULL. To kine's SQL, a row with NULL in deleted is neither a \
            tombstone nor live, and a row whose name is NULL belongs to no key, though it can be \
            removed if a row points at it.",
    remedy: "Find out who wrote the row. With kine stopped and a backup made, fill in what is \
            missing, or delete the row if nobody points at it.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |    NULL |               2 |             2\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2\
",
    },
    needs: &[],
    check: Check::RowsOfKey(check),
    message,
};

fn check(subject: &Subject<'_>, seen: &Seen) -> bool {
    subject.history.nulls(seen.at).next().is_some()
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let Some(&at) = finding.rows.first() else { return String::new() };
    let who = format!("Revision {}", subject.history.id(at));
    let nulls = words::nulls(subject.history, at, &who, 1).unwrap_or_default();
    let more = match finding.rows.len() {
        1 => String::new(),
        rows => format!(" {} of the key have NULLs.", count(rows as u64, "row")),
    };
    format!("{nulls}{more}")
}
