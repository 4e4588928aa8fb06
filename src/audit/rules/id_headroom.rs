//! Revisions are about to run out.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::{Database, Revision};
use crate::text::count;

/// Revisions are about to run out.
pub(super) static RULE: Rule = Rule {
    name: "id-headroom",
    severity: Severity::Error,
    summary: "revisions are about to run out",
    finds: "The narrowest of id, create_revision and prev_revision has less than a tenth of its \
            range left. Tables made by kine before v0.11.5 have INTEGER, which ends at \
            2147483647. On PostgreSQL the sequence of id has an end of its own.",
    matters: "Once they run out, every write fails with `Duplicate entry '2147483647' for key \
            'PRIMARY'`, on PostgreSQL with SQLSTATE 2200H or 22003, and the cluster stands still (k3s \
            issue 6176). Every write, every gap row \
            and every write that fails uses a revision.",
    remedy: "With kine stopped and a backup made, make the three columns wider: `ALTER TABLE kine \
            MODIFY id BIGINT UNSIGNED AUTO_INCREMENT, MODIFY create_revision BIGINT UNSIGNED, \
            MODIFY prev_revision BIGINT UNSIGNED`; or start kine v0.14.2 or later with \
            KINE_SCHEMA_MIGRATION=1, which does the same on PostgreSQL (`ALTER TABLE kine ALTER COLUMN id \
            TYPE BIGINT`, and so on, and `ALTER SEQUENCE kine_id_seq AS BIGINT`). This takes long on a \
            large table.",
    example: Example::Database {
        shown: "id TINYINT, and the current revision 120",
        breaks: |database| "tinyint".clone_into(&mut database.columns[0].full_type),
    },
    needs: &[Need::Server, Need::WholeTable],
    check: Check::Database(check),
    message,
};

fn check(subject: &Subject<'_>, database: &Database) -> Soundness {
    let Some((_, greatest)) = narrowest(database) else {
        return Soundness::Unknown("the server does not report the columns' types");
    };
    let left = greatest.saturating_sub(subject.current());
    Soundness::of(left < greatest / 10)
}

/// The column that ends first, and its greatest number.
pub(super) fn narrowest(database: &Database) -> Option<(&'static str, Revision)> {
    let columns = ["id", "create_revision", "prev_revision"].into_iter();
    let columns = columns.filter_map(|name| Some((name, database.column(name)?.greatest()?)));
    let sequence = database.variable("sequence_max_value").and_then(|it| it.parse().ok());
    columns.chain(sequence.map(|end| ("sequence", end))).min_by_key(|&(_, greatest)| greatest)
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    let Some((name, greatest)) = subject.database().and_then(narrowest) else {
        return String::new();
    };
    format!(
        "{} ends at {greatest}, and the current revision is {}: {} are left.",
        if name == "sequence" {
            "The sequence of id".to_owned()
        } else {
            format!("The column {name}")
        },
        subject.current(),
        count(greatest.saturating_sub(subject.current()), "revision")
    )
}
