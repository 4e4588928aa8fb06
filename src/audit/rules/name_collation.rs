//! Names compare in another way than in kine's own schema.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::Database;
use crate::text::escape;

/// Names compare in another way than in kine's own schema.
pub(super) static RULE: Rule = Rule {
    name: "name-collation",
    severity: Severity::Info,
    summary: "names compare differently than in kine's own schema",
    finds: "A character set or collation of the name column other than ascii and \
            ascii_general_ci, which kine v0.9.4 and later give a new table. Earlier versions took \
            the database's default, and existing tables are never altered.",
    matters: "The collation decides which names are one key. A wider character set makes index \
            entries longer: with utf8mb4 an index on 630 characters is too long for older \
            servers, and then the table has no index (rule unique-index). Apart from that, kine \
            works.",
    remedy: "Nothing has to be done. For names that must be told apart, see rule equal-names.",
    example: Example::Database {
        shown: "name VARCHAR(630) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        breaks: |database| {
            database.columns[1].character_set = Some("utf8mb4".to_owned());
            database.columns[1].collation = Some("utf8mb4_general_ci".to_owned());
        },
    },
    needs: &[Need::MySql],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    let Some(name) = database.column("name") else {
        return Soundness::Unknown("the server does not report the columns");
    };
    let is_text = name.type_name().ends_with("char") || name.type_name().ends_with("text");
    if name.collation.is_none() && is_text {
        return Soundness::Unknown("the collation of name is not told");
    }
    Soundness::of(name.collation.as_deref() != Some("ascii_general_ci"))
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let name = subject.database().and_then(|database| database.column("name"));
    let Some(collation) = name.and_then(|name| name.collation.as_deref()) else {
        return "The names are bytes without a character set: they compare byte by byte."
            .to_owned();
    };
    let how = &subject.history.profile().collation;
    let ignores = match (how.equal(b"a", b"A"), how.equal(b"a", b"a ")) {
        (true, true) => "without regard to case and trailing spaces",
        (true, false) => "without regard to case",
        (false, true) => "without regard to trailing spaces",
        (false, false) => "byte by byte",
    };
    format!("The collation of name is {}: names compare {ignores}.", escape(collation.as_bytes()))
}
