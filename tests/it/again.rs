//! A table that is read again: the one on the screen stays until the new one is complete.

use std::time::{Duration, UNIX_EPOCH};

use kinescope::history::Rows;
use kinescope::source::text::Table;
use kinescope::source::{Error, Event, Moment, Opened, scenario};
use kinescope::tui::{Command, Message};

use crate::support::screen::{Screen, assert_shows, assert_shows_not, start};

const STILL: &str = "still the whole table as of 2026-11-27 16:05:12 UTC.";

fn cluster() -> Table {
    scenario::find("cluster").expect("cluster").read().expect("a table")
}

/// As it was at `16:05:12`, and a given number of seconds later.
fn opened(later: u64) -> Opened {
    let at = Some(UNIX_EPOCH + Duration::from_secs(1_795_795_512 + later));
    let opened = cluster().opened;
    Opened { kind: "MariaDB 10.11.6".to_owned(), moment: Moment { at, ..opened.moment }, ..opened }
}

fn rows(from: usize, to: usize) -> Rows {
    cluster().rows.iter().skip(from).take(to - from).collect()
}

fn lost() -> Event {
    Event::Ended(Err(Error::new("the connection to db1 was lost")
        .because("broken pipe")
        .hint("Read it again.")))
}

/// An explorer on the whole cluster, without a scenario's words.
fn whole(width: u16, height: u16) -> Screen {
    let start = start(scenario::find("cluster").expect("cluster"));
    let start = kinescope::tui::Start { watch: None, preview: false, ..start };
    let mut screen = Screen::start(start, width, height);
    screen.send(Message::Source(Event::Opened(opened(0))));
    screen.send(Message::Source(Event::Rows(rows(0, 7293))));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    screen
}

fn send(screen: &mut Screen, event: Event) {
    screen.send(Message::Source(event));
    screen.send(Message::Tick);
}

#[test]
fn the_old_table_is_shown_until_the_new_one_is_complete() {
    let mut screen = whole(120, 30);
    screen.press("/minnode-05<Enter>c");
    screen.press("r");
    assert!(matches!(screen.commands[..], [Command::Reload]));
    assert_shows(&screen, "reading again, 0 s");
    send(&mut screen, Event::Opened(Opened { expected: Some(8000), ..opened(60) }));
    send(&mut screen, Event::Rows(rows(0, 4000)));
    assert_shows(&screen, "reading again 50 %");
    for part in ["7,293 rows", "17 forks", "/registry/minions/node-05", "compact to"] {
        assert_shows(&screen, part);
    }
    assert_shows_not(&screen, "PARTIAL");
    // Everything on it can be walked through meanwhile.
    screen.press("<Down>");
    screen.press("<Up>");
    send(&mut screen, Event::Rows(rows(4000, 7000)));
    send(&mut screen, Event::Ended(Ok(())));
    assert_shows(&screen, "7,000 rows");
    assert_shows(&screen, "/registry/minions/node-05");
    assert_shows(&screen, "compact to");
    assert_shows_not(&screen, "reading again");
    assert!(screen.app.again.is_none());
    // The same rows once more give the same screen, but for the time.
    let untimed = |screen: &Screen| {
        let text = screen.text();
        let lines = text.lines().filter(|line| !line.starts_with(" Read again as of"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let before = untimed(&screen);
    screen.press("r");
    send(&mut screen, Event::Opened(opened(0)));
    send(&mut screen, Event::Rows(rows(0, 7000)));
    send(&mut screen, Event::Ended(Ok(())));
    assert_eq!(untimed(&screen), before);
    assert_shows(&screen, "Read again as of 2026-11-27");
}

#[test]
fn a_failure_leaves_the_old_table_whole_and_says_of_when_it_is() {
    let failures: [(&str, Vec<Event>); 4] = [
        ("the connection to db1 was lost: broken pipe. Read it again.", vec![lost()]),
        (
            "the connection to db1 was lost: broken pipe. Read it again.",
            vec![Event::Opened(opened(60)), Event::Rows(rows(0, 3000)), lost()],
        ),
        (
            "the rows do not make a table: ",
            vec![
                Event::Opened(opened(60)),
                Event::Rows(rows(0, 3000)),
                // They are there already.
                Event::Late(rows(0, 1)),
            ],
        ),
        ("the source ended before it was opened", vec![Event::Ended(Ok(()))]),
    ];
    for (why, events) in failures {
        let mut screen = whole(200, 30);
        let table = |screen: &Screen| -> Vec<String> {
            screen
                .text()
                .lines()
                .filter(|line| line.contains("/registry/"))
                .map(str::to_owned)
                .collect()
        };
        screen.press("r");
        for event in events {
            send(&mut screen, event);
        }
        let said = format!("Reading again failed: {STILL} r tries again. Why: {why}");
        assert_shows(&screen, &said);
        assert_shows(&screen, "7,293 rows");
        assert_shows_not(&screen, "PARTIAL");
        assert!(!screen.app.is_partial() && !screen.app.is_reading());
        assert!(table(&screen).len() > 10);
        // The next one goes well.
        screen.press("r");
        assert_shows_not(&screen, "Reading again failed");
        send(&mut screen, Event::Opened(opened(90)));
        send(&mut screen, Event::Rows(rows(0, 7000)));
        send(&mut screen, Event::Ended(Ok(())));
        assert_shows(&screen, "7,000 rows");
        assert_shows_not(&screen, "failed");
    }
}

#[test]
fn a_row_that_comes_twice_is_left_out_and_counted() {
    let mut screen = whole(200, 30);
    screen.press("r");
    send(&mut screen, Event::Opened(opened(60)));
    send(&mut screen, Event::Rows(rows(0, 7000)));
    send(&mut screen, Event::Rows(rows(0, 1)));
    send(&mut screen, Event::Ended(Ok(())));
    assert_shows(&screen, "7,000 rows");
    assert_shows(&screen, "it comes after revision");
    assert!(screen.app.is_partial());
}

#[test]
fn it_is_said_where_there_is_little_room() {
    for (width, height, said) in [
        (40, 10, "\n Reading again failed: still the whole…\n"),
        (
            80,
            24,
            "\n Reading again failed: still the whole table as of 2026-11-27 16:05:12 UTC. r\n",
        ),
    ] {
        let mut screen = whole(width, height);
        screen.press("r");
        assert!(screen.text().lines().all(|line| line.chars().count() <= width.into()));
        send(&mut screen, lost());
        assert_shows(&screen, said);
    }
}

#[test]
fn esc_stops_it_and_the_old_table_stays() {
    let mut screen = whole(120, 30);
    screen.press("r");
    send(&mut screen, Event::Opened(opened(60)));
    send(&mut screen, Event::Rows(rows(0, 3000)));
    // Once more from the start.
    screen.press("r<Esc>");
    assert!(matches!(
        screen.commands[..],
        [Command::Reload, Command::Reload, Command::StopReading]
    ));
    assert_shows(&screen, &format!("Reading again was stopped: {STILL}"));
    assert_shows(&screen, "7,293 rows");
    assert!(!screen.app.is_partial());
}

#[test]
fn rows_that_come_late_are_put_in_their_places() {
    let mut screen = whole(120, 30);
    screen.press("r");
    send(&mut screen, Event::Opened(opened(60)));
    send(&mut screen, Event::Rows(rows(1000, 7000)));
    send(&mut screen, Event::Late(rows(0, 1000)));
    assert_shows(&screen, "7,293 rows");
    send(&mut screen, Event::Ended(Ok(())));
    assert_shows(&screen, "7,000 rows");
    assert_eq!(screen.app.table.history.len(), 7000);
}

#[test]
fn a_table_that_is_too_large_to_be_held_twice_stays_until_the_source_is_open() {
    let mut screen = whole(200, 30);
    screen.app.most_held = 7000;
    screen.press("r");
    send(&mut screen, lost());
    assert_shows(&screen, STILL);
    screen.press("r");
    send(&mut screen, Event::Opened(opened(60)));
    assert_shows_not(&screen, "7,293 rows");
    send(&mut screen, Event::Rows(rows(0, 3000)));
    send(&mut screen, lost());
    assert_shows(&screen, "3,000 rows");
    assert_shows(&screen, "PARTIAL, r reads again: the connection to db1 was lost");
    assert_shows_not(&screen, STILL);
    // What is a part is no loss: it goes when something better comes.
    screen.press("r");
    send(&mut screen, Event::Opened(opened(90)));
    send(&mut screen, Event::Rows(rows(0, 10)));
    assert_shows(&screen, "10 rows");
}

#[test]
fn bytes_are_not_measured_meanwhile() {
    let mut screen = whole(120, 30);
    screen.press("um");
    assert!(screen.app.is_measuring());
    screen.press("r");
    assert!(!screen.app.is_measuring());
    screen.press("m");
    assert_shows(&screen, "Bytes are measured once the rows have been read.");
}
