//! Compaction has fallen far behind.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, TableFinds};
use crate::audit::subject::Subject;
use crate::display::words;
use crate::history::Revision;
use crate::text::count;

/// Compaction has fallen far behind.
pub(super) static RULE: Rule = Rule {
    name: "backlog",
    severity: Severity::Warning,
    summary: "compaction has fallen far behind",
    finds: "More than 100,000 revisions between the compact revision and the current one. kine \
            keeps the newest 1,000. The rows show who compacts, every 5 minutes by default: since \
            v0.16.1 the API server asks for it; before that, kine did it by its own clock.",
    matters: "The table grows, and every list takes longer. Compaction that does not run, or that \
            fails each time, is the most common reason why a kine database fills its disk. A \
            batch that takes longer than 5 seconds is rolled back and retried forever; kine \
            v0.13.4 to v0.13.9 stop compacting after one error until a restart (fixed in \
            v0.13.10); from v0.16.1 on kine compacts only when an API server asks, or an interval \
            is set.",
    remedy: "Search kine's log for `Compact failed`. Check --compact-interval, and rules \
            snapshot-isolation and compact-rev-key. Upgrade kine from v0.13.4 to v0.13.9.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
200000 | /registry/pods/a |       0 |       0 |               2 |             2\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |        150000
149999 | /registry/pods/a |       1 |       0 |               0 |             0
200000 | /registry/pods/a |       0 |       0 |          149999 |        149999\
",
    },
    needs: &[Need::CompactRevision, Need::WholeTable],
    check: Check::Table(check),
    message,
};

/// More revisions than a busy cluster writes in kine's interval of five minutes.
const MOST: Revision = 100_000;

fn check(subject: &Subject<'_>, found: TableFinds<'_>) {
    if backlog(subject) > MOST {
        found(None, Vec::new());
    }
}

fn backlog(subject: &Subject<'_>) -> Revision {
    subject.current().saturating_sub(subject.horizon().recorded.unwrap_or_default())
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    format!(
        "{} between the compact revision {} and the current revision {}. {}",
        count(backlog(subject), "revision"),
        subject.horizon().recorded.unwrap_or_default(),
        subject.current(),
        words::who(subject.history, &subject.compactor()),
    )
}
