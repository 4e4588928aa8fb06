//! A row whose predecessor is missing, which no compaction explains.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, KeyFinds, Need, Rule, Severity};
use crate::audit::subject::Subject;
use crate::display::words;
use crate::history::{Absence, KeyId, Link};

/// A row whose predecessor is missing, which no compaction explains.
pub(super) static RULE: Rule = Rule {
    name: "broken-link",
    severity: Severity::Error,
    summary: "a row whose predecessor is missing, which no compaction explains",
    finds: "A row above the compact revision whose prev revision names no row. Compaction to C \
            removes tombstones up to C and what rows up to C point at. So a row up to C may lack \
            its predecessor, and a create above C may lack the tombstone that it follows, if that \
            was at most C. A compaction that compact_rev_key does not record (by hand, or the \
            Compact request of kine v0.11.9 to v0.13.15) leaves clear traces, and what it \
            explains is not reported: see rule unrecorded-compaction. Where most keys lost all \
            rows but their newest, rule newest-rows reports that once.",
    matters: "A row is gone that kine would have kept: it was removed by hand, left out by a \
            partial restore, lost by kine v0.5.0 (kine issue 61), or removed because a row of \
            another key points at it (rule foreign-pointer). No compaction will remove the row \
            before the missing one, because nobody points at it.",
    remedy: "Look at the key's chain, and at which rows follow the missing one. If the key is \
            live and its newest row is the right one, only history is lost. The forgotten row \
            before the hole comes back to life when the key is deleted and compacted.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 4 | /registry/pods/b |       1 |       0 |               0 |             0
 6 | /registry/pods/b |       0 |       0 |               4 |             5\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 4 | /registry/pods/b |       1 |       0 |               0 |             0
 5 | /registry/pods/b |       0 |       0 |               4 |             4\
",
    },
    needs: &[Need::CompactRevision, Need::EveryKey],
    check: Check::Key(check),
    message,
};

fn check(subject: &Subject<'_>, key: KeyId, found: KeyFinds<'_>) {
    let history = subject.history;
    // Most keys have no such row.
    if !history.is_broken(key) {
        return;
    }
    let is_broken = |at| matches!(history.link(at), Link::Missing(_, Absence::Broken));
    let broken = history.rows_of(key).filter(|&at| is_broken(at));
    let alone = subject.newest_only();
    broken.filter(|at| alone.binary_search(at).is_err()).for_each(|at| found(vec![at]));
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let Some(&at) = finding.rows.first() else { return String::new() };
    let who = format!("Revision {}", subject.history.id(at));
    words::broken_link(subject.history, at, &who).map_or_else(String::new, |said| said + ".")
}
