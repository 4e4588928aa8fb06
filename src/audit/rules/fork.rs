//! Rows of one key with the same prev revision.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, KeyFinds, Rule, Severity};
use crate::audit::subject::Subject;
use crate::display::words;
use crate::history::KeyId;

/// Rows of one key with the same prev revision.
pub(super) static RULE: Rule = Rule {
    name: "fork",
    severity: Severity::Error,
    summary: "rows of one key that have the same prev revision",
    finds: "Two or more rows of one key with the same prev revision, which the unique index on \
            name and prev_revision forbids. Rows whose prev revision is 0 count: a key begun twice \
            is a fork too. One finding for each key and prev revision.",
    matters: "Compaction brings a deleted object back to life (kine issue 408). kine has no other \
            lock than the unique index: when two writers read the same revision, both try to \
            follow it, and one must be refused. Without the index both succeed, later writes \
            follow only one of the rows, and nobody ever points at the others. Compaction removes \
            tombstones and what is pointed at, so it removes the key's tombstone and leaves those \
            rows.",
    remedy: "Check whether the unique index is there (rule unique-index); kine v0.11.3 and later \
            never make it again by themselves. Preview a compaction to see which keys would come \
            back. Before the index can be created, delete the stray rows, with kine stopped and a \
            backup made: in each fork, the rows that the key's newest row does not lead back to, \
            and all that follow them. Deleting only the forgotten rows is not enough: then the \
            rows before them are forgotten. `kinescope repair SOURCE` writes the \
            statements for the whole table.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 4 | /registry/pods/a |       0 |       0 |               2 |             2
 5 | /registry/pods/a |       0 |       1 |               0 |             4\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 4 | /registry/pods/a |       0 |       0 |               2 |             3
 5 | /registry/pods/a |       0 |       1 |               0 |             4\
",
    },
    needs: &[],
    check: Check::Key(check),
    message,
};

fn check(subject: &Subject<'_>, key: KeyId, found: KeyFinds<'_>) {
    if key != KeyId::MARK {
        subject.history.forks_of(key).into_iter().for_each(|fork| found(fork.rows));
    }
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let history = subject.history;
    let prev = finding.rows.first().and_then(|&at| history.row(at).prev_revision).unwrap_or(0);
    let rows = subject.these(&finding.rows);
    let mut said = format!("{}.", words::fork(&rows, finding.rows.len(), prev));
    let Some(key) = finding.key else { return said };
    let branches = subject.branches(key);
    let forgotten = branches.ends(finding.rows.iter().copied().map(Some));
    if let Some(newest) = branches.newest.filter(|_| !forgotten.is_empty()) {
        let forgotten = words::forgotten(history, subject.verdict, key, &forgotten, newest);
        said += &format!(" {forgotten}");
    }
    let strays = branches.strays(&finding.rows);
    if subject.is_all && !strays.is_empty() {
        said += &format!(" Stray: {}.", subject.list(&strays));
    }
    said
}
