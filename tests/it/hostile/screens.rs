//! The explorer, at every size.

use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::Policy;
use kinescope::history::{Collation, Profile};
use kinescope::source::sql::log::{Entry, Outcome, Record};
use kinescope::source::{Error, Event, Found, Moment, Opened, Options, Reject, text};
use kinescope::text::escape;
use kinescope::tui::{Command, Look, Message, Preferences, Start};
use kinescope::value::{Stored, Values};
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

use crate::support::hostile::{harm, names, tsv};
use crate::support::screen::Screen;
use crate::values::{field, protobuf};

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 24), (120, 40), (200, 60)];

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn screen(width: u16, height: u16, glyphs: Glyphs) -> Screen {
    let names = names();
    let start = Start {
        label: text(&names[0]) + &text(&names[18]),
        look: Look { glyphs, theme: Theme::DEFAULT },
        preferences: Preferences::default(),
        policy: Policy::DEFAULT.without_retain(),
        watch: None,
        target: None,
        key: Some(names[30].clone()),
        preview: true,
        at: None,
        once: None,
        following: kinescope::tui::Following::default(),
    };
    let mut screen = Screen::start(start, width, height);
    let options = Options { collation: Some(Collation::binary()), ..Options::default() };
    let mut table = text::read(&*tsv(), "here", &options).expect("it is a table");
    assert_eq!(table.unread.count(), 0);
    table.opened.kind = text(&names[2]);
    table.opened.notes = names[..2].iter().map(|name| text(name)).collect();
    screen.read(table);
    screen
}

/// Asserts that every cell holds a character that does nothing but show, that the cells of a line
/// are as many as the screen is wide, and that frames are straight.
#[track_caller]
pub(super) fn assert_sound(what: &str, screen: &Screen) {
    let what = format!("{what}, {:?}, {}", screen.app.start.look.glyphs, screen.app.size);
    let buffer = screen.buffer();
    let area = buffer.area;
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            let bad = symbol.chars().find_map(harm);
            assert!(bad.is_none(), "{what}: {symbol:?} {bad:?} in\n{}", screen.text());
            let ascii = screen.app.start.look.glyphs == Glyphs::Unicode || symbol.is_ascii();
            assert!(ascii, "{what}: {symbol:?} in\n{}", screen.text());
            x += u16::try_from(symbol.width()).expect("a character has few cells");
        }
        assert_eq!(x, area.width, "{what}: line {y} of\n{}", screen.text());
    }
    for (corner, end) in [("┌", "└"), ("┐", "┘")] {
        for y in 0..area.height {
            for x in (0..area.width).filter(|&x| buffer[(x, y)].symbol() == corner) {
                // What is offered while a line is typed lies over the lower ends.
                let over = screen.app.prompt.as_ref().map_or("", |_| "┌─┐");
                assert_straight(&what, &buffer, x, y, &format!("{end}{over}"));
            }
        }
    }
}

/// Asserts that the edge that begins there goes straight down to one of its ends, and nothing lies over it.
#[track_caller]
fn assert_straight(what: &str, buffer: &Buffer, x: u16, top: u16, ends: &str) {
    for y in top + 1..buffer.area.height {
        let over = x > 0 && buffer[(x - 1, y)].symbol().width() > 1;
        assert!(!over, "{what}: something lies over the frame at {x}, {y}");
        match buffer[(x, y)].symbol() {
            "│" => {}
            symbol => {
                assert!(ends.contains(symbol), "{what}: {symbol} in the frame at {x}, {y}");
                return;
            }
        }
    }
}

/// A screen of every size, in either set of characters.
fn everywhere(look: impl Fn(&mut Screen)) {
    everywhere_with(|screen, _| look(screen));
}

/// The same, each with some of the names: all of them with the first, and of the others every one
/// with two.
fn everywhere_with(look: impl Fn(&mut Screen, &[Vec<u8>])) {
    let names = names();
    let mut nth = 0;
    for (width, height) in SIZES {
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            let some: Vec<_> = names.iter().skip(nth % 4).step_by(4).cloned().collect();
            look(&mut screen(width, height, glyphs), if nth == 0 { &names } else { &some });
            nth += 1;
        }
    }
}

/// To every line of a list.
fn walk(what: &str, screen: &mut Screen, lines: usize) {
    for line in 0..lines {
        assert_sound(&format!("{what}, line {line}"), screen);
        screen.press("j");
    }
}

#[test]
fn keys_chains_and_previews_show_no_harm() {
    everywhere(|screen| {
        screen.press("g");
        walk("keys", screen, 2 * names().len());
        for keys in ["<Tab>", "z", "d", "b", "<Tab>", "c", "<Tab>", "y", "s", "f", "Z", "Z"] {
            screen.press(keys).press("jj");
            assert_sound(keys, screen);
        }
    });
}

#[test]
fn findings_show_no_harm() {
    everywhere(|screen| {
        screen.press("ag");
        walk("findings", screen, 100);
        screen.press("<Enter>");
        assert_sound("a finding", screen);
    });
}

#[test]
fn what_fills_the_table_shows_no_harm() {
    everywhere(|screen| {
        screen.press("ug");
        walk("usage", screen, 30);
        screen.press("g<Enter>");
        walk("a prefix", screen, 60);
    });
}

#[test]
fn what_is_typed_and_told_shows_no_harm() {
    everywhere_with(|screen, names| {
        for name in names {
            for prompt in ["/", ":", "t"] {
                screen.press(prompt);
                screen.send(Message::Paste(text(name)));
                assert_sound(prompt, screen);
                screen.press("<Left><Left>x<Enter>");
                assert_sound("a notice", screen);
                screen.press("<Esc><Esc>");
            }
        }
    });
}

#[test]
fn what_is_shown_of_a_key_goes_to_it() {
    for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
        let mut screen = screen(120, 40, glyphs);
        for name in names() {
            let shown = glyphs.name(&escape(&name)).into_owned();
            screen.press(":");
            screen.send(Message::Paste(shown.clone()));
            screen.press("<Enter>");
            let key = screen.app.key().expect("a key is selected");
            assert_eq!(screen.app.table.history.name(key), name, "{shown}");
        }
    }
}

#[test]
fn values_show_no_harm() {
    everywhere_with(|screen, names| {
        for name in names {
            let found = |stored: &Stored| match Values::of(
                Some(stored),
                Some(&Stored::whole(b"a\nb\nc")),
            ) {
                Ok(values) => Found::Values(Box::new(values)),
                Err(mask) => Found::Masked { mask, lengths: [Some(stored.length), None] },
            };
            let protobuf = protobuf("v1", "Pod", &field(1, name));
            let error = || Error::new(text(name)).because(text(name));
            for found in [
                found(&Stored::whole(name)),
                found(&Stored::whole(&protobuf)),
                Found::Another(Some(name.clone())),
                Found::Unknown(text(name)),
                Found::Failed(error()),
            ] {
                screen.press(":3<Enter>V");
                assert!(matches!(screen.commands.pop(), Some(Command::Value(_))));
                screen.send(Message::Found(found));
                for _ in 0..3 {
                    assert_sound("a value", screen);
                    screen.press("<Tab>");
                }
                screen.press("q");
            }
        }
    });
}

#[test]
fn statements_and_failures_show_no_harm() {
    everywhere_with(|screen, names| {
        let entry = |name: &Vec<u8>| Entry {
            session: 1,
            sql: "SELECT 1",
            given: text(name),
            times: 2,
            rows: 1,
            took: std::time::Duration::ZERO,
            outcome: Outcome::Failed(text(name)),
        };
        let entries = names.iter().map(entry).collect();
        screen.send(Message::Sent(Record { entries, forgotten: 0 }));
        screen.press("S");
        for _ in 0..names.len() {
            assert_sound("statements", screen);
            screen.press("<PgDn>");
        }
        screen.press("<Esc>?");
        assert_sound("help", screen);
        screen.press("<Esc>");
        for name in names {
            let unread = Reject { place: text(name), why: "it is odd".into() };
            screen.send(Message::Source(Event::Opened(Opened {
                profile: Profile::kine_default(),
                kind: text(name),
                moment: Moment { gtid: Some(text(name)), ..Moment::default() },
                expected: None,
                has_values: true,
                notes: vec![text(name)],
            })));
            screen.send(Message::Source(Event::Rejects([unread].into_iter().collect())));
            screen.send(Message::Source(Event::Ended(Err(Error::new(text(name))))));
            assert_sound("a failure", screen);
        }
    });
}
