//! A key in words: what it is now, and what a compaction does to it.

use super::super::label::name;
use super::forgotten::nobody_points_at;
use crate::history::compaction::{Effect, KeyEffect, Plan, Reason};
use crate::history::{Flag, History, KeyId, Revision, Standing};
use crate::text::count;

/// An effect in a word.
pub const fn effect_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Resurrected => "resurrected",
        Effect::Reverted => "reverted",
        Effect::Lost => "lost",
    }
}

/// What a key is now: `deleted at 5890, 103 rows, 4 forks`.
pub fn key_now(history: &History, id: KeyId) -> String {
    let key = history.key(id);
    let state = match key.newest {
        _ if id == KeyId::MARK => match history.compacted() {
            Some(compacted) => format!("compact revision {compacted}"),
            None => "no compact revision".to_owned(),
        },
        None => "no rows".to_owned(),
        Some(at) => {
            let state = match history.deleted(at) {
                _ if history.standing(at) == Standing::Gap => "gap row",
                Flag::Null => "unreadable",
                flag if flag.is_set() => "deleted",
                _ => "live",
            };
            format!("{state} at {}", history.id(at))
        }
    };
    let mut parts = vec![state, count(key.rows.into(), "row")];
    if key.forks > 0 {
        parts.push(count(key.forks.into(), "fork"));
    }
    if history.is_broken(id) {
        parts.push("a broken link".to_owned());
    }
    if key.misdirected {
        parts.push("a misdirected pointer".to_owned());
    }
    if key.respelled {
        parts.push("spelled in several ways".to_owned());
    }
    parts.join(", ")
}

/// That names may be of several keys which are taken for one, since a text does not say how its database
/// compares them. `None` where no name of these keys is spelled in two ways, or the source tells.
pub fn taken_as_one(history: &History, keys: impl IntoIterator<Item = KeyId>) -> Option<String> {
    let profile = history.profile();
    if !profile.is_assumed {
        return None;
    }
    let respelled = keys.into_iter().filter(|&key| history.key(key).respelled).count() as u64;
    let are = if respelled == 1 { "is" } else { "are" };
    (respelled > 0).then(|| {
        format!(
            "{} {are} spelled in several ways, which {} treats as one name. The text does not say \
             which database it comes from: PostgreSQL and SQLite keep such names apart, as \
             --collation binary does.",
            count(respelled, "key"),
            profile.collation
        )
    })
}

/// What a compaction does to a key, and why, in two or three sentences.
pub fn story(history: &History, plan: &Plan, effect: &KeyEffect) -> String {
    let before = effect.before.revision;
    let why = match plan.reason(history, effect.before.row) {
        Reason::PointedAt(by) if by == effect.before.row => "it points at itself".to_owned(),
        Reason::PointedAt(by) if history.key_at(by) == Some(effect.key) => {
            format!("revision {} of the same key points at it", history.id(by))
        }
        Reason::PointedAt(by) => format!(
            "revision {} of {} points at it",
            history.id(by),
            name(history, history.key_at(by))
        ),
        Reason::CompactRevision => {
            "kine v0.5.0 treats compact_rev_key as pointing at it".to_owned()
        }
        _ => "it is a tombstone".to_owned(),
    };
    match (effect.effect, effect.after) {
        (Effect::Resurrected, Some(after)) => {
            let goes = if history.deleted(effect.before.row).is_set() {
                format!("Its tombstone {before} goes")
            } else {
                format!("Revision {before} goes, because {why}")
            };
            let now = after.revision;
            let nobody = match plan.reason(history, after.row) {
                Reason::Forgotten => {
                    format!(", because {}", nobody_points_at(history, &[after.row], "it"))
                }
                _ => String::new(),
            };
            format!(
                "The key comes back at {now}, an old value. {goes}; {now} stays{nobody}. {}",
                again(&plan.layers(history, effect), super::is_cut_off(history))
            )
        }
        (Effect::Reverted, Some(after)) => format!(
            "The key goes back from {before} to {}: revision {before} goes, because {why}.",
            after.revision
        ),
        (_, after) => {
            let left = match after {
                None => "No row of the key is left.".to_owned(),
                Some(after) => {
                    format!("What is left is {}, which is not live.", after.revision)
                }
            };
            format!("The key is lost: revision {before} goes, because {why}. {left}")
        }
    }
    .trim_end()
    .to_owned()
}

/// How often a key would come back yet; where its older rows were not read, at least.
fn again(layers: &[u64], cut_off: bool) -> String {
    let end =
        if cut_off { "what comes after that was not read" } else { "after that it stays deleted" };
    match layers.get(1..).unwrap_or_default() {
        [] if cut_off => "What it could come back at after that was not read.".to_owned(),
        [] => "Delete the key again and compact, and it stays deleted.".to_owned(),
        rest => {
            let rest = one_by_one(rest.iter().copied());
            format!("Delete the key again and compact, and it comes back at {rest}; {end}.")
        }
    }
}

/// `5247, then at 5122`; the middle of a long list is left out.
pub(crate) fn one_by_one(revisions: impl Iterator<Item = Revision>) -> String {
    const MOST: usize = 6;
    let mut said: Vec<String> = revisions.map(|id| id.to_string()).collect();
    if said.len() > MOST {
        let left_out = said.len() - MOST + 1;
        said.splice(MOST - 2..=MOST - 3 + left_out, [format!("{left_out} more revisions")]);
    }
    said.join(", then at ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_is_a_return() {
        let said = |layers: &[u64]| {
            again(layers, false).replace("Delete the key again and compact, and it ", "")
        };
        assert_eq!(said(&[5]), "stays deleted.");
        assert_eq!(said(&[5, 4]), "comes back at 4; after that it stays deleted.");
        assert_eq!(
            said(&[5000, 4000, 3000]),
            "comes back at 4000, then at 3000; after that it stays deleted."
        );
        assert_eq!(
            said(&[9, 8, 7, 6, 5, 4, 3, 2, 1]),
            "comes back at 8, then at 7, then at 6, then at 5, then at 3 more revisions, then at 1; \
             after that it stays deleted."
        );
    }
}
