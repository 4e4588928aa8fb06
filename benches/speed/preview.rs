//! The preview: what a key that moves the target has to wait for.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kinescope::face::{Glyphs, Theme};
use kinescope::history::compaction::{Policy, plan, turning_points};
use kinescope::history::{History, Profile, Rows};
use kinescope::source::{Event, Opened};
use kinescope::tui::{App, Message, Start, update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

use crate::figures::{Figures, Times};

const POLICY: Policy = Policy { min_retain: 0, ..Policy::DEFAULT };
const AT_ONCE: Policy = Policy { batch_size: u64::MAX, ..POLICY };

/// Where the target is, in hundredths of the table.
const TARGETS: [u64; 4] = [10, 50, 90, 100];

/// Measures the parts by themselves. `limit` is a frame.
pub(crate) fn measure(history: &History, repetitions: usize, frame: &Times, figures: &Figures) {
    let current = history.current().unwrap_or_default();
    for target in TARGETS {
        let revision = current * target / 100;
        for (policy, way) in [(POLICY, "in batches"), (AT_ONCE, "at once")] {
            let times = Times::of(repetitions, || plan(history, revision, policy));
            figures.beside(&format!("plan to {target} % {way}"), &times, "16 ms", frame);
        }
        let plan = plan(history, revision, POLICY);
        let times = Times::of(repetitions, || plan.effects(history));
        figures.beside(&format!("its effects on keys, {target} %"), &times, "16 ms", frame);
    }
    let times = Times::of(repetitions, || turning_points(history, POLICY));
    figures.beside("every target at which a key turns", &times, "16 ms", frame);
}

/// Measures what the explorer does when a key moves the target, and gives the slowest.
pub(crate) fn measure_keys(
    app: &mut App,
    repetitions: usize,
    frame: &Times,
    figures: &Figures,
) -> Times {
    let current = app.history.current().unwrap_or_default();
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a terminal in memory");
    let mut slowest = Times::of(1, || ());
    for target in TARGETS {
        let mut times = Times::default();
        let mut frames = Times::default();
        let revision = current * target / 100;
        for _ in 0..repetitions {
            let (preview, history) = (app.preview.as_mut().expect("it is on"), &app.history);
            preview.aim(history, revision - 1);
            let right = KeyEvent::new(KeyCode::Right, KeyModifiers::NONE);
            times.spend(|| update(app, Message::Key(right)));
            frames.spend(|| terminal.draw(|frame| view(app, frame)).map(drop)).expect("a frame");
        }
        figures.beside(&format!("→ to {target} %, the whole answer"), &times, "16 ms", frame);
        figures.beside("and the frame that shows it, 120×40", &frames, "16 ms", frame);
        if times.median() > slowest.median() {
            slowest = times;
        }
    }
    slowest
}

/// The explorer with everything read.
pub(crate) fn explorer(batches: &[Rows], preview: bool) -> App {
    let start = Start {
        label: "speed".to_owned(),
        glyphs: Glyphs::Unicode,
        theme: Theme::Default,
        policy: POLICY,
        watch: None,
        target: None,
        key: None,
        preview,
        reread: false,
    };
    let mut app = App::new(start, Size { width: 120, height: 40 });
    let opened = Opened {
        profile: Profile::kine_default(),
        kind: "memory".to_owned(),
        expected: None,
        notes: Vec::new(),
    };
    let rows = batches.iter().map(|rows| Event::Rows(rows.clone()));
    let events = std::iter::once(Event::Opened(opened)).chain(rows);
    for event in events.chain([Event::Ended(Ok(()))]) {
        let commands = update(&mut app, Message::Source(event));
        assert!(commands.is_empty(), "nothing is asked for: {commands:?}");
    }
    app
}
