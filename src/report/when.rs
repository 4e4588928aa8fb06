//! When the rows were written that decide what becomes of keys, and when kine gets to them.

use super::{Preview, Times};
use crate::display::words;
use crate::history::clock::{Millis, Written};
use crate::history::compaction::{
    Effect, Forecast, Forecaster, KeyEffect, Outlook, Rate, Unforeseen,
};
use crate::history::{Flag, History, KeyId, Revision};
use crate::text::Zone;

/// When the rows were written that decide what becomes of keys, and when kine gets to them.
#[derive(Debug, Clone)]
pub struct When<'a> {
    /// What is known of the times.
    pub times: Times<'a>,
    /// How fast revisions are written, or why nothing is foreseen.
    pub rate: Result<Rate, Unforeseen>,
    /// How many revisions kine retains, where that is foreseen.
    pub min_retain: u64,
    /// The keys that change, by name.
    pub keys: Vec<KeyTimes>,
}

/// When the rows of one key were written.
#[derive(Debug, Clone, Copy)]
pub struct KeyTimes {
    /// The key.
    pub key: KeyId,
    /// What happens to it.
    pub effect: Effect,
    /// Its newest row, which goes, and when it was written.
    pub goes: (Revision, Written),
    /// Whether that is a tombstone.
    pub is_tombstone: bool,
    /// The row that is left, where one is.
    pub stays: Option<(Revision, Written)>,
    /// The lowest target from which on the key changes; `None` where only one target was judged.
    pub turns: Option<Revision>,
    /// When kine gets to that by itself.
    pub forecast: Option<Forecast>,
}

impl When<'_> {
    /// What else is to be known, each a sentence or a few.
    pub(super) fn about(&self, history: &History) -> Vec<String> {
        let foreseen = match self.rate {
            Ok(rate) => words::rate(rate, self.min_retain),
            Err(why) => words::unforeseen(why, self.times.zone),
        };
        let foreseen = self.keys.iter().any(|key| key.turns.is_some()).then_some(foreseen);
        foreseen.into_iter().chain(self.times.about(history)).collect()
    }
}

impl KeyTimes {
    /// When its rows were written and when kine gets to them, each a sentence.
    pub(super) fn said(&self, zone: &Zone) -> Vec<String> {
        let (goes, written) = self.goes;
        let what = if self.is_tombstone { "Tombstone" } else { "Revision" };
        let mut said = vec![words::dated(&format!("{what} {goes}"), written, zone)];
        if let Some((stays, written)) = self.stays {
            let returns = match self.effect {
                Effect::Resurrected => ", which comes back,",
                Effect::Lost | Effect::Reverted => ", which is left,",
            };
            said.push(words::dated(&format!("Revision {stays}{returns}"), written, zone));
        }
        let foreseen = self.turns.zip(self.forecast);
        said.extend(foreseen.map(|(turns, forecast)| words::forecast(turns, forecast, zone)));
        said
    }
}

impl<'a> Preview<'a> {
    /// The keys that change at the target or in the end, by name.
    pub(super) fn changes(&self) -> Vec<&KeyEffect> {
        let is_new = |change: &&KeyEffect| self.effects.iter().all(|it| it.key != change.key);
        let in_the_end = self.verdict.iter().flat_map(|verdict| &verdict.changes);
        let mut keys: Vec<_> = self.effects.iter().chain(in_the_end.filter(is_new)).collect();
        keys.sort_by_key(|change| self.table.history.name(change.key));
        keys
    }

    /// The rows whose times decide.
    pub fn dates(&self) -> Vec<Revision> {
        let rows = self.changes().into_iter().flat_map(|change| {
            let after = change.after.map(|after| after.revision);
            after.into_iter().chain([change.before.revision])
        });
        rows.collect()
    }

    /// The same with times, as of `now`, when the table was read; `None` of a text, which may be of any time.
    #[must_use]
    pub fn dated(self, times: Times<'a>, now: Option<Millis>) -> Self {
        let (history, policy) = (self.table.history, self.plan.policy);
        let outlook = Outlook::of(history, self.plan.removals(), policy);
        let forecaster = Forecaster::new(times.clock, &outlook, policy.by_itself().algorithm, now);
        let next = history.compacted().unwrap_or_default().saturating_add(1);
        let written = |revision| (revision, times.clock.at(revision));
        let keys = self.changes().into_iter().map(|change| {
            let turns = self.verdict.iter().flat_map(|verdict| &verdict.turns);
            let turns = turns.filter(|turn| turn.key == change.key && turn.then.is_some());
            let turns = turns.map(|turn| turn.target.max(next)).next();
            let forecast = forecaster.as_ref().ok().zip(turns);
            KeyTimes {
                key: change.key,
                effect: change.effect,
                goes: written(change.before.revision),
                is_tombstone: history.deleted(change.before.row) == Flag::Yes,
                stays: change.after.map(|after| written(after.revision)),
                turns,
                forecast: forecast.map(|(forecaster, turns)| forecaster.reaches(turns)),
            }
        });
        let when = When {
            times,
            rate: forecaster.map(|forecaster| forecaster.rate),
            min_retain: outlook.compactor.min_retain,
            keys: keys.collect(),
        };
        Self { when: Some(when), ..self }
    }
}
