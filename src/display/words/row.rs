//! A row in words: what it is, what it links to, and what is damaged. [`why`] says why it stays or goes.

use super::super::Shown;
use super::super::label::kind;
use super::moment::{key_then, title_then};
use super::{key, link, list, why};
use crate::history::compaction::Reason;
use crate::history::{Flag, History, Kind, Link, Row, RowIx, Standing};
use crate::text::{count, signed};

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
    if let Some(past) = &shown.past {
        return title_then(shown.history, past, at);
    }
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
    if let Some(past) = &shown.past {
        return key_then(shown.history, past).into_iter().collect();
    }
    let mut said = Vec::new();
    if let Some(plan) = shown.plan {
        // The story of its key says why a row stays that the key comes back at.
        let is_told = plan.reason(shown.history, at) == Reason::Forgotten
            && shown.effect.and_then(|effect| effect.after).is_some_and(|after| after.row == at);
        if !is_told {
            said.push(why::reason(shown.history, plan, at));
        }
        if let Some(effect) = shown.effect {
            said.push(key::story(shown.history, plan, &effect));
        }
    } else {
        said.push(why::standing(shown.history, at));
    }
    said.extend(links(shown.history, at));
    said.retain(|sentence| !sentence.is_empty());
    said
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
