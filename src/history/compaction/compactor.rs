//! Who compacts a table, and where the next round ends, as far as its rows tell.

use super::{Policy, Version};
use crate::history::{History, Request, Revision, RowIx};

/// So many revisions more than the cap says may be compacted: what was written while the request was
/// on its way.
const IN_FLIGHT: u64 = 7;
/// An API server that was silent for so many of its rounds has stopped.
const ROUNDS_OF_SILENCE: u64 = 3;
/// More revisions than a busy cluster writes in a round of five minutes.
const BUSY_ROUND: u64 = 100_000;

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
///   above V, up to n                                      or two API servers asked at once
///   below what two of the rows asked for                  asked, and not done, or more is retained
/// ```
///
/// Rows have no time and tell no setting: the min-retain is taken from the policy, and whether a
/// server lives nobody can tell. It is of what kine does by itself, whatever its Compact request does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compactor {
    /// Who, and the evidence.
    pub who: Who,
    /// The current revision.
    pub current: Revision,
    /// The compact revision; `None` when no row holds one.
    pub compacted: Option<Revision>,
    /// The revision of a compaction that `compact_rev_key` does not tell of.
    pub unrecorded: Option<Revision>,
    /// How many of the newest revisions are taken to be retained.
    pub min_retain: u64,
    /// Which version of kine runs, where that was said.
    pub kine: Option<Version>,
    /// The newest row of an API server.
    pub request: Option<Request>,
    /// Whether another API server wrote that row than the one before it, or one that was restarted.
    pub changed_hands: bool,
    /// Where the next round of an API server ends, where one has written a row.
    pub next: Option<Round>,
    /// The revision that kine by itself gets to once nobody writes any more, which takes it two ticks;
    /// `None` where that cannot be told.
    pub alone: Option<Revision>,
}

/// Who compacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// An API server: the compact revision is what it asked for last.
    ApiServer,
    /// An API server: the compact revision is what it asked for last, less what is retained.
    ApiServerCapped,
    /// An API server has written its first row, so many revisions ago, and asked for nothing yet.
    ApiServerBegins {
        /// How many revisions ago.
        silent: u64,
    },
    /// An API server, or kine by its own clock: what was asked for last was not read.
    ApiServerOrAlone,
    /// An API server has asked for this revision, once, and kine has not got there: it may be at it.
    Asked(Revision),
    /// An API server goes on asking, and kine does not do it.
    Stalled {
        /// The highest revision that it asked for, at least.
        asked: Revision,
        /// The revision that kine should have got to at least, if it retains no more than is assumed.
        due: Revision,
        /// How many of the rows that are left ask for more than was done.
        rounds: u64,
        /// How many revisions kine retains if it did what it was asked for.
        keeps: u64,
    },
    /// The API server that compacted does not ask any more.
    ApiServerStopped {
        /// How many revisions ago it asked last.
        silent: u64,
        /// The most revisions between two of its rounds; `None` where it wrote one row only.
        usual: Option<u64>,
    },
    /// kine by its own clock, or somebody by hand: it was compacted further than any API server asked.
    /// Whether it still is, rows do not tell.
    Alone,
    /// Somebody compacted to this revision without recording it; nobody else has.
    Unrecorded(Revision),
    /// Nobody, ever: so many revisions have been written.
    Nobody(u64),
    /// Nobody yet, and all revisions are retained.
    NothingToDo,
    /// It cannot be told: there is no compact revision, or no row of an API server among those of a part.
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

impl Compactor {
    /// Looks at the rows of a table.
    pub fn of(history: &History, policy: Policy) -> Self {
        let policy = policy.by_itself();
        let current = history.current().unwrap_or_default();
        let compacted = history.compacted();
        let requests: Vec<Request> = history.requests().collect();
        let retain = policy.min_retain;
        let reached = compacted.unwrap_or_default();
        let cap = |max_id: Revision| max_id.saturating_sub(retain);
        let is_part = history.may_be_a_part() || history.profile().part.is_some();
        let unrecorded = history.horizon().unrecorded().filter(|_| !is_part);
        let who = who(history, &requests, retain, unrecorded);
        let is_known = who != Who::Unknown;
        let next = requests.first().filter(|_| is_known).map(|newest| Round {
            asks: newest.id,
            reaches: newest.id.min(cap(current.saturating_add(1))).max(reached),
        });
        let others = |newest: &Request| newest.asked().is_some_and(|asked| asked > newest.prev);
        Self {
            who,
            current,
            compacted,
            unrecorded,
            min_retain: retain,
            kine: policy.kine,
            request: requests.first().copied(),
            changed_hands: requests.first().is_some_and(others),
            next,
            alone: is_known.then(|| cap(current).max(reached)),
        }
    }

    /// How many revisions are not compacted; `None` where that cannot be told.
    pub fn backlog(&self) -> Option<u64> {
        self.compacted.map(|compacted| self.current.saturating_sub(compacted))
    }

    /// Whether an API server drives, as far as is known.
    pub const fn is_api_server(&self) -> bool {
        matches!(
            self.who,
            Who::ApiServer
                | Who::ApiServerCapped
                | Who::ApiServerBegins { .. }
                | Who::Asked(_)
                | Who::Stalled { .. }
        )
    }

    /// Whether kine's own clock stops for good: with an interval and nothing retained, kine v0.16.4 never
    /// compacts again once the compact revision is the target of a tick.
    pub const fn stops_for_good(&self) -> bool {
        self.min_retain == 0 && matches!(self.who, Who::Alone)
    }

    /// Whether two API servers at once may have done what looks like kine by itself: one of them won,
    /// and wrote the newest row, and the other was told so, too, and had kine compact.
    pub fn may_be_a_race(&self) -> bool {
        self.request
            .is_some_and(|newest| newest.asked() != Some(0) && self.compacted <= Some(newest.id))
    }

    /// The rows that ask for more than was done, in ascending order.
    pub fn undone(&self, history: &History) -> Vec<RowIx> {
        let requests: Vec<Request> = history.requests().collect();
        let mut rows: Vec<RowIx> = undone(&requests, self.compacted, self.min_retain)
            .map(|(request, _)| request.row)
            .collect();
        rows.sort_unstable();
        rows
    }
}

/// The rounds that asked for more than was done, each with what should have been reached at least: what
/// it took over from the version before, as far as was not retained when its own row was written.
fn undone(
    requests: &[Request],
    compacted: Option<Revision>,
    retain: u64,
) -> impl Iterator<Item = (&Request, Revision)> {
    let due = move |request: &Request| request.prev.min(request.id.saturating_sub(retain));
    let all = requests.iter().map(move |request| (request, due(request)));
    all.filter(move |&(_, due)| due > compacted.unwrap_or_default())
}

fn who(history: &History, requests: &[Request], retain: u64, unrecorded: Option<Revision>) -> Who {
    let current = history.current().unwrap_or_default();
    let Some(compacted) = history.compacted() else {
        return Who::Unknown;
    };
    // A part may leave the rows of API servers out.
    if requests.is_empty() && history.profile().part.is_some() {
        return Who::Unknown;
    }
    let Some(newest) = requests.first() else {
        return match (compacted, unrecorded) {
            (1.., _) => Who::Alone,
            (0, Some(reached)) => Who::Unrecorded(reached),
            (0, None) if current <= retain => Who::NothingToDo,
            (0, None) => Who::Nobody(current),
        };
    };
    let (mut rounds, mut due, mut most) = (0, 0, 0);
    for (request, its) in undone(requests, Some(compacted), retain) {
        rounds += 1;
        due = its.max(due);
        most = request.asked_at_least().max(most);
    }
    if rounds > 1 {
        let keeps = newest.id.saturating_sub(compacted);
        return Who::Stalled { asked: most, due, rounds, keeps };
    }
    let capped = newest.id.saturating_sub(retain);
    let is_capped = (capped..=capped.saturating_add(IN_FLIGHT)).contains(&compacted);
    match newest.asked() {
        // What was compacted before that first row, an API server did not ask for.
        Some(0) if compacted < newest.id => {}
        None if compacted > newest.prev && compacted < newest.id && !is_capped => {
            return Who::ApiServerOrAlone;
        }
        _ if compacted > newest.asked_at_least() && !is_capped => return Who::Alone,
        _ => {}
    }
    let silent = current.saturating_sub(newest.id);
    let usual = distance(requests);
    let longest = usual.map_or(BUSY_ROUND, |usual| usual.saturating_mul(ROUNDS_OF_SILENCE));
    if silent > longest {
        return Who::ApiServerStopped { silent, usual };
    }
    match () {
        () if rounds == 1 => Who::Asked(most),
        () if newest.asked() == Some(0) => Who::ApiServerBegins { silent },
        () if compacted == newest.asked_at_least() => Who::ApiServer,
        () if is_capped => Who::ApiServerCapped,
        // Less than was asked for, and not less than was due.
        () => Who::Asked(newest.asked_at_least()),
    }
}

/// The most revisions between two rounds, as far as the rows tell. The first row was written long
/// before the second where no API server ran in between.
fn distance(requests: &[Request]) -> Option<u64> {
    let between = requests.iter().filter(|it| it.prev != 0).map(|it| it.id.saturating_sub(it.prev));
    between.max()
}
