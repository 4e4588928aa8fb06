//! Batch by batch, and how far.

use kinescope::history::compaction::Policy;

use super::{ALL, batches_of, planned};
use crate::support::history::{assert_picture, picture};

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
