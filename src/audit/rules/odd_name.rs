//! A name that Kubernetes never gives a key.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, KeyFinds, Rule, Severity};
use crate::audit::subject::Subject;
use crate::history::KeyId;

/// A name that Kubernetes never gives a key.
pub(super) static RULE: Rule = Rule {
    name: "odd-name",
    severity: Severity::Warning,
    summary: "a name that Kubernetes never gives a key",
    finds: "A name that is empty, longer than 630 characters, not ASCII, or that has a control \
            character or a space at its end.",
    matters: "The column of today's kine holds only ASCII: MySQL refuses anything else, or stores \
            it as a question mark, and two keys become one. kinescope does not know which names \
            beyond ASCII the collation treats as one. kine's collation ignores trailing spaces.",
    remedy: "Find out who wrote the key. It can be deleted like any other.",
    example: Example::Rows {
        broken: "\
id | name                     | created | deleted | create_revision | prev_revision
 1 | compact_rev_key          |       1 |       0 |               0 |             0
 2 | /registry/pods/caf\u{e9} |       1 |       0 |               0 |             0\
",
        healthy: "\
id | name                | created | deleted | create_revision | prev_revision
 1 | compact_rev_key     |       1 |       0 |               0 |             0
 2 | /registry/pods/cafe |       1 |       0 |               0 |             0\
",
    },
    needs: &[],
    check: Check::Key(check),
    message,
};

/// The column's length today.
const LONGEST: usize = 630;

fn check(subject: &Subject<'_>, key: KeyId, found: KeyFinds<'_>) {
    if oddity(subject.history.name(key)).is_some() {
        found(subject.history.key(key).newest.into_iter().collect());
    }
}

fn oddity(name: &[u8]) -> Option<&'static str> {
    match name {
        [] => Some("The name is empty."),
        // Without a way out of it the loop takes many bytes at once.
        _ if !name.is_ascii() => Some("The name is not ASCII."),
        _ if name.iter().fold(false, |any, byte| any | byte.is_ascii_control()) => {
            Some("The name has a control character.")
        }
        [.., b' '] => Some("The name ends in a space."),
        _ if name.len() > LONGEST => Some("The name is longer than 630 characters."),
        _ => None,
    }
}

fn message(subject: &Subject<'_>, finding: &Finding) -> String {
    let name = finding.key.map_or(&b""[..], |key| subject.history.name(key));
    oddity(name).unwrap_or_default().to_owned()
}
