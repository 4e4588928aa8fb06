//! A deleted key that will come back to life, although none of its forks is left.

use super::forgotten_row;
use crate::audit::rule::{Check, Example, Need, Rule, Severity};
use crate::history::compaction::{Effect, Prospect};

/// A deleted key that will come back to life, although none of its forks is left.
pub(super) static RULE: Rule = Rule {
    name: "returning-key",
    severity: Severity::Error,
    summary: "a deleted key that comes back once its tombstone is compacted",
    finds: "A deleted key with a forgotten row, at which it is live again once everything is \
            compacted. Other forgotten rows (rule forgotten-row) do harm only after another \
            write; this one does it by itself. If the fork that it comes from can still be seen, \
            rule fork reports it.",
    matters: "The deleted object will be there again at an old value (kine issue 408), and \
            controllers act on it. Compaction removes the tombstone and leaves the forgotten row, \
            which is then the newest of its key.",
    remedy: "Delete the stray rows of the key before its tombstone is compacted, with kine \
            stopped and a backup made. `kinescope show SOURCE KEY` names them, and `kinescope \
            repair SOURCE` writes the statements for the whole table. The first lines \
            of an audit say how far a compaction may go until then.",
    example: Example::Rows {
        broken: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             4
 2 | /registry/pods/a |       1 |       0 |               0 |             0
 4 | /registry/pods/a |       0 |       0 |               2 |             3
 5 | /registry/pods/a |       0 |       1 |               2 |             4
 6 | /registry/pods/b |       1 |       0 |               0 |             0\
",
        healthy: "\
id | name             | created | deleted | create_revision | prev_revision
 1 | compact_rev_key  |       1 |       0 |               0 |             4
 4 | /registry/pods/a |       0 |       0 |               2 |             3
 5 | /registry/pods/a |       0 |       1 |               2 |             4
 6 | /registry/pods/b |       1 |       0 |               0 |             0\
",
    },
    needs: &[Need::Deleted, Need::WholeTable],
    check: Check::Instead(&forgotten_row::RULE, |prospect| {
        prospect == Prospect::Changes(Effect::Resurrected)
    }),
    message: forgotten_row::message,
};
