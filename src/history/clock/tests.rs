use proptest::prelude::*;

use super::*;
use crate::history::{Flag, Profile, Row, Rows};

/// A row of a cluster that is made up: whether it creates, under which name, after which row, and what
/// its value says.
struct Write {
    name: String,
    created: bool,
    prev: Revision,
    stamps: Stamps,
}

fn history(writes: &[Write]) -> (History, Vec<(RowIx, Stamps)>) {
    let mut rows = Rows::new();
    for (id, write) in (1..).zip(writes) {
        rows.push(Row {
            id,
            name: Some(write.name.as_bytes()),
            created: if write.created { Flag::Yes } else { Flag::No },
            deleted: Flag::No,
            create_revision: Some(0),
            prev_revision: Some(write.prev),
            lease: Some(0),
        });
    }
    let mut history = History::new(Profile::kine_default());
    history.extend(&rows).expect("they are in order");
    let stamps = history.iter().zip(writes).map(|(at, write)| (at, write.stamps)).collect();
    (history, stamps)
}

fn lease(of: &str, prev: Revision, renewed: Millis) -> Write {
    let stamps = Stamps { renewed: Some(renewed * 1000), ..Stamps::default() };
    Write { name: format!("/registry/leases/{of}"), created: prev == 0, prev, stamps }
}

fn other(name: &str) -> Write {
    Write { name: format!("/registry/{name}"), created: false, prev: 0, stamps: Stamps::default() }
}

fn clock(writes: &[Write]) -> Clock {
    let (history, stamps) = history(writes);
    let mut clock = Clock::new(&history, None);
    clock.extend(&history, &stamps);
    clock
}

/// In seconds, without what clocks may be apart.
fn bounds(clock: &Clock, revision: Revision) -> (Option<Millis>, Option<Millis>) {
    let Written { earliest, latest } = clock.at(revision);
    (earliest.map(|at| (at + SKEW) / 1000), latest.map(|at| (at - SKEW) / 1000))
}

#[test]
fn a_row_lies_between_the_renewals_before_and_after_it() {
    let clock = clock(&[
        lease("a", 0, 100),
        other("pods/x"),
        lease("b", 0, 103),
        lease("a", 1, 110),
        lease("b", 3, 113),
    ]);
    assert_eq!(bounds(&clock, 1), (Some(100), Some(110)));
    // a's renewal at 110 knows of 1 alone, b's of 3.
    assert_eq!(bounds(&clock, 2), (Some(100), Some(113)));
    assert_eq!(bounds(&clock, 3), (Some(103), Some(113)));
    // Nobody knows of these, and no request takes longer than a minute.
    assert_eq!(bounds(&clock, 4), (Some(110), Some(170)));
    assert_eq!(bounds(&clock, 5), (Some(113), Some(173)));
    assert_eq!(bounds(&clock, 6), (Some(113), None));
    assert_eq!(clock.revisions(120_000), (Some(3), None));
    assert_eq!(clock.revisions(105_000), (None, Some(4)));
}

#[test]
fn the_clock_that_contradicts_most_others_is_not_believed() {
    let five_minutes_early = [
        lease("wrong", 0, 400),
        lease("a", 0, 100),
        lease("b", 0, 101),
        lease("a", 2, 110),
        lease("b", 3, 111),
        lease("wrong", 1, 410),
    ];
    let (history, stamps) = history(&five_minutes_early);
    let mut clock = Clock::new(&history, None);
    clock.extend(&history, &stamps);
    let wrong = history.find_key(b"/registry/leases/wrong").expect("it is there");
    assert_eq!(clock.disagreeing(), [Witness::Lease(wrong)]);
    assert_eq!(bounds(&clock, 2), (Some(100), Some(110)));
    // Of two nobody can tell which is right.
    let two = [lease("a", 0, 400), lease("b", 0, 100), lease("b", 2, 110)];
    assert!(super::tests::clock(&two).is_empty());
}

#[test]
fn what_was_moved_here_with_its_old_times_is_no_bound_for_its_row() {
    let created = |name: &str, created: Millis, latest: Option<Millis>| Write {
        created: true,
        stamps: Stamps {
            created: Some(created * 1000),
            renewed: None,
            latest: latest.map(|at| at * 1000),
        },
        ..other(name)
    };
    let clock = clock(&[created("pods/old", 100, Some(9000)), created("pods/new", 9100, None)]);
    assert_eq!(bounds(&clock, 1), (Some(9000), Some(9160)));
    assert_eq!(bounds(&clock, 2), (Some(9100), Some(9160)));
}

#[test]
fn what_was_read_was_written_before() {
    let (history, _) = history(&[other("pods/x")]);
    let clock = Clock::new(&history, Some(500_000));
    assert_eq!(bounds(&clock, 1), (None, Some(500)));
    assert!(clock.is_empty());
}

#[test]
fn few_rows_are_asked_for_and_those_that_tell() {
    let (history, _) = history(&[
        lease("a", 0, 0),
        lease("b", 0, 0),
        other("pods/x"),
        lease("c", 0, 0),
        other("pods/y"),
        lease("b", 2, 0),
        lease("a", 1, 0),
        lease("c", 4, 0),
        lease("a", 7, 0),
    ]);
    let around = |revision, may: fn(Revision) -> bool| {
        let mut ids: Vec<_> =
            super::around(&history, revision, |at| may(history.id(at))).into_iter().collect();
        ids.sort_unstable();
        ids.iter().map(|&at| history.id(at)).collect::<Vec<_>>()
    };
    assert_eq!(around(5, |_| true), [1, 2, 4, 5, 9]);
    assert_eq!(around(5, |id| id != 5), [1, 2, 4, 9]);
    assert_eq!(around(3, |_| true), [1, 2, 3, 8, 9]);
    // Nobody renews anything in 3.
    assert_eq!(spread(&history, 3, |_| true).len(), 8);
    assert_eq!(spread(&history, 0, |_| true), []);
}

/// A cluster whose true times are known: when each row was written, and what its value says.
#[derive(Debug, Clone)]
struct Cluster {
    times: Vec<Millis>,
    writes: Vec<(usize, Millis, Millis)>,
    skews: Vec<Millis>,
    wrong: Option<Millis>,
}

fn clusters() -> impl Strategy<Value = Cluster> {
    let write = (0..6_usize, 1..20_000_i64, 0..5_000_i64);
    let wrong = prop_oneof![
        Just(None),
        (60_000..900_000_i64).prop_map(Some),
        (-900_000..-120_000_i64).prop_map(Some)
    ];
    (prop::collection::vec(write, 1..120), prop::collection::vec(-SKEW / 2..SKEW / 2, 6), wrong)
        .prop_map(|(writes, skews, wrong)| {
            let times = writes.iter().scan(1_700_000_000_000, |now, &(_, step, _)| {
                *now += step;
                Some(*now)
            });
            Cluster { times: times.collect(), writes: writes.clone(), skews, wrong }
        })
}

impl Cluster {
    /// Writers 0 to 3 renew a Lease each, 4 creates something, 5 changes what tells no time. One of them
    /// may have a wrong clock, if the three others have one.
    fn writes(&self) -> Vec<Write> {
        let mut last: [(Revision, Millis); 6] = Default::default();
        let rows = (1..).zip(self.writes.iter().zip(&self.times));
        rows.map(|(id, (&(who, _, latency), &written))| {
            let (prev, known) = last[who];
            // It was sent after the answer to the one before.
            let sent = (written - latency).max(known);
            last[who] = (id, written);
            let wrong = if who == 0 { self.wrong.unwrap_or_default() } else { 0 };
            let says = sent + self.skews[who] + wrong;
            match who {
                0..4 => Write {
                    stamps: Stamps { renewed: Some(says), ..Stamps::default() },
                    ..lease(&who.to_string(), prev, 0)
                },
                4 => Write {
                    created: true,
                    stamps: Stamps { created: Some(says / 1000 * 1000), ..Stamps::default() },
                    ..other(&format!("pods/{id}"))
                },
                _ => Write { prev, ..other("pods/quiet") },
            }
        })
        .collect()
    }
}

proptest! {
    /// Of clocks that are right every bound is right, and so is it where one of four is wrong by more than
    /// the others leave open, or is found out to be.
    #[test]
    fn the_true_time_is_always_inside(cluster in clusters()) {
        let (history, stamps) = history(&cluster.writes());
        let mut clock = Clock::new(&history, cluster.times.last().copied());
        clock.extend(&history, &stamps);
        let wrong = history.find_key(b"/registry/leases/0").map(Witness::Lease);
        let is_found = wrong.is_some_and(|wrong| clock.disagreeing().contains(&wrong));
        if cluster.wrong.is_none() {
            prop_assert_eq!(clock.disagreeing(), []);
        }
        prop_assume!(cluster.wrong.is_none() || is_found);
        for (at, &time) in history.iter().zip(&cluster.times) {
            let id = history.id(at);
            let written = clock.at(id);
            prop_assert!(written.earliest.is_none_or(|it| it <= time), "{} {:?} {}", id, written, time);
            prop_assert!(written.latest.is_none_or(|it| time <= it), "{} {:?} {}", id, written, time);
            let (before, after) = clock.revisions(time);
            prop_assert!(before.is_none_or(|it| it < id));
            prop_assert!(after.is_none_or(|it| it > id));
        }
    }
}
