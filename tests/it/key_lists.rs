//! Lists of very many keys: made in steps, and the same as if they were made at once.

use std::cmp::Reverse;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kinescope::history::{Flag, KeyId, Profile, Row, Rows};
use kinescope::source::{Event, Moment, Opened, scenario};
use kinescope::tui::{Command, Message, Start, update};

use crate::support::screen::{Screen, assert_shows, start};

/// More than one step looks at.
const KEYS: u64 = 40_000;

/// An explorer to which rows are coming.
fn explorer() -> Screen {
    let cluster = scenario::find("cluster").expect("cluster");
    let start = Start { preview: false, target: None, watch: None, ..start(cluster) };
    let mut screen = Screen::start(start, 120, 30);
    let opened = Opened {
        profile: Profile::kine_default(),
        kind: "memory".to_owned(),
        moment: Moment::default(),
        expected: None,
        has_values: true,
        notes: Vec::new(),
    };
    screen.send(Message::Source(Event::Opened(opened)));
    screen
}

/// Rows of keys whose names come in no order, some with more rows than others, some forked.
fn rows(ids: std::ops::Range<u64>) -> Rows {
    let names: Vec<String> = ids
        .clone()
        .map(|id| format!("/registry/pods/p-{:05}", (id % KEYS).wrapping_mul(2_654_435_761) % KEYS))
        .collect();
    ids.zip(&names)
        .map(|(id, name)| Row {
            id,
            name: Some(name.as_bytes()),
            created: if id <= KEYS { Flag::Yes } else { Flag::No },
            deleted: Flag::No,
            create_revision: Some(first_of(id)),
            prev_revision: Some(first_of(id)),
            lease: Some(0),
        })
        .collect()
}

/// The revision that made the key of a row; 0 for that row.
fn first_of(id: u64) -> u64 {
    if id <= KEYS { 0 } else { (id - 1) % KEYS + 1 }
}

/// The names that are listed, and how many rows each has.
fn listed(screen: &Screen) -> Vec<(Vec<u8>, u32)> {
    let history = &screen.app.table.history;
    let shown = |&key: &KeyId| (history.name(key).to_vec(), history.key(key).rows);
    screen.app.keys.shown.iter().map(shown).collect()
}

#[test]
fn lists_of_many_keys_are_those_of_few() {
    let mut screen = explorer();
    // The mark has no row: it is known, and not listed.
    for first in (1..KEYS * 9 / 4).step_by(10_000) {
        screen.send(Message::Source(Event::Rows(rows(first..first + 10_000))));
        screen.send(Message::Tick);
        let shown = listed(&screen);
        assert_eq!(shown.len(), screen.app.table.history.key_count());
        assert!(shown.is_sorted());
    }
    screen.send(Message::Source(Event::Ended(Ok(()))));
    let by_name = listed(&screen);
    assert_shows(&screen, " 40,000/40,000 ");

    screen.press("s");
    let mut by_rows = by_name.clone();
    by_rows.sort_by_key(|&(_, rows)| Reverse(rows));
    assert!(by_rows != by_name);
    assert!(listed(&screen) == by_rows);

    screen.press("s");
    let forked = |(_, rows): &(Vec<u8>, u32)| *rows > 2;
    let mut by_trouble = by_name.clone();
    by_trouble.sort_by_key(|it| Reverse(forked(it)));
    assert!(by_trouble != by_name);
    assert!(listed(&screen) == by_trouble);

    screen.press("sf");
    while screen.app.is_auditing() || screen.app.is_listing() {
        screen.send(Message::Tick);
    }
    let found: Vec<_> = by_name.iter().filter(|it| forked(it)).cloned().collect();
    assert!(!found.is_empty());
    assert!(listed(&screen) == found);
}

#[test]
fn the_old_list_stays_until_the_new_one_is_there() {
    let mut screen = explorer();
    screen.send(Message::Source(Event::Rows(rows(1..KEYS * 2))));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    let key = |key: char| Message::Key(crossterm::event::KeyCode::Char(key).into());
    let by_name = listed(&screen);
    assert!(screen.app.is_auditing());
    update(&mut screen.app, key('f'));
    assert!(screen.app.is_listing());
    assert!(listed(&screen) == by_name);
    assert_shows(&screen, "Keys so far with an error or a warning");
    // Another key, before that is there: nothing of the first list is left.
    update(&mut screen.app, key('/'));
    update(&mut screen.app, key('p'));
    update(&mut screen.app, key('7'));
    screen.send(Message::Tick);
    while screen.app.is_searching() {
        screen.send(Message::Tick);
    }
    assert_shows(&screen, " 0/40,000 ");
    screen.press("<Esc>");
    assert!(screen.app.keys.shown.is_empty(), "nothing was found in any key");
    screen.press("f");
    assert!(listed(&screen) == by_name);
}

#[test]
fn what_is_pasted_into_find_is_looked_for_once_and_an_interrupt_comes_first() {
    let mut screen = explorer();
    screen.send(Message::Source(Event::Rows(rows(1..KEYS))));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    let keys = |text: &str| -> Vec<KeyEvent> {
        text.chars().map(|char| KeyCode::Char(char).into()).collect()
    };
    screen.press("/p7").send(Message::Tick);
    while screen.app.is_searching() {
        screen.send(Message::Tick);
    }
    let one_by_one = listed(&screen);
    screen.press("<Esc>/").send(Message::Keys(keys("p7")));
    while screen.app.is_searching() {
        screen.send(Message::Tick);
    }
    assert!(listed(&screen) == one_by_one);
    // As a terminal that does not say what is pasted sends it: letters, and what the hand does then.
    let mut pasted = keys(&"x".repeat(5000));
    pasted.push(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL));
    pasted.extend(keys("x"));
    let commands = update(&mut screen.app, Message::Keys(pasted));
    assert!(matches!(commands[..], [Command::Interrupt]), "{commands:?}");
    assert!(listed(&screen) == one_by_one, "nothing was looked for");
    // Text goes where the cursor is.
    screen.press("<Esc>/ad<Left>").send(Message::Paste("bc\n".to_owned()));
    screen.press("!");
    assert_eq!(screen.app.keys.query.value(), "abc!d");
}
