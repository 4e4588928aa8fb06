//! A tombstone that a compaction should have removed.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity};
use crate::audit::subject::{Seen, Subject};
use crate::history::Kind;

/// A tombstone that a compaction should have removed.
pub(super) static RULE: Rule = Rule {
    name: "stale-tombstone",
    severity: Severity::Warning,
    summary: "a tombstone that a compaction should have removed",
    finds: "A tombstone at or below the compact revision. Compaction to C removes every tombstone \
            up to C. Gap rows are left out: rule gap-rows counts them.",
    matters: "compact_rev_key says that the table was compacted further than it was: somebody \
            raised it by hand or put rows back, or a program other than kine compacts the table. \
            The next compaction removes the tombstone; if the key has a forgotten row, it comes \
            back then.",
    remedy: "Preview the next compaction.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             4
 4 | /registry/pods/a |       0 |       1 |               0 |             3
 5 | /registry/pods/b |       1 |       0 |               0 |             0\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             3
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 4 | /registry/pods/a |       0 |       1 |               0 |             3
 5 | /registry/pods/b |       1 |       0 |               0 |             0\
",
    },
    needs: &[Need::Deleted, Need::CompactRevision],
    check: Check::RowsOfKey(check),
    message,
};

fn check(subject: &Subject<'_>, seen: &Seen) -> bool {
    seen.row.deleted.is_set()
        && Some(seen.row.id) <= subject.horizon().recorded
        && seen.is_of_key()
        && subject.history.kind(seen.at) == Kind::Delete
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    format!(
        "{} should be gone: {}, and the table is compacted to {}.",
        subject.these(&finding.rows),
        if finding.rows.len() == 1 { "it is a tombstone" } else { "they are tombstones" },
        subject.horizon().recorded.unwrap_or_default(),
    )
}
