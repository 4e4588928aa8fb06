//! The audit, beside the statements that people write by hand today.

use std::time::Duration;

use kinescope::audit::{Pass, Severity, audit_under};
use kinescope::history::History;
use kinescope::history::compaction::{Policy, Search, Verdict};

use crate::figures::{Figures, Times};
use crate::server::Database;
use crate::stock;

/// What it may take at 1,000,000 rows.
const GOAL: Duration = Duration::from_millis(100);

/// How many rows or keys the explorer looks at in one go, and what it may take.
const SLICE: usize = 50_000;
const JUDGED: usize = 1 << 17;
const FRAME: Duration = Duration::from_millis(16);

/// By hand: what to look for, and how.
const BY_HAND: [(&str, &str); 3] = [
    (
        "forks by hand: GROUP BY name, prev_revision",
        "SELECT COUNT(*) FROM (SELECT 1 FROM kine WHERE name != 'compact_rev_key' \
         GROUP BY name, prev_revision HAVING COUNT(*) > 1) AS forks",
    ),
    (
        "missing links by hand: LEFT JOIN on prev_revision",
        "SELECT COUNT(*) FROM kine AS kv LEFT JOIN kine AS pv ON kv.prev_revision = pv.id \
         WHERE kv.prev_revision != 0 AND kv.name != 'compact_rev_key' AND pv.id IS NULL",
    ),
    (
        "holes by hand: LEFT JOIN on id + 1",
        "SELECT COUNT(*) FROM kine AS kv LEFT JOIN kine AS nv ON nv.id = kv.id + 1 \
         WHERE nv.id IS NULL",
    ),
];

/// Measures the audit alone, and gives it.
pub(crate) fn measure(history: &History, repetitions: usize, figures: &Figures) -> Times {
    let policy = Policy::DEFAULT;
    let verdict = std::rc::Rc::new(Verdict::of(history, policy));
    let audit = || audit_under(history, true, policy, std::rc::Rc::clone(&verdict));
    let findings = audit();
    assert_eq!(findings.worst(), Some(Severity::Error), "the table has forks");
    let times = Times::of(repetitions, audit);
    figures.beside("audit, every rule", &times, "100 ms", &Times::exactly(GOAL));
    let mut slices = Times::default();
    let mut pass = Pass::new(history, true, policy);
    while !slices.spend(|| pass.advance(history, SLICE)) {}
    let name = format!("a slice of it, {SLICE} rows or keys");
    figures.beside(&name, &slices, "16 ms", &Times::exactly(FRAME));
    let judged = Times::of(repetitions, || Verdict::of(history, policy));
    figures.beside("the verdict on every key", &judged, "the audit", &times);
    let mut slices = Times::default();
    let mut search = Search::new(history, policy);
    while slices.spend(|| search.advance(history, &mut JUDGED.clone())).is_none() {}
    let name = format!("a slice of it, {JUDGED} rows or keys");
    figures.beside(&name, &slices, "16 ms", &Times::exactly(FRAME));
    times
}

/// Measures the same by hand, a statement for each of three rules; gives the first, the forks.
pub(crate) fn measure_by_hand(database: &Database<'_>, audit: &Times, figures: &Figures) -> Times {
    let mut forks = Times::default();
    for (what, sql) in BY_HAND {
        let mut times = Times::default();
        for _ in 0..3 {
            stock::query(database, sql, &mut times);
        }
        figures.time(what, &times);
        figures.beside("audit, every rule", audit, "that", &times);
        if what == BY_HAND[0].0 {
            forks = times;
        }
    }
    forks
}
