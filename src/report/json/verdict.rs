//! The verdict and who compacts, as parts of the documents.

use serde::Serialize;

use super::Name;
use super::compaction::{Change, stop};
use crate::display::words;
use crate::history::compaction::{self, Effect, KeyEffect, Outlook, Plan, Policy, Prospect};
use crate::history::{History, KeyId, Revision};
use crate::report::{Table, verdict};

/// What becomes of keys in the end, whatever the target.
#[derive(Serialize)]
pub(super) struct Verdict {
    /// In words.
    message: String,
    resurrected: Vec<Changed>,
    reverted: Vec<Changed>,
    lost: Vec<Changed>,
    /// Live keys that would come back if they were deleted.
    waiting: Vec<Waiting>,
    /// Keys that change at some target, and not in the end.
    passing: Vec<Passing>,
    /// The highest target up to which no key changes state; null when none ever does.
    safe_target: Option<Revision>,
    /// The keys that turn first above it.
    first: Vec<Name>,
    /// What keeps kine from compacting the table as it is; null for nothing.
    obstacle: Option<&'static str>,
}

#[derive(Serialize)]
struct Changed {
    #[serde(flatten)]
    name: Name,
    #[serde(flatten)]
    change: Change,
}

#[derive(Serialize)]
struct Waiting {
    #[serde(flatten)]
    name: Name,
    layers: Vec<Revision>,
}

#[derive(Serialize)]
struct Passing {
    #[serde(flatten)]
    name: Name,
    turns: Vec<Revision>,
}

impl Verdict {
    pub(super) fn of(table: &Table<'_>, of: &compaction::Verdict) -> Self {
        let history = table.history;
        let name = |key: KeyId| Name::new(Some(history.name(key)));
        let all = verdict::changes(history, of);
        let changed = |key: &&KeyEffect| Changed {
            name: name(key.key),
            change: Change::of(history, of.whole(), key),
        };
        let with = |effect: Effect| {
            all.iter().filter(|change| change.effect == effect).map(changed).collect()
        };
        let waiting = verdict::waiting(history, of)
            .into_iter()
            .map(|it| Waiting { name: name(it.key), layers: it.layers.clone() });
        let passing = verdict::passing(history, of)
            .into_iter()
            .map(|(key, turns)| Passing { name: name(key), turns });
        Self {
            message: words::verdict(history, of, table.is_whole()),
            resurrected: with(Effect::Resurrected),
            reverted: with(Effect::Reverted),
            lost: with(Effect::Lost),
            waiting: waiting.collect(),
            passing: passing.collect(),
            safe_target: of.safe_target(),
            first: of.first().map(name).collect(),
            obstacle: of.obstacle.map(stop),
        }
    }
}

/// What becomes of one key in the end.
#[derive(Serialize)]
pub(super) struct KeyVerdict {
    /// `stays`, `waiting`, `passing`, `resurrected`, `reverted` or `lost`.
    prospect: &'static str,
    /// In words; null when it stays as it is.
    message: Option<String>,
    /// The revisions at which it would be live, one after the other.
    layers: Vec<Revision>,
    /// The highest target up to which it does not change; null when it never does.
    safe_target: Option<Revision>,
}

impl KeyVerdict {
    pub(super) fn of(table: &Table<'_>, verdict: &compaction::Verdict, key: KeyId) -> Self {
        let prospect = verdict.prospect(key);
        let layers = verdict.layers(table.history, key);
        Self {
            prospect: match prospect {
                Prospect::Changes(effect) => words::effect_word(effect),
                Prospect::Flickers => "passing",
                Prospect::Waits => "waiting",
                Prospect::Stays => "stays",
            },
            message: words::prospect(table.history, verdict, key, table.is_whole()),
            layers,
            safe_target: verdict.turns_of(key).next().map(|turn| turn.saturating_sub(1)),
        }
    }
}

/// Who compacts the table, and where the next round ends.
#[derive(Serialize)]
pub(super) struct WhoCompacts {
    /// `api-server`, `api-server-or-alone`, `asked`, `stalled`, `stopped`, `alone`, `unrecorded`,
    /// `nobody`, `nothing-to-do` or `unknown`.
    who: &'static str,
    /// In words, each a paragraph.
    message: Vec<String>,
    /// The newest row of an API server.
    request: Option<Request>,
    /// Where an API server's next round ends; null where none ever wrote a row.
    next: Option<Round>,
    /// The revision that kine's own clock ends at, if nobody writes; null where that cannot be told, or
    /// kine cannot compact.
    alone: Option<Revision>,
    /// Null where the compact revision is not known.
    backlog: Option<u64>,
    /// What it takes to catch up; null when there is nothing to do, kine cannot, or it cannot be told.
    catch_up: Option<CatchUp>,
}

#[derive(Serialize)]
struct Request {
    id: Revision,
    prev_revision: Revision,
    /// Null where the value was not read.
    version: Option<u64>,
    /// Null where the value was not read.
    asked: Option<Revision>,
    asked_at_least: Revision,
}

#[derive(Serialize)]
struct Round {
    asks: Revision,
    reaches: Revision,
}

#[derive(Serialize)]
struct CatchUp {
    end: Revision,
    rounds: u64,
    transactions: u64,
    rows: u64,
    /// How many rows the largest transaction removes.
    largest: usize,
}

impl WhoCompacts {
    pub(super) fn of(history: &History, whole: &Plan, policy: Policy) -> Self {
        let outlook = Outlook::of(history, whole.removals(), policy);
        let message = words::compactor(history, &outlook);
        let Outlook { compactor, catch_up, .. } = outlook;
        Self {
            who: words::who_word(compactor.who),
            message,
            request: compactor.request.map(|request| Request {
                id: request.id,
                prev_revision: request.prev,
                version: request.value.map(|value| value.version),
                asked: request.asked(),
                asked_at_least: request.asked_at_least(),
            }),
            next: compactor.next.map(|next| Round { asks: next.asks, reaches: next.reaches }),
            alone: compactor.alone,
            backlog: compactor.backlog(),
            catch_up: catch_up.map(|it| CatchUp {
                end: it.end,
                rounds: it.rounds,
                transactions: it.transactions,
                rows: it.rows,
                largest: it.largest.map_or(0, |batch| batch.removed),
            }),
        }
    }
}
