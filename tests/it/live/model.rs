//! What a look changes on the screen, and what it does not.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use insta::assert_snapshot;
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{Flag, History, Row, Rows};
use kinescope::source::text::Table;
use kinescope::source::{Error, Event, Intake, Looked, Opened, Reject, Rejects, scenario};
use kinescope::tui::{Command, Following, Message, Start};

use crate::support::screen::{Screen, assert_shows, assert_shows_not, start};

fn cluster() -> Table {
    scenario::find("cluster").expect("cluster").read().expect("a table")
}

fn opened() -> Opened {
    Opened { kind: "MariaDB 10.11.6".to_owned(), ..cluster().opened }
}

/// The rows of a history with the ids that are wanted.
fn rows(history: &History, is_wanted: impl Fn(u64) -> bool) -> Rows {
    let wanted = history.iter().filter(|&at| is_wanted(history.id(at)));
    wanted.map(|at| history.row(at)).collect()
}

fn whole(rows: &Rows) -> History {
    let mut history = opened().history();
    history.extend(rows).expect("rows");
    history
}

/// An explorer on a table that was read to its end, and follows it.
fn following(table: &History, width: u16, height: u16) -> Screen {
    let start = start(scenario::find("cluster").expect("cluster"));
    let label = "db1/kubernetes".to_owned();
    let following = Following::AtOnce;
    let start = Start { watch: None, preview: false, label, following, ..start };
    let mut screen = Screen::start(start, width, height);
    screen.send(Message::Source(Event::Opened(opened())));
    screen.send(Message::Source(Event::Rows(rows(table, |_| true))));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    settle(&mut screen);
    screen
}

/// Until the audit is done.
fn settle(screen: &mut Screen) {
    while screen.app.is_auditing() || screen.app.is_waiting() {
        screen.send(Message::Tick);
    }
}

/// The look that is awaited: where it begins, and how long it waits.
#[track_caller]
fn asked(screen: &mut Screen) -> (u64, Duration) {
    let mut looks = screen.commands.drain(..).filter_map(|command| match command {
        Command::Look(after, pause) => Some((after, pause)),
        _ => None,
    });
    let look = looks.next().expect("a look is asked for");
    assert_eq!(looks.next(), None, "one at a time");
    look
}

/// What a look sees of a table: what is after a revision, and the mark.
fn part(now: &History, after: u64) -> Intake {
    let mut intake = Intake::new(opened());
    let seen = now.iter().filter(|&at| now.id(at) > after || now.is_mark(at));
    intake.take(Event::Rows(seen.map(|at| now.row(at)).collect())).expect("rows");
    intake
}

fn at(second: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_795_512 + second)
}

/// Answers the look that is awaited, at 16:05:12 and so many seconds.
fn look(screen: &mut Screen, now: &History, second: u64) {
    let (after, _) = asked(screen);
    let came = Looked::Came(Box::new(part(now, after)), at(second), Duration::from_millis(9));
    screen.send(Message::Looked(came));
    settle(screen);
}

/// Answers that the table is read again.
#[track_caller]
fn read_again(screen: &mut Screen, now: &History) {
    let is_reload = |command: &Command| matches!(command, Command::Reload);
    assert!(screen.commands.iter().any(is_reload), "{:?}", screen.commands);
    screen.send(Message::Source(Event::Opened(opened())));
    screen.send(Message::Source(Event::Rows(rows(now, |_| true))));
    screen.commands.clear();
    screen.send(Message::Source(Event::Ended(Ok(()))));
    settle(screen);
}

/// The table after a compaction by kine, which holds what it compacted to.
fn compacted(before: &History, target: u64) -> History {
    let plan = plan(before, target, Policy::DEFAULT.without_retain());
    let mut after = Rows::new();
    for at in before.iter().filter(|&at| plan.survives(at)) {
        let mut row = before.row(at);
        row.prev_revision = plan.prev_after(before, at);
        after.push(row);
    }
    whole(&after)
}

/// The cluster, and what was written to it later: a key was created, one updated, and one deleted.
fn written(before: &History) -> History {
    let mut rows = rows(before, |_| true);
    let newest = |name: &str| {
        let key = before.find_key(name.as_bytes()).expect("the key");
        before.row(before.key(key).newest.expect("its row"))
    };
    let (updated, deleted) =
        (newest("/registry/minions/node-04"), newest("/registry/minions/node-08"));
    let created = Row { name: Some(b"/registry/pods/default/new"), ..deleted };
    rows.push(Row { id: 7294, created: Flag::Yes, prev_revision: Some(0), ..created });
    rows.push(Row { id: 7295, prev_revision: Some(updated.id), ..updated });
    let (created, prev_revision) = (Flag::No, Some(deleted.id));
    rows.push(Row { id: 7296, created, deleted: Flag::Yes, prev_revision, ..deleted });
    whole(&rows)
}

/// The table once keys of one row were updated.
fn updated(before: &History, updates: &[(u64, &'static str)]) -> History {
    let mut rows = rows(before, |_| true);
    for &(id, name) in updates {
        let key = before.find_key(name.as_bytes()).expect("the key");
        let created = before.row(before.key(key).newest.expect("its row"));
        let (prev_revision, create_revision) = (Some(created.id), Some(created.id));
        rows.push(Row { id, created: Flag::No, prev_revision, create_revision, ..created });
    }
    whole(&rows)
}

#[test]
fn rows_that_come_are_shown_and_marked_until_the_next_look() {
    let before = whole(&cluster().rows);
    let now = written(&before);
    for (width, height) in [(120, 30), (80, 24)] {
        let mut screen = following(&before, width, height);
        look(&mut screen, &before, 0);
        screen.press("/minnode-0<Enter>");
        look(&mut screen, &now, 2);
        assert_snapshot!(format!("live_keys_{width}x{height}"), screen.planes());
        screen.press("<Esc>L");
        assert_snapshot!(format!("live_log_{width}x{height}"), screen.planes());
        assert_eq!(screen.text().matches('+').count(), if width == 80 { 5 } else { 4 });
        look(&mut screen, &now, 4);
        assert_shows(&screen, "16:05:16");
        assert!(!screen.text().contains("│+"), "{}", screen.text());
    }
}

#[test]
fn a_table_that_came_in_looks_is_the_table_that_was_read_at_once() {
    let all = whole(&cluster().rows);
    // What had been written in the end, and what of that came late.
    let steps = [7000, 7100, 7101, 7293];
    let late = |id: u64| id.is_multiple_of(50);
    let first = whole(&rows(&all, |id| id <= 6900 && id != 6850));
    let mut screen = following(&first, 120, 40);
    look(&mut screen, &first, 0);
    for (second, step) in (1..).zip(steps) {
        let now = whole(&rows(&all, |id| id <= step && !late(id) || id <= step - 20));
        look(&mut screen, &now, second);
    }
    look(&mut screen, &all, 60);
    let mut at_once = following(&all, 120, 40);
    look(&mut at_once, &all, 60);
    assert_eq!(screen.app.table.history.len(), all.len());
    for keys in ["", "a", "aL", "Lu", "ui"] {
        let below = |screen: &mut Screen| {
            screen.press(keys);
            let text = screen.text();
            let lines: Vec<&str> = text.lines().skip(1).collect();
            lines.join("\n")
        };
        assert_eq!(below(&mut screen), below(&mut at_once), "after {keys}");
        for screen in [&mut screen, &mut at_once] {
            screen.press("<Esc><Esc><Esc>");
            screen.app.listing = kinescope::tui::panes::Listing::Keys;
        }
    }
}

#[test]
fn where_somebody_is_does_not_change() {
    // Two rows are missing for good, so that what the audit finds is told in the same words.
    let before = whole(&rows(&whole(&cluster().rows), |id| id != 7200 && id != 7201));
    // 7294 comes late, as the rows do with which kine fills gaps.
    let first = updated(&before, &[(7295, "/registry/minions/node-08")]);
    let then = [(7294, "/registry/minions/node-09"), (7295, "/registry/minions/node-08")];
    let then = updated(&before, &then);
    for keys in [
        "/minnode-02<Enter><Enter>jjjj",
        "/minnode-02<Enter><Enter>jj<Enter>jj",
        "/minnode-02<Enter><Enter>zjjjjjjjjjj",
        "sjj",
        "ajjj",
        "ajj<Enter>j",
        "ujj<Enter>",
        "Lffjj",
        "L/node-1<Enter>jjj",
        "ct6293<Enter>",
        "ct6293<Enter>)",
        "ct6293<Enter>df",
        "/minnode-05<Enter>3",
        "/minnode-05<Enter>Z",
        "?jj",
        "/minn",
    ] {
        let mut screen = following(&before, 120, 30);
        look(&mut screen, &before, 0);
        screen.press(keys);
        settle(&mut screen);
        let panes = |screen: &Screen| -> Vec<String> {
            let numbers = |line: &str| {
                let digits = |char: char| char.is_ascii_digit() || char == ',';
                line.replace(digits, "").replace(['+', ' ', '─'], "")
            };
            // What is counted, and where a bar of the whole table ends, may move.
            let is_shape = |line: &&str| line.starts_with(['│', '┌', '└']);
            screen.text().lines().filter(is_shape).map(numbers).collect()
        };
        let shown = panes(&screen);
        for (second, now) in [(2, &first), (4, &then), (6, &then)] {
            look(&mut screen, now, second);
            assert_eq!(panes(&screen), shown, "{keys} at {second}\n{}", screen.text());
        }
        let id = now_last(&screen);
        assert_eq!(id, 7295);
    }
}

fn now_last(screen: &Screen) -> u64 {
    screen.app.table.history.current().expect("rows")
}

#[test]
fn a_compaction_is_compared_with_what_was_foreseen() {
    let before = whole(&cluster().rows);
    let now = compacted(&written(&before), 6293);
    for (width, height) in [(120, 30), (80, 24)] {
        let mut screen = following(&before, width, height);
        look(&mut screen, &before, 0);
        screen.press("/minnode-02<Enter><Enter>");
        look(&mut screen, &now, 2);
        assert_shows(&screen, "kine compacts: to 6293 so far.");
        look(&mut screen, &now, 4);
        read_again(&mut screen, &now);
        assert_shows(&screen, "kine compacted to 6293, so far; the next look compares.");
        look(&mut screen, &now, 6);
        assert_snapshot!(format!("live_compacted_{width}x{height}"), screen.planes());
        screen.press("i");
        assert_snapshot!(format!("live_outcome_{width}x{height}"), screen.text());
        screen.press("<Esc>");
        assert_shows_not(&screen, "foreseen");
        // What it did stays on that page, and the rows that went in their chains.
        screen.press("F");
        assert_shows(&screen, "followed no more; 3 rows came.");
        assert_shows(&screen, "Gone, compacted to 6293:");
    }
}

#[test]
fn a_compaction_that_goes_on_is_compared_once_it_is_over() {
    let before = whole(&cluster().rows);
    let [half, end] = [3000, 6293].map(|target| compacted(&before, target));
    let mut screen = following(&before, 120, 30);
    look(&mut screen, &half, 2);
    look(&mut screen, &half, 4);
    read_again(&mut screen, &half);
    // It only paused.
    look(&mut screen, &end, 6);
    assert_shows(&screen, "kine compacts: to 6293 so far.");
    assert_shows_not(&screen, "foreseen");
    look(&mut screen, &end, 8);
    read_again(&mut screen, &end);
    look(&mut screen, &end, 10);
    assert_shows(
        &screen,
        "left exactly the 1,679 of 7,293 rows that were foreseen. i lists the 5,614",
    );
}

#[test]
fn a_compaction_that_was_not_foreseen_is_told_row_by_row() {
    let before = whole(&cluster().rows);
    let end = compacted(&before, 6293);
    // A row of which nothing was to go went, and two that were to go stayed.
    let mut odd = rows(&end, |id| id != 2);
    for id in [72, 86] {
        odd.push(before.row(before.find(id).expect("it is there")));
    }
    odd.sort();
    let odd = whole(&odd);
    let mut screen = following(&before, 120, 30);
    look(&mut screen, &odd, 2);
    look(&mut screen, &odd, 4);
    read_again(&mut screen, &odd);
    look(&mut screen, &odd, 6);
    screen.press("i");
    assert_shows(&screen, "kine compacted to 6293, and not as foreseen: 2 rows that were to go");
    assert_shows(&screen, "stayed (72 and 86); 1 row that was to stay went (2).");
}

#[test]
fn rows_that_go_without_a_compaction_are_missed() {
    let before = whole(&cluster().rows);
    let now = whole(&rows(&before, |id| id != 7290));
    let mut screen = following(&before, 120, 30);
    look(&mut screen, &now, 2);
    read_again(&mut screen, &now);
    look(&mut screen, &now, 4);
    assert_shows(&screen, "1 row is gone, though compact_rev_key still says 0");
    assert_shows(&screen, "1 row that was to stay went (7290).");
}

#[test]
fn a_table_that_is_too_large_or_was_read_in_part_is_not_compared() {
    let before = whole(&cluster().rows);
    let now = compacted(&before, 6293);
    let mut screen = following(&before, 120, 30);
    screen.app.most_held = 7000;
    look(&mut screen, &now, 2);
    look(&mut screen, &now, 4);
    assert_shows(&screen, "kine compacted to 6293. r reads the table again.");
    // It is told once.
    screen.press("ii");
    look(&mut screen, &now, 6);
    assert_shows_not(&screen, "kine compact");
    assert!(!screen.commands.iter().any(|command| matches!(command, Command::Reload)));

    let mut screen = following(&before, 120, 30);
    let (after, _) = asked(&mut screen);
    let mut came = part(&before, after);
    let reject = Reject { place: "revision 7200".to_owned(), why: "it is odd".into() };
    let rejects: Rejects = std::iter::once(reject).collect();
    came.rejects = rejects.clone();
    let took = Duration::ZERO;
    screen.send(Message::Looked(Looked::Came(Box::new(came), at(0), took)));
    settle(&mut screen);
    assert_shows(&screen, "PARTIAL");
    // It is the same one each time.
    let (after, _) = asked(&mut screen);
    let mut came = part(&before, after);
    came.rejects = rejects;
    screen.send(Message::Looked(Looked::Came(Box::new(came), at(2), took)));
    assert_eq!(screen.app.table.rejects.count(), 1);
    settle(&mut screen);
    look(&mut screen, &now, 4);
    look(&mut screen, &now, 6);
    read_again(&mut screen, &now);
    assert_shows(&screen, "Only a part of the table was read, so what went is not compared");
}

#[test]
fn a_server_that_is_gone_is_asked_again_less_and_less_often() {
    let before = whole(&cluster().rows);
    let mut screen = following(&before, 120, 30);
    assert_eq!(asked(&mut screen), (7037, Duration::ZERO));
    let came = |second| Looked::Came(Box::new(part(&before, 7037)), at(second), Duration::ZERO);
    screen.send(Message::Looked(came(0)));
    assert_eq!(asked(&mut screen), (7037, Duration::from_secs(2)));
    screen.send(Message::Looked(Looked::Silent));
    assert_shows(&screen, "No answer since 16:05:12; it is tried again. Why: it does not answer.");
    assert!(screen.commands.is_empty());
    for pause in [4, 8, 16, 30, 30] {
        let lost = Error::new("the connection to db1 was lost").because("broken pipe");
        screen.send(Message::Looked(Looked::Failed(lost)));
        assert_eq!(asked(&mut screen), (7037, Duration::from_secs(pause)));
        assert_shows(&screen, "Why: the connection to db1 was lost: broken pipe.");
    }
    screen.send(Message::Looked(came(90)));
    assert_shows_not(&screen, "No answer");
    assert_shows(&screen, "The table can be read again.");
    assert_eq!(asked(&mut screen), (7037, Duration::from_secs(2)));
}

#[test]
fn what_nobody_writes_to_is_not_followed() {
    let mut demo = Screen::demo("cluster", 120, 30);
    demo.press("F");
    assert_shows(&demo, "Nothing can be followed: it comes with kinescope.");
    assert!(demo.commands.is_empty());
    // What was read in part is not the table that is followed.
    let before = whole(&cluster().rows);
    let mut part = following(&before, 120, 30);
    part.press("F");
    part.app.reading = kinescope::tui::app::Reading::Stopped;
    part.press("F");
    assert_shows(
        &part,
        "Only a part of the table was read. r reads it again, and then F follows it.",
    );
}

#[test]
fn what_is_being_read_or_measured_is_not_looked_at() {
    let before = whole(&cluster().rows);
    let mut screen = following(&before, 120, 30);
    look(&mut screen, &before, 0);
    asked(&mut screen);
    screen.press("r");
    let took = Duration::ZERO;
    let late = Looked::Came(Box::new(part(&written(&before), 7037)), at(2), took);
    assert!(matches!(screen.commands[..], [Command::Reload]), "{:?}", screen.commands);
    // The loop asks no more for what was on its way; were it here, it would wait.
    screen.send(Message::Looked(late));
    assert_eq!(screen.app.table.history.len(), 7293);
    read_again(&mut screen, &before);
    settle(&mut screen);
    assert_eq!(screen.app.table.history.len(), 7293);
    // Nothing was compacted, and nothing is said of that.
    assert_shows_not(&screen, "kine compacted");
    look(&mut screen, &before, 4);
    assert_shows_not(&screen, "kine compacted");
}
