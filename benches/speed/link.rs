//! Linking: rows that are in memory become a history.

use kinescope::history::{History, Profile, Rows};

use crate::figures::{Figures, Times};
use crate::memory;

/// Links all rows, as the explorer does while they come.
pub(crate) fn history(batches: &[Rows]) -> History {
    let mut history = History::new(Profile::kine_default());
    for rows in batches {
        history.extend(rows).expect("rows come in the order of their ids");
    }
    history
}

/// How long that takes, and what it holds.
pub(crate) fn measure(batches: &[Rows], repetitions: usize, figures: &Figures) -> Times {
    let before = memory::resident();
    memory::forget_peak();
    let history = history(batches);
    let peak = memory::peak().saturating_sub(before);
    let kept = memory::resident().saturating_sub(before);
    drop(history);
    let times = Times::of(repetitions, || self::history(batches));
    figures.time("link rows that are in memory", &times);
    figures.size("memory that a history holds", kept);
    figures.size("and its peak while it grows", peak);
    times
}
