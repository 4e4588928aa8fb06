//! What a compaction did, beside what was foreseen.

use super::revisions;
use crate::history::compaction::Outcome;
use crate::text::{count, escape, grouped};

/// What a compaction did, in a sentence or three: exact only of the rows that had been seen.
pub fn outcome(outcome: &Outcome) -> String {
    let reached = outcome.reached;
    let gone = outcome.gone.len() as u64;
    let mut said = if outcome.before == Some(reached) {
        // Somebody removed them by other means, such as the Compact request of some versions.
        let are = if gone == 1 { "is" } else { "are" };
        format!("{} {are} gone, though compact_rev_key still says {reached}", count(gone, "row"))
    } else {
        format!("kine compacted to {reached}")
    };
    if outcome.is_as_foreseen() {
        let (left, all) = (grouped(outcome.left() as u64), count(outcome.rows as u64, "row"));
        said += &format!(" and left exactly the {left} of {all} that were foreseen.");
    } else {
        said += ", and not as foreseen: ";
        let stayed = differing(&outcome.stayed, "that was to go stayed", "that were to go stayed");
        let went =
            differing(&outcome.unforeseen, "that was to stay went", "that were to stay went");
        said += &[stayed, went].into_iter().flatten().collect::<Vec<_>>().join("; ");
        said += ".";
    }
    if !outcome.is_all_seen {
        said += &format!(
            " Rows up to {reached} that were written and removed between two looks were not seen, and \
             are not counted."
        );
    }
    said
}

/// `2 rows that were to go stayed (7 and 9)`; `None` for none.
fn differing(ids: &[u64], one: &str, several: &str) -> Option<String> {
    let what = if ids.len() == 1 { one } else { several };
    let rows = count(ids.len() as u64, "row");
    (!ids.is_empty()).then(|| format!("{rows} {what} ({})", revisions(ids.iter().copied())))
}

/// How many rows went, and which: a line for each of so many keys by name, and how many keys more there are.
pub fn gone(outcome: &Outcome, most: usize) -> Vec<String> {
    let gone = &outcome.gone;
    let mut keys: Vec<_> = gone.keys().map(|(key, _)| key).collect();
    keys.sort_by_key(|&key| gone.name(key));
    let more = keys.len().saturating_sub(most) as u64;
    let lines = keys.into_iter().take(most).map(|key| {
        let mut ids: Vec<u64> = gone.rows_of(key).map(|at| gone.id(at)).collect();
        ids.reverse();
        let rows = count(ids.len() as u64, "row");
        format!("{}  {rows}: {}", escape(gone.name(key)), revisions(ids))
    });
    let more = (more > 0).then(|| format!("{} more.", count(more, "key")));
    let all = match gone.len() as u64 {
        0 => "No row went.".to_owned(),
        rows => {
            format!("{} of {} went:", count(rows, "row"), count(gone.key_count() as u64, "key"))
        }
    };
    std::iter::once(all).chain(lines).chain(more).collect()
}

/// `12 rows came`.
pub fn rows_came(rows: u64) -> String {
    match rows {
        0 => "no row came".to_owned(),
        rows => format!("{} came", count(rows, "row")),
    }
}
