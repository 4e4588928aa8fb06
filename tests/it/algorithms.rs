//! What older versions of kine do otherwise, as pictures: a table, and what is left of it.

use kinescope::history::compaction::{Algorithm, Plan, Policy, Reason, Stop, plan};
use kinescope::history::{History, Profile, Revision};

use crate::support::history::{picture, picture_in};

fn compacted(history: &History, algorithm: Algorithm, target: Revision, batch_size: u64) -> Plan {
    plan(history, target, Policy { min_retain: 0, batch_size, algorithm, ..Policy::DEFAULT })
}

/// The rows that are left, with the prev revision they have then.
fn left(history: &History, plan: &Plan) -> Vec<String> {
    history
        .iter()
        .filter(|&at| plan.survives(at))
        .map(|at| {
            let row = history.row(at);
            let name = String::from_utf8_lossy(row.name.unwrap_or(b"-"));
            format!("{} {name} <- {}", row.id, plan.prev_after(history, at).unwrap_or_default())
        })
        .collect()
}

const LIFE: &str = "1 compact_rev_key mark <- 0
    2 /a create
    3 /a update <- 2
    4 /a delete <- 3
    5 /a create <- 4
    6 /b create
    7 /a update <- 5";

#[test]
fn on_a_healthy_table_the_versions_differ_in_what_they_record() {
    let history = picture(LIFE);
    let left_by = |algorithm| left(&history, &compacted(&history, algorithm, 7, 100));
    assert_eq!(left_by(Algorithm::Batches), ["1 compact_rev_key <- 7", "6 /b <- 0", "7 /a <- 5"]);
    assert_eq!(left_by(Algorithm::LosesRows), ["1 compact_rev_key <- 7", "6 /b <- 0", "7 /a <- 5"]);
    // The request leaves compact_rev_key as it is; the walk begins one further next time.
    assert_eq!(left_by(Algorithm::Request), ["1 compact_rev_key <- 0", "6 /b <- 0", "7 /a <- 5"]);
    assert_eq!(left_by(Algorithm::RowByRow), ["1 compact_rev_key <- 8", "6 /b <- 0", "7 /a <- 5"]);
}

#[test]
fn the_request_of_v0_11_9_retains_nothing_and_asks_nothing() {
    let history = picture(LIFE);
    let policy = Policy {
        min_retain: 1000,
        batch_size: 2,
        algorithm: Algorithm::Request,
        ..Policy::DEFAULT
    };
    let request = plan(&history, 7, policy);
    assert_eq!(request.stop, Stop::Reached);
    assert_eq!((request.transactions, request.reached, request.after()), (1, 7, 3));
    // Without compact_rev_key, today's kine cannot compact; that request could.
    let without = picture(LIFE.split_once('\n').expect("the mark's line").1);
    assert_eq!(plan(&without, 7, policy).after(), 2);
    assert_eq!(
        plan(&without, 7, Policy { algorithm: Algorithm::Batches, ..policy }).stop,
        Stop::NoMark
    );
    // Nor did it look at the compact revision.
    let again = picture("1 compact_rev_key mark <- 9\n2 /a create\n3 /a update <- 2");
    assert_eq!(left(&again, &plan(&again, 3, policy)), ["1 compact_rev_key <- 9", "3 /a <- 2"]);
}

#[test]
fn v0_5_0_loses_the_live_row_at_the_revision_it_compacted_to_before() {
    // 4 is live, and nobody points at it; the batch that ends at 4 makes compact_rev_key hold 4.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         4 /b create
         5 /a update <- 2
         9 /a update <- 5",
    );
    let lost = compacted(&history, Algorithm::LosesRows, 9, 2);
    assert_eq!(left(&history, &lost), ["1 compact_rev_key <- 9", "9 /a <- 5"]);
    let at = history.find(4).expect("revision 4");
    assert_eq!(lost.reason(&history, at), Reason::CompactRevision);
    assert_eq!(lost.batch_of(at).map(|batch| (batch.number, batch.target)), Some((3, 6)));
    let kept = compacted(&history, Algorithm::Batches, 9, 2);
    assert_eq!(left(&history, &kept), ["1 compact_rev_key <- 9", "4 /b <- 0", "9 /a <- 5"]);
    // One batch later at the least: the last revision that is compacted to is safe until then.
    let in_time = compacted(&history, Algorithm::LosesRows, 4, 2);
    assert!(in_time.survives(at));
    // And what the table was compacted to before it all.
    let before = picture("1 compact_rev_key mark <- 3\n3 /a create\n5 /b create");
    let lost = compacted(&before, Algorithm::LosesRows, 5, 100);
    assert_eq!(left(&before, &lost), ["1 compact_rev_key <- 5", "5 /b <- 0"]);
}

#[test]
fn v0_5_0_spares_compact_rev_key_and_counts_rows_without_a_name() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /b create <- 1
         4 - update <- 2
         5 - delete",
    );
    let old = compacted(&history, Algorithm::LosesRows, 5, 100);
    assert_eq!(
        left(&history, &old),
        ["1 compact_rev_key <- 5", "3 /b <- 1", "4 - <- 2", "5 - <- 0"]
    );
    let new = compacted(&history, Algorithm::Batches, 5, 100);
    assert_eq!(left(&history, &new), ["2 /a <- 0", "3 /b <- 1", "4 - <- 2"]);
    assert_eq!(new.stop, Stop::MarkRemoved);
}

#[test]
fn row_by_row_a_create_points_at_nothing() {
    // A create that points at a live row: the walk forgets what a create points at.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a create <- 2",
    );
    let old = compacted(&history, Algorithm::RowByRow, 3, 1);
    assert_eq!(left(&history, &old), ["1 compact_rev_key <- 4", "2 /a <- 0", "3 /a <- 2"]);
    let new = compacted(&history, Algorithm::Batches, 3, 1);
    assert_eq!(left(&history, &new), ["1 compact_rev_key <- 3", "3 /a <- 2"]);
}

#[test]
fn row_by_row_a_row_that_is_gone_points_at_nothing() {
    // 2 points forward at 4, which is gone when the walk comes to it: 3 stays.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a update <- 4
         3 /a create
         4 /a update <- 3",
    );
    let old = compacted(&history, Algorithm::RowByRow, 4, 1);
    assert_eq!(left(&history, &old), ["1 compact_rev_key <- 5", "2 /a <- 4", "3 /a <- 0"]);
    let at_once = compacted(&history, Algorithm::Batches, 4, 100);
    assert_eq!(left(&history, &at_once), ["1 compact_rev_key <- 4", "2 /a <- 4"]);
}

#[test]
fn row_by_row_the_walk_begins_at_the_compact_revision() {
    let history = picture(
        "1 compact_rev_key mark <- 4
         2 /a create
         3 /a update <- 2
         4 /b create
         5 /b update <- 4",
    );
    let old = compacted(&history, Algorithm::RowByRow, 5, 1);
    assert_eq!(
        left(&history, &old),
        ["1 compact_rev_key <- 6", "2 /a <- 0", "3 /a <- 2", "5 /b <- 4"],
        "what is below was walked before, and is not looked at again"
    );
    let new = compacted(&history, Algorithm::Batches, 5, 1);
    assert_eq!(left(&history, &new), ["1 compact_rev_key <- 5", "3 /a <- 2", "5 /b <- 4"]);
}

#[test]
fn row_by_row_the_newest_compact_rev_key_counts_and_none_is_0() {
    let without_index = Profile { unique_index: Some(false), ..Profile::kine_default() };
    let two = picture_in(
        "1 compact_rev_key mark <- 9
         2 /a create
         3 /a update <- 2
         4 compact_rev_key mark <- 0",
        without_index,
    );
    assert_eq!(
        left(&two, &compacted(&two, Algorithm::RowByRow, 4, 1)),
        ["1 compact_rev_key <- 5", "3 /a <- 2", "4 compact_rev_key <- 5"]
    );
    assert_eq!(compacted(&two, Algorithm::Batches, 4, 1).stop, Stop::AlreadyCompacted);
    let none = picture("2 /a create\n3 /a update <- 2");
    assert_eq!(left(&none, &compacted(&none, Algorithm::RowByRow, 3, 1)), ["3 /a <- 2"]);
}

#[test]
fn row_by_row_an_unreadable_row_ends_the_walk() {
    let history = picture(
        "1 /a create
         2 /a update <- 1
         3 /a blank <- 2
         4 /a update <- 3",
    );
    let old = compacted(&history, Algorithm::RowByRow, 4, 1);
    assert_eq!(old.stop, Stop::Unreadable(3));
    assert_eq!(left(&history, &old), ["2 /a <- 1", "3 /a <- 2", "4 /a <- 3"]);
}

#[test]
fn row_by_row_retains_and_asks_what_is_compacted() {
    let history = picture(LIFE);
    let policy =
        Policy { min_retain: 3, batch_size: 1, algorithm: Algorithm::RowByRow, ..Policy::DEFAULT };
    let retained = plan(&history, 7, policy);
    assert_eq!((retained.stop, retained.reached), (Stop::Retained, 4));
    assert_eq!(left(&history, &retained)[0], "1 compact_rev_key <- 5");
    let compacted = picture("1 compact_rev_key mark <- 6\n2 /a create\n7 /a update <- 2");
    assert_eq!(plan(&compacted, 5, policy).stop, Stop::AlreadyCompacted);
    assert_eq!(plan(&compacted, 7, policy).stop, Stop::Retained);
}
