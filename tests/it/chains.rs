//! Chains as pictures: a table, and what must be drawn of one key below it.

use kinescope::display::{Glyphs, Label, Shown};
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::lanes::{Drawing, Folding, lanes};
use kinescope::history::{Flag, History, Profile, Revision, Row};
use proptest::prelude::*;

use crate::support::history::{assert_picture, excerpt, picture};

/// The chain of a key; with a target, after a compaction up to it.
fn drawn(history: &History, key: &str, target: Option<Revision>) -> String {
    let key = history.find_key(key.as_bytes()).expect("the key is in the table");
    let plan = target.map(|target| plan(history, target, Policy::DEFAULT.without_retain()));
    let effect = plan.as_ref().and_then(|plan| plan.effect_on(history, key));
    let shown = Shown { plan: plan.as_ref(), effect, ..Shown::of(history) };
    let survives = |at| plan.as_ref().is_none_or(|plan| plan.survives(at));
    let folding = Folding { keep: &|_| false, class: &|at| u8::from(survives(at)) };
    let lines = lanes(history, key, Some(&folding));
    let width = lines.iter().map(|line| line.lanes.len()).max().unwrap_or_default() * 2;
    let mut text = String::new();
    for line in lines {
        let label = line.item.map(|item| Label::of(&shown, item));
        let node = label.as_ref().map_or(' ', |label| label.char(Glyphs::Unicode));
        let lanes = Glyphs::Unicode.lanes(&line.lanes, node, 99);
        let words = label.map_or(String::new(), |label| {
            [label.id, label.what, label.note, label.fate]
                .into_iter()
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join("  ")
        });
        text.push_str(format!("{lanes:<width$}{words}").trim_end());
        text.push('\n');
    }
    text
}

#[test]
fn a_healthy_life_is_one_line_of_rows() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         3 /a create
         4 /a update <- 3
         5 /b create
         6 /a delete <- 4
         7 /a create <- 6
         8 /a update <- 7",
    );
    assert_picture(
        &drawn(&history, "/a", None),
        "
        ● 8  update  live
        ○ 7  create  superseded
        ✗ 6  delete  superseded
        ○ 4  update  superseded
        ○ 3  create  superseded
        ",
    );
    assert_picture(
        &drawn(&history, "compact_rev_key", None),
        "◆ 1  compact revision  compacted to 0",
    );
}

#[test]
fn a_fork_opens_a_lane_and_its_leaf_survives_the_tombstone() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         4 /a update <- 2
         7 /a update <- 4
         8 /a update <- 4
         9 /a delete <- 7",
    );
    assert_picture(
        &drawn(&history, "/a", None),
        "
        ✗   9  delete  deleted
        │ ◇ 8  update  FORGOTTEN
        ○ │ 7  update  superseded
        ├─╯
        ○   4  update  superseded
        ○   2  create  superseded
        ",
    );
    assert_picture(
        &drawn(&history, "/a", Some(9)),
        "
        ✗   9  delete  removed
        │ ☠ 8  update  SURVIVES → live
        ○ │ 7  update  removed
        ├─╯
        ○   4  update  removed
        ○   2  create  removed
        ",
    );
}

#[test]
fn the_table_of_issue_408() {
    let history = excerpt(
        "2670700 /n update <- 2670699
         2670702 /n update <- 2670699
         2670706 /n update <- 2670699
         2670711 /n update <- 2670708
         8530560 /n delete <- 2670711",
    );
    assert_picture(
        &drawn(&history, "/n", Some(8_530_560)),
        "
        ✗     8530560  delete  removed
        ○     2670711  update  removed
        ~     2670708  not in this table
        ☠     2670706  update  SURVIVES → live
        │ ◇   2670702  update  SURVIVES
        │ │ ◇ 2670700  update  SURVIVES
        ├─┴─╯
        ~     2670699  not in this table
        ",
    );
}

#[test]
fn history_that_was_compacted_does_not_look_like_a_broken_link() {
    let history = picture(
        "1 compact_rev_key mark <- 10
         8 /a update <- 5
         12 /a update <- 8
         13 /b update <- 11
         15 /c create <- 9
         16 /c update <- 14",
    );
    assert_picture(
        &drawn(&history, "/a", None),
        "
        ● 12  update  live
        ○ 8  update  superseded
        ~ 5  compacted away
        ",
    );
    assert_picture(
        &drawn(&history, "/b", None),
        "
        ● 13  update  live
        ! 11  MISSING: broken link
        ",
    );
    // A re-create above the compact revision follows a tombstone below it: that one is excused.
    assert_picture(
        &drawn(&history, "/c", None),
        "
        ●   16  update  live
        │ ◇ 15  create  FORGOTTEN
        ! │ 14  MISSING: broken link
          ~ 9  compacted away
        ",
    );
}

#[test]
fn lanes_cross_where_chains_lie_across_one_another() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 3
         5 /a update <- 2
         6 /a update <- 3
         7 /a update <- 4",
    );
    assert_picture(
        &drawn(&history, "/a", None),
        "
        ●     7  update  live
        │ ◇   6  update  FORGOTTEN
        │ │ ◇ 5  update  FORGOTTEN
        ○ │ │ 4  update  superseded
        ├─╯ │
        ○   │ 3  update  superseded
        ├───╯
        ○     2  create  superseded
        ",
    );
}

#[test]
fn pointers_that_kine_never_writes_are_said_and_do_not_tangle_the_lanes() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 6
         4 /a update <- 4
         5 /b create <- 2
         6 /a update <- 2
         7 /a update <- 99",
    );
    assert_picture(
        &drawn(&history, "/a", None),
        "
        ●     7  update  points forward to 99, missing  live
        ○     6  update  superseded
        │ ▷   5  create  of /b  live
        │ │ ○ 4  update  points at itself  superseded
        │ │ ◇ 3  update  points forward to 6  FORGOTTEN
        ├─╯
        ○     2  create  superseded
        ",
    );
}

#[test]
fn long_runs_of_plain_updates_are_folded_but_not_across_a_change_of_fate() {
    let mut rows = String::from("1 compact_rev_key mark <- 0\n2 /a create\n");
    for id in 3..=20 {
        rows.push_str(&format!("{id} /a update <- {}\n", id - 1));
    }
    let history = picture(&rows);
    assert_picture(
        &drawn(&history, "/a", None),
        "
        ● 20  update  live
        ○ 19  update  superseded
        ┆ 15 more  superseded
        ○ 3  update  superseded
        ○ 2  create  superseded
        ",
    );
    assert_picture(
        &drawn(&history, "/a", Some(11)),
        "
        ● 20  update  survives
        ○ 19  update  survives
        ┆ 8 more  survives
        ┆ 7 more  removed
        ○ 3  update  removed
        ○ 2  create  removed
        ",
    );
}

#[test]
fn a_row_of_another_key_that_points_here_is_part_of_the_picture() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /b create <- 2",
    );
    assert_picture(
        &drawn(&history, "/a", Some(3)),
        "
        ▷ 3  create  of /b  survives
        ● 2  create  REMOVED → lost
        ",
    );
    assert_picture(
        &drawn(&history, "/b", Some(3)),
        "
        ● 3  create  points at another key's 2  survives
        ▷ 2  create  of /a  removed
        ",
    );
}

/// Chains that are mostly plain, and damaged here and there.
fn table() -> impl Strategy<Value = History> {
    let row = (0..3_usize, 0..20_u8, 0..60_u64, 1..3_u64);
    (prop::collection::vec(row, 1..60), 0..30_u64).prop_map(|(rows, compacted)| {
        let mut history = History::new(Profile::kine_default());
        let (mut id, mut last) = (0, [0; 3]);
        for (at, (key, kind, odd, step)) in rows.into_iter().enumerate() {
            id += step;
            let prev = if kind < 2 { odd } else { last[key] };
            let names: [&[u8]; 3] = [b"/a", b"/b", b"/A"];
            let is_mark = at == 0 && compacted > 0;
            let row = Row {
                id,
                name: Some(if is_mark { b"compact_rev_key" } else { names[key] }),
                created: if prev == 0 || kind == 2 { Flag::Yes } else { Flag::No },
                deleted: if kind == 3 { Flag::Yes } else { Flag::No },
                create_revision: Some(0),
                prev_revision: Some(if is_mark { compacted } else { prev }),
                lease: Some(0),
            };
            history.push(row).expect("in order");
            if !is_mark {
                last[key] = id;
            }
        }
        history
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_chain_that_is_drawn_in_steps_is_the_one_that_is_drawn_at_once(
        history in table(),
        step in 1..20_usize,
        classes in 1..20_u8,
        kept in 1..60_u64,
    ) {
        let folding = Folding {
            keep: &|at| history.id(at) == kept,
            class: &|at| u8::try_from(history.id(at) % 64).unwrap_or_default() / classes,
        };
        for (key, _) in history.keys() {
            for folding in [None, Some(&folding)] {
                let mut drawing = Drawing::new(&history, key);
                while !drawing.advance(&history, folding, step) {}
                let picture = drawing.finish();
                prop_assert_eq!(&picture.lines, &lanes(&history, key, folding));
                let lives = history.generations(key);
                for at in history.rows_of(key) {
                    let of = |life: &kinescope::history::Generation| {
                        (life.first..=life.last).contains(&at)
                    };
                    let number = lives.iter().position(of).map(|at| (at + 1, lives.len()));
                    prop_assert_eq!(picture.generation_of(at), number);
                    let prev = history.row(at).prev_revision.expect("none is NULL");
                    let forks = history.forks_of(key);
                    let fork = forks.into_iter().find(|fork| fork.prev == prev);
                    prop_assert_eq!(history.fork_of(key, prev), fork);
                }
            }
        }
    }
}
