//! Revisions that go up in steps.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, TableFinds};
use crate::audit::subject::Subject;
use crate::text::{count, grouped};

/// Revisions that go up in steps.
pub(super) static RULE: Rule = Rule {
    name: "revision-step",
    severity: Severity::Warning,
    summary: "revisions that go up in steps",
    finds: "Above the compact revision, each recent write comes a multiple of some step after the \
            write before; or gap rows outnumber the writes. One writer on a server whose \
            auto_increment_increment is 2 writes at 1, 3, 5. Several writers at once hide the \
            step: rule auto-increment-step asks the server.",
    matters: "kine's revisions must begin at 0 and go up by exactly 1. Galera and other \
            multi-primary replication make each server count in steps. kine then fills every \
            revision in between with a gap row: the table gains more rows than writes, every \
            write is followed by a wait, and compaction falls behind (k3s issue 10619).",
    remedy: "kine does not support this. Let kine write to one server, and set \
            auto_increment_increment and auto_increment_offset to 1 there (on Galera also \
            wsrep_auto_increment_control=OFF).",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       1 |       0 |               0 |             0
 4 | gap-4            |       0 |       1 |               0 |             0
 5 | /registry/pods/a |       0 |       0 |               3 |             3
 6 | gap-6            |       0 |       1 |               0 |             0
 7 | /registry/pods/a |       0 |       0 |               3 |             5
 8 | gap-8            |       0 |       1 |               0 |             0
 9 | /registry/pods/a |       0 |       0 |               3 |             7
10 | gap-10           |       0 |       1 |               0 |             0
11 | /registry/pods/a |       0 |       0 |               3 |             9
12 | gap-12           |       0 |       1 |               0 |             0
13 | /registry/pods/a |       0 |       0 |               3 |            11
14 | gap-14           |       0 |       1 |               0 |             0
15 | /registry/pods/a |       0 |       0 |               3 |            13
16 | gap-16           |       0 |       1 |               0 |             0
17 | /registry/pods/a |       0 |       0 |               3 |            15
18 | gap-18           |       0 |       1 |               0 |             0\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/b |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       1 |       0 |               0 |             0
 4 | /registry/pods/a |       0 |       0 |               3 |             3
 5 | /registry/pods/a |       0 |       0 |               3 |             4
 6 | /registry/pods/a |       0 |       0 |               3 |             5
 7 | /registry/pods/a |       0 |       0 |               3 |             6
 8 | /registry/pods/a |       0 |       0 |               3 |             7
 9 | /registry/pods/a |       0 |       0 |               3 |             8
10 | /registry/pods/a |       0 |       0 |               3 |             9
11 | /registry/pods/a |       0 |       0 |               3 |            10
12 | /registry/pods/a |       0 |       0 |               3 |            11
13 | /registry/pods/a |       0 |       0 |               3 |            12
14 | /registry/pods/a |       0 |       0 |               3 |            13
15 | /registry/pods/a |       0 |       0 |               3 |            14
16 | /registry/pods/a |       0 |       0 |               3 |            15
17 | /registry/pods/a |       0 |       0 |               3 |            16
18 | /registry/pods/a |       0 |       0 |               3 |            17\
",
    },
    needs: &[Need::Deleted, Need::CompactRevision, Need::EveryKey],
    check: Check::Table(check),
    message,
};

/// Fewer rows than this are no sign that gap rows outnumber writes.
const ENOUGH: u64 = 100;

fn check(subject: &Subject<'_>, found: TableFinds<'_>) {
    let ids = subject.ids;
    let outnumbered = ids.recent_gaps > ids.recent_writes && ids.recent_gaps >= ENOUGH;
    if ids.step().is_some() || outnumbered {
        found(None, Vec::new());
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let ids = subject.ids;
    let gaps = format!(
        "{} beside {} above the compact revision",
        count(ids.recent_gaps, "gap row"),
        count(ids.recent_writes, "write")
    );
    match ids.step() {
        Some(step) => format!(
            "Each recent write comes {} revisions, or a multiple of that, after the write before: \
             {gaps}. A server that counts in steps (auto_increment_increment) does this.",
            grouped(step)
        ),
        None => format!("Gap rows outnumber writes: {gaps}."),
    }
}
