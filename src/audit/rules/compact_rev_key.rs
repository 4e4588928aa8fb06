//! `compact_rev_key` is missing, duplicate or impossible.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, TableFinds};
use crate::audit::subject::Subject;
use crate::history::{Flag, KeyId, RowIx};

/// `compact_rev_key` is missing, duplicate or impossible.
pub(super) static RULE: Rule = Rule {
    name: "compact-rev-key",
    severity: Severity::Error,
    summary: "compact_rev_key is missing, duplicate or impossible",
    finds: "The row named compact_rev_key, whose prev_revision is the compact revision: there is \
            none; there is more than one; it is not a create, or is a tombstone; its prev revision \
            is NULL or beyond the current revision.",
    matters: "Without the row, kine reads NULL as the compact revision: lists that find nothing, \
            creates of new keys, watches and compaction fail with `converting NULL to int64 is \
            unsupported` until a restart makes a new one at 0 (kine issue 374). With two of them, \
            kine v0.6.2 and later deletes both when it restarts, and up to v0.15.0 it does not \
            start on MariaDB; with the unique index, the first compaction is rolled back unless \
            it removes one of them. A compact revision beyond the current one makes kine refuse \
            every read.",
    remedy: "If it is missing, restart kine. If there are several, stop kine and delete all but \
            the one with the highest prev_revision.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | compact_rev_key  |       1 |       0 |               0 |             1\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             1
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/b |       1 |       0 |               0 |             0\
",
    },
    needs: &[Need::WholeTable],
    check: Check::Table(check),
    message,
};

fn check(subject: &Subject<'_>, found: TableFinds<'_>) {
    if subject.history.is_empty() || problems(subject).is_empty() {
        return;
    }
    let mut rows: Vec<RowIx> = subject.history.rows_of(KeyId::MARK).collect();
    rows.sort_unstable();
    found(Some(KeyId::MARK), rows);
}

fn problems(subject: &Subject<'_>) -> Vec<String> {
    let history = subject.history;
    let marks = history.key(KeyId::MARK).rows;
    let mut problems = Vec::new();
    match marks {
        0 => problems.push("There is no row named compact_rev_key.".to_owned()),
        1 => {}
        more => problems.push(format!("There are {more} rows named compact_rev_key.")),
    }
    for at in history.rows_of(KeyId::MARK) {
        let row = history.row(at);
        let id = subject.id(at);
        let current = subject.current();
        match row.prev_revision {
            None => problems.push(format!("The compact revision in {id} is NULL.")),
            Some(compacted) if compacted > current => problems.push(format!(
                "The compact revision in {id} is {compacted}, beyond the current revision \
                 {current}."
            )),
            Some(_) => {}
        }
        if matches!(row.created, Flag::No) {
            problems.push(format!("Revision {id} is not a create."));
        }
        if row.deleted.is_set() {
            problems.push(format!("Revision {id} is a tombstone: compaction removes it."));
        }
    }
    problems
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    problems(subject).join(" ")
}
