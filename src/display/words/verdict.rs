//! The verdict in words: what becomes of keys in the end, and up to where a compaction is safe.

use super::key::{effect_word, one_by_one};
use super::part::is_cut_off;
use crate::history::compaction::{Effect, KeyEffect, Plan, Prospect, Stop, Turn, Verdict, Waiting};
use crate::history::{History, KeyId, Revision};
use crate::text::{count, escape, grouped};

/// How many keys are named in a sentence.
const MOST: usize = 5;

/// The verdict in a few sentences: `3 deleted keys can come back: node-02, node-05, node-07. Safe up to
/// 5889.`
pub fn verdict(history: &History, verdict: &Verdict, is_whole: bool) -> String {
    if history.is_empty() {
        let said = if is_whole && history.profile().database.is_some() && history.profile().excerpt
        {
            "The text has no rows, so nothing is known about any key."
        } else if is_whole {
            "The table is empty."
        } else {
            "No row was read, so nothing is known about any key."
        };
        return said.to_owned();
    }
    let (mut said, waiting) = changes(history, verdict);
    match verdict.turns.first() {
        None => said.extend(waiting.into_iter().chain([sound(history, verdict).to_owned()])),
        Some(_) => said.extend([safe(history, verdict)].into_iter().chain(waiting)),
    }
    // In a part, compact_rev_key may only not have been read.
    let obstacle = verdict.obstacle.filter(|_| is_whole);
    said.extend(obstacle.map(|obstacle| {
        match obstacle {
            Stop::Unreadable(revision) => {
                format!("This kine cannot get past revision {revision}: it cannot read that row.")
            }
            Stop::MarkRemoved => {
                "The compaction also removes compact_rev_key: kine stops there until it is \
                 restarted."
                    .to_owned()
            }
            _ => {
                "kine cannot compact this table now: all of this comes true once it can.".to_owned()
            }
        }
    }));
    judging_by_these_rows(history, is_whole, said.join(" "))
}

/// What is said of rows that may not be all, as that.
fn judging_by_these_rows(history: &History, is_whole: bool, said: String) -> String {
    if is_whole && !history.may_be_a_part() {
        return said;
    }
    format!("Judging by these rows, {}", super::uncapitalized(&said))
}

/// What becomes of keys, the worst first, each sort in a sentence, and which keys wait.
fn changes(history: &History, verdict: &Verdict) -> (Vec<String>, Option<String>) {
    // One whose deleted column is NULL is neither live nor deleted.
    let are_deleted =
        verdict.with(Effect::Resurrected).all(|change| history.deleted(change.before.row).is_set());
    let gone = if are_deleted { "deleted" } else { "" };
    let sorts: [(Prospect, &str, [&str; 2]); 4] = [
        (Prospect::Changes(Effect::Resurrected), gone, ["can come back", "can come back"]),
        (Prospect::Changes(Effect::Lost), "live", ["will be lost", "will be lost"]),
        (
            Prospect::Changes(Effect::Reverted),
            "live",
            ["will go back to an old value", "will go back to old values"],
        ),
        (Prospect::Flickers, "", ["changes for a while", "change for a while"]),
    ];
    let said = |(sort, state, [one, more]): (Prospect, &str, [&str; 2])| {
        let keys = keys_with(verdict, sort);
        let noun = if state.is_empty() { "key".to_owned() } else { format!("{state} key") };
        let does = if keys.len() == 1 { one } else { more };
        let named = named(history, keys.iter().copied(), keys.len());
        (!keys.is_empty()).then(|| format!("{} {does}: {named}.", count(keys.len() as u64, &noun)))
    };
    let waits = (
        Prospect::Waits,
        "live",
        ["would come back if it were deleted", "would come back if they were deleted"],
    );
    (sorts.into_iter().filter_map(said).collect(), said(waits))
}

/// The keys of which that becomes.
fn keys_with(verdict: &Verdict, sort: Prospect) -> Vec<KeyId> {
    match sort {
        Prospect::Changes(effect) => verdict.with(effect).map(|change| change.key).collect(),
        Prospect::Waits => {
            let keys = verdict.waiting.iter().map(|waiting| waiting.key);
            keys.filter(|&key| verdict.prospect(key) == sort).collect()
        }
        _ => verdict.passing().into_iter().map(|(key, _)| key).collect(),
    }
}

/// That nothing happens, as far as that is known.
fn sound(history: &History, verdict: &Verdict) -> &'static str {
    if !history.profile().columns.deleted {
        "No key is known to change state, but without the deleted column no key is known to be \
         deleted either."
    } else if is_cut_off(history) {
        "No key changes state, as far as the rows that were read show."
    } else if verdict.waiting.is_empty() {
        "No key changes state, however far the table is compacted."
    } else {
        "Until then no key changes state, however far the table is compacted."
    }
}

/// Up to where a compaction is safe, and which key turns first above that.
fn safe(history: &History, verdict: &Verdict) -> String {
    let Some(safe) = verdict.safe_target() else { return String::new() };
    let first: Vec<KeyId> = verdict.first().collect();
    let keys = verdict.turns.iter().any(|turn| turn.key != first[0]);
    let then = if keys {
        let verb = if first.len() == 1 { "changes" } else { "change" };
        format!(" {} {verb} first.", named(history, first.iter().copied(), first.len()))
    } else {
        String::new()
    };
    if history.compacted().is_some_and(|compacted| safe <= compacted) {
        return format!("No further compaction is safe.{then}");
    }
    format!("Safe up to {safe}.{then}")
}

/// What becomes of one key in the end, in a sentence or two; `None` when it stays as it is.
pub fn prospect(
    history: &History,
    verdict: &Verdict,
    key: KeyId,
    is_whole: bool,
) -> Option<String> {
    let turns: Vec<Revision> = verdict.turns_of(key).collect();
    // What holds in the end holds from the last turn on.
    let from = match turns[..] {
        [] => String::new(),
        [only] => format!(" once the table is compacted to {only}"),
        [first, .., last] => {
            format!(" once the table is compacted to {last} (it first changes at {first})")
        }
    };
    let layers = |layers: &[Revision]| one_by_one(layers.iter().copied());
    let change = verdict.change_of(key);
    let said = match verdict.prospect(key) {
        Prospect::Changes(Effect::Resurrected) => {
            let change = change?;
            let what = if history.deleted(change.before.row).is_set() {
                "This deleted key"
            } else {
                "This key, whose deleted column is NULL,"
            };
            format!("{what} can come back{from}: at {}.", layers(&verdict.layers(history, key)))
        }
        Prospect::Changes(Effect::Reverted) => {
            let at = change?.after?.revision;
            format!("This live key will go back to its old value at {at}{from}.")
        }
        Prospect::Changes(Effect::Lost) => format!("This live key will be lost{from}."),
        Prospect::Flickers => format!(
            "This key changes at {}, but ends up as it was.",
            super::revisions(turns.iter().copied())
        ),
        Prospect::Waits => format!(
            "This live key would come back if it were deleted: at {}.",
            layers(&verdict.layers(history, key))
        ),
        Prospect::Stays => return None,
    };
    Some(judging_by_these_rows(history, is_whole, said))
}

/// When a key that waits would come back: `would come back at 5528, then at 5392`.
pub fn would_return(waiting: &Waiting) -> String {
    format!("would come back at {}", one_by_one(waiting.layers.iter().copied()))
}

/// Which keys turned at a target, and what happens to them there.
pub fn turned(history: &History, target: Revision, turns: &[Turn]) -> String {
    let [only] = turns else {
        let named = named(history, turns.iter().map(|turn| turn.key), turns.len());
        return format!("At {target}, {} turn: {named}.", count(turns.len() as u64, "key"));
    };
    let name = &short_names(history, &[only.key])[0];
    match only.then {
        None => format!("At {target}, {name} is as it was before."),
        Some((effect, live)) => {
            let at = live.map_or_else(String::new, |at| format!(" at {}", history.id(at)));
            format!("At {target}, {name} is {}{at}.", effect_word(effect))
        }
    }
}

/// From where to where a key goes: `5890 → 5466, then 5300, 5247`.
pub fn path(history: &History, plan: &Plan, change: &KeyEffect) -> String {
    let before = change.before.revision;
    match (change.effect, change.after, plan.layers(history, change).split_first()) {
        (Effect::Resurrected, _, Some((first, more))) if !more.is_empty() => {
            let more: Vec<String> = more.iter().map(ToString::to_string).collect();
            format!("{before} → {first}, then {}", more.join(", "))
        }
        (Effect::Lost, ..) | (_, None, _) => format!("{before} → nothing"),
        (_, Some(after), _) => format!("{before} → {}", after.revision),
    }
}

/// Some keys by name, in the order of their names, of so many.
fn named(history: &History, keys: impl Iterator<Item = KeyId>, all: usize) -> String {
    let mut keys: Vec<KeyId> = keys.collect();
    let by_name = |one: &KeyId, other: &KeyId| history.name(*one).cmp(history.name(*other));
    let most = if all > MOST { MOST - 1 } else { MOST };
    if keys.len() > most {
        keys.select_nth_unstable_by(most, by_name);
        keys.truncate(most);
    }
    keys.sort_unstable_by(by_name);
    let names = short_names(history, &keys);
    let named = names.join(", ");
    match all.saturating_sub(names.len()) {
        0 => named,
        more => format!("{named} and {} more", grouped(more as u64)),
    }
}

/// The ends of some names, as short as they are told apart by: `node-02`, or `kube-system/a` beside
/// `default/a`. Safe to show.
pub(super) fn short_names(history: &History, keys: &[KeyId]) -> Vec<String> {
    let names: Vec<String> =
        keys.iter().map(|&key| escape(history.name(key)).into_owned()).collect();
    let deepest = names.iter().map(|name| name.matches('/').count()).max().unwrap_or_default();
    for depth in 1..=deepest {
        let ends: Vec<&str> = names.iter().map(|name| ending(name, depth)).collect();
        let mut told_apart = ends.clone();
        told_apart.sort_unstable();
        if told_apart.windows(2).all(|two| two[0] != two[1]) && !ends.contains(&"") {
            return ends.into_iter().map(str::to_owned).collect();
        }
    }
    names
}

/// The last so many segments of a name.
fn ending(name: &str, segments: usize) -> &str {
    name.rmatch_indices('/').nth(segments - 1).map_or(name, |(at, _)| &name[at + 1..])
}
