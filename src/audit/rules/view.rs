//! kine is a view.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::Database;

/// kine is a view.
pub(super) static RULE: Rule = Rule {
    name: "view",
    severity: Severity::Warning,
    summary: "kine is a view, not a table",
    finds: "A view called kine in the database that was named. Its rows are read like those of a \
            table; the rules about the engine, about indexes and about what kine can write are \
            not checked.",
    matters: "kinescope reads what the view shows, which may be less than the table behind it, or \
              come from more than one. kine takes any table or view of that name for its own \
              (v0.11.3 and later), and would write through it; on PostgreSQL and SQLite it does not start, because \
              no index can be made on a view. A view has no indexes of its own, \
              and does not show whether the unique one is there.",
    remedy: "Find out what is behind it with `SHOW CREATE VIEW kine` (`\\d+ kine` in psql), and \
             name the database that holds the table.",
    example: Example::Database {
        shown: "CREATE VIEW kine AS SELECT * FROM kubernetes.kine",
        breaks: |database| {
            database.is_view = true;
            database.engine = None;
            database.indexes.clear();
        },
    },
    needs: &[Need::Schema],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    Soundness::of(database.is_view)
}

fn message(_: &Subject<'_>, _: &Finding) -> String {
    "kine is a view in this database. What it shows was read; the engine and the indexes of what \
     is behind it are not known."
        .to_owned()
}
