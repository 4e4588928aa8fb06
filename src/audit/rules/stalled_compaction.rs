//! Compaction is asked for and not done.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, TableFinds};
use crate::audit::subject::Subject;
use crate::display::words;
use crate::history::compaction::Who;

/// Compaction is asked for and not done.
pub(super) static RULE: Rule = Rule {
    name: "stalled-compaction",
    severity: Severity::Warning,
    summary: "compaction is requested but does not happen",
    finds: "Two or more rows of compact_rev_key_apiserver that ask for a higher revision than \
            compact_rev_key holds, after allowing for those that kine keeps back \
            (--compact-min-retain). An API server writes such a row each time it asks kine to \
            compact, which is its task by default since kine v0.16.1.",
    matters: "Rows pile up, and every list takes longer. Nobody notices, because kine answers \
            such a request with success even when it fails. Most often a transaction takes longer \
            than kine's limit of 5 seconds and is rolled back each time. The rows do not say how \
            many revisions kine keeps: if that is more than --compact-min-retain says, all may be \
            well.",
    remedy: "If kine keeps more than 1,000 revisions, give the audit the same --compact-min-retain. \
            Search kine's log for `Compact failed`. Raise --compact-timeout or lower \
            --compact-batch-size, and see rules snapshot-isolation and compact-rev-key. `kinescope \
            preview SOURCE` says how many rows the largest transaction removes.",
    example: Example::Rows {
        broken: "\
id | name                      | created | deleted | create_revision | prev_revision
 1 | compact_rev_key           |       1 |       0 |               0 |          1404
 2 | /registry/pods/a          |       1 |       0 |               0 |             0
1404 | compact_rev_key_apiserver |     0 |       0 |             203 |           203
2605 | compact_rev_key_apiserver |     0 |       0 |             203 |          1404
3806 | compact_rev_key_apiserver |     0 |       0 |             203 |          2605
5007 | compact_rev_key_apiserver |     0 |       0 |             203 |          3806\
",
        healthy: "\
id | name                      | created | deleted | create_revision | prev_revision
 1 | compact_rev_key           |       1 |       0 |               0 |          3806
 2 | /registry/pods/a          |       1 |       0 |               0 |             0
3806 | compact_rev_key_apiserver |     0 |       0 |             203 |          2605
5007 | compact_rev_key_apiserver |     0 |       0 |             203 |          3806\
",
    },
    needs: &[Need::CompactRevision, Need::EveryKey],
    check: Check::Table(check),
    message,
};

fn check(subject: &Subject<'_>, found: TableFinds<'_>) {
    let compactor = subject.compactor();
    if matches!(compactor.who, Who::Stalled { .. }) {
        found(subject.history.requests_key(), compactor.undone(subject.history));
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    words::who(subject.history, &subject.compactor())
}
