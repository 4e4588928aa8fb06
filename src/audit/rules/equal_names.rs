//! Names that differ in bytes and are one key to kine.

use crate::audit::rule::{Check, Example, KeyFinds, Rule, Severity};
use std::collections::BTreeMap;

use crate::audit::Finding;
use crate::audit::subject::Subject;
use crate::history::{KeyId, RowIx};
use crate::text::escape;

/// Names that differ in bytes and are one key to kine.
pub(super) static RULE: Rule = Rule {
    name: "equal-names",
    severity: Severity::Error,
    summary: "names that differ in bytes and are one key to kine",
    finds: "A key whose rows spell its name in several ways that are equal in the collation of \
            the name column: Foo and foo, or foo with a space at its end. kine's own schema on \
            MySQL ignores case and trailing spaces when it compares names.",
    matters: "kine leaves comparing names to the database, so the two names are one key to it. \
            Creating the second is refused because it exists, reading one gives the other's \
            object, and an update written under one name follows a row of the other. After that, \
            lists show only the spelling of the newest row, and the other object disappears from \
            view.",
    remedy: "Rename one of the two objects. Names of most resources must be lower case; names of \
            RBAC roles and of some custom resources need not be. A table whose name column is \
            ascii_bin keeps them apart, but kine never alters a table: you must do that by hand, \
            with kine stopped.",
    example: Example::Rows {
        broken: "\
id | name                | created | deleted | create_revision | prev_revision
 1 | compact_rev_key     |       1 |       0 |               0 |             0
 2 | /registry/roles/Foo |       1 |       0 |               0 |             0
 3 | /registry/roles/foo |       0 |       0 |               2 |             2\
",
        healthy: "\
id | name                | created | deleted | create_revision | prev_revision
 1 | compact_rev_key     |       1 |       0 |               0 |             0
 2 | /registry/roles/Foo |       1 |       0 |               0 |             0
 3 | /registry/roles/Foo |       0 |       0 |               2 |             2\
",
    },
    needs: &[],
    check: Check::Key(check),
    message,
};

fn check(subject: &Subject<'_>, key: KeyId, found: KeyFinds<'_>) {
    if subject.history.key(key).respelled {
        found(spellings(subject, key).into_values().collect());
    }
}

/// The newest row of each spelling.
fn spellings<'a>(subject: &Subject<'a>, key: KeyId) -> BTreeMap<&'a [u8], RowIx> {
    let mut spellings = BTreeMap::new();
    for at in subject.history.rows_of(key) {
        if let Some(name) = subject.history.row(at).name {
            spellings.entry(name).or_insert(at);
        }
    }
    spellings
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let Some(key) = finding.key else { return String::new() };
    let spellings: Vec<String> = spellings(subject, key)
        .into_iter()
        .map(|(name, at)| format!("\"{}\" at {}", escape(name), subject.id(at)))
        .collect();
    format!(
        "Spelled in {} ways, all one key in the collation {}: {}.",
        spellings.len(),
        subject.history.profile().collation,
        spellings.join(", ")
    )
}
