//! SQLite finds damage in its file.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::Database;
use crate::text::escape;

/// SQLite finds damage in its file.
pub(super) static RULE: Rule = Rule {
    name: "damaged-file",
    severity: Severity::Error,
    summary: "SQLite finds damage in its file",
    finds: "A database of SQLite in which PRAGMA quick_check finds damage: pages that are lost, used twice \
            or no pages at all, and rows that cannot be read. Whether an index has what the table has, it \
            does not look. Only `audit --quick-check` asks for it, since SQLite then reads the whole file, \
            values and all.",
    matters: "Rows that were read may be wrong, and others missing. kine fails, or gives wrong answers, as \
              soon as it comes to a damaged page (database disk image is malformed). The cause is mostly a \
              file that was copied while it was in use, without its -wal or beside another's, or a disk \
              that lost what was written.",
    remedy: "Stop k3s, and copy state.db with its -wal. Go back to a backup from before the damage; or run \
             `sqlite3 COPY .recover | sqlite3 NEW`, audit the new database, and put that in place. What \
             cannot be recovered, k3s makes anew or has lost.",
    example: Example::Sqlite {
        shown: "PRAGMA quick_check answers: Tree 6 page 41: btreeInitPage() returns error code 11",
        breaks: |database| {
            database.set_variable(
                "quick_check",
                "Tree 6 page 41: btreeInitPage() returns error code 11",
            );
        },
    },
    needs: &[Need::Schema, Need::Sqlite],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    match database.variable("quick_check") {
        Some(said) => Soundness::of(said != "ok"),
        None => Soundness::Unknown("only audit --quick-check has SQLite look through its file"),
    }
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let Some(database) = subject.database() else { return String::new() };
    let said = escape(database.variable("quick_check").unwrap_or_default().as_bytes());
    format!("SQLite's quick check says: {said}")
}
