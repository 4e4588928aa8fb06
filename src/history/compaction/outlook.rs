//! Who compacts a table, what keeps kine from it, and what it takes to catch up, all at once.

use std::rc::Rc;

use super::{Batch, Compactor, Plan, Policy, Removals, Stop, obstacle};
use crate::history::{History, Revision};

/// Who compacts a table, what keeps kine from it, and what it takes to catch up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// Who, and where the next round ends.
    pub compactor: Compactor,
    /// What keeps kine from compacting the table as it is.
    pub obstacle: Option<Stop>,
    /// What it takes to catch up; `None` when there is nothing to do, kine cannot, or it cannot be told.
    pub catch_up: Option<CatchUp>,
}

/// What it takes to compact everything that is not retained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatchUp {
    /// The revision that is reached.
    pub end: Revision,
    /// How many rounds of an API server, or ticks of kine's own clock, that takes if nobody writes.
    pub rounds: u64,
    /// How many transactions kine commits.
    pub transactions: u64,
    /// How many rows are removed.
    pub rows: u64,
    /// The transaction that removes the most rows.
    pub largest: Option<Batch>,
}

impl Outlook {
    /// Looks at the rows of a table, of which it is known when they go.
    pub fn of(history: &History, removals: &Rc<Removals>, policy: Policy) -> Self {
        let (policy, removals) = (policy.by_itself(), removals.by_itself(history));
        let obstacle = obstacle(history, &removals);
        let mut compactor = Compactor::of(history, policy);
        if obstacle.is_some() {
            compactor.alone = None;
        }
        let plan =
            compactor.alone.map(|_| Plan::new(history, &removals, compactor.current, policy));
        let catch_up = plan.and_then(|plan| catch_up(&compactor, &plan));
        Self { compactor, obstacle, catch_up }
    }
}

fn catch_up(compactor: &Compactor, plan: &Plan) -> Option<CatchUp> {
    let is_possible = matches!(plan.stop, Stop::Reached | Stop::Retained);
    if plan.transactions == 0 || !is_possible {
        return None;
    }
    let rounds = match compactor.next {
        // The first asks for less, and the second for the row of the first.
        Some(next) if compactor.is_api_server() && next.reaches >= plan.reached => 1,
        _ => 2,
    };
    Some(CatchUp {
        end: plan.reached,
        rounds,
        transactions: plan.transactions,
        rows: plan.removed() as u64,
        largest: plan.batches().max_by_key(|batch| batch.removed),
    })
}
