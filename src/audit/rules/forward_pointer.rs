//! A row that points at a newer row, or at itself.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Rule, Severity};
use crate::audit::subject::{Seen, Subject};
use crate::display::words;
use crate::history::Link;

/// A row that points at a newer row, or at itself.
pub(super) static RULE: Rule = Rule {
    name: "forward-pointer",
    severity: Severity::Error,
    summary: "a row that points at a newer row, or at itself",
    finds: "A row whose prev revision is its own revision or a higher one, whether a row has that \
            revision or not.",
    matters: "The newest row of a key can be lost: compaction removes what is pointed at without \
            checking that it is older, and a row that points at itself removes itself. What is \
            left then depends on the batches that kine compacts in. kine never writes such a \
            pointer, because it points only at rows that it has read. A restore that renumbers \
            rows can, and so can an edit by hand.",
    remedy: "Preview a compaction before one runs, and find out who wrote the row. With kine \
            stopped and a backup made, correct its prev_revision to the row before it.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             4
 4 | /registry/pods/a |       0 |       0 |               2 |             2\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             0
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 3 | /registry/pods/a |       0 |       0 |               2 |             2
 4 | /registry/pods/a |       0 |       0 |               2 |             3\
",
    },
    needs: &[],
    check: Check::Row(check),
    message,
};

fn check(_: &Subject<'_>, seen: &Seen) -> bool {
    seen.points && seen.is_of_key() && seen.row.prev_revision >= Some(seen.row.id)
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let Some(&at) = finding.rows.first() else { return String::new() };
    let history = subject.history;
    let id = history.id(at);
    let who = format!("Revision {id}");
    let it = if history.link(at) == Link::Itself { "it" } else { "that row" };
    match words::misdirected(history, at, &who) {
        Some(points) => format!("{points}: a compaction to {id} or beyond removes {it}."),
        None => words::ahead(history, at, &who).unwrap_or_default(),
    }
}
