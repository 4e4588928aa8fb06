//! A part of a table in words.

use crate::history::compaction::Plan;
use crate::history::{History, Part, Profile};
use crate::text::escape;

/// That only the keys are looked at whose names begin so, after how many there are; nothing of all.
pub fn under(prefix: &[u8]) -> String {
    if prefix.is_empty() { String::new() } else { format!(" under {}", escape(prefix)) }
}

/// What was asked for: `rows after revision 5000 of keys that begin with /registry/`; `None` when that was
/// everything.
pub fn part(profile: &Profile) -> Option<String> {
    let Part { since, prefix } = profile.part.as_ref()?;
    let mut rows = "rows".to_owned();
    if let Some(since) = since {
        rows.push_str(&format!(" after revision {since}"));
    }
    if let Some(prefix) = prefix {
        rows.push_str(&format!(" of keys that begin with {}", escape(prefix.as_bytes())));
    }
    Some(rows)
}

/// What was read, and what that leaves open; `None` when everything was asked for.
pub fn asked_for(profile: &Profile) -> Option<String> {
    let rows = part(profile)?;
    let since = profile.part.as_ref().and_then(|part| part.since);
    // A key's older rows are outside the one part, and those of other keys outside the other.
    let back =
        if since.is_some() { "; and a key may go back to a row that was not read" } else { "" };
    Some(format!(
        "only {rows}, compact_rev_key and compact_rev_key_apiserver were read. Rows that were not \
         read may point at these, so a compaction may remove more of them{back}."
    ))
}

/// Whether older rows of a key may exist that were not read.
pub(super) fn is_cut_off(history: &History) -> bool {
    history.profile().part.as_ref().is_some_and(|part| part.since.is_some())
}

/// That a compaction changes no key.
pub fn no_effect(history: &History, plan: &Plan) -> String {
    let to = plan.reached;
    if is_cut_off(history) {
        format!(
            "A compaction to {to} changes no key's state, as far as the rows that were read \
             show."
        )
    } else {
        format!("A compaction to {to} changes no key's state.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_what_is_not_known() {
        let part = |since, prefix: Option<&str>| {
            let part = Part { since, prefix: prefix.map(str::to_owned) };
            super::asked_for(&Profile { part: Some(part), ..Profile::kine_default() })
        };
        let said = [
            (
                part(Some(5000), None),
                "only rows after revision 5000, compact_rev_key and compact_rev_key_apiserver \
                 were read. Rows that were not read may point at these, so a compaction may \
                 remove more of them; and a key may go back to a row that was not read.",
            ),
            (
                part(None, Some("/registry/\x1b")),
                "only rows of keys that begin with /registry/\\x1b, compact_rev_key and \
                 compact_rev_key_apiserver were read. Rows that were not read may point at these, \
                 so a compaction may remove more of them.",
            ),
        ];
        for (part, expected) in said {
            assert_eq!(part.as_deref(), Some(expected));
        }
        assert_eq!(super::asked_for(&Profile::kine_default()), None);
    }
}
