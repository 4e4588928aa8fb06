//! A create that follows a row which is not a tombstone.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity};
use crate::audit::subject::{Seen, Subject};

/// A create that follows a row which is not a tombstone.
pub(super) static RULE: Rule = Rule {
    name: "create-on-live",
    severity: Severity::Error,
    summary: "a create that follows a row that is not a tombstone",
    finds: "A row with created set whose prev revision names a row of the same key that is not a \
            tombstone.",
    matters: "kine creates a key only when it has none, or when its newest row is a tombstone. So \
            the writer was not kine, or did not see the live row. The object that was there was \
            replaced as if it had been deleted, but watchers were never told of a deletion.",
    remedy: "Find out who wrote the row. Controllers that cache the object may need a restart.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       1 |       0 |               0 |             2\
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
    seen.row.created.is_set()
        && seen.is_of_key()
        && seen.predecessor().is_some_and(|prev| !prev.deleted.is_set())
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let Some(&at) = finding.rows.first() else { return String::new() };
    let row = subject.history.row(at);
    format!(
        "Revision {} creates the key, and follows {}, which is not a tombstone.",
        row.id,
        row.prev_revision.unwrap_or_default()
    )
}
