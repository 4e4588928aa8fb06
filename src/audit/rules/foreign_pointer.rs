//! A row that points at a row of another key.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Rule, Severity};
use crate::audit::subject::{Seen, Subject};
use crate::display::words;
use crate::history::Standing;

/// A row that points at a row of another key.
pub(super) static RULE: Rule = Rule {
    name: "foreign-pointer",
    severity: Severity::Error,
    summary: "a row that points at a row of another key",
    finds: "A row whose prev revision is the revision of another key's row, as the collation \
            compares names; also of compact_rev_key's row, and of a row whose name is NULL.",
    matters: "The other key can be lost, or go back to an old value: compaction follows revisions \
            and never looks at names, so it removes the row that is pointed at even if that is \
            the key's live row. kine itself wrote such pointers up to v0.14.7, where _ in a key \
            matched any character (kine issue 562); with any version, a restore or an edit by \
            hand can. If the row is compact_rev_key's, compaction removes that and cannot go on.",
    remedy: "Preview a compaction to see which keys it would change. Upgrade kine to v0.14.8 or \
            later if keys contain an underscore. With kine stopped and a backup made, correct the \
            prev_revision: set it to the newest older row of the same key, or to 0 if there is \
            none.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/b |       1 |       0 |               0 |             2\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/b |       1 |       0 |               0 |             0\
",
    },
    needs: &[],
    check: Check::Row(check),
    message,
};

fn check(_: &Subject<'_>, seen: &Seen) -> bool {
    seen.is_of_key() && seen.prev.is_some_and(|prev| !prev.same_key)
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let history = subject.history;
    let Some(&at) = finding.rows.first() else { return String::new() };
    let Some(prev) = history.prev(at) else { return String::new() };
    let id = history.id(at);
    let points = words::foreign(history, at, &format!("Revision {id}")).unwrap_or_default();
    let then = match history.standing(prev) {
        Standing::Live => {
            format!("that is its live row, and a compaction to {id} or beyond removes it")
        }
        Standing::Mark => {
            format!("a compaction to {id} or beyond removes that, and kine cannot go on")
        }
        _ => format!("a compaction to {id} or beyond removes it"),
    };
    format!("{points}: {then}.")
}
