//! A deleted key that has probably come back to life.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, KeyFinds, Need, Rule, Severity};
use crate::audit::subject::Subject;
use crate::display::words;
use crate::history::{KeyId, RowIx};

/// A deleted key that has probably come back to life.
pub(super) static RULE: Rule = Rule {
    name: "returned-key",
    severity: Severity::Error,
    summary: "a deleted key that has probably come back to life",
    finds: "A live key whose newest row is at or below the compact revision, with a forgotten row \
            there: an older one that nobody points at. Compaction leaves one row of a live key \
            below the compact revision; more than one are the remains of a fork. If the newest of \
            them is the live one, the rows after it are gone, and most likely a tombstone was \
            among them. This is not certain: a fork of a key that was never deleted, and not \
            written since, leaves the same trace.",
    matters: "A deleted object is there again at an old value: a node that was removed, a pod \
            that was stopped, a secret that was revoked (kine issue 408). Controllers act on it.",
    remedy: "Find out whether the object should exist: look at its value (V in the explorer) and \
            at the cluster's own records. If it should not, delete it again. Before that, with \
            kine stopped and a backup made, remove the stray rows, or it comes back once for each \
            older row. `kinescope repair SOURCE` writes the statements, which also \
            make the unique index (rule unique-index).",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             9
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 4 | /registry/pods/a |       0 |       0 |               2 |             2
10 | /registry/pods/b |       1 |       0 |               0 |             0\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             9
 4 | /registry/pods/a |       0 |       0 |               2 |             3
10 | /registry/pods/b |       1 |       0 |               0 |             0\
",
    },
    needs: &[Need::Deleted, Need::CompactRevision, Need::WholeTable],
    check: Check::Key(check),
    message,
};

fn check(subject: &Subject<'_>, key: KeyId, found: KeyFinds<'_>) {
    let rows = returned(subject, key);
    if !rows.is_empty() {
        found(rows);
    }
}

/// The rows of a key that has probably come back, the live one last; none of another key.
pub(super) fn returned(subject: &Subject<'_>, key: KeyId) -> Vec<RowIx> {
    let history = subject.history;
    if !history.may_have_returned(key) {
        return Vec::new();
    }
    let mut rows: Vec<RowIx> = history.forgotten(key).chain(history.key(key).newest).collect();
    rows.sort_unstable();
    rows
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let history = subject.history;
    let Some((newest, older)) = finding.rows.split_last() else { return String::new() };
    let mut said = format!(
        "Live at {}. The table is compacted to {}, and {}. A deleted key whose tombstone was \
         compacted looks like that; so does a forked key that was not written since.",
        history.id(*newest),
        subject.horizon().compacted(),
        words::nobody_points_at(history, older, &format!("the older {}", subject.list(older))),
    );
    let Some((verdict, key)) = subject.verdict.zip(finding.key) else { return said };
    if verdict.change_of(key).is_some() {
        said.extend(
            words::prospect(history, verdict, key, subject.is_all).map(|then| format!(" {then}")),
        );
    } else if let Some(layers) = verdict.layers_of_waiting(key) {
        let back = words::one_by_one(layers.iter().copied());
        said += &format!(" Each time that it is deleted and compacted, it comes back: at {back}.");
    }
    said
}
