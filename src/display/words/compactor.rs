//! Who compacts a table, in words: by which evidence, where the next round ends, and what it takes to
//! catch up.

use super::plan::blocked;
use crate::history::compaction::{CatchUp, Compactor, Outlook, Version, Who};
use crate::history::{History, Request};
use crate::text::{count, grouped};

/// Who compacts, where the next round ends, and what that takes, each a paragraph.
pub fn compactor(history: &History, outlook: &Outlook) -> Vec<String> {
    let Outlook { compactor, obstacle, catch_up } = outlook;
    let mut said: Vec<String> = obstacle.and_then(|it| blocked(history, it)).into_iter().collect();
    if compactor.compacted.is_none() && !said.is_empty() {
        return said;
    }
    said.push(who(history, compactor));
    if compactor.who == Who::Unknown {
        return said;
    }
    if obstacle.is_none() {
        let catch_up = catch_up.as_ref().map(|it| self::catch_up(compactor, it));
        let ends = [next(compactor), alone(compactor), catch_up];
        let ends: Vec<String> = ends.into_iter().flatten().collect();
        if !ends.is_empty() {
            said.push(ends.join(" "));
        }
    }
    said.push(unknown(compactor));
    said
}

/// Who compacts, and the evidence.
pub fn who(history: &History, compactor: &Compactor) -> String {
    let mut said = vec![evidence(history, compactor)];
    if compactor.changed_hands && compactor.is_api_server() {
        said.push(
            "Its newest row comes from a different API server, or from one that was restarted."
                .to_owned(),
        );
    }
    if compactor.request.is_some_and(|newest| newest.asked().is_none()) {
        // A table as text is what somebody exported.
        let remedy = if history.profile().excerpt {
            "export the value of the rows named compact_rev_key_apiserver, too"
        } else {
            "reading it takes SELECT on the column value"
        };
        said.push(format!(
            "The value of its newest row, which says what it asked for, was not read: {remedy}."
        ));
    }
    let is_said = matches!(compactor.who, Who::Unrecorded(_));
    said.extend(compactor.unrecorded.filter(|_| !is_said).map(|reached| {
        format!("Somebody also compacted to {reached} without recording it, {BY_HAND}.")
    }));
    said.join(" ")
}

/// Who compacts without recording it.
const BY_HAND: &str = "by hand or by a Compact request of kine v0.11.9 to v0.13.15";

/// What a round asked for: `3005`, or `at least 2905` where its value was not read.
fn asked(request: Option<Request>) -> String {
    match request {
        Some(request) if request.asked().is_none() => format!("at least {}", request.prev),
        _ => request.map_or(0, |request| request.asked_at_least()).to_string(),
    }
}

fn evidence(history: &History, compactor: &Compactor) -> String {
    let compacted = compactor.compacted.unwrap_or_default();
    let kept = count(compactor.min_retain, "revision");
    let asked = asked(compactor.request);
    let row = compactor.request.map_or(0, |request| request.id);
    match compactor.who {
        Who::ApiServer => format!(
            "An API server compacts this table: it last asked for {asked}, and the table is \
             compacted to {compacted}."
        ),
        Who::ApiServerCapped => format!(
            "An API server compacts this table: it asked for {asked} when the current revision was \
             {row}, kine kept the newest {kept}, and the table is compacted to {compacted}."
        ),
        Who::ApiServerBegins { silent } => {
            let before = if compacted > 0 {
                format!(
                    " Before that, kine's own clock or somebody by hand compacted the table to \
                     {compacted}."
                )
            } else {
                String::new()
            };
            format!(
                "An API server wrote one row, {row}, {} ago, and nothing since. Its first round asks \
                 for nothing, and its second for {row}.{before}",
                count(silent, "revision")
            )
        }
        Who::Asked(_) => format!(
            "An API server compacts this table: it asked for {asked}, and the table is compacted \
             to {compacted}. kine may still be working on it, or it failed once."
        ),
        Who::Stalled { asked, due, rounds, keeps } => format!(
            "Compaction is requested but does not happen: {} of an API server asked for up to \
             {asked}. If kine keeps no more than the newest {kept}, the table should be compacted \
             to at least {due}, but it is compacted to {compacted}. kine reports success even \
             when it fails; its log has the reason (Compact failed). Or kine keeps more: all is \
             well if it keeps about {} (--compact-min-retain {keeps}).",
            count(rounds, "round"),
            grouped(keeps)
        ),
        Who::ApiServerStopped { silent, usual: Some(usual) } => format!(
            "No API server asks for compaction any more: the last one did at {row}, {} ago. \
             Before that, at most {} passed between two rounds.",
            count(silent, "revision"),
            grouped(usual)
        ),
        Who::ApiServerStopped { silent, usual: None } => format!(
            "No API server asks for compaction any more: one wrote one row, {row}, {} ago, and \
             nothing since.",
            count(silent, "revision")
        ),
        Who::ApiServerOrAlone => format!(
            "An API server compacts this table, or kine does by its own clock: an API server last \
             asked for {asked}, and the table is compacted to {compacted}."
        ),
        Who::Alone => by_itself(compactor),
        Who::Unrecorded(_) | Who::Nobody(_) => nobody(compactor),
        Who::NothingToDo => format!(
            "Nobody has compacted this table, and there is nothing to compact yet: kine keeps the \
             newest {kept}."
        ),
        Who::Unknown if history.may_be_a_part() => {
            "Nobody can tell who compacts this table: compact_rev_key is not among these rows."
                .to_owned()
        }
        Who::Unknown if compactor.compacted.is_some() => {
            "Nobody can tell who compacts this table: only a part of it was read, with no rows of \
             an API server."
                .to_owned()
        }
        Who::Unknown => {
            "Nobody can tell who compacts this table: no compact_rev_key holds a compact \
             revision."
                .to_owned()
        }
    }
}

/// That kine compacts by its own clock, and the evidence.
fn by_itself(compactor: &Compactor) -> String {
    let compacted = compactor.compacted.unwrap_or_default();
    if compactor.request.is_some() {
        let race = if compactor.may_be_a_race() {
            " Two API servers asking at once can leave the same trace."
        } else {
            ""
        };
        return format!(
            "kine compacts this table by its own clock, or somebody did by hand: it is compacted \
             to {compacted}, and an API server last asked for {}.{race} As long as kine has an \
             interval, it ignores what the API server asks for.",
            asked(compactor.request)
        );
    }
    let never = if compactor.kine.is_none_or(Version::stores_requests) {
        ", and no API server ever asked"
    } else {
        ""
    };
    format!(
        "kine compacts this table by its own clock, or somebody did by hand: it is compacted to \
         {compacted}{never}. The rows do not say whether it still does."
    )
}

/// That nobody compacts, or nobody that records it, where no API server asked.
fn nobody(compactor: &Compactor) -> String {
    let knows_requests = compactor.kine.is_none_or(Version::stores_requests);
    if let Who::Unrecorded(reached) = compactor.who {
        let others = if knows_requests {
            "No API server asked, and kine has not compacted it by its own clock"
        } else {
            "kine has not compacted it by its own clock"
        };
        return format!(
            "Somebody compacted this table to {reached} without recording it, {BY_HAND}; \
             compact_rev_key says {}. {others}.",
            compactor.compacted.unwrap_or_default()
        );
    }
    let why = if knows_requests {
        "no API server asked, and kine has not done it on its own"
    } else {
        "kine has not done it by its own clock"
    };
    let revisions = count(compactor.current, "revision");
    format!("Nobody has compacted this table for {revisions}: {why}.")
}

/// That nobody compacts, although an API server asks or did, in a few words.
pub const fn stands_still(compactor: &Compactor) -> Option<&'static str> {
    match compactor.who {
        Who::Stalled { .. } => Some("Compaction is requested but does not happen"),
        Who::ApiServerStopped { .. } => Some("No API server asks for compaction any more"),
        _ => None,
    }
}

/// Where the next round of an API server ends.
fn next(compactor: &Compactor) -> Option<String> {
    let next = compactor.next?;
    let asks = next.asks;
    let kept = count(compactor.min_retain, "revision");
    let is_stalled = matches!(compactor.who, Who::Stalled { .. });
    let asks_for = match compactor.who {
        // Its first try fails, and tells it the newest revision.
        Who::ApiServerStopped { .. } => {
            format!("An API server that restarts asks for {asks} or a later revision")
        }
        Who::Alone => format!(
            "If kine's own clock is switched off, an API server's next round asks for {asks}, or \
             more if another API server takes over"
        ),
        _ => format!("Its next round asks for {asks}, or more if another API server takes over"),
    };
    let (ends, until) = if is_stalled {
        ("would end", "if it worked and nobody wrote until then")
    } else {
        ("ends", "if nobody writes until then")
    };
    Some(match () {
        () if next.reaches == asks && is_stalled => {
            format!("{asks_for}. If it worked, it would end there.")
        }
        () if next.reaches == asks && matches!(compactor.who, Who::ApiServerStopped { .. }) => {
            format!("{asks_for}.")
        }
        () if next.reaches == asks => format!("{asks_for}, and ends there."),
        () if Some(next.reaches) == compactor.compacted && is_stalled => format!("{asks_for}."),
        () if Some(next.reaches) == compactor.compacted => format!(
            "{asks_for}; kine keeps the newest {kept}, so it does nothing if nobody writes until then."
        ),
        () => format!(
            "{asks_for}; kine keeps the newest {kept}, so it {ends} at {} {until}.",
            next.reaches
        ),
    })
}

/// Where kine's own clock ends, where it may be what compacts.
fn alone(compactor: &Compactor) -> Option<String> {
    let Compactor { alone, compacted, .. } = *compactor;
    let alone = alone?;
    let is_alone = match compactor.who {
        Who::Alone => true,
        Who::Nobody(_) | Who::Unrecorded(_) | Who::ApiServerOrAlone => false,
        // It compacted before.
        Who::ApiServerBegins { .. } if compacted > Some(0) => false,
        _ => return None,
    };
    let stops = compactor.min_retain == 0;
    if Some(alone) == compacted && !stops {
        return None;
    }
    let has_interval = compactor.kine.is_none_or(Version::has_flags);
    let says = match (is_alone, has_interval) {
        (true, _) => "kine's own clock ends at",
        (false, true) => {
            "kine's own clock, if it is switched on (--compact-interval), would end at"
        }
        (false, false) => "kine's own clock would end at",
    };
    Some(if stops {
        format!(
            "{says} {alone}, after two ticks if nobody writes; with a min-retain of 0 it then stops \
             for good."
        )
    } else {
        format!("{says} {alone}, after two ticks if nobody writes.")
    })
}

/// What it takes to catch up.
fn catch_up(compactor: &Compactor, catch_up: &CatchUp) -> String {
    let CatchUp { end, rounds, transactions, rows, largest } = catch_up;
    let (takes, removes) = match compactor.who {
        Who::Stalled { .. } => ("would take", "remove"),
        _ => ("takes", "removes"),
    };
    let knows_requests = compactor.kine.is_none_or(Version::stores_requests);
    let rounds = match compactor.who {
        _ if compactor.is_api_server() || matches!(compactor.who, Who::ApiServerStopped { .. }) => {
            count(*rounds, "round")
        }
        Who::Alone => count(*rounds, "tick"),
        _ if !knows_requests && compactor.request.is_none() => count(*rounds, "tick"),
        _ => format!("{} (ticks for kine's own clock)", count(*rounds, "round")),
    };
    let largest = largest.filter(|_| *transactions > 1).map_or_else(String::new, |batch| {
        format!(", {} of them in the largest transaction", grouped(batch.removed as u64))
    });
    format!(
        "Catching up to {end} {takes} {rounds} and {}, and {removes} {}{largest}.",
        count(*transactions, "transaction"),
        count(*rows, "row"),
    )
}

/// What rows cannot tell.
fn unknown(compactor: &Compactor) -> String {
    format!(
        "The rows do not say how many revisions kine keeps (assumed: {}), how often anybody \
         compacts, or whether a server still runs.",
        grouped(compactor.min_retain)
    )
}

/// Who compacts, in a word for programs.
pub const fn who_word(who: Who) -> &'static str {
    match who {
        Who::ApiServer | Who::ApiServerCapped | Who::ApiServerBegins { .. } => "api-server",
        Who::ApiServerOrAlone => "api-server-or-alone",
        Who::Asked(_) => "asked",
        Who::Stalled { .. } => "stalled",
        Who::ApiServerStopped { .. } => "stopped",
        Who::Alone => "alone",
        Who::Unrecorded(_) => "unrecorded",
        Who::Nobody(_) => "nobody",
        Who::NothingToDo => "nothing-to-do",
        Who::Unknown => "unknown",
    }
}
