//! A table in which only the newest row of each key is left.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, TableFinds};
use crate::audit::subject::Subject;
use crate::history::Key;
use crate::text::{count, grouped};

/// A table in which only the newest row of each key is left.
pub(super) static RULE: Rule = Rule {
    name: "newest-rows",
    severity: Severity::Warning,
    summary: "keys with only their newest row left, beyond what compaction explains",
    finds: "Two or more keys with one row each that points at a row which is gone, although no \
            compaction explains that, while fewer keys have more rows. Each of these rows is a \
            broken link by itself. So many of them are what a clean-up by hand leaves if it \
            deletes all rows of a name except the one with the highest id. Rule broken-link still \
            reports the broken link of a key that has more rows.",
    matters: "Somebody other than kine wrote to the table. No key changes: a key is what its \
            newest row says, and no older row is left that could come back. What is lost is \
            history: reads and watches at revisions before the clean-up find no key, where they \
            should say that the revision was compacted. compact_rev_key does not record it.",
    remedy: "Nothing, as far as keys go. Restart the API servers if watches began before the \
            clean-up. kine's own compaction does the same and records it: find out why it did not \
            (rules backlog and stalled-compaction).",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 6 | /registry/pods/a |       0 |       1 |               0 |             5
 8 | /registry/pods/b |       0 |       0 |               3 |             7
 9 | /registry/pods/c |       1 |       0 |               0 |             0\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             8
 8 | /registry/pods/b |       0 |       0 |               3 |             7
 9 | /registry/pods/c |       1 |       0 |               0 |             0\
",
    },
    needs: &[Need::CompactRevision, Need::EveryKey],
    check: Check::Table(check),
    message,
};

fn check(subject: &Subject<'_>, found: TableFinds<'_>) {
    let rows = subject.newest_only();
    if !rows.is_empty() {
        found(None, rows.to_vec());
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let history = subject.history;
    let recorded = history.horizon().recorded;
    // Those before the first tombstone look as if they had been compacted.
    let is_alone = |key: &Key| {
        key.rows == 1 && key.newest.is_some_and(|at| history.explained_at(at) > recorded)
    };
    let keys = history.keys().filter(|(_, key)| is_alone(key)).count() as u64;
    let mut said = format!(
        "{} have only their newest row left, and compaction up to {} does not explain that: it \
         seems that somebody deleted the older ones by hand. That changes no key, and none can \
         come back.",
        count(keys, "key"),
        recorded.unwrap_or_default(),
    );
    let more = history.keys().filter(|(_, key)| key.rows > 1).count() as u64;
    match more {
        0 => {}
        1 => said += " 1 key has more rows.",
        more => said += &format!(" {} keys have more rows.", grouped(more)),
    }
    said
}
