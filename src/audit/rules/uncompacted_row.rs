//! A row whose predecessor a compaction should have removed.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity};
use crate::audit::subject::{Seen, Subject};
use crate::history::{Edge, RowIx};

/// A row whose predecessor a compaction should have removed.
pub(super) static RULE: Rule = Rule {
    name: "uncompacted-row",
    severity: Severity::Warning,
    summary: "a row whose predecessor a compaction should have removed",
    finds: "A row at or below the compact revision whose predecessor is still there. Compaction \
            to C removes every row that a row up to C points at.",
    matters: "compact_rev_key says that the table was compacted further than it was: somebody \
            raised it by hand or put rows back, or a program other than kine compacts the table. \
            kine answers reads below the compact revision with an error, although the rows are \
            there. The next compaction removes them.",
    remedy: "Preview the next compaction: it removes these rows too. If rows were restored, check \
            that they belong there.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             3
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 4 | /registry/pods/b |       1 |       0 |               0 |             0\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             2
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 4 | /registry/pods/b |       1 |       0 |               0 |             0\
",
    },
    needs: &[Need::CompactRevision],
    check: Check::RowsOfKey(check),
    message,
};

fn check(subject: &Subject<'_>, seen: &Seen) -> bool {
    Some(seen.row.id) <= subject.horizon().recorded
        && seen.is_of_key()
        && seen.prev.is_some_and(|prev| prev.edge == Edge::Present)
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let mut prevs: Vec<RowIx> =
        finding.rows.iter().filter_map(|&at| subject.history.prev(at)).collect();
    // Of a fork all rows point at the same one.
    prevs.sort_unstable();
    prevs.dedup();
    format!(
        "{} should be gone: the table is compacted to {}, and {} {}.",
        subject.these(&prevs),
        subject.horizon().recorded.unwrap_or_default(),
        subject.list(&finding.rows),
        if finding.rows.len() == 1 { "points there" } else { "point there" },
    )
}
