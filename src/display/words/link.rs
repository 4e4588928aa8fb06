//! A row that another one follows and that is not there, in words: the only place that says so.

use super::super::label::name;
use crate::history::{Absence, History, Link, Revision, RowIx, Unknown};

/// That no compaction explains what a row follows, without a full stop; nothing of another row.
/// `who` is how it begins: `Revision 22`.
pub fn broken_link(history: &History, at: RowIx, who: &str) -> Option<String> {
    match history.link(at) {
        Link::Missing(prev, Absence::Broken) => Some(format!(
            "{who} follows {prev}, which is not in the table, and compaction up to {} does not \
             explain that",
            history.horizon().compacted()
        )),
        _ => None,
    }
}

/// That only a compaction that was not recorded explains what a row follows; nothing of another row.
pub fn unrecorded(history: &History, at: RowIx, who: &str) -> Option<String> {
    let horizon = history.horizon();
    match history.link(at) {
        Link::Missing(prev, Absence::Compacted) if history.explained_at(at) > horizon.recorded => {
            Some(format!(
                "{who} follows {prev}, which is gone: the rows show a compaction to at least {}, \
                 which compact_rev_key does not record.",
                horizon.compacted()
            ))
        }
        _ => None,
    }
}

/// That a row points forward at an id that no row has; nothing of another row.
pub fn ahead(history: &History, at: RowIx, who: &str) -> Option<String> {
    match history.link(at) {
        Link::Ahead(to) => Some(format!(
            "{who} points forward to {to}, which {}. kine never writes that.",
            if history.profile().may_leave_out(to) {
                "was not read"
            } else {
                "is not in the table"
            }
        )),
        _ => None,
    }
}

/// That a row points where kine never points, at itself or at a newer row, without a full stop;
/// nothing of another row.
pub fn misdirected(history: &History, at: RowIx, who: &str) -> Option<String> {
    match history.link(at) {
        Link::Itself => Some(format!("{who} points at itself")),
        Link::Forward(to) => {
            Some(format!("{who} points forward to {}, a newer row", history.id(to)))
        }
        _ => None,
    }
}

/// That a row points at a row of another key, without a full stop; nothing of another row.
pub fn foreign(history: &History, at: RowIx, who: &str) -> Option<String> {
    let to = history.prev(at).filter(|&to| !history.is_same_key(at, to))?;
    let whose = name(history, history.key_at(to));
    Some(format!("{who} points at revision {} of {whose}", history.id(to)))
}

/// That some rows are a fork, without a full stop: `Revisions 3 and 4 both follow 2`. `who` are so
/// many rows, and `prev` is what they follow.
pub fn fork(who: &str, rows: usize, prev: Revision) -> String {
    let both = if rows == 2 { "both" } else { "all" };
    match prev {
        0 => format!("{who} {both} begin the key"),
        prev => format!("{who} {both} follow {prev}"),
    }
}

/// The missing row that a row follows, to whom looks at that row.
pub(super) fn missing(history: &History, at: RowIx, prev: Revision, why: Absence) -> String {
    let told = match why {
        Absence::Compacted => unrecorded(history, at, "It"),
        Absence::Broken => broken_link(history, at, "It").map(|said| {
            let excerpt = history.profile().excerpt;
            format!(
                "{said}: a broken link{}.",
                if excerpt { ", unless this text leaves rows out" } else { "" }
            )
        }),
        Absence::Unexplained(why) => Some(unexplained(&format!("Its predecessor {prev}"), 1, why)),
    };
    told.unwrap_or_else(|| format!("Its predecessor {prev} was compacted away, as it should be."))
}

/// Rows of which nobody can tell why they are missing: `which` are so many.
pub fn unexplained(which: &str, rows: usize, why: Unknown) -> String {
    let (is, them) = if rows == 1 { ("is", "it") } else { ("are", "them") };
    let without = match why {
        Unknown::Part => {
            return format!(
                "{which} {is} not among the rows that were read, but may be in the table."
            );
        }
        Unknown::CompactRevision => "without compact_rev_key",
        Unknown::Created => "without the created column",
        Unknown::FirstRows => "without the first rows of the table",
        Unknown::Name => {
            return format!(
                "{which} {is} not in this table; compaction does not follow a row whose name is NULL, \
                 so nobody can tell whether one removed {them}."
            );
        }
    };
    format!(
        "{which} {is} not in this table; {without}, nobody can tell whether a compaction removed \
         {them}."
    )
}

/// A row that is not there, to whom looks at its place.
pub fn absent(history: &History, why: Absence) -> String {
    let horizon = history.horizon();
    let compacted = horizon.compacted();
    match why {
        Absence::Compacted => format!(
            "Compacted away, as it should be: the table is compacted to {compacted}{}. A row at \
             or below that revision points at it, or it was itself a tombstone at or below it.",
            match horizon.unrecorded() {
                Some(_) => ", as the rows show, although compact_rev_key does not record it",
                None => "",
            }
        ),
        Absence::Broken => format!(
            "Missing, and compaction up to {compacted} does not explain it: a row above that points \
             at it. Somebody deleted it by hand, {}.",
            if history.profile().excerpt {
                "it was lost, or this text leaves it out"
            } else {
                "or it was lost"
            }
        ),
        Absence::Unexplained(why) => unexplained("It", 1, why),
    }
}
