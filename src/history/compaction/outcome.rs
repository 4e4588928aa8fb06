//! What a compaction did, beside what was foreseen of it.

use super::{Plan, Policy, Removing};
use crate::history::{History, Merge, PushError, Revision, RowIx, Rows};

/// What became of a table that kine compacted: the rows that went, and whether they are those that were
/// foreseen.
#[derive(Debug)]
pub struct Outcome {
    /// The compact revision before; `None` when no row held one.
    pub before: Option<Revision>,
    /// The compact revision afterwards.
    pub reached: Revision,
    /// How many rows were compared: those that were seen before the compaction, and those that came
    /// meanwhile and are still there.
    pub rows: usize,
    /// The rows that went.
    pub gone: History,
    /// The rows that are still there although they were to go, in the order of their ids.
    pub stayed: Vec<Revision>,
    /// The rows that went although they were to stay, in the order of their ids.
    pub unforeseen: Vec<Revision>,
    /// Whether every revision up to the compact revision had been looked at before. If not, rows may have
    /// been written and removed unseen.
    pub is_all_seen: bool,
}

impl Outcome {
    /// Whether exactly those rows went that were foreseen.
    pub const fn is_as_foreseen(&self) -> bool {
        self.stayed.is_empty() && self.unforeseen.is_empty()
    }

    /// How many of the rows are left.
    pub const fn left(&self) -> usize {
        self.rows - self.gone.len()
    }
}

/// Compares a table as it was before a compaction with the table afterwards, for as long as there is time.
///
/// ```text
///   before             ○ 4  ○ 7  ✗ 9          the plan for what compact_rev_key says afterwards:
///   came meanwhile                   ○ 10     4, 7 and 9 go
///   afterwards              ○ 7      ○ 10     7 stayed, the others are as foreseen
/// ```
#[derive(Debug)]
pub struct Comparison {
    before: History,
    policy: Policy,
    compacted: Option<Revision>,
    reached: Revision,
    is_all_seen: bool,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The rows that came meanwhile are looked for.
    Newcomers(usize, Rows),
    /// They are put among those from before.
    Merging(Box<Merge>),
    /// When each row goes is being found.
    Removing(Box<Removing>),
    /// Row by row, what was to become of it is compared with what became of it.
    Rows(Box<Plan>, usize, Box<Outcome>),
    /// It was told.
    Done,
}

impl Comparison {
    /// Of a table before, and of the compact revision afterwards. The policy says which kine it is: what it
    /// retains does not matter, since it is known how far it got.
    pub fn new(before: History, reached: Revision, policy: Policy) -> Self {
        Self {
            compacted: before.compacted(),
            is_all_seen: before.current() >= Some(reached),
            policy: policy.by_itself().without_retain(),
            stage: Stage::Newcomers(0, Rows::new()),
            before,
            reached,
        }
    }

    /// Spends from `rows`, a budget of rows looked at; gives the outcome, once. `now` is the table
    /// afterwards, and must be the same each time.
    ///
    /// # Errors
    ///
    /// When there are more rows than a history holds.
    pub fn advance(
        &mut self,
        now: &History,
        rows: &mut usize,
    ) -> Result<Option<Outcome>, PushError> {
        while *rows > 0 {
            match std::mem::replace(&mut self.stage, Stage::Done) {
                Stage::Newcomers(next, mut late) => {
                    let end = now.len().min(next + *rows);
                    *rows -= end - next;
                    // A row named compact_rev_key that is new says what was compacted, not what was there.
                    let is_new =
                        |&at: &RowIx| !now.is_mark(at) && self.before.find(now.id(at)).is_none();
                    now.rows_at(next..end).filter(is_new).for_each(|at| late.push(now.row(at)));
                    let last = self.before.iter().next_back().map(|at| self.before.id(at));
                    self.stage = if end < now.len() {
                        Stage::Newcomers(end, late)
                    } else if late.get(0).is_some_and(|first| Some(first.id) < last) {
                        Stage::Merging(Box::new(Merge::new(&self.before, late)))
                    } else {
                        self.before.extend(&late)?;
                        Stage::Removing(Box::new(Removing::new(&self.before, self.policy)))
                    };
                }
                Stage::Merging(mut merge) => {
                    let most = *rows;
                    *rows = 0;
                    self.stage = if merge.step(&self.before, most)? {
                        self.before = merge.finish();
                        Stage::Removing(Box::new(Removing::new(&self.before, self.policy)))
                    } else {
                        Stage::Merging(merge)
                    };
                }
                Stage::Removing(mut removing) => {
                    self.stage = if removing.advance(&self.before, rows) {
                        let removals = removing.finish(&self.before);
                        let plan = Plan::new(&self.before, &removals, self.reached, self.policy);
                        Stage::Rows(Box::new(plan), 0, Box::new(self.outcome()))
                    } else {
                        Stage::Removing(removing)
                    };
                }
                Stage::Rows(plan, next, mut outcome) => {
                    let end = self.before.len().min(next + *rows);
                    *rows -= end - next;
                    for at in self.before.rows_at(next..end) {
                        self.compare(&plan, at, now, &mut outcome)?;
                    }
                    if end == self.before.len() {
                        return Ok(Some(*outcome));
                    }
                    self.stage = Stage::Rows(plan, end, outcome);
                }
                Stage::Done => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Nothing compared yet.
    fn outcome(&self) -> Outcome {
        Outcome {
            before: self.compacted,
            reached: self.reached,
            rows: self.before.len(),
            gone: History::new(self.before.profile().clone()),
            stayed: Vec::new(),
            unforeseen: Vec::new(),
            is_all_seen: self.is_all_seen,
        }
    }

    fn compare(
        &self,
        plan: &Plan,
        at: RowIx,
        now: &History,
        outcome: &mut Outcome,
    ) -> Result<(), PushError> {
        let id = self.before.id(at);
        let is_gone = now.find(id).is_none();
        if is_gone {
            outcome.gone.push(self.before.row(at))?;
        }
        match (is_gone, plan.survives(at)) {
            (true, true) => outcome.unforeseen.push(id),
            (false, false) => outcome.stayed.push(id),
            (true, false) | (false, true) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Flag, Profile, Row};

    /// A row of `/a`, or the mark where its id is 1.
    fn row(id: Revision, prev: Revision, is_deleted: bool) -> Row<'static> {
        Row {
            id,
            name: Some(if id == 1 { b"compact_rev_key" } else { b"/a" }),
            created: Flag::No,
            deleted: if is_deleted { Flag::Yes } else { Flag::No },
            create_revision: Some(0),
            prev_revision: Some(prev),
            lease: Some(0),
        }
    }

    fn history(rows: &[Row<'_>]) -> History {
        let mut history = History::new(Profile::kine_default());
        for &row in rows {
            history.push(row).expect("they ascend");
        }
        history
    }

    /// What comes of it, in slices of so many rows.
    fn outcome(before: &[Row<'_>], now: &[Row<'_>], most: usize) -> Outcome {
        let now = history(now);
        let reached = now.compacted().expect("there is a mark");
        let mut comparison = Comparison::new(history(before), reached, Policy::DEFAULT);
        loop {
            let came = comparison.advance(&now, &mut most.clone()).expect("few rows");
            if let Some(outcome) = came {
                return outcome;
            }
        }
    }

    fn ids(history: &History) -> Vec<Revision> {
        history.iter().map(|at| history.id(at)).collect()
    }

    #[test]
    fn rows_that_went_are_compared_with_those_that_were_to_go() {
        let before = [row(1, 0, false), row(4, 0, false), row(7, 4, false), row(9, 7, true)];
        for most in [1, 2, 1000] {
            let all = outcome(&before, &[row(1, 9, false)], most);
            assert_eq!((ids(&all.gone), all.left()), (vec![4, 7, 9], 1));
            assert!(all.is_as_foreseen() && all.is_all_seen);
            // 7 stayed, 12 came, and 11 was written and seen before it went.
            let with = [&before[..], &[row(11, 0, false)]].concat();
            let now = [row(1, 9, false), row(7, 4, false), row(12, 9, false)];
            let odd = outcome(&with, &now, most);
            assert_eq!((odd.stayed.as_slice(), odd.unforeseen.as_slice()), (&[7][..], &[11][..]));
            assert_eq!((ids(&odd.gone), odd.rows, odd.left()), (vec![4, 9, 11], 6, 3));
        }
    }

    #[test]
    fn a_row_that_came_meanwhile_may_have_removed_another() {
        let before = [row(1, 0, false), row(4, 0, false)];
        let now = [row(1, 7, false), row(7, 4, false)];
        let outcome = outcome(&before, &now, 1000);
        assert!(outcome.is_as_foreseen(), "7 points at 4: {outcome:?}");
        // 5 and 6 could have come and gone.
        assert!(!outcome.is_all_seen);
    }
}
