//! A deleted key that will come back to life, although none of its forks is left.

use super::forgotten_row;
use crate::audit::rule::{Check, Example, Need, Rule, Severity};
use crate::history::compaction::{Effect, Prospect};

/// A deleted key that will come back to life, although none of its forks is left.
pub(super) static RULE: Rule = Rule {
    name: "returning-key",
    severity: Severity::Error,
    summary: "a deleted key that comes back once its tombstone is compacted",
    finds: "A deleted key with an older row that nobody points at, and that the key is live at again \
            once everything is compacted. It is a forgotten row (rule forgotten-row) that does harm \
            by itself, without another write. Where the fork that it comes from is still to be seen, \
            it belongs to rule fork.",
    matters: "Compaction removes the tombstone and leaves the forgotten row, which is then the newest \
            of its key: the deleted object is there again at an old value (kine issue 408). \
            Controllers act upon it.",
    remedy: "Before the tombstone is compacted, with kine stopped and a backup made, delete the stray \
            rows of the key, which `kinescope show SOURCE KEY` names. `kinescope audit SOURCE --format \
            sql` writes the statements for the whole table. How far a compaction may go until then, \
            the first lines of an audit say.",
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
