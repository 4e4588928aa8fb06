//! A server that nobody should trust: whatever it calls itself, its table, its columns and its indexes,
//! and whatever it says of a failure.

use std::path::Path;

use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::Policy;
use kinescope::source::mysql::statement::{self, ALL};
use kinescope::source::{Event, Log, Options, Source, stream};
use kinescope::tui::{Look, Message, Preferences, Start};
use serde_json::Value;

use super::markdown;
use super::screens::assert_sound;
use crate::server::{on_every_server, read_all};
use crate::support::hostile::{assert_harmless, names};
use crate::support::program::run_on;
use crate::support::pty::Pty;
use crate::support::relay::{Relay, Reply, cells, row};
use crate::support::screen::Screen;
use crate::support::server::{Database, Server, block_on};

/// Every command that asks a server, in every format that it has but SQL.
const COMMANDS: [&[&str]; 15] = [
    &["connect"],
    &["connect", "--format", "json"],
    &["preview", "--rows"],
    &["preview", "--format", "json"],
    &["preview", "--format", "markdown"],
    &["preview", "--columns", "index"],
    &["audit", "--all"],
    &["audit", "--format", "json"],
    &["audit", "--format", "markdown"],
    &["usage", "--bytes"],
    &["usage", "--format", "json"],
    &["usage", "--format", "markdown"],
    &["show", "/a"],
    &["show", "/a", "--preview", "--format", "json"],
    &["show", "/a", "--preview", "--format", "dot"],
];

/// All that is bad, one after the other. Single bytes that are no text would be something else on the way.
fn evil() -> String {
    names().iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

/// A table with a fork, without its unique index.
fn damaged(server: &Server) -> Database<'_> {
    let database = server.database();
    database.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
    database.exec(
        "CREATE INDEX u ON kine (name, prev_revision); \
         INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value) \
         VALUES ('compact_rev_key', 1, 0, 0, 0, 0, ''), ('/a', 1, 0, 0, 0, 0, 'v'), \
         ('/a', 0, 0, 2, 2, 0, 'v'), ('/a', 0, 0, 2, 2, 0, 'v'), ('/a', 0, 1, 2, 4, 0, 'v')",
    );
    // MySQL knows the password by heart after that.
    read_all(&database.dsn());
    database
}

/// What a hostile server makes of an answer.
fn poison(sql: &str, reply: Reply) -> Reply {
    let Reply::Rows(rows) = reply else { return reply };
    let evil = Some(evil().into_bytes());
    let after = |cell: &Option<Vec<u8>>| {
        let mut told = cell.clone().unwrap_or_default();
        told.extend(evil.iter().flatten());
        Some(told)
    };
    let mut rows: Vec<_> = rows.iter().map(|row| cells(row)).collect();
    for row in &mut rows {
        match sql {
            statement::VERSION => {
                let told =
                    String::from_utf8(row[0].clone().unwrap_or_default()).expect("a version");
                let (number, rest) = told.split_once('-').unwrap_or((&told, ""));
                let number = after(&Some(number.into())).unwrap_or_default();
                row[0] = Some([&number, b"-".as_slice(), rest.as_bytes()].concat());
            }
            statement::COLUMNS => {
                for at in [1, 2, 3, 5] {
                    row[at] = after(&row[at]);
                }
                // Neither a name nor a number of ours is one any more, but those that must be.
                row[6].clone_from(&evil);
            }
            statement::INDEXES => {
                if row[0].as_deref() == Some(b"u") {
                    // Over the beginning of the name: whoever mends that has to drop it.
                    let prefix = row[2].as_deref() == Some(b"name");
                    row[1] = Some(b"0".to_vec());
                    row[3] = prefix.then(|| b"100".to_vec());
                }
                if row[0].as_deref() != Some(b"PRIMARY") {
                    row[0] = after(&row[0]);
                }
            }
            statement::TABLE => row[1] = after(&row[1]),
            statement::VARIABLES | statement::BINLOG | statement::CIPHER => row[1] = after(&row[1]),
            statement::GTID_MYSQL | statement::GTID_MARIADB => row[0].clone_from(&evil),
            statement::ACCOUNT | statement::GRANTS => row[0] = after(&row[0]),
            _ => {}
        }
    }
    match sql {
        statement::COLUMNS => {
            let mut stranger = vec![evil.clone(); 7];
            stranger[4] = Some(b"NO".to_vec());
            stranger[5] = None;
            rows.push(stranger);
        }
        statement::INDEXES => {
            let part =
                |unique: &str| [evil.clone(), Some(unique.into()), evil.clone(), None].to_vec();
            rows.extend([part("1"), part("0")]);
        }
        statement::BINLOG => {
            let told = |name: &str| vec![Some(name.into()), evil.clone()];
            rows = vec![told("Binlog_snapshot_file"), told("Binlog_snapshot_position")];
        }
        _ => {}
    }
    Reply::Rows(rows.iter().map(|cells| row(cells)).collect())
}

/// Asserts that an output is what its format is, and does nothing.
#[track_caller]
fn assert_fit(command: &[&str], out: &str) {
    let what = command.join(" ");
    assert_harmless(&what, out);
    match command.last() {
        Some(&"json") => {
            assert!(serde_json::from_str::<Value>(out).is_ok(), "{what}: {out}");
            assert!(out.is_ascii(), "{what}: {out}");
        }
        Some(&"markdown") => drop(markdown::parse(out)),
        Some(&"sql") => assert_statements(out),
        _ => {}
    }
}

/// Asserts that nothing but comments and names in backticks is a server's.
#[track_caller]
fn assert_statements(out: &str) {
    let lines = out.lines().filter(|line| !line.starts_with("--"));
    let statements = lines.collect::<Vec<_>>().join("\n").replace("``", "");
    // What is in backticks is every other piece.
    let ours: String = statements.split('`').step_by(2).collect();
    let is_ours = |char: char| char.is_ascii_alphanumeric() || " _,;()=<>'.@*:+-\n".contains(char);
    assert!(ours.chars().all(is_ours) && !ours.contains("DROP TABLE"), "{ours}");
    assert!(!ours.contains("--"), "a comment that ends early: {ours}");
}

#[test]
fn what_a_server_says_of_itself_is_text_in_every_format() {
    on_every_server(|server| {
        let database = damaged(server);
        let relay = Relay::start(server.port);
        relay.set(|sql, is_text, reply| if is_text { poison(sql, reply) } else { reply });
        let directory = tempfile::tempdir().expect("a directory");
        let metrics = directory.path().join("kine.prom");
        for command in COMMANDS {
            let ran = run_on(&relay.dsn(&database), command);
            assert!(ran.status < Some(2), "{command:?}: {:?} {}", ran.status, ran.err);
            assert_fit(command, &ran.out);
            assert_harmless(&command.join(" "), &ran.err);
            assert!(!ran.out.is_empty(), "{command:?}: {}", ran.err);
        }
        let file = metrics.to_str().expect("UTF-8");
        let ran = run_on(&relay.dsn(&database), &["audit", "--textfile", file]);
        assert!(ran.status < Some(2), "{}", ran.err);
        let written = std::fs::read_to_string(&metrics).expect("it was written");
        assert_harmless("metrics", &written);
        let is_metric = |line: &str| line.starts_with("# ") || line.starts_with("kinescope_");
        assert!(written.lines().all(is_metric), "{written}");
    });
}

#[test]
fn what_a_server_says_of_itself_is_a_name_or_a_comment_in_sql() {
    on_every_server(|server| {
        let database = damaged(server);
        let relay = Relay::start(server.port);
        relay.set(|sql, is_text, reply| if is_text { poison(sql, reply) } else { reply });
        let command = ["audit", "--format", "sql"];
        let ran = run_on(&relay.dsn(&database), &command);
        assert!(ran.status < Some(2), "{:?} {}", ran.status, ran.err);
        assert!(!ran.out.is_empty(), "{}", ran.err);
        assert_fit(&command, &ran.out);
    });
}

#[test]
fn what_a_server_says_of_a_failure_is_text() {
    on_every_server(|server| {
        let database = damaged(server);
        let relay = Relay::start(server.port);
        for sql in ALL {
            relay.set(
                move |sent, _, reply| {
                    if sent == sql { Reply::Refused(evil()) } else { reply }
                },
            );
            let commands: &[&[&str]] = match sql {
                statement::CIPHER | statement::ACCOUNT | statement::GRANTS => &COMMANDS[..2],
                statement::SIZES | statement::LAST_SIZE => &COMMANDS[9..11],
                _ => &[COMMANDS[1], COMMANDS[2], COMMANDS[4]],
            };
            for command in commands {
                let ran = run_on(&relay.dsn(&database), command);
                let out = if ran.out.is_empty() { "null" } else { &ran.out };
                assert_harmless(sql, &ran.err);
                assert_harmless(sql, out);
                if command.ends_with(&["json"]) {
                    assert!(serde_json::from_str::<Value>(out).is_ok(), "{sql}: {out}");
                }
                assert!(!ran.err.contains("panicked"), "{sql}: {}", ran.err);
            }
        }
    });
}

#[test]
fn the_explorer_shows_what_a_server_says_and_does_nothing() {
    on_every_server(|server| {
        let database = damaged(server);
        let relay = Relay::start(server.port);
        relay.set(|sql, is_text, reply| if is_text { poison(sql, reply) } else { reply });
        let source = Source::parse(&relay.dsn(&database)).expect("an endpoint");
        for (width, height, glyphs) in
            [(40, 10, Glyphs::Ascii), (80, 24, Glyphs::Unicode), (200, 60, Glyphs::Unicode)]
        {
            let start = Start {
                label: source.short(),
                look: Look { glyphs, theme: Theme::DEFAULT },
                preferences: Preferences::default(),
                policy: Policy::DEFAULT.without_retain(),
                watch: None,
                target: None,
                key: None,
                preview: true,
                at: None,
                once: None,
                following: kinescope::tui::Following::default(),
            };
            let mut screen = Screen::start(start, width, height);
            let events: Vec<Event> = block_on(async {
                let (sender, mut events) = tokio::sync::mpsc::channel(64);
                stream(source.clone(), Options::default(), Log::default(), sender).await;
                let mut all = Vec::new();
                while let Ok(event) = events.try_recv() {
                    all.push(event);
                }
                all
            });
            for event in events {
                screen.send(Message::Source(event));
            }
            assert_sound("the keys", &screen);
            for keys in ["<Tab>", "d", "a", "g"] {
                screen.press(keys);
                assert_sound(keys, &screen);
            }
            for _ in 0..30 {
                screen.press("j");
                assert_sound("a finding", &screen);
            }
        }
        // And in a terminal, statements and all.
        let program = Path::new(env!("CARGO_BIN_EXE_kinescope"));
        let mut pty = Pty::start_on(&relay.dsn(&database), program, &[], 100, 30);
        pty.wait_for("5 rows").wait_until_gone("reading");
        pty.press("a").wait_for("What it finds");
        assert_harmless("the audit", &pty.contents());
        pty.press("S").wait_for("Statements sent");
        assert_harmless("the statements", &pty.contents());
        pty.press("\x1b").wait_until_gone("Statements sent");
        pty.press("q");
        assert_eq!(pty.wait(), 0);
        pty.assert_restored();
    });
}
