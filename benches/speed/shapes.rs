//! Tables that are made to be bad: what grows faster than the table shows as a ratio beyond 4 for four
//! times as many rows. And the letters that make finding slow, beside a frame.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kinescope::tui::{App, Message, update};

use crate::figures::{Figures, Times};
use crate::{find, preview};

/// The rows of the smallest table of each shape.
const ROWS: u64 = 5_000;
/// How many keys have names of 600 bytes.
const LONG: u64 = 100_000;

/// A shape: what it is, and the name and prev revision of a row by its id, of so many.
type Shape = (&'static str, fn(u64, u64) -> (String, u64));

const SHAPES: [Shape; 8] = [
    ("one key, forked at every second revision", |id, _| ("/a".to_owned(), (id - 1) / 2 * 2)),
    ("the same, all of it stray", |id, rows| {
        ("/a".to_owned(), if id == rows { 2 } else { (id - 1) / 2 * 2 })
    }),
    ("one key, all rows one fork", |_, _| ("/a".to_owned(), 2)),
    ("each row a key", |id, _| (format!("/a/{id}"), 0)),
    ("all pointers forward", |id, _| ("/a".to_owned(), id + 1)),
    ("one key, each row another spelling", |id, _| {
        let letter = |at: u64| if id >> at & 1 == 0 { 'a' } else { 'A' };
        (format!("/{}", (0..20).map(letter).collect::<String>()), id - 1)
    }),
    ("names 250 segments deep", |id, _| {
        let part = |at| if at == id % 200 { format!("/{id}") } else { "/a".to_owned() };
        ((0..250).map(part).collect(), 0)
    }),
    ("names of 600 bytes", |id, _| (format!("/{}{id}", "x".repeat(590)), 0)),
];

const COMMANDS: [&[&str]; 6] = [
    &["audit", "--format", "json"],
    &["audit", "--all"],
    &["audit", "--format", "markdown"],
    &["preview", "--rows"],
    &["show", "--all"],
    &["usage", "--depth", "300", "--all"],
];

/// Measures each command on each shape, at n, 2n and 4n rows, and the worst letters to find.
pub(crate) fn measure(repetitions: usize, frame: &Times, figures: &Figures) {
    for (what, shape) in SHAPES {
        let tables = [1, 2, 4].map(|times| table(ROWS * times, shape));
        for command in COMMANDS {
            let [one, two, four] = [0, 1, 2].map(|at| {
                let mut times = Times::default();
                let (file, key) = &tables[at];
                for _ in 0..repetitions.min(3) {
                    times.time(|| run(command, file.path(), key));
                }
                times
            });
            let command = command.join(" ");
            figures.beside(&format!("{what}, {command}: 2n rows"), &two, "n rows", &one);
            figures.beside(&format!("{what}, {command}: 4n rows"), &four, "n rows", &one);
        }
    }
    let long = find::keys(LONG, |id| format!("/{}{id:09}", "x".repeat(590)));
    let mut app = preview::explorer(&[long], false);
    for query in ["xxxxxxxx", "/xxx", &"x".repeat(5_000)] {
        let mut waits = Times::default();
        press(&mut app, &mut waits, vec![KeyCode::Char('/')]);
        press(&mut app, &mut waits, query.chars().map(KeyCode::Char).collect());
        while app.is_searching() {
            waits.spend(|| update(&mut app, Message::Tick));
        }
        press(&mut app, &mut waits, vec![KeyCode::Esc]);
        let letters = query.len();
        let what = format!("find {letters} letters in {LONG} names of 600 bytes: the longest wait");
        figures.beside(&what, &Times::exactly(waits.longest()), "16 ms", frame);
    }
}

fn press(app: &mut App, waits: &mut Times, keys: Vec<KeyCode>) {
    let keys = keys.into_iter().map(|key| KeyEvent::new(key, KeyModifiers::NONE)).collect();
    waits.spend(|| update(app, Message::Keys(keys)));
}

/// A table of that shape, and a key of it.
fn table(rows: u64, shape: fn(u64, u64) -> (String, u64)) -> (tempfile::NamedTempFile, String) {
    let mut text = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n".to_owned();
    text += "1\tcompact_rev_key\t1\t0\t0\t0\t0\n";
    for id in 2..=rows {
        let (name, prev) = if id == 2 { (shape(2, rows).0, 0) } else { shape(id, rows) };
        writeln!(text, "{id}\t{name}\t0\t0\t0\t{prev}\t0").expect("a string takes all");
    }
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("it is ours");
    (file, shape(2, rows).0)
}

fn run(command: &[&str], path: &std::path::Path, key: &str) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_kinescope"));
    program.arg(command[0]).arg(path).stdout(Stdio::null()).stderr(Stdio::null());
    if command[0] == "show" {
        program.arg(key);
    }
    let status = program.args(&command[1..]).status().expect("it runs");
    assert!(matches!(status.code(), Some(0 | 1)), "{command:?}: {status}");
}
