//! Each rule of kine's compaction as a picture: a small table, and what becomes of each row.

use kinescope::history::compaction::{Policy, Reason, plan};
use kinescope::history::{History, Profile, Revision};

use crate::support::history::{assert_picture, excerpt, picture, picture_in};

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
    for batch in &plan.batches {
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
        text += &format!("{name} {:?} {:?}\n", it.effect, it.layers).to_lowercase();
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
        2 stays: 3 does not count
        3 stays <- 2: forgotten
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
        2 stays: forgotten
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

/// Row 2 takes 5 away in the first batch, before 5 counts; in one go 5 counts, though 2 takes it
/// away.
#[test]
fn a_pointer_forward_makes_batches_differ_from_one_go() {
    let history = picture(
        "1 compact_rev_key mark
         2 /b create <- 5
         3 /a create <- 1000
         5 /a update <- 3",
    );
    assert_picture(
        &planned(&history, 5, ALL),
        "
        1 stays <- 5: mark
        2 stays <- 5: newest
        3 removed in 1 at 5: pointed at by 5
        5 removed in 1 at 5: pointed at by 2
        Reached 5 in 1
        /a lost []
        ",
    );
    assert_picture(
        &planned(&history, 5, batches_of(2)),
        "
        1 stays <- 3: mark
        2 stays <- 5: newest
        3 stays <- 1000: 5 does not count
        5 removed in 1 at 2: pointed at by 2
        Retained 3 in 2
        /a reverted [3]
        ",
    );
}

#[test]
fn a_tombstone_that_is_gone_does_not_take_its_predecessor_along_later() {
    let history = picture(
        "1 compact_rev_key mark
         2 /b create <- 5
         3 /a create
         5 /a delete <- 3
         6 /c create",
    );
    assert_picture(
        &planned(&history, 6, batches_of(2)),
        "
        1 stays <- 6: mark
        2 stays <- 5: newest
        3 stays: 5 does not count
        5 removed in 1 at 2: pointed at by 2
        6 stays: newest
        Reached 6 in 3
        /a resurrected [3]
        ",
    );
}

#[test]
fn batches_begin_at_the_compact_revision_and_rows_under_it_count_again() {
    let history = picture(
        "1 compact_rev_key mark <- 3
         2 /a create
         3 /a update <- 2
         4 /a update <- 3
         5 /a update <- 4
         6 /a update <- 5
         8 /a update <- 6",
    );
    assert_picture(
        &planned(&history, 8, batches_of(2)),
        "
        1 stays <- 8: mark
        2 removed in 1 at 5: pointed at by 3
        3 removed in 1 at 5: pointed at by 4
        4 removed in 1 at 5: pointed at by 5
        5 removed in 2 at 7: pointed at by 6
        6 removed in 3 at 8: pointed at by 8
        8 stays <- 6: newest
        Reached 8 in 3
        ",
    );
}

#[test]
fn batches_without_rows_are_counted_and_cost_nothing() {
    let history = picture(
        "1 compact_rev_key mark
         2 /a create
         5000000000 /a update <- 2
         5000001000 /a update <- 5000000000",
    );
    assert_picture(
        &planned(
            &history,
            5_000_001_000,
            Policy { min_retain: 0, batch_size: 1000, ..Policy::DEFAULT },
        ),
        "
        1 stays <- 5000001000: mark
        2 removed in 5000000 at 5000000000: pointed at by 5000000000
        5000000000 removed in 5000001 at 5000001000: pointed at by 5000001000
        5000001000 stays <- 5000000000: newest
        Reached 5000001000 in 5000001
        ",
    );
}

#[test]
fn a_target_between_rows_far_apart_is_reached_in_its_batches() {
    let history = picture(
        "1 compact_rev_key mark
         2 /a create
         5000000000 /a update <- 2",
    );
    assert_picture(
        &planned(&history, 2500, ALL),
        "
        1 stays <- 2500: mark
        2 stays: pointed at by 5000000000 above
        5000000000 stays <- 2: abovetarget
        Reached 2500 in 3
        ",
    );
}

#[test]
fn the_newest_revisions_are_retained() {
    let history = picture(
        "1 compact_rev_key mark
         2 /a create
         3 /a update <- 2
         4 /a update <- 3
         5 /a update <- 4",
    );
    let retaining = |min_retain| Policy { min_retain, ..ALL };
    let ends: Vec<String> = [0, 1, 2, 4, 5, 1000]
        .map(|retained| {
            let planned = planned(&history, 4, retaining(retained));
            format!("{retained}: {}", planned.lines().last().unwrap_or_default())
        })
        .into();
    assert_eq!(
        ends,
        [
            "0: Reached 4 in 1",
            "1: Reached 4 in 1",
            "2: Retained 3 in 1",
            "4: Retained 1 in 1",
            "5: Retained 0 in 0",
            "1000: Retained 0 in 0",
        ]
    );
}

/// Row 2 takes away 9, the newest row: then 6 is the newest, of which 3 are retained.
#[test]
fn what_is_retained_is_counted_from_the_newest_row_that_is_left() {
    let history = picture(
        "1 compact_rev_key mark
         2 /a create <- 9
         3 /b create
         4 /b update <- 3
         5 /b update <- 4
         6 /b update <- 5
         9 /c create",
    );
    assert_picture(
        &planned(&history, 9, Policy { min_retain: 3, batch_size: 3, ..Policy::DEFAULT }),
        "
        1 stays <- 3: mark
        2 stays <- 9: newest
        3 stays: pointed at by 4 above
        4 stays <- 3: pointed at by 5 above
        5 stays <- 4: pointed at by 6 above
        6 stays <- 5: abovetarget
        9 removed in 1 at 3: pointed at by 2
        Retained 3 in 1
        /c lost []
        ",
    );
}

#[test]
fn nothing_happens_at_or_under_the_compact_revision() {
    let history = picture(
        "1 compact_rev_key mark <- 3
         2 /a create
         3 /a delete <- 2
         4 /b create",
    );
    for target in [0, 2, 3] {
        assert_picture(
            &planned(&history, target, ALL),
            "
            1 stays <- 3: mark
            2 stays: untouched
            3 stays <- 2: untouched
            4 stays: abovetarget
            AlreadyCompacted 3 in 0
            ",
        );
    }
}

#[test]
fn the_batch_that_takes_the_mark_away_is_the_last() {
    let history = picture(
        "1 compact_rev_key mark
         2 /a create
         3 /a update <- 1
         4 /a delete <- 2
         5 /b create",
    );
    assert_picture(
        &planned(&history, 5, batches_of(3)),
        "
        1 removed in 1 at 3: pointed at by 3
        2 stays: pointed at by 4 above
        3 stays <- 1: forgotten
        4 stays <- 2: abovetarget
        5 stays: abovetarget
        MarkRemoved 3 in 1
        compact_rev_key lost []
        ",
    );
}

#[test]
fn without_a_mark_kine_does_nothing_and_an_excerpt_is_taken_to_have_one() {
    let rows = "2 /a create\n 3 /a update <- 2";
    assert_picture(
        &planned(&picture(rows), 3, ALL),
        "
        2 stays: pointed at by 3 above
        3 stays <- 2: abovetarget
        NoMark 0 in 0
        ",
    );
    assert_picture(
        &planned(&excerpt(rows), 3, ALL),
        "
        2 removed in 1 at 3: pointed at by 3
        3 stays <- 2: newest
        Reached 3 in 1
        ",
    );
    let null = picture("1 compact_rev_key mark <- -\n 2 /a create");
    assert!(planned(&null, 2, ALL).contains("NullMark 0 in 0"));
}

/// Both marks would get the same prev revision, which the unique index forbids.
#[test]
fn two_marks_under_the_unique_index_stop_kine() {
    let rows = "1 compact_rev_key mark
                2 /a create
                3 /a update <- 2
                4 compact_rev_key mark <- 1";
    let stopped = "
        1 stays: mark
        2 stays: pointed at by 3 above
        3 stays <- 2: abovetarget
        4 stays <- 1: mark
        MarkDuplicated 1 in 0
        ";
    let unique = |unique_index| Profile { unique_index, ..Profile::kine_default() };
    // Where nothing is known of the index, it is there, until the rows say otherwise.
    for profile in [unique(Some(true)), unique(None)] {
        for batch_size in [1, 2, 1000] {
            let history = picture_in(rows, profile.clone());
            assert_picture(&planned(&history, 4, batches_of(batch_size)), stopped);
        }
    }
    let goes_on = "
        1 stays <- 4: mark
        2 removed in 1 at 4: pointed at by 3
        3 stays <- 2: newest
        4 stays <- 4: mark
        Reached 4 in 1
        ";
    let history = picture_in(rows, unique(Some(false)));
    assert_picture(&planned(&history, 4, ALL), goes_on);
    for twins in ["<- 0", "<- 0\n 5 /a update <- 2"] {
        let history = picture_in(&rows.replace("<- 1", twins), unique(None));
        assert!(planned(&history, 4, ALL).contains("Reached 4 in 1"), "{twins}");
    }
}

#[test]
fn a_second_mark_that_the_first_batch_removes_is_no_hindrance() {
    let history = picture(
        "1 compact_rev_key mark
         2 compact_rev_key delete <- 1
         3 /a create
         5 /a update <- 3",
    );
    assert_picture(
        &planned(&history, 5, batches_of(3)),
        "
        1 stays <- 5: mark
        2 removed in 1 at 4: tombstone
        3 removed in 2 at 5: pointed at by 5
        5 stays <- 3: newest
        Reached 5 in 2
        compact_rev_key resurrected [1]
        ",
    );
    // The first transaction fails, though it has no row to look at and a later one would do it.
    let history = picture(
        "101 compact_rev_key mark
         105 compact_rev_key delete <- 1
         120 /a create",
    );
    assert!(planned(&history, 120, batches_of(10)).contains("MarkDuplicated 1 in 0"));
    assert!(planned(&history, 120, batches_of(105)).contains("Reached 120 in 2"));
}

#[test]
fn kine_counts_up_to_2_to_the_63_less_1() {
    for (id, end) in
        [(u64::MAX / 2, "Reached 9223372036854775807 in 1"), (u64::MAX / 2 + 1, "TooLarge 0 in 0")]
    {
        let history = picture(&format!("1 compact_rev_key mark\n {id} /a create"));
        let policy = batches_of(u64::MAX / 2);
        assert!(planned(&history, u64::MAX / 2, policy).contains(end), "{id}");
    }
    let history = picture(&format!("1 compact_rev_key mark <- {}\n 2 /a create", u64::MAX));
    assert!(planned(&history, 2, ALL).contains("TooLarge"));
}
