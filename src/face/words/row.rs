//! A row in words: what it is, what links to it, and why it stays or goes.

use super::super::label::{kind, name};
use super::super::{Shown, count, grouped, signed};
use super::{key, list};
use crate::history::compaction::{Plan, Reason};
use crate::history::{Absence, Flag, History, KeyId, Kind, Link, Row, RowIx, Standing};

/// A column of a row, with its value in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

/// What a row is, in a few words: `update, live after compaction`.
pub fn title(shown: &Shown<'_>, at: RowIx) -> String {
    let what = kind(shown.history.kind(at));
    let now = match shown.history.standing(at) {
        Standing::Live => "live",
        Standing::Deleted => "the key is deleted",
        Standing::Superseded => "superseded",
        Standing::Orphaned => "forgotten",
        Standing::Unreadable => "unreadable",
        Standing::Nameless => "no name",
        Standing::Gap | Standing::Mark => "",
    };
    let then = shown.plan.map(|plan| match shown.effect {
        _ if !plan.survives(at) => "removed by compaction",
        Some(effect) if effect.after.is_some_and(|after| after.row == at && after.live) => {
            "live after compaction"
        }
        _ => "survives compaction",
    });
    let parts = [what, now, then.unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The columns of a row, in the words of the table; and which of how many lives of its key it is of,
/// where that is known.
pub fn fields(history: &History, at: RowIx, life: Option<(usize, usize)>) -> Vec<Field> {
    let row = history.row(at);
    let columns = history.profile().columns;
    let absent = absent_column(history);
    let revision = |known: bool, value: Option<u64>| match (known, value) {
        (false, _) => absent.to_owned(),
        (_, None) => "NULL".to_owned(),
        (_, Some(value)) => value.to_string(),
    };
    let mut fields = vec![
        Field { name: "created", value: flag(row.created, absent) },
        Field { name: "deleted", value: flag(row.deleted, absent) },
        Field { name: "create", value: revision(columns.create_revision, row.create_revision) },
        Field { name: "prev", value: revision(true, row.prev_revision) },
        Field {
            name: "lease",
            value: match row.lease {
                _ if !columns.lease => absent.to_owned(),
                None => "NULL".to_owned(),
                Some(0) => "none".to_owned(),
                Some(seconds) => format!("{} s", signed(seconds.into())),
            },
        },
    ];
    if let Some((number, all)) = life.filter(|&(_, all)| all > 1) {
        fields.push(Field { name: "life", value: format!("{number} of {all}") });
    }
    fields
}

/// What is said in place of a column that is not known. A server's table has them all.
fn absent_column(history: &History) -> &'static str {
    if history.profile().database.is_some() { "not read" } else { "not in this table" }
}

fn flag(flag: Flag, absent: &'static str) -> String {
    match flag {
        Flag::Unknown => absent,
        Flag::Null => "NULL",
        Flag::No => "0",
        Flag::Yes => "1",
        Flag::Odd => "neither 0 nor 1; counts as set",
    }
    .to_owned()
}

/// A row in whole sentences, each a paragraph: why it stays or goes, what links to it, and what
/// is damaged.
pub fn about(shown: &Shown<'_>, at: RowIx) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(plan) = shown.plan {
        said.push(reason(shown.history, plan, at));
        if let Some(effect) = shown.effect {
            said.push(key::story(shown.history, plan, effect));
        }
    } else {
        said.push(standing(shown.history, at));
    }
    said.extend(links(shown.history, at));
    said.retain(|sentence| !sentence.is_empty());
    said
}

/// Why a row goes or stays.
fn reason(history: &History, plan: &Plan, at: RowIx) -> String {
    let target = plan.reached;
    match plan.reason(history, at) {
        Reason::PointedAt(by) if plan.batches.len() > 1 => {
            format!("Removed {}: {} points at this row.", batch(plan, at), who(history, at, by))
        }
        Reason::PointedAt(by) => {
            format!(
                "Removed: {}, which is at or below the target {target}, points at this row.",
                who(history, at, by)
            )
        }
        Reason::Tombstone => {
            let when = match plan.batches.len() {
                2.. => format!("{}: ", batch(plan, at)),
                _ => format!("at or below the target {target}: "),
            };
            format!("Removed {when}{}", tombstone(history, at))
        }
        Reason::CompactRevision => {
            "Removed: kine v0.5.0 takes compact_rev_key to point at the revision \
                                    that was compacted to before, which is this row."
                .to_owned()
        }
        Reason::PointedAtFromAbove(by) => format!(
            "Stays for now: {} points at this row, but is above {target}.",
            who(history, at, by)
        ),
        Reason::AboveTarget => format!("Stays: above {target}, and nobody points at this row."),
        Reason::Newest => {
            "Stays: nobody points at this row, and it is the newest of its key.".to_owned()
        }
        Reason::Forgotten if history.standing(at) == Standing::Nameless => {
            "Stays: nobody points at this row, and it is no tombstone.".to_owned()
        }
        Reason::Forgotten => "Nobody points at this row, so compaction keeps it.".to_owned(),
        Reason::NotCounted(by) if plan.survives(by) => format!(
            "Stays: only {} points at this row, and kine's compaction does not count that one.",
            who(history, at, by)
        ),
        Reason::NotCounted(by) => format!(
            "Stays: only {} pointed at this row, and that one is removed before it counts.",
            who(history, at, by)
        ),
        Reason::Untouched => "Stays: this compaction carries nothing out.".to_owned(),
        Reason::Mark => match plan.transactions {
            0 => "Stays: this row holds the compact revision.".to_owned(),
            _ => format!("Stays: this row holds the compact revision, which becomes {target}."),
        },
    }
}

/// What a row is that is removed for being deleted.
fn tombstone(history: &History, at: RowIx) -> &'static str {
    let newest = history.key_at(at).and_then(|key| history.key(key).newest);
    match history.standing(at) {
        Standing::Gap => "a gap row, which kine marks as deleted when it writes it.",
        _ if newest == Some(at) => "a tombstone. Nothing else remembers the deletion.",
        _ => "a tombstone.",
    }
}

/// The batch that removes a row, and how far it goes.
fn batch(plan: &Plan, at: RowIx) -> String {
    plan.batch_of(at).map_or_else(String::new, |batch| {
        format!("in batch {}, up to {}", grouped(batch.number), batch.target)
    })
}

/// A row that points at another, by its revision, and by its key where that is another.
fn who(history: &History, at: RowIx, by: RowIx) -> String {
    let id = history.id(by);
    if at == by {
        "the row itself".to_owned()
    } else if history.key_at(at) == history.key_at(by) {
        format!("revision {id}")
    } else {
        format!("revision {id} of {}", name(history, history.key_at(by)))
    }
}

/// What a row is now.
fn standing(history: &History, at: RowIx) -> String {
    let key = history.key_at(at);
    let newest = key.and_then(|key| history.key(key).newest);
    match history.standing(at) {
        Standing::Live => match key.filter(|&key| has_returned(history, key)) {
            Some(_) => "This is the key's value now; but it may have been deleted, and have come \
                        back: older rows of it were forgotten, and none after this one is left \
                        (rule returned-key)."
                .to_owned(),
            None => "This is the key's value now.".to_owned(),
        },
        Standing::Deleted => "The key is deleted, and this row is what remembers it. When it is \
                              compacted, every row of the key must be gone as well."
            .to_owned(),
        Standing::Superseded => {
            let by = history.successors(at).filter(|&by| by != at);
            let mut by: Vec<RowIx> = by.collect();
            by.sort_unstable();
            match by[..] {
                [only] => format!("Superseded: {} points at it.", who(history, at, only)),
                _ => format!("Superseded: revisions {} point at it.", list(history, by)),
            }
        }
        Standing::Orphaned if history.deleted(at).is_set() => {
            "Forgotten: nobody points at this tombstone, and it is not the newest row of its key, \
             so that it deletes nothing. Compaction removes it."
                .to_owned()
        }
        Standing::Orphaned if !history.is_forgotten(at) => {
            "Only this row itself points at it: compaction removes such a row.".to_owned()
        }
        Standing::Orphaned => {
            let what = "Forgotten: nobody points at this row, and it is not the newest of its key. \
                        No compaction ever removes it.";
            match newest.map(|at| history.deleted(at).is_set()) {
                Some(true) => format!(
                    "{what} Once the tombstone is compacted, the key is live again at such a row."
                ),
                _ => format!("{what} If the key is deleted and compacted, it comes back."),
            }
        }
        Standing::Unreadable => {
            "This is the newest row of its key, and its deleted column is NULL: \
                                 kine does not list the key, and fails when it reads the row."
                .to_owned()
        }
        Standing::Nameless => {
            "The row's name is NULL: it belongs to no key, and kine fails when it reads it."
                .to_owned()
        }
        Standing::Gap => {
            "kine wrote this row at a revision that no write took, so that watchers do \
                          not wait for it. The next compaction removes it."
                .to_owned()
        }
        Standing::Mark => match history.row(at).prev_revision {
            Some(compacted) => format!(
                "This row is kine's own: its prev revision, {compacted}, is the revision that the \
                 table is compacted to."
            ),
            None => "This row is kine's own and should hold the compact revision, but it is NULL: \
                     kine cannot compact."
                .to_owned(),
        },
    }
}

fn has_returned(history: &History, key: KeyId) -> bool {
    history.compacted().is_some_and(|compacted| history.may_have_returned(key, compacted))
}

/// What a row points at, where that is worth a word.
fn links(history: &History, at: RowIx) -> Vec<String> {
    let row = history.row(at);
    let key = history.key_at(at);
    let mut said = Vec::new();
    match history.link(at) {
        Link::Missing(prev, why) => said.push(missing(history, &row, prev, why)),
        Link::Itself => said.push("It points at itself, which kine never writes.".to_owned()),
        Link::Forward(prev) => said.push(format!(
            "It points forward to {}, a newer row, which kine never writes.",
            history.id(prev)
        )),
        Link::Present(prev) if history.key_at(prev) != key => said.push(format!(
            "It points at revision {} of {}: compaction goes by the revision and does not look at \
             the name.",
            history.id(prev),
            name(history, history.key_at(prev))
        )),
        Link::Present(_) | Link::None => {}
    }
    said.extend(fork(history, at));
    said.extend(odd(history, &row, at));
    said
}

fn missing(history: &History, row: &Row<'_>, prev: u64, why: Absence) -> String {
    let compacted = history.compacted().unwrap_or_default();
    match why {
        Absence::Compacted => {
            format!("Its predecessor {prev} was compacted away, as it should be.")
        }
        Absence::Broken if prev > row.id => format!(
            "It points forward to {prev}, which is not in the table; kine never writes that."
        ),
        Absence::Broken => format!(
            "Its predecessor {prev} is missing, and compaction up to {compacted} does not \
             explain that: a broken link{}.",
            if history.profile().excerpt { ", unless this text leaves rows out" } else { "" }
        ),
        Absence::Unexplained if prev > row.id => {
            format!("It points forward to {prev}, which was not read; kine never writes that.")
        }
        Absence::Unexplained => {
            format!("Its predecessor {prev} {}.", unexplained(history, prev))
        }
    }
}

/// What is known of a row that is not there, when nobody can tell why.
pub fn unexplained(history: &History, id: u64) -> String {
    if history.profile().may_leave_out(id) {
        return "is not among the rows that were read, and may be in the table".to_owned();
    }
    format!(
        "is not in this table, and {} nobody can tell whether a compaction removed it",
        missing_column(history)
    )
}

/// What would have to be known to explain that a row is missing.
pub fn missing_column(history: &History) -> &'static str {
    if history.compacted().is_none() {
        "without compact_rev_key"
    } else {
        "without the created column"
    }
}

/// The fork that a row is a branch of, or the branches that leave it.
fn fork(history: &History, at: RowIx) -> Vec<String> {
    let Some(key) = history.key_at(at) else { return Vec::new() };
    let mut said = Vec::new();
    let mut shared: Vec<u64> = history.row(at).prev_revision.into_iter().collect();
    shared.push(history.id(at));
    shared.sort_unstable();
    shared.dedup();
    for fork in shared.into_iter().filter_map(|prev| history.fork_of(key, prev)) {
        let branches = fork.rows.len() as u64;
        if fork.rows.contains(&at) && fork.prev == 0 {
            said.push(format!(
                "Revisions {} all begin the key: a fork, which the unique index on name and prev \
                 revision forbids.",
                list(history, fork.rows)
            ));
        } else if fork.rows.contains(&at) {
            said.push(format!(
                "Revisions {} all follow {}: a fork, which the unique index on name and prev \
                 revision forbids.",
                list(history, fork.rows),
                fork.prev
            ));
        } else if fork.prev == history.id(at) {
            said.push(format!(
                "The chain forks here: {} follow this row, {}.",
                count(branches, "row"),
                list(history, fork.rows)
            ));
        }
    }
    said
}

/// The columns of a row that are NULL and must not be, if there are any: `NULL in deleted, lease`.
pub fn nulls(history: &History, at: RowIx) -> Option<String> {
    let row = history.row(at);
    let columns = history.profile().columns;
    let nulls: Vec<&str> = [
        (row.created == Flag::Null, "created"),
        (row.deleted == Flag::Null, "deleted"),
        (columns.create_revision && row.create_revision.is_none(), "create_revision"),
        (row.prev_revision.is_none(), "prev_revision"),
        (columns.lease && row.lease.is_none(), "lease"),
    ]
    .into_iter()
    .filter_map(|(null, name)| null.then_some(name))
    .collect();
    (!nulls.is_empty()).then(|| format!("NULL in {}", nulls.join(", ")))
}

/// Values that kine never writes.
fn odd(history: &History, row: &Row<'_>, at: RowIx) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(nulls) = nulls(history, at) {
        said.push(format!("{nulls}: kine fails when it reads this row."));
    }
    if row.created.is_set() && row.deleted.is_set() && history.kind(at) == Kind::Delete {
        said.push("Both created and deleted are set, which kine never writes.".to_owned());
    }
    let key = history.key_at(at).map(|key| history.name(key));
    if let (Some(name), Some(key)) = (row.name, key)
        && name != key
    {
        said.push(format!(
            "Its name is spelled {}; the column's collation takes that for the same key.",
            super::super::escape(name)
        ));
    }
    said
}
