//! What the explorer does without a pause, while a table loads and afterwards: how long a key that is
//! pressed at the worst moment waits before it is looked at.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kinescope::history::Rows;
use kinescope::source::Event;
use kinescope::tui::{App, Message, update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::figures::{Figures, Times};
use crate::preview;

/// Measures it.
pub(crate) fn measure(batches: &[Rows], frame: &Times, figures: &Figures) {
    let rows: usize = batches.iter().map(Rows::len).sum();
    let mut app = preview::opened(true, u64::try_from(rows).ok());
    let mut waits = Waits::default();
    for (at, rows) in batches.iter().enumerate() {
        waits.rows.spend(|| update(&mut app, Message::Source(Event::Rows(rows.clone()))));
        if at % 8 == 7 {
            waits.lists.spend(|| update(&mut app, Message::Tick));
            waits.work(&mut app);
        }
    }
    waits.lists.spend(|| update(&mut app, Message::Source(Event::Ended(Ok(())))));
    while waits.work(&mut app) {}
    waits.say("while it loads", frame, figures);
    for (key, what) in [
        ('s', "s: keys by rows"),
        ('s', "s: keys by trouble"),
        ('s', "s: keys by name"),
        ('f', "f: damaged keys"),
        ('f', "f: affected keys"),
        ('f', "f: keys with findings"),
        ('f', "f: all keys"),
        ('a', "a: the findings"),
        ('a', "a: the keys again"),
        ('u', "u: usage"),
        ('u', "u: the keys again"),
        ('v', "v: as an older kine"),
        ('}', "}: the whole table"),
        ('c', "c: without the preview"),
        ('c', "c: with it"),
    ] {
        let mut waits = Waits::default();
        let key = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
        waits.keys.spend(|| update(&mut app, Message::Key(key)));
        while waits.work(&mut app) {}
        waits.say(what, frame, figures);
    }
}

/// How long each sort of work took without a pause.
#[derive(Default)]
struct Waits {
    rows: Times,
    lists: Times,
    keys: Times,
    plan: Times,
    audit: Times,
    count: Times,
    search: Times,
    frames: Times,
}

impl Waits {
    /// What the program's loop does between keys. False when nothing is left to do.
    fn work(&mut self, app: &mut App) -> bool {
        let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a terminal in memory");
        self.frames.spend(|| terminal.draw(|frame| view(app, frame)).map(drop)).expect("a frame");
        let mut is_busy = false;
        for (is_due, message, times) in [
            (app.is_planning(), Message::Plan, &mut self.plan),
            (app.is_listing(), Message::List, &mut self.lists),
            (app.is_auditing(), Message::Audit, &mut self.audit),
            (app.is_counting(), Message::Count, &mut self.count),
            (app.is_searching(), Message::Tick, &mut self.search),
        ] {
            if is_due {
                times.spend(|| update(app, message));
                is_busy = true;
            }
        }
        is_busy
    }

    /// Prints the longest of each sort.
    fn say(&self, when: &str, frame: &Times, figures: &Figures) {
        let sorts = [
            ("rows", &self.rows),
            ("lists", &self.lists),
            ("the key", &self.keys),
            ("preview", &self.plan),
            ("audit", &self.audit),
            ("usage", &self.count),
            ("search", &self.search),
            ("frames", &self.frames),
        ];
        for (sort, times) in sorts {
            let wait = times.longest();
            if wait.is_zero() {
                continue;
            }
            let mut one = Times::default();
            one.push(wait);
            figures.beside(&format!("{when}; {sort}"), &one, "16 ms", frame);
        }
    }
}
