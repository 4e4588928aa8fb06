//! A create revision that does not match the chain.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity};
use crate::audit::subject::{Seen, Subject};
use crate::text::count;

/// A create revision that does not match the chain.
pub(super) static RULE: Rule = Rule {
    name: "create-revision",
    severity: Severity::Warning,
    summary: "a create revision that does not match the chain",
    finds: "A create whose create_revision is not 0; an update whose create_revision is not the \
            revision of the create that began its life, as far as the row before it tells; a \
            tombstone whose create_revision is neither that nor 0. kine stores 0 on creates, and \
            on tombstones from v0.16.0 on.",
    matters: "Kubernetes sees the create revision of an object and of each of its changes. One \
            that changes in the middle of a life makes it look like another object. Rows that \
            were copied into the table, or renumbered by a restore, look like this.",
    remedy: "Find out how the rows came into the table. A restore must keep every id, or none of \
            the three revision columns is right.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               1 |             2\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2\
",
    },
    needs: &[Need::Created, Need::Deleted, Need::CreateRevision],
    check: Check::RowsOfKey(check),
    message,
};

fn check(_: &Subject<'_>, seen: &Seen) -> bool {
    let Some(create) = seen.row.create_revision.filter(|_| seen.is_of_key()) else {
        return false;
    };
    if seen.row.created.is_set() {
        return create != 0;
    }
    if seen.row.deleted.is_set() && create == 0 {
        return false;
    }
    match (seen.predecessor(), seen.row.prev_revision) {
        (Some(prev), _) if prev.created.is_set() => create != prev.id,
        // What follows a tombstone, or a row that is wrong itself, tells nothing.
        (Some(prev), _) if prev.deleted.is_set() => false,
        (Some(prev), _) => prev.create_revision.is_some_and(|of| of != 0 && of != create),
        // The create is not newer than the row before this one, wherever that is.
        (None, Some(prev)) if prev != 0 && prev < seen.row.id => create == 0 || create > prev,
        _ => false,
    }
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let history = subject.history;
    let Some(&at) = finding.rows.first() else { return String::new() };
    let row = history.row(at);
    let id = row.id;
    let is = row.create_revision.unwrap_or_default();
    let first = match history.prev(at).filter(|_| !row.created.is_set()) {
        _ if row.created.is_set() => {
            format!("Revision {id} is a create, and its create revision is {is} instead of 0.")
        }
        Some(prev) => {
            let before = history.row(prev);
            let expected = if before.created.is_set() {
                before.id
            } else {
                before.create_revision.unwrap_or(0)
            };
            format!(
                "Revision {id} has the create revision {is}, but the row before it, {}, says \
                 {expected}.",
                before.id
            )
        }
        None => format!(
            "Revision {id} has the create revision {is}, and follows {}.",
            row.prev_revision.unwrap_or_default()
        ),
    };
    match finding.rows.len() {
        1 => first,
        rows => format!("{first} {} of the key are like this.", count(rows as u64, "row")),
    }
}
