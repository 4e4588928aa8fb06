//! kine compacts by its own clock, and retains nothing.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, TableFinds};
use crate::audit::subject::Subject;
use crate::history::compaction::Compactor;

/// kine compacts by its own clock, and retains nothing.
pub(super) static RULE: Rule = Rule {
    name: "zero-retain",
    severity: Severity::Warning,
    summary: "kine's own clock stops for good when nothing is retained",
    finds: "A table that kine compacts by its own clock, as far as its rows show, when \
            `--compact-min-retain 0` says that kine retains nothing. The rows do not show kine's \
            settings: give the audit the number that kine has.",
    matters: "With an interval, kine compacts up to the revision that was current at the tick \
            before, less what it retains. With nothing retained, kine v0.16.4 reaches that \
            revision and does not compact again until it is restarted: rows pile up.",
    remedy: "Start kine with a --compact-min-retain of more than 0; 1,000 is the default. Or leave \
            compaction to the API server, with --compact-interval 0.",
    example: Example::Retaining {
        min_retain: 0,
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             3
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 4 | /registry/pods/b |       1 |       0 |               0 |             0\
",
        healthy: "\
id | name                      | created | deleted | create_revision | prev_revision | value
 1 | compact_rev_key           |       1 |       0 |               0 |             0 |
 2 | /registry/pods/a          |       1 |       0 |               0 |             0 |
 3 | compact_rev_key_apiserver |       1 |       0 |               0 |             0 |
 4 | /registry/pods/b          |       1 |       0 |               0 |             0 |\
",
    },
    needs: &[Need::CompactRevision, Need::EveryKey],
    check: Check::Table(check),
    message,
};

fn check(subject: &Subject<'_>, found: TableFinds<'_>) {
    if subject.compactor().stops_for_good() {
        found(None, Vec::new());
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let Compactor { alone, compacted, .. } = subject.compactor();
    let alone = alone.unwrap_or_default();
    format!(
        "The table is compacted to {}, by kine's own clock or by hand. With a min-retain of 0 the \
         clock gets to {alone}, and then stops for good.",
        compacted.unwrap_or_default()
    )
}
