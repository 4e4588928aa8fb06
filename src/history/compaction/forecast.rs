//! When kine gets past a revision, if everything goes on as it did.
//!
//! ```text
//!   revision   T         T + retained         current
//!   written    ├─────────────────┼──────────────┤ now
//!              a tick sees T     a tick may end at T: the first of both, within an interval
//! ```

use super::{Algorithm, Compactor, Outlook, Who};
use crate::history::Revision;
use crate::history::clock::{Clock, Millis};

/// How often kine compacts, or an API server asks it to, if nobody said otherwise
/// (`--compact-interval`, `--etcd-compaction-interval`).
pub const INTERVAL: Millis = 5 * 60_000;

/// Over how long a rate is taken, where the table goes back so far.
pub const WINDOW: Millis = 60 * 60_000;

/// How fast revisions were written of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many,
    pub revisions: u64,
    /// in this time at least,
    pub shortest: Millis,
    /// and in this time at most.
    pub longest: Millis,
}

/// When kine gets past a revision: `earliest` or later, `latest` or earlier, at the present rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// Not before this.
    pub earliest: Millis,
    /// Not after this.
    pub latest: Millis,
}

/// Why nothing is foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unforeseen {
    /// Of which moment the table is, is not known.
    Moment,
    /// Nobody compacts it, as far as its rows tell.
    StandsStill,
    /// Something keeps kine from compacting it.
    Obstacle,
    /// A round should have compacted further since then.
    Overdue(Millis),
    /// This kine compacts row by row, however long that takes.
    RowByRow,
    /// When rows were written is not known closely enough.
    Rate,
}

/// Foresees when kine gets past revisions of a table, at the present rate.
#[derive(Debug, Clone, Copy)]
pub struct Forecaster<'a> {
    clock: &'a Clock,
    now: Millis,
    current: Revision,
    min_retain: u64,
    /// How fast revisions were written.
    pub rate: Rate,
}

impl Rate {
    /// The rate at which the table was written for an hour before `now`, when it was read; of a younger
    /// table, since it began. `None` where it is not known to within a factor of two, or was less than an
    /// interval.
    fn of(clock: &Clock, current: Revision, now: Millis) -> Option<Self> {
        let since = clock.revisions(now.saturating_sub(WINDOW)).0.or_else(|| clock.oldest())?;
        let (earliest, latest) = clock.at(since).between()?;
        let [shortest, longest] = [latest, earliest].map(|at| now.saturating_sub(at));
        let revisions = current.checked_sub(since).filter(|&many| many > 0)?;
        let is_known = shortest >= INTERVAL && longest <= shortest.saturating_mul(2);
        is_known.then_some(Self { revisions, shortest, longest })
    }

    /// How many revisions an hour, at least and at most.
    pub fn per_hour(&self) -> (u64, u64) {
        let per_hour = |time: Millis, up: u64| {
            let time = time.unsigned_abs().max(1);
            let all = self.revisions.saturating_mul(3_600_000);
            all.saturating_add(up * (time - 1)) / time
        };
        (per_hour(self.longest, 0), per_hour(self.shortest, 1))
    }

    /// How long so many take, if they took so long.
    fn time(&self, many: u64, took: Millis) -> Millis {
        let time = i128::from(many) * i128::from(took) / i128::from(self.revisions.max(1));
        Millis::try_from(time).unwrap_or(Millis::MAX)
    }
}

impl<'a> Forecaster<'a> {
    /// Of a table that was read `now`.
    ///
    /// # Errors
    ///
    /// Why nothing can be foreseen.
    pub fn new(
        clock: &'a Clock,
        outlook: &Outlook,
        algorithm: Algorithm,
        now: Option<Millis>,
    ) -> Result<Self, Unforeseen> {
        let Outlook { compactor, obstacle, .. } = outlook;
        if !compacts(compactor) {
            return Err(Unforeseen::StandsStill);
        }
        if obstacle.is_some() {
            return Err(Unforeseen::Obstacle);
        }
        if algorithm == Algorithm::RowByRow {
            return Err(Unforeseen::RowByRow);
        }
        let now = now.ok_or(Unforeseen::Moment)?;
        if let Some(since) = due(clock, compactor).filter(|&due| due < now) {
            return Err(Unforeseen::Overdue(since));
        }
        let Compactor { current, min_retain, .. } = *compactor;
        let rate = Rate::of(clock, current, now).ok_or(Unforeseen::Rate)?;
        Ok(Self { clock, now, current, min_retain, rate })
    }

    /// When kine compacts to a revision or past it: the first tick at which that is not retained any more,
    /// if the tick before has seen it. Later for a higher revision, or as soon.
    pub fn reaches(&self, target: Revision) -> Forecast {
        let (seen, free) = (self.written(target), self.written(self.end(target)));
        let then = |free: Millis, seen: Millis| free.max(seen.saturating_add(INTERVAL));
        Forecast {
            earliest: then(free.earliest, seen.earliest).max(self.now),
            latest: then(free.latest, seen.latest).max(self.now).saturating_add(INTERVAL),
        }
    }

    /// The current revision with which a target is retained no more.
    const fn end(&self, target: Revision) -> Revision {
        target.saturating_add(self.min_retain)
    }

    /// When a revision was written, or will be.
    fn written(&self, revision: Revision) -> Forecast {
        if let Some(more) = revision.checked_sub(self.current).filter(|&more| more > 0) {
            let after = |took| self.now.saturating_add(self.rate.time(more, took));
            return Forecast {
                earliest: after(self.rate.shortest),
                latest: after(self.rate.longest),
            };
        }
        let known = self.clock.at(revision);
        Forecast {
            earliest: known.earliest.unwrap_or(Millis::MIN).min(self.now),
            latest: known.latest.unwrap_or(self.now).min(self.now),
        }
    }
}

/// Whether somebody compacts, as far as the rows tell.
const fn compacts(compactor: &Compactor) -> bool {
    match compactor.who {
        Who::ApiServer
        | Who::ApiServerCapped
        | Who::ApiServerBegins { .. }
        | Who::ApiServerOrAlone
        | Who::Asked(_)
        | Who::Alone => true,
        Who::Stalled { .. }
        | Who::ApiServerStopped { .. }
        | Who::Unrecorded(_)
        | Who::Nobody(_)
        | Who::NothingToDo
        | Who::Unknown => false,
    }
}

/// Until when somebody who compacts has gone further than the compact revision at the latest, and an
/// interval for the round to end; `None` where that is not known.
///
/// That round ended there since the round before had seen no more, or since what followed was retained.
fn due(clock: &Clock, compactor: &Compactor) -> Option<Millis> {
    let next = compactor.compacted?.saturating_add(1);
    let end = next.saturating_add(compactor.min_retain);
    if end > compactor.current {
        return None;
    }
    let seen = clock.at(next).latest?.saturating_add(2 * INTERVAL);
    let free = clock.at(end).latest?.saturating_add(INTERVAL);
    Some(seen.max(free).saturating_add(INTERVAL))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::clock::Stamps;
    use crate::history::compaction::{Policy, Removals};
    use crate::history::{Flag, History, Profile, Row, RowIx, Rows};

    const MINUTES: Millis = 60_000;

    /// A table of so many revisions, compacted to one, whose every tenth row renews a Lease and whose rows
    /// were written so many milliseconds apart.
    fn table(many: Revision, compacted: Revision, apart: Millis) -> (History, Clock) {
        let mut rows = Rows::new();
        let mut push = |id, name: &str, prev| {
            rows.push(Row {
                id,
                name: Some(name.as_bytes()),
                created: if id == 1 || prev == 0 { Flag::Yes } else { Flag::No },
                deleted: Flag::No,
                create_revision: Some(0),
                prev_revision: Some(prev),
                lease: Some(0),
            });
        };
        push(1, "compact_rev_key", compacted);
        for id in 2..=many {
            if id.is_multiple_of(10) {
                push(id, "/registry/leases/node", if id == 10 { 0 } else { id - 10 });
            } else {
                push(id, &format!("/registry/{id}"), 0);
            }
        }
        let mut history = History::new(Profile::kine_default());
        history.extend(&rows).expect("they are in order");
        let now = Millis::try_from(many).expect("it fits") * apart;
        let mut clock = Clock::new(&history, Some(now));
        let stamps: Vec<(RowIx, Stamps)> = history
            .iter()
            .filter(|&at| history.id(at).is_multiple_of(10))
            .map(|at| {
                let id = Millis::try_from(history.id(at)).expect("it fits");
                (at, Stamps { renewed: Some(id * apart), ..Stamps::default() })
            })
            .collect();
        clock.extend(&history, &stamps);
        (history, clock)
    }

    fn outlook(history: &History, policy: Policy) -> Outlook {
        Outlook::of(history, &Removals::of(history, policy), policy)
    }

    fn policy(min_retain: u64) -> Policy {
        Policy { min_retain, ..Policy::DEFAULT }
    }

    /// Ten rows a minute, of a table of ten hours.
    const APART: Millis = 6000;
    const MANY: Revision = 6000;
    const NOW: Millis = 6000 * APART;

    fn foreseen(min_retain: u64, compacted: Revision, target: Revision) -> (Millis, Millis) {
        let (history, clock) = table(MANY, compacted, APART);
        let outlook = outlook(&history, policy(min_retain));
        let forecaster = Forecaster::new(&clock, &outlook, Algorithm::Batches, Some(NOW));
        let Forecast { earliest, latest } = forecaster.expect("it is foreseen").reaches(target);
        ((earliest - NOW) / MINUTES, (latest - NOW) / MINUTES)
    }

    #[test]
    fn kine_gets_past_a_revision_once_enough_others_have_followed() {
        // A thousand are kept: 200 more are to be written, which takes twenty minutes, and then comes a tick.
        let (earliest, latest) = foreseen(1000, 4990, 5200);
        assert!(
            (18..=20).contains(&earliest) && (25..=27).contains(&latest),
            "{earliest} {latest}"
        );
        // What is retained no longer goes with the next tick.
        assert_eq!(foreseen(1000, 4990, 4995), (0, 5));
        // Where nothing is kept, the tick before must have seen it.
        let (earliest, latest) = foreseen(0, 5990, 6000);
        assert!((3..=5).contains(&earliest) && (9..=10).contains(&latest), "{earliest} {latest}");
    }

    #[test]
    fn the_rate_is_a_range_that_holds_the_truth() {
        let (_, clock) = table(MANY, 4990, APART);
        let rate = Rate::of(&clock, MANY, NOW).expect("it is known");
        let (least, most) = rate.per_hour();
        assert!(least <= 600 && most >= 600 && most - least < 60, "{least} to {most}");
    }

    #[test]
    fn what_cannot_be_foreseen_is_not() {
        let (history, clock) = table(MANY, 4990, APART);
        let of = |history: &History, clock: &Clock, algorithm, now| {
            let outlook = outlook(history, policy(1000));
            Forecaster::new(clock, &outlook, algorithm, now).err()
        };
        let is = |algorithm, now| of(&history, &clock, algorithm, now);
        assert_eq!(is(Algorithm::Batches, Some(NOW)), None);
        assert_eq!(is(Algorithm::Batches, None), Some(Unforeseen::Moment));
        assert_eq!(is(Algorithm::RowByRow, Some(NOW)), Some(Unforeseen::RowByRow));
        let empty = Clock::default();
        assert_eq!(of(&history, &empty, Algorithm::Batches, Some(NOW)), Some(Unforeseen::Rate));
        // Nothing has been written for two hours.
        let later = Some(NOW + 120 * MINUTES);
        assert!(is(Algorithm::Batches, later).is_some());
        let (never, clock) = table(MANY, 0, APART);
        assert_eq!(
            of(&never, &clock, Algorithm::Batches, Some(NOW)),
            Some(Unforeseen::StandsStill)
        );
        // Eight hours of rounds are missing.
        let (stopped, clock) = table(MANY, 200, APART);
        let why = of(&stopped, &clock, Algorithm::Batches, Some(NOW));
        assert!(matches!(why, Some(Unforeseen::Overdue(since)) if since < NOW), "{why:?}");
    }

    proptest! {
        #[test]
        fn a_higher_revision_is_not_passed_sooner(
            min_retain in 0_u64..2000,
            apart in 100_i64..60_000,
            mut targets in prop::collection::vec(0_u64..6000, 2..20),
        ) {
            let many = 3000;
            let compacted = many - min_retain.min(many - 10) - 5;
            let (history, clock) = table(many, compacted, apart);
            let now = Some(Millis::try_from(many).expect("it fits") * apart);
            let outlook = outlook(&history, policy(min_retain));
            let forecaster = Forecaster::new(&clock, &outlook, Algorithm::Batches, now);
            prop_assume!(forecaster.is_ok());
            let forecaster = forecaster.expect("it is foreseen");
            targets.sort_unstable();
            let all: Vec<Forecast> = targets.iter().map(|&it| forecaster.reaches(it)).collect();
            for (one, next) in all.iter().zip(&all[1..]) {
                prop_assert!(one.earliest <= next.earliest && one.latest <= next.latest);
                prop_assert!(Some(one.earliest) >= now && one.earliest <= one.latest);
            }
        }
    }
}
