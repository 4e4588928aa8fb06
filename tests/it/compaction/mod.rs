//! Each rule of kine's compaction as a picture: a small table, and what becomes of each row.

mod batches;
mod layers;
mod stops;

use kinescope::history::compaction::{Policy, Reason, plan};
use kinescope::history::{History, Profile, Revision};

use crate::support::history::{assert_picture, picture, picture_in};

const ALL: Policy = Policy { min_retain: 0, batch_size: 1000, ..Policy::DEFAULT };

const fn batches_of(batch_size: u64) -> Policy {
    Policy { batch_size, ..ALL }
}

/// A line a row: the batch that takes it away, or its prev revision afterwards; and why. Then how
/// far kine gets, in how many transactions, and the keys that change.
fn planned(history: &History, target: Revision, policy: Policy) -> String {
    let plan = plan(history, target, policy);
    let gone = history.iter().filter(|&at| !plan.survives(at)).count();
    assert_eq!((plan.removed(), plan.after()), (gone, history.len() - gone));
    for batch in plan.batches() {
        let gone = history.iter().filter(|&at| plan.batch_of(at) == Some(batch)).count();
        assert!(gone > 0 && batch.removed == gone, "{batch:?} removes {gone}");
    }
    let mut text = String::new();
    for at in history.iter() {
        let by = |at| history.id(at);
        let why = match plan.reason(history, at) {
            Reason::PointedAt(row) => format!("pointed at by {}", by(row)),
            Reason::Tombstone => "tombstone".to_owned(),
            Reason::PointedAtFromAbove(row) => format!("pointed at by {} above", by(row)),
            Reason::NotCounted(row) => format!("{} does not count", by(row)),
            other => format!("{other:?}").to_lowercase(),
        };
        let fate = match plan.batch_of(at) {
            Some(batch) => format!("removed in {} at {}", batch.number, batch.target),
            None => match plan.prev_after(history, at) {
                Some(0) => "stays".to_owned(),
                Some(prev) => format!("stays <- {prev}"),
                None => "stays <- NULL".to_owned(),
            },
        };
        text += &format!("{} {fate}: {why}\n", by(at));
    }
    text += &format!("{:?} {} in {}\n", plan.stop, plan.reached, plan.transactions);
    for it in plan.effects(history) {
        let name = String::from_utf8_lossy(history.name(it.key)).into_owned();
        let layers = plan.layers(history, &it);
        text += &format!("{name} {:?} {layers:?}\n", it.effect).to_lowercase();
    }
    text
}

#[test]
fn what_is_pointed_at_goes_and_tombstones_go_and_the_sibling_stays() {
    let history = picture(
        "1 compact_rev_key mark
         4 /a create
         7 /a update <- 4
         8 /a update <- 4
         9 /a delete <- 7",
    );
    assert_picture(
        &planned(&history, 9, ALL),
        "
        1 stays <- 9: mark
        4 removed in 1 at 9: pointed at by 7
        7 removed in 1 at 9: pointed at by 9
        8 stays <- 4: forgotten
        9 removed in 1 at 9: tombstone
        Reached 9 in 1
        /a resurrected [8]
        ",
    );
}

#[test]
fn the_target_itself_counts_and_the_next_revision_does_not() {
    let history = picture(
        "1 compact_rev_key mark
         2 /a create
         3 /a update <- 2
         4 /a update <- 3
         5 /b delete
         6 /b delete",
    );
    assert_picture(
        &planned(&history, 3, ALL),
        "
        1 stays <- 3: mark
        2 removed in 1 at 3: pointed at by 3
        3 stays <- 2: pointed at by 4 above
        4 stays <- 3: abovetarget
        5 stays: abovetarget
        6 stays: abovetarget
        Reached 3 in 1
        ",
    );
    assert_picture(
        &planned(&history, 5, ALL),
        "
        1 stays <- 5: mark
        2 removed in 1 at 5: pointed at by 3
        3 removed in 1 at 5: pointed at by 4
        4 stays <- 3: newest
        5 removed in 1 at 5: tombstone
        6 stays: abovetarget
        Reached 5 in 1
        ",
    );
}

#[test]
fn a_row_above_the_target_goes_when_one_at_the_target_points_at_it() {
    let history = picture(
        "1 compact_rev_key mark
         2 /a create
         3 /b update <- 5
         5 /a update <- 2
         6 /b update <- 3",
    );
    assert_picture(
        &planned(&history, 3, ALL),
        "
        1 stays <- 3: mark
        2 stays: 5 does not count
        3 stays <- 5: pointed at by 6 above
        5 removed in 1 at 3: pointed at by 3
        6 stays <- 3: abovetarget
        Reached 3 in 1
        /a reverted [2]
        ",
    );
}

#[test]
fn what_the_mark_holds_is_no_pointer_however_it_is_spelled() {
    let history = picture_in(
        "1 compact_rev_key mark <- 2
         2 /a create
         3 /b create
         4 COMPACT_REV_KEY mark <- 3
         5 /c create",
        Profile { unique_index: Some(false), ..Profile::kine_default() },
    );
    assert_picture(
        &planned(&history, 5, ALL),
        "
        1 stays <- 5: mark
        2 stays: newest
        3 stays: newest
        4 stays <- 5: mark
        5 stays: newest
        Reached 5 in 1
        ",
    );
}

#[test]
fn a_row_without_a_name_points_at_nothing_but_can_go() {
    let history = picture(
        "1 compact_rev_key mark
         2 /a create
         3 - update <- 2
         4 - delete
         5 - create
         6 /b update <- 5",
    );
    assert_picture(
        &planned(&history, 6, ALL),
        "
        1 stays <- 6: mark
        2 stays: newest
        3 stays <- 2: nameless
        4 removed in 1 at 6: tombstone
        5 removed in 1 at 6: pointed at by 6
        6 stays <- 5: newest
        Reached 6 in 1
        ",
    );
}

#[test]
fn null_is_no_tombstone_and_no_pointer_and_any_number_but_0_is_one() {
    let history = picture(
        "1 compact_rev_key mark
         2 /a blank
         3 /b odd
         4 /c create
         5 /c update <- -",
    );
    assert_picture(
        &planned(&history, 5, ALL),
        "
        1 stays <- 5: mark
        2 stays: newest
        3 removed in 1 at 5: tombstone
        4 stays: forgotten
        5 stays <- NULL: newest
        Reached 5 in 1
        ",
    );
}

#[test]
fn a_row_that_points_at_itself_goes() {
    let history = picture("1 compact_rev_key mark\n 2 /a create <- 2\n 3 /b create");
    assert_picture(
        &planned(&history, 3, ALL),
        "
        1 stays <- 3: mark
        2 removed in 1 at 3: pointed at by 2
        3 stays: newest
        Reached 3 in 1
        /a lost []
        ",
    );
}
