//! The preview in the explorer: at once where the target is near, in slices where it is far, and the
//! same either way.

use crossterm::event::KeyCode;
use kinescope::history::compaction::{Plan, Policy, plan};
use kinescope::history::{Flag, History, Profile, Row, Rows};
use kinescope::source::{Event, Moment, Opened, scenario};
use kinescope::tui::{App, Message, Start, update};
use proptest::prelude::*;
use proptest::sample::select;

use crate::proof::table::cases;
use crate::support::screen::{Screen, assert_shows, assert_shows_not, start};

fn opened() -> Opened {
    Opened {
        profile: Profile::kine_default(),
        kind: "memory".to_owned(),
        moment: Moment::default(),
        expected: None,
        has_values: true,
        notes: Vec::new(),
    }
}

/// An explorer in which rows are coming, with the preview to be turned on by hand.
fn explorer(policy: Policy) -> Screen {
    let cluster = scenario::find("cluster").expect("cluster");
    let start = Start { policy, preview: false, target: None, watch: None, ..start(cluster) };
    let mut screen = Screen::start(start, 120, 30);
    screen.send(Message::Source(Event::Opened(opened())));
    screen
}

/// What the preview says must be what a plan says that is made for its target alone, and must not
/// depend on how the target was come by.
fn check(app: &App) {
    let Some(preview) = app.foreseen() else {
        assert!(app.table.history.is_empty(), "a preview");
        return;
    };
    let history = &app.table.history;
    let (policy, target) = (preview.plan().policy.without_retain(), preview.plan().requested);
    assert_eq!(app.preview.as_ref().map(|preview| preview.target), Some(target));
    let straight = plan(history, target, policy);
    let left = |plan: &Plan| -> Vec<bool> {
        app.table.history.iter().map(|at| plan.survives(at)).collect()
    };
    assert_eq!(left(preview.plan()), left(&straight), "to {target}");
    let keys = history.keys().map(|(key, _)| key);
    let effects: Vec<_> = keys.filter_map(|key| preview.effect_on(history, key)).collect();
    assert_eq!(effects, straight.effects(history), "to {target}");
    let mut fresh = explorer(policy);
    fresh.app.table.history = History::new(Profile::kine_default());
    for at in app.table.history.iter() {
        fresh.app.table.history.push(app.table.history.row(at)).expect("in order");
    }
    fresh.app.start.target = Some(target);
    fresh.press("c");
    let anew = fresh.app.foreseen().expect("a small table");
    assert_eq!(preview.strip(history, 240), anew.strip(history, 240), "to {target}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn however_the_target_is_moved_what_is_said_is_the_same(
        case in cases(1 << 16),
        keys in prop::collection::vec(
            select(&[
                "<Left>", "<Right>", "<Right>", "[", "]", "{", "}", "(", ")",
                ":kine request<Enter>", ":kine v0.5.0<Enter>", ":kine v0.4.1<Enter>",
            ][..]), 1..24
        ),
    ) {
        let policy = Policy { min_retain: case.min_retain, batch_size: case.batch_size, ..Policy::DEFAULT };
        let mut screen = explorer(policy);
        screen.send(Message::Source(Event::Rows(case.table())));
        screen.send(Message::Source(Event::Ended(Ok(()))));
        screen.press("c");
        check(&screen.app);
        for key in keys {
            screen.press(key);
            check(&screen.app);
        }
    }
}

/// Keys of two rows, and then a tombstone for each third.
fn many(keys: u64) -> Rows {
    let mark = ("compact_rev_key".to_owned(), Flag::Yes, Flag::No, 0);
    let rows = (0..keys).flat_map(|key| {
        let name = format!("/registry/pods/p-{key:07}");
        [(name.clone(), Flag::Yes, Flag::No, 0), (name, Flag::No, Flag::No, 2 + key * 2)]
    });
    let gone = (0..keys)
        .step_by(3)
        .map(|key| (format!("/registry/pods/p-{key:07}"), Flag::No, Flag::Yes, 3 + key * 2));
    std::iter::once(mark)
        .chain(rows)
        .chain(gone)
        .zip(1..)
        .map(|((name, created, deleted, prev), id)| (name, created, deleted, prev, id))
        .collect::<Vec<_>>()
        .iter()
        .map(|(name, created, deleted, prev, id)| Row {
            id: *id,
            name: Some(name.as_bytes()),
            created: *created,
            deleted: *deleted,
            create_revision: Some(0),
            prev_revision: Some(*prev),
            lease: Some(0),
        })
        .collect()
}

#[test]
fn it_is_worked_out_in_slices_and_then_every_target_is_there_at_once() {
    let mut screen = explorer(Policy { min_retain: 0, ..Policy::DEFAULT });
    screen.send(Message::Source(Event::Rows(many(150_000))));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    // As the keys alone do it, before there is time for the rest.
    let key = |code: KeyCode| Message::Key(code.into());
    update(&mut screen.app, key(KeyCode::Char('c')));
    assert!(screen.app.is_planning());
    assert_shows(&screen, "350001   working it out…");
    assert_shows_not(&screen, "removes");
    assert_shows_not(&screen, "resurrected");
    // Another target meanwhile.
    update(&mut screen.app, key(KeyCode::Left));
    assert_shows(&screen, "350000   working it out…");
    screen.send(Message::Plan);
    assert_shows(&screen, "removes 249,998 of 350,001 rows");
    check(&screen.app);
    for (code, removes) in [
        (KeyCode::Char('{'), "removes 0 of"),
        (KeyCode::Char('}'), "removes 250,000 of"),
        (KeyCode::Left, "removes 249,998 of"),
        (KeyCode::Left, "removes 249,996 of"),
        (KeyCode::Char('['), "removes 247,998 of"),
    ] {
        update(&mut screen.app, key(code));
        assert!(!screen.app.is_planning());
        assert_shows(&screen, removes);
    }
    check(&screen.app);
    screen.press(":kine v0.5.0");
    update(&mut screen.app, key(KeyCode::Enter));
    assert!(screen.app.is_planning());
    screen.send(Message::Plan);
    check(&screen.app);
}

#[test]
fn what_is_said_of_a_search_for_a_turn_ends_with_it() {
    let fork = [(0, Flag::No), (350_002, Flag::No), (350_002, Flag::No), (350_004, Flag::Yes)];
    let fork = (350_002..).zip(fork).map(|(id, (prev, deleted))| Row {
        id,
        name: Some(b"/registry/zombie"),
        created: if prev == 0 { Flag::Yes } else { Flag::No },
        deleted,
        create_revision: Some(0),
        prev_revision: Some(prev),
        lease: Some(0),
    });
    let mut screen = explorer(Policy { min_retain: 0, ..Policy::DEFAULT });
    screen.send(Message::Source(Event::Rows(many(150_000))));
    screen.send(Message::Source(Event::Rows(fork.collect())));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    screen.press("ct350003<Enter>:kine v0.4.1<Enter>:kine today");
    for key in [KeyCode::Enter, KeyCode::Char(')')] {
        update(&mut screen.app, Message::Key(key.into()));
    }
    assert_shows(&screen, "Looking for the next target");
    screen.send(Message::Plan);
    assert_shows(&screen, " 350005   removes");
    assert_shows_not(&screen, "Looking for");
}

#[test]
fn rows_that_come_while_a_plan_is_shown_are_not_there_to_it() {
    let rows: Vec<Rows> = ["/a /b /a /a", "/b /a /c /b", "/a /b /c /a"]
        .iter()
        .zip([1_u64, 5, 9])
        .map(|(names, first)| {
            names
                .split(' ')
                .zip(first..)
                .map(|(name, id)| Row {
                    id,
                    name: Some(name.as_bytes()),
                    created: Flag::No,
                    deleted: if id % 4 == 0 { Flag::Yes } else { Flag::No },
                    create_revision: Some(0),
                    // Forwards too: those come later than the plan.
                    prev_revision: Some(if id == 2 { 11 } else { id / 2 }),
                    lease: Some(0),
                })
                .collect()
        })
        .collect();
    let mut screen = explorer(Policy { min_retain: 0, batch_size: 2, ..Policy::DEFAULT });
    for rows in rows {
        screen.send(Message::Source(Event::Rows(rows)));
        if screen.app.preview.is_none() {
            screen.send(Message::Tick);
            screen.press("c<Tab>");
        }
        // No tick: the lists, and the plan with them, are of the rows before.
        screen.press("<Left><Left><Right><Right><Right>j{}<Down><Down><Up>b[]");
        screen.text();
    }
    screen.send(Message::Source(Event::Ended(Ok(()))));
    screen.press("}{}");
    check(&screen.app);
}
