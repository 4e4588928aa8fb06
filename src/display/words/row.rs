//! A row in words: what it is, what links to it, and why it stays or goes.

use super::super::Shown;
use super::super::label::{kind, name};
use super::forgotten::nobody_points_at;
use super::{key, link, list};
use crate::history::compaction::{Plan, Reason};
use crate::history::{Flag, History, Kind, Link, Row, RowIx, Standing};
use crate::text::{count, grouped, signed};

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
        Standing::Forgotten => "forgotten",
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
        // The story of its key says why a row stays that the key comes back at.
        let is_told = plan.reason(shown.history, at) == Reason::Forgotten
            && shown.effect.and_then(|effect| effect.after).is_some_and(|after| after.row == at);
        if !is_told {
            said.push(reason(shown.history, plan, at));
        }
        if let Some(effect) = shown.effect {
            said.push(key::story(shown.history, plan, &effect));
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
    let nobody = nobody_points_at(history, &[at], "this row");
    match plan.reason(history, at) {
        Reason::PointedAt(by) if plan.batches().len() > 1 => {
            format!("Removed {}: {} points at this row.", batch(plan, at), who(history, at, by))
        }
        Reason::PointedAt(by) => {
            format!(
                "Removed: {}, which is at or below the target {target}, points at this row.",
                who(history, at, by)
            )
        }
        Reason::Tombstone => {
            let when = match plan.batches().len() {
                2.. => batch(plan, at),
                _ => format!("at or below the target {target}"),
            };
            format!("Removed {when}: it is {}", tombstone(history, at))
        }
        Reason::CompactRevision => {
            "Removed: kine v0.5.0 treats compact_rev_key as pointing at the previous compact \
             revision, which is this row."
                .to_owned()
        }
        Reason::PointedAtFromAbove(by) => format!(
            "Stays for now: {} points at this row, but is above {target}.",
            who(history, at, by)
        ),
        Reason::AboveTarget => format!("Stays: it is above {target}, and {nobody}."),
        Reason::Newest => format!("Stays: {nobody}, and it is the newest of its key."),
        Reason::Nameless => format!("Stays: {nobody}, and it is not a tombstone."),
        Reason::Forgotten => {
            format!("Stays: this row is forgotten, as {}.", nobody_points_at(history, &[at], "it"))
        }
        Reason::NotCounted(by) if plan.survives(by) => format!(
            "Stays: only {} points at this row, and kine's compaction ignores that pointer.",
            who(history, at, by)
        ),
        Reason::NotCounted(by) => format!(
            "Stays: only {} pointed at this row, and it is removed before it counts.",
            who(history, at, by)
        ),
        Reason::Untouched => "Stays: this compaction does nothing.".to_owned(),
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
        _ if newest == Some(at) => "a tombstone. Nothing else records the deletion.",
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
    match history.standing(at) {
        Standing::Live => match key.filter(|&key| history.may_have_returned(key)) {
            Some(_) => "This is the key's value now, but the key may have been deleted and have \
                        returned: older rows of it are forgotten, and no row after this one is \
                        left (rule returned-key)."
                .to_owned(),
            None => "This is the key's value now.".to_owned(),
        },
        Standing::Deleted => "The key is deleted, and only this row records that. Once this row \
                              is compacted, the key stays deleted only if no other row of it is \
                              left."
            .to_owned(),
        Standing::Superseded => {
            let mut by: Vec<RowIx> = history.pointers_at(at).collect();
            by.sort_unstable();
            match by[..] {
                [] => "Superseded: its key has a newer row, so this tombstone deletes nothing. \
                       Compaction removes it."
                    .to_owned(),
                [only] => format!("Superseded: {} points at it.", who(history, at, only)),
                _ => format!("Superseded: revisions {} point at it.", list(history, by)),
            }
        }
        // What comes of that, the verdict tells.
        Standing::Forgotten => format!(
            "Forgotten: {}, and it is not the newest of its key, so no compaction removes it.",
            nobody_points_at(history, &[at], "this row")
        ),
        Standing::Unreadable => {
            "This is the newest row of its key, and its deleted column is NULL: \
             kine does not list the key, and fails when it reads the row."
                .to_owned()
        }
        Standing::Nameless => "A row whose name is NULL belongs to no key.".to_owned(),
        Standing::Gap => {
            "kine wrote this row at a revision that no write took, so watchers do not wait for \
             it. The next compaction removes it."
                .to_owned()
        }
        Standing::Mark => match history.row(at).prev_revision {
            Some(compacted) => format!(
                "This row is kine's own: its prev revision says that the table is compacted to \
                 {compacted}."
            ),
            None => "This row is kine's own and should hold the compact revision, but that is \
                     NULL: kine cannot compact."
                .to_owned(),
        },
    }
}

/// What a row points at, where that is worth a word.
fn links(history: &History, at: RowIx) -> Vec<String> {
    let row = history.row(at);
    let key = history.key_at(at);
    let mut said = Vec::new();
    match history.link(at) {
        Link::Missing(prev, why) => said.push(link::missing(history, at, prev, why)),
        Link::Ahead(_) => said.extend(link::ahead(history, at, "It")),
        Link::Itself | Link::Forward(_) => {
            let points = link::misdirected(history, at, "It");
            said.extend(points.map(|points| points + ". kine never writes that."));
        }
        Link::Present(prev) if history.key_at(prev) != key => {
            let points = link::foreign(history, at, "It");
            said.extend(points.map(|points| {
                points + ": compaction follows the revision and never looks at the name."
            }));
        }
        Link::Present(_) | Link::None => {}
    }
    said.extend(fork(history, at));
    said.extend(odd(history, &row, at));
    said
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
        if fork.rows.contains(&at) {
            let rows = format!("Revisions {}", list(history, fork.rows.iter().copied()));
            said.push(format!(
                "{}: a fork, which the unique index on name and prev revision forbids.",
                link::fork(&rows, fork.rows.len(), fork.prev)
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

/// That a row has NULL where kine expects a value, as a sentence; nothing of another row. `who` are so
/// many rows with NULL in the same columns: `This row`, `Revision 22`.
pub fn nulls(history: &History, at: RowIx, who: &str, rows: usize) -> Option<String> {
    let columns: Vec<&str> = history.nulls(at).collect();
    let (has, it) = if rows == 1 { ("has", "it") } else { ("have", "them") };
    (!columns.is_empty()).then(|| {
        format!("{who} {has} NULL in {}: kine fails when it reads {it}.", columns.join(", "))
    })
}

/// Values that kine never writes.
fn odd(history: &History, row: &Row<'_>, at: RowIx) -> Vec<String> {
    let mut said = Vec::new();
    said.extend(nulls(history, at, "This row", 1));
    if row.created.is_set() && row.deleted.is_set() && history.kind(at) == Kind::Delete {
        said.push("Both created and deleted are set. kine never writes that.".to_owned());
    }
    let key = history.key_at(at).map(|key| history.name(key));
    if let (Some(name), Some(key)) = (row.name, key)
        && name != key
    {
        said.push(format!(
            "Its name is spelled {}; the column's collation treats that as the same key.",
            crate::text::escape(name)
        ));
    }
    said
}
