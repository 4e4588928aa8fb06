//! What a key was at a moment of the table, and what changed from one to another, in words.

use std::collections::BTreeMap;

use super::super::label::{kind, name};
use super::super::past::{Past, RowThen};
use crate::history::{
    AsOf, Change, Doubt, History, Kind, Replay, Revision, RowIx, Standing, Then, Version,
};
use crate::text::{count, escape, grouped};

/// What a key was, in a word or two: `5466`, `deleted 5890`, `not there`.
pub fn then(history: &History, then: Then) -> String {
    match then {
        Then::Absent => "not there".to_owned(),
        Then::Live(version) => version.revision(history).to_string(),
        Then::LiveUnseen { before, .. } => format!("before {before}"),
        Then::Deleted(version) => format!("deleted {}", version.revision(history)),
        Then::Unknown(_) => "unknown".to_owned(),
    }
}

/// What a key was, in one word.
pub const fn then_word(then: Then) -> &'static str {
    match then {
        Then::Absent => "absent",
        Then::Live(_) | Then::LiveUnseen { .. } => "live",
        Then::Deleted(_) => "deleted",
        Then::Unknown(_) => "unknown",
    }
}

/// What became of a key, in one word.
pub const fn change_word(change: Change) -> &'static str {
    match change {
        Change::Created => "created",
        Change::Changed => "changed",
        Change::Deleted => "deleted",
        Change::Returned => "returned",
        Change::Passed => "passed",
        Change::Unknown(_) => "unknown",
    }
}

/// What that word means, from one revision to another: `not there at 5000, live at 6000`.
pub fn change_meaning(change: Change, from: Revision, to: Revision) -> String {
    match change {
        Change::Created => format!("not there at {from}, live at {to}"),
        Change::Changed => format!("live at {from} and at {to}, as another revision"),
        Change::Deleted => format!("live at {from}, not at {to}"),
        Change::Returned => format!("deleted at {from}, live at {to}"),
        Change::Passed => "created and deleted in between".to_owned(),
        Change::Unknown(_) => "it cannot be told".to_owned(),
    }
}

/// Why it cannot be told what a key was, as a clause.
pub const fn doubt(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Compacted => "the rows that would tell were compacted",
        Doubt::NotRead => "the rows that would tell were not read",
        Doubt::Damaged => "the rows of the key contradict each other",
        Doubt::Unreadable => "the row's deleted column is NULL",
        Doubt::Created => "the source has no column created",
    }
}

/// The name of a doubt, for programs.
pub const fn doubt_word(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Compacted => "compacted",
        Doubt::NotRead => "not-read",
        Doubt::Damaged => "damaged",
        Doubt::Unreadable => "null-deleted",
        Doubt::Created => "no-created-column",
    }
}

/// Of how many keys something cannot be told, and why; `None` where it can of all.
pub fn doubts(what: &str, doubts: impl IntoIterator<Item = Doubt>) -> Option<String> {
    let mut counts = BTreeMap::new();
    for doubt in doubts {
        *counts.entry(doubt).or_default() += 1;
    }
    let all = counts.values().sum::<usize>() as u64;
    let why = reasons(&counts);
    (all > 0).then(|| format!("Of {} it cannot be told {what}: {why}.", count(all, "key")))
}

/// Why it cannot be told of some keys what they were, and if there are several reasons, of how many each.
fn reasons(counts: &BTreeMap<Doubt, usize>) -> String {
    let all = counts.values().sum::<usize>() as u64;
    let why = counts.iter().map(|(&why, &keys)| match keys as u64 {
        some if some == all => doubt(why).to_owned(),
        some => format!("{} ({})", doubt(why), grouped(some)),
    });
    why.collect::<Vec<_>>().join("; ")
}

/// That a table is looked at as it was, and what was written then: `The table as of revision 5890, written
/// between … and …. The present is 7293. 5890 deleted /registry/minions/node-02. 812 keys were live.`
pub fn looked_at(history: &History, replay: &Replay, written: Option<&str>) -> Vec<String> {
    let revision = replay.revision();
    let written = written.map_or_else(String::new, |written| format!(", written {written}"));
    let current = history.current().unwrap_or_default();
    let present = if revision == current {
        "That is the newest.".to_owned()
    } else {
        format!("The present is {current}.")
    };
    let of = format!("The table as of revision {revision}{written}.");
    let mut said = vec![of, present, wrote(history, replay)];
    let live = replay.live() as u64;
    let were = if live == 1 { "was" } else { "were" };
    let unknown = match replay.doubts() {
        doubts if doubts.is_empty() => String::new(),
        doubts => {
            let keys = doubts.values().sum::<usize>() as u64;
            format!("; of {} more it cannot be told: {}", grouped(keys), reasons(doubts))
        }
    };
    said.push(format!("{} {were} live{unknown}.", count(live, "key")));
    said.extend(missing(history, &replay.as_of(history)));
    said
}

/// What was written at the revision: `5890 deleted /registry/minions/node-02.`
fn wrote(history: &History, replay: &Replay) -> String {
    let id = replay.revision();
    let named = |at: RowIx| name(history, history.key_at(at));
    match replay.written(history).map(|at| (at, history.kind(at))) {
        Some((at, Kind::Create)) => format!("{id} created {}.", named(at)),
        Some((at, Kind::Update)) => format!("{id} updated {}.", named(at)),
        Some((at, Kind::Delete)) => format!("{id} deleted {}.", named(at)),
        Some((_, Kind::Gap)) => format!("{id} is a gap row."),
        Some((_, Kind::Mark)) => format!("{id} is the row of compact_rev_key."),
        None => match replay.changed(history).first() {
            Some(&key) => format!("{id} wrote {}; that row is gone.", escape(history.name(key))),
            None if id > 0 && id <= history.known_from() => {
                format!("No row of revision {id} is left.")
            }
            None => format!("No row has revision {id}."),
        },
    }
}

/// Why keys may be missing, in a few words: [`unlisted`] says it in full.
fn missing(history: &History, as_of: &AsOf<'_>) -> Option<String> {
    if as_of.has_every_key() {
        return None;
    }
    let why = if as_of.is_exact() {
        "Older rows were not read".to_owned()
    } else if history.may_be_a_part() {
        "These rows may be a part of a table".to_owned()
    } else {
        format!("The table is compacted to {}", history.known_from())
    };
    Some(format!("{why}: other live keys may have left no row."))
}

/// What a row was at a moment: `update, live`.
pub(super) fn title_then(history: &History, past: &Past, at: RowIx) -> String {
    let was = match past.row_then(history, at) {
        RowThen::NotYet => "not yet written",
        RowThen::Unknown => "and whether it was the key's state is unknown",
        RowThen::Was(Standing::Live) => "live",
        RowThen::Was(Standing::Deleted) => "the key was deleted",
        RowThen::Was(Standing::Forgotten) => "forgotten",
        RowThen::Was(Standing::Superseded) => "superseded",
        RowThen::Was(_) => return kind(history.kind(at)).to_owned(),
    };
    format!("{}, {was}", kind(history.kind(at)))
}

/// What a key was at a moment, in a sentence, and how that is known where no row of its own tells; `None` for
/// what is no key of the cluster.
pub fn key_then(history: &History, past: &Past) -> Option<String> {
    let Past { revision, then, .. } = *past;
    if !history.is_of_cluster(past.key) {
        return None;
    }
    Some(match then {
        Then::Absent => format!("At {revision} the key was not there."),
        Then::Live(Version::Row(at)) if history.id(at) == revision => {
            "This write left the key live.".to_owned()
        }
        Then::Live(Version::Row(at)) => {
            format!("At {revision} the key was live, as {} left it.", history.id(at))
        }
        Then::Live(Version::Gone { revision: gone, next }) => {
            let next = history.id(next);
            format!(
                "At {revision} the key was live, as {gone} left it. That row is gone; {next} follows it, and \
                 holds its value as the old one."
            )
        }
        Then::LiveUnseen { since, .. } if since == revision => {
            format!("{revision} created the key, and that row is gone.")
        }
        Then::LiveUnseen { since, before } => format!(
            "At {revision} the key was live, at a revision from {since} on and before {before}, which is \
             gone."
        ),
        Then::Deleted(Version::Row(at)) if history.id(at) == revision => {
            "This write deleted the key.".to_owned()
        }
        Then::Deleted(Version::Row(at)) => {
            format!("At {revision} the key was deleted, by {}.", history.id(at))
        }
        Then::Deleted(Version::Gone { revision: gone, next }) => format!(
            "At {revision} the key was deleted, by {gone}. That row is gone; {} follows it and is a \
             create.",
            history.id(next)
        ),
        Then::Unknown(why) => {
            format!("What the key was at {revision} cannot be told: {}.", doubt(why))
        }
    })
}

/// What a time is taken for: the last revision that is known to have been written before it. `after` is the
/// first that is known to have been written after it.
pub fn taken_for(time: &str, before: Revision, after: Option<Revision>) -> String {
    let rest = match after.map(|after| after.saturating_sub(1)) {
        None => format!(" No row is known to be newer than {time}."),
        Some(last) if last > before => {
            format!(" Rows up to {last} may be older than that as well.")
        }
        Some(_) => String::new(),
    };
    format!(
        "{time} is taken for revision {before}, the last that is known to have been written before \
         that.{rest}"
    )
}

/// Which keys a list of a moment may lack; `None` where it has all.
pub fn unlisted(history: &History, as_of: &AsOf<'_>) -> Option<String> {
    let revision = as_of.revision();
    if as_of.has_every_key() {
        None
    } else if as_of.is_exact() {
        Some(format!(
            "Older rows were not read: a key that was live at {revision} and has no newer row than \
             those is not listed."
        ))
    } else if history.may_be_a_part() {
        Some(
            "These rows may be a part of a table: without compact_rev_key nobody can tell which keys \
             are missing."
                .to_owned(),
        )
    } else {
        Some(format!(
            "The table is compacted to {compacted}. A key that was live at {revision} and deleted by \
             {compacted} may have left no row, and then it is not listed. kine itself no longer answers \
             for {revision}.",
            compacted = history.known_from()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_counted_by_its_reason() {
        let said = |all: &[Doubt]| doubts("what they were", all.iter().copied());
        assert_eq!(said(&[]), None);
        assert_eq!(
            said(&[Doubt::Compacted]).as_deref(),
            Some(
                "Of 1 key it cannot be told what they were: the rows that would tell were compacted."
            )
        );
        assert_eq!(
            said(&[Doubt::Damaged, Doubt::Compacted, Doubt::Damaged]).as_deref(),
            Some(
                "Of 3 keys it cannot be told what they were: the rows that would tell were compacted \
                 (1); the rows of the key contradict each other (2)."
            )
        );
    }
}
