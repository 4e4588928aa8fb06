//! A key that begins a second time although older rows of it are there.

use crate::audit::rule::{Check, Example, KeyFinds, Need, Rule, Severity};
use std::collections::BTreeSet;

use crate::audit::Finding;
use crate::audit::subject::Subject;
use crate::history::{KeyId, Link, RowIx};

/// A key that begins a second time although older rows of it are there.
pub(super) static RULE: Rule = Rule {
    name: "second-root",
    severity: Severity::Error,
    summary: "a key that begins a second time although older rows of it are there",
    finds: "A row whose prev revision is 0 although the key has an older row in the table, or a \
            create whose tombstone was compacted although a row of the key lies between the two. \
            Two rows with the same prev revision are a fork, and rule fork has them.",
    matters: "kine writes 0 only into the first row of a key that has no other rows. So two \
            writers began the key without seeing each other (kine issue 504), or rows were copied \
            into the table. Both rows count as the object's beginning, and nothing links the \
            older one to the newer: no compaction removes the end of the older chain.",
    remedy: "Check the engine and the indexes (rules engine, unique-index). Before you trust the \
            key, preview a compaction and think through a deletion.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             3
 4 | /registry/pods/a |       1 |       0 |               0 |             3
 5 | /registry/pods/a |       1 |       0 |               0 |             0\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             3
 4 | /registry/pods/a |       1 |       0 |               0 |             3
 5 | /registry/pods/a |       0 |       0 |               4 |             4\
",
    },
    needs: &[Need::Created],
    check: Check::Key(check),
    message,
};

/// Only a key with a row that does not follow the row before it can have two roots.
fn check(subject: &Subject<'_>, key: KeyId, found: KeyFinds<'_>) {
    let history = subject.history;
    if key == KeyId::MARK || !history.key(key).tangled {
        return;
    }
    let mut rows: Vec<RowIx> = history.rows_of(key).collect();
    rows.sort_unstable();
    let mut prevs = BTreeSet::new();
    let mut before = None;
    for at in rows {
        let row = history.row(at);
        let Some(prev) = row.prev_revision else { continue };
        let is_first_with_prev = prevs.insert(prev);
        let is_root = match history.link(at) {
            Link::None => true,
            Link::Missing(..) => row.created.is_set(),
            _ => false,
        };
        if let Some(before) = before
            && is_root
            && is_first_with_prev
            && history.id(before) > prev
        {
            found(vec![before, at]);
        }
        before = Some(at);
    }
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let [before, at] = finding.rows[..] else { return String::new() };
    let row = subject.history.row(at);
    let prev = match row.prev_revision {
        Some(prev) if prev != 0 => format!(", after {prev}"),
        _ => String::new(),
    };
    format!(
        "Revision {} begins the key anew{prev}, although {} was there before it.",
        row.id,
        subject.history.id(before)
    )
}
