//! What fills the table: the tree of its prefixes, and what a key in it has to wait for.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kinescope::history::usage::Usage;
use kinescope::history::{Flag, History, Revision, Row, Rows};
use kinescope::source::BATCH;
use kinescope::tui::{App, Message, update};

use crate::figures::{Figures, Times};
use crate::preview;

/// 2^64 by the golden ratio: multiples of it are far from each other.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Measures what the command does at once, on the table of all else, and what the explorer does with
/// the worst table; gives the slowest answer to a key there.
pub(crate) fn measure(
    history: &History,
    rows: u64,
    repetitions: usize,
    frame: &Times,
    figures: &Figures,
) -> Times {
    let times = Times::of(repetitions, || Usage::new(history));
    figures.time("usage: rows and keys by prefix", &times);
    measure_keys(rows, repetitions, frame, figures)
}

/// Measures what the explorer does with as many keys as there are rows, all directly in one prefix:
/// there is no worse table. Gives the slowest answer to a key.
fn measure_keys(rows: u64, repetitions: usize, frame: &Times, figures: &Figures) -> Times {
    let mut app = preview::explorer(&flat(rows), false);
    update(&mut app, pressed('u'));
    let (mut counted, mut slices) = (Duration::ZERO, Times::default());
    while app.is_counting() {
        slices.spend(|| update(&mut app, Message::Count));
        counted += slices.last();
    }
    figures.time("usage: one prefix of as many keys, counted", &Times::exactly(counted));
    // The whole table, `/registry/`, and the prefix of all.
    update(&mut app, pressed('\n'));
    settle(&mut app);
    let (mut opened, mut sorted, mut moved) = Default::default();
    let (mut open, mut sort, mut step) = Default::default();
    for _ in 0..repetitions {
        answer(&mut app, '\n', &mut opened, &mut open);
        assert_eq!(app.usage.parts.len() as u64, rows, "all keys are in one prefix");
        // By keys, by name, and by rows again.
        for _ in 0..3 {
            answer(&mut app, 's', &mut sorted, &mut sort);
        }
        answer(&mut app, 'j', &mut moved, &mut step);
        answer(&mut app, '\x08', &mut opened, &mut open);
    }
    let mut slowest = Times::default();
    for (what, times, steps) in [
        ("open that prefix, or leave it", opened, open),
        ("put it in another order", sorted, sort),
        ("one key down", moved, step),
    ] {
        figures.beside(&format!("usage: {what}: the answer"), &times, "16 ms", frame);
        if steps.longest() > Duration::ZERO {
            figures.beside("and a step of what follows", &steps, "16 ms", frame);
        }
        slowest.push(times.longest());
    }
    Times::exactly(slowest.longest())
}

/// Presses a key, and goes on until everything is done that it asks for.
fn answer(app: &mut App, key: char, answers: &mut Times, steps: &mut Times) {
    answers.spend(|| update(app, pressed(key)));
    while app.is_counting() {
        steps.spend(|| update(app, Message::Count));
    }
}

fn settle(app: &mut App) {
    while app.is_counting() {
        update(app, Message::Count);
    }
}

fn pressed(key: char) -> Message {
    let code = match key {
        '\n' => KeyCode::Enter,
        '\x08' => KeyCode::Backspace,
        key => KeyCode::Char(key),
    };
    Message::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

/// As many keys as rows, in no order, all with one prefix.
fn flat(rows: u64) -> Vec<Rows> {
    let ids: Vec<Revision> = (1..=rows).collect();
    let batches = ids.chunks(BATCH).map(|ids| {
        let mut batch = Rows::new();
        for &id in ids {
            // No two of them are neighbours by name.
            let name = format!("/registry/events/default/{:016x}", id.wrapping_mul(MIX));
            batch.push(Row {
                id,
                name: Some(name.as_bytes()),
                created: Flag::Yes,
                deleted: Flag::No,
                create_revision: Some(0),
                prev_revision: Some(0),
                lease: Some(0),
            });
        }
        batch
    });
    batches.collect()
}
