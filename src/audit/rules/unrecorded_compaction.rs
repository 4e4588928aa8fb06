//! The table was compacted further than `compact_rev_key` tells.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, TableFinds};
use crate::audit::subject::Subject;

/// The table was compacted further than `compact_rev_key` tells.
pub(super) static RULE: Rule = Rule {
    name: "unrecorded-compaction",
    severity: Severity::Info,
    summary: "the table was compacted further than compact_rev_key says",
    finds: "Rows that show a compaction beyond the compact revision: up to some revision there is \
            no tombstone and no row whose predecessor is still there, and rows point at revisions \
            that are gone. If tombstones are left among them, it was no compaction: see rule \
            newest-rows.",
    matters: "It has innocent causes: a compaction by hand, as the maintainers of k3s have \
            advised, the Compact request of kine v0.11.9 to v0.13.15, or a compact_rev_key that \
            was lost and made again at 0. Reads at revisions in between answer that there is no \
            such key, where they should say that the revision was compacted. All rules that ask \
            how far the table was compacted use this revision.",
    remedy: "Nothing. kine's own compaction catches up, and finds nothing to remove up to there.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 8 | /registry/pods/a |       0 |       0 |               2 |             7
 9 | /registry/pods/b |       1 |       0 |               0 |             0
10 | /registry/pods/a |       0 |       0 |               2 |             8\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             8
 8 | /registry/pods/a |       0 |       0 |               2 |             7
 9 | /registry/pods/b |       1 |       0 |               0 |             0
10 | /registry/pods/a |       0 |       0 |               2 |             8\
",
    },
    needs: &[Need::CompactRevision, Need::Created, Need::FirstRows],
    check: Check::Table(check),
    message,
};

fn check(subject: &Subject<'_>, found: TableFinds<'_>) {
    // A clean-up by hand leaves the same, as far as no tombstone is left.
    if subject.horizon().unrecorded().is_some() && subject.newest_only().is_empty() {
        found(None, Vec::new());
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let recorded = match subject.horizon().recorded {
        Some(recorded) => format!("compact_rev_key says {recorded}"),
        None => "there is no compact_rev_key".to_owned(),
    };
    format!(
        "The rows show a compaction to at least {}, but {recorded}.",
        subject.horizon().compacted()
    )
}
