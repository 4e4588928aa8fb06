//! `S`: what was sent to the server, in the explorer.

use std::time::Duration;

use insta::assert_snapshot;
use kinescope::display::Glyphs;
use kinescope::source::mysql::statement;
use kinescope::source::scenario;
use kinescope::source::sql::log::{Entry, Outcome, Record};
use kinescope::tui::Message;

use crate::support::screen::{Screen, assert_shows, assert_shows_not, start};

fn entry(session: u64, sql: &'static str, times: u64, rows: u64, micros: u64) -> Entry {
    let (given, took) = (String::new(), Duration::from_micros(micros));
    Entry { session, sql, given, times, rows, took, outcome: Outcome::Answered }
}

/// A reading, and another one that was cut off.
fn record() -> Record {
    let given = |given: &str, entry| Entry { given: given.to_owned(), ..entry };
    let ended = |outcome, entry| Entry { outcome, ..entry };
    let why = Outcome::Failed("1927 (70100): Connection was killed".to_owned());
    let entries = [
        entry(1, statement::READ_ONLY, 1, 0, 412),
        entry(1, statement::VERSION, 1, 1, 208),
        entry(1, statement::COLUMNS, 1, 9, 1_920),
        entry(1, statement::SNAPSHOT, 1, 0, 97),
        given("5000", entry(1, statement::FIRST_PAGE, 1, 5_000, 11_400)),
        given("8421007, 100000", entry(1, statement::NEXT_PAGE, 84, 7_995_000, 21_430_000)),
        entry(2, statement::READ_ONLY, 1, 0, 398),
        ended(Outcome::Left, given("5000", entry(2, statement::FIRST_PAGE, 1, 4_096, 9_000))),
        entry(3, statement::READ_ONLY, 1, 0, 398),
        ended(why, given("8422100, 10000", entry(3, statement::NEXT_PAGE, 3, 12_288, 61_000_000))),
        ended(Outcome::UnderWay, entry(4, statement::READ_ONLY, 1, 0, 0)),
    ];
    Record { entries: entries.into(), forgotten: 0 }
}

#[test]
fn statements_at_every_size() {
    for (width, height) in [(120, 40), (80, 24), (40, 10)] {
        let mut screen = Screen::demo("cluster", width, height);
        screen.send(Message::Sent(record()));
        screen.press("S");
        assert_snapshot!(format!("statements_{width}x{height}"), screen.planes());
        screen.press("G");
        assert_snapshot!(format!("statements_end_{width}x{height}"), screen.text());
    }
}

#[test]
fn every_statement_is_there_whole_and_is_scrolled_to() {
    for (width, height) in [(120, 40), (80, 24), (40, 10)] {
        let mut screen = Screen::demo("cluster", width, height);
        let entries = statement::ALL.map(|sql| entry(1, sql, 1, 0, 0));
        screen.send(Message::Sent(Record { entries: entries.into(), forgotten: 12 }));
        screen.press("S");
        assert_shows(&screen, "12 older lines");
        let mut seen = String::new();
        let mut before = String::new();
        while before != screen.text() {
            before = screen.text();
            let first = before.lines().nth(1).expect("a line").trim_matches(['│', ' ']).to_owned();
            seen.push_str(&first);
            screen.press("j");
        }
        let rest = before.lines().skip(2).map(|line| line.trim_matches(['│', ' ']));
        seen.extend(rest);
        // Words that are longer than a line are broken.
        let without_spaces = |text: &str| text.split_whitespace().collect::<String>();
        let seen = without_spaces(&seen);
        for sql in statement::ALL {
            assert!(seen.contains(&without_spaces(sql)), "{width}x{height}: no {sql} in\n{seen}");
        }
        screen.press("g");
        assert_shows(&screen, "12 older lines");
        screen.press("<PgDn>");
        assert_shows_not(&screen, "12 older lines");
    }
}

#[test]
fn it_opens_over_everything_and_closes_again() {
    let mut screen = Screen::demo("cluster", 120, 30);
    let before = screen.text();
    for close in ["S", "q", "<Esc>", "<Enter>"] {
        screen.press("S");
        assert_shows(&screen, "┌ Statements sent ─");
        screen.press(close);
        assert_eq!(screen.text(), before, "{close}");
    }
    screen.press("S?");
    assert_shows(&screen, "Keys and signs");
    screen.press("G");
    assert_shows_not(&screen, " more ─");
    screen.send(Message::Resize(120, 99));
    assert_shows(&screen, "   S         the statements that were sent to the server");
    screen.press("S");
    assert_shows(&screen, "┌ Statements sent ─");
    assert!(screen.commands.is_empty());
    // What was scrolled to in a small terminal is all there in a large one.
    screen.send(Message::Sent(record()));
    screen.send(Message::Resize(40, 10));
    screen.press("G");
    assert_shows(&screen, "no answer yet");
    screen.send(Message::Resize(200, 60));
    assert_shows(&screen, "Session 1");
    assert_shows(&screen, "no answer yet");
}

#[test]
fn of_a_table_as_text_nothing_was_sent() {
    let mut screen = Screen::start(start(scenario::find("gaps").expect("it is there")), 80, 24);
    screen.press("S");
    assert_shows(&screen, "Nothing has been sent yet.");
    screen.read(scenario::find("gaps").expect("it is there").read().expect("a table"));
    assert_shows(&screen, "Nothing was sent to a server: this table came as text.");
    screen.send(Message::Resize(40, 10));
    assert_shows(&screen, "Nothing was sent to a server: this");
}

#[test]
fn what_a_server_says_reaches_no_terminal_as_it_is() {
    let mut start = start(scenario::find("gaps").expect("it is there"));
    start.look.glyphs = Glyphs::Ascii;
    let mut screen = Screen::start(start, 80, 24);
    screen.read(scenario::find("gaps").expect("it is there").read().expect("a table"));
    let mut entry = entry(1, statement::NEXT_NAMED, 1, 0, 0);
    entry.given = "/a\x1b[2J%, 5".to_owned();
    entry.outcome = Outcome::Failed("no\r\x1b]0;x".to_owned());
    screen.send(Message::Sent(Record { entries: [entry].into(), forgotten: 0 }));
    screen.press("S");
    assert_shows(&screen, "given /a\\x1b[2J%, 5");
    assert_shows(&screen, "failed: no\\x0d\\x1b]0;x");
    assert!(screen.text().is_ascii());
}
