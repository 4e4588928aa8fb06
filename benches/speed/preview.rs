//! The preview: what a key that moves the target has to wait for.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::{Plan, Policy, Removals, Removing, Turns};
use kinescope::history::{History, Profile, Rows};
use kinescope::source::{Event, Moment, Opened};
use kinescope::tui::{App, Look, Message, Preferences, Start, update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

use crate::figures::{Figures, Times};
use crate::quote::Quotes;

const POLICY: Policy = Policy { min_retain: 0, ..Policy::DEFAULT };

/// As many rows as the explorer looks at in a slice.
const SLICE: usize = 1 << 17;

/// Where the target is, in hundredths of the table.
const TARGETS: [u64; 4] = [10, 50, 90, 100];

/// Measures the parts by themselves. `limit` is a frame.
pub(crate) fn measure(history: &History, repetitions: usize, frame: &Times, figures: &Figures) {
    let current = history.current().unwrap_or_default();
    let found = Times::of(repetitions, || Removals::of(history, POLICY));
    figures.beside("when each row goes", &found, "16 ms", frame);
    let mut slices = Times::default();
    let mut removing = Removing::new(history, POLICY);
    while !slices.spend(|| removing.advance(history, &mut SLICE.clone())) {}
    slices.spend(|| removing.finish(history));
    figures.beside("a slice of it", &slices, "16 ms", frame);
    let removals = Removals::of(history, POLICY);
    let whole = Plan::new(history, &removals, current, POLICY);
    let mut slices = Times::default();
    let mut turns = Turns::of(&whole);
    while !slices.spend(|| turns.advance(history, &mut SLICE.clone())) {}
    figures.beside(
        "what each target does to each key, all of it",
        &Times::exactly(slices.sum()),
        "16 ms",
        frame,
    );
    figures.beside("a slice of it", &slices, "16 ms", frame);
    for target in TARGETS {
        let revision = current * target / 100;
        let times = Times::of(repetitions, || Plan::new(history, &removals, revision, POLICY));
        figures.beside(&format!("a plan to {target} %"), &times, "16 ms", frame);
    }
}

/// What the explorer does when a key moves the target, at its slowest.
#[derive(Default)]
pub(crate) struct Answers {
    /// A key that moves it by one revision.
    pub(crate) step: Times,
    /// A key that moves it to the other end of the table, or to where a key turns.
    pub(crate) jump: Times,
    /// What has to be found before, once.
    pub(crate) whole: Times,
    /// The slices that this is found in: what the next key waits for.
    pub(crate) slices: Times,
}

impl Answers {
    /// Quotes them, beside a frame and what people use.
    pub(crate) fn quote(&self, quotes: &mut Quotes, frame: &Times, deleted: &Times) {
        quotes.add("preview: the slowest response to `→`", &self.step, "a frame", frame);
        quotes.add(
            "preview: response to `}`, from one end to the other",
            &self.jump,
            "a frame",
            frame,
        );
        let whole = "the preview of a compaction of the whole table, its effects on all keys";
        quotes.add(whole, &self.whole, "kine's `DELETE`, rolled back", deleted);
        quotes.add("longest delay of a key press meanwhile", &self.slices, "a frame", frame);
    }
}

/// Measures what keys have to wait for.
pub(crate) fn measure_keys(
    app: &mut App,
    repetitions: usize,
    frame: &Times,
    figures: &Figures,
) -> Answers {
    let current = app.table.history.current().unwrap_or_default();
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a terminal in memory");
    let mut answers = Answers { step: Times::of(1, || ()), ..Answers::default() };
    for target in TARGETS {
        let (mut up, mut down) = (Times::default(), Times::default());
        let mut frames = Times::default();
        let (preview, history) = (app.preview.as_mut().expect("it is on"), &app.table.history);
        preview.aim(history, current * target / 100 - 1);
        work(app, &mut Times::default());
        for _ in 0..repetitions {
            for (key, times) in [(KeyCode::Right, &mut up), (KeyCode::Left, &mut down)] {
                let key = KeyEvent::new(key, KeyModifiers::NONE);
                times.spend(|| update(app, Message::Key(key)));
                assert!(!app.is_planning(), "a step is answered at once");
                frames
                    .spend(|| terminal.draw(|frame| view(app, frame)).map(drop))
                    .expect("a frame");
            }
        }
        for (key, times) in [("→", up), ("←", down)] {
            figures.beside(
                &format!("{key} at {target} %, the whole answer"),
                &times,
                "16 ms",
                frame,
            );
            if times.median() > answers.step.median() {
                answers.step = times;
            }
        }
        figures.beside("and the frame that shows it, 120×40", &frames, "16 ms", frame);
    }
    for _ in 0..repetitions {
        for key in ['{', '}', '('] {
            let key = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
            answers.jump.spend(|| update(app, Message::Key(key)));
            assert!(!app.is_planning(), "any target is there at once");
        }
    }
    figures.beside("{, } and (, the whole answer", &answers.jump, "16 ms", frame);
    // Under another rule it is worked out anew.
    for _ in 0..repetitions {
        let key = KeyEvent::new(KeyCode::Char('v'), KeyModifiers::NONE);
        let mut slices = Times::default();
        slices.spend(|| update(app, Message::Key(key)));
        work(app, &mut slices);
        answers.whole.push(slices.sum());
        answers.slices.push(slices.longest());
    }
    figures.beside("the preview under another rule, worked out", &answers.whole, "16 ms", frame);
    figures.beside("the longest slice of that", &answers.slices, "16 ms", frame);
    answers
}

/// Works the preview out, as the program's loop does between frames.
fn work(app: &mut App, slices: &mut Times) {
    while app.is_planning() {
        slices.spend(|| update(app, Message::Plan));
    }
    while app.is_listing() {
        slices.spend(|| update(app, Message::List));
    }
}

/// The explorer with everything read.
pub(crate) fn explorer(batches: &[Rows], preview: bool) -> App {
    let mut app = opened(preview, None);
    let rows = batches.iter().map(|rows| Event::Rows(rows.clone()));
    for event in rows.chain([Event::Ended(Ok(()))]) {
        let commands = update(&mut app, Message::Source(event));
        assert!(commands.is_empty(), "nothing is asked for: {commands:?}");
    }
    work(&mut app, &mut Times::default());
    app
}

/// The explorer before the first row.
pub(crate) fn opened(preview: bool, expected: Option<u64>) -> App {
    let start = Start {
        label: "speed".to_owned(),
        look: Look { glyphs: Glyphs::Unicode, theme: Theme::DEFAULT },
        preferences: Preferences::default(),
        policy: POLICY,
        watch: None,
        target: None,
        key: None,
        preview,
        at: None,
        once: Some("a benchmark"),
        following: kinescope::tui::Following::default(),
    };
    let mut app = App::new(start, Size { width: 120, height: 40 });
    let opened = Opened {
        profile: Profile::kine_default(),
        kind: "memory".to_owned(),
        moment: Moment::default(),
        expected,
        has_values: true,
        notes: Vec::new(),
    };
    update(&mut app, Message::Source(Event::Opened(opened)));
    app
}
