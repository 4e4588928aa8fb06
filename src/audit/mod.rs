//! What is broken in a table: rules over its rows and over the database under them.
//!
//! [`RULES`] is the list; each rule is a file under `rules/`, with its manual. A [`Pass`] goes over
//! the rows once, then over the keys, and gives [`Findings`]; it can be done in slices, so that a
//! screen goes on while it runs.
//!
//! ```text
//!   History ──rows, keys──▶ Pass ──▶ Findings ──▶ each a Rule, a key, rows, a message
//!   Database ──────────────┘
//! ```
//!
//! A rule says what is so, and only that: what cannot be told is [`Unchecked`], and what an older
//! compaction or a hand explains is no finding (see [`Horizon`](crate::history::Horizon)).

mod baseline;
mod branch;
mod findings;
mod id_statistics;
mod levels;
mod pass;
mod rule;
mod rules;
mod subject;

pub use baseline::{Baseline, Identity};
pub use findings::{Finding, Findings, Unchecked};
pub use id_statistics::IdStatistics;
pub use levels::Levels;
pub use pass::Pass;
pub use rule::{Example, Rule, Severity};
pub use rules::{RULES, about, find};
pub use subject::Subject;

use std::rc::Rc;

use crate::history::History;
use crate::history::compaction::{Policy, Verdict};

/// Audits a history, with kine's default settings. `is_whole` says that all rows of the table are in
/// it: some rules need that.
pub fn audit(history: &History, is_whole: bool) -> Findings {
    audit_under(history, is_whole, Policy::DEFAULT, Rc::new(Verdict::of(history, Policy::DEFAULT)))
}

/// The same with other settings, and with the verdict that was made under them.
pub fn audit_under(
    history: &History,
    is_whole: bool,
    policy: Policy,
    verdict: Rc<Verdict>,
) -> Findings {
    let mut pass = Pass::new(history, is_whole, policy);
    while !pass.advance(history, usize::MAX) {}
    pass.finish(history, Some(verdict))
}
