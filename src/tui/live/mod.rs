//! What is written to the table while somebody looks at it.
//!
//! ```text
//!   look ──2 s──▶ look ──▶ look          rows that were not there: put among the others
//!                  │        │
//!                  │        └ compact_rev_key stays: the table is read again, behind this one
//!                  └ compact_rev_key moved: kine compacts                     │
//!                                                                look: it has not moved since
//!                                    what went is compared with what was foreseen ◀┘
//! ```
//!
//! Each look is a session of its own, as short as reading what is new takes. What a compaction took cannot
//! be seen in what is new; so the whole table is read again then, once.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod view;

use std::collections::BTreeSet;
use std::time::Duration;

use crate::history::clock::Millis;
use crate::history::compaction::{Comparison, Outcome};
use crate::history::{History, Revision};
use crate::source::Intake;

/// How long it is waited between two looks, as kine does when nothing is written.
const PAUSE: Duration = Duration::from_secs(2);

/// How much longer than the last look took it is waited for the next: a server that is slow is not kept
/// busy.
const PATIENCE: u32 = 4;

/// How long it is waited at most for a server that does not answer: it may count logins that fail.
const LONGEST: Duration = Duration::from_secs(30);

/// Whether it is looked at what is written to a table meanwhile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Following {
    /// Nothing is: why, as a clause.
    Never(String),
    /// Once somebody asks for it.
    #[default]
    OnRequest,
    /// From the start.
    AtOnce,
}

/// What is known of what is written meanwhile.
#[derive(Debug, Default)]
pub struct Live {
    /// Whether it is followed.
    is_on: bool,
    /// Whether an answer is awaited.
    is_asked: bool,
    /// What came of the last look, until there is time for it.
    waiting: Option<Box<Intake>>,
    /// When it was looked at last.
    looked: Option<Millis>,
    /// How long that took.
    took: Duration,
    /// How many rows came since it is followed.
    rows: u64,
    /// The rows that came with the last look.
    new: BTreeSet<Revision>,
    /// The newest revision of the table, which may be of a row that was not asked for.
    newest: Option<Revision>,
    /// Why there is no answer, since the last look.
    lost: Option<String>,
    /// How many looks failed since then.
    failures: u32,
    /// What `compact_rev_key` held at the last look, as long as the table is older than that.
    moved: Option<Revision>,
    /// What it held when somebody was told to read the table again: it is too large for that to be done
    /// without a word.
    left: Option<Revision>,
    /// The table before a compaction, until it is known that the compaction is over.
    before: Option<History>,
    /// What went is being compared with what was foreseen.
    comparison: Option<Comparison>,
    /// What came of the last compaction.
    outcome: Option<Told>,
}

/// What came of a compaction, in words.
#[derive(Debug)]
struct Told {
    said: String,
    /// Whether all went as was foreseen.
    is_good: bool,
    /// Whether somebody was told.
    is_read: bool,
    /// The rows that went, and how they differ from what was foreseen, where that was compared.
    outcome: Option<Outcome>,
}

impl Live {
    /// Followed, or not yet.
    pub fn new(is_on: bool) -> Self {
        Self { is_on, ..Self::default() }
    }

    /// Whether it is followed.
    pub const fn is_on(&self) -> bool {
        self.is_on
    }

    /// Whether what a compaction did is being compared with what was foreseen.
    pub const fn is_judging(&self) -> bool {
        self.comparison.is_some()
    }

    /// Whether a row came with the last look.
    pub fn is_new(&self, id: Revision) -> bool {
        self.is_on && self.new.contains(&id)
    }

    /// What came of the last compaction: the rows that went, where they were compared.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()?.outcome.as_ref()
    }

    /// Notes that somebody reads what came of the last compaction.
    pub(in crate::tui) const fn read(&mut self) {
        if let Some(told) = &mut self.outcome {
            told.is_read = true;
        }
    }

    /// How long it is waited before the next look.
    fn pause(&self) -> Duration {
        if self.looked.is_none() && self.failures == 0 {
            return Duration::ZERO;
        }
        let doubled = PAUSE.saturating_mul(1 << self.failures.min(8));
        doubled.min(LONGEST).max(self.took.saturating_mul(PATIENCE))
    }

    /// What is being looked at is another table now: answers about the other are wanted no more.
    pub(in crate::tui) fn begin_again(&mut self) {
        self.is_asked = false;
        self.waiting = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_slow_or_gone_is_looked_at_less_often() {
        let pause = |failures, took| {
            let took = Duration::from_millis(took);
            Live { looked: Some(0), failures, took, ..Live::default() }.pause().as_millis()
        };
        assert_eq!(Live::default().pause(), Duration::ZERO);
        assert_eq!(
            [0, 100, 500, 700, 3000, 60_000].map(|took| pause(0, took)),
            [2000, 2000, 2000, 2800, 12_000, 240_000]
        );
        assert_eq!(
            [1, 2, 3, 4, 100].map(|failures| pause(failures, 10)),
            [4000, 8000, 16_000, 30_000, 30_000]
        );
    }
}
