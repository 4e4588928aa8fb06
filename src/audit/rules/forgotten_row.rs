//! A row that is not its key's newest, and that nobody points at.

use super::returned_key::returned;
use crate::audit::Finding;
use crate::audit::rule::{Check, Example, KeyFinds, Need, Rule, Severity};
use crate::audit::subject::Subject;
use crate::display::words;
use crate::history::KeyId;

/// A row that is not its key's newest, and that nobody points at.
pub(super) static RULE: Rule = Rule {
    name: "forgotten-row",
    severity: Severity::Warning,
    summary: "a row that is not its key's newest, and that nobody points at",
    finds: "A row without a tombstone's mark that is not the newest of its key and that no row \
            points at. The pointer of a row whose name is NULL does not count, since compaction \
            ignores it. Those on a branch of a fork that is still to be seen belong to rule fork, \
            those of a deleted key that will come back to rule returning-key, and those of a key that \
            has probably come back to rule returned-key.",
    matters: "Compaction removes what is pointed at, and tombstones. Nobody will ever point at this \
            row, so it stays for ever, and when the key is deleted and compacted, it is the newest \
            row that is left: the key comes back at this old value (kine issue 408). It is what is \
            left of a fork, or of a chain that lost a row.",
    remedy: "With kine stopped and a backup made, delete the row, and the rows of its branch under it, \
            which would be forgotten next: the stray rows of the key, which `kinescope show SOURCE \
            KEY` names. `kinescope audit SOURCE --format sql` writes the statements for the whole \
            table.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             9
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 8 | /registry/pods/a |       0 |       0 |               2 |             7
10 | /registry/pods/a |       0 |       0 |               2 |             8
11 | /registry/pods/b |       1 |       0 |               0 |             0\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             9
 8 | /registry/pods/a |       0 |       0 |               2 |             7
10 | /registry/pods/a |       0 |       0 |               2 |             8
11 | /registry/pods/b |       1 |       0 |               0 |             0\
",
    },
    needs: &[Need::Deleted, Need::WholeTable],
    check: Check::Key(check),
    message,
};

fn check(subject: &Subject<'_>, key: KeyId, found: KeyFinds<'_>) {
    let is_tangled = subject.history.key(key).tangled && key != KeyId::MARK;
    if !is_tangled || !returned(subject, key).is_empty() {
        return;
    }
    let rows = subject.branches(key).ends([None]);
    if !rows.is_empty() {
        found(rows);
    }
}

pub(super) fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let Some(key) = finding.key else { return String::new() };
    let newest = subject.branches(key).newest;
    newest.map_or_else(String::new, |newest| {
        words::forgotten(subject.history, subject.verdict, key, &finding.rows, newest)
    })
}
