//! What API servers asked kine to compact to, out of tables that real kine left.

use std::path::Path;
use std::process::Command;

use kinescope::history::{History, Row, Rows};
use kinescope::source::scenario;
use kinescope::source::text::Input;
use kinescope::source::{Event, Log, Options, Source, load, text};
use kinescope::tui::Message;

use crate::support::screen::{Screen, start};
use crate::support::server::block_on;

/// A table of `tests/fixtures/compactors`, unpacked.
pub(crate) fn unpacked(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("tests/fixtures/compactors/{name}.tsv.gz"));
    let output = Command::new("gzip").arg("-dc").arg(&file).output().expect("gzip is installed");
    assert!(output.status.success(), "{}", file.display());
    output.stdout
}

/// What the rows say: `4306 <- 3005 (4|3005)`, the newest first.
fn asked(history: &History) -> Vec<String> {
    let value = |it: kinescope::history::RequestValue| match it.asked {
        Some(asked) => format!("{}|{asked}", it.version),
        None => it.version.to_string(),
    };
    let shown = history.requests().map(|it| {
        let value = it.value.map_or("unknown".to_owned(), value);
        format!("{} <- {} ({value})", it.id, it.prev)
    });
    shown.collect()
}

/// (the table, how many rows it has, its current and its compact revision, what was asked for)
const TABLES: [(&str, usize, u64, u64, &[&str]); 10] = [
    ("api-server-compacted", 1838, 4656, 3005, &["4306 <- 3005 (4|3005)", "3005 <- 1604 (3|1604)"]),
    ("two-api-servers", 1847, 4956, 3305, &["4706 <- 2905 (4|3305)", "2905 <- 1504 (3|1504)"]),
    ("nobody-compacts", 2602, 2602, 0, &[]),
    (
        "x-api-server-capped",
        1430,
        7050,
        5930,
        &[
            "6930 <- 6479 (8|6479)",
            "6479 <- 6058 (7|6058)",
            "6058 <- 5557 (6|5557)",
            "5557 <- 4306 (5|4306)",
        ],
    ),
    (
        "x-api-server-stopped",
        4316,
        10381,
        6381,
        &[
            "7381 <- 6930 (9|6930)",
            "6930 <- 6479 (8|6479)",
            "6479 <- 6058 (7|6058)",
            "6058 <- 5557 (6|5557)",
        ],
    ),
    (
        "x-api-server-asks-kine-fails",
        5027,
        6308,
        1404,
        &[
            "6208 <- 5007 (6|5007)",
            "5007 <- 3806 (5|3806)",
            "3806 <- 2605 (4|2605)",
            "2605 <- 1404 (3|1404)",
            "1404 <- 203 (2|203)",
        ],
    ),
    ("x-kine-compacts", 1286, 2855, 1705, &["2105 <- 1204 (3|1204)", "1204 <- 303 (2|303)"]),
    ("x-two-steady", 1789, 2605, 904, &["2005 <- 904 (3|904)", "904 <- 103 (2|103)"]),
    ("x-two-then-b-dies", 1705, 6157, 4706, &["6157 <- 4706 (5|4706)", "4706 <- 2905 (4|3305)"]),
    ("x-v0.11.12", 312, 5402, 4402, &[]),
];

#[test]
fn tables_of_real_kine_say_what_was_asked_for() {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, rows, current, compacted, requests) in TABLES {
        let path = directory.path().join(name);
        std::fs::write(&path, unpacked(name)).expect("a file");
        let source = Source::from(Input::File(path));
        let loaded = block_on(load(source, Options::default(), &Log::default(), |_| ()));
        let loaded = loaded.expect("it is a table");
        assert_eq!((loaded.table.rejects.count(), loaded.table.history.len()), (0, rows), "{name}");
        assert_eq!(loaded.table.history.current(), Some(current), "{name}");
        assert_eq!(loaded.table.history.compacted(), Some(compacted), "{name}");
        assert_eq!(asked(&loaded.table.history), requests, "{name}");
    }
}

#[test]
fn the_explorer_takes_them_also_while_rows_come_late() {
    let table = text::read(&*unpacked("two-api-servers"), "here", &Options::default());
    let table = table.expect("it is a table");
    let mut screen = Screen::start(start(scenario::find("gaps").expect("it is there")), 80, 24);
    screen.read(table.clone());
    let expected = ["4706 <- 2905 (4|3305)", "2905 <- 1504 (3|1504)"];
    assert_eq!(asked(&screen.app.table.history), expected);
    // Late rows are merged between other messages.
    let (early, late): (Vec<Row<'_>>, Vec<Row<'_>>) =
        table.rows.iter().partition(|row| row.id % 2 == 0);
    let rows = |rows: Vec<Row<'_>>| rows.into_iter().collect::<Rows>();
    let mut screen = Screen::start(start(scenario::find("gaps").expect("it is there")), 80, 24);
    screen.send(Message::Source(Event::Opened(table.opened)));
    screen.send(Message::Source(Event::Rows(rows(early))));
    screen.send(Message::Source(Event::Late(rows(late))));
    screen.send(Message::Source(Event::Requests(table.requests)));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    assert_eq!(asked(&screen.app.table.history), expected);
}
