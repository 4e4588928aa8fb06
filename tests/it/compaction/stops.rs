//! Where kine does not begin, or does not go on.

use kinescope::history::Profile;

use super::{ALL, batches_of, planned};
use crate::support::history::{assert_picture, excerpt, picture, picture_in};

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
    for twins in ["<- 0", "<- 1\n 5 /a update <- 2"] {
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
        "98 compact_rev_key mark
         100 compact_rev_key delete <- 1
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
