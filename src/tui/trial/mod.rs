//! What if: a trial on top of what was read. Rows are taken away from it, and what mends it is applied; then
//! everything on the screen is of the table as it would be.
//!
//! ```text
//!   what was read ──x──▶ without 5226 ──x──▶ without 5226 and 5236 ──:repair──▶ … repaired
//!                 ◀──U──              ◀──U──                       ◀──U──
//!   └ kept once; each step is worked out from it
//! ```

pub(in crate::tui) mod actions;
pub(in crate::tui) mod view;

use std::collections::BTreeSet;

use super::panes::findings::Audit;
use crate::display::words;
use crate::history::compaction::{Policy, Verdict};
use crate::history::{History, NoTrial, Revision, Trial};
use crate::repair::{Choices, Repair};

/// A step of a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Rows are taken away.
    Without(BTreeSet<Revision>),
    /// What mends the table, as it is by then, is applied.
    Repaired,
}

/// What was read, while a trial is shown.
#[derive(Debug)]
pub struct Real {
    /// The rows.
    pub history: History,
    /// What becomes of them, and what is wrong with them.
    pub audit: Audit,
}

/// The trial, if there is one.
#[derive(Debug, Default)]
pub struct WhatIf {
    real: Option<Box<Real>>,
    steps: Vec<Step>,
    /// The steps that were undone, the next to be done again last.
    undone: Vec<Step>,
    /// What the trial changes, a paragraph each, once somebody has asked.
    changes: Option<Vec<String>>,
}

impl WhatIf {
    /// Whether a trial is shown.
    pub const fn is_on(&self) -> bool {
        self.real.is_some()
    }

    /// What was read, while a trial is shown.
    pub fn real(&self) -> Option<&Real> {
        self.real.as_deref()
    }

    /// Whether the audit of what was read is still running.
    pub fn is_auditing(&self) -> bool {
        self.real().is_some_and(|real| real.audit.is_running())
    }

    /// What is tried, as the rest of a sentence: `without 5226 and 5236, repaired`.
    pub fn said(&self) -> Option<String> {
        let said = self.parts().map(|part| match part {
            [Step::Repaired, ..] => "repaired".to_owned(),
            rows => format!("without {}", words::revisions(taken(rows))),
        });
        self.is_on().then(|| said.collect::<Vec<_>>().join(", "))
    }

    /// The same in a few letters: `-2, repaired`.
    pub fn in_short(&self) -> Option<String> {
        let said = self.parts().map(|part| match part {
            [Step::Repaired, ..] => "repaired".to_owned(),
            rows => format!("-{}", taken(rows).len()),
        });
        self.is_on().then(|| said.collect::<Vec<_>>().join(", "))
    }

    /// The steps, those together that take rows away one after the other.
    fn parts(&self) -> impl Iterator<Item = &[Step]> {
        self.steps.chunk_by(|one, next| *one != Step::Repaired && *next != Step::Repaired)
    }

    /// The table after all steps; `None` where there are none. `shown` is what was read, unless a trial is
    /// shown.
    fn tried(&self, shown: &History) -> Result<Option<History>, NoTrial> {
        let real = self.real().map_or(shown, |real| &real.history);
        let mut tried: Option<History> = None;
        for part in self.parts() {
            let before = tried.as_ref().unwrap_or(real);
            tried = Some(applied(part, before)?);
        }
        Ok(tried)
    }

    /// Puts a trial in the place of what is shown, or what was read where there is none.
    pub(in crate::tui) fn exchange(
        &mut self,
        tried: Option<History>,
        history: &mut History,
        audit: &mut Audit,
    ) {
        self.changes = None;
        match (tried, self.real.take()) {
            (Some(tried), real) => {
                let was = std::mem::replace(history, tried);
                let first = || Box::new(Real { history: was, audit: audit.put_aside() });
                self.real = Some(real.unwrap_or_else(first));
                audit.forget();
            }
            (None, Some(real)) => {
                *history = real.history;
                audit.take_back(real.audit);
            }
            (None, None) => {}
        }
    }
}

/// A table after steps that belong together.
fn applied(part: &[Step], before: &History) -> Result<History, NoTrial> {
    match part {
        [Step::Repaired, ..] => Ok(repair(before).mended(before)),
        rows => Trial { without: taken(rows), with: None }.of(before),
    }
}

/// The rows that steps take away.
fn taken(steps: &[Step]) -> BTreeSet<Revision> {
    let rows = steps.iter().filter_map(|step| match step {
        Step::Without(rows) => Some(rows),
        Step::Repaired => None,
    });
    rows.flatten().copied().collect()
}

/// What mends a table, as `--repaired` of the reports has it.
fn repair(history: &History) -> Repair {
    let verdict = Verdict::of(history, Policy::DEFAULT.by_itself());
    Repair::of(history, &verdict, &Choices::default())
}
