//! What is worth saying of a key: its forks, its broken and misdirected links, NULLs that kine cannot
//! read, its forgotten rows and what they would come back as.

use std::collections::{BTreeMap, BTreeSet};

use crate::display::{Shown, words};
use crate::history::compaction::{Algorithm, Verdict};
use crate::history::{Absence, History, KeyId, Link, Revision, RowIx, Unknown};
use crate::text::{escape, grouped};

/// How much of a sort is said unless everything is asked for.
const MOST: usize = 12;

/// Everything worth saying of a key, each a paragraph.
pub(crate) fn notable(
    shown: &Shown<'_>,
    key: KeyId,
    all: bool,
    is_whole: bool,
    verdict: &Verdict,
) -> Vec<String> {
    let history = shown.history;
    if key == KeyId::MARK {
        return Vec::new();
    }
    let most = if all { usize::MAX } else { MOST };
    let mut said = shortened(forks(history, key, all), most);
    said.extend(shortened(links(shown, key), most));
    said.extend(unexplained(history, key, all));
    said.extend(shortened(nulls(history, key, all), most));
    said.extend(forgotten(shown, key, all, verdict));
    if is_whole && !history.may_be_a_part() {
        said.extend(strays(history, key, all));
    }
    said.extend(spelling(history, key));
    said
}

fn shortened(mut said: Vec<String>, most: usize) -> Vec<String> {
    let more = said.len().saturating_sub(most);
    if more > 0 {
        said.truncate(most);
        said.push(format!("And {} more like these; --all lists them.", grouped(more as u64)));
    }
    said
}

/// `5300, 5247 and 5122`; the middle of a long list is left out unless all is asked for.
fn list(ids: impl IntoIterator<Item = Revision>, all: bool) -> String {
    if !all {
        return words::revisions(ids);
    }
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    match ids.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

fn revisions(history: &History, rows: &[RowIx], all: bool) -> String {
    let noun = if rows.len() == 1 { "Revision" } else { "Revisions" };
    format!("{noun} {}", list(rows.iter().map(|&at| history.id(at)), all))
}

fn name(history: &History, at: RowIx) -> String {
    history.key_at(at).map_or_else(
        || "a row whose name is NULL".to_owned(),
        |key| escape(history.name(key)).into_owned(),
    )
}

fn forks(history: &History, key: KeyId, all: bool) -> Vec<String> {
    let forks = history.forks_of(key);
    forks
        .into_iter()
        .enumerate()
        .map(|(at, fork)| {
            let why = if at == 0 {
                ", which the unique index on name and prev_revision forbids"
            } else {
                ""
            };
            let rows = revisions(history, &fork.rows, all).to_lowercase();
            format!("Fork: {}{why}.", words::fork(&rows, fork.rows.len(), fork.prev))
        })
        .collect()
}

/// Links that kine never writes, or that no compaction explains, the newest first.
fn links(shown: &Shown<'_>, key: KeyId) -> Vec<String> {
    let history = shown.history;
    let rule = shown.plan.map_or_else(Algorithm::default, |plan| plan.policy.algorithm);
    let mut said = Vec::new();
    for at in history.rows_of(key) {
        let id = history.id(at);
        match history.link(at) {
            Link::Ahead(_) => said.extend(words::ahead(history, at, &format!("Revision {id}"))),
            Link::Missing(_, Absence::Broken) => {
                let broken =
                    words::broken_link(history, at, &format!("Broken link: revision {id}"));
                said.extend(broken.map(|said| said + "."));
            }
            Link::Missing(_, Absence::Compacted) => {
                said.extend(words::unrecorded(history, at, &format!("Revision {id}")));
            }
            Link::Forward(_) => {
                let points = words::misdirected(history, at, &format!("Revision {id}"));
                said.extend(points.map(|points| points + ". kine never writes that."));
            }
            Link::Itself => {
                let goes = if rule.counts(history, at) {
                    "removes such a row"
                } else {
                    "ignores such a pointer"
                };
                let points = words::misdirected(history, at, &format!("Revision {id}"));
                said.extend(points.map(|points| {
                    format!("{points}. kine never writes that, and compaction {goes}.")
                }));
            }
            Link::Present(prev) if history.key_at(prev) != Some(key) => {
                let points = words::foreign(history, at, &format!("Revision {id}"));
                said.extend(points.map(|points| {
                    points
                        + ": compaction follows the revision and never looks at the name, so it \
                           removes that row."
                }));
            }
            _ => {}
        }
        for by in history.successors(at).filter(|&by| history.key_at(by) != Some(key)) {
            let by_id = history.id(by);
            let who = match history.key_at(by) {
                Some(_) => format!("Revision {by_id} of {}", name(history, by)),
                None => format!("Revision {by_id}, whose name is NULL,"),
            };
            let so = if rule.counts(history, by) {
                format!(
                    "compaction follows the revision and never looks at the name, so it removes \
                     {id}"
                )
            } else {
                "kine's compaction ignores that pointer".to_owned()
            };
            said.push(format!("{who} points at revision {id} of this key: {so}."));
        }
    }
    said
}

/// The missing rows of which nobody can tell why, those together that lack the same to tell it.
fn unexplained(history: &History, key: KeyId, all: bool) -> Vec<String> {
    let mut missing: BTreeMap<Unknown, BTreeSet<Revision>> = BTreeMap::new();
    for at in history.rows_of(key) {
        if let Link::Missing(prev, Absence::Unexplained(why)) = history.link(at) {
            missing.entry(why).or_default().insert(prev);
        }
    }
    let said = |(why, ids): (_, BTreeSet<Revision>)| {
        let rows = ids.len();
        words::unexplained(&list(ids, all), rows, why)
    };
    missing.into_iter().map(said).collect()
}

/// The rows that have NULL where kine expects a value, those with the same columns together.
fn nulls(history: &History, key: KeyId, all: bool) -> Vec<String> {
    let mut rows: BTreeMap<Vec<&str>, Vec<RowIx>> = BTreeMap::new();
    for at in history.rows_of(key) {
        let nulls: Vec<&str> = history.nulls(at).collect();
        if !nulls.is_empty() {
            rows.entry(nulls).or_default().push(at);
        }
    }
    rows.into_values()
        .filter_map(|mut rows| {
            rows.sort_unstable();
            words::nulls(history, *rows.first()?, &revisions(history, &rows, all), rows.len())
        })
        .collect()
}

/// The rows that no compaction removes, and, unless a plan tells already, why the key changes in the
/// end, if it does.
fn forgotten(shown: &Shown<'_>, key: KeyId, all: bool, verdict: &Verdict) -> Option<String> {
    let history = shown.history;
    let mut rows: Vec<RowIx> = history.forgotten(key).collect();
    rows.reverse();
    let (is, it) = if rows.len() == 1 { ("is", "it") } else { ("are", "them") };
    let said = (!rows.is_empty()).then(|| {
        format!(
            "{} {is} forgotten: {}, so no compaction removes {it}.",
            revisions(history, &rows, all),
            words::nobody_points_at(history, &rows, it)
        )
    });
    let change = verdict.change_of(key).filter(|_| shown.effect.is_none());
    let then = change.map(|change| {
        let story = words::story(history, verdict.whole(), change);
        format!("Once its rows are compacted, {}", words::uncapitalized(&story))
    });
    match (said, then) {
        (Some(said), Some(then)) => Some(format!("{said} {then}")),
        (said, then) => said.or(then),
    }
}

/// The rows that would have to go for the key to be sound.
fn strays(history: &History, key: KeyId, all: bool) -> Option<String> {
    let strays = history.strays(key);
    let newest = history.id(history.key(key).newest?);
    let rows = revisions(history, &strays, all);
    let (is, them) = if strays.len() == 1 { ("is", "it") } else { ("are", "them") };
    (!strays.is_empty()).then(|| {
        format!(
            "{rows} {is} stray: the key's newest row, {newest}, does not lead back to {them}. \
             Without {them}, no row is left that the key could come back at."
        )
    })
}

fn spelling(history: &History, key: KeyId) -> Option<String> {
    let collation = &history.profile().collation;
    if !history.key(key).respelled {
        return (!collation.is_sure_of(history.name(key))).then(|| {
            format!(
                "The name is not ASCII: {collation} may treat other spellings as the same key, \
                 and kinescope does not know its rules."
            )
        });
    }
    let spellings: BTreeSet<&[u8]> =
        history.rows_of(key).filter_map(|at| history.row(at).name).collect();
    let spellings: Vec<String> =
        spellings.into_iter().map(|name| format!("\"{}\"", escape(name))).collect();
    let said = format!(
        "Spelled in several ways, all one key in the collation {collation}: {}.",
        spellings.join(", ")
    );
    Some(match words::taken_as_one(history, [key]) {
        Some(doubt) => format!("{said} {doubt}"),
        None => said,
    })
}
