//! An update or a delete that follows a tombstone.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity};
use crate::audit::subject::{Seen, Subject};

/// An update or a delete that follows a tombstone.
pub(super) static RULE: Rule = Rule {
    name: "write-on-tombstone",
    severity: Severity::Error,
    summary: "an update or a delete that follows a tombstone",
    finds: "A row without created whose prev revision names a tombstone of the same key.",
    matters: "kine updates and deletes only what is live. So the writer was not kine, or did not \
            see the tombstone: a deleted object may have come back without watchers being told of \
            a create.",
    remedy: "Find out who wrote the row, and whether the object should exist.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       1 |               0 |             2
 4 | /registry/pods/a |       0 |       0 |               2 |             3\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       1 |               0 |             2
 4 | /registry/pods/a |       1 |       0 |               0 |             3\
",
    },
    needs: &[Need::Created, Need::Deleted],
    check: Check::Row(check),
    message,
};

fn check(_: &Subject<'_>, seen: &Seen) -> bool {
    !seen.row.created.is_set()
        && seen.is_of_key()
        && seen.predecessor().is_some_and(|prev| prev.deleted.is_set())
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let Some(&at) = finding.rows.first() else { return String::new() };
    let row = subject.history.row(at);
    format!(
        "Revision {} {} the key, and follows the tombstone {}.",
        row.id,
        if row.deleted.is_set() { "deletes" } else { "updates" },
        row.prev_revision.unwrap_or_default()
    )
}
