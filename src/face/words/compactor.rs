//! Who compacts a table, in words: by which evidence, where the next round ends, and what it takes to
//! catch up.

use super::super::{count, grouped};
use super::plan::blocked;
use crate::history::History;
use crate::history::compaction::{CatchUp, Compactor, Policy, Who, obstacle};

/// Who compacts, where the next round ends, and what that takes, each a paragraph.
pub fn compactor(history: &History, policy: Policy) -> Vec<String> {
    let compactor = Compactor::of(history, policy);
    let obstacle = obstacle(history, compactor.alone);
    let mut said: Vec<String> = obstacle.map(|it| blocked(history, it)).into_iter().collect();
    if compactor.compacted.is_none() {
        if said.is_empty() {
            said.push(who(history, &compactor));
        }
        return said;
    }
    said.push(who(history, &compactor));
    let catch_up = compactor.catch_up(history, policy);
    let ends = [next(&compactor), alone(&compactor), catch_up.as_ref().map(self::catch_up)];
    let ends: Vec<String> = ends.into_iter().flatten().collect();
    if !ends.is_empty() {
        said.push(ends.join(" "));
    }
    said.push(unknown(&compactor));
    said
}

/// Who compacts, and the evidence.
pub fn who(history: &History, compactor: &Compactor) -> String {
    let compacted = compactor.compacted.unwrap_or_default();
    let kept = count(compactor.min_retain, "revision");
    let asked = compactor.request.map_or(0, |request| request.asked());
    let row = compactor.request.map_or(0, |request| request.id);
    let hands = if compactor.changed_hands {
        " Another API server than before wrote its newest row, or one that was started again."
    } else {
        ""
    };
    match compactor.who {
        Who::ApiServer => format!(
            "An API server compacts this table: it asked for {asked} last, and the table is \
             compacted to {compacted}.{hands}"
        ),
        Who::ApiServerCapped => format!(
            "An API server compacts this table: it asked for {asked} when the current revision was \
             {row}, kine kept the newest {kept}, and the table is compacted to {compacted}.{hands}"
        ),
        Who::ApiServerBegins => format!(
            "An API server has begun to compact this table: it wrote its first row, {row}, and asks \
             for the first time in its next round."
        ),
        Who::Asked(revision) => format!(
            "An API server compacts this table: it asked for {revision}, and the table is compacted \
             to {compacted}. kine may be at it, or it failed once.{hands}"
        ),
        Who::Stalled { due, rounds } => format!(
            "Compaction is asked for and not done: {} of an API server asked for up to {due}, and \
             the table is compacted to {compacted}. kine reports success even when it fails; its log \
             has the reason (Compact failed).",
            count(rounds, "round")
        ),
        Who::ApiServerStopped { silent, usual } => format!(
            "No API server asks for compaction any more: the last one did at {row}, {} ago, and \
             before that at most {} passed between two rounds.",
            count(silent, "revision"),
            grouped(usual)
        ),
        Who::Alone if compactor.request.is_some() => format!(
            "kine compacts this table by its own clock, or somebody did by hand: it is compacted to \
             {compacted}, and an API server asked for no more than {asked}. As long as kine has an \
             interval, it does not do what the API server asks for."
        ),
        Who::Alone => format!(
            "kine compacts this table by its own clock, or somebody did by hand: it is compacted to \
             {compacted}, and no API server ever asked. Whether it still does, rows do not tell."
        ),
        Who::Nobody(revisions) => format!(
            "Nobody has compacted this table, for {}: no API server asked, and kine has not done it \
             by itself.",
            count(revisions, "revision")
        ),
        Who::NothingToDo => format!(
            "Nobody has compacted this table, and there is nothing to compact yet: kine keeps the \
             newest {kept}."
        ),
        Who::Unknown if history.may_be_a_part() => {
            "Who compacts this table cannot be told: compact_rev_key is not among these rows."
                .to_owned()
        }
        Who::Unknown => {
            "Who compacts this table cannot be told: no compact_rev_key holds a compact revision."
                .to_owned()
        }
    }
}

/// Where the next round of an API server ends.
fn next(compactor: &Compactor) -> Option<String> {
    let next = compactor.next?;
    let asks = next.asks;
    let or_more = match compactor.who {
        // Its first try fails, and tells it the newest revision.
        Who::ApiServerStopped { .. } => "or more, as an API server does that was started again",
        _ => "or more if another API server takes over",
    };
    let round = match compactor.who {
        Who::Alone => "If kine's own clock is switched off, an API server's next round",
        Who::ApiServerStopped { .. } => "If one asks again, its round",
        _ => "Its next round",
    };
    if next.reaches == asks {
        return Some(format!("{round} ends at {asks}, {or_more}."));
    }
    let kept = count(compactor.min_retain, "revision");
    let reaches = if Some(next.reaches) == compactor.compacted {
        "does nothing if nobody writes until then".to_owned()
    } else {
        format!("ends at {} if nobody writes until then", next.reaches)
    };
    Some(format!(
        "{round} asks for {asks}, {or_more}; since kine keeps the newest {kept}, it {reaches}."
    ))
}

/// Where kine's own clock ends.
fn alone(compactor: &Compactor) -> Option<String> {
    let Compactor { alone, compacted, .. } = *compactor;
    if compactor.stops_for_good() {
        return Some(format!(
            "kine's own clock compacts to {alone}, and with a min-retain of 0 it then stops for good."
        ));
    }
    if Some(alone) == compacted {
        return None;
    }
    let says = match compactor.who {
        Who::Alone => "kine's own clock ends at",
        _ => "kine's own clock, where it is switched on (--compact-interval), would end at",
    };
    Some(format!("{says} {alone}, after two ticks if nobody writes."))
}

/// What it takes to catch up.
fn catch_up(catch_up: &CatchUp) -> String {
    let CatchUp { end, rounds, transactions, rows, largest } = catch_up;
    let largest = largest.filter(|_| *transactions > 1).map_or_else(String::new, |batch| {
        format!(", {} in the largest", grouped(batch.removed as u64))
    });
    format!(
        "To catch up to {end} takes {}, which {} {} in {}{largest}.",
        count(*rounds, "round"),
        if *rounds == 1 { "removes" } else { "remove" },
        count(*rows, "row"),
        count(*transactions, "transaction"),
    )
}

/// What rows cannot tell.
fn unknown(compactor: &Compactor) -> String {
    format!(
        "Rows do not tell how many revisions kine keeps (taken to be {}), how often anybody \
         compacts, or whether a server still runs.",
        grouped(compactor.min_retain)
    )
}

/// Who compacts, in a word for programs.
pub const fn who_word(who: Who) -> &'static str {
    match who {
        Who::ApiServer | Who::ApiServerCapped | Who::ApiServerBegins => "api-server",
        Who::Asked(_) => "asked",
        Who::Stalled { .. } => "stalled",
        Who::ApiServerStopped { .. } => "stopped",
        Who::Alone => "alone",
        Who::Nobody(_) => "nobody",
        Who::NothingToDo => "nothing-to-do",
        Who::Unknown => "unknown",
    }
}
