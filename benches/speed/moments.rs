//! What changed between two moments, and how two tables differ, beside what people write by hand today.

use std::time::Duration;

use kinescope::history::compare::Comparison;
use kinescope::history::{History, diff};

use crate::figures::{Figures, Times};
use crate::server::Database;
use crate::stock;

/// What a diff may take at 1,000,000 rows.
const GOAL: Duration = Duration::from_millis(100);

/// The keys that are not the same at a half and at the whole of a table of 1,000,000 rows, by hand: the
/// newest row of each name up to each of the two.
const BY_HAND: &str = "SELECT COUNT(*) FROM \
    (SELECT name, MAX(id) AS id FROM kine GROUP BY name) AS b LEFT JOIN \
    (SELECT name, MAX(id) AS id FROM kine \
     WHERE id <= (SELECT MAX(id) DIV 2 FROM kine) GROUP BY name) AS a ON a.name = b.name \
    WHERE a.id IS NULL OR a.id != b.id";

/// Measures diffs of several widths, and gives the slowest: all that changed since the middle.
pub(crate) fn measure(history: &History, repetitions: usize, figures: &Figures) -> Times {
    let current = history.current().unwrap_or_default();
    let goal = Times::exactly(GOAL);
    let mut widest = Times::default();
    for (what, from) in [
        ("diff: the last hundredth", current - current / 100),
        ("diff: the last half", current / 2),
        ("diff: all that was ever written", 0),
    ] {
        assert!(diff(history, from, current).differs(), "{what}");
        let times = Times::of(repetitions, || diff(history, from, current));
        figures.beside(what, &times, "100 ms", &goal);
        if from == current / 2 {
            widest = times;
        }
    }
    let listed = Times::of(repetitions, || history.as_of(current / 2).keys());
    figures.beside("keys at the middle", &listed, "100 ms", &goal);
    let compared = Times::of(repetitions, || Comparison::of(history, history));
    figures.time("compare the table with itself", &compared);
    widest
}

/// Measures the statement, and gives it.
pub(crate) fn measure_by_hand(database: &Database<'_>, diffed: &Times, figures: &Figures) -> Times {
    let mut by_hand = Times::default();
    stock::query(database, BY_HAND, &mut by_hand);
    figures.beside("the last half by hand: GROUP BY name, twice", &by_hand, "diff", diffed);
    by_hand
}
