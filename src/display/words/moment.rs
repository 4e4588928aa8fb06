//! What a key was at a moment of the table, and what changed from one to another, in words.

use crate::history::{AsOf, Change, Doubt, History, Revision, Then};
use crate::text::{count, grouped};

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
    let mut doubts: Vec<Doubt> = doubts.into_iter().collect();
    doubts.sort_unstable();
    let all = doubts.len() as u64;
    let why = doubts.chunk_by(PartialEq::eq).map(|same| match same.len() as u64 {
        some if some == all => doubt(same[0]).to_owned(),
        some => format!("{} ({})", doubt(same[0]), grouped(some)),
    });
    let why = why.collect::<Vec<_>>().join("; ");
    (all > 0).then(|| format!("Of {} it cannot be told {what}: {why}.", count(all, "key")))
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
