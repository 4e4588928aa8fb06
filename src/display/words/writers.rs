//! Which versions of kine wrote a table, by which evidence, and what those do wrong.

use crate::history::compaction::{Sign, Version, Writers};
use crate::history::{Dialect, History, Revision};

/// What versions do wrong, from the first that does to the first that does not.
const FAULTS: [(Version, Version, &str); 3] = [
    (
        Version(0, 11, 9),
        Version(0, 13, 16),
        "v0.11.9 to v0.13.15 remove rows at once, and record nothing, when a client asks them to compact",
    ),
    (
        Version(0, 13, 4),
        Version(0, 13, 10),
        "v0.13.4 to v0.13.9 never compact again once the first transaction of a round has failed",
    ),
    (
        Version(0, 0, 0),
        Version(0, 14, 8),
        "those before v0.14.8 take _ in a name for any character, so that a row can follow one of another key",
    ),
];

/// The version that is sometimes advised against forks, and changes nothing about them.
const ADVISED: Version = Version(0, 13, 8);

/// Which versions wrote the rows, and the evidence; `None` where nothing tells.
pub fn writers(of: &Writers) -> Option<String> {
    let index = of.index.filter(|&(_, from)| of.from().is_none_or(|first| first < from));
    let index = index.map(|(name, from)| {
        format!("The index {name} is there, which {from} and later make when they start.")
    });
    let Some(&(id, sign)) = of.rows.first() else {
        return index.map(|index| format!("kine: no row tells its version. {index}"));
    };
    let range = match (of.from(), of.before()) {
        (Some(from), Some(before)) => format!("{from} or later, and before {before}"),
        (Some(from), None) => format!("{from} or later"),
        (None, Some(before)) => format!("a version before {before}"),
        (None, None) => return index,
    };
    let mut evidence = vec![trace(id, sign)];
    // Where the newest row sets no lower bound, or a lower one, an older one does.
    let other = of.rows.iter().find(|(_, other)| other.from() == of.from() && *other != sign);
    if of.from().is_some() && sign.from() != of.from() {
        evidence.extend(other.map(|&(id, sign)| trace(id, sign)));
    }
    let mut said =
        format!("kine: its newest rows were written by {range} ({}).", evidence.join("; "));
    if let Some((id, sign)) = of.newer() {
        said += &format!(
            " An older one was written by a newer version ({}): two versions write at the same time, or an \
             older one came back.",
            trace(id, sign)
        );
    }
    said.extend(index.map(|index| format!(" {index}")));
    Some(said)
}

/// A row, and in what it differs.
fn trace(id: Revision, sign: Sign) -> String {
    match sign {
        Sign::BareDeletion => format!("the deletion {id} has create_revision 0"),
        Sign::CopiedDeletion => format!("the deletion {id} has the create_revision of its key"),
        Sign::Asking => format!("compact_rev_key_apiserver at {id} says what was asked for"),
        Sign::Counting => {
            format!("compact_rev_key_apiserver at {id} does not say what was asked for")
        }
        Sign::Request => format!("compact_rev_key_apiserver is there, at {id}"),
    }
}

/// What those versions do wrong, and which do not; `None` where nothing is known against them.
pub fn upgrade(history: &History, of: &Writers) -> Option<String> {
    let faults = FAULTS.iter().filter(|&&(from, before, _)| of.may_be(from, before));
    let faults: Vec<&str> = faults.map(|&(.., fault)| fault).collect();
    if faults.is_empty() {
        return None;
    }
    let not = if of.from().is_none_or(|from| from <= ADVISED) {
        "; v0.13.8, which is sometimes advised, does all of it"
    } else {
        ""
    };
    let mut said = format!(
        "Of these versions, {}. v0.14.8 and later do nothing of that{not}.",
        faults.join("; ")
    );
    let profile = history.profile();
    let forks = profile.unique_index == Some(false) || history.forks() > 0;
    if forks && profile.dialect == Dialect::MySql {
        said += " No version makes a missing unique index again on MySQL or MariaDB, nor takes stray rows out: \
                 kinescope repair writes the statements that do.";
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Flag, Profile, RequestValue, Row};

    /// A table of a key with deletions that have these create revisions, and rows of API servers.
    fn history(deletions: &[(u64, u64)], requests: &[(u64, Option<&str>)]) -> History {
        let mut history = History::new(Profile::kine_default());
        let row = |id, name: &'static [u8], deleted: bool, create, prev| Row {
            id,
            name: Some(name),
            created: Flag::from_number((!deleted).into()),
            deleted: Flag::from_number(deleted.into()),
            create_revision: Some(create),
            prev_revision: Some(prev),
            lease: Some(0),
        };
        let mut rows: Vec<Row<'_>> = vec![row(1, b"/a", false, 0, 0)];
        rows.extend(deletions.iter().map(|&(id, create)| row(id, b"/a", true, create, 1)));
        let name = b"compact_rev_key_apiserver";
        rows.extend(requests.iter().map(|&(id, _)| row(id, name, false, 0, 0)));
        rows.sort_unstable_by_key(|row| row.id);
        for (id, value) in requests {
            if let Some(value) = value {
                assert!(RequestValue::parse(value.as_bytes()).is_some());
                history.note_request(*id, value.as_bytes());
            }
        }
        for row in rows {
            history.push(row).expect("in order");
        }
        history
    }

    #[test]
    fn the_newest_rows_tell_who_wrote_them() {
        let said = |deletions: &[(u64, u64)], requests: &[(u64, Option<&str>)]| {
            writers(&Writers::of(&history(deletions, requests)))
        };
        assert_eq!(said(&[], &[]), None);
        for (deletions, requests, expected) in [
            (
                &[(3, 1), (5, 0)][..],
                &[][..],
                "kine: its newest rows were written by v0.16.0 or later (the deletion 5 has create_revision 0).",
            ),
            (
                &[(5, 1)],
                &[],
                "kine: its newest rows were written by a version before v0.16.0 (the deletion 5 has the \
                 create_revision of its key).",
            ),
            (
                &[(5, 1)],
                &[(3, Some("2|1"))],
                "kine: its newest rows were written by v0.14.4 or later, and before v0.16.0 (the deletion 5 has \
                 the create_revision of its key; compact_rev_key_apiserver at 3 says what was asked for).",
            ),
            (
                &[],
                &[(4, Some("2"))],
                "kine: its newest rows were written by v0.13.16 or later, and before v0.14.4 \
                 (compact_rev_key_apiserver at 4 does not say what was asked for).",
            ),
            (
                &[],
                &[(4, None)],
                "kine: its newest rows were written by v0.13.16 or later (compact_rev_key_apiserver is there, \
                 at 4).",
            ),
            (
                &[(3, 0), (5, 1)],
                &[],
                "kine: its newest rows were written by a version before v0.16.0 (the deletion 5 has the \
                 create_revision of its key). An older one was written by a newer version (the deletion 3 has \
                 create_revision 0): two versions write at the same time, or an older one came back.",
            ),
        ] {
            assert_eq!(said(deletions, requests).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_a_version_does_wrong_is_said_of_those_that_it_may_be() {
        let said = |deletions: &[(u64, u64)], requests: &[(u64, Option<&str>)]| {
            let history = history(deletions, requests);
            upgrade(&history, &Writers::of(&history)).unwrap_or_default()
        };
        assert_eq!(said(&[], &[]), "");
        assert_eq!(said(&[(3, 1), (5, 0)], &[]), "");
        let old = said(&[(5, 1)], &[]);
        for part in
            ["v0.11.9 to v0.13.15", "v0.13.4 to v0.13.9", "v0.13.8, which", "v0.14.8 and later"]
        {
            assert!(old.contains(part), "{old}");
        }
        // The row says v0.13.16 to v0.14.3.
        let newer = said(&[], &[(4, Some("2"))]);
        assert!(newer.starts_with("Of these versions, those before v0.14.8 take _"), "{newer}");
        assert!(!newer.contains("v0.13.8"), "{newer}");
        // Of two rows that follow one, which is a fork.
        let forked = said(&[(5, 1), (6, 1)], &[]);
        assert!(forked.contains("No version makes a missing unique index again"), "{forked}");
    }
}
