//! What is damage, and what only looks like it: at the very edge of the compact revision, and in
//! tables that do not tell everything.

use kinescope::history::compaction::{Policy, Stop, plan};
use kinescope::history::{Absence, History, KeyId, Link, Profile, Revision, Unknown};
use kinescope::source::{Options, text};

use crate::support::history::{excerpt, picture, picture_in};

fn key(history: &History, name: &str) -> KeyId {
    history.find_key(name.as_bytes()).expect("the key is in the table")
}

/// Why the predecessor of a revision is missing.
fn absence(history: &History, id: Revision) -> Option<Absence> {
    match history.link(history.find(id).expect("the revision is in the table")) {
        Link::Missing(_, why) => Some(why),
        _ => None,
    }
}

fn read(text: &str) -> History {
    let table = text::read(text.as_bytes(), "here", &Options::default()).expect("a table");
    let mut history = History::new(table.opened.profile);
    history.extend(&table.rows).expect("in order");
    history
}

#[test]
fn a_predecessor_is_excused_up_to_the_compact_revision_and_not_beyond() {
    let history = picture(
        "1 compact_rev_key mark <- 10
         10 /at update <- 5
         11 gap-11 delete
         12 /above update <- 5
         13 /again create <- 9
         14 /late create <- 12
         16 /late update <- 15",
    );
    assert_eq!(absence(&history, 10), Some(Absence::Compacted));
    assert_eq!(absence(&history, 12), Some(Absence::Broken));
    assert_eq!(absence(&history, 13), Some(Absence::Compacted));
    assert_eq!(absence(&history, 14), None);
    assert_eq!(absence(&history, 16), Some(Absence::Broken));
    let broken = |name| history.is_broken(key(&history, name));
    assert_eq!(["/at", "/above", "/again", "/late"].map(broken), [false, true, false, true]);
    // The tombstone at the compact revision itself was compacted as well.
    let history = picture("1 compact_rev_key mark <- 10\n12 /again create <- 10");
    assert_eq!(absence(&history, 12), Some(Absence::Compacted));
    assert!(!history.is_broken(key(&history, "/again")));
}

#[test]
fn without_a_created_column_what_may_be_a_create_is_not_called_damaged() {
    let history = read(
        "id,name,deleted,prev_revision\n1,compact_rev_key,0,100\n101,/a,0,50\n102,/b,0,101\n\
         103,/b,0,99\n105,/c,0,104\n",
    );
    assert_eq!(absence(&history, 101), Some(Absence::Unexplained(Unknown::Created)));
    assert_eq!(absence(&history, 103), Some(Absence::Unexplained(Unknown::Created)));
    assert_eq!(absence(&history, 105), Some(Absence::Broken), "no create follows what is above");
    assert!(!history.is_broken(key(&history, "/a")));
    assert!(history.is_broken(key(&history, "/c")));
}

#[test]
fn a_fork_is_seen_whichever_way_its_rows_point() {
    // 3 points forward to 5, and so does, backward, 6.
    let history = picture(
        "1 compact_rev_key mark <- 0
         3 /a update <- 5
         5 /a update <- 3
         6 /a update <- 5",
    );
    assert_eq!(history.forks(), 1);
    let forks = history.forks_of(key(&history, "/a"));
    assert_eq!(forks.iter().map(|fork| fork.prev).collect::<Vec<_>>(), [5]);
    // Two roots, and two rows after one that is missing.
    let history = picture("2 /a create\n3 /a create\n7 /a update <- 5\n8 /a update <- 5");
    assert_eq!(history.forks(), 2);
    // One prev revision in two keys is no fork.
    let history = picture("2 /a create\n3 /b update <- 2\n4 /c update <- 2");
    assert_eq!(history.forks(), 0);
    assert!(!history.key(key(&history, "/a")).misdirected);
    assert!(history.key(key(&history, "/b")).misdirected);
}

#[test]
fn a_compact_revision_that_is_null_is_none_in_any_table() {
    for excerpt in [false, true] {
        let profile = Profile { excerpt, ..Profile::kine_default() };
        let rows = "1 compact_rev_key mark <- -
             2 /a create
             3 /a create <- 2";
        let history = picture_in(rows, profile);
        let plan = plan(&history, 3, Policy::DEFAULT.without_retain());
        assert_eq!((plan.stop, plan.removed()), (Stop::NullMark, 0));
    }
}

#[test]
fn below_a_row_that_is_neither_live_nor_deleted_there_is_no_layer() {
    let history = excerpt(
        "10 /a update <- 1
         11 /a blank <- 1
         12 /a update <- 1
         13 /a update <- 1
         14 /a delete <- 9",
    );
    let plan = plan(&history, 14, Policy::DEFAULT.without_retain());
    let effect = plan.effect_on(&history, key(&history, "/a")).expect("it comes back");
    assert_eq!(plan.layers(&history, &effect), [13, 12]);
}

#[test]
fn a_star_of_a_thousand_rows_is_drawn_in_a_bounded_number_of_lanes() {
    use kinescope::history::lanes::{MOST_LANES, Shape, lanes};
    let mut rows = String::from("1 compact_rev_key mark <- 0\n2 /a create\n");
    for id in 3..1_003 {
        rows += &format!("{id} /a update <- 2\n");
    }
    let history = picture(&rows);
    let lines = lanes(&history, key(&history, "/a"), None);
    assert!(lines.iter().all(|line| line.lanes.len() <= MOST_LANES + 1));
    let nodes = lines.iter().filter(|line| line.lanes.contains(&Shape::Node)).count();
    assert_eq!(nodes, 1_001, "every row has a line and a sign");
}
