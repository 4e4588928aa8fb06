//! The server counts in steps.

use crate::audit::Finding;
use crate::audit::rule::{Check, Example, Need, Rule, Severity, Soundness};
use crate::audit::subject::Subject;
use crate::history::Database;
use crate::text::escape;

/// The server counts in steps.
pub(super) static RULE: Rule = Rule {
    name: "auto-increment-step",
    severity: Severity::Error,
    summary: "the server counts in steps",
    finds: "auto_increment_increment is not 1. Galera sets it to the number of its nodes, group \
            replication to 7. On PostgreSQL, a sequence of id with another INCREMENT than 1, or with a \
            CACHE, of which each session takes so many numbers in advance.",
    matters: "kine's revisions must go up by exactly 1. With a step, every revision in between \
            becomes a gap row: the table gains more rows than writes, and compaction falls behind \
            (kine issue 71, k3s issue 10619). Writing to two servers at once gives kine revisions \
            out of order.",
    remedy: "kine does not support this. Let kine write to one server, and set \
            auto_increment_increment and auto_increment_offset to 1 there (on Galera also \
            wsrep_auto_increment_control=OFF; on group replication \
            group_replication_auto_increment_increment=1). On PostgreSQL: ALTER SEQUENCE kine_id_seq \
            INCREMENT 1 CACHE 1.",
    example: Example::Database {
        shown: "auto_increment_increment=2",
        breaks: |database| {
            database.variables =
                Some(vec![("auto_increment_increment".to_owned(), "2".to_owned())]);
        },
    },
    needs: &[Need::Server],
    check: Check::Database(check),
    message,
};

fn check(_: &Subject<'_>, database: &Database) -> Soundness {
    if database.is_postgres() {
        return Soundness::of(steps(database).is_some());
    }
    match database.variable("auto_increment_increment") {
        Some(step) => Soundness::of(step != "1"),
        None => Soundness::Unknown("the server does not report its variables"),
    }
}

/// How a sequence of PostgreSQL counts, if not by 1.
fn steps(database: &Database) -> Option<String> {
    let other = |name| database.variable(name).filter(|value| *value != "1");
    let (step, cache) = (other("sequence_increment"), other("sequence_cache"));
    let step = step.map(|step| format!("counts in steps of {}", escape(step.as_bytes())));
    let cache = cache
        .map(|cache| format!("gives each session {} numbers at a time", escape(cache.as_bytes())));
    let told: Vec<String> = step.into_iter().chain(cache).collect();
    (!told.is_empty()).then(|| told.join(", and "))
}

fn message(subject: &Subject<'_>, _: &Finding) -> String {
    if let Some(steps) = subject.database().and_then(steps) {
        return format!("The sequence of id {steps}.");
    }
    let variable = |name| subject.database().and_then(|database| database.variable(name));
    let galera = if subject.database().is_some_and(|database| database.is_on("wsrep_on")) {
        " The server is part of a Galera cluster."
    } else {
        ""
    };
    format!(
        "auto_increment_increment is {}, auto_increment_offset {}.{galera}",
        escape(variable("auto_increment_increment").unwrap_or("unknown").as_bytes()),
        escape(variable("auto_increment_offset").unwrap_or("unknown").as_bytes())
    )
}
