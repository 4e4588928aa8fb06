//! When rows were written: choosing the rows that tell, reading them, and what follows; and the log.

use std::time::Duration;

use kinescope::history::clock::{Clock, Stamps, spread};
use kinescope::history::{History, Kind, LogFilter};
use kinescope::source::{Log, Source, TableClock};

use crate::figures::{Figures, Times};
use crate::server::{Database, block_on};

/// What it may take to have the clock of a table on a server.
const GOAL: Duration = Duration::from_secs(1);
const FRAME: Duration = Duration::from_millis(16);
/// Around so many revisions rows are read.
const MANY: usize = 48;
/// How many lines a screen has.
const LINES: usize = 100;

/// Measures what needs no server: the values are made up, one renewal a second.
pub(crate) fn measure(history: &History, repetitions: usize, figures: &Figures) {
    let frame = Times::exactly(FRAME);
    let chosen = Times::of(repetitions, || spread(history, MANY, |_| true));
    let rows = spread(history, MANY, |_| true);
    figures.beside(&format!("clock: choose {} rows to read", rows.len()), &chosen, "16 ms", &frame);
    let stamps: Vec<_> = rows
        .iter()
        .map(|&at| {
            let renewed = i64::try_from(history.id(at)).map(|id| id * 1000).ok();
            (at, Stamps { renewed, ..Stamps::default() })
        })
        .collect();
    let settled = Times::of(repetitions, || {
        let mut clock = Clock::new(history, None);
        clock.extend(history, &stamps);
        clock
    });
    figures.beside("clock: what follows from them", &settled, "16 ms", &frame);
    let mut clock = Clock::new(history, None);
    clock.extend(history, &stamps);
    let opened = Times::of(repetitions, || {
        let rows = LogFilter::default();
        rows.rows(history).take(LINES).map(|at| clock.at(history.id(at))).collect::<Vec<_>>()
    });
    figures.beside(&format!("log: its first {LINES} lines, with times"), &opened, "16 ms", &frame);
    let deletes = LogFilter { kinds: vec![Kind::Delete], ..LogFilter::default() };
    let filtered = Times::of(repetitions, || deletes.rows(history).count());
    figures.time("log: every deletion of the table", &filtered);
}

/// Measures the clock of a table on a server, as the program has it: a session of its own included.
pub(crate) fn measure_reading(
    database: &Database<'_>,
    history: &History,
    repetitions: usize,
    figures: &Figures,
) {
    let source = Source::parse(&database.socket_dsn()).expect("a source");
    let mut read = Times::default();
    for _ in 0..repetitions {
        read.time(|| {
            let mut clock = TableClock::new(source.clone(), Log::default(), history, None);
            block_on(clock.survey(history));
            assert!(clock.dating.untold.is_none(), "the values can be read");
        });
    }
    figures.beside(
        "clock: read what tells, all over the table",
        &read,
        "1 s",
        &Times::exactly(GOAL),
    );
}
