//! The sheet: what it shows of every kind of value, and how it is moved in.

use insta::assert_snapshot;
use kinescope::display::Glyphs;
use kinescope::source::text::Input;
use kinescope::source::{Error, Found, Log, Source, scenario};
use kinescope::tui::{Command, Message};
use kinescope::value::LIMIT;

use super::{deployment, field, found, look, on, protobuf};
use crate::support::screen::{Screen, assert_shows, assert_shows_not};

/// A file with a value of every kind.
struct Table(tempfile::TempDir);

/// Id, name, prev revision, value, old value.
type Row<'a> = (u64, &'a str, u64, Option<&'a [u8]>, Option<&'a [u8]>);

const OLD: &str = r#"{"kind":"Node","apiVersion":"v1","metadata":{"name":"a"},"spec":{"taints":[]},"status":{"phase":"Running","capacity":{"cpu":"2"}}}"#;

fn hostile() -> Vec<u8> {
    "{\"a\":\"\x7f\u{202e}\u{200b}e\u{301}\",\"\u{feff}\":\"\u{9b}2J\"}".as_bytes().to_vec()
}

impl Table {
    fn new() -> Self {
        let table = Self(tempfile::tempdir().expect("a directory"));
        let new = OLD.replace("\"cpu\":\"2\"", "\"cpu\":\"4\",\"note\":\"tab\\tand more\"");
        let rows: [Row<'_>; 12] = [
            (1, "compact_rev_key", 0, Some(b""), None),
            (2, "/registry/minions/a", 0, Some(OLD.as_bytes()), None),
            (3, "/registry/minions/a", 2, Some(new.as_bytes()), Some(OLD.as_bytes())),
            (4, "/registry/deployments/shop/web", 0, Some(&deployment(2)), None),
            (5, "/registry/deployments/shop/web", 4, Some(&deployment(3)), Some(&deployment(2))),
            (6, "/registry/configmaps/x", 0, Some(b"k8s:enc:aescbc:v1:key1:\x01\x9f"), None),
            (7, "/registry/secrets/shop/db", 0, Some(b"hunter2"), None),
            (8, "/other/thing", 0, Some(br#"{"kind":"Secret","data":{"a":"hunter2"}}"#), None),
            (9, "/hostile/json", 0, Some(&hostile()), None),
            (10, "/hostile/text", 9, Some(b"a\x1b[2J\nb\\x1b"), Some(&hostile())),
            (11, "/hostile/bytes", 0, Some(b"\xff\x1b[2J\x00"), None),
            (12, "/registry/minions/a", 3, None, Some(new.as_bytes())),
        ];
        let mut text = b"id\tname\tdeleted\tprev_revision\tvalue\told_value\n".to_vec();
        for (id, name, prev, value, old_value) in rows {
            text.extend(format!("{id}\t{name}\t{}\t{prev}", u8::from(id == 12)).bytes());
            for cell in [value, old_value] {
                text.push(b'\t');
                text.extend(cell.map_or_else(|| b"NULL".to_vec(), escaped));
            }
            text.push(b'\n');
        }
        std::fs::write(table.path(), text).expect("a file");
        table
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("kine.tsv")
    }

    fn source(&self) -> Source {
        Source::from(Input::File(self.path()))
    }
}

/// As `mysql -B` writes a value.
fn escaped(cell: &[u8]) -> Vec<u8> {
    let byte = |byte: &u8| match byte {
        b'\t' => b"\\t".to_vec(),
        b'\n' => b"\\n".to_vec(),
        b'\\' => b"\\\\".to_vec(),
        0 => b"\\0".to_vec(),
        &byte => vec![byte],
    };
    cell.iter().flat_map(byte).collect()
}

#[test]
fn every_kind_of_value_at_every_size() {
    let table = Table::new();
    let source = table.source();
    for (width, height) in [(80, 24), (40, 10)] {
        let mut screen = on(&source, width, height);
        let mut seen = String::new();
        for (revision, keys) in [
            (3, ""),
            (3, "<Tab>"),
            (2, "<Tab>"),
            (12, "<Tab><Tab>"),
            (5, ""),
            (5, "<Tab>"),
            (5, "<Tab><Tab><Tab>"),
            (12, ""),
            (6, ""),
            (7, ""),
            (8, "<Tab>"),
            (10, "<Tab>"),
            (11, ""),
        ] {
            look(&mut screen, &source, &Log::default(), revision);
            screen.press(keys);
            seen.push_str(&if width == 80 { screen.planes() } else { screen.text() });
            screen.app.value.side = kinescope::tui::overlays::value::Side::default();
            screen.press("q");
        }
        assert_snapshot!(format!("values_{width}x{height}"), seen);
    }
    let mut screen = on(&source, 40, 10);
    screen.app.start.look.glyphs = Glyphs::Ascii;
    look(&mut screen, &source, &Log::default(), 5);
    screen.press("G");
    assert!(screen.text().is_ascii());
    assert_snapshot!("protobuf_in_ascii", screen.text());
}

#[test]
fn nothing_of_a_value_reaches_the_terminal_as_such() {
    let table = Table::new();
    let source = table.source();
    for width in [40, 80, 200] {
        let mut screen = on(&source, width, 60);
        for revision in 9..=11 {
            look(&mut screen, &source, &Log::default(), revision);
            for _ in 0..4 {
                let text = screen.text();
                let hidden = |char: char| {
                    char.is_control() && char != '\n'
                        || "\u{202e}\u{200b}\u{301}\u{feff}\u{9b}".contains(char)
                };
                assert!(!text.contains(hidden), "{text:?}");
                screen.press("<Tab>");
            }
            screen.press("q");
        }
    }
    let mut screen = on(&source, 80, 24);
    look(&mut screen, &source, &Log::default(), 9);
    assert_shows(&screen, "\"a\": \"\\x7f\\u{202e}\\u{200b}e\\u{301}\",");
}

#[test]
fn it_is_asked_for_awaited_stopped_and_closed() {
    let table = Table::new();
    let source = table.source();
    let mut screen = on(&source, 80, 24);
    let before = screen.press(":3<Enter>").text();
    screen.press("V");
    assert_shows(&screen, "┌ Revision 3: value ─");
    assert_shows(&screen, "The value is being read. Esc stops that.");
    screen.press("<Esc>");
    assert_shows(&screen, "was stopped");
    assert!(matches!(screen.commands[..], [Command::Value(_), Command::StopValue]));
    // What was on its way counts for nothing.
    screen.send(Message::Found(Found::Gone));
    assert_shows(&screen, "was stopped");
    screen.press("<Esc>");
    assert_eq!(screen.text(), before);
    for close in ["V", "q", "<Esc>", "<Enter>"] {
        look(&mut screen, &source, &Log::default(), 3);
        assert_shows(&screen, "\"cpu\": \"4\"");
        screen.press(close);
        assert_eq!(screen.text(), before, "{close}");
        assert!(screen.app.value.asked.is_none() && screen.app.value.lines.is_empty());
    }
    look(&mut screen, &source, &Log::default(), 3);
    screen.commands.clear();
    screen.press("r");
    assert!(matches!(screen.commands[..], [Command::StopValue, Command::Reload]));
    assert!(screen.app.overlay.is_none());
    let mut screen = on(&source, 80, 24);
    screen.press(":3<Enter>");
    look(&mut screen, &source, &Log::default(), 3);
    screen.press("?");
    assert_shows(&screen, "Keys and signs");
    screen.press("q");
    assert_eq!(screen.text(), before);
}

#[test]
fn a_long_value_is_laid_out_once_and_not_at_every_key() {
    let size = usize::try_from(LIMIT).expect("it is not that long");
    let one_line = "x".repeat(size);
    let members: Vec<String> = (1..size / 8).map(|at| format!("1{at:06}")).collect();
    let table = tempfile::tempdir().expect("a directory");
    let path = table.path().join("kine.tsv");
    for value in [
        one_line.as_bytes(),
        "日本".repeat(size / 6).as_bytes(),
        "x\n".repeat(size / 2).as_bytes(),
        "é\n".repeat(size / 3).as_bytes(),
        format!("[{}]", members.join(",")).as_bytes(),
        &protobuf("v1", "Pod", &field(1, &vec![0xFF; size - 100])),
    ] {
        let mut text = b"id\tname\tprev_revision\tvalue\told_value\n1\t/a\t0\t".to_vec();
        text.extend([&escaped(value), &b"\tNULL\n"[..]].concat());
        std::fs::write(&path, text).expect("a file");
        let source = Source::from(Input::File(path.clone()));
        let mut screen = on(&source, 80, 24);
        look(&mut screen, &source, &Log::default(), 1);
        let laid = |screen: &Screen| {
            let lines = &screen.app.value.lines;
            (lines.len(), lines.as_ptr(), lines[lines.len() / 2].0.as_ptr())
        };
        let before = laid(&screen);
        assert!(before.0 > 2_000, "{before:?}");
        // What is drawn are the lines on the screen; the others are where they were.
        for key in ["<Down>", "<PgDn>", "G", "<Up>", "g"] {
            let text = screen.press(key).text();
            assert_eq!(text.lines().count(), 24);
            assert_eq!(laid(&screen), before, "{key}");
        }
        assert_shows(&screen, " more ");
    }
}

#[test]
fn it_moves_along_the_chain_and_keeps_its_side() {
    let table = Table::new();
    let source = table.source();
    let mut screen = on(&source, 80, 24);
    look(&mut screen, &source, &Log::default(), 2);
    screen.press("<Tab>P");
    assert_shows(&screen, "┌ Revision 3: what changed ─");
    assert_eq!(found(&mut screen, &source, &Log::default()), 3);
    assert_shows(&screen, "  + \"4\"");
    screen.press("P");
    assert_eq!(found(&mut screen, &source, &Log::default()), 12);
    screen.press("P");
    assert_shows(&screen, "└ Nobody points at this row. ─");
    assert!(screen.commands.is_empty(), "{:?}", screen.commands);
    screen.press("p");
    assert_eq!(found(&mut screen, &source, &Log::default()), 3);
    screen.press("<Left>");
    assert_shows(&screen, "┌ Revision 3: value ─");
    screen.press("q");
    assert_shows(&screen, "┌ Revision 3 ─");
    // A row that points at another key leads there.
    look(&mut screen, &source, &Log::default(), 10);
    screen.press("p");
    assert_eq!(found(&mut screen, &source, &Log::default()), 9);
    assert_shows(&screen, "/hostile/json");
}

#[test]
fn what_is_no_row_has_no_value() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press(":5466<Enter>V");
    assert!(matches!(&screen.commands[..], [Command::Value(wanted)] if wanted.id == 5466));
    screen.press("q");
    screen.commands.clear();
    screen.press("jjj");
    while screen.app.row().is_some() {
        screen.press("j");
    }
    screen.press("V");
    assert_shows(&screen, "This line stands for several revisions. Enter shows them.");
    assert!(screen.commands.is_empty() && screen.app.overlay.is_none());
}

#[test]
fn where_there_is_no_value_it_says_why() {
    let table = Table::new();
    let source = table.source();
    let mut screen = on(&source, 160, 24);
    let mut say = |found: Found, said: &str| {
        screen.press(":3<Enter>V");
        screen.send(Message::Found(found));
        assert_shows(&screen, said);
        screen.press("q");
    };
    say(Found::Gone, "Revision 3 is no longer in the table");
    say(Found::Another(Some(b"/b\x1b".to_vec())), "its name is /b\\x1b now");
    say(Found::Failed(Error::new("it\x1b failed").hint("Try.")), "it\\x1b failed. Try.");

    // The file that was read is another one now, and then none.
    let rewritten = |text: &str| std::fs::write(table.path(), text).expect("a file");
    let heading = "id\tname\tprev_revision\tvalue\n";
    let secret = "3\t/registry/secrets/a\t2\thunter2\n";
    for (text, said) in [
        (heading.to_owned(), "Revision 3 is no longer in the table"),
        (format!("{heading}{secret}"), "its name is /registry/secrets/a now"),
        (
            "id\tname\tprev_revision\n".to_owned(),
            "this table has neither a value nor an old_value column",
        ),
    ] {
        rewritten(&text);
        look(&mut screen, &source, &Log::default(), 3);
        assert_shows(&screen, said);
        assert_shows_not(&screen, "hunter2");
        screen.press("q");
    }
    std::fs::remove_file(table.path()).expect("it is there");
    look(&mut screen, &source, &Log::default(), 3);
    assert_shows(&screen, "cannot open");
    screen.press("q");

    screen.press(":3<Enter>V");
    found(&mut screen, &Source::from(Input::Stdin), &Log::default());
    assert_shows(&screen, "standard input cannot be read a second time");
    let source = Source::from(Input::Scenario(scenario::find("lifecycle").expect("it is there")));
    let mut screen = on(&source, 160, 24);
    look(&mut screen, &source, &Log::default(), 4);
    assert_shows(
        &screen,
        "The value is unknown: this table has neither a value nor an old_value \
                           column.",
    );
}

#[test]
fn no_secret_is_on_any_screen() {
    let table = Table::new();
    let source = table.source();
    let mut screen = on(&source, 200, 60);
    for revision in [7, 8] {
        look(&mut screen, &source, &Log::default(), revision);
        for _ in 0..3 {
            assert_shows(&screen, "MASKED: ");
            assert_shows_not(&screen, "hunter2");
            screen.press("<Tab>");
        }
        screen.press("q");
    }
}
