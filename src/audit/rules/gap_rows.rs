//! Rows that kine wrote where no write took a revision.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, TableFinds};
use crate::audit::subject::Subject;
use crate::text::{count, grouped};

/// Rows that kine wrote where no write took a revision.
pub(super) static RULE: Rule = Rule {
    name: "gap-rows",
    severity: Severity::Info,
    summary: "rows that kine wrote at revisions that no write took",
    finds: "How many rows are named gap-N, where they are, and how many the next compaction should \
            have removed already.",
    matters: "They are harmless. A write that fails uses up its revision. kine fills the hole \
            with a gap row so that watchers do not wait for it, and compaction removes it like a \
            tombstone. Very many of them point to a server that counts in steps: see rule \
            revision-step.",
    remedy: "Nothing, unless there are many.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | gap-3            |       0 |       1 |               0 |             0
 4 | /registry/pods/a |       0 |       0 |               2 |             2\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2\
",
    },
    needs: &[Need::Deleted],
    check: Check::Table(check),
    message,
};

fn check(subject: &Subject<'_>, found: TableFinds<'_>) {
    if subject.ids.gaps > 0 {
        found(None, Vec::new());
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let ids = subject.ids;
    let rows = subject.history.len() as u64;
    let (first, last) = ids.gap_range.unwrap_or_default();
    let range =
        if first == last { format!("at {first}") } else { format!("from {first} to {last}") };
    let mut said = format!("{} among {}, {range}.", count(ids.gaps, "gap row"), count(rows, "row"));
    if ids.stale_gaps > 0 {
        said += &format!(
            " {} at or below the compact revision; the next compaction removes them.",
            grouped(ids.stale_gaps)
        );
    }
    if let Some(step) = ids.step() {
        said += &format!(" Revisions go up in steps of {}, which explains them.", grouped(step));
    }
    said
}
