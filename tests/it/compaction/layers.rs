//! What comes back of a key when it is deleted again and compacted again.

use kinescope::history::compaction::plan;

use super::{ALL, batches_of};
use crate::support::history::picture;

/// The layers of `/a`.
fn layers(table: &str, target: u64, batch_size: u64) -> Vec<u64> {
    let history = picture(&format!("1 compact_rev_key mark\n{table}"));
    let policy = if batch_size == 0 { ALL } else { batches_of(batch_size) };
    let key = history.find_key(b"/a").expect("it has rows");
    let plan = plan(&history, target, policy);
    plan.layers(&history, &plan.effect_on(&history, key).expect("it changes"))
}

#[test]
fn every_forgotten_row_is_a_layer() {
    let table = "3 /a create
                 4 /a update <- 3
                 5 /a update <- 3
                 6 /a update <- 3
                 7 /a delete <- 6
                 8 /b create";
    assert_eq!(layers(table, 8, 0), [5, 4]);
}

#[test]
fn a_tombstone_above_the_target_is_no_layer() {
    let table = "2 /b create <- 8
                 5 /a create
                 6 /a delete
                 7 /a update
                 8 /a update";
    assert_eq!(layers(table, 3, 0), [7, 5]);
}

#[test]
fn what_a_row_above_the_target_points_at_is_no_layer() {
    let table = "3 /a create
                 4 /a create <- 90
                 5 /a create <- 91
                 6 /a delete
                 8 /b update <- 4";
    assert_eq!(layers(table, 6, 0), [5, 3]);
}

/// Its deleted is NULL: it is not live, and nothing takes it away.
#[test]
fn below_a_row_that_is_neither_live_nor_a_tombstone_nothing_comes_back() {
    let table = "3 /a create
                 4 /a blank
                 5 /a create <- 90
                 6 /a delete";
    assert_eq!(layers(table, 6, 0), [5]);
}

#[test]
fn what_only_rows_that_do_not_count_point_at_is_a_layer() {
    // 5 is gone before it counts.
    let gone = "2 /b create <- 5
                3 /a create
                5 /a update <- 3
                6 /a create
                7 /a delete";
    assert_eq!(layers(gone, 7, 2), [6, 3]);
    let nameless = "3 /a create
                    4 - update <- 3
                    6 /a create
                    7 /a delete";
    assert_eq!(layers(nameless, 7, 0), [6, 3]);
}
