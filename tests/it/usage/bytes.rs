//! Bytes in the explorer: asked for, measured while it goes on, and the same as those of the command.

use kinescope::history::compaction::Policy;
use kinescope::history::usage::{Amount, Size};
use kinescope::source::text::Input;
use kinescope::source::{Error, Event, Log, Measured, Options, Source, measure, stream};
use kinescope::tui::{Command, Message};
use serde_json::Value;
use tokio::sync::mpsc::channel;

use super::screen::plain;
use crate::server::on_a_new_table;
use crate::support::program::{CLUSTER, run};
use crate::support::screen::{Screen, assert_shows, assert_shows_not};
use crate::support::server::block_on;

/// The explorer after everything was read, with what fills the table.
fn on(source: &Source, width: u16) -> Screen {
    let mut screen = plain(width, 40);
    screen.app.start.policy = Policy { min_retain: 0, ..Policy::DEFAULT };
    block_on(async {
        let (sender, mut events) = channel(1);
        tokio::spawn(stream(source.clone(), Options::default(), Log::default(), sender));
        while let Some(event) = events.recv().await {
            screen.send(Message::Source(event));
        }
    });
    screen.press("u");
    screen
}

/// Does what the explorer asked for, if it asked to measure.
fn measured(screen: &mut Screen, source: &Source) {
    let asked = screen.commands.drain(..).find_map(|command| match command {
        Command::Measure(range) => Some(range),
        _ => None,
    });
    let range = asked.expect("the explorer asks for sizes");
    block_on(async {
        let (sender, mut sizes) = channel(1);
        tokio::spawn(measure(source.clone(), range, Log::default(), sender));
        while let Some(message) = sizes.recv().await {
            screen.send(Message::Measured(message));
        }
    });
}

/// What the explorer and the command say of all prefixes, keys and the whole table.
fn assert_agree(screen: &Screen, dsn: &str) {
    let arguments =
        ["usage", dsn, "--bytes", "--format=json", "--compact-min-retain=0", "--depth=9"];
    let ran = run(&arguments);
    let json: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    let usage = screen.app.usage.usage().expect("it was counted");
    let history = &screen.app.table.history;
    let mut parts = vec![(usage.table(), &json["usage"])];
    let mut seen = 0;
    while let Some((node, part)) = parts.pop() {
        let Amount { rows, bytes, freed, freed_bytes, .. } = usage.amount(node);
        let number = |name: &str| part[name].as_u64();
        assert_eq!(Some(rows), number("rows"), "{part}");
        assert_eq!((freed, bytes), (number("freed"), number("bytes")), "{part}");
        assert_eq!(freed_bytes, number("freed_bytes"), "{part}");
        assert!(bytes.is_some() && freed_bytes.is_some(), "{part}");
        seen += 1;
        let name = |node| usage.name(history, node).map(|name| String::from_utf8_lossy(name));
        for below in part["parts"].as_array().into_iter().flatten() {
            let named = |&node: &_| name(node).as_deref() == below["name"].as_str();
            let node = usage.parts(history, node).into_iter().find(named);
            parts.push((node.expect("a part of that name"), below));
        }
    }
    assert!(seen > 4, "{seen} parts");
}

#[test]
fn a_server_measures_as_it_does_for_the_command() {
    on_a_new_table(|database| {
        super::server::fill(database);
        let source = Source::parse(&database.dsn()).expect("an endpoint");
        let mut screen = on(&source, 160);
        screen.press("m");
        assert_shows(&screen, "measuring 0 %");
        measured(&mut screen, &source);
        assert_shows_not(&screen, "measuring");
        assert_shows(&screen, "┌ Usage by bytes ");
        screen.press("c}");
        assert_agree(&screen, &database.dsn());
        screen.press("<Enter>");
        assert_shows(&screen, " 68.4 KiB ");
        assert_shows(&screen, "The compaction gives back 10 B");
        // What is deleted in between has no size, and what is written has no row.
        database
            .exec("DELETE FROM kine WHERE id = 3; INSERT INTO kine (id, name) VALUES (7, 'gap-7')");
        screen.press("m");
        measured(&mut screen, &source);
        assert_shows(&screen, "1 row without a size: deleted after the rows were read");
        assert_shows_not(&screen, "IN PART");
        database.exec("ALTER TABLE kine DROP COLUMN old_value");
        screen.press("m");
        measured(&mut screen, &source);
        assert_shows(&screen, "SIZES READ ONLY IN PART: 5 rows without a size");
        assert_shows(&screen, "old_value");
        assert_shows(&screen, "by bytes, in part");
    });
}

#[test]
fn a_text_that_has_values_is_measured_and_no_other() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine");
    let dsn = path.to_str().expect("it is UTF-8");
    let source = Source::from(Input::File(path.clone()));
    let heading =
        ["id", "name", "deleted", "create_revision", "prev_revision", "old_value", "value"];
    let rows = [
        ["1", "compact_rev_key", "0", "0", "0", "NULL", "NULL"],
        ["2", "/registry/a/x", "0", "0", "0", "NULL", "abc"],
        ["3", "/registry/a/x", "0", "2", "2", "abc", "twenty bytes of value"],
        ["4", "/registry/b", "0", "0", "0", "NULL", "é"],
        ["5", "gap-5", "1", "0", "0", "NULL", "NULL"],
    ];
    let written = |by: &str| {
        let lines = [heading].into_iter().chain(rows).map(|row| row.join(by) + "\n");
        lines.collect::<String>()
    };
    let commas = written(",").replace("twenty bytes of value", "\"twenty bytes \"\"of\nvalue\"");
    let tabs = written("\t").replace("twenty bytes of value", "twenty\\tbytes\\\\of\\nvalue");
    // As `mysql --binary-as-hex` prints them.
    let hex = written("\t").replace("twenty bytes of value", "0x6B387300");
    for (text, longest) in [(commas, 22), (tabs, 21), (hex, 4)] {
        std::fs::write(&path, text).expect("a file");
        let mut screen = on(&source, 160);
        screen.press("m");
        measured(&mut screen, &source);
        screen.press("c}");
        assert_agree(&screen, dsn);
        let usage = screen.app.usage.usage().expect("it was counted");
        let amount = usage.amount(usage.table());
        assert_eq!((amount.bytes, amount.freed_bytes), (Some(3 + 3 + longest + 2), Some(3)));
    }
    // Without a heading it is found by what was named when the rows were read.
    let rows_alone = written("\t").split_once('\n').expect("a heading").1.to_owned();
    std::fs::write(&path, rows_alone).expect("a file");
    let ran = run(&["usage", dsn, "--bytes", "--heading", &heading.join(",")]);
    assert!(ran.status == Some(0) && !ran.out.contains("unknown"), "{}", ran.out);
    let without = written("\t").replace("old_value", "old");
    let boxed = written("|");
    for text in [without, boxed] {
        std::fs::write(&path, text).expect("a file");
        let mut screen = on(&source, 160);
        screen.press("m");
        measured(&mut screen, &source);
        let why = "Bytes are unknown: a table as text has them only where it has the columns value \
                   and old_value, separated by tabs, as CSV or as an SQL dump.";
        assert_shows(&screen, why);
        let ran = run(&["usage", dsn, "--bytes"]);
        assert!(ran.status == Some(0) && ran.out.replace('\n', " ").contains(why), "{}", ran.out);
    }
    let pipe = directory.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    for (source, name) in [
        (Source::from(Input::Stdin), "standard input"),
        (Source::from(Input::File(pipe)), "a pipe"),
    ] {
        block_on(async {
            let (sender, mut sizes) = channel(1);
            tokio::spawn(measure(source, (1, 5), Log::default(), sender));
            let Some(Measured::Unknown(why)) = sizes.recv().await else { panic!("it is no file") };
            assert_eq!(why, format!("{name} cannot be read a second time"));
        });
    }
}

#[test]
fn measuring_can_be_stopped_and_what_was_measured_stays() {
    let size = |id| Size { id, value: 1000, old_value: 24 };
    let source = Source::from(Input::File(CLUSTER.into()));
    let mut screen = on(&source, 120);
    screen.press("m");
    let range = screen.commands.iter().find_map(|command| match command {
        Command::Measure(range) => Some(*range),
        _ => None,
    });
    assert_eq!(range, Some((1, 7293)));
    screen.send(Message::Measured(Measured::Sizes((1..=5834).map(size).collect())));
    screen.send(Message::Clock(std::time::Duration::from_secs(2)));
    assert_shows(&screen, "measuring 79 %, 1 s left");
    assert_shows(&screen, "2,910 rows/s");
    // Keys are answered meanwhile.
    screen.press("<Enter>s");
    assert_shows(&screen, "┌ Usage /registry/ by keys ");
    screen.press("m");
    assert!(matches!(screen.commands.last(), Some(Command::StopMeasuring)));
    assert_shows(
        &screen,
        "SIZES READ ONLY IN PART: 1,459 rows without a size, then it was stopped",
    );
    assert_shows(&screen, "try/ by bytes, in part ");
    // What comes too late changes nothing.
    screen.send(Message::Measured(Measured::Sizes(vec![size(7000)])));
    assert_shows(&screen, "1,459 rows without a size");
    screen.press("ssss");
    assert_shows(&screen, "by bytes, in part ");
    // Asked again, it begins again; a server that fails takes nothing of the rows.
    screen.press("m");
    assert_shows(&screen, "measuring 0 %");
    assert_shows_not(&screen, "by bytes");
    let error = Error::new("the connection was lost").hint("Read it again.");
    screen.send(Message::Measured(Measured::Ended(Err(error))));
    assert_shows(&screen, "7,293 rows without a size, then the reading failed: the connection was");
    screen.press("m");
    screen.send(Message::Measured(Measured::Sizes((1..=7293).map(size).collect())));
    screen.send(Message::Measured(Measured::Ended(Ok(()))));
    assert_shows_not(&screen, "IN PART");
    assert_shows(&screen, "4.4 MiB in values and old ");
    // Read again, nothing of that is left.
    screen.press("r");
    screen.send(Message::Source(Event::Ended(Ok(()))));
    screen.press("u");
    assert_shows(&screen, "┌ Keys ");
    screen.press("m");
    assert_shows(&screen, "is marked: d compares another one with it.");
}

#[test]
fn bytes_wait_for_the_rows() {
    let mut screen = plain(80, 24);
    screen.press("um");
    assert_shows(&screen, "Bytes are measured once the rows have been read.");
    assert!(screen.commands.is_empty(), "{:?}", screen.commands);
}
