//! Two tables side by side.

use kinescope::history::compaction::{Effect, Policy, plan};
use kinescope::history::compare::{Apart, Behind, Comparison, Lack, Side};
use kinescope::history::{Column, Database, History, Index, Profile, Row, Rows};
use proptest::prelude::*;

use super::world::worlds;
use crate::proof::table::cases;
use crate::support::history::{assert_picture, picture, picture_in};

/// What differs, a line each.
fn lines(first: &History, second: &History) -> String {
    let comparison = Comparison::of(first, second);
    let mut said = format!("{} the same\n", comparison.same_rows);
    for row in &comparison.rows {
        said += &match row.apart {
            Apart::Differs(columns) => {
                format!("{} differs: {}\n", row.id, columns.names().collect::<Vec<_>>().join(" "))
            }
            Apart::OnlyIn(side, lack) => format!("{} only {side:?}: {lack:?}\n", row.id),
        };
    }
    for key in &comparison.keys {
        let (of, id) = match key.keys {
            [Some(id), _] => (first, id),
            [None, id] => (second, id.expect("one of them has it")),
        };
        let name = String::from_utf8_lossy(of.name(id));
        let live = key.live_only_in().map_or("other".to_owned(), |side| format!("{side:?}"));
        let back = if key.is_back([first, second]) { ", back" } else { "" };
        let newer = if key.is_newer { ", newer" } else { "" };
        said += &format!("{name} {live}{back}{newer}\n");
    }
    if let Some(at) = comparison.part_at() {
        said += &format!("part at {at}\n");
    }
    said
}

const TABLE: &str = "1 compact_rev_key mark <- 0
                     2 /a create
                     3 /b create
                     4 /a update <- 2
                     5 /b delete <- 3";

#[test]
fn a_table_is_like_itself() {
    let table = picture(TABLE);
    assert_picture(&lines(&table, &table), "5 the same");
    assert!(!Comparison::of(&table, &table).differs());
    assert_eq!(Behind::of(&table, &table), None);
}

#[test]
fn what_a_compaction_took_is_no_difference() {
    let compacted = picture(
        "1 compact_rev_key mark <- 5
         4 /a update <- 2",
    );
    let first = picture(TABLE);
    assert_picture(
        &lines(&first, &compacted),
        "
         2 the same
         2 only First: Compacted
         3 only First: Compacted
         5 only First: Compacted",
    );
    assert!(!Comparison::of(&first, &compacted).differs());
    // Of a row that the compaction would have left, nothing explains that it is gone.
    let lost = picture("1 compact_rev_key mark <- 5");
    assert_picture(
        &lines(&lost, &first),
        "
         1 the same
         2 only Second: Compacted
         3 only Second: Compacted
         4 only Second: Missing
         5 only Second: Compacted
         /a Second
         part at 4",
    );
}

#[test]
fn a_backup_is_older_and_the_live_table_was_compacted_since() {
    // Live: 4 was replaced by 9 and 9 by 11; 7 was created and deleted; compacted to 9.
    let backup = picture(TABLE);
    let live = picture(
        "1 compact_rev_key mark <- 9
         9 /a update <- 4
        11 /a update <- 9",
    );
    assert_picture(
        &lines(&backup, &live),
        "
         1 the same
         2 only First: Compacted
         3 only First: Compacted
         4 only First: Compacted
         5 only First: Compacted
         9 only Second: Newer
         11 only Second: Newer
         /a other, newer",
    );
    let behind = Behind::of(&backup, &live).expect("the backup ends before");
    assert_eq!((behind.side, behind.ends_at, behind.other_ends_at), (Side::First, 5, 11));
    assert_eq!(behind.gap(), 6);
    // A key whose newest row is older still cannot have been compacted away from under it.
    let odd = picture(
        "1 compact_rev_key mark <- 9
         2 /a create
        10 /c create",
    );
    assert!(lines(&backup, &odd).contains("4 only First: Missing\n"));
}

#[test]
fn two_tables_that_were_written_to_part_where_they_did() {
    let other = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /b create
         4 /c create
         5 /b update <- 3
         6 /d create",
    );
    assert_picture(
        &lines(&picture(TABLE), &other),
        "
         3 the same
         4 differs: name created prev_revision
         5 differs: deleted
         6 only Second: Newer
         /a other
         /b Second
         /c Second
         /d Second, newer
         part at 4",
    );
}

#[test]
fn a_key_that_came_back_is_told_apart_from_one_that_is_not_yet_deleted() {
    let before = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2
         5 /a delete <- 4",
    );
    let after = picture(
        "1 compact_rev_key mark <- 5
         3 /a update <- 2",
    );
    assert_picture(
        &lines(&before, &after),
        "
         2 the same
         2 only First: Compacted
         4 only First: Compacted
         5 only First: Compacted
         /a Second, back",
    );
    assert!(Comparison::of(&before, &after).differs());
    let lagging = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 2",
    );
    assert!(lines(&before, &lagging).ends_with("/a Second, back, newer\n"));
}

#[test]
fn what_is_declared_differently_is_told() {
    let of = |database: Database| Profile {
        database: Some(Box::new(database)),
        ..Profile::kine_default()
    };
    let declared = |one: Profile, other: Profile| {
        let tables = [one, other].map(|profile| picture_in(TABLE, profile));
        let found = Comparison::of(&tables[0], &tables[1]).schema?;
        let line = |it: &kinescope::history::compare::SchemaDifference| {
            format!("{} {:?} {:?}", it.what, it.name.as_deref().unwrap_or_default(), it.declared)
        };
        Some(found.iter().map(line).collect::<Vec<_>>().join("\n"))
    };
    let whole = Database::kine_default;
    assert_eq!(declared(of(whole()), of(whole())).as_deref(), Some(""));
    assert_eq!(declared(of(whole()), Profile::kine_default()), None);
    let mut lacks = whole();
    lacks.indexes.retain(|index| !index.forbids_forks());
    lacks.columns[0] = Column { nullable: false, ..Column::new("id", "int(11)") };
    // A width says nothing.
    lacks.columns[2].full_type = "int".to_owned();
    lacks.engine = Some("MyISAM".to_owned());
    let said = declared(of(whole()), of(lacks)).expect("both tell");
    assert_eq!(
        said,
        "engine \"\" [Some(\"InnoDB\"), Some(\"MyISAM\")]\n\
         column \"id\" [Some(\"bigint unsigned not null\"), Some(\"int not null\")]\n\
         index \"\" [Some(\"unique (name, prev_revision)\"), None]"
    );
    // Between two products only what keeps chains from forking counts.
    let postgres = Database::kine_postgres;
    assert_eq!(declared(of(whole()), of(postgres())).as_deref(), Some(""));
    let mut lacks = postgres();
    lacks.indexes.retain(|index: &Index| !index.forbids_forks());
    let said = declared(of(whole()), of(lacks)).expect("both tell");
    assert_eq!(said, "index \"\" [Some(\"unique (name, prev_revision)\"), None]");
}

/// The table that a compaction leaves.
fn compacted(history: &History, target: u64) -> History {
    let plan = plan(history, target, Policy::DEFAULT.without_retain());
    let rows = history.iter().filter(|&at| plan.survives(at));
    let rows: Rows = rows
        .map(|at| Row { prev_revision: plan.prev_after(history, at), ..history.row(at) })
        .collect();
    let mut after = History::new(history.profile().clone());
    after.extend(&rows).expect("in order");
    after
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A compaction is no difference of histories, and what it does to keys is what a plan says.
    #[test]
    fn before_and_after_a_compaction(case in cases(1 << 7), target in 0..130_u64) {
        let mut before = History::new(Profile::kine_default());
        before.extend(&case.table()).expect("in order");
        let policy = Policy::DEFAULT.without_retain();
        let target = target.min(before.current().unwrap_or_default());
        let after = compacted(&before, target);
        let comparison = Comparison::of(&before, &after);
        let effects = plan(&before, target, policy).effects(&before);
        let of_cluster = effects.iter().filter(|it| before.is_of_cluster(it.key));
        let mut expected: Vec<_> = of_cluster.map(|it| (before.name(it.key), it.effect)).collect();
        expected.sort_unstable();
        let found = comparison.keys.iter().map(|key| {
            let effect = match key.live_only_in() {
                Some(Side::First) => Effect::Lost,
                Some(Side::Second) => Effect::Resurrected,
                None => Effect::Reverted,
            };
            (before.name(key.keys[0].expect("it was there before")), effect)
        });
        prop_assert_eq!(found.collect::<Vec<_>>(), expected);
        // What is recorded explains what is gone; nothing else does, where rows point forward.
        if !before.points_forward() && after.horizon().compacted() >= target {
            prop_assert_eq!(comparison.part_at(), None);
        }
    }

    /// However far a table was compacted, its history is one with that of an older copy.
    #[test]
    fn a_copy_at_any_time_has_the_same_history(world in worlds(), end in 1..70_u64) {
        let written = world.written.iter().filter(|row| row.0 <= end).cloned().collect::<Vec<_>>();
        let copy = crate::support::history::history(&written);
        let now = world.history();
        let comparison = Comparison::of(&copy, &now);
        prop_assert_eq!(comparison.part_at(), None);
        for side in Side::BOTH {
            prop_assert_eq!(comparison.only_in(side, Lack::Missing), 0);
        }
        let told = comparison.keys.iter().all(|key| key.is_newer);
        // Only a later compaction hides what a key was at the end of the copy.
        prop_assert!(told || copy.current() < Some(world.compacted));
    }
}
