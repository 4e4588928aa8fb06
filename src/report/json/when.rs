//! When the rows were written that decide what becomes of keys, and when kine gets to them.

use serde::Serialize;

use super::Name;
use super::times::Bounds;
use crate::display::words;
use crate::history::clock::Written;
use crate::history::compaction::Forecast;
use crate::history::{History, Revision};
use crate::report;
use crate::text::Zone;

#[derive(Serialize)]
pub(super) struct When {
    keys: Vec<Key>,
    /// Null where nothing is foreseen.
    rate: Option<Rate>,
    /// What else is to be known, and why nothing is foreseen, if nothing is.
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Key {
    #[serde(flatten)]
    name: Name,
    effect: &'static str,
    /// The newest row, which goes.
    goes: Row,
    /// The row that is left, if one is.
    stays: Option<Row>,
    /// The lowest target from which on the key changes; null where only one target was judged.
    turns: Option<Revision>,
    /// When kine gets to that, at the present rate; null where that is not foreseen.
    compacted_about: Option<Bounds>,
}

#[derive(Serialize)]
struct Row {
    revision: Revision,
    written: Bounds,
}

/// How many revisions are written an hour.
#[derive(Serialize)]
struct Rate {
    at_least: u64,
    at_most: u64,
}

impl When {
    pub(super) fn of(history: &History, when: &report::When<'_>) -> Self {
        let rate = when.rate.ok().map(|rate| rate.per_hour());
        Self {
            keys: when.keys.iter().map(|key| Key::of(history, key, when.times.zone)).collect(),
            rate: rate.map(|(at_least, at_most)| Rate { at_least, at_most }),
            notes: when.about(history),
        }
    }
}

impl Key {
    fn of(history: &History, key: &report::KeyTimes, zone: &Zone) -> Self {
        let row = |(revision, written)| Row { revision, written: Bounds::of(written, zone) };
        let about = |Forecast { earliest, latest }| {
            Bounds::of(Written { earliest: Some(earliest), latest: Some(latest) }, zone)
        };
        Self {
            name: Name::new(Some(history.name(key.key))),
            effect: words::effect_word(key.effect),
            goes: row(key.goes),
            stays: key.stays.map(row),
            turns: key.turns,
            compacted_about: key.forecast.map(about),
        }
    }
}
