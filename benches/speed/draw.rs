//! Drawing: what a frame costs, with a chain of very many revisions.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kinescope::history::{Flag, Row, Rows};
use kinescope::tui::{App, Message, update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::figures::{Figures, Times};

/// How many revisions the chain has.
const REVISIONS: u64 = 100_000;

/// What is pressed, and what that is.
const KEYS: [(&str, KeyCode); 6] = [
    ("one line down", KeyCode::Down),
    ("a page down", KeyCode::PageDown),
    ("every row shown", KeyCode::Char('z')),
    ("to the end of it", KeyCode::End),
    ("a page up there", KeyCode::PageUp),
    ("folded again", KeyCode::Char('z')),
];

/// Measures the keys on a chain, and the frames after them; gives those.
pub(crate) fn measure(repetitions: usize, frame: &Times, figures: &Figures) -> Times {
    let mut app = crate::preview::explorer(&[chain(REVISIONS)], false);
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a terminal in memory");
    press(&mut app, KeyCode::Tab);
    let mut frames = Times::default();
    for (what, code) in KEYS {
        let mut times = Times::default();
        for _ in
            0..if what.starts_with("every") || what.starts_with("folded") { 1 } else { repetitions }
        {
            times.spend(|| press(&mut app, code));
            frames.spend(|| terminal.draw(|frame| view(&app, frame)).map(drop)).expect("a frame");
        }
        figures.beside(&format!("a chain of {REVISIONS}: {what}"), &times, "16 ms", frame);
    }
    figures.beside("and the frames of that, 120×40", &frames, "16 ms", frame);
    frames
}

fn press(app: &mut App, code: KeyCode) {
    let commands = update(app, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    assert!(commands.is_empty(), "nothing is asked for: {commands:?}");
}

/// One key, updated again and again; every thousandth time it is deleted and created again.
fn chain(revisions: u64) -> Rows {
    let mut rows = Rows::new();
    let mut create = 1;
    for id in 1..=revisions {
        let (deleted, created) = (id % 1000 == 999, id % 1000 == 0 || id == 1);
        rows.push(Row {
            id,
            name: Some(b"/registry/leases/kube-system/kube-scheduler"),
            created: Flag::from_number(created.into()),
            deleted: Flag::from_number(deleted.into()),
            create_revision: Some(if created || deleted { 0 } else { create }),
            prev_revision: Some(id - 1),
            lease: Some(0),
        });
        if created {
            create = id;
        }
    }
    rows
}
