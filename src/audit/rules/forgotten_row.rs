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
    finds: "A row that no row points at, and that is neither a tombstone nor the newest of its \
            key. A pointer from a row whose name is NULL does not count, because compaction \
            ignores it. Other rules report some of these rows: fork if the fork that they come \
            from can still be seen, returning-key if their key is deleted and will come back, and \
            returned-key if it has probably come back.",
    matters: "When the key is deleted and compacted, it comes back at this old value (kine issue \
            408). Compaction removes tombstones and what is pointed at, but nobody will ever \
            point at this row: it stays forever, and is then the newest row left. It remains from \
            a fork, or from a chain that lost a row.",
    remedy: "With kine stopped and a backup made, delete the row and the older rows of its \
            branch, which would be forgotten next. These are the stray rows of the key: \
            `kinescope show SOURCE KEY` names them, and `kinescope repair SOURCE` \
            writes the statements for the whole table.",
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
