//! Revisions above the compact revision that no row has.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, TableFinds};
use crate::audit::subject::Subject;
use crate::history::Revision;
use crate::text::grouped;

/// Revisions above the compact revision that no row has.
pub(super) static RULE: Rule = Rule {
    name: "id-holes",
    severity: Severity::Info,
    summary: "revisions above the compact revision that no row has",
    finds: "Ids between the compact revision and the current one that no row has, not even a gap \
            row.",
    matters: "They are harmless if kine was not running, or nobody watched, when a write failed: \
            kine fills only the holes that it meets while it polls. Rows that were deleted by \
            hand leave holes too; where another row points at one, that is rule broken-link.",
    remedy: "Nothing, unless rows were deleted by hand.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 5 | /registry/pods/a |       0 |       0 |               2 |             2\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2\
",
    },
    needs: &[Need::CompactRevision, Need::WholeTable],
    check: Check::Table(check),
    message,
};

fn check(subject: &Subject<'_>, found: TableFinds<'_>) {
    if subject.ids.holes > 0 {
        found(None, Vec::new());
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let ids = subject.ids;
    let ranges: Vec<String> = ids
        .hole_ranges
        .iter()
        .map(|&(first, last)| match last - first {
            0 => first.to_string(),
            _ => format!("{first} to {last}"),
        })
        .collect();
    let listed: Revision = ids.hole_ranges.iter().map(|(first, last)| last - first + 1).sum();
    let more = match ids.holes.saturating_sub(listed) {
        0 => String::new(),
        more => format!(", and {} more", grouped(more)),
    };
    let step = match ids.step() {
        Some(step) => {
            format!(" Revisions go up in steps of {}, which explains them.", grouped(step))
        }
        None => String::new(),
    };
    format!(
        "{} no row: {}{more}.{step}",
        if ids.holes == 1 {
            "1 revision has".to_owned()
        } else {
            format!("{} revisions have", grouped(ids.holes))
        },
        ranges.join(", ")
    )
}
