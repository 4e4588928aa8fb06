//! Who compacts a table, and where the next round ends, as far as its rows tell.

use super::{Batch, Policy, plan};
use crate::history::{History, Request, Revision};

/// So many revisions more than the cap says may be compacted: what was written while the request was
/// on its way.
const IN_FLIGHT: u64 = 7;
/// An API server that was silent for so many of its rounds has stopped.
const ROUNDS_OF_SILENCE: u64 = 3;

/// Who compacts a table, and where the next round ends.
///
/// Since kine v0.16.1 an API server does by default; before, kine did by its own clock, and still does
/// where it is told an interval. Both leave traces in the rows (settled with kine v0.16.4 on SQLite and
/// MariaDB, 290 rounds with one to three API servers):
///
/// ```text
///   compact_rev_key   compact_rev_key_apiserver           who
///   C                 newest row n: N|V, prev p
///   V, or n - retain                                      the API server, as asked or as capped
///   above V, other                                        kine by itself, or somebody by hand
///   below what two of the rows asked for                  asked, and not done
/// ```
///
/// Rows have no time and tell no setting: the min-retain is taken from the policy, and whether a
/// server lives nobody can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compactor {
    /// Who, and the evidence.
    pub who: Who,
    /// The current revision.
    pub current: Revision,
    /// The compact revision; `None` when no row holds one.
    pub compacted: Option<Revision>,
    /// How many of the newest revisions are taken to be retained.
    pub min_retain: u64,
    /// The newest row of an API server.
    pub request: Option<Request>,
    /// Whether another API server wrote that row than the one before it, or one that was restarted.
    pub changed_hands: bool,
    /// Where the next round of an API server ends, where one has written a row.
    pub next: Option<Round>,
    /// The revision that kine by itself gets to once nobody writes any more, which takes it two ticks.
    pub alone: Revision,
}

/// Who compacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// An API server: the compact revision is what it asked for last.
    ApiServer,
    /// An API server: the compact revision is what it asked for last, less what is retained.
    ApiServerCapped,
    /// An API server has written its first row, and has not asked for anything yet.
    ApiServerBegins,
    /// An API server has asked for this revision, once, and kine has not got there: it may be at it.
    Asked(Revision),
    /// An API server goes on asking, and kine does not do it.
    Stalled {
        /// The highest revision that should have been compacted to.
        due: Revision,
        /// How many of the rows that are left ask for more than was done.
        rounds: u64,
    },
    /// The API server that compacted does not ask any more.
    ApiServerStopped {
        /// How many revisions ago it asked last.
        silent: u64,
        /// The most revisions between two of its rounds.
        usual: u64,
    },
    /// kine by its own clock, or somebody by hand: it was compacted further than any API server asked.
    /// Whether it still is, rows do not tell.
    Alone,
    /// Nobody, ever: so many revisions have been written.
    Nobody(u64),
    /// Nobody yet, and all revisions are retained.
    NothingToDo,
    /// It cannot be told: there is no compact revision.
    Unknown,
}

/// One round of an API server's compactor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// The revision that it asks for, or more, if another API server takes over.
    pub asks: Revision,
    /// The revision that it gets to if nobody writes until then; its own row is written first.
    pub reaches: Revision,
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

impl Compactor {
    /// Looks at the rows of a table.
    pub fn of(history: &History, policy: Policy) -> Self {
        let current = history.current().unwrap_or_default();
        let compacted = history.compacted();
        let requests: Vec<Request> = history.requests().collect();
        let retain = policy.min_retain;
        let reached = compacted.unwrap_or_default();
        let cap = |max_id: Revision| max_id.saturating_sub(retain);
        let next = requests.first().map(|newest| Round {
            asks: newest.id,
            reaches: newest.id.min(cap(current.saturating_add(1))).max(reached),
        });
        Self {
            who: who(history, &requests, retain),
            current,
            compacted,
            min_retain: retain,
            request: requests.first().copied(),
            changed_hands: requests.first().is_some_and(|newest| newest.asked() > newest.prev),
            next,
            alone: cap(current).max(reached),
        }
    }

    /// How many revisions are not compacted.
    pub fn backlog(&self) -> u64 {
        self.current.saturating_sub(self.compacted.unwrap_or_default())
    }

    /// Whether an API server drives, as far as is known.
    pub const fn is_api_server(&self) -> bool {
        matches!(
            self.who,
            Who::ApiServer
                | Who::ApiServerCapped
                | Who::ApiServerBegins
                | Who::Asked(_)
                | Who::Stalled { .. }
        )
    }

    /// Whether kine's own clock stops for good: with an interval and nothing retained, kine v0.16.4 never
    /// compacts again once the compact revision is the target of a tick.
    pub fn stops_for_good(&self) -> bool {
        self.min_retain == 0 && matches!(self.who, Who::Alone)
    }

    /// What it takes to catch up; `None` when there is nothing to do, or kine cannot.
    pub fn catch_up(&self, history: &History, policy: Policy) -> Option<CatchUp> {
        let plan = plan(history, self.current, policy);
        if plan.transactions == 0 {
            return None;
        }
        let rounds = match self.next {
            // The first asks for less, and the second for the row of the first.
            Some(next) if self.is_api_server() && next.reaches >= plan.reached => 1,
            _ => 2,
        };
        Some(CatchUp {
            end: plan.reached,
            rounds,
            transactions: plan.transactions,
            rows: plan.removed() as u64,
            largest: plan.batches.iter().max_by_key(|batch| batch.removed).copied(),
        })
    }
}

fn who(history: &History, requests: &[Request], retain: u64) -> Who {
    let current = history.current().unwrap_or_default();
    let Some(compacted) = history.compacted() else {
        return Who::Unknown;
    };
    let Some(newest) = requests.first() else {
        return match compacted {
            1.. => Who::Alone,
            0 if current <= retain => Who::NothingToDo,
            0 => Who::Nobody(current),
        };
    };
    // What a round was asked for for certain, and could not be refused: what it took over from the
    // version before, as far as was not retained when its own row was written.
    let due = |request: &Request| request.prev.min(request.id.saturating_sub(retain));
    let undone = requests.iter().map(due).filter(|&due| due > compacted);
    let (rounds, highest) = undone.fold((0, 0), |(all, most), due| (all + 1, due.max(most)));
    if rounds > 1 {
        return Who::Stalled { due: highest, rounds };
    }
    let capped = newest.id.saturating_sub(retain);
    let is_asked = compacted == newest.asked();
    let is_capped = (capped..=capped.saturating_add(IN_FLIGHT)).contains(&compacted);
    if compacted > newest.asked() && !is_capped {
        return Who::Alone;
    }
    let silent = current.saturating_sub(newest.id);
    let usual = distance(requests);
    if usual.is_some_and(|usual| silent > usual.saturating_mul(ROUNDS_OF_SILENCE)) {
        return Who::ApiServerStopped { silent, usual: usual.unwrap_or_default() };
    }
    match () {
        () if rounds == 1 => Who::Asked(highest),
        () if newest.asked() == 0 => Who::ApiServerBegins,
        () if is_asked => Who::ApiServer,
        () if is_capped => Who::ApiServerCapped,
        // Less than was asked for, and not less than was due.
        () => Who::Asked(newest.asked()),
    }
}

/// The most revisions between two rounds, as far as the rows tell. The first row was written long
/// before the second where no API server ran in between.
fn distance(requests: &[Request]) -> Option<u64> {
    let between = requests.iter().filter(|it| it.prev != 0).map(|it| it.id.saturating_sub(it.prev));
    between.max()
}
